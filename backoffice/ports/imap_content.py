"""The content of a message on its way: in memory while it is small, in a temporary file where it is not."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO

from backoffice.rules.mail_identity import ContentHash

PART = 1_000_000


@dataclass
class Content:
    """The bytes of one message with their size and hash; to be closed."""

    size: int
    digest: str
    data: bytes = field(default=b"", repr=False)
    file: IO[bytes] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, data: bytes) -> "Content":
        """Keep a small message."""
        found = ContentHash()
        found.update(data)
        return cls(len(data), found.hexdigest(), data)

    @classmethod
    def from_parts(cls, parts: Iterable[bytes]) -> "Content":
        """Keep a large message in a file that has no name."""
        found, size, file = ContentHash(), 0, tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        try:
            for part in parts:
                found.update(part)
                file.write(part)
                size += len(part)
        except BaseException:
            file.close()
            raise
        return cls(size, found.hexdigest(), file=file)

    def parts(self) -> Iterator[bytes]:
        """Give the bytes in parts, from the beginning."""
        if self.file is None:
            yield self.data
            return
        self.file.seek(0)
        while part := self.file.read(PART):
            yield part

    def close(self) -> None:
        """Let the file go."""
        if self.file is not None:
            self.file.close()
