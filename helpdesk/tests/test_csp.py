from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from helpdesk.lib.csp import ContentSecurityPolicyMiddleware, build_policy

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def answer(response):
    return ContentSecurityPolicyMiddleware(lambda _request: response)(RequestFactory().get("/"))


def test_every_answer_carries_the_policy_of_the_settings():
    assert answer(HttpResponse("x"))["Content-Security-Policy"] == STRICT


def test_an_answer_with_its_own_policy_keeps_it():
    own = HttpResponse("x", headers={"Content-Security-Policy": "sandbox"})
    assert answer(own)["Content-Security-Policy"] == "sandbox"


@override_settings(SECURE_CSP={})
def test_an_empty_setting_sends_no_header():
    assert "Content-Security-Policy" not in answer(HttpResponse("x"))


def test_values_mean_what_they_mean_in_django_6():
    directives = {
        "default-src": "'self'",
        "upgrade-insecure-requests": True,
        "img-src": None,
        "a": False,
    }
    assert build_policy(directives) == "default-src 'self'; upgrade-insecure-requests"
