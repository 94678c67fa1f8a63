"""Records into pages: rendered in chunks, on one core or several, each page written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import lru_cache, partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, TextIO, cast

from jinja2 import Environment, FileSystemLoader, Template, TemplateNotFound, TemplateSyntaxError

from nosto_tagging.errors import (
    InvalidArgument,
    InvalidRecord,
    MissingTemplate,
    NostoTaggingError,
    TemplateFailed,
    UnreadableData,
)
from nosto_tagging.jinja import attach
from nosto_tagging.markup.public import PublicTagger
from nosto_tagging.markup.tagger import Tagger
from nosto_tagging.models.tagging import TaggingModel
from nosto_tagging.processes import in_order
from nosto_tagging.settings import Settings
from nosto_tagging.static.folder import Aside, Folder, Page
from nosto_tagging.static.names import NameRefused, PageName
from nosto_tagging.static.records import ModelName, Record, Records, model_named
from nosto_tagging.validation import kind_of

__all__ = ["Summary", "render"]

_CHUNK = 256  # records that are rendered, and handed to another core, at a time


class Summary(NamedTuple):
    """How many pages were written and how many were there already, and how many records gave none."""

    written: int
    failed: int
    unchanged: int = 0
    removed: int = 0
    """Pages of earlier runs that `prune` removed."""

    def __str__(self) -> str:
        """
        >>> print(Summary(12_000, 0, unchanged=988_000))
        12,000 written, 988,000 unchanged, 0 failed
        """
        return f"{self.written:,} written, {self.unchanged:,} unchanged, {self.failed:,} failed"


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
    prune: bool = False,
    stream: TextIO | None = None,
    strict: bool = False,
    jobs: int = 1,
    settings: Settings | None = None,
    on_error: Callable[[InvalidRecord], None] | None = None,
    on_progress: Callable[[Summary], None] | None = None,
) -> Summary:
    """A page for each record, which the template has as ``customer``: files under `out`, or all into `stream`.

    `template` is a path, or a template of an environment with the extension. `records` are what `read_records`
    gives, or mappings and models. `model` says what a record is, and what the template calls it: ``"customer"``,
    ``"cart"``, ``"order"``, ``"product"`` or ``"page"``, a `PageTagging`. `name` is the pattern of the files' names:
    ``{number}`` is the record's, the others are fields of the model that hold one value. `jobs` is how many processes
    render. `settings` are for a `template` given as a path; pages of products, and of page tagging, are for everyone,
    and refuse there what `PublicTagger` refuses.

    A file that is as it should be already is not touched; so a run that was stopped goes on where it was. With
    `prune` a run also removes the pages that earlier runs with `prune`, and with the same `name`, wrote into `out`,
    and that it does not have itself: at its end, if it had any records and each gave a page. A file that anybody
    else wrote or changed stays.

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
    Summary(written=1, failed=1, unchanged=0, removed=0)
    >>> print(site.getvalue())
    <script>nostojs(api => api.customer({"email":"jane.doe@example.com"}))</script>
    """
    if (out is None) == (stream is None):
        raise InvalidArgument("render()", "writes to out or to stream: one of them must be given")
    if type(jobs) is not int or jobs < 1:
        raise InvalidArgument("jobs", f"must be a whole number from 1, got {kind_of(jobs)}")
    if prune and out is None:
        raise InvalidArgument("prune", "removes pages of a folder: out must be given")
    kind = model_named(model)
    source = records.source if isinstance(records, Records) else "records"
    load = _loader(template, settings, jobs, for_everyone=not kind.personal)
    pattern = PageName(name, kind)
    # The records of one file have numbers of their own; what a caller puts together may not.
    may_repeat = pattern.may_repeat or not isinstance(records, Records)
    done = Summary(0, 0)
    with ExitStack() as stack:
        folder = None
        if out is not None:
            folder = stack.enter_context(Folder(Path(out), pattern, may_repeat=may_repeat, prune=prune))
        work = partial(_pages, load, model, kind, None if folder is None else folder.aside)
        each = records.of(model) if isinstance(records, Records) else records
        for pages in in_order(work, _chunks(each), jobs):
            if folder is not None:
                folder.expect(pages)
            written, failed, unchanged, _ = done
            for page in pages:
                problem = page.problem
                if problem is None and folder is not None:
                    problem = folder.put(page)
                elif problem is None and stream is not None:
                    stream.write(page.text)
                if problem is None:
                    unchanged += page.unchanged
                    written += not page.unchanged
                    continue
                failed += 1
                error = InvalidRecord(source, page.line, page.number, problem)
                if strict:
                    raise error
                if on_error is not None:
                    on_error(error)
            done = Summary(written, failed, unchanged)
            if on_progress is not None:
                on_progress(done)
        if folder is not None:
            # No records at all are more likely a mistake than an empty shop.
            whole = not done.failed and done.written + done.unchanged > 0
            done = done._replace(removed=folder.pruned(whole=whole))
    return done


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


def _pages(
    load: Callable[[], Template], name: str, kind: type[TaggingModel], aside: Aside | None, chunk: _Chunk
) -> list[Page]:
    """The pages of a chunk; with `aside`, their text is in a file."""
    template = load()
    pages: list[Page] = []
    for index, record in enumerate(chunk.records, chunk.first):
        called, text, problem = "", "", record.problem
        try:
            if problem is None:
                model = _model(kind, record.fields)
                if aside is not None:
                    called = aside.pattern.of(record.number, model)
                text = _text(template, name, model)
        except NameRefused as refused:
            problem = f"its name {refused}"
        except NostoTaggingError as error:
            problem = str(error)
        page = Page(record.number, record.line, called, text, problem)
        pages.append(page if aside is None or problem is not None else aside.written(page, index))
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
    template: Template | str | os.PathLike[str], settings: Settings | None, jobs: int, *, for_everyone: bool
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
    here = _compiled(path, settings, for_everyone=for_everyone)
    asked = [name for name in ("nonce", "consent") if callable(getattr(settings, name))]
    if jobs > 1 and asked:
        raise InvalidArgument(
            "settings", f"must have no callable as {asked[0]} where other processes render, or jobs=1"
        )
    # A frozen model has a hash, which pyright does not see.
    there = partial(_compiled_once, path, cast("Hashable", settings), for_everyone=for_everyone)
    return there if jobs > 1 else lambda: here


@lru_cache(1)
def _compiled_once(path: Path, settings: Hashable, *, for_everyone: bool) -> Template:
    """The template, once in each of the processes that work for one call of `render`."""
    return _compiled(path, cast("Settings", settings), for_everyone=for_everyone)


def _compiled(path: Path, settings: Settings, *, for_everyone: bool) -> Template:
    env = Environment(loader=FileSystemLoader(path.parent), autoescape=True, keep_trailing_newline=True)
    attach(env, PublicTagger(settings) if for_everyone else Tagger(settings))
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
