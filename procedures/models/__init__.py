"""Tables of the procedures room: the manual and its versions."""

from procedures.models.manual import Picture, Procedure
from procedures.models.versions import Branch, Step, Version

__all__ = ["Branch", "Picture", "Procedure", "Step", "Version"]
