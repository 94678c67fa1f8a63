"""For the tests of a shop: what a page tells Nosto, whether check finds anything, a recorder and an off switch."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from nosto_tagging.errors import InvalidArgument

# Imported where they are used: a conftest imports this module, and pays for what its tests use.
if TYPE_CHECKING:
    from nosto_tagging.headers import Headers
    from nosto_tagging.markup.tagger import Thing
    from nosto_tagging.models.page import PageTagging
    from nosto_tagging.reading.compared import Difference
    from nosto_tagging.reading.findings import Finding, Severity
    from nosto_tagging.settings import Settings

__all__ = ["Recorder", "assert_no_findings", "assert_tagging", "html_of", "recorded", "tagging_of", "tagging_off"]

# Where the test responses of frameworks keep the page: Flask, Starlette, httpx, WebTest; Django; Quart; Pyramid.
_BODIES = ("text", "content", "data", "body")


def tagging_of(page: object) -> PageTagging:
    """What Nosto will see of a page: text, bytes, or a framework's test response.

    >>> from nosto_tagging import Customer, block
    >>> tagging_of(block(Customer(email="jane.doe@example.com"))).customer
    Customer(email=...)

    Raises `InvalidArgument` for what holds no page.
    """
    from nosto_tagging.reading.tagging import read  # noqa: PLC0415 - see above

    return read(html_of(page))


def html_of(page: object) -> str | bytes:
    """The page in a test response: its ``text``, ``content``, ``data`` or ``body``, the first that is text or bytes, or
    what Django's ``streaming_content`` gives, which can be asked for again.

    Bytes are text by the charset of its ``Content-Type``, where that has one.

    Raises `InvalidArgument`.
    """
    from nosto_tagging.headers import joined  # noqa: PLC0415 - see above
    from nosto_tagging.reading.decoding import as_sent  # noqa: PLC0415 - see above

    for each in _bodies(page):
        if isinstance(each, str | bytes):
            return as_sent(each, joined(getattr(page, "headers", None)))
    named = ", ".join(_BODIES)
    message = f"must be text, bytes, or a response with one of {named} that is either, got {type(page).__name__}"
    raise InvalidArgument("page", message)


def _bodies(page: object) -> Iterator[object]:
    yield page
    for name in _BODIES:
        held: object = getattr(page, name, None)
        yield _at_once(held) if inspect.iscoroutine(held) else held  # Quart's, which has the page already
    if hasattr(page, "streaming_content"):
        yield _streamed(page)


def _streamed(response: Any) -> bytes:
    """All of a stream, which is put back: it can be gone through once."""
    stream: Iterable[bytes] | AsyncIterable[bytes] = response.streaming_content
    if isinstance(stream, AsyncIterable):
        body: bytes = _at_once(_gathered(stream))
        response.streaming_content = _again(body)
    else:
        body = b"".join(stream)
        response.streaming_content = [body]
    return body


async def _gathered(stream: AsyncIterable[bytes]) -> bytes:
    return b"".join([part async for part in stream])


async def _again(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _at_once(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine gives that has nothing to wait for."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise InvalidArgument("page", "must not have to be waited for: await its body, and give that, text or bytes")


def assert_tagging(page: object, **expected: Any) -> None:
    """Fail unless the page tells Nosto what is expected, for each key of `PageTagging` that is given.

    A value is a model, a mapping of some of its fields, a list; ``None`` for what must not be there. What a mapping
    does not name may be anything, at every depth. A list is to be of the same length. A model is compared whole: a
    field that the page has beyond those expected is a difference. What a hidden block does not carry need not be in the
    page.

    >>> from nosto_tagging import Customer, block
    >>> page = block(Customer(email="jane.doe@example.com", first_name="Jane"))
    >>> assert_tagging(page, customer={"first_name": "Jane", "last_name": None}, cart=None)
    >>> assert_tagging(page, customer={"first_name": "Janet"})
    Traceback (most recent call last):
    AssertionError: The page's tagging is not what was expected:
      customer.first_name: expected 'Janet', the page has 'Jane'

    Raises `InvalidTagging` for what is expected and would not validate, and `InvalidArgument` for what holds no page.
    """
    __tracebackhide__ = True
    from nosto_tagging.reading.compared import differences  # noqa: PLC0415 - see above

    html = html_of(page)
    found = differences(expected, tagging_of(html))
    if found:
        # What does not validate is not in the page's tagging, and a test should say why it is missing.
        reasons = _errors(html) if any(each.found is None for each in found) else []
        lines = ["The page's tagging is not what was expected:", *map(_told, found), *reasons]
        raise AssertionError("\n".join(lines))


def assert_no_findings(
    page: object,
    *,
    ignore: Iterable[str] = (),
    severity: Severity = "note",
    url: str | None = None,
    headers: Headers | None = None,
    settings: Settings | None = None,
) -> None:
    """Fail if `nosto_tagging.check` finds anything on the page that is as bad as `severity`, or worse.

    `headers` are those of a response unless given. `ignore` are the codes of rules that do not matter here. Of the
    site's `settings`, ``check_ignore`` and ``leave_out_email`` hold as well.

    Raises `InvalidArgument` for what holds no page, and for a code that no rule has.
    """
    __tracebackhide__ = True
    from nosto_tagging.reading.check import check  # noqa: PLC0415 - see above
    from nosto_tagging.reading.formats import as_bad_as  # noqa: PLC0415

    sent: Any = getattr(page, "headers", None) if headers is None else headers
    codes = [ignore] if isinstance(ignore, str) else [*ignore]
    codes += () if settings is None else settings.check_ignore
    leave_out_email = settings is not None and settings.leave_out_email
    found = check(html_of(page), url=url, headers=sent, ignore=codes, leave_out_email=leave_out_email)
    lines = [_line(each) for each in found if as_bad_as(each, severity)]
    if lines:
        raise AssertionError("\n".join(["check finds on the page:", *lines]))


def _told(difference: Difference) -> str:
    way, expected, found = difference
    wanted = "not expected" if expected is None else f"expected {expected!r}"
    return f"  {way}: {wanted}, {'the page has none' if found is None else f'the page has {found!r}'}"


def _errors(html: str | bytes) -> list[str]:
    from nosto_tagging.reading.check import check  # noqa: PLC0415 - see above

    lines = [_line(each) for each in check(html) if each.severity == "error"]
    return ["check finds on the page:", *lines] if lines else []


def _line(finding: Finding) -> str:
    from nosto_tagging.reading.formats import sentence  # noqa: PLC0415 - see above

    return f"  {sentence(finding)}"


# --- a recorder and an off switch


@dataclass(slots=True)
class Recorder:
    """What was printed, and told in answers to fetches, while it recorded: models and calls, in their order."""

    things: list[Thing] = field(default_factory=list["Thing"])


@contextmanager
def recorded() -> Generator[Recorder]:
    """Record what every `Tagger` of the process prints, in all threads, as its settings let it be printed.

    >>> from nosto_tagging import Customer, snippet
    >>> with recorded() as recorder:
    ...     _ = snippet(Customer(email="jane.doe@example.com"))
    >>> recorder.things
    [Customer(email=...)]
    """
    from nosto_tagging.markup import tagger  # noqa: PLC0415 - see above
    from nosto_tagging.models.tagging import unproxied  # noqa: PLC0415

    recorder: Any = Recorder()
    # As they are now: a recorder in a recorder, or in an off switch, sees what is left to see.
    blocks, scripts, telling = (vars(tagger)[name] for name in ("blocks", "scripts", "telling"))

    def block(thing: Any) -> Any:
        made = blocks.block(thing)
        if made:
            recorder.things.append(unproxied(thing))
        return made

    def each(make: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
        def made_of(things: Iterable[Any], policy: Any) -> list[Any]:
            made: list[Any] = []
            for thing in things:
                told = make((thing,), policy)
                if told:
                    recorder.things.append(unproxied(thing))
                made += told
            return made

        return made_of

    with _instead(
        blocks={"block": block},
        scripts={"statements": each(scripts.statements)},
        telling={"told": each(telling.told)},
    ):
        yield recorder


@contextmanager
def tagging_off() -> Generator[None]:
    """Have every `Tagger` of the process print nothing, in all threads, as under ``enabled=False``.

    >>> from nosto_tagging import Customer, snippet
    >>> with tagging_off():
    ...     snippet(Customer(email="jane.doe@example.com"))
    Markup('')
    """

    def nothing(*_: object, **__: object) -> str:
        return ""

    def none(*_: object) -> list[Any]:
        return []

    with _instead(
        blocks={"block": nothing, "placement": nothing},
        scripts={"statements": none, "script": nothing, "stub": nothing, "include": nothing},
        telling={"told": none},
    ):
        yield


@contextmanager
def _instead(**functions: dict[str, Callable[..., Any]]) -> Generator[None]:
    """Other functions where a `Tagger` calls those that make markup; a hook in it would cost every page something."""
    from nosto_tagging.markup import tagger  # noqa: PLC0415 - see above

    before = {name: getattr(tagger, name) for name in functions}
    for name, replaced in functions.items():
        setattr(tagger, name, SimpleNamespace(**{**vars(before[name]), **replaced}))
    try:
        yield
    finally:
        for name, module in before.items():
            setattr(tagger, name, module)
