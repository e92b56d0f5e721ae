"""YAML as it stands in a procedure's file: plain texts, lists and fields, nothing else. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml
from django.utils.translation import gettext as _

DEEPEST = 5
LONGEST = 50_000


class FileFault(Exception):  # noqa: N818  # a fault, as drafts have them
    """What is wrong with a file, and in which line (from 1; 0 where no line is to blame)."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


class _Reader(yaml.BaseLoader):
    """Every scalar is the text that stands there; a field said twice is refused."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        told = super().construct_mapping(node, deep=deep)
        if len(told) < len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, _("a field stands there twice"), node.start_mark
            )
        return told


class _Writer(yaml.SafeDumper):
    """Fields in the order given, texts on one line, lists set in."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        super().increase_indent(flow, False)  # noqa: FBT003  # its own signature


def _number(writer: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = format(value.normalize(), "f")
    tag = "float" if "." in text else "int"
    return writer.represent_scalar(f"tag:yaml.org,2002:{tag}", text)


_Writer.add_representer(Decimal, _number)


def read_fields(text: str, *, first_line: int) -> dict[str, Any]:
    """The fields of a block that begins at ``first_line`` of its file.

    Values are texts, lists and fields again. Raises FileFault: no YAML, no fields, an alias
    (a small file would become a huge one), too deep or too long.
    """
    if len(text) > LONGEST:
        raise FileFault(first_line, _("The fields are too long."))
    try:
        _refuse_tricks(text, first_line)
        told = yaml.load(text, Loader=_Reader)  # noqa: S506  # texts only, by BaseLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = first_line + (mark.line if mark else 0)
        told_why = _("This cannot be read (%(why)s). Write it as “field: value”.")
        raise FileFault(line, told_why % {"why": error.problem}) from error
    except yaml.YAMLError as error:
        raise FileFault(first_line, _("There is a character that cannot be read.")) from error
    if not isinstance(told, dict):
        raise FileFault(first_line, _("Write each field as “field: value”."))
    return told


def write_fields(fields: Mapping[str, Any]) -> str:
    """The fields that say something, in their order; ends with a line break."""
    said = {name: value for name, value in fields.items() if value not in ("", None, [])}
    return str(
        yaml.dump(
            said,
            Dumper=_Writer,
            sort_keys=False,
            allow_unicode=True,
            default_flow_style=False,
            width=1_000_000,
        )
    )


def _refuse_tricks(text: str, first_line: int) -> None:
    depth = 0
    for one in yaml.parse(text, Loader=yaml.BaseLoader):
        depth += isinstance(one, yaml.CollectionStartEvent)
        depth -= isinstance(one, yaml.CollectionEndEvent)
        line = first_line + (one.start_mark.line if one.start_mark else 0)
        if isinstance(one, yaml.AliasEvent):
            raise FileFault(line, _("“*name” is not read here: write it out."))
        if depth > DEEPEST:
            raise FileFault(line, _("This is nested too deep."))
