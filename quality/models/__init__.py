"""The tables of the quality room, split by noun."""

from quality.models.classes import AQLS, LEVELS, Severity
from quality.models.devices import DeviceEntry
from quality.models.gauges import Gauge
from quality.models.inspections import Inspection, Result
from quality.models.knownbad import KnownBad
from quality.models.lots import LotPart
from quality.models.nonconformances import CorrectiveAction, Disposition, Nonconformance
from quality.models.plans import Characteristic, Plan
from quality.models.sampling import SampleSize, Switch

__all__ = [
    "AQLS",
    "LEVELS",
    "Characteristic",
    "CorrectiveAction",
    "DeviceEntry",
    "Disposition",
    "Gauge",
    "Inspection",
    "KnownBad",
    "LotPart",
    "Nonconformance",
    "Plan",
    "Result",
    "SampleSize",
    "Severity",
    "Switch",
]
