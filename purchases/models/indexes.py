from django.db import models


def searched(column: str, *, name: str) -> models.Index:
    """The index of a column that is searched by how it begins, and never sorted by."""
    return models.Index(fields=[column], opclasses=["varchar_pattern_ops"], name=name)
