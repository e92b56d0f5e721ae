"""Tables of the procedures room: the manual, its versions, who has read them, and their runs."""

from procedures.models.manual import Picture, Procedure
from procedures.models.reading import Confirmation, ReadRequest
from procedures.models.runs import Record, Run
from procedures.models.versions import Branch, Step, Version

__all__ = [
    "Branch",
    "Confirmation",
    "Picture",
    "Procedure",
    "ReadRequest",
    "Record",
    "Run",
    "Step",
    "Version",
]
