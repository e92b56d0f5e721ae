import pytest
from django.urls import reverse
from tests import make
pytestmark = pytest.mark.django_db
def test_all(client):
    m = make.manager(inspector_access=2); client.force_login(m)
    insp = make.inspection(inspector=m)
    signed = make.signed_inspection(mass="348")
    for url in [reverse("bench"), reverse("inspection_open")+"?code="+signed.lot.number, reverse("inspection_page",args=[insp.pk]), reverse("inspection_page",args=[insp.pk])+"?line=2", reverse("inspection_page",args=[insp.pk])+"?line=4", reverse("inspection_sign",args=[insp.pk]), reverse("inspection_page",args=[signed.pk]), reverse("lot_page",args=[signed.lot_id]), reverse("plan_list"), reverse("plan_new"), reverse("plan_page",args=[signed.plan_id])]:
        r = client.get(url); assert r.status_code==200, url
    make.purchase(lots=(signed.lot,))
    d = make.plan(active=False)
    assert client.get(reverse("plan_edit",args=[d.pk])).status_code==200
