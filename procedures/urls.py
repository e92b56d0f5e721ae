"""The pages of the procedures room."""

from django.urls import URLPattern, URLResolver, path

from procedures.views import (
    confirming,
    coverage,
    deviations,
    drafts,
    files,
    helping,
    manual,
    reading,
    runs,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("procedures/", manual.procedure_list, name="procedure_list"),
    path("procedures/new/", manual.procedure_new, name="procedure_new"),
    path("procedures/coverage/", coverage.coverage, name="coverage"),
    path("procedures/export/", files.procedures_export, name="procedures_export"),
    path("procedures/import/", files.procedures_import, name="procedures_import"),
    path("procedures/<int:pk>/helps/", helping.procedure_helping, name="procedure_helping"),
    path("procedures/<int:pk>/file/", files.procedure_file, name="procedure_file"),
    path("procedures/deviations/", deviations.deviation_list, name="deviation_list"),
    path("procedures/deviations/report/", deviations.deviation_report, name="deviation_report"),
    path("procedures/deviations/<int:pk>/", deviations.deviation_page, name="deviation_page"),
    path("procedures/runs/<int:pk>/", runs.run_page, name="run_page"),
    path("procedures/runs/<int:pk>/steps/<int:step>/", runs.step_record, name="step_record"),
    path("procedures/records/<int:pk>/photo/", runs.record_photo, name="record_photo"),
    path("tickets/<int:pk>/procedures/", runs.ticket_procedures, name="ticket_procedures"),
    path("tickets/<int:pk>/procedures/start/", runs.run_start, name="run_start"),
    path("procedures/calls/", runs.call_procedures, name="call_procedures"),
    path("procedures/calls/start/", runs.call_run_start, name="call_run_start"),
    path("procedures/steps/<int:step>/", runs.step_begin, name="step_begin"),
    path("procedures/<int:pk>/", reading.procedure_page, name="procedure_page"),
    path("procedures/<int:pk>/edit/", manual.procedure_edit, name="procedure_edit"),
    path("procedures/<int:pk>/retire/", manual.procedure_retire, name="procedure_retire"),
    path("procedures/<int:pk>/restore/", manual.procedure_restore, name="procedure_restore"),
    path("procedures/<int:pk>/draft/", drafts.draft_start, name="draft_start"),
    path("procedures/<int:pk>/pictures/", drafts.picture_add, name="picture_add"),
    path("procedures/pictures/<int:pk>/", reading.procedure_picture, name="procedure_picture"),
    path("procedures/versions/<int:pk>/", reading.version_page, name="version_page"),
    path("procedures/to-read/", confirming.to_read, name="to_read"),
    path(
        "procedures/versions/<int:pk>/confirm/", confirming.version_confirm, name="version_confirm"
    ),
    path(
        "procedures/versions/<int:pk>/readers/", confirming.version_readers, name="version_readers"
    ),
    path("procedures/versions/<int:pk>/print/", reading.version_print, name="version_print"),
    path("procedures/versions/<int:pk>/changes/", reading.version_diff, name="version_diff"),
    path("procedures/drafts/<int:pk>/", drafts.draft_edit, name="draft_edit"),
    path("procedures/drafts/<int:pk>/publish/", drafts.draft_publish, name="draft_publish"),
    path("procedures/drafts/<int:pk>/discard/", drafts.draft_discard, name="draft_discard"),
    path("procedures/drafts/<int:pk>/steps/new/", drafts.step_new, name="step_new"),
    path("procedures/drafts/<int:pk>/steps/<int:place>/", drafts.step_edit, name="step_edit"),
    path("procedures/drafts/<int:pk>/steps/<int:place>/move/", drafts.step_move, name="step_move"),
]
