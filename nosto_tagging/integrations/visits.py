"""One request, as the tagging sees it: what it brings, what has been made of it, and what its response has to say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any, TypeAlias

from nosto_tagging.models.identity import hcid
from nosto_tagging.models.tagging import TaggingModel

__all__ = ["NOSTO_COOKIE", "Session", "Visit", "visits"]

NOSTO_COOKIE = "2c.cId"

Session: TypeAlias = MutableMapping[str, Any]


class Visit:
    """A request that is being answered. It lives as long as that, and no two requests share one."""

    __slots__ = (
        "_cookie",
        "_hcid",
        "_session",
        "consented",
        "loaded",
        "loose",
        "mark",
        "printed",
        "reply",
        "request",
        "root",
        "sent",
        "touched",
    )

    def __init__(
        self,
        request: Any,
        *,
        cookie: Callable[[str], str | None],
        session: Callable[[], Session | None] | None = None,
        root: str = "",
    ) -> None:
        self.request = request
        """The framework's own, for loaders that take it."""
        self.root = root
        """The path that the application is mounted at, without a slash at its end."""
        self.loaded: dict[tuple[str, str], TaggingModel | Exception | None] = {}
        """What async loaders gave, or raised, before the view: by topic and key."""
        self.consented: bool | None = None
        """What `consent` said, once it was asked."""
        self.touched = False
        """Whether anything of this visitor's own was let into the response."""
        self.mark = object()
        """Another one each time that something of theirs is let in, maybe by two threads at a time."""
        self.printed: list[str] = []
        """The pieces of the response that are this visitor's own."""
        self.loose = False
        """Whether something of theirs was given to the view as data, and is wherever the view put it."""
        self.reply: Mapping[str, str] | None = None
        """The headers of the endpoint's answer, if that is what is asked for."""
        self.sent = False
        """Whether the response's headers are on their way, so that nothing of it can be made private any more."""
        self._cookie = cookie
        self._session = session
        self._hcid: str | None = None

    def touch(self) -> None:
        """Something of this visitor's own is let into the response."""
        self.touched = True
        self.mark = object()

    def foreign(self, names: Iterable[str]) -> list[str]:
        """Those of the response's headers that the endpoint's answer must not have.

        What others say for all of the application's responses holds for the shop's own.
        """
        return [] if self.reply is None else [each for each in names if each.lower().startswith("access-control-")]

    @property
    def session(self) -> Session | None:
        """The framework's session, if the application has one."""
        return None if self._session is None else self._session()

    @property
    def hcid(self) -> str | None:
        """The visitor checksum, of Nosto's cookie."""
        if self._hcid is None:
            self._hcid = hcid(self._cookie(NOSTO_COOKIE))
        return self._hcid


visits: ContextVar[dict[int, Visit] | None] = ContextVar("nosto_tagging_visits", default=None)
"""The visits of the request that is being answered, by the tagger that each is for: applications may be mounted in
one another."""
