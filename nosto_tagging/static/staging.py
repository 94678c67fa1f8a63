"""Where pages are until they are whole: a hidden folder that goes with its run, or with the next if it was killed."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

__all__ = ["staging"]

_PREFIX = ".nosto-tagging-"
_MOST = 256  # runs side by side in one folder that clean up after each other


@contextmanager
def staging(out: Path) -> Generator[Path]:
    """A folder of this run's own in `out`: a file is moved whole within one file system only.

    The folders are numbered, and each is held by a lock, which a run loses however it ends. So the next run takes the
    folder of one that was killed, and clears it.
    """
    for number in range(_MOST if _can_be_held(out) else 0):
        folder = _numbered(out, number)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        descriptor = _held(folder)
        if descriptor is None:
            continue
        try:
            _clear(folder)
            _sweep(out, number + 1)
            yield folder
        finally:
            _remove(folder, descriptor)
        return
    # Windows, and file systems that lock no folders: what a killed run leaves stays there.
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=out) as other:
        yield Path(other)


def _numbered(out: Path, number: int) -> Path:
    return out / f"{_PREFIX}{number}"


def _can_be_held(out: Path) -> bool:
    """Whether the file system locks folders; the lock that is tried shuts nobody out."""
    if sys.platform == "win32":
        return False
    descriptor = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _held(folder: Path) -> int | None:
    """What holds the folder for as long as it is open; ``None`` where another run does, or it is none of ours."""
    if sys.platform == "win32":
        return None
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), folder.lstat()):  # its run may just have removed it
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


def _sweep(out: Path, number: int) -> None:
    """Remove the folders from `number` on that nobody holds any more."""
    while (folder := _numbered(out, number)).is_dir():
        descriptor = _held(folder)
        if descriptor is not None:
            _remove(folder, descriptor)
        number += 1


def _remove(folder: Path, descriptor: int) -> None:
    """Remove what is held, and hold it no more."""
    with suppress(OSError):  # somebody has removed it already, or put something else into it
        _clear(folder)
        folder.rmdir()
    os.close(descriptor)


def _clear(folder: Path) -> None:
    """Remove the pages that were written aside, and nothing else."""
    with os.scandir(folder) as entries:
        left = [each for each in entries if each.name.isdecimal() and not each.is_dir(follow_symlinks=False)]
    for each in left:
        Path(each.path).unlink()
