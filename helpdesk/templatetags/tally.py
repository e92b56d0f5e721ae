"""The tally, the product's signature, as inline SVG with its meaning in words."""

import zlib
from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from helpdesk.lib.settled import settles
from helpdesk.lib.tallymarks import Kind, Stroke, Tally, draw_tally

register = template.Library()

HEIGHTS = {"xs": 17.0, "sm": 23.0, "md": 36.0, "lg": 58.0}
# At list size a dotted stroke is noise; it appears where there is room to explain it.
GHOST_FROM = 30.0
# So many hands draw the strokes: enough that neighbours in a list differ, and few enough that what
# a list shows has mostly been drawn before.
HANDS = 61


@register.simple_tag
def tally(
    net: int | None,
    *,
    merged: int = 0,
    later: int = 0,
    threshold: int | None = None,
    seed: object = 0,
    size: str = "sm",
    number: str = "",
) -> SafeString:
    """A purchase's net interactions as tally marks.

    `seed` is the purchase's key, so that its strokes never jitter. `size` is xs, sm, md or lg.
    `number` adds the figure: "left", "right", or "of" ("5 of 6"); a count of none or more than
    25 always shows it.
    """
    hand = zlib.crc32(str(seed).encode()) % HANDS
    return _drawn(
        net or 0,
        merged=merged or 0,
        later=later or 0,
        threshold=threshold,
        hand=hand,
        size=size,
        number=number,
        language=get_language(),
    )


@lru_cache(maxsize=8192)
def _drawn(
    net: int,
    *,
    merged: int,
    later: int,
    threshold: int | None,
    hand: int,
    size: str,
    number: str,
    language: str | None,
) -> SafeString:
    """Kept: the same small numbers stand on page after page."""
    height = HEIGHTS[size]
    drawn = draw_tally(
        net,
        merged=merged,
        later=later,
        threshold=threshold,
        seed=hand,
        height=height,
        ghost=height >= GHOST_FROM,
    )
    words = tally_words(net, merged=merged, later=later, threshold=threshold)
    figure = number_html(net, threshold, style=number, drawn=drawn)
    picture = svg(drawn) if drawn.strokes else SafeString("")
    parts = (figure, picture) if number == "left" else (picture, figure)
    return format_html(
        '<span class="td-tally td-tally-{}">{}{}<span class="visually-hidden">{}</span></span>',
        size,
        *parts,
        words,
    )


def tally_words(net: int, *, merged: int, later: int, threshold: int | None) -> str:
    """What the drawing says, for people who hear it: "5 counted contacts, threshold 6, 1 merged"."""
    parts = [ngettext("%(n)d counted contact", "%(n)d counted contacts", net) % {"n": net}]
    if threshold is not None:
        text = _("at or over the threshold of %(t)d") if net >= threshold else _("threshold %(t)d")
        parts.append(text % {"t": threshold})
    if merged:
        parts.append(
            ngettext("%(n)d merged, not counted", "%(n)d merged, not counted", merged)
            % {"n": merged}
        )
    if later:
        parts.append(
            ngettext(
                "%(n)d later than the window, not counted",
                "%(n)d later than the window, not counted",
                later,
            )
            % {"n": later}
        )
    return ", ".join(parts)


def number_html(net: int, threshold: int | None, *, style: str, drawn: Tally) -> SafeString:
    """The figure beside the strokes; hidden from screen readers, who get the words."""
    if not style and net and drawn.times is None:
        return SafeString("")
    over = threshold is not None and net >= threshold
    state = " td-tally-number-alarm" if over else "" if net else " td-tally-number-none"
    text = f"\u00d7 {net}" if drawn.times is not None and style != "left" else str(net)
    figure = format_html(
        '<span class="td-tally-number{}" aria-hidden="true">{}</span>', state, text
    )
    if style != "of" or threshold is None:
        return figure
    of = _("of %(t)d") % {"t": threshold}
    return format_html('{}<span class="td-tally-of" aria-hidden="true">{}</span>', figure, of)


def svg(drawn: Tally, *, css: str = "td-tally-svg") -> SafeString:
    """The drawing: one path per kind of stroke, geometry in attributes, colours by class."""
    paths = (
        (f"td-tally-{kind}", path_data(drawn.of(kind)), dashes(kind, drawn.stroke_width))
        for kind in Kind
        if drawn.of(kind)
    )
    return format_html(
        '<svg class="{}" width="{}" height="{}" viewBox="0 0 {} {}" stroke-width="{}" '
        'stroke-linecap="round" aria-hidden="true" focusable="false">{}</svg>',
        css,
        short(drawn.width),
        short(drawn.height),
        short(drawn.width),
        short(drawn.height),
        short(drawn.stroke_width),
        format_html_join("", '<path class="{}" d="{}"{}/>', paths),
    )


def dashes(kind: Kind, stroke_width: float) -> SafeString:
    """The ghost is dotted and finer than ink, everything else is drawn through."""
    if kind is not Kind.GHOST:
        return SafeString("")
    fine = stroke_width * 0.5
    return format_html(
        ' stroke-width="{}" stroke-dasharray="0.1 {}"', short(fine), short(fine * 2.4)
    )


def path_data(strokes: Iterable[Stroke]) -> str:
    """SVG path data of straight strokes, to a tenth of a pixel."""
    return "".join(f"M{short(s.x1)} {short(s.y1)}L{short(s.x2)} {short(s.y2)}" for s in strokes)


def short(value: float) -> str:
    """At most one decimal, none when it is zero."""
    return f"{value:.1f}".removesuffix(".0")


@register.simple_tag
@settles
def tally_logo(*, size: int = 24) -> SafeString:
    """The product's mark: one full group; decorative, the name stands beside it."""
    return svg(draw_tally(5, seed="logo", height=float(size)), css="td-logo")
