"""The geometry of a tally: where each stroke begins and ends. Pure, in pixels, y downwards.

The proportions are those of the look: at height h strokes are 0.82 h tall and 0.09 h wide, 0.3 h
apart; groups stand 0.52 h apart; the fifth crosses the four from low left to high right.
"""

import zlib
from dataclasses import dataclass
from enum import StrEnum

GROUP = 5
GROUPS_DRAWN = 5
MOST_DRAWN = GROUP * GROUPS_DRAWN
MOST_FAINT = 5
NEAR = 2

TALL = 0.82
WIDE = 0.09
APART = 0.30
GROUP_APART = 0.52
LEAN = 0.05
UNEVEN = 0.045
OVERHANG = 0.17


class Kind(StrEnum):
    """How a stroke is inked."""

    INK = "ink"
    ALARM = "alarm"
    GHOST = "ghost"
    MERGED = "merged"
    LATER = "later"


@dataclass(frozen=True)
class Stroke:
    """A straight mark from (x1, y1) to (x2, y2)."""

    kind: Kind
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Tally:
    """A drawn tally; `times` is the whole number when only five groups of it are drawn."""

    width: float
    height: float
    stroke_width: float
    strokes: tuple[Stroke, ...]
    times: int | None

    def of(self, kind: Kind) -> tuple[Stroke, ...]:
        """The strokes of one kind, from left to right."""
        return tuple(stroke for stroke in self.strokes if stroke.kind is kind)


def first_alarm(net: int, threshold: int | None) -> int | None:
    """The place (from 1) of the first alarm stroke; None while net is below the threshold.

    A number too long to draw still shows its alarm: then at the latest on the last stroke drawn.
    """
    if threshold is None or net < threshold:
        return None
    return min(max(threshold, 1), net, MOST_DRAWN)


def ghost_place(net: int, threshold: int | None) -> int | None:
    """Where the threshold's dotted stroke goes: only when one or two more contacts reach it."""
    if threshold is None or net <= 0 or net >= threshold or threshold > MOST_DRAWN:
        return None
    return threshold if threshold - net <= NEAR else None


class Pen:
    """Lays strokes of one tally side by side; its unevenness depends on nothing but the seed."""

    def __init__(self, height: float, seed: object) -> None:
        self.h = height
        self.seed = seed

    def wobble(self, place: int, end: int) -> float:
        """A number in [-1, 1] that is the same for the same purchase, stroke and end, for ever."""
        return zlib.crc32(f"{self.seed}:{place}:{end}".encode()) / 0x7FFFFFFF - 1

    def left(self, place: int) -> float:
        """The middle of the upright at a place (from 1; the fifth of a group has none)."""
        group, inside = divmod(place - 1, GROUP)
        group_width = APART * (GROUP - 2) + GROUP_APART
        return self.h * (OVERHANG + WIDE / 2 + group * group_width + inside * APART)

    def upright(self, kind: Kind, x: float, place: int) -> Stroke:
        """A standing stroke around x, leaning a little, its ends uneven."""
        margin = self.h * (1 - TALL) / 2
        shift = self.h * UNEVEN
        return Stroke(
            kind,
            x1=x + self.h * LEAN + shift * self.wobble(place, 1),
            y1=margin + shift * self.wobble(place, 2),
            x2=x - self.h * LEAN + shift * self.wobble(place, 3),
            y2=self.h - margin + shift * self.wobble(place, 4),
        )

    def slash(self, kind: Kind, place: int) -> Stroke:
        """The fifth stroke, from low left to high right, a little past the outer ones."""
        shift = self.h * UNEVEN
        return Stroke(
            kind,
            x1=self.left(place - 4) - self.h * OVERHANG,
            y1=self.h * 0.72 + shift * self.wobble(place, 1),
            x2=self.left(place - 1) + self.h * OVERHANG,
            y2=self.h * 0.28 + shift * self.wobble(place, 2),
        )

    def mark(self, kind: Kind, place: int) -> Stroke:
        """The stroke at a place of the count."""
        if place % GROUP == 0:
            return self.slash(kind, place)
        return self.upright(kind, self.left(place), place)


def draw_tally(
    net: int,
    *,
    merged: int = 0,
    later: int = 0,
    threshold: int | None = None,
    seed: object = 0,
    height: float = 20,
    ghost: bool = True,
) -> Tally:
    """Draw `net` counted contacts, then merged and later ones, faint, up to five of each.

    Strokes are alarming exactly when net >= threshold, from the threshold's place on. More than
    25 become five groups and `times`. The same seed always gives the same drawing. Negative
    numbers raise ValueError.
    """
    if min(net, merged, later) < 0:
        msg = "A tally counts; it has no negative numbers."
        raise ValueError(msg)
    pen = Pen(height, seed)
    drawn = min(net, MOST_DRAWN)
    alarm = first_alarm(net, threshold)
    strokes = [
        pen.mark(Kind.ALARM if alarm is not None and place >= alarm else Kind.INK, place)
        for place in range(1, drawn + 1)
    ]
    place = ghost_place(net, threshold) if ghost else None
    if place is not None:
        strokes.append(pen.mark(Kind.GHOST, place))
    faint = [Kind.MERGED] * min(merged, MOST_FAINT) + [Kind.LATER] * min(later, MOST_FAINT)
    x = right_edge(strokes)
    for number, kind in enumerate(faint):
        x += height * (GROUP_APART if number == 0 and strokes else APART)
        strokes.append(pen.upright(kind, x, 1000 + number))
    return Tally(
        width=right_edge(strokes) + height * WIDE,
        height=height,
        stroke_width=height * WIDE,
        strokes=tuple(strokes),
        times=net if net > MOST_DRAWN else None,
    )


def right_edge(strokes: list[Stroke]) -> float:
    """The rightmost x reached so far, in pixels."""
    return max((max(stroke.x1, stroke.x2) for stroke in strokes), default=0.0)
