"""The command line: ``nosto-tagging render``, ``snippet`` and ``block``, and the way to ``check`` and ``show``."""

from __future__ import annotations

import io
import signal
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import TextIO

from nosto_tagging.errors import MissingExtra, UnreadableData

try:
    import click
    from rich.console import Console
except ImportError:
    raise MissingExtra("The nosto-tagging command", "cli") from None

from nosto_tagging.cli_terminal import SOME_FAILED, cores, end, end_if_asked, reported, say, seconds
from nosto_tagging.cli_terminal import progress as bar
from nosto_tagging.markup.tagger import Tagger
from nosto_tagging.models.customer import Customer
from nosto_tagging.settings import Settings
from nosto_tagging.static import Summary, read_records, render
from nosto_tagging.static.records import Format, ModelName

__all__ = ["command"]

# Commands that have a module of their own, which the others need not import.
_ELSEWHERE = {"check": "nosto_tagging.cli_check", "show": "nosto_tagging.cli_check"}


class _Group(click.Group):
    """Finds a command where it lives when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        found: click.Command = getattr(import_module(_ELSEWHERE[cmd_name]), f"{cmd_name}_command")
        return found


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nosto-tagging", prog_name="nosto-tagging")
def command() -> None:
    """Nosto's page tagging, from the shell.

    Settings come from the variables NOSTO_ACCOUNT_ID, NOSTO_HOST, NOSTO_ENABLED, NOSTO_NONCE, NOSTO_LEAVE_OUT_EMAIL
    and NOSTO_VISITOR_URL. Errors are never left out here, whatever NOSTO_ERRORS says.
    """


@command.command(name="render")
@click.argument("page", type=click.Path(exists=True, dir_okay=False))
@click.option("--data", required=True, metavar="FILE", help="Records: .json, .jsonl or .csv; - is standard input.")
@click.option(
    "--model",
    type=click.Choice(["customer", "cart", "order", "product", "page"]),
    default="customer",
    show_default=True,
    help="What a record is, and what PAGE calls it.",
)
@click.option("--format", "file_format", type=click.Choice(["json", "jsonl", "csv"]), help="What --data is in.")
@click.option("--out", type=click.Path(file_okay=False), help="The folder that the pages go to.")
@click.option(
    "--name",
    default="{number}.html",
    show_default=True,
    help="The pages' file names; {number} and {field} are filled in.",
)
@click.option("--prune", is_flag=True, help="Remove pages that earlier runs with --prune wrote and this one has not.")
@click.option("--stdout", "to_stdout", is_flag=True, help="Write all pages to standard output instead.")
@click.option("--strict", is_flag=True, help="Stop at the first record that gives no page.")
@click.option("--jobs", default="1", show_default=True, metavar="N|all", help="How many cores render.")
def render_command(
    *,
    page: str,
    data: str,
    model: ModelName,
    file_format: Format | None,
    out: str | None,
    name: str,
    prune: bool,
    to_stdout: bool,
    strict: bool,
    jobs: str,
) -> None:
    """Render PAGE, a Jinja template, for each record of a data file.

    The template has the record as "customer", or as what --model says, and this library's tags, globals and macros.
    A page of a customer, a cart or an order is one person's alone: do not put it where others can get it. Pages of
    products, and of page tagging, are for everyone: what is one visitor's own is refused in them.

    Pages that are there already, and as they should be, are not touched: a run that was stopped goes on where it was.
    With --prune the pages go whose records are gone, after a run in which every record gave its page.

    Exits with 1 when some records gave no page, and with 2 when nothing could be done.
    """
    if (out is None) != to_stdout:
        raise click.UsageError("Give --out FOLDER or --stdout, and not both.")
    jobs_at_once, begin = cores(jobs), time.monotonic()
    # A polite end is an end of ours, too: nothing that was written aside stays behind.
    signal.signal(signal.SIGTERM, end)
    console = Console(stderr=True)
    with (
        reported(console),
        read_records(data, file_format) as records,
        _stdout() if to_stdout else nullcontext() as stream,
        bar(console) as progress,
    ):
        task = progress.add_task("Rendering", total=records.size)

        def on_progress(summary: Summary) -> None:
            end_if_asked()
            progress.update(task, completed=records.position, description=str(summary))

        summary = render(
            page,
            records,
            model=model,
            out=out,
            name=name,
            prune=prune,
            stream=stream,
            strict=strict,
            jobs=jobs_at_once,
            settings=_settings(),
            on_error=lambda error: say(progress.console, str(error)),
            on_progress=on_progress,
        )
    removed = f", {summary.removed:,} removed" if prune else ""
    console.print(f"{summary}{removed} in {seconds(time.monotonic() - begin)}", highlight=False)
    if summary.failed:
        sys.exit(SOME_FAILED)


def _of_one_customer(function: Callable[..., None]) -> Callable[..., None]:
    """The options that give one customer: a field each, or a file."""
    for field in reversed(Customer.model_fields):
        function = click.option(f"--{field.replace('_', '-')}", field, metavar="TEXT")(function)
    return click.option("--data", metavar="FILE", help="A JSON object of fields; - is standard input.")(function)


@command.command(name="snippet")
@_of_one_customer
@click.option("--nonce", metavar="TEXT", help="The nonce of the page's Content-Security-Policy.")
def snippet_command(*, nonce: str | None, data: str | None, **fields: str | None) -> None:
    """Print the script that tells Nosto of one customer."""
    with reported(Console(stderr=True)):
        click.echo(Tagger(_settings()).snippet(_customer(data, fields), nonce=nonce))


@command.command(name="block")
@_of_one_customer
def block_command(*, data: str | None, **fields: str | None) -> None:
    """Print the hidden block that tells Nosto of one customer."""
    with reported(Console(stderr=True)):
        click.echo(Tagger(_settings()).block(_customer(data, fields)))


def _settings() -> Settings:
    return Settings.from_env(errors="raise")


def _customer(data: str | None, fields: dict[str, str | None]) -> Customer:
    given = {name: value for name, value in fields.items() if value is not None}
    if data is None:
        return Customer.model_validate(given)
    if given:
        raise click.UsageError("Give the customer as --data or as fields, and not both.")
    try:
        with click.open_file(data, "rb") as file:
            return Customer.model_validate_json(file.read())
    except OSError as error:
        raise UnreadableData(data, None, error.strerror or type(error).__name__) from None


@contextmanager
def _stdout() -> Generator[TextIO]:
    """Standard output, in the pages' UTF-8 and with their line ends whatever the terminal's are."""
    stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        yield stream
    finally:
        try:
            stream.flush()
        finally:
            stream.detach()
