"""Where pages go: each is written aside unless it is there already, and moved to its name when it is whole."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, Self

from nosto_tagging.errors import InvalidArgument
from nosto_tagging.static.ledger import Ledger, entry
from nosto_tagging.static.names import NameRefused, NamesTaken, PageName
from nosto_tagging.static.staging import staging

__all__ = ["Aside", "Folder", "Page"]


class Page(NamedTuple):
    """What became of a record: its page's name and text (or the file that holds it), or what is wrong."""

    number: int
    line: int | None
    name: str = ""
    text: str = ""
    problem: str | None = None
    unchanged: bool = False
    """Whether the file of that name is this page already."""
    entry: bytes = b""
    """What the ledger knows it by, if the folder has one."""


class Aside(NamedTuple):
    """What a process needs that writes pages aside."""

    pattern: PageName
    out: str
    staging: str
    has_ledger: bool

    def written(self, page: Page, index: int) -> Page:
        """The page with the file that holds its text now: its own, if that is as it should be."""
        try:
            text = page.text.encode()
            # Plain text: to make a Path takes as long as half of what is done with it.
            path = f"{self.out}/{page.name}"
            unchanged = _holds(path, text)
            if not unchanged:
                path = f"{self.staging}/{index}"
                with open(path, "xb") as file:  # noqa: PTH123
                    file.write(text)
        except UnicodeEncodeError:
            return page._replace(problem="cannot be written: the page has half a surrogate pair in it")
        except OSError as error:
            return page._replace(problem=f"cannot be written: {error.strerror}")
        known = entry(page.name, text) if self.has_ledger else b""
        return page._replace(text=path, unchanged=unchanged, entry=known)


def _holds(path: str, text: bytes) -> bool:
    """Whether there is a file, and no link to one, that holds just this."""
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size != len(text):
            return False
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            return file.read() == text
    except (OSError, ValueError):  # what is wrong with it is told when the page is moved there
        return False


class Folder:
    """The folder, for one run; with `prune` the pages go that earlier ones left and this one does not have."""

    def __init__(self, out: Path, pattern: PageName, *, may_repeat: bool, prune: bool) -> None:
        self._pattern = pattern
        self._out = out
        with ExitStack() as stack:
            try:
                out.mkdir(parents=True, exist_ok=True)
                self._home = out.resolve()
                self._ledger = Ledger.of(out, pattern.pattern, removes=prune)
                if self._ledger is not None:
                    stack.callback(self._ledger.close)
                folder = stack.enter_context(staging(out))
            except OSError as error:
                raise InvalidArgument("out", f"cannot be a folder to write to: {error.strerror}") from None
            self._taken = NamesTaken() if may_repeat else None
            if self._taken is not None:
                stack.callback(self._taken.close)
            self._opened = stack.pop_all()
        self.aside = Aside(pattern, str(out), str(folder), self._ledger is not None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def expect(self, pages: Iterable[Page]) -> None:
        """Note down pages that are about to be put into the folder."""
        if self._ledger is not None:
            self._ledger.add(page.entry for page in pages if page.problem is None and not page.unchanged)

    def put(self, page: Page) -> str | None:
        """Move `page` to its name; what is wrong, if it has to stay away."""
        try:
            if self._taken is not None:
                self._taken.take(page.name)
            if self._pattern.folders:
                folder = Path(self.aside.out, page.name).parent
                # A link in the folder may lead out of it.
                if not folder.resolve().is_relative_to(self._home):
                    return "its name leads out of the folder"
                if not page.unchanged:
                    folder.mkdir(parents=True, exist_ok=True)
            if not page.unchanged:
                os.replace(page.text, f"{self.aside.out}/{page.name}")  # noqa: PTH105
        except NameRefused as refused:
            return f"its name {refused}"
        except OSError as error:
            return f"cannot be written: {error.strerror}"
        except UnicodeEncodeError:
            return "cannot be written: the file system has no such name"
        if self._ledger is not None:
            self._ledger.keep(page.entry)
        return None

    def pruned(self, *, whole: bool) -> int:
        """Remove what earlier runs left, if this one has all of its pages; how many pages that were."""
        if self._ledger is None or not self._ledger.removes:
            return 0
        try:
            removed = self._ledger.remove(self._out, self._pattern.folders) if whole else 0
        except OSError as error:  # which has the page's name
            raise InvalidArgument("out", f"has a page that cannot be removed: {error.strerror}") from None
        self._ledger.settle(removed=whole)
        return removed
