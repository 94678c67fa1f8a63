"""Where the pages to check come from: files, folders on all cores, standard input, and a URL where asked for one."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeAlias

from nosto_tagging.errors import UnreadableData
from nosto_tagging.headers import joined
from nosto_tagging.processes import in_order
from nosto_tagging.reading.check import check_into
from nosto_tagging.reading.decoding import as_sent
from nosto_tagging.reading.findings import Finding
from nosto_tagging.reading.formats import Checked
from nosto_tagging.reading.site import Site

__all__ = [
    "Looked",
    "Source",
    "Stamps",
    "across",
    "checked_pages",
    "checked_source",
    "fetched",
    "is_url",
    "page_paths",
    "read_page",
    "stamps",
]

_ENDINGS = (".html", ".htm", ".xhtml")
_CHUNK = 32  # pages that a core checks at a time
Stamps: TypeAlias = dict[str, tuple[int, int] | None]
_LARGEST = 32 << 20  # bytes of a page that is fetched; Nosto's own crawler reads no such page
_PATIENCE = 30  # seconds that a server may take


class Source(NamedTuple):
    """A page as it was got: its name, what it holds, and what came with it where it was fetched."""

    page: str
    html: str | bytes
    headers: dict[str, str] | None = None


class Looked(NamedTuple):
    """What was found on a page, what is kept of it to be held against others, and how long that took."""

    checked: Checked
    site: Site
    seconds: float


def is_url(target: str) -> bool:
    """Whether a target is one that has to be fetched."""
    return target.lower().startswith(("http://", "https://"))


def page_paths(target: str) -> list[str]:
    """The pages of a folder and of the folders in it, in the order of their names; a file is itself.

    Raises `UnreadableData` for what is neither, and for a folder without pages.
    """
    if Path(target).is_dir():
        found = [
            str(Path(folder, name))
            for folder, _, names in os.walk(target, onerror=_unreadable)
            for name in names
            if name.lower().endswith(_ENDINGS)
        ]
        if not found:  # a run that checks nothing would pass, wherever it looked
            raise UnreadableData(target, None, f"holds no page ({', '.join(_ENDINGS)})")
        return sorted(found)
    if not Path(target).exists():
        raise UnreadableData(target, None, "No such file or folder")
    return [target]


def _unreadable(error: OSError) -> None:
    raise UnreadableData(str(error.filename), None, error.strerror or type(error).__name__) from None


def stamps(paths: Iterable[str]) -> Stamps:
    """When each file changed last, and its size; ``None`` for one that is gone."""
    found: Stamps = {}
    for path in paths:
        try:
            about = Path(path).stat()
        except OSError:
            found[path] = None
        else:
            found[path] = about.st_mtime_ns, about.st_size
    return found


def read_page(path: str) -> Source:
    """The page in a file; ``-`` is standard input. Raises `UnreadableData`."""
    try:
        return Source(path, sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes())
    except OSError as error:
        raise UnreadableData(path, None, error.strerror or type(error).__name__) from None


def fetched(url: str) -> Source:
    """The page at an http or https URL, with the headers of the answer and, as ``:status``, its status, whatever it is.

    Raises `UnreadableData`.
    """
    from http.client import HTTPException  # noqa: PLC0415 - for those who ask for one
    from urllib.error import HTTPError  # noqa: PLC0415 - the same
    from urllib.request import Request, urlopen  # noqa: PLC0415 - the same

    try:
        request = Request(url, headers={"User-Agent": "nosto-tagging", "Accept": "text/html"})  # noqa: S310 - see is_url
        try:
            answer = urlopen(request, timeout=_PATIENCE)  # noqa: S310 - the same
        except HTTPError as error:  # a page for "not found" is a page
            answer = error
        with answer:
            body: bytes = answer.read(_LARGEST + 1)
            headers = {":status": str(answer.status), **joined(answer.headers)}
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
        raise UnreadableData(url, None, f"cannot be fetched: {reason}") from None
    html = _unpacked(url, body, headers.get("content-encoding", "").strip().lower())
    if len(html) > _LARGEST:
        raise UnreadableData(url, None, f"has more than {_LARGEST >> 20} MiB")
    return Source(url, as_sent(html, headers), headers)


def _unpacked(url: str, body: bytes, coding: str) -> bytes:
    """What an answer holds: there are servers that compress what nobody asked them to."""
    import zlib  # noqa: PLC0415 - for those who fetch

    if coding in ("", "identity"):
        return body
    try:
        if coding in ("gzip", "x-gzip", "deflate"):
            return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, _LARGEST + 1)  # either has its header
    except zlib.error:
        pass
    raise UnreadableData(url, None, "is compressed in a way that cannot be read")


def checked_pages(
    paths: Sequence[str], *, ignore: Iterable[str], leave_out_email: bool, jobs: int
) -> Iterator[Looked | UnreadableData]:
    """What is found on each of the files, in their order, on `jobs` cores; an error in place of an unreadable one."""
    chunks = (paths[first : first + _CHUNK] for first in range(0, len(paths), _CHUNK))
    # Processes take longer to start than one takes for a few pages.
    cores = min(jobs, 1 + len(paths) // (2 * _CHUNK))
    for chunk in in_order(partial(_checked, tuple(ignore), leave_out_email), chunks, cores):
        yield from chunk


def checked_source(source: Source, ignore: Iterable[str], *, leave_out_email: bool) -> Looked:
    """What is found on one page."""
    begin = time.perf_counter()
    site = Site()
    found = check_into(
        site, source.page, source.html, headers=source.headers, ignore=ignore, leave_out_email=leave_out_email
    )
    return Looked(Checked(source.page, tuple(found)), site, time.perf_counter() - begin)


def across(sites: Iterable[Site]) -> list[Finding]:
    """What shows across pages, of which each was kept alone."""
    whole = Site()
    for each in sites:
        whole.merge(each)
    return list(whole.findings())


def _checked(
    ignore: tuple[str, ...],
    leave_out_email: bool,  # noqa: FBT001 - a partial's
    paths: Sequence[str],
) -> list[Looked | UnreadableData]:
    found: list[Looked | UnreadableData] = []
    for path in paths:
        try:
            found.append(checked_source(read_page(path), ignore, leave_out_email=leave_out_email))
        except UnreadableData as error:
            found.append(error)
    return found
