"""Markdown as HTML: rendered by markdown-it-py, cleaned by nh3. Pure."""

import re
from collections.abc import Callable
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("p", "br", "strong", "em", "s", "ul", "ol", "li", "a", "code", "pre", "blockquote", "hr"),
    *("h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "img"),
}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
PICTURE = re.compile(r"picture:([0-9]{1,15})")
# A step is a heading itself: those in its text stand below it.
HIGHEST_HEADING = 4

PictureAddress = Callable[[int], str]


def render_markdown(text: str, address: PictureAddress) -> SafeString:
    """The text as safe HTML; ``address`` gives where a picture of ours is.

    Raw HTML is shown as it was typed. A picture from elsewhere is left out: the page would tell
    its owner who reads it.
    """
    rendered = _render(text)
    with_pictures = PICTURE_SOURCE.sub(
        lambda found: f'src="{address(int(found.group(1)))}"', rendered
    )
    return mark_safe(with_pictures)  # noqa: S308  # cleaned by nh3; the addresses are ours


PICTURE_SOURCE = re.compile(r'src="/picture:([0-9]{1,15})"')


@lru_cache(maxsize=1024)
def _render(text: str) -> str:
    """Cleaned HTML in which pictures stand by their number: a run shows the same again and again."""
    engine = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    tokens = engine.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{max(HIGHEST_HEADING, int(token.tag[1:]))}"
        if token.children:
            token.children = [_settled(child) for child in token.children]
    html = str(engine.renderer.render(tokens, engine.options, {}))
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )


def _settled(token: Token) -> Token:
    """A picture of ours by its number, one from elsewhere as its words; the rest as it is."""
    if token.type != "image":
        return token
    ours = PICTURE.fullmatch(str(token.attrs.get("src", "")))
    if ours:
        token.attrs["src"] = f"/{ours.group(0)}"
        return token
    return Token("text", "", 0, content=token.content)
