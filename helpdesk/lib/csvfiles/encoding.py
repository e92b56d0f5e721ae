"""Whether a file is CSV text at all: looked at once, in bounded memory, before a row is used."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import filetype
from django.utils.translation import gettext as _

from helpdesk.lib.csvfiles.refusals import CsvRefused

# Characters in one physical line; longer ones are no rows of a table.
LINE_LIMIT = 1024 * 1024
_CHUNK = 256 * 1024
_LOOK = 8192
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP, _OLD_OFFICE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"{\\rtf")


@dataclass(frozen=True)
class TextFacts:
    """What one look through a file found out."""

    encoding: str
    size: int
    lines: int


def examine(stream: BinaryIO) -> TextFacts:
    """Read a seekable stream through once, and leave it at its start.

    Raises CsvRefused for an empty file, one that is not text, bytes that are not UTF-8 (UTF-16
    with a byte order mark is taken too), NUL characters, and a line of more than a mebibyte; with
    the number of the line.
    """
    stream.seek(0)
    head = stream.read(_LOOK)
    encoding = _encoding(head)
    stream.seek(0)
    lines, run, size, ends_open = 1, 0, 0, False
    for text, read in _decoded(stream, encoding):
        size += read
        if not text:
            # The end of the file is no end of a line.
            continue
        if "\0" in text:
            line = lines + _breaks(text[: text.index("\0")])
            raise CsvRefused(
                _("Line %(line)d contains a NUL character: this is not plain text. %(advice)s")
                % {"line": line, "advice": _advice()}
            )
        last = max(text.rfind("\n"), text.rfind("\r"))
        run = run + len(text) if last < 0 else len(text) - last - 1
        lines += _breaks(text)
        ends_open = last != len(text) - 1
        if run > LINE_LIMIT:
            raise line_too_long(lines)
    stream.seek(0)
    return TextFacts(encoding, size, lines if ends_open else lines - 1)


def line_too_long(line: int) -> CsvRefused:
    """The refusal of a file with an endless line."""
    return CsvRefused(
        _(
            "Line %(line)d is longer than a million characters. A CSV file has one row on each "
            "line. Check how the file was made."
        )
        % {"line": line}
    )


def _encoding(head: bytes) -> str:
    """The encoding to read with, by the first bytes. Raises CsvRefused for what is not text."""
    if not head.strip():
        raise CsvRefused(_("The file is empty. It must have a row of column names and rows."))
    if head.startswith(_UTF16):
        return "utf-16"
    kind = _kind(head)
    if kind:
        raise CsvRefused(
            _("This file is not CSV but %(kind)s. %(advice)s") % {"kind": kind, "advice": _advice()}
        )
    return "utf-8-sig"


def _kind(head: bytes) -> str:
    """In words what a file is that is no text; "" when it may be CSV."""
    if head.startswith((_ZIP, _OLD_OFFICE)):
        return _("a spreadsheet or an archive (Excel, ODS, zip)")
    if head.startswith(_PDF):
        return _("a PDF")
    if head.lstrip().lower().startswith(_MARKUP):
        return _("a web page or another marked-up document")
    guess = filetype.guess(head)
    if guess is not None:
        return _("a file of type %(type)s") % {"type": guess.mime}
    if b"\0" in head:
        return _("a binary file")
    return ""


def _decoded(stream: BinaryIO, encoding: str) -> Iterator[tuple[str, int]]:
    """The text in chunks, with the bytes each took. Raises CsvRefused at bytes that are none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    while True:
        chunk = stream.read(_CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            before = bytes(error.object[: error.start])
            line = lines + _breaks(before.decode(encoding, errors="replace"))
            raise not_utf8(line, error) from error
        yield text, len(chunk)
        lines += _breaks(text)
        if not chunk:
            return


def not_utf8(line: int, error: UnicodeDecodeError) -> CsvRefused:
    """The refusal of a file in another encoding."""
    bad = error.object[error.start : error.start + 1]
    return CsvRefused(
        _("This file is not UTF-8: line %(line)d has the byte 0x%(byte)s. %(advice)s")
        % {"line": line, "byte": bytes(bad).hex().upper(), "advice": _advice()}
    )


def _breaks(text: str) -> int:
    """How many lines end in a text: \\n, \\r\\n and a lone \\r end one."""
    if "\r" not in text:
        return text.count("\n")
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _advice() -> str:
    return _("Open it in a spreadsheet and save it as “CSV UTF-8”.")
