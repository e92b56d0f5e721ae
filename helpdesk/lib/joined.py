"""Many short texts as one, put together by the database: a list in a column costs no query."""

from typing import Any

from django.db.models import Aggregate, TextField

LINE = "\n"


class Joined(Aggregate):
    """The texts of a group, one a line, in no order; NULL of no rows. Texts have no line breaks."""

    output_field = TextField()
    function = "GROUP_CONCAT"
    template = f"%(function)s(%(expressions)s, '{LINE}')"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """The same by its name there."""
        return self.as_sql(compiler, connection, function="STRING_AGG", **extra)
