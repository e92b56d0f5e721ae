"""Tables of the procedures room: the manual, its versions, and the runs that follow them."""

from procedures.models.manual import Picture, Procedure
from procedures.models.runs import Record, Run
from procedures.models.versions import Branch, Step, Version

__all__ = ["Branch", "Picture", "Procedure", "Record", "Run", "Step", "Version"]
