"""What earlier runs wrote: a file in the pages' folder, which says of a page that nobody needs whether it is ours."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Self

from nosto_tagging.errors import InvalidArgument
from nosto_tagging.static.names import same

if sys.platform != "win32":
    import fcntl

__all__ = ["Ledger", "entry"]

_DIGEST = 16  # bytes
_HEADER = b"nosto_tagging: pages written, 1\n"
_ENTRY = 2 * _DIGEST  # as long as the header is
_AT_A_TIME = 4096  # entries that are read


def entry(name: str, text: bytes) -> bytes:
    """A page as the ledger knows it: a digest of its name, and one of its text."""
    return _name(name) + hashlib.blake2b(text, digest_size=_DIGEST).digest()


class Ledger:
    """The pages that runs with one pattern of names wrote into a folder.

    It holds digests and no names. So it tells nobody the names of pages, which may be a person's data, where the
    folder is published whole; and whatever is put into it points at no file. What is to be removed is looked for in
    the folder, and is ours if its name and its text are known.

    Pages are added before they come to their names, so that a run that is killed leaves none that the next does not
    know. One run at a time may remove pages; several that do not may add theirs side by side.

    Raises `InvalidArgument` when another run removes, or when there is a file in its place that is no ledger.
    """

    def __init__(self, path: Path, *, removes: bool) -> None:
        self.removes = removes
        try:
            self._file = _opened(path, removes=removes)
        except OSError as error:
            raise InvalidArgument("out", f"has a ledger that cannot be used: {error.strerror}") from None
        self._known = _database()
        if removes:
            rows = ((each[:_DIGEST], each[_DIGEST:]) for each in _entries(self._file))
            self._known.executemany("INSERT OR IGNORE INTO pages VALUES (?, ?, 0)", rows)

    @classmethod
    def of(cls, out: Path, pattern: str, *, removes: bool) -> Self | None:
        """The folder's own; it has one from the first run on that removes pages."""
        # Pages with names of another pattern are another site in the same folder, and are left alone.
        path = out / f".nosto-tagging-{_name(pattern).hex()[:8]}.ledger"
        return cls(path, removes=removes) if removes or path.is_file() else None

    def close(self) -> None:
        """Let others in."""
        self._file.close()
        self._known.close()

    def add(self, entries: Iterable[bytes]) -> None:
        """Add pages that are about to be written."""
        self._file.write(b"".join(entries))
        self._file.flush()

    def keep(self, page: bytes) -> None:
        """Say that this run has the page, which it wrote or found as it should be."""
        if self.removes:
            self._known.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, 1)", (page[:_DIGEST], page[_DIGEST:]))

    def remove(self, out: Path, depth: int) -> int:
        """Remove the pages that earlier runs wrote and this one does not have; how many they were.

        `depth` is how many folders deep they lie. A page that somebody has changed since is not ours any more.
        """
        # Looked for first and removed then: what a folder lists while files go from it is not the same everywhere.
        self._known.execute("CREATE TABLE stale (name BLOB)")
        for name in _files(str(out), depth):
            if self._is_stale(name, out / name):
                self._known.execute("INSERT INTO stale VALUES (?)", (os.fsencode(name),))
        removed = 0
        for (stale,) in self._known.execute("SELECT name FROM stale"):
            (out / os.fsdecode(stale)).unlink()
            removed += 1
        return removed

    def settle(self, *, removed: bool) -> None:
        """Begin anew, with the pages of this run, and those of earlier ones unless they were `removed`."""
        # Killed in the middle of it, the rest is unknown until a run has it again: nothing is removed that should stay.
        self._file.truncate(0)
        self._file.write(_HEADER)
        for name, text in self._known.execute("SELECT name, text FROM pages WHERE now >= ? ORDER BY name", (removed,)):
            self._file.write(name + text)
        self._file.flush()

    def _is_stale(self, name: str, path: Path) -> bool:
        rows = self._known.execute("SELECT text, now FROM pages WHERE name = ?", (_name(name),)).fetchall()
        if not rows or any(now for _, now in rows):
            return False
        with path.open("rb") as file:
            text = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=_DIGEST)).digest()
        return any(text == known for known, _ in rows)


def _name(name: str) -> bytes:
    return hashlib.blake2b(same(name).encode("utf-8", "surrogateescape"), digest_size=_DIGEST).digest()


def _opened(path: Path, *, removes: bool) -> IO[bytes]:
    """The ledger, which nobody else has if this run removes pages, and its end where one may be added."""
    # A link in its place would have us write somewhere else.
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InvalidArgument("out", f"has something in place of the ledger {path.name} that is no file")
    file = os.fdopen(descriptor, "r+b")
    try:
        if sys.platform != "win32":
            try:
                fcntl.flock(file, (fcntl.LOCK_EX if removes else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InvalidArgument(
                    "out", "is being written to by another run, and one of both removes pages"
                ) from None
        head = file.read(_ENTRY)
        if head != _HEADER:
            if len(head) == _ENTRY or not _HEADER.startswith(head):
                raise InvalidArgument("out", f"has a ledger, {path.name}, that this library did not write: remove it")
            file.truncate(0)
            file.write(_HEADER)
            file.flush()
        # A run that was killed, or a full disk, may have stopped in the middle of an entry.
        size = os.fstat(descriptor).st_size
        file.truncate(size - size % _ENTRY)
        file.seek(_ENTRY)
    except BaseException:
        file.close()
        raise
    return file


def _entries(file: IO[bytes]) -> Iterator[bytes]:
    while some := file.read(_AT_A_TIME * _ENTRY):
        yield from (some[at : at + _ENTRY] for at in range(0, len(some), _ENTRY))


def _database() -> sqlite3.Connection:
    """For what earlier runs wrote, on disk and in order, however much it is."""
    known = sqlite3.connect("", isolation_level=None)  # a temporary database of SQLite's, gone with its connection
    known.execute("PRAGMA journal_mode = OFF")
    known.execute("PRAGMA synchronous = OFF")
    known.execute("CREATE TABLE pages (name BLOB, text BLOB, now INTEGER, PRIMARY KEY (name, text)) WITHOUT ROWID")
    return known


def _files(folder: str, depth: int, above: str = "") -> Iterator[str]:
    """The names of the files that lie so deep in the folder, hidden ones and links left out: no page is either."""
    try:
        entries = os.scandir(folder)
    except PermissionError:  # what cannot be looked into was not written to by us
        return
    with entries:
        for each in entries:
            if each.name.startswith("."):
                continue
            if depth and each.is_dir(follow_symlinks=False):
                yield from _files(each.path, depth - 1, f"{above}{each.name}/")
            elif not depth and each.is_file(follow_symlinks=False):
                yield above + each.name
