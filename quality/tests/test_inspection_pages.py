"""Recording line by line, signing and the signed record, over HTTP and without JavaScript."""

import pytest
from django.urls import reverse

from quality.models import Inspection
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection(client):
    """An open inspection of mass, glaze, chips and remarks, its inspector signed in."""
    made = make.inspection()
    client.force_login(made.inspector)
    return made


def page(inspection: Inspection, line: int | None = None) -> str:
    url = reverse("inspection_page", args=[inspection.pk])
    return f"{url}?line={line}" if line else url


def record(client, inspection: Inspection, line: int, typed: str, unit: str = ""):
    url = reverse("inspection_record", args=[inspection.pk, line])
    return client.post(url, {"typed": typed, "unit": unit})


def sign(client, inspection: Inspection, **more: object):
    version = Inspection.objects.get(pk=inspection.pk).version
    url = reverse("inspection_sign", args=[inspection.pk])
    return client.post(url, {"version": version, "note": ""} | more)


def test_a_screen_asks_one_thing_with_its_target_limits_and_unit(client, inspection):
    shown = client.get(page(inspection)).content.decode()
    for text in ("Mass, dry", "340 g ± 5 g", "335 to 345 g", "1 of 4"):
        assert text in shown
    assert 'data-lower="335' in shown
    assert shown.count("autofocus") == 1


def test_nothing_is_answered_by_itself(client, inspection):
    shown = client.get(page(inspection, 2)).content.decode()
    assert "checked" not in shown
    assert "autofocus" not in shown
    assert record(client, inspection, 2, "").status_code == 422
    assert inspection.results.count() == 0


def test_a_good_entry_is_kept_and_leads_to_the_next_screen(client, inspection):
    response = record(client, inspection, 1, "0,34", "kg")
    assert response.url == page(inspection, 2)
    result = inspection.results.get()
    assert (result.typed, result.unit, result.value, result.conforms) == ("0,34", "kg", 340, True)
    assert "0.34 kg = 340 g" in client.get(page(inspection, 1)).content.decode().replace(",", ".")


def test_out_of_limits_asks_why_in_words_and_goes_on(client, inspection):
    response = record(client, inspection, 1, "348")
    assert response.url == page(inspection, 1) + "&why=1"
    shown = client.get(response.url).content.decode()
    assert "Out of limits" in shown
    assert "3 g over the upper limit" in shown
    why = reverse("inspection_explain", args=[inspection.pk, 1])
    assert client.post(why, {"note": "thick foot"}).url == page(inspection, 2)
    assert inspection.results.get().note == "thick foot"


@pytest.mark.parametrize(
    ("typed", "says"), [("heavy", "not a number"), ("34 cm", "cannot be compared with g")]
)
def test_what_cannot_be_read_stays_on_the_screen_with_the_reason(client, inspection, typed, says):
    response = record(client, inspection, 1, typed)
    assert response.status_code == 422
    shown = response.content.decode()
    assert says in shown
    assert f'value="{typed}"' in shown
    assert inspection.results.count() == 0


def test_an_entry_can_be_taken_back(client, inspection):
    record(client, inspection, 1, "340")
    response = client.post(reverse("inspection_clear", args=[inspection.pk, 1]))
    assert response.url == page(inspection, 1)
    assert inspection.results.count() == 0


def test_the_last_screen_leads_to_the_summary_and_skipping_is_visible(client, inspection):
    assert (
        reverse("inspection_sign", args=[inspection.pk])
        in client.get(page(inspection, 4)).content.decode()
    )
    assert "td-step-skipped" in client.get(page(inspection, 3)).content.decode()
    summary = client.get(reverse("inspection_sign", args=[inspection.pk])).content.decode()
    assert summary.count("missing, required") == 2
    assert "Sign: conforms" not in summary


def test_a_missing_required_line_cannot_be_signed(client, inspection):
    record(client, inspection, 1, "340")
    response = sign(client, inspection)
    assert response.status_code == 422
    assert "required: Glaze." in response.content.decode()
    inspection.refresh_from_db()
    assert inspection.signed_at is None


@pytest.mark.parametrize(
    ("mass", "verdict", "state"), [("340", "pass", "released"), ("348", "fail", "on_hold")]
)
def test_the_server_computes_the_verdict_whatever_is_posted(
    client, inspection, mass, verdict, state
):
    record(client, inspection, 1, mass)
    record(client, inspection, 2, "pass")
    other = {"pass": "fail", "fail": "pass"}[verdict]
    response = sign(client, inspection, verdict=other, note="seen")
    assert response.url == page(inspection)
    inspection.refresh_from_db()
    inspection.lot.refresh_from_db()
    assert (inspection.verdict, inspection.note) == (verdict, "seen")
    assert inspection.lot.state == state


def test_a_stale_summary_is_not_signed(client, inspection):
    record(client, inspection, 1, "340")
    record(client, inspection, 2, "pass")
    response = sign(client, inspection, version=1)
    assert response.status_code == 422
    assert "Results changed since" in response.content.decode()
    inspection.refresh_from_db()
    assert inspection.signed_at is None


def test_the_maker_is_named_on_the_way_to_the_signature(client):
    inspection = make.inspection(lot=make.lot_to_inspect(maker=None))
    client.force_login(inspection.inspector)
    record(client, inspection, 1, "340")
    record(client, inspection, 2, "pass")
    shown = client.get(reverse("inspection_sign", args=[inspection.pk])).content.decode()
    assert "Who made this lot is not known." in shown
    assert sign(client, inspection).status_code == 422
    name = reverse("inspection_maker", args=[inspection.pk])
    client.post(name, {"maker": inspection.inspector_id})
    inspection.lot.refresh_from_db()
    assert inspection.lot.maker is None
    maker = make.user()
    client.post(name, {"maker": maker.pk})
    sign(client, inspection)
    inspection.refresh_from_db()
    assert (inspection.maker, inspection.verdict) == (maker, "pass")


def test_a_signed_inspection_is_read_only_with_everything_on_it(client):
    signed = make.signed_inspection(mass="348")
    client.force_login(make.inspector())
    shown = client.get(page(signed)).content.decode()
    for text in ("Does not conform", "348 g", "3 g over", signed.inspector.name, "skipped"):
        assert text in shown
    assert "Correct this" not in shown


@pytest.mark.parametrize("verb", ["record", "explain", "clear", "sign", "withdraw"])
def test_a_signed_inspection_takes_no_post(client, verb):
    signed = make.signed_inspection()
    client.force_login(signed.inspector)
    args = [signed.pk] if verb in {"sign", "withdraw"} else [signed.pk, 1]
    data = {"typed": "348", "note": "x", "version": signed.version}
    client.post(reverse(f"inspection_{verb}", args=args), data)
    signed.refresh_from_db()
    assert (signed.verdict, signed.withdrawn_at, signed.results.count()) == ("pass", None, 2)
    assert signed.results.get(value__isnull=False).typed == "340"


def test_a_correction_begins_at_the_summary_and_replaces_once_signed(client):
    wrong = make.signed_inspection(mass="348")
    client.force_login(wrong.inspector)
    response = client.post(reverse("inspection_correct", args=[wrong.pk]))
    correction = Inspection.objects.get(corrects=wrong)
    assert response.url == reverse("inspection_sign", args=[correction.pk])
    record(client, correction, 1, "341")
    sign(client, correction)
    assert list(Inspection.objects.in_force()) == [correction]
    assert "Replaced by a correction" in client.get(page(wrong)).content.decode()


def test_withdrawing_goes_back_to_the_bench(client, inspection):
    response = client.post(reverse("inspection_withdraw", args=[inspection.pk]))
    assert response.url == "/bench/"
    inspection.refresh_from_db()
    assert inspection.withdrawn_at is not None
    assert "Withdrawn" in client.get(page(inspection)).content.decode()


@pytest.mark.parametrize("verb", ["page", "record", "explain", "clear", "sign", "maker"])
def test_anothers_unfinished_inspection_is_not_there(client, verb):
    inspection = make.inspection()
    client.force_login(make.inspector())
    args = [inspection.pk, 1] if verb in {"record", "explain", "clear"} else [inspection.pk]
    url = reverse(f"inspection_{verb}", args=args)
    response = client.get(url) if verb == "page" else client.post(url, {"typed": "340"})
    assert response.status_code == 404
    for own in ("withdraw", "correct"):
        url = reverse(f"inspection_{own}", args=[inspection.pk])
        assert client.post(url).status_code == 404
    inspection.refresh_from_db()
    assert (inspection.results.count(), inspection.withdrawn_at) == (0, None)


def test_a_manager_sees_anothers_unfinished_one_and_can_withdraw_but_not_record(client):
    inspection = make.inspection()
    client.force_login(make.manager())
    assert "Not signed yet" in client.get(page(inspection)).content.decode()
    assert record(client, inspection, 1, "340").status_code == 404
    client.post(reverse("inspection_withdraw", args=[inspection.pk]))
    inspection.refresh_from_db()
    assert inspection.withdrawn_at is not None


@pytest.mark.parametrize("line", ["0", "99", "x", "-1"])
def test_a_line_that_is_not_there_shows_the_first_open_one(client, inspection, line):
    response = client.get(reverse("inspection_page", args=[inspection.pk]), {"line": line})
    assert "1 of 4" in response.content.decode()
    url = reverse("inspection_record", args=[inspection.pk, 99])
    assert client.post(url, {"typed": "1"}).status_code == 404


def test_a_screen_costs_the_same_with_1_and_20_characteristics(client, queries):
    counts = []
    for size in (1, 20):
        lines = tuple(make.LineDraft(f"Line {n}", "pass_fail") for n in range(size))
        lot = make.lot(product=make.plan(lines=lines).product, maker=make.user())
        inspection = make.inspection(lot=lot)
        client.force_login(inspection.inspector)
        with queries(at_most=12) as seen:
            client.get(page(inspection))
        counts.append(len(seen))
    assert counts[0] == counts[1]
