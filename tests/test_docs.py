"""Every code block of the documentation runs, and prints what the block after it says.

The words after ``` say how a block is taken. The first is its language, or two of them are one of `Reader`'s ways;
``toml shown: a reason`` is not run, and the reason says why; ``{toctree}`` is for the site and no code.

A block that begins with a comment that names a file, ``{# templates/page.html #}``, is that file of the page's folder,
and has to be read by a block after it. So is one whose second word is the name of a file, ``yaml mkdocs.yml``: it is for
the commands of a block after it.
"""

import configparser
import contextlib
import doctest
import inspect
import io
import json
import logging
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from markdown_it.token import Token
from starlette.testclient import TestClient
from support.engine import Call, calls
from support.page import elements, leaves, script, scripts
from support.page_script import Answered, PageScript

from nosto_tagging import Customer, Settings
from nosto_tagging.jinja import install

ROOT = Path(__file__).parent.parent
PAGES = ["README.md", *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").rglob("*.md")))]
# What is the site's own, with no code in it.
DIRECTIVES = re.compile(r"\{(?:toctree|include|public|every-\w+)\}")
# A reason of at least three words.
SHOWN = re.compile(r"\w+ shown: \S+ \S+ \S+.*")
ROW = {"email": "jane.doe@example.com", "first_name": "Jane"}
JANE = Customer(
    **ROW,
    last_name="Doe",
    marketing_permission=True,
    customer_reference="5e3d4a9c-cf58-11ea-87d0-0242ac130003",
)


class NotRun(Exception):
    """A block that nobody has said how to run, or to read."""


class Reader:
    """Goes through a page from top to bottom as a reader would who types all of it in."""

    def __init__(self, folder: Path) -> None:
        # A module that is there: frameworks look up by it what the annotations of a function mean.
        module = sys.modules["readme"] = ModuleType("readme")
        self.names: dict[str, Any] = vars(module)
        self.names["customer"] = JANE
        self.printed = ""
        self.told: list[Call] | None = None
        """What the last script of a page's own told; ``None`` where what is printed says it."""
        self.ran: list[str] = []
        self.written: set[Path] = set()
        self.waiting: list[str] = []
        self._folder = folder
        self._script: PageScript | None = None
        self._env = Environment(autoescape=True)
        install(self._env, Settings(account_id="shopify-11368366139"))

    def read(self, block: Token) -> None:
        kind = block.info or "text"
        way = getattr(self, f"_{re.sub('[ -]', '_', kind)}", None)
        named = re.match(r"\{# ([\w/]+\.\w+) #\}\n", block.content)
        file = re.fullmatch(r"\w+ ([\w/]+\.\w+)", kind)
        if DIRECTIVES.match(kind):
            return
        if file:
            self._write(file[1], block.content)
            self.waiting.append(file[1])
        elif named:
            self.written.add(self._write(named[1], block.content))
        elif way:
            way(block.content)
        elif not SHOWN.fullmatch(kind):
            raise NotRun(
                f"a block of {kind!r}: run it, or say '{kind.split()[0]} shown:' and why, in three words or more"
            )
        self.ran.append(kind)

    def _write(self, name: str, content: str) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    def close(self) -> None:
        sys.modules.pop("readme", None)
        if self._script is not None:
            self._script.close()

    def _python(self, source: str) -> None:
        self.told = None
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(source, self.names)  # noqa: S102 - the documentation's own code
        self.printed = out.getvalue()

    def _javascript(self, source: str) -> None:
        """In one page, whose visitor has cookies, and whose server is the application ``app``."""
        if self._script is None:
            self._script = PageScript(answering(self.names["app"]))
        self.told = self._script.run(source)

    def _jinja(self, source: str) -> None:
        self.told = None
        user = SimpleNamespace(email=ROW["email"], name=ROW["first_name"])
        shown = {"cart": {"items": []}, "product": {"product_id": "Canoe123", "basic": True}}
        given = {"customer": JANE, "csp_nonce": "r4nd0m", "user": user, "row": ROW, **shown}
        self.printed = self._env.from_string(source).render({**given, **self.names})

    def _jinja_by_hand(self, source: str) -> None:
        self.told = None
        user = SimpleNamespace(email=ROW["email"], first_name='Jane "JD"', newsletter=None)
        self.printed = Environment(autoescape=True).from_string(source).render({"user": user, **self.names})

    def _html(self, expected: str) -> None:
        assert self.printed.strip() == expected.strip()

    _text = _html

    def _text_told(self, expected: str) -> None:
        """What Nosto's client script is told by the scripts that were printed: a call a line, a chain on one."""
        told = self.told
        if told is None:
            told = [call for source in scripts(self.printed) for call in calls(source)]
        lines: list[str] = []
        last = ""
        for name, given in told:
            shown = f"({', '.join(map(json.dumps, given))})"
            if name == "threw":
                lines.append(f"{name}: {given[0]}")
            elif last and name.startswith(f"{last}()."):
                lines[-1] += f"{name.removeprefix(f'{last}()')}{shown}"
            else:
                lines.append(f"{name}{shown}")
            last = name
        assert lines == expected.splitlines()

    def _text_read(self, expected: str) -> None:
        """What Nosto's client script reads in the markup that was printed: the text of an element a line."""
        inside = {each.mem_id for each in elements(self.printed, "[class^=nosto_] [class^=nosto_]")}
        roots = [each for each in elements(self.printed, "[class^=nosto_]") if each.mem_id not in inside]
        read = leaves("".join(root.html or "" for root in roots))
        lines = [f"{path}: {text}".rstrip() for path, text in read]
        assert lines == expected.splitlines()

    def _console(self, session: str) -> None:
        self.waiting.clear()
        for name in ("page.html", "customers.jsonl"):
            (self._folder / name).write_bytes((ROOT / "examples/static_site" / name).read_bytes())
        for command, expected in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", session, re.MULTILINE):
            path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
            env = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
            done = subprocess.run(
                shlex.split(command),
                cwd=self._folder,
                env={**env, "PATH": path},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=True,
            )
            # The bar is for the eyes only.
            printed = "".join([line for line in done.stdout.splitlines(keepends=True) if "━" not in line])
            if not doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS):  # which knows "..."
                assert printed == expected

    def _ini(self, source: str) -> None:
        settings = configparser.ConfigParser()
        settings.read_string(source)
        (section,) = settings.sections()
        # tests/jinja/test_babel.py extracts a template with the same.
        assert dict(settings[section]) == {"extensions": "nosto_tagging.jinja.NostoExtension", "silent": "false"}


def answering(app: Any) -> Callable[[str, str, dict[str, str], str], Answered]:
    """What asks a WSGI or an ASGI application, as one browser."""
    if hasattr(app, "asgi_client"):  # Sanic's, which starts for each request

        def ask(method: str, url: str, headers: dict[str, str], body: str) -> Any:
            return getattr(app.test_client, method.lower())(url, headers=headers, content=body)[1]

    elif inspect.iscoroutinefunction(app.__call__):
        client: Any = TestClient(app)

        def ask(method: str, url: str, headers: dict[str, str], body: str) -> Any:
            return client.request(method, url, headers=headers, content=body)

    else:
        client = app.test_client()

        def ask(method: str, url: str, headers: dict[str, str], body: str) -> Any:
            return client.open(url, method=method, headers=headers, data=body)

    def answer(*request: Any) -> Answered:
        given = ask(*request)
        return Answered(given.status_code, given.text)

    return answer


def blocks(page: str) -> list[Token]:
    tokens = MarkdownIt().parse((ROOT / page).read_text(encoding="utf-8"))
    return [token for token in tokens if token.type == "fence"]


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Applications set up logging for the whole process: Litestar, unless it is told not to."""
    level, handlers = logging.root.level, logging.root.handlers[:]
    yield
    logging.root.setLevel(level)
    logging.root.handlers[:] = handlers


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """The templates that are read from the page's folder, which is the current one."""
    found: set[Path] = set()
    get_source = FileSystemLoader.get_source

    def noted(self: FileSystemLoader, environment: Environment, template: str) -> Any:
        source = get_source(self, environment, template)
        found.add(Path(source[1]).resolve())
        return source

    monkeypatch.setattr(FileSystemLoader, "get_source", noted)
    monkeypatch.chdir(tmp_path)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_the_page_does_what_it_says(page: str, tmp_path: Path, opened: set[Path]) -> None:
    with contextlib.closing(Reader(tmp_path)) as reader:
        for block in blocks(page):
            reader.read(block)
    directives = sum(bool(DIRECTIVES.match(block.info)) for block in blocks(page))
    fences = re.findall(r"^ *```", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(reader.ran) + directives == len(fences) / 2
    assert {path.resolve() for path in reader.written} <= opened
    assert reader.waiting == []


@pytest.mark.parametrize(
    ("info", "content", "said"),
    [
        ("toml", "[tool]\n", "a block of 'toml': run it, or say 'toml shown:' and why, in three words or more"),
        ("toml shown: because", "[tool]\n", "a block of 'toml shown: because'"),
        ("css", "a { color: red }\n", "a block of 'css'"),
        ("{code-block} python", "1/0\n", "a block of '{code-block} python'"),
    ],
)
def test_a_block_that_is_not_run_is_an_error(info: str, content: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(NotRun, match=re.escape(said)):
        Reader(tmp_path).read(Token("fence", "code", 0, info=info, content=content))


@pytest.mark.parametrize(
    ("info", "content"),
    [
        ("python", "1/0\n"),
        ("jinja", "{{ 1/0 }}\n"),
        ("html", "<p>What nobody printed</p>\n"),
        ("text told", "api.load()\n"),
        ("text read", "nosto_customer/email: jane.doe@example.com\n"),
    ],
)
def test_a_block_that_does_not_do_what_it_says_is_an_error(info: str, content: str, tmp_path: Path) -> None:
    with pytest.raises((AssertionError, ZeroDivisionError)):
        Reader(tmp_path).read(Token("fence", "code", 0, info=info, content=content))


def test_a_block_with_a_reason_is_only_shown(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    reader.read(Token("fence", "code", 0, info="toml shown: another tool reads it", content="[tool]\n"))
    assert reader.ran == ["toml shown: another tool reads it"]


def test_a_template_that_nothing_reads_is_not_taken_for_read(tmp_path: Path, opened: set[Path]) -> None:
    reader = Reader(tmp_path)
    reader.read(Token("fence", "code", 0, info="jinja", content="{# templates/page.html #}\n<p>{{ 1 + 1 }}</p>\n"))
    assert reader.written == {tmp_path / "templates" / "page.html"}
    assert opened == set()
    Environment(loader=FileSystemLoader("templates"), autoescape=True).get_template("page.html")
    assert opened == {(tmp_path / "templates" / "page.html").resolve()}


def test_the_readmes_snippet_by_hand_goes_wrong_as_it_says(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    (by_hand,) = [block for block in blocks("README.md") if block.info == "jinja by-hand"]
    reader.read(by_hand)
    assert calls(script(reader.printed)) == [["threw", ["ReferenceError: None is not defined"]]]
    assert 'first_name: "Jane &#34;JD&#34;"' in reader.printed


def test_the_readmes_flask_application_tags_the_visitor(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    for block in blocks("README.md"):
        if block.info == "python" and "Flask(" in block.content:
            reader.read(block)
    response = reader.names["app"].test_client().get("/")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.text == (
        '<div class="nosto_customer notranslate" style="display:none" hidden="" translate="no" data-nosnippet="" '
        'v-pre="" ng-non-bindable=""><span class="email">jane.doe@example.com</span>'
        '<span class="first_name">Jane</span></div>'
    )


def test_every_link_to_a_file_leads_somewhere() -> None:
    # docs/ is read on a code host, too; tests/docs_site looks at the anchors.
    for page in [*PAGES, "CHANGELOG.md", "SECURITY.md"]:
        tokens = MarkdownIt().parse((ROOT / page).read_text(encoding="utf-8"))
        links = [
            str(child.attrs["href"])
            for token in tokens
            for child in token.children or []
            if child.type == "link_open" and "://" not in str(child.attrs["href"])
        ]
        files = [link.partition("#")[0] for link in links]
        assert [file for file in files if not (ROOT / page).parent.joinpath(file).exists()] == []
