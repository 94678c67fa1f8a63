"""Records into pages: rendered in chunks, on one core or several, each page written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from functools import lru_cache, partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TextIO, cast

from jinja2 import Environment, FileSystemLoader, Template, TemplateNotFound, TemplateSyntaxError

from nosto_tagging.errors import (
    InvalidArgument,
    InvalidRecord,
    MissingTemplate,
    NostoTaggingError,
    TemplateFailed,
    UnreadableData,
)
from nosto_tagging.jinja import install
from nosto_tagging.models.tagging import TaggingModel
from nosto_tagging.settings import Settings
from nosto_tagging.static.names import NameRefused, NamesTaken, PageName
from nosto_tagging.static.records import ModelName, Record, Records, model_named
from nosto_tagging.validation import kind_of

__all__ = ["Summary", "render"]

_CHUNK = 256  # records that are rendered, and handed to another core, at a time


class Summary(NamedTuple):
    """How many pages were written, and how many records gave none."""

    written: int
    failed: int


class _Page(NamedTuple):
    """What became of a record: its name and text (or the file that holds it), or what is wrong."""

    number: int
    line: int | None
    name: str
    text: str
    problem: str | None


class _Chunk(NamedTuple):
    """Some records, and how many came before the first of them, and one."""

    first: int
    records: list[Record]


def render(
    template: Template | str | os.PathLike[str],
    records: Iterable[Record | Mapping[str, Any] | TaggingModel],
    *,
    model: ModelName = "customer",
    out: str | os.PathLike[str] | None = None,
    name: str = "{number}.html",
    stream: TextIO | None = None,
    strict: bool = False,
    jobs: int = 1,
    settings: Settings | None = None,
    on_error: Callable[[InvalidRecord], None] | None = None,
    on_progress: Callable[[Summary], None] | None = None,
) -> Summary:
    """A page for each record, with the record as ``customer``: files under `out`, or all of them into `stream`.

    `template` is a path, or a template of an environment with the extension. `records` are what `read_records`
    gives, or mappings and models. `model` says what a record is, and what the template calls it: ``"customer"``,
    ``"cart"``, ``"order"``, ``"product"`` or ``"page"``, a `PageTagging`. `name` is the pattern of the files' names:
    ``{number}`` is the record's, the others are fields of the model that hold one value. `jobs` is how many processes
    render. `settings` are for a `template` given as a path.

    A record that gives no page goes to `on_error`, which is told file, line and field, and the others are written;
    with `strict` it is raised instead. `on_progress` is told how far it is, now and then. Memory does not grow with
    the number of records. A file is there whole or not at all.

    Raises `InvalidArgument`, `MissingTemplate`, `TemplateFailed` (a template that does not compile),
    `UnreadableData` and, with `strict`, `InvalidRecord`.

    >>> import io
    >>> from jinja2 import Environment
    >>> from nosto_tagging.jinja import NostoExtension
    >>> page = Environment(extensions=[NostoExtension]).from_string("{{ nosto_snippet(customer) }}")
    >>> site = io.StringIO()
    >>> render(page, [{"email": "jane.doe@example.com"}, {"email": "no address"}], stream=site)
    Summary(written=1, failed=1)
    >>> print(site.getvalue())
    <script>nostojs(api => api.customer({"email":"jane.doe@example.com"}))</script>
    """
    if (out is None) == (stream is None):
        raise InvalidArgument("render()", "writes to out or to stream: one of them must be given")
    if type(jobs) is not int or jobs < 1:
        raise InvalidArgument("jobs", f"must be a whole number from 1, got {kind_of(jobs)}")
    kind = model_named(model)
    source = records.source if isinstance(records, Records) else "records"
    load = _loader(template, settings, jobs)
    written = failed = 0
    pattern = PageName(name, kind)
    # The records of one file have numbers of their own; what a caller puts together may not.
    may_repeat = pattern.may_repeat or not isinstance(records, Records)
    with ExitStack() as stack:
        folder = None if out is None else stack.enter_context(_Folder(Path(out), pattern, may_repeat=may_repeat))
        work = partial(
            _pages,
            load,
            model,
            None if folder is None else folder.pattern,
            None if folder is None else folder.staging,
        )
        each = records.of(model) if isinstance(records, Records) else records
        for pages in _in_order(work, _chunks(each), jobs):
            for page in pages:
                problem = page.problem
                if problem is None and folder is not None:
                    problem = folder.put(page)
                elif problem is None and stream is not None:
                    stream.write(page.text)
                if problem is None:
                    written += 1
                    continue
                failed += 1
                error = InvalidRecord(source, page.line, page.number, problem)
                if strict:
                    raise error
                if on_error is not None:
                    on_error(error)
            if on_progress is not None:
                on_progress(Summary(written, failed))
    return Summary(written, failed)


class _Folder:
    """Where pages go: each is written aside, and moved to its name when it is whole."""

    def __init__(self, out: Path, pattern: PageName, *, may_repeat: bool) -> None:
        self.pattern = pattern
        self._out = out
        try:
            out.mkdir(parents=True, exist_ok=True)
            self._aside = tempfile.TemporaryDirectory(prefix=".nosto-tagging-", dir=out)
        except OSError as error:
            raise InvalidArgument("out", f"cannot be a folder to write to: {error.strerror}") from None
        self.staging = self._aside.name
        self._taken = NamesTaken() if may_repeat else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._aside.cleanup()
        if self._taken is not None:
            self._taken.close()

    def put(self, page: _Page) -> str | None:
        """Move `page` to its name; what is wrong, if it has to stay away."""
        try:
            if self._taken is not None:
                self._taken.take(page.name)
            target = self._out / page.name
            if self.pattern.folders:
                # A link in the folder may lead out of it.
                if not target.parent.resolve().is_relative_to(self._out.resolve()):
                    return "its name leads out of the folder"
                target.parent.mkdir(parents=True, exist_ok=True)
            Path(page.text).replace(target)
        except NameRefused as refused:
            return f"its name {refused}"
        except OSError as error:
            return f"cannot be written: {error.strerror}"
        except UnicodeEncodeError:
            return "cannot be written: the file system has no such name"
        return None


def _chunks(records: Iterable[Record | Mapping[str, Any] | TaggingModel]) -> Iterator[_Chunk]:
    """The records, some at a time; what was read before the file stops making sense is not lost."""
    first, chunk = 1, list[Record]()
    unreadable: UnreadableData | None = None
    try:
        for number, record in enumerate(records, 1):
            chunk.append(record if isinstance(record, Record) else Record(number, None, record))
            if len(chunk) == _CHUNK:
                yield _Chunk(first, chunk)
                first, chunk = number + 1, []
    except UnreadableData as error:
        unreadable = error
    yield _Chunk(first, chunk)
    if unreadable is not None:
        raise unreadable


def _in_order(work: Callable[[_Chunk], list[_Page]], chunks: Iterator[_Chunk], jobs: int) -> Iterator[list[_Page]]:
    """What `work` makes of each chunk, in their order, on `jobs` cores."""
    if jobs == 1:
        yield from map(work, chunks)
        return
    with ProcessPoolExecutor(jobs) as pool:
        # A few chunks ahead keep all cores busy; all of them would be all of the file in memory.
        ahead: deque[Future[list[_Page]]] = deque()
        try:
            for chunk in chunks:
                ahead.append(pool.submit(work, chunk))
                if len(ahead) > 2 * jobs:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _pages(
    load: Callable[[], Template],
    called: ModelName,
    pattern: PageName | None,
    staging: str | None,
    chunk: _Chunk,
) -> list[_Page]:
    """The pages of a chunk; with `staging`, their text is in a file there."""
    template, kind = load(), model_named(called)
    pages: list[_Page] = []
    for index, record in enumerate(chunk.records, chunk.first):
        name, text, problem = "", "", record.problem
        try:
            if problem is None:
                model = _model(kind, record.fields)
                if pattern is not None:
                    name = pattern.of(record.number, model)
                text = _text(template, called, model)
                if staging is not None:
                    aside = Path(staging, str(index))
                    aside.write_text(text, encoding="utf-8", newline="")
                    text = str(aside)
        except NameRefused as refused:
            problem = f"its name {refused}"
        except NostoTaggingError as error:
            problem = str(error)
        except OSError as error:
            problem = f"cannot be written: {error.strerror}"
        pages.append(_Page(record.number, record.line, name, text, problem))
    return pages


def _model(kind: type[TaggingModel], fields: Mapping[str, Any] | bytes | TaggingModel) -> TaggingModel:
    return kind.model_validate_json(fields) if isinstance(fields, bytes) else kind.model_validate(fields)


def _text(template: Template, name: str, model: TaggingModel) -> str:
    """The page.

    Raises `TemplateFailed` for whatever else the template raises: it may quote the record's data.
    """
    try:
        return template.render({name: model})
    except Exception as error:
        kind = type(error).__name__
        if isinstance(error, NostoTaggingError):
            kind = f"{kind}: {error}"
        line = _line(error.__traceback__, template)
    raise TemplateFailed(template.name or "<template>", line, kind)


def _line(traceback: TracebackType | None, template: Template) -> int | None:
    """The line of the template that an exception came from: Jinja has put it into the traceback."""
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == template.filename:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _loader(
    template: Template | str | os.PathLike[str], settings: Settings | None, jobs: int
) -> Callable[[], Template]:
    """What gives the template in the process that asks.

    Raises `MissingTemplate` and `TemplateFailed`.
    """
    if isinstance(template, Template):
        if jobs != 1:
            name = template.name or "<template>"
            raise MissingTemplate(name, "has no file that other processes could load it from: give its path, or jobs=1")
        return lambda: template
    path = Path(template).resolve()
    settings = Settings.from_env() if settings is None else settings
    here = _compiled(path, settings)
    if jobs > 1 and callable(settings.nonce):
        raise InvalidArgument("settings", "must have no callable as nonce where other processes render, or jobs=1")
    # A frozen model has a hash, which pyright does not see.
    return (lambda: here) if jobs == 1 else partial(_compiled_once, path, cast("Hashable", settings))


@lru_cache(1)
def _compiled_once(path: Path, settings: Hashable) -> Template:
    """The template, once in each of the processes that work for one call of `render`."""
    return _compiled(path, cast("Settings", settings))


def _compiled(path: Path, settings: Settings) -> Template:
    env = Environment(loader=FileSystemLoader(path.parent), autoescape=True, keep_trailing_newline=True)
    install(env, settings)
    failed: NostoTaggingError
    try:
        return env.get_template(path.name)
    except TemplateSyntaxError as error:
        kind = f"{type(error).__name__}: {error.message}"
        failed = TemplateFailed(error.name or path.name, error.lineno, kind)
    except TemplateNotFound as error:
        failed = MissingTemplate(str(path if error.name == path.name else error.name), "cannot be found")
    except (OSError, UnicodeDecodeError) as error:
        failed = MissingTemplate(str(path), f"cannot be read: {type(error).__name__}")
    raise failed
