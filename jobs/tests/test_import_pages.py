"""Importing in the browser: upload, look, match the columns, run, read the report."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files.models import StoredFile
from jobs.importing import work
from jobs.importing.work import work_on_import
from jobs.models import ImportDraft, Job
from purchases.models import Purchase
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]
GOOD = "order_number,ordered_at,sku\nA-1,2026-03-02,X\nA-2,2026-03-03,Y\n"


def upload(client, text: str | bytes = GOOD, *, kind: str = "purchases", name: str = "shop.csv"):
    content = text.encode() if isinstance(text, str) else text
    return client.post("/imports/", {"kind": kind, "file": SimpleUploadedFile(name, content)})


@pytest.fixture
def manager(client):
    person = make.manager()
    client.force_login(person)
    return person


def test_the_first_page_offers_every_kind_with_its_columns(client, manager):
    page = client.get("/imports/?kind=ratings").content.decode()
    for name in ("purchases", "interactions", "ratings", "inspections"):
        assert f'name="kind" value="{name}"' in page
    assert 'value="ratings" required checked' in page
    assert "<code>order_number</code>" in page


def test_an_upload_is_tried_and_nothing_is_written(client, manager):
    response = upload(client)
    draft = ImportDraft.objects.get()
    assert response["Location"] == f"/imports/{draft.pk}/"
    page = client.get(response["Location"]).content.decode()
    assert draft.preview["report"]["created"] == 2
    assert draft.preview["rows"][0] == ["A-1", "2026-03-02", "X"]
    assert "Import 2 rows" in page
    assert (Purchase.objects.count(), Job.objects.count()) == (0, 0)


def test_the_preview_tells_what_will_be_rejected_and_why(client, manager):
    response = upload(client, "order_number,ordered_at,sku\nA-1,soon,X\nA-2,2026-03-03,Y\n")
    page = client.get(response["Location"]).content.decode()
    assert "ordered_at: Write the moment as 2026-01-31" in page
    assert ImportDraft.objects.get().preview["report"]["rejected"] == 1


def test_only_the_first_rows_are_tried_and_the_page_says_so(client, manager):
    rows = "".join(f"A-{n},2026-03-02\n" for n in range(2_500))
    response = upload(client, "order_number,ordered_at\n" + rows)
    assert ImportDraft.objects.get().preview["report"]["rows"] == 2_000
    page = client.get(response["Location"]).content.decode()
    assert "tried with the first 2,000 rows" in page
    assert "Import 2,500 rows" in page


def test_headings_that_differ_are_guessed_and_can_be_corrected(client, manager):
    response = upload(client, "Nr;Order date;Artikel\nA-1;2026-03-02;X\n")
    draft = ImportDraft.objects.get()
    assert draft.preview["missing"] == ["order_number"]
    page = client.get(response["Location"]).content.decode()
    assert "Required: choose a heading." in page
    assert client.post(f"/imports/{draft.pk}/run/")["Location"] == response["Location"]
    assert Job.objects.count() == 0

    chosen = {"map_order_number": "Nr", "map_ordered_at": "Order date", "map_sku": "Artikel"}
    client.post(response["Location"], chosen)

    draft.refresh_from_db()
    assert draft.preview["missing"] == []
    assert draft.preview["report"]["created"] == 1
    assert draft.mapping["sku"] == "Artikel"


def test_a_heading_chosen_twice_is_refused_and_nothing_changes(client, manager):
    response = upload(client)
    before = ImportDraft.objects.values().get()
    twice = {"map_order_number": "sku", "map_ordered_at": "ordered_at", "map_sku": "sku"}
    page = client.post(response["Location"], twice, follow=True).content.decode()
    assert "is chosen twice" in page
    assert ImportDraft.objects.values().get() == before


def test_a_worker_imports_the_file_and_the_job_reports(client, manager):
    draft_url = upload(client, GOOD + "A-3,never,Z\n")["Location"]
    response = client.post(f"{draft_url}run/")
    job = Job.objects.get()
    assert response["Location"] == f"/jobs/{job.pk}/"
    assert (job.kind, job.total, job.started_by) == ("import_purchases", 3, manager)

    work_on_import(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.progress) == ("done", 3)
    assert Purchase.objects.count() == 2
    assert job.report["rejected"] == 1
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "Purchases made" in page
    assert "2 rows went in, 1 were rejected." in page
    refused = client.get(f"/files/{job.result_file_id}/")
    told = b"".join(refused.streaming_content).decode("utf-8-sig").splitlines()
    assert told[1].startswith("A-3,never,Z,4,ordered_at,never,Write the moment as")
    assert job.result_file.name == "shop-rejected.csv"


def test_a_file_goes_in_once(client, manager):
    draft_url = upload(client)["Location"]
    client.post(f"{draft_url}run/")
    client.post(f"{draft_url}run/")
    assert Job.objects.count() == 1
    assert client.get(draft_url)["Location"] == f"/jobs/{Job.objects.get().pk}/"


def test_a_long_import_is_handed_from_one_worker_to_the_next(client, manager, monkeypatch):
    monkeypatch.setattr(work, "TURN", 0.0)
    rows = "".join(f"A-{n},2026-03-02\n" for n in range(4_500))
    client.post(
        upload(client, "order_number,ordered_at\n" + rows + "B-1,never\n")["Location"] + "run/"
    )
    job = Job.objects.get()
    seen = []
    for _turn in range(5):
        work_on_import(job_id=job.pk)
        job.refresh_from_db()
        seen.append((job.state, job.report["rows"], Purchase.objects.count()))
    assert seen[0] == ("waiting", 2_000, 2_000)
    assert seen[1] == ("waiting", 4_000, 4_000)
    assert seen[-1] == ("done", 4_501, 4_500)
    assert (job.report["created"], job.report["rejected"]) == (4_500, 1)


def test_a_cancelled_import_stops_and_keeps_what_went_in(client, manager, monkeypatch):
    monkeypatch.setattr(work, "TURN", 0.0)
    rows = "".join(f"A-{n},2026-03-02\n" for n in range(4_500))
    client.post(upload(client, "order_number,ordered_at\n" + rows)["Location"] + "run/")
    job = Job.objects.get()
    work_on_import(job_id=job.pk)
    client.post(f"/jobs/{job.pk}/cancel/")
    work_on_import(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, Purchase.objects.count()) == ("cancelled", 2_000)


def test_a_hundred_thousand_rejected_rows_end_the_job_with_what_to_do(client, manager):
    client.post(upload(client, GOOD + "x\n" * 103_000)["Location"] + "run/")
    job = Job.objects.get()
    work_on_import(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.report["gave_up"]
    assert 100_000 <= job.report["rejected"] < 102_001
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "The import stopped before the end of the file" in page
    assert "mend the file and import it again" in page
    told = b"".join(client.get(f"/files/{job.result_file_id}/").streaming_content)
    assert told.count(b"\n") == 1 + job.report["rejected"]


def test_a_file_that_vanished_fails_the_job_and_says_what_to_do(client, manager, storage):
    client.post(upload(client)["Location"] + "run/")
    job = Job.objects.get()
    (storage / job.input_file.path).unlink()
    work_on_import(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (
        "failed",
        "The uploaded file is no longer there. Upload it again.",
    )


def test_a_draft_is_its_owners_alone(client, manager):
    draft_url = upload(client)["Location"]
    client.force_login(make.manager())
    assert client.get(draft_url).status_code == 404
    assert client.post(f"{draft_url}run/").status_code == 404
    assert Job.objects.count() == 0


@pytest.mark.parametrize("role", ["agent", "inspector"])
def test_agents_and_inspectors_do_not_import(client, role):
    client.force_login(getattr(make, role)())
    assert client.get("/imports/").status_code == 403
    assert upload(client).status_code == 403
    assert StoredFile.objects.count() == 0


def test_an_unknown_kind_and_a_missing_file_are_said_beside_the_field(client, manager):
    page = client.post("/imports/", {"kind": "people"}).content.decode()
    assert "people is not one of the available choices" in page
    assert "This field is required." in page
    assert ImportDraft.objects.count() == 0


def test_getting_a_page_writes_nothing_and_running_needs_a_post(client, manager):
    draft_url = upload(client)["Location"]
    assert client.get(f"{draft_url}run/").status_code == 405
    assert Job.objects.count() == 0


def test_a_file_with_a_head_and_no_row_has_nothing_to_import(client, manager):
    head = GOOD.splitlines()[0] + "\n"
    page = upload(client, head)
    page = client.get(page["Location"]).content.decode() if page.status_code == 302 else page
    assert "There is nothing to import" in page
    assert "Import 0 rows" not in page
