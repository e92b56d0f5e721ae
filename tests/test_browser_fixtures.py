"""The browser fixtures themselves: what they must catch, they catch."""

import pytest
from playwright.sync_api import Page, Route

CSP = {"content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'"}


def serve(page: Page, body: str) -> None:
    """Answer every request of the page with this body, under a strict CSP."""

    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type="text/html", headers=CSP)

    page.route("**/*", answer)
    page.goto("/")


def test_an_inline_script_is_a_problem(page, problems):
    serve(page, "<!doctype html><title>x</title><script>document.title = 'y'</script>")
    assert page.title() == "x"
    assert [p for p in problems if "Content Security Policy" in p]
    problems.clear()


def test_an_error_in_a_script_is_a_problem(page, problems):
    serve(page, "<!doctype html><title>x</title>")
    page.evaluate("setTimeout(() => { throw new Error('broken on purpose') }, 0)")
    page.wait_for_timeout(100)
    assert [p for p in problems if "broken on purpose" in p]
    problems.clear()


def test_axe_names_the_rule_and_the_element(page, axe, problems):
    serve(page, '<!doctype html><html lang="en"><title>x</title><main><input id="bare"></main>')
    with pytest.raises(AssertionError, match=r"(?s)label \(critical\).*#bare"):
        axe(page)
    problems.clear()


def test_health_is_answered_by_the_live_server(page):
    # Not opened as a page: of a plain text the browser asks for an icon that is not there.
    response = page.request.get("/health/")
    assert (response.status, response.text()) == (200, "ok\n")


def test_a_key_waits_for_the_scripts_of_its_page(page, problems):
    heard = "document.addEventListener('keydown', (event) => { document.title = event.key })"

    def answer_late(route: Route) -> None:
        page.wait_for_timeout(300)
        route.fulfill(body=heard, content_type="text/javascript")

    page.route("**/late.js", answer_late)
    page.route(
        "**/slow/",
        lambda route: route.fulfill(
            body="<!doctype html><title>x</title><script src='/late.js' defer></script>",
            content_type="text/html",
        ),
    )
    page.goto("/slow/", wait_until="commit")
    page.keyboard.press("a")
    assert page.title() == "a"
    problems.clear()
