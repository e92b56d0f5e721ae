"""Settled templates draw what Django draws: the same words, addresses and refusals, in every language."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template import Context
from django.template.base import TextNode
from django.template.engine import Engine
from django.test import Client
from django.test.utils import override_settings
from django.urls import NoReverseMatch, set_script_prefix
from django.utils import translation

from tests import make
from tickets.models import Interaction

BUILTINS: Any = settings.TEMPLATES[0]["OPTIONS"]
PLAIN = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]


def settled(folder: Path, **templates: str) -> Engine:
    """An engine as the product's, over these templates."""
    for name, text in templates.items():
        (folder / f"{name}.html").write_text("{% load i18n static %}" + text, encoding="utf-8")
    inner = ("django.template.loaders.filesystem.Loader", [folder])
    return Engine(
        loaders=[("helpdesk.lib.settled.Loader", [inner])],
        libraries={
            "i18n": "django.templatetags.i18n",
            "static": "django.templatetags.static",
        },
        builtins=BUILTINS["builtins"],
    )


def drawn(engine: Engine, name: str = "page", **values: object) -> str:
    return engine.get_template(f"{name}.html").render(Context(values))


def test_what_stands_in_a_template_literally_becomes_one_text(tmp_path: Path):
    engine = settled(
        tmp_path,
        page="<a href=\"{% url 'ticket_list' %}\">{% icon 'x' 14 %}{% translate 'Close' %}</a>"
        "{% comment %}not said{% endcomment %}{% static 'img/logo.svg' %}",
    )
    template = engine.get_template("page.html")
    assert [type(node) for node in template.nodelist] == [TextNode]
    page = template.render(Context())
    assert page.startswith('<a href="/queue/"><svg ')
    assert page.endswith("Close</a>/static/img/logo.svg")


def test_a_template_is_settled_for_each_language_apart(tmp_path: Path):
    # Words that Django itself has in both languages.
    engine = settled(
        tmp_path,
        page="{% translate 'Monday' %} {% blocktranslate %}Tuesday{% endblocktranslate %}"
        " {% include 'part.html' %} {% translate 'Sunday' as last %}{{ last }}",
        part="{% translate 'Wednesday' %}",
    )
    assert drawn(engine) == "Monday Tuesday Wednesday Sunday"
    with translation.override("nl"):
        assert drawn(engine) == "maandag dinsdag woensdag zondag"
    assert drawn(engine) == "Monday Tuesday Wednesday Sunday"


def test_an_address_is_settled_for_the_prefix_under_which_the_product_runs(tmp_path: Path):
    engine = settled(tmp_path, page="{% url 'ticket_list' %} {% url 'ticket_page' key %}")
    assert drawn(engine, key=7) == "/queue/ /tickets/7/"
    set_script_prefix("/desk/")
    try:
        assert drawn(engine, key=7) == "/desk/queue/ /desk/tickets/7/"
    finally:
        set_script_prefix("/")


def test_an_address_of_what_is_no_key_is_refused_and_a_missing_one_too(tmp_path: Path):
    engine = settled(
        tmp_path,
        page="{% url 'ticket_page' key %}",
        kept="{% url 'ticket_page' key as where %}<{{ where }}>",
        gone="{% url 'no_such_page' %}",
    )
    for key in (None, "", "x", -1):
        with pytest.raises(NoReverseMatch):
            drawn(engine, key=key)
        assert drawn(engine, "kept", key=key) == "<>"
    assert drawn(engine, key="7") == "/tickets/7/"
    assert drawn(engine, "kept", key=7) == "</tickets/7/>"
    with pytest.raises(NoReverseMatch):
        drawn(engine, "gone")


def test_a_sentence_escapes_its_values_and_takes_what_the_page_knows(tmp_path: Path):
    engine = settled(
        tmp_path,
        page="{% blocktranslate with who=person.name %}{{ who }} owes {{ much }} %{% endblocktranslate %}"
        "{% blocktranslate asvar said %}<b>{{ much }}</b>{% endblocktranslate %}|{{ said }}|"
        "{% blocktranslate %}nothing: {{ missing }}.{% endblocktranslate %}",
    )
    page = drawn(engine, person=SimpleNamespace(name="<Lotte>"), much=5)
    assert page == "&lt;Lotte&gt; owes 5 %|<b>5</b>|nothing: ."


def test_what_an_included_part_sets_stays_in_it(tmp_path: Path):
    engine = settled(
        tmp_path,
        page="{% include 'part.html' with n=2 %}{{ inner }}{{ n }}",
        part="{% with inner=n %}{{ inner }}{% endwith %}{% url 'ticket_page' n as inner %}{{ inner }}",
    )
    assert drawn(engine) == "2/tickets/2/"


@pytest.mark.django_db
def test_the_pages_of_the_desk_are_drawn_as_django_draws_them(client: Client):
    make.shop()
    agent = make.agent()
    client.force_login(agent)
    purchase = make.purchase()
    contact = make.interaction(purchase=purchase, reason=make.reason(), summary="<b>5 & 6</b>")
    ticket = make.ticket(purchase=purchase, owner=agent)
    Interaction.objects.filter(pk=contact.pk).update(ticket=ticket)
    paths = (
        f"/purchases/{purchase.pk}/",
        f"/tickets/{ticket.pk}/",
        f"/calls/new/?purchase={purchase.pk}",
        "/queue/",
        f"/customers/{purchase.customer_id}/",
    )
    ours = [told(client, path) for path in paths]
    options = {**BUILTINS, "loaders": [("django.template.loaders.cached.Loader", PLAIN)]}
    with override_settings(TEMPLATES=[{**settings.TEMPLATES[0], "OPTIONS": options}]):
        for path, page in zip(paths, ours, strict=True):
            assert told(client, path).splitlines() == page.splitlines(), path


def told(client: Client, path: str) -> str:
    """The page without what differs each time: keys of forms, tokens, the second it was drawn."""
    answer = client.get(path)
    assert answer.status_code == 200
    # Long words without a space (a token, the key of a form), the second a call began, the clock.
    differs = r"[0-9A-Za-z-]{32,}|\b1\d{9}\b|<time [^>]*>[^<]*</time>"
    return re.sub(differs, "*", answer.content.decode())
