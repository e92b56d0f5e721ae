"""What part of the shop the board is asked to show; it stands in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from dashboards.stats.products import NamedProduct
from dashboards.stats.scopes import scope_of
from helpdesk.lib.periods import Period, read_period
from tickets.models import Interaction

DEFAULT_PERIOD = "365"


@dataclass(frozen=True)
class Choice:
    """A period; a product, a category (then the product is one of it); a channel.

    ``errors`` tell what of the address was left out.
    """

    period: Period
    product: NamedProduct | None = None
    category: str = ""
    channel: str = ""
    errors: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """The scope of the counters."""
        return scope_of(product=self.product.pk if self.product else None, category=self.category)

    @property
    def channel_name(self) -> str:
        """The channel in words; empty for all of them."""
        return str(Interaction.Channel(self.channel).label) if self.channel else ""

    @property
    def part(self) -> dict[str, str]:
        """The parameter of the scope: the product, else the category."""
        if self.product:
            return {"product": str(self.product.pk)}
        return {"category": self.category} if self.category else {}

    @property
    def params(self) -> dict[str, str]:
        """The parameters that give this choice again; the default period is left out."""
        period = self.period.params if self.period.key != DEFAULT_PERIOD else {}
        channel = {"channel": self.channel} if self.channel else {}
        category = {"category": self.category} if self.category else {}
        return {**period, **category, **self.part, **channel}

    @property
    def query(self) -> str:
        """The same as "?…", "?" alone for the whole board."""
        return "?" + urlencode(self.params)

    def query_with(self, **changes: str) -> str:
        """The query with changes made; an empty value takes a parameter out."""
        params = {**self.params, **changes}
        return "?" + urlencode({name: value for name, value in params.items() if value})


def read_choice(
    params: Mapping[str, str], *, today: date, catalogue: Sequence[NamedProduct]
) -> Choice:
    """The choice in the address; what cannot be read is told and left out."""
    asked = read_period(params, today, DEFAULT_PERIOD)
    errors = [asked.error] if asked.error else []
    product = _product(params.get("product", ""), catalogue, errors)
    category = _category(params.get("category", ""), catalogue, errors)
    if product is not None and category not in {"", product.category}:
        told = {"product": product.name, "category": category}
        errors.append(
            _("%(product)s is not in “%(category)s”; all of the category is shown.") % told
        )
        product = None
    return Choice(
        period=asked.period,
        product=product,
        category=category,
        channel=_channel(params.get("channel", ""), errors),
        errors=tuple(errors),
    )


def _product(
    text: str, catalogue: Sequence[NamedProduct], errors: list[str]
) -> NamedProduct | None:
    if not text:
        return None
    found = next((product for product in catalogue if str(product.pk) == text), None)
    if found is None:
        errors.append(_("This product does not exist; the board shows all of them."))
    return found


def _category(text: str, catalogue: Sequence[NamedProduct], errors: list[str]) -> str:
    if not text or any(product.category == text for product in catalogue):
        return text
    told = {"category": text[:40]}
    errors.append(
        _("No product is in the category “%(category)s”; the board shows all of them.") % told
    )
    return ""


def _channel(text: str, errors: list[str]) -> str:
    if not text or text in Interaction.Channel.values:
        return text
    told = {"channel": text[:40]}
    errors.append(_("There is no channel “%(channel)s”; the board shows all of them.") % told)
    return ""
