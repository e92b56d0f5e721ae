"""Everything the panels of one board read, each thing once and only when a panel asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from accounts.models import Shop
from dashboards.choice import DEFAULT_PERIOD, Choice, read_choice
from dashboards.links import Links
from dashboards.stats.cohorts import Cohorts, read_cohorts
from dashboards.stats.contacts import Contacts, read_contacts
from dashboards.stats.lens import FIRST_DAY, Lens
from dashboards.stats.products import NamedProduct, Products, read_catalogue, read_products
from dashboards.stats.reasons import Why, read_why
from dashboards.stats.received import Received, read_received
from dashboards.stats.scores import Scores, read_scores
from dashboards.stats.work import Moments, Work, read_work
from helpdesk.lib.periods import day_start, read_period
from thresholds.models import Threshold, ThresholdRevision
from thresholds.rules.maturity import default_curve

# The frozen dataclass keeps what it has read in its own __dict__, as cached_property does.


@dataclass(frozen=True)
class Board:
    """``params``: the address; ``with_products``: a panel will read the products anyway, so their
    names for the filters come from there."""

    params: Mapping[str, str]
    shop: Shop
    now: datetime
    with_products: bool = True

    @property
    def today(self) -> date:
        """The day it is in the shop."""
        return self.now.astimezone(self.shop.zone).date()

    @cached_property
    def revision(self) -> ThresholdRevision | None:
        """The run whose number is in force; None before the first."""
        threshold = Threshold.objects.select_related("in_force").filter(pk=1).first()
        return threshold.in_force if threshold else None

    @cached_property
    def whole(self) -> Lens:
        """The period alone, for the whole shop."""
        period = read_period(self.params, self.today, DEFAULT_PERIOD).period
        fit = self.revision
        window = self.shop.window_days
        learned = fit is not None and fit.window_days == window and fit.maturity
        return Lens(
            start=period.start or FIRST_DAY,
            end=min(period.end, self.today),
            today=self.today,
            window_days=window,
            maturity=fit.maturity if fit and learned else default_curve(window),
        )

    @cached_property
    def products(self) -> Products:
        """All products, with the funnel's verdict."""
        size = self.revision.k if self.revision else None
        return read_products(self.whole, number=self.shop.threshold, k=size)

    @cached_property
    def catalogue(self) -> tuple[NamedProduct, ...]:
        """All products by name."""
        if self.with_products:
            return tuple(row.product for row in self.products.rows)
        return read_catalogue()

    @cached_property
    def choice(self) -> Choice:
        """What the address asks for."""
        return read_choice(self.params, today=self.today, catalogue=self.catalogue)

    @cached_property
    def lens(self) -> Lens:
        """The period, part of the shop and channel."""
        whole, choice = self.whole, self.choice
        return Lens(
            start=whole.start,
            end=whole.end,
            today=whole.today,
            window_days=whole.window_days,
            scope=choice.scope,
            channel=choice.channel,
            maturity=whole.maturity,
        )

    @property
    def links(self) -> Links:
        """Addresses of the rows behind the figures."""
        return Links(self.choice, self.lens)

    @cached_property
    def cohorts(self) -> Cohorts:
        """Purchases by their interactions."""
        return read_cohorts(self.lens)

    @cached_property
    def contacts(self) -> Contacts:
        """Which contacts came again, which first ones were the last."""
        return read_contacts(self.lens)

    @cached_property
    def why(self) -> Why:
        """Interactions by reason."""
        return read_why(self.cohorts)

    @cached_property
    def work(self) -> Work:
        """Flags, inspections, promises."""
        return read_work(scope=self.lens.scope, moments=self.moments)

    @cached_property
    def received(self) -> Received:
        """Load and data quality."""
        moments = self.moments
        return read_received(self.lens, start=moments.start, end=moments.end, now=self.now)

    @cached_property
    def scores(self) -> Scores:
        """Ratings."""
        return read_scores(self.lens)

    @property
    def moments(self) -> Moments:
        """The period's first and following moment in the shop's zone."""
        zone = self.shop.zone
        return Moments(
            now=self.now,
            today=self.today,
            start=day_start(self.lens.start, zone),
            end=day_start(self.lens.end + timedelta(days=1), zone),
        )
