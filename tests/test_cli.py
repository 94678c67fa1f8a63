"""The command line: what it prints and writes, and the exit code that says how it went."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nosto_tagging import cli_terminal
from nosto_tagging.cli import command
from nosto_tagging.cli_terminal import seconds

ROW = {"email": "jane.doe@example.com", "first_name": "Jane", "customer_reference": "r1"}
BLOCK = (
    '<div class="nosto_customer notranslate" style="display:none" hidden="" translate="no" data-nosnippet="" v-pre="" '
    'ng-non-bindable=""><span class="email">jane.doe@example.com</span></div>\n'
)
BAD_EMAIL = "Customer.email must be an e-mail address such as jane.doe@example.com, got text of 4 characters\n"


def run(*arguments: object, stdin: str | None = None, **environ: str) -> Result:
    # Rich folds what it prints at the width of a terminal, and these are long paths.
    environ = {"COLUMNS": "500", "NO_COLOR": "1", **environ}
    return CliRunner().invoke(command, [str(each) for each in arguments], input=stdin, env=environ)


def told(result: Result) -> list[str]:
    """What stands on standard error, without the progress bar, and with no time taken."""
    lines = [line for line in result.stderr.splitlines() if "━" not in line]
    return [re.sub(r"(?<= in )\d+\.\d s$", "… s", line) for line in lines]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text("{{ customer.first_name }}\n", encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "customers.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + json.dumps({**ROW, "first_name": "Jané"}) + "\n", encoding="utf-8")
    return path


class TestRender:
    def test_pages_into_a_folder(self, page: Path, data: Path, tmp_path: Path) -> None:
        result = run("render", page, "--data", data, "--out", tmp_path / "site")
        assert (result.exit_code, result.stdout, told(result)) == (0, "", ["2 written, 0 unchanged, 0 failed in … s"])
        written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "site").iterdir()}
        assert written == {"1.html": "Jane\n", "2.html": "Jané\n"}

    @pytest.mark.parametrize("jobs", ["1", "2", "all"])
    def test_pages_into_one_stream(self, page: Path, data: Path, jobs: str) -> None:
        result = run("render", page, "--data", data, "--stdout", "--jobs", jobs)
        assert (result.exit_code, result.stdout_bytes, told(result)) == (
            0,
            "Jane\nJané\n".encode(),
            ["2 written, 0 unchanged, 0 failed in … s"],
        )

    def test_standard_input(self, page: Path) -> None:
        result = run("render", page, "--data", "-", "--stdout", stdin=json.dumps(ROW))
        assert (result.exit_code, result.stdout) == (0, "Jane\n")
        result = run("render", page, "--data", "-", "--format", "json", "--stdout", stdin=json.dumps([ROW, ROW]))
        assert (result.exit_code, result.stdout) == (0, "Jane\nJane\n")

    def test_a_bad_record_is_told_and_the_exit_code_says_so(self, page: Path, data: Path, tmp_path: Path) -> None:
        with data.open("a", encoding="utf-8") as file:
            file.write('{"email":"nope"}\n' + json.dumps(ROW))
        result = run("render", page, "--data", data, "--out", tmp_path / "site", "--name", "{customer_reference}")
        assert (result.exit_code, result.stdout) == (1, "")
        assert told(result) == [
            f"{data}:2: record 2: its name repeats: an earlier record has it",
            f"{data}:3: record 3: {BAD_EMAIL.rstrip()}",
            f"{data}:4: record 4: its name repeats: an earlier record has it",
            "1 written, 0 unchanged, 3 failed in … s",
        ]
        assert [path.name for path in (tmp_path / "site").iterdir()] == ["r1"]

    def test_a_catalogue_is_kept_up_to_date(self, tmp_path: Path) -> None:
        page, data, site = tmp_path / "page.html", tmp_path / "products.jsonl", tmp_path / "site"
        page.write_text("{{ product.product_id }}: {{ product.brand }}")

        def rendered(*products: tuple[str, str]) -> tuple[int, list[str], dict[str, str]]:
            rows = [{"product_id": name, "brand": brand, "basic": True} for name, brand in products]
            data.write_text("\n".join(map(json.dumps, rows)))
            result = run("render", page, "--data", data, "--model", "product", "--out", site, "--name", "{product_id}", "--prune")  # fmt: skip
            written = {path.name: path.read_text() for path in site.iterdir() if not path.name.startswith(".")}
            return result.exit_code, told(result), written

        assert rendered(("a", "Acme"), ("b", "Acme"), ("c", "Acme")) == (
            0,
            ["3 written, 0 unchanged, 0 failed, 0 removed in … s"],
            {"a": "a: Acme", "b": "b: Acme", "c": "c: Acme"},
        )
        assert rendered(("a", "Acme"), ("b", "Bolt")) == (
            0,
            ["1 written, 1 unchanged, 0 failed, 1 removed in … s"],
            {"a": "a: Acme", "b": "b: Bolt"},
        )
        assert rendered(("", "Acme"), ("b", "Bolt")) == (
            1,
            [
                f"{data}:1: record 1: Product.product_id must not be blank",
                "0 written, 1 unchanged, 1 failed, 0 removed in … s",
            ],
            {"a": "a: Acme", "b": "b: Bolt"},
        )

    def test_strict_stops(self, page: Path, data: Path) -> None:
        data.write_text(json.dumps(ROW) + '\n{"email":"nope"}\n' + json.dumps(ROW))
        result = run("render", page, "--data", data, "--stdout", "--strict")
        assert (result.exit_code, result.stdout) == (1, "Jane\n")
        assert told(result)[-1] == f"{data}:2: record 2: {BAD_EMAIL.rstrip()}"

    def test_square_brackets_in_a_path_are_no_markup(self, page: Path, tmp_path: Path) -> None:
        data = tmp_path / "[bold]x.jsonl"
        data.write_text("{}")
        result = run("render", page, "--data", data, "--stdout")
        assert told(result)[0] == f"{data}:1: record 1: Customer needs an email or a customer_reference, got neither"

    def test_settings_from_the_environment(self, page: Path, data: Path) -> None:
        page.write_text("{% nosto_customer_snippet customer %}{{ nosto_client_script() }}")
        data.write_text(json.dumps(ROW))
        environ = {"NOSTO_LEAVE_OUT_EMAIL": "true", "NOSTO_ACCOUNT_ID": "shop", "NOSTO_HOST": "staging"}
        assert run("render", page, "--data", data, "--stdout", **environ).stdout == (
            '<script>nostojs(api => api.customer({"first_name":"Jane","customer_reference":"r1"}))</script>'
            "<script>window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})</script>"
            '<script src="https://connect.staging.nosto.com/include/shop" async=""></script>'
        )

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ([], "Error: Give --out FOLDER or --stdout, and not both."),
            (["--out", "site", "--stdout"], "Error: Give --out FOLDER or --stdout, and not both."),
            (["--stdout", "--jobs", "0"], "Error: Invalid value for --jobs: must be a number from 1 to 999, or all"),
            (["--stdout", "--jobs", "many"], "Error: Invalid value for --jobs: must be a number from 1 to 999, or all"),
            (["--stdout", "--model", "shop"], "Error: Invalid value for '--model': 'shop' is not one of 'customer', 'cart', 'order', 'product', 'page'."),
            (["--stdout", "--prune"], "prune removes pages of a folder: out must be given"),
            (["--stdout", "--format", "xml"], "Error: Invalid value for '--format': 'xml' is not one of 'json', 'jsonl', 'csv'."),
        ],
    )  # fmt: skip
    def test_arguments_that_cannot_be(self, page: Path, data: Path, arguments: list[str], message: str) -> None:
        result = run("render", page, "--data", data, *arguments)
        assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, message)

    def test_a_data_file_that_is_not_there(self, page: Path, tmp_path: Path) -> None:
        result = run("render", page, "--data", tmp_path / "nope.csv", "--stdout")
        assert (result.exit_code, told(result)) == (2, [f"{tmp_path / 'nope.csv'}: No such file or directory"])

    def test_a_page_that_does_not_compile(self, page: Path, data: Path) -> None:
        page.write_text("{% nope %}")
        result = run("render", page, "--data", data, "--stdout")
        assert (result.exit_code, told(result)[-1]) == (
            2,
            "page.html:1: the template raised TemplateSyntaxError: Encountered unknown tag 'nope'.",
        )

    def test_a_reader_that_goes_away_is_no_traceback(self, page: Path, tmp_path: Path) -> None:
        data = tmp_path / "many.jsonl"
        data.write_text((json.dumps(ROW) + "\n") * 50_000)
        script = f"{sys.executable} -m nosto_tagging render {page} --data {data} --stdout | head -n 1"
        done = subprocess.run(script, shell=True, capture_output=True, text=True, check=False)  # noqa: S602 - a pipe
        assert done.stdout == "Jane\n"
        assert "Traceback" not in done.stderr

    def test_a_full_disk_is_no_traceback(self, page: Path, data: Path) -> None:
        arguments = [sys.executable, "-m", "nosto_tagging", "render", str(page), "--data", str(data), "--stdout"]
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert (done.returncode, done.stderr.splitlines()[-1]) == (2, "cannot write: No space left on device")

    def test_a_polite_end_leaves_nothing_aside(self, page: Path, data: Path, tmp_path: Path) -> None:
        data.write_text((json.dumps(ROW) + "\n") * 200_000)
        arguments = [sys.executable, "-m", "nosto_tagging", "render", str(page), "--data", str(data), "--out", "site"]
        running = subprocess.Popen(arguments, cwd=tmp_path, stderr=subprocess.DEVNULL)
        while not (tmp_path / "site" / "1.html").exists():
            assert running.poll() is None
        running.terminate()
        assert running.wait() == 128 + 15
        assert [path.name for path in (tmp_path / "site").iterdir() if path.name.startswith(".")] == []

    def test_an_end_that_was_held_up_comes_later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cli_terminal, "_asked", [])
        cli_terminal.end_if_asked()
        codes: list[object] = []
        for ended in (lambda: cli_terminal.end(15, None), cli_terminal.end_if_asked):
            with pytest.raises(SystemExit) as told:
                ended()
            codes.append(told.value.code)
        assert codes == [143, 143]


class TestOneCustomer:
    def test_a_block_from_fields(self) -> None:
        result = run("block", "--email", "jane.doe@example.com")
        assert (result.exit_code, result.stdout, result.stderr) == (0, BLOCK, "")

    def test_a_snippet_from_fields_and_a_nonce(self) -> None:
        result = run("snippet", "--email", "jane.doe@example.com", "--marketing-permission", "1", "--nonce", "r4nd0m")
        assert (result.exit_code, result.stdout) == (
            0,
            '<script nonce="r4nd0m">'
            'nostojs(api => api.customer({"email":"jane.doe@example.com","marketing_permission":true}))</script>\n',
        )

    def test_a_block_from_a_file_and_from_standard_input(self, tmp_path: Path) -> None:
        (tmp_path / "jane.json").write_text('{"email":"jane.doe@example.com"}')
        assert run("block", "--data", tmp_path / "jane.json").stdout == BLOCK
        assert run("block", "--data", "-", stdin='{"email":"jane.doe@example.com"}').stdout == BLOCK

    @pytest.mark.parametrize("verb", ["block", "snippet"])
    def test_a_customer_that_does_not_validate(self, verb: str) -> None:
        result = run(verb, "--email", "nope")
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", BAD_EMAIL)

    def test_both_ways_at_once(self) -> None:
        result = run("block", "--email", "jane.doe@example.com", "--data", "-", stdin="{}")
        assert result.exit_code == 2
        assert result.stderr.splitlines()[-1] == "Error: Give the customer as --data or as fields, and not both."

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        result = run("block", "--data", tmp_path / "nope.json")
        assert (result.exit_code, result.stderr) == (2, f"{tmp_path / 'nope.json'}: No such file or directory\n")


@pytest.mark.parametrize(
    ("taken", "told"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (10.0, "10 s"), (95.4, "95 s"), (3600.0, "3,600 s")]
)
def test_tenths_of_a_second_are_told_where_they_matter(taken: float, told: str) -> None:
    assert seconds(taken) == told


def test_the_version_is_the_packages() -> None:
    assert run("--version").stdout == "nosto-tagging, version 0.1.0\n"


def test_colours_come_on_a_terminal_only(page: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data.write_text("{}")
    arguments = [sys.executable, "-m", "nosto_tagging", "render", str(page), "--data", str(data), "--stdout"]
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert b"\x1b[" not in subprocess.run(arguments, capture_output=True, check=False).stderr
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert b"\x1b[31m" in subprocess.run(arguments, capture_output=True, check=False).stderr


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("nosto_tagging.cli", "The nosto-tagging command needs the 'cli' extra: install nosto-tagging[cli]"),
        (
            "nosto_tagging.integrations.flask",
            "nosto_tagging.integrations.flask needs the 'flask' extra: install nosto-tagging[flask]",
        ),
        (
            "nosto_tagging.integrations.django.urls",
            "nosto_tagging.integrations.django needs the 'django' extra: install nosto-tagging[django]",
        ),
    ],
)
def test_a_missing_extra_is_named(module: str, message: str) -> None:
    script = (
        "import sys; sys.modules['click'] = sys.modules['django'] = sys.modules['flask'] = None\n"
        f"try:\n    import {module}\nexcept ImportError as error:\n    print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == f"MissingExtra {message}\n"


def test_the_command_without_its_extra_says_so_and_no_more(tmp_path: Path) -> None:
    script = "import sys; sys.modules['click'] = None; from nosto_tagging.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The nosto-tagging command needs the 'cli' extra: install nosto-tagging[cli]\n"


def test_main_runs_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from nosto_tagging.__main__ import main

    monkeypatch.setattr(sys, "argv", ["nosto-tagging", "block", "--email", "jane.doe@example.com"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert (caught.value.code, capsys.readouterr().out) == (0, BLOCK)


def test_without_its_extra_main_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from nosto_tagging.__main__ import main

    monkeypatch.setitem(sys.modules, "click", None)
    monkeypatch.delitem(sys.modules, "nosto_tagging.cli", raising=False)
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == "The nosto-tagging command needs the 'cli' extra: install nosto-tagging[cli]"


def test_standard_output_is_left_open(page: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", kept)
    command.main(["render", str(page), "--data", str(data), "--stdout"], standalone_mode=False)
    assert not kept.buffer.closed
    assert kept.buffer.getvalue() == "Jane\nJané\n".encode()  # type: ignore[attr-defined]  # it is the BytesIO above
