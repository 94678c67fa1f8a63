"""Every code block of the documentation runs, and prints what the block after it says."""

import configparser
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment
from markdown_it import MarkdownIt
from markdown_it.token import Token
from support.engine import calls
from support.page import script

from nosto_tagging import Customer, Settings
from nosto_tagging.jinja import install

ROOT = Path(__file__).parent.parent
PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
ROW = {"email": "jane.doe@example.com", "first_name": "Jane"}
JANE = Customer(
    **ROW,
    last_name="Doe",
    marketing_permission=True,
    customer_reference="5e3d4a9c-cf58-11ea-87d0-0242ac130003",
)


class Reader:
    """Goes through a page from top to bottom as a reader would who types all of it in."""

    def __init__(self, folder: Path) -> None:
        self.names: dict[str, Any] = {"__name__": "readme", "customer": JANE}
        self.printed = ""
        self.ran: list[str] = []
        self._folder = folder
        self._env = Environment(autoescape=True)
        install(self._env, Settings(account_id="shopify-11368366139"))

    def read(self, block: Token) -> None:
        kind = block.info or "text"
        getattr(self, f"_{kind.replace(' ', '_').replace('-', '_')}")(block.content)
        self.ran.append(kind)

    def _python(self, source: str) -> None:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(source, self.names)  # noqa: S102 - the documentation's own code
        self.printed = out.getvalue()

    def _jinja(self, source: str) -> None:
        user = SimpleNamespace(email=ROW["email"], name=ROW["first_name"])
        page = self._env.from_string(source)
        shown = {"cart": {"items": []}, "product": {"product_id": "Canoe123", "basic": True}}
        self.printed = page.render(customer=JANE, csp_nonce="r4nd0m", user=user, row=ROW, **shown)

    def _jinja_by_hand(self, source: str) -> None:
        user = SimpleNamespace(email=ROW["email"], first_name='Jane "JD"', newsletter=None)
        page = Environment(autoescape=True).from_string(source).render(user=user)
        assert calls(script(page)) == [["threw", ["ReferenceError: None is not defined"]]]
        assert 'first_name: "Jane &#34;JD&#34;"' in page

    def _html(self, expected: str) -> None:
        assert self.printed.strip() == expected.strip()

    _text = _html

    def _console(self, session: str) -> None:
        for name in ("page.html", "customers.jsonl"):
            (self._folder / name).write_bytes((ROOT / "examples/static_site" / name).read_bytes())
        for command, expected in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", session, re.MULTILINE):
            path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
            done = subprocess.run(
                shlex.split(command),
                cwd=self._folder,
                env={**os.environ, "PATH": path},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=True,
            )
            # The bar is for the eyes only.
            assert [line for line in done.stdout.splitlines() if "━" not in line] == expected.splitlines()

    def _ini(self, source: str) -> None:
        settings = configparser.ConfigParser()
        settings.read_string(source)
        (section,) = settings.sections()
        # tests/jinja/test_babel.py extracts a template with the same.
        assert dict(settings[section]) == {"extensions": "nosto_tagging.jinja.NostoExtension", "silent": "false"}


def blocks(page: str) -> list[Token]:
    tokens = MarkdownIt().parse((ROOT / page).read_text(encoding="utf-8"))
    return [token for token in tokens if token.type == "fence"]


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_the_page_does_what_it_says(page: str, tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    for block in blocks(page):
        reader.read(block)
    assert len(reader.ran) == (ROOT / page).read_text(encoding="utf-8").count("\n```") / 2


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
    for page in [*PAGES, "CHANGELOG.md", "SECURITY.md"]:
        tokens = MarkdownIt().parse((ROOT / page).read_text(encoding="utf-8"))
        links = [
            str(child.attrs["href"])
            for token in tokens
            for child in token.children or []
            if child.type == "link_open" and "://" not in str(child.attrs["href"])
        ]
        assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []
