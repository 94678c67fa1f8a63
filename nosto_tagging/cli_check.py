"""The commands ``nosto-tagging check`` and ``show``: what Nosto will see on a page, and what is wrong with it."""

from __future__ import annotations

import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import click
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from nosto_tagging.cli_terminal import SOME_FAILED, UNUSABLE, cores, end, progress, reported, say
from nosto_tagging.errors import UnreadableData

# The parsers are an extra of their own: the help, and the other commands, do without them.
if TYPE_CHECKING:
    from nosto_tagging.reading.findings import Severity
    from nosto_tagging.reading.formats import Checked
    from nosto_tagging.reading.pages import Looked, Source, Stamps

__all__ = ["check_command", "show_command"]

Format: TypeAlias = Literal["text", "json", "sarif", "junit", "html"]
_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}
_ENDLESS = 100_000  # characters in a line
_LOOKS_AGAIN = 0.5  # seconds between two looks at the files, while watching

_ignore = click.option(
    "--ignore",
    multiple=True,
    metavar="CODE",
    envvar="NOSTO_CHECK_IGNORE",
    show_envvar=True,
    help="A rule that does not matter; may be repeated.",
)
_leave_out_email = click.option(
    "--leave-out-email",
    is_flag=True,
    envvar="NOSTO_LEAVE_OUT_EMAIL",
    show_envvar=True,
    help="Every e-mail address in a page is a finding.",
)


@click.command(name="check")
@click.argument("targets", nargs=-1, required=True, metavar="PATH|URL|DIR...")
@click.option(
    "--format",
    "report",
    type=click.Choice(["text", "json", "sarif", "junit", "html"]),
    default="text",
    show_default=True,
    help="What the report is in.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    default="error",
    show_default=True,
    help="The least severity that has the command exit with 1.",
)
@_ignore
@_leave_out_email
@click.option("--jobs", default="all", show_default=True, metavar="N|all", help="How many cores check a folder.")
@click.option("--watch", is_flag=True, help="Go on, and check each page that changes.")
def check_command(
    *,
    targets: tuple[str, ...],
    report: Format,
    fail_on: str,
    ignore: tuple[str, ...],
    leave_out_email: bool,
    jobs: str,
    watch: bool,
) -> None:
    """Check what Nosto will see: a page, all pages of a folder, standard input (-), or what is at a URL.

    A page says itself which rules do not matter in it: <!-- nosto-tagging: ignore CODE, CODE -->. Nothing is fetched
    but the URLs that are given here, and no script is run.

    Exits with 1 when there are findings as bad as --fail-on, and with 2 when a page could not be read.
    """
    console = Console(stderr=True)
    if watch and any(map(_is_stream, targets)):
        raise click.UsageError("--watch takes files and folders only.")
    signal.signal(signal.SIGTERM, end)
    with reported(console):
        from nosto_tagging.reading.pages import stamps  # noqa: PLC0415 - see above

        checks = _Checks(targets, ignore, cores(jobs), console, leave_out_email=leave_out_email)
        # Before they are read: what changes from now on is seen.
        before = stamps(checks.paths()) if watch else {}
        checks.run()
        _print(report, checks, fail_on)
        if watch:
            _watch(checks, before, lambda: _print(report, checks, fail_on))
    if checks.unreadable:
        sys.exit(UNUSABLE)
    if _fails(checks.pages(), fail_on):
        sys.exit(SOME_FAILED)


class _Checks:
    """The pages of all targets, and what was found on each of them the last time."""

    def __init__(
        self, targets: Sequence[str], ignore: Sequence[str], jobs: int, console: Console, *, leave_out_email: bool
    ) -> None:
        self._targets, self._ignore, self._jobs, self._console = targets, ignore, jobs, console
        self._leave_out_email = leave_out_email
        self._found: dict[str, Looked] = {}
        self._kept: dict[str, Source] = {}
        """What cannot be read a second time."""
        self.unreadable = 0

    def paths(self) -> list[str]:
        """The files among the pages, each of them once."""
        from nosto_tagging.reading.pages import page_paths  # noqa: PLC0415 - see above

        files = [target for target in self._targets if not _is_stream(target)]
        return list(dict.fromkeys(path for target in files for path in page_paths(target)))

    def run(self) -> None:
        """Check all pages."""
        from nosto_tagging.reading.pages import checked_source  # noqa: PLC0415 - see above

        for target in filter(_is_stream, self._targets):
            source = self._kept[target] = _source(target)
            self._found[target] = checked_source(source, self._ignore, leave_out_email=self._leave_out_email)
        self.check(self.paths())

    def check(self, paths: Sequence[str]) -> None:
        """Check these files."""
        from nosto_tagging.reading.pages import checked_pages  # noqa: PLC0415 - see above

        self.unreadable = 0
        with progress(self._console) as bar:
            task = bar.add_task("Checking", total=len(paths))
            done = checked_pages(paths, ignore=self._ignore, leave_out_email=self._leave_out_email, jobs=self._jobs)
            for path, looked in zip(paths, done, strict=True):
                if isinstance(looked, UnreadableData):
                    self.unreadable += 1
                    self.forget(path)
                    say(bar.console, str(looked))
                else:
                    self._found[path] = looked
                bar.advance(task)

    def forget(self, path: str) -> None:
        """A file that is gone has no findings."""
        self._found.pop(path, None)

    def pages(self) -> list[Checked]:
        """The pages in their order, each with what was found on it, and across pages because of it."""
        from nosto_tagging.reading.pages import across  # noqa: PLC0415 - see above

        found = {page: [*looked.checked.findings] for page, looked in self._found.items()}
        for finding in across(looked.site for looked in self._found.values()):
            found[finding.page or next(iter(found))].append(finding)
        return [each.checked._replace(findings=tuple(found[page])) for page, each in self._found.items()]

    def seconds(self) -> dict[str, float]:
        """How long each page took, by its name."""
        return {page: looked.seconds for page, looked in self._found.items()}

    def sources(self, pages: Iterable[str]) -> dict[str, str | bytes]:
        """The HTML of pages, those of files read again."""
        return {page: (self._kept.get(page) or _source(page)).html for page in pages}


def _is_stream(target: str) -> bool:
    from nosto_tagging.reading.pages import is_url  # noqa: PLC0415 - see above

    return target == "-" or is_url(target)


def _source(target: str) -> Source:
    from nosto_tagging.reading.pages import fetched, is_url, read_page  # noqa: PLC0415 - see above

    return fetched(target) if is_url(target) else read_page(target)


def _watch(checks: _Checks, before: Stamps, told: Callable[[], None]) -> None:
    """Check what changes, and tell all there is, until somebody interrupts."""
    from nosto_tagging.reading.pages import stamps  # noqa: PLC0415 - see above

    try:
        while True:
            time.sleep(_LOOKS_AGAIN)
            try:
                now = stamps(checks.paths())
            except UnreadableData:  # editors put a new file in place of the old one
                continue
            if now == before:
                continue
            for path in before:
                if path not in now:
                    checks.forget(path)
            checks.check([path for path, stamp in now.items() if stamp != before.get(path)])
            before = now
            told()
    except KeyboardInterrupt:
        return


def _fails(pages: Sequence[Checked], fail_on: str) -> bool:
    from nosto_tagging.reading.formats import as_bad_as  # noqa: PLC0415 - see above

    severity = _severity(fail_on)
    return severity is not None and any(as_bad_as(each, severity) for _, found in pages for each in found)


def _severity(fail_on: str) -> Severity | None:
    from nosto_tagging.reading.formats import SEVERITIES  # noqa: PLC0415 - see above

    return next((each for each in SEVERITIES if each == fail_on), None)


def _print(report: Format, checks: _Checks, fail_on: str) -> None:
    from nosto_tagging.reading import formats  # noqa: PLC0415 - see above

    pages = checks.pages()
    if report == "json":
        click.echo(formats.json_text(pages))
    elif report == "sarif":
        click.echo(formats.sarif_text(pages, version("nosto-tagging")))
    elif report == "junit":
        click.echo(formats.junit_text(pages, _severity(fail_on), checks.seconds()))
    elif report == "html":
        from nosto_tagging.reading.report import html_text, pages_shown  # noqa: PLC0415 - see above

        click.echo(html_text(pages, checks.sources(each.page for each in pages_shown(pages))), nl=False)
    else:
        _print_text(pages, Console())


def _print_text(pages: Sequence[Checked], console: Console) -> None:
    from nosto_tagging.reading.formats import counted, detail, shown  # noqa: PLC0415 - see above

    for page, findings in pages:
        if not findings:
            continue
        console.print(Text(shown(page), style="bold"), soft_wrap=True)
        for each in findings:
            place = "" if each.line is None else f"{each.line}:{each.column or 1}"
            line = Text(f"  {place:<8} ")
            line.append(f"{each.severity:<8}", style=_STYLES[each.severity])
            line.append(f" {each.code}", style="bold")
            line.append(f"  {shown(each.message)}{detail(each)}")
            console.print(line, soft_wrap=True)
        console.print()
    console.print(counted(pages), highlight=False, soft_wrap=True)


# --- show


@click.command(name="show")
@click.argument("page", metavar="PATH|URL")
@_ignore
@_leave_out_email
def show_command(*, page: str, ignore: tuple[str, ...], leave_out_email: bool) -> None:
    """Show what Nosto will see of a page, as a tree; - is standard input.

    What does not validate is not in it: nosto-tagging check says why, and how much there is to say stands below the
    tree. Everything is shown as it is, a visitor's name and e-mail address with the rest.
    """
    with reported(Console(stderr=True)):
        from nosto_tagging.reading.formats import several, shown  # noqa: PLC0415 - see above
        from nosto_tagging.reading.pages import checked_source  # noqa: PLC0415 - the same
        from nosto_tagging.reading.tagging import read  # noqa: PLC0415 - the same

        source = _source(page)
        tree = Tree(Text(shown(source.page), style="bold"), guide_style="dim")
        _grow(tree, read(source.html))
        if not tree.children:
            tree.add(Text("nothing", style="dim"))
        found = checked_source(source, ignore, leave_out_email=leave_out_email).checked.findings
        console = Console()
        # A pipe has no width, and what reads it wants a line for each thing.
        (console if console.is_terminal else Console(width=_ENDLESS)).print(tree)
        if found:
            told = f"{several(len(found), 'finding')}, also on what is left out here: "
            console.print(Text(f"{told}nosto-tagging check {shown(shlex.quote(page))}", style="dim"), soft_wrap=True)


def _grow(tree: Tree, value: Any) -> None:
    from nosto_tagging.reading.formats import shown  # noqa: PLC0415 - see above
    from nosto_tagging.reading.leaves import members  # noqa: PLC0415 - the same

    for step, each in members(value) or ():
        name = Text(shown(step.removeprefix(".")), style="cyan")
        if members(each) is None:
            tree.add(name.append(f" {shown(str(_spelled(each)))}", style="default"))
        else:
            branch = tree.add(name)
            _grow(branch, each)
            if not branch.children:  # a cart with nothing in it
                name.append(" empty", style="dim")


def _spelled(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
