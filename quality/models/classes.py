from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    """How bad it is: the class of a characteristic and of what is found wrong."""

    CRITICAL = "critical", _("Critical")
    MAJOR = "major", _("Major")
    MINOR = "minor", _("Minor")


# Inspection levels and AQLs as MIL-STD-105E writes them.
LEVELS = ["S-1", "S-2", "S-3", "S-4", "I", "II", "III"]
AQLS = [
    "0.010", "0.015", "0.025", "0.040", "0.065", "0.10", "0.15", "0.25", "0.40", "0.65", "1.0",
    "1.5", "2.5", "4.0", "6.5", "10", "15", "25", "40", "65", "100", "150", "250", "400", "650",
    "1000",
]  # fmt: skip
