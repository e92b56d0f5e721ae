"""The panels of the board, in the order of its questions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from dashboards.panels.change import show_change
from dashboards.panels.data import show_data
from dashboards.panels.normal import show_normal
from dashboards.panels.opinion import show_opinion
from dashboards.panels.where import show_where
from dashboards.panels.why import show_why
from dashboards.panels.work import show_work
from dashboards.reading import Board


@dataclass(frozen=True)
class Panel:
    """One question of the board. ``name`` stands in its address; ``definition`` is one click away
    and ``anchor`` its place on the page How we count. ``channels``: what of it a channel changes,
    empty when all of it. ``width`` on the board: full, half, third or rest. ``reads_products``: its figures name every product anyway."""

    name: str
    title: Any
    question: Any
    template: str
    show: Callable[[Board], object]
    definition: Any
    anchor: str
    channels: Any = ""
    width: str = "full"
    reads_products: bool = False


PANELS: tuple[Panel, ...] = (
    Panel(
        name="normal",
        title=_("Contacts per purchase"),
        question=_("Are we normal?"),
        template="dashboards/_normal.html",
        show=show_normal,
        definition=_(
            "Counted contacts within the window, divided by the purchases delivered in the period "
            "that are mature. The interval says how far the mean may be from the truth. Luck is "
            "the part of the spread that chance alone makes; the rest is that purchases differ. Came "
            "again: less than 7 days after the one before on the same purchase. Solved at the first "
            "contact: it ended resolved, and none about the same group of reasons followed within "
            "7 days."
        ),
        anchor="metrics",
        channels=_(
            "The threshold is about all channels together, so it is not drawn here; nor can one "
            "channel tell what was solved or came again."
        ),
    ),
    Panel(
        name="why",
        title=_("Reasons"),
        question=_("Why do they call?"),
        template="dashboards/_why.html",
        show=show_why,
        definition=_(
            "Counted contacts of mature purchases by the fault of their reason. The change is "
            "against the period of the same length before; it is red when its 95 % interval lies "
            "above nothing."
        ),
        anchor="why",
        width="half",
    ),
    Panel(
        name="where",
        title=_("Products"),
        question=_("Where?"),
        template="dashboards/_where.html",
        show=show_where,
        definition=_(
            "Each product with at least 10 purchases, weighed by their age, against all the "
            "others. A purchase counts with at most as many contacts as the threshold. Outside "
            "means more than three standard deviations above the others. The rate told is drawn "
            "towards the others where there are few purchases."
        ),
        anchor="funnel",
        channels=_("All channels: products are not told apart by channel."),
        width="half",
        reads_products=True,
    ),
    Panel(
        name="work",
        title=_("Flags, second person, promises"),
        question=_("What is being done?"),
        template="dashboards/_work.html",
        show=show_work,
        definition=_(
            "Flags not closed yet by the days since they were raised, whatever the period. Second "
            "inspections signed in the period, and those of them that conform. Promises that "
            "ended in the period; released ones are left out."
        ),
        anchor="flag",
        channels=_("All channels: flags, inspections and promises have none."),
    ),
    Panel(
        name="change",
        title=_("Trend"),
        question=_("Is it changing?"),
        template="dashboards/_change.html",
        show=show_change,
        definition=_(
            "By month: counted contacts per mature purchase with a 95 % interval. By week: "
            "contacts within 7 days of delivery per purchase, with Laney's limits, which are as "
            "wide as the weeks really vary. A signal is one week beyond a limit or eight in a row "
            "on one side of the mean."
        ),
        anchor="over-time",
        channels=_("The weekly chart is about all channels together."),
    ),
    Panel(
        name="opinion",
        title=_("Ratings"),
        question=_("What do they think?"),
        template="dashboards/_opinion.html",
        show=show_opinion,
        definition=_(
            "All ratings of the purchases delivered in the period, 1 (bad) to 5 (good). Content "
            "are 4 and 5."
        ),
        anchor="ratings",
        channels=_("All channels: ratings have none."),
        width="third",
    ),
    Panel(
        name="data",
        title=_("Data quality and load"),
        question=_("How good are the data?"),
        template="dashboards/_data.html",
        show=show_data,
        definition=_(
            "What the figures leave out or cannot tell. Contacts received count by the day they "
            "came in, all others by the day their purchase was delivered. Load says how busy we "
            "are and nothing about quality: contacts received in the period ÷ purchases "
            "delivered in it, or ordered where no delivery is known."
        ),
        anchor="data-quality",
        width="rest",
    ),
)
