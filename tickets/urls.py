from django.urls import URLPattern, URLResolver, path

from tickets.views import (
    acting,
    attempts,
    calls,
    customers,
    deadlines,
    due,
    exporting,
    goodwill,
    helping,
    interactions,
    owners,
    promises,
    purchases,
    queue,
    reasons,
    saved_views,
    texts,
    tickets,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("calls/new/", calls.call_create, name="call_create"),
    path("purchases/<int:pk>/", purchases.purchase_page, name="purchase_page"),
    path("customers/<int:pk>/", customers.customer_page, name="customer_page"),
    path("queue/", queue.ticket_list, name="ticket_list"),
    path("queue/act/", acting.queue_act, name="queue_act"),
    path("queue/export.csv", exporting.queue_csv, name="queue_csv"),
    path("queue/export/", exporting.queue_xlsx, name="queue_xlsx"),
    path("queue/filters/", queue.queue_filters, name="queue_filters"),
    path("queue/columns/", queue.queue_columns, name="queue_columns"),
    path("queue/columns/choose/", queue.columns_choose, name="columns_choose"),
    path("queue/views/new/", saved_views.view_new, name="view_new"),
    path("queue/views/<int:pk>/", saved_views.view_edit, name="view_edit"),
    path("queue/views/<int:pk>/delete/", saved_views.view_delete, name="view_delete"),
    path("tickets/<int:pk>/", tickets.ticket_page, name="ticket_page"),
    path("tickets/<int:pk>/resolve/", tickets.ticket_resolve, name="ticket_resolve"),
    path("tickets/<int:pk>/owner/", owners.ticket_hand_off, name="ticket_hand_off"),
    path("tickets/<int:pk>/promises/", promises.promise_make, name="promise_make"),
    path("tickets/<int:pk>/help/", helping.help_ask, name="help_ask"),
    path("help/", helping.help_list, name="help_list"),
    path("help/<int:pk>/", helping.help_page, name="help_page"),
    path("help/<int:pk>/answer/", helping.help_answer, name="help_answer"),
    path("tickets/<int:pk>/goodwill/", goodwill.goodwill_new, name="goodwill_new"),
    path("goodwill/", goodwill.goodwill_list, name="goodwill_list"),
    path("goodwill/<int:pk>/approve/", goodwill.goodwill_approve, name="goodwill_approve"),
    path("goodwill/<int:pk>/refuse/", goodwill.goodwill_refuse, name="goodwill_refuse"),
    path("settings/goodwill/", goodwill.goodwill_limits, name="goodwill_limits"),
    path("promises/", due.promise_list, name="promise_list"),
    path("promises/badge/", due.promise_badge, name="promise_badge"),
    path("promises/<int:pk>/", attempts.promise_page, name="promise_page"),
    path("promises/<int:pk>/tries/", attempts.promise_try, name="promise_try"),
    path("promises/<int:pk>/end/", promises.promise_end, name="promise_end"),
    path("interactions/", interactions.interaction_list, name="interaction_list"),
    path("interactions/<int:pk>/", interactions.interaction_page, name="interaction_page"),
    path(
        "interactions/<int:pk>/attach/", interactions.interaction_attach, name="interaction_attach"
    ),
    path(
        "interactions/<int:pk>/correct/",
        interactions.interaction_correct,
        name="interaction_correct",
    ),
    path("settings/deadlines/", deadlines.target_list, name="target_list"),
    # Canned texts and macros
    path("texts/", texts.text_list, name="text_list"),
    path("texts/pick/", texts.text_pick, name="text_pick"),
    *(
        path(f"{name}s/{end}", getattr(texts, f"{name}_{verb}"), name=f"{name}_{verb}")
        for name in ("text", "macro")
        for end, verb in (
            ("new/", "new"),
            ("<int:pk>/", "edit"),
            ("<int:pk>/delete/", "delete"),
        )
    ),
    # Settings: the reason tree
    path("settings/reasons/", reasons.reason_list, name="reason_list"),
    path("settings/reasons/new/", reasons.reason_new, name="reason_new"),
    path("settings/reasons/groups/new/", reasons.reason_group_new, name="reason_group_new"),
    path("settings/reasons/<int:pk>/", reasons.reason_edit, name="reason_edit"),
    path("settings/reasons/<int:pk>/move/", reasons.reason_move, name="reason_move"),
    path("settings/reasons/<int:pk>/retire/", reasons.reason_retire, name="reason_retire"),
    path("settings/reasons/<int:pk>/restore/", reasons.reason_restore, name="reason_restore"),
    path("settings/reasons/<int:pk>/delete/", reasons.reason_delete, name="reason_delete"),
]
