"""For the tests of a shop: what a page tells Nosto, whether check finds anything, a recorder and an off switch."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from nosto_tagging.errors import InvalidArgument

# Imported where they are used: a conftest imports this module, and pays for what its tests use.
if TYPE_CHECKING:
    from nosto_tagging.markup.tagger import Thing
    from nosto_tagging.models.page import PageTagging
    from nosto_tagging.reading.findings import Finding, Severity

__all__ = ["Recorder", "assert_no_findings", "assert_tagging", "html_of", "recorded", "tagging_of", "tagging_off"]

_MISSING = "the page has none"
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
    """The page in a test response: its ``text``, ``content``, ``data`` or ``body``, the first that is text or bytes.

    Bytes are text by the charset of its ``Content-Type``, where that has one.

    Raises `InvalidArgument`.
    """
    from nosto_tagging.reading.decoding import as_sent  # noqa: PLC0415 - see above

    for each in (page, *(getattr(page, name, None) for name in _BODIES)):
        if isinstance(each, str | bytes):
            return as_sent(each, _headers_of(page))
    named = ", ".join(_BODIES)
    message = f"must be text, bytes, or a response with one of {named} that is either, got {type(page).__name__}"
    raise InvalidArgument("page", message)


def assert_tagging(page: object, **expected: Any) -> None:
    """Fail unless the page tells Nosto what is expected, for each key of `PageTagging` that is given.

    A value is a model, a mapping of its fields, a list; ``None`` for what must not be there. Keys that are not given
    may be anything. A model is compared as a whole: a field that the page has beyond those expected is a difference.
    What a hidden block does not carry need not be in the page.

    >>> from nosto_tagging import Customer, block
    >>> page = block(Customer(email="jane.doe@example.com", first_name="Jane"))
    >>> assert_tagging(page, customer={"email": "jane.doe@example.com", "first_name": "Jane"}, cart=None)
    >>> assert_tagging(page, customer={"email": "jane.doe@example.com", "first_name": "Janet"})
    Traceback (most recent call last):
    AssertionError: The page's tagging is not what was expected:
      customer.first_name: expected 'Janet', the page has 'Jane'

    Raises `InvalidTagging` for what is expected and would not validate, and `InvalidArgument` for what holds no page.
    """
    __tracebackhide__ = True
    from nosto_tagging.models.page import PageTagging  # noqa: PLC0415 - see above

    wanted = PageTagging(**expected)
    html = html_of(page)
    seen = tagging_of(html)
    lines = [line for name in expected for line in _differences(name, wanted, seen)]
    if lines:
        # What does not validate is not in the page's tagging, and a test should say why it is missing.
        reasons = _errors(html) if any(line.endswith(_MISSING) for line in lines) else []
        raise AssertionError("\n".join(["The page's tagging is not what was expected:", *lines, *reasons]))


def assert_no_findings(
    page: object,
    *,
    ignore: Iterable[str] = (),
    severity: Severity = "note",
    url: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Fail if `nosto_tagging.check` finds anything on the page that is as bad as `severity`, or worse.

    `headers` are those of a response unless given. `ignore` are the codes of rules that do not matter here.

    Raises `InvalidArgument` for what holds no page.
    """
    __tracebackhide__ = True
    from nosto_tagging.reading.check import check  # noqa: PLC0415 - see above
    from nosto_tagging.reading.formats import as_bad_as  # noqa: PLC0415

    sent = _headers_of(page) if headers is None else headers
    found = check(html_of(page), url=url, headers=sent, ignore=tuple(ignore))
    lines = [_line(each) for each in found if as_bad_as(each, severity)]
    if lines:
        raise AssertionError("\n".join(["check finds on the page:", *lines]))


def _differences(name: str, wanted: PageTagging, seen: PageTagging) -> list[str]:
    """A line for each field that differs, from what a script would tell or from what a block would: the fewer."""
    from nosto_tagging.reading.leaves import leaves  # noqa: PLC0415 - see above

    has = dict(leaves(getattr(seen, name), name))
    lines = [_compared(dict(leaves(getattr(each, name), name)), has) for each in (wanted, wanted.in_block())]
    return min(lines, key=len)


def _compared(wanted: dict[str, Any], has: dict[str, Any]) -> list[str]:
    ways = [*wanted, *(way for way in has if way not in wanted)]
    return [
        f"  {way}: {f'expected {wanted[way]!r}' if way in wanted else 'not expected'}, "
        f"{f'the page has {has[way]!r}' if way in has else _MISSING}"
        for way in ways
        if way not in wanted or way not in has or wanted[way] != has[way]
    ]


def _errors(html: str | bytes) -> list[str]:
    from nosto_tagging.reading.check import check  # noqa: PLC0415 - see above

    lines = [_line(each) for each in check(html) if each.severity == "error"]
    return ["check finds on the page:", *lines] if lines else []


def _line(finding: Finding) -> str:
    from nosto_tagging.reading.formats import sentence  # noqa: PLC0415 - see above

    return f"  {sentence(finding)}"


def _headers_of(page: object) -> dict[str, str] | None:
    """The headers of a response, those that repeat joined as HTTP allows it."""
    pairs = getattr(getattr(page, "headers", None), "items", None)
    if not callable(pairs):
        return None
    found: dict[str, str] = {}
    for name, value in cast("Callable[[], Iterable[tuple[object, object]]]", pairs)():
        key = str(name).lower()
        found[key] = f"{found[key]}, {value}" if key in found else str(value)
    return found


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
