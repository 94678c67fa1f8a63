"""The commands check and show: what they print, what the exit code says, and what they never do."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner, Result
from selectolax.lexbor import LexborHTMLParser

from nosto_tagging import Cart, Customer, PageTagging, block
from nosto_tagging.cli import command
from nosto_tagging.reading import pages as pages_module
from nosto_tagging.reading.check import check, check_site
from nosto_tagging.reading.findings import Finding
from nosto_tagging.reading.pages import Source, across, checked_pages, checked_source, fetched
from nosto_tagging.reading.site import Site

FINDINGS = {
    b"comma": Finding("price-separator", "error", 3, 5, "The price has a comma in it.", "1,50", "1.50", "docs/checks.md#price-separator"),
    b"stub": Finding("stub-missing", "warning", None, None, "There is no stub.", None, None, "docs/checks.md#stub-missing"),
    b"guard": Finding("translation-guard", "note", 12, 40, "Translators may change it.", None, "notranslate", "docs/checks.md#translation-guard"),
}  # fmt: skip


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """In place of the rules: a page has the findings whose words stand in it. What is asked for is kept."""
    asked: list[dict[str, Any]] = []

    def check_into(
        site: Site, name: str, html: bytes, *, headers: Any, ignore: tuple[str, ...], leave_out_email: bool
    ) -> list[Finding]:
        asked.append({"page": name, "headers": headers})
        return [each for word, each in FINDINGS.items() if word in html and each.code not in ignore]

    monkeypatch.setattr(pages_module, "check_into", check_into)
    return asked


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop" / "boats").mkdir(parents=True)
    (tmp_path / "shop" / "index.html").write_text("<p>Hello")
    (tmp_path / "shop" / "boats" / "canoe.HTM").write_text("<p>comma, stub")
    (tmp_path / "shop" / "boats" / "kayak.xhtml").write_text("<p>guard")
    (tmp_path / "shop" / "boats" / "notes.txt").write_text("<p>comma")
    return tmp_path / "shop"


def run(*arguments: object, stdin: bytes | None = None, **environ: str) -> Result:
    environ = {"COLUMNS": "80", "NO_COLOR": "1", **environ}
    return CliRunner().invoke(command, [str(each) for each in arguments], input=stdin, env=environ)


def parsed(xml: str) -> ET.Element:
    return ET.fromstring(xml)  # noqa: S314 - made by this library


CANOE, KAYAK = str(Path("shop/boats/canoe.HTM")), str(Path("shop/boats/kayak.xhtml"))
REPORT = f"""\
{CANOE}
  3:5      error    price-separator  The price has a comma in it. (found 1,50, expected 1.50)
           warning  stub-missing  There is no stub.

{KAYAK}
  12:40    note     translation-guard  Translators may change it. (expected notranslate)

3 pages: 1 error, 1 warning, 1 note
"""


@pytest.mark.usefixtures("fake", "site")
class TestCheck:
    @pytest.mark.parametrize("jobs", ["1", "2", "all"])
    def test_a_folder(self, jobs: str) -> None:
        result = run("check", "shop", "--jobs", jobs)
        assert (result.exit_code, result.stdout, result.stderr) == (1, REPORT, "")

    def test_files_each_of_them_once(self) -> None:
        result = run("check", KAYAK, "shop", "shop/boats/kayak.xhtml")
        assert result.stdout.splitlines()[0] == KAYAK
        assert result.stdout.count(KAYAK) == 1
        assert result.stdout.splitlines()[-1] == "3 pages: 1 error, 1 warning, 1 note"

    def test_standard_input(self) -> None:
        result = run("check", "-", stdin=b"\xffguard")
        assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "-")
        assert result.stdout.splitlines()[-1] == "1 page: 0 errors, 0 warnings, 1 note"

    @pytest.mark.parametrize(
        ("page", "codes"),
        [(CANOE, {"error": 1, "warning": 1, "note": 1, "never": 0}), (KAYAK, {"error": 0, "warning": 0, "note": 1})],
    )
    def test_the_exit_code_says_how_bad_it_is(self, page: str, codes: dict[str, int]) -> None:
        assert {each: run("check", page, "--fail-on", each).exit_code for each in codes} == codes

    def test_what_is_ignored_is_not_there(self) -> None:
        result = run("check", CANOE, "--ignore", "price-separator", "--ignore", "stub-missing")
        assert (result.exit_code, result.stdout) == (0, "1 page: 0 errors, 0 warnings, 0 notes\n")

    def test_forms_for_machines(self) -> None:
        found = json.loads(run("check", "shop", "--format", "json").stdout)
        assert (found["pages"], [each["page"] for each in found["findings"]]) == (3, [CANOE, CANOE, KAYAK])
        (sarif,) = json.loads(run("check", "shop", "--format", "sarif").stdout)["runs"]
        assert [each["ruleId"] for each in sarif["results"]] == ["price-separator", "stub-missing", "translation-guard"]
        suite = parsed(run("check", "shop", "--format", "junit", "--fail-on", "note").stdout)
        assert (suite.attrib["tests"], suite.attrib["failures"]) == ("3", "2")
        took = [float(case.attrib["time"]) for case in suite]
        assert all(0 < seconds < 60 for seconds in took)
        assert float(suite.attrib["time"]) == pytest.approx(sum(took), abs=1e-5)
        suite = parsed(run("check", "shop", "--format", "junit", "--fail-on", "never").stdout)
        assert (suite.attrib["tests"], suite.attrib["failures"]) == ("3", "0")

    def test_html(self) -> None:
        result = run("check", "shop", "--format", "html")
        tree = LexborHTMLParser(result.stdout)
        assert result.exit_code == 1
        assert [node.text() for node in tree.css("h2")] == [CANOE, KAYAK, str(Path("shop/index.html"))]
        assert len(tree.css(".finding")) == 3

    def test_colour_is_for_terminals(self) -> None:
        assert "\x1b" not in run("check", "shop").stdout
        coloured = run("check", "shop", NO_COLOR="", FORCE_COLOR="1").stdout
        assert "\x1b[1;31merror" in coloured

    def test_a_terminal_is_not_steered_by_what_a_page_holds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        steering = Finding("tag", "note", None, None, "\x1b[2J", "\x1b]0;title\x07", "[bold]x[/bold]", "")
        monkeypatch.setitem(FINDINGS, b"Hello", steering)
        assert run("check", "shop/index.html").stdout.splitlines()[1] == (
            r"           note     tag  \x1b[2J (found \x1b]0;title\x07, expected [bold]x[/bold])"
        )


@pytest.mark.usefixtures("fake", "site")
class TestUnusable:
    def test_no_such_file(self) -> None:
        result = run("check", "nowhere.html")
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", "nowhere.html: No such file or folder\n")

    def test_a_folder_without_pages(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        result = run("check", "empty")
        assert (result.exit_code, result.stderr) == (2, "empty: holds no page (.html, .htm, .xhtml)\n")

    def test_a_page_that_goes_while_it_is_asked_for_does_not_hide_the_others(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "shop" / "gone.html").symlink_to(tmp_path / "nothing")
        result = run("check", "shop")
        assert result.exit_code == 2
        assert result.stdout == REPORT
        assert result.stderr == f"{Path('shop/gone.html')}: No such file or directory\n"

    def test_a_number_of_cores(self) -> None:
        result = run("check", "shop", "--jobs", "0")
        assert result.exit_code == 2
        assert "Invalid value for --jobs: must be a number from 1 to 999, or all" in result.stderr

    def test_watching_what_cannot_change(self) -> None:
        result = run("check", "--watch", "https://shop.example.com/")
        assert result.exit_code == 2
        assert "--watch takes files and folders only." in result.stderr


# URLs -----------------------------------------------------------------------------------------------------------------


PACKED = {
    "/gzip": ("GZIP", gzip.compress(b"guard")),
    "/deflate": ("deflate", zlib.compress(b"guard")),
    "/identity": ("identity", b"guard"),
    "/br": ("br", b"guard"),
    "/broken": ("gzip", b"guard"),
}


class Pages(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "/canoe")
            self.end_headers()
            return
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Type", "text/html; charset=koi8-r" if self.path == "/koi8" else "text/html")
        self.send_header("Cache-Control", "public")
        self.send_header("X-Twice", "1")
        self.send_header("x-twice", "2")
        if coded := PACKED.get(self.path):
            self.send_header("Content-Encoding", coded[0])
            self.end_headers()
            self.wfile.write(coded[1])
            return
        self.end_headers()
        self.wfile.write(b"\xc4" if self.path == "/koi8" else b"guard" * (10 if self.path == "/long" else 1))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Pages, "asked", [])
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(("path", "status"), [("/canoe", "200"), ("/away", "200"), ("/missing", "404")])
def test_a_url_with_its_headers(fake: list[dict[str, Any]], url: str, path: str, status: str) -> None:
    result = run("check", f"{url}{path}")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, f"{url}{path}")
    ((page, headers),) = [each.values() for each in fake]
    assert page == f"{url}{path}"
    assert {name: headers[name] for name in (":status", "cache-control", "x-twice")} == {
        ":status": status,
        "cache-control": "public",
        "x-twice": "1, 2",
    }
    # It was fetched once, though the report may be drawn from it.
    assert run("check", f"{url}{path}", "--format", "html").exit_code == 0
    assert Pages.asked.count(path) == 2


def test_a_url_is_read_by_the_charset_of_its_answer(url: str) -> None:
    assert fetched(f"{url}/koi8").html == "д"
    assert fetched(f"{url}/canoe").html == b"guard"


@pytest.mark.parametrize("path", ["/gzip", "/deflate", "/identity"])
def test_a_server_may_compress_what_nobody_asked_it_to(url: str, path: str) -> None:
    assert fetched(f"{url}{path}").html == b"guard"


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("path", ["/br", "/broken"])
def test_a_page_that_cannot_be_unpacked(url: str, path: str) -> None:
    result = run("check", f"{url}{path}")
    assert (result.exit_code, result.stderr) == (2, f"{url}{path}: is compressed in a way that cannot be read\n")


@pytest.mark.usefixtures("fake")
def test_a_page_that_is_too_long_unpacked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(b"guard" * 1000)
    monkeypatch.setitem(PACKED, "/gzip", ("gzip", packed))
    monkeypatch.setattr(pages_module, "_LARGEST", len(packed))
    result = run("check", f"{url}/gzip")
    assert (result.exit_code, result.stderr) == (2, f"{url}/gzip: has more than 0 MiB\n")


@pytest.mark.usefixtures("fake")
def test_a_page_that_is_too_long(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "_LARGEST", 5)
    assert run("check", f"{url}/canoe").exit_code == 0
    result = run("check", f"{url}/long")
    assert (result.exit_code, result.stderr) == (2, f"{url}/long: has more than 0 MiB\n")


@pytest.mark.usefixtures("fake")
def test_a_url_at_which_nobody_answers() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        result = run("check", url, http_proxy="", HTTP_PROXY="", all_proxy="", ALL_PROXY="")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{url}: cannot be fetched: ")


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("target", ["ftp://shop.example.com/", "file:///etc/hostname", "shop.example.com", "http:/x"])
def test_nothing_else_is_fetched(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("it went to the network")

    monkeypatch.setattr(socket, "create_connection", refused)
    result = run("check", target)
    assert (result.exit_code, result.stderr) == (2, f"{target}: No such file or folder\n")


# The real rules -------------------------------------------------------------------------------------------------------


def test_the_real_rules_say_the_same_on_one_core_and_on_two(tmp_path: Path) -> None:
    for number in range(150):
        customer = Customer(email="jane.doe@example.com", customer_reference=f"5e3d4a9c-cf58-11ea-87d0-{number:012}")
        page = f"<title>{number}</title>{block(PageTagging(page_type='product', customer=customer))}"
        (tmp_path / f"{number:03}.html").write_text(page.replace(">product<", ">produkt<"))
    paths = sorted(str(path) for path in tmp_path.iterdir())
    one, two = (list(checked_pages(paths, ignore=(), leave_out_email=False, jobs=jobs)) for jobs in (1, 2))
    assert [each.checked for each in one] == [each.checked for each in two]  # type: ignore[union-attr]  # all readable
    assert "page-type-unknown" in {finding.code for each in two for finding in each.checked.findings}  # type: ignore[union-attr]


def test_what_shows_across_pages_is_what_check_site_finds(site: Path) -> None:
    pages = {
        "index.html": '<script src="https://connect.nosto.com/include/shopify-1" async></script>',
        "other.html": '<script src="https://connect.nosto.com/include/shopify-2" async></script>',
        "third.html": "<p>No client script",
    }
    for name, html in pages.items():
        (site / name).write_text(html)
    paths = [str(Path("shop", name)) for name in pages]
    found = json.loads(run("check", *paths, "--format", "json").stdout)["findings"]
    expected = check_site((path, Path(path).read_bytes()) for path in paths)
    assert {"account-differs", "client-script-missing"} <= {each["code"] for each in found}
    assert sorted((each["page"], each["code"]) for each in found) == sorted((each.page, each.code) for each in expected)


def test_pages_that_were_kept_one_by_one_say_what_they_say_together() -> None:
    def product(identifier: str, name: str) -> str:
        return f'<div class="nosto_product"><b class="product_id">{identifier}</b><b class="name">{name}</b></div>'

    def line(identifier: str, name: str) -> str:
        inside = f'<b class="product_id">{identifier}</b><b class="name">{name}</b>'
        return f'<div class="nosto_cart"><div class="line_item">{inside}</div></div>'

    sku = '<div class="nosto_sku"><b class="id">sku-1</b></div></div>'
    pages = [
        ("canoe", product("Canoe1", "Canoe").removesuffix("</div>") + sku),
        ("kayak", product("Kayak1", "Kayak")),
        ("twins", product("Raft1", "Raft") + product("Raft2", "Raft")),
        ("cart", line("canoe1", "x")),
        ("cart-2", line("sku-1", "x")),
        ("cart-3", line("900", "Kayak")),
        ("cart-4", line("901", "Raft")),
        ("cart-5", line("900", "Kayak")),
        ("late", product("900", "Tent")),
    ]
    for order in (pages[:-1], pages[:-1][::-1], pages):
        together = {(each.page, each.code) for each in check_site(order)} - {
            (name, each.code) for name, html in order for each in check(html)
        }
        kept = [checked_source(Source(name, html.encode()), (), leave_out_email=False).site for name, html in order]
        assert {(each.page, each.code) for each in across(kept)} == together
        assert ("cart", "id-differs") in together


def test_a_rule_that_is_not_there_is_told(site: Path) -> None:
    result = run("check", "shop", "--ignore", "prize-separator")
    assert result.exit_code == 2
    assert result.stderr.startswith("ignore has no rule prize-separator, must be of: ")


def test_a_finding_has_the_page_and_the_place_that_check_gives(site: Path) -> None:
    html = '<!doctype html>\n<p>x</p>\n  <div class="nosto_page_type" hidden translate="no">home</div>'
    (site / "index.html").write_text(html)
    (finding, *_) = [each for each in check(html) if each.code == "page-type-unknown"]
    assert (finding.line, finding.column) == (3, 3)
    lines = run("check", "shop/index.html").stdout.splitlines()
    assert f"  3:3      {finding.severity:<8} page-type-unknown  {finding.message}" in "\n".join(lines)


# Settings -------------------------------------------------------------------------------------------------------------


def test_what_the_site_has_decided_comes_from_the_environment(site: Path) -> None:
    (site / "index.html").write_text(
        '<div class="nosto_customer"><b class="email">jane.doe@example.com</b></div><b class="nosto_page_type">home</b>'
    )

    def codes(*options: str, **environ: str) -> set[str]:
        result = run("check", "shop/index.html", "--format", "json", *options, **environ)
        return {each["code"] for each in json.loads(result.stdout)["findings"]}

    assert codes() == {"block-visible", "translation-guard", "page-type-unknown"}
    assert codes("--leave-out-email") == {"block-visible", "translation-guard", "page-type-unknown", "email-in-page"}
    decided = {"NOSTO_LEAVE_OUT_EMAIL": "true", "NOSTO_CHECK_IGNORE": "block-visible translation-guard"}
    assert codes(**decided) == {"page-type-unknown", "email-in-page"}
    assert codes("--ignore", "page-type-unknown", **decided) == {"block-visible", "translation-guard", "email-in-page"}


def test_an_address_that_is_none_is_told() -> None:
    result = run("check", "http://[::1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "http://[::1: cannot be fetched: ValueError" in result.stderr


# Watching -------------------------------------------------------------------------------------------------------------


def test_watching_tells_of_each_change_until_interrupted(site: Path) -> None:
    page = site / "index.html"
    arguments = [sys.executable, "-m", "nosto_tagging", "check", "shop/index.html", "--watch", "--format", "json"]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=site.parent, env=environ) as process:
        try:
            assert told(process) == []
            page.write_text('<div class="nosto_page_type" hidden translate="no">home</div>')
            assert "page-type-unknown" in told(process)
            # As some editors save: the old file goes before the new one comes.
            page.unlink()
            time.sleep(1.2)
            page.write_text("<p>Hello again")
            assert told(process) == []
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def told(process: subprocess.Popen[str]) -> list[str]:
    """The codes in the next report."""
    assert process.stdout is not None
    lines: list[str] = []
    begin = time.monotonic()
    while not lines or lines[-1] != "}\n":
        assert time.monotonic() - begin < 30
        lines.append(process.stdout.readline())
    return [each["code"] for each in json.loads("".join(lines))["findings"]]


# Show -----------------------------------------------------------------------------------------------------------------

PAGE = PageTagging(
    page_type="product",
    customer=Customer(email="jane.doe@example.com", first_name="J\u202eane", marketing_permission=False),
    products=[
        {"product_id": "101", "category": ["/Boats/Canoes", "/Boats"], "description": "Long. " * 40, "basic": True}
    ],
    custom_fields={"Colour": ["red"]},
)
TREE = f"""\
page.html
├── page_type product
├── customer
│   ├── email jane.doe@example.com
│   ├── first_name J\\u202eane
│   └── marketing_permission false
├── products
│   └── [0]
│       ├── product_id 101
│       ├── category
│       │   ├── [0] /Boats/Canoes
│       │   └── [1] /Boats
│       └── description {("Long. " * 40).strip()}
└── custom_fields
    └── ['Colour']
        └── [0] red
1 finding, also on what is left out here: nosto-tagging check page.html
"""


def test_show_draws_what_nosto_will_see(site: Path) -> None:
    (site.parent / "page.html").write_text(block(PAGE), encoding="utf-8")
    result = run("show", "page.html")
    assert (result.exit_code, result.stdout, result.stderr) == (0, TREE, "")


def test_show_says_how_much_there_is_to_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a page.html").write_text('<b class="nosto_page_type">front</b>')
    tree = "a page.html\n└── page_type front\n"
    assert run("show", "a page.html").stdout == (
        f"{tree}2 findings, also on what is left out here: nosto-tagging check 'a page.html'\n"
    )
    assert run("show", "a page.html", "--ignore", "block-visible").stdout == (
        f"{tree}1 finding, also on what is left out here: nosto-tagging check 'a page.html'\n"
    )
    assert run("show", "a page.html", NOSTO_CHECK_IGNORE="block-visible, Translation-Guard").stdout == tree


def test_show_a_page_without_any() -> None:
    result = run("show", "-", stdin=b"<p>Hello")
    assert (result.exit_code, result.stdout) == (0, "-\n└── nothing\n")


def test_show_a_cart_with_nothing_in_it() -> None:
    assert run("show", "-", stdin=str(block(Cart())).encode()).stdout == "-\n└── cart empty\n"


def test_show_what_is_not_there(site: Path) -> None:
    result = run("show", "nowhere.html")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "nowhere.html: No such file or directory\n")


# What it costs the others ---------------------------------------------------------------------------------------------


def test_the_help_and_the_other_commands_load_no_parser() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from nosto_tagging.cli import command\n"
        "for arguments in (['--help'], ['check', '--help'], ['block', '--email', 'jane.doe@example.com']):\n"
        "    result = CliRunner().invoke(command, arguments); assert result.exit_code == 0, result.output\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'selectolax', 'tree_sitter', 'urllib.request'}))\n"
        "print([name for name in sys.modules if name.startswith('nosto_tagging.reading')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n[]\n"


def test_the_list_of_commands_has_them() -> None:
    help_text = run("--help").stdout
    listed = [line.split()[0] for line in help_text.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == ["block", "check", "render", "show", "snippet"]


@pytest.mark.parametrize("arguments", [["check", "-"], ["show", "-"]])
@pytest.mark.parametrize("package", ["selectolax", "tree_sitter", "tree_sitter_javascript"])
def test_without_the_parsers_the_extra_is_named(arguments: list[str], package: str) -> None:
    script = f"import sys; sys.modules[{package!r}] = None; from nosto_tagging.__main__ import main; main()"
    command_line = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command_line, input="<p>", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "nosto_tagging.reading needs the 'check' extra: install nosto-tagging[check]\n"


def test_what_is_no_page_at_all_is_read_as_one() -> None:
    for given in (b"", bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n\0\0", "<p>\N{SNOWMAN}".encode("utf-16")):
        result = run("check", "-", "--fail-on", "never", stdin=given)
        assert (result.exit_code, result.stdout.splitlines()[-1][:8]) == (0, "1 page: ")
        assert run("show", "-", stdin=given).stdout == "-\n└── nothing\n"


def test_no_name_of_a_file_steers_the_terminal() -> None:
    result = CliRunner().invoke(command, ["check", "a\n\x1b[31mb.html"])
    assert result.exit_code == 2
    assert result.stderr == "a\\n\\x1b[31mb.html: No such file or folder\n"
