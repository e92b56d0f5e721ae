"""What the database itself refuses in the quality room, beyond what a CHECK can see."""

from helpdesk.lib.frozen import Declared
from quality.frozen.concessions import CONCESSIONS
from quality.frozen.devices import DEVICES
from quality.frozen.first import FIRST
from quality.frozen.gauges import GAUGES
from quality.frozen.knownbad import KNOWN_BAD
from quality.frozen.lots import LOTS
from quality.frozen.nonconformances import NONCONFORMANCES
from quality.frozen.pairs import PAIRS
from quality.frozen.products import PRODUCTS
from quality.frozen.sampling import SAMPLING

__all__ = [
    "CONCESSIONS",
    "DEVICES",
    "FIRST",
    "FROZEN",
    "GAUGES",
    "KNOWN_BAD",
    "LOTS",
    "NONCONFORMANCES",
    "PAIRS",
    "PRODUCTS",
    "SAMPLING",
]

# A trigger that stands in two of them is replaced by the later one.
FROZEN: list[Declared] = [
    *FIRST,
    *PAIRS,
    *LOTS,
    *NONCONFORMANCES,
    *SAMPLING,
    *KNOWN_BAD,
    *PRODUCTS,
    *GAUGES,
    *CONCESSIONS,
    *DEVICES,
]
