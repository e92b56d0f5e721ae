"""Markdown becomes HTML that can do no harm."""

import pytest

from procedures.rules.texts import render_markdown


def render(text: str) -> str:
    return render_markdown(text, lambda key: f"/p/{key}/")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b** and *i*", "<p><strong>b</strong> and <em>i</em></p>\n"),
        ("# Big", "<h4>Big</h4>\n"),
        ("###### Small", "<h6>Small</h6>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("![a jug](picture:12)", '<p><img src="/p/12/" alt="a jug"></p>\n'),
        ("![spy](https://elsewhere.example/x.png)", "<p>spy</p>\n"),
        (
            "[us](https://example.com)",
            '<p><a href="https://example.com" rel="noopener noreferrer">us</a></p>\n',
        ),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html;base64,AAAA)", "<p>[x](data:text/html;base64,AAAA)</p>\n"),
        ("[x](vnd.other:1)", '<p><a rel="noopener noreferrer">x</a></p>\n'),
    ],
)
def test_text_is_rendered_and_cleaned(text, html):
    assert render(text) == html
