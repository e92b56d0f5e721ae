"""The file of refused rows, which a resumed import goes on writing."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from helpdesk.lib.csvfiles.refusals import Rejection
from helpdesk.lib.csvfiles.rejects import RejectsWriter

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Tap(io.BufferedIOBase):
    """A stream that lets nothing through until it is opened."""

    def __init__(self, stream: BinaryIO, *, is_open: bool) -> None:
        self.stream = stream
        self.is_open = is_open

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        return self.stream.write(data) if self.is_open else memoryview(data).nbytes


class RejectedRows:
    """Writes refused rows behind the `size` bytes that are in the file already."""

    def __init__(self, stream: BinaryIO, header: Sequence[str], size: int) -> None:
        stream.truncate(size)
        stream.seek(size)
        self._stream = stream
        # The heading stands in the file already when it is continued.
        tap = _Tap(stream, is_open=size == 0)
        self._writer = RejectsWriter(cast("BinaryIO", tap), header)
        tap.is_open = True

    @classmethod
    def open(cls, stream: BinaryIO | None, header: Sequence[str], size: int) -> Self | None:
        """The rows of a file, or none where nobody wants them."""
        return None if stream is None else cls(stream, header, size)

    def write(self, rejections: Sequence[Rejection]) -> None:
        """Write one row with all that is wrong with it."""
        self._writer.write(*rejections)

    def size(self) -> int:
        """Bytes in the file, all of them handed to the system."""
        self._stream.flush()
        return self._stream.tell()
