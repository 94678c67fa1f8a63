"""Pages from records: what is written, what is refused, and what is left behind."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, Template

from nosto_tagging import Customer, Settings
from nosto_tagging.errors import (
    InvalidArgument,
    InvalidRecord,
    InvalidSettings,
    MissingTemplate,
    TemplateFailed,
    UnreadableData,
)
from nosto_tagging.jinja import install
from nosto_tagging.static import Record, Summary, read_records, render

SOURCE = "<p>{{ customer.first_name }}</p>{% nosto_customer_snippet customer %}\n"
ROWS = [
    {"email": "jane.doe@example.com", "first_name": "Jane", "customer_reference": "r1"},
    {"email": "john.doe@example.com", "first_name": "John", "customer_reference": "r2"},
]


def page_of(row: dict[str, Any]) -> str:
    payload = json.dumps(
        {name: row[name] for name in ("email", "first_name", "customer_reference")}, separators=(",", ":")
    )
    return f"<p>{row['first_name']}</p><script>nostojs(api => api.customer({payload}))</script>\n"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def files_of(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): path.read_text(encoding="utf-8")
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


class TestWhatIsWritten:
    @pytest.mark.parametrize("jobs", [1, 2])
    def test_a_page_per_record_under_its_number(self, page: Path, out: Path, jobs: int) -> None:
        assert render(page, ROWS, out=out, jobs=jobs) == Summary(written=2, failed=0)
        assert files_of(out) == {"1.html": page_of(ROWS[0]), "2.html": page_of(ROWS[1])}
        assert sorted(path.name for path in out.iterdir()) == ["1.html", "2.html"]

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_one_stream_in_the_order_of_the_records(self, page: Path, jobs: int) -> None:
        # More than a chunk for each of the processes and those that wait.
        rows = [{**ROWS[0], "customer_reference": f"r{number}"} for number in range(2_000)]
        stream = io.StringIO()
        assert render(page, rows, stream=stream, jobs=jobs) == Summary(2_000, 0)
        assert stream.getvalue() == "".join(map(page_of, rows))

    def test_records_may_be_customers_and_records(self, page: Path) -> None:
        stream = io.StringIO()
        records = [Customer(**ROWS[0]), Record(7, 9, json.dumps(ROWS[1]).encode())]
        assert render(page, records, stream=stream) == Summary(2, 0)
        assert stream.getvalue() == page_of(ROWS[0]) + page_of(ROWS[1])

    def test_a_template_of_the_callers_own_environment(self) -> None:
        env = Environment(loader=DictLoader({"page.html": SOURCE}), autoescape=True)
        install(env)
        stream = io.StringIO()
        render(env.get_template("page.html"), ROWS, stream=stream)
        # Jinja drops the last line's end unless the environment says otherwise.
        assert stream.getvalue() == page_of(ROWS[0]).rstrip() + page_of(ROWS[1]).rstrip()

    def test_the_settings_hold_in_the_page(self, page: Path) -> None:
        stream = io.StringIO()
        render(page, ROWS[:1], stream=stream, settings=Settings(leave_out_email=True, nonce="r4nd0m"))
        assert stream.getvalue() == (
            '<p>Jane</p><script nonce="r4nd0m">'
            'nostojs(api => api.customer({"first_name":"Jane","customer_reference":"r1"}))</script>\n'
        )

    def test_a_page_finds_its_own_and_the_bundled_templates(self, tmp_path: Path) -> None:
        (tmp_path / "base.html").write_text("<title>{% block title %}{% endblock %}</title>")
        (tmp_path / "page.html").write_text(
            '{% extends "base.html" %}{% from "nosto/customer.html" import customer_snippet %}'
            "{% block title %}{{ customer_snippet(customer) }}{% endblock %}"
        )
        stream = io.StringIO()
        render(tmp_path / "page.html", [{"email": "jane.doe@example.com"}], stream=stream)
        assert stream.getvalue() == (
            '<title><script>nostojs(api => api.customer({"email":"jane.doe@example.com"}))</script></title>'
        )

    def test_progress_is_told_after_each_chunk(self, page: Path) -> None:
        told: list[Summary] = []
        rows: list[dict[str, Any]] = [*ROWS * 200, {"email": "no address"}]
        render(page, rows, stream=io.StringIO(), on_progress=told.append)
        assert told == [Summary(256, 0), Summary(400, 1)]

    def test_no_record_no_page(self, page: Path, out: Path) -> None:
        assert render(page, [], out=out) == Summary(0, 0)
        assert files_of(out) == {}

    def test_a_second_run_replaces_what_the_first_wrote(self, page: Path, out: Path) -> None:
        render(page, ROWS[:1], out=out, name="{first_name}.html")
        render(page, [{**ROWS[1], "first_name": "Jane"}], out=out, name="{first_name}.html")
        assert files_of(out) == {"Jane.html": page_of({**ROWS[1], "first_name": "Jane"})}


class TestNames:
    @pytest.mark.parametrize(
        ("pattern", "names"),
        [
            ("{number}.html", ["1.html", "2.html"]),
            ("{customer_reference}.html", ["r1.html", "r2.html"]),
            ("{first_name}/{number}-x.html", ["Jane/1-x.html", "John/2-x.html"]),
            ("{{{first_name}}}.html", ["{Jane}.html", "{John}.html"]),  # braces that are meant
        ],
    )
    def test_a_pattern_of_fields_and_the_number(self, page: Path, out: Path, pattern: str, names: list[str]) -> None:
        assert render(page, ROWS, out=out, name=pattern) == Summary(2, 0)
        assert list(files_of(out)) == names

    @pytest.mark.parametrize(
        ("pattern", "message"),
        [
            ("{emial}.html", "name has no 'emial', must be one of: number, email, first_name, last_name, "),
            ("{email.__class__}.html", "name has no (text of 15 characters), must be one of: number, email, "),
            ("{number!r}.html", "name has no 'number', must be one of: number, email, "),
            ("{number:>9}.html", "name has no 'number', must be one of: number, email, "),
            ("{}.html", "name has no (text of 0 characters), must be one of: number, email, "),
            ("{number.html", "name must have its braces in pairs"),
            ("/etc/{number}", "name must not be empty, begin or end with a slash, or have two in a row"),
            ("{number}/", "name must not be empty, begin or end with a slash, or have two in a row"),
            ("", "name must not be empty, begin or end with a slash, or have two in a row"),
            ("../{number}", "name must not begin with a dot: such a file is hidden, or is the folder above"),
            ("a/../{number}", "name must not begin with a dot: such a file is hidden, or is the folder above"),
        ],
    )
    def test_a_pattern_that_cannot_be_is_refused_before_anything_is_written(
        self, page: Path, out: Path, pattern: str, message: str
    ) -> None:
        with pytest.raises(InvalidArgument) as caught:
            render(page, ROWS, out=out, name=pattern)
        assert str(caught.value).startswith(message)
        assert not out.exists()

    @pytest.mark.parametrize(
        ("value", "problem"),
        [
            (None, "its name is empty: the record has no customer_reference"),
            ("../r1", "its name would leave its folder: customer_reference holds a slash or a colon"),
            ("a/b", "its name would leave its folder: customer_reference holds a slash or a colon"),
            ("a\\b", "its name would leave its folder: customer_reference holds a slash or a colon"),
            ("..", "its name must not begin with a dot: such a file is hidden, or is the folder above"),
            (".htaccess", "its name must not begin with a dot: such a file is hidden, or is the folder above"),
            ("r1", "its name repeats: an earlier record has it"),
            ("R1", "its name repeats: an earlier record has it"),  # the same file on many systems
            ("x" * 300, "cannot be written: File name too long"),
        ],
    )
    @pytest.mark.parametrize("jobs", [1, 2])
    def test_a_name_that_leaves_is_empty_or_repeats_costs_its_record_only(
        self, page: Path, out: Path, value: str | None, problem: str, jobs: int
    ) -> None:
        rows = [ROWS[0], {**ROWS[1], "customer_reference": value}]
        failed: list[InvalidRecord] = []
        summary = render(page, rows, out=out, name="{customer_reference}", jobs=jobs, on_error=failed.append)
        assert summary == Summary(1, 1)
        assert [str(error) for error in failed] == [f"records: record 2: {problem}"]
        assert files_of(out) == {"r1": page_of(ROWS[0])}
        assert list(out.parent.glob("*r1*")) == []

    def test_a_link_in_the_folder_leads_nobody_out_of_it(self, page: Path, out: Path, tmp_path: Path) -> None:
        out.mkdir()
        (tmp_path / "elsewhere").mkdir()
        (out / "Jane").symlink_to(tmp_path / "elsewhere")
        failed: list[InvalidRecord] = []
        assert render(page, ROWS, out=out, name="{first_name}/{number}", on_error=failed.append) == Summary(1, 1)
        assert [str(error) for error in failed] == ["records: record 1: its name leads out of the folder"]
        assert list((tmp_path / "elsewhere").iterdir()) == []

    def test_a_folder_in_the_way_costs_its_record_only(self, page: Path, out: Path) -> None:
        (out / "1.html").mkdir(parents=True)
        failed: list[InvalidRecord] = []
        assert render(page, ROWS, out=out, on_error=failed.append) == Summary(1, 1)
        assert [str(error) for error in failed] == ["records: record 1: cannot be written: Is a directory"]
        assert files_of(out) == {"2.html": page_of(ROWS[1])}

    def test_numbers_that_a_caller_repeats_are_refused_as_names(self, page: Path, out: Path) -> None:
        failed: list[InvalidRecord] = []
        records = [Record(1, 1, ROWS[0]), Record(1, 1, ROWS[1])]
        assert render(page, records, out=out, on_error=failed.append) == Summary(1, 1)
        assert [str(error) for error in failed] == ["records:1: record 1: its name repeats: an earlier record has it"]
        assert files_of(out) == {"1.html": page_of(ROWS[0])}

    def test_a_file_where_the_folder_belongs(self, page: Path, out: Path) -> None:
        out.write_text("")
        with pytest.raises(InvalidArgument) as caught:
            render(page, ROWS, out=out)
        assert str(caught.value) == "out cannot be a folder to write to: File exists"

    def test_a_template_is_read_again_for_each_run(self, page: Path) -> None:
        for source in ("one", "two"):
            page.write_text(source)
            for jobs in (1, 2):
                stream = io.StringIO()
                render(page, ROWS[:1], stream=stream, jobs=jobs)
                assert stream.getvalue() == source

    @pytest.mark.parametrize("name", ["nonce", "consent"])
    def test_what_is_asked_for_goes_to_no_other_process(self, page: Path, name: str) -> None:
        settings = Settings(**{name: lambda: "r4nd0m"})
        with pytest.raises(InvalidArgument) as caught:
            render(page, ROWS, stream=io.StringIO(), jobs=2, settings=settings)
        assert str(caught.value) == f"settings must have no callable as {name} where other processes render, or jobs=1"


class TestBadRecords:
    ROWS: list[Any] = [ROWS[0], {"email": "no address"}, {}, ROWS[1]]
    MESSAGES = [
        "records: record 2: Customer.email must be an e-mail address such as jane.doe@example.com, got text of 10 characters",
        "records: record 3: Customer needs an email or a customer_reference, got neither",
    ]

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_the_good_ones_are_written(self, page: Path, out: Path, jobs: int) -> None:
        failed: list[InvalidRecord] = []
        assert render(page, self.ROWS, out=out, jobs=jobs, on_error=failed.append) == Summary(2, 2)
        assert [str(error) for error in failed] == self.MESSAGES
        assert files_of(out) == {"1.html": page_of(ROWS[0]), "4.html": page_of(ROWS[1])}

    def test_strict_stops_at_the_first_and_keeps_what_was_written(self, page: Path, out: Path) -> None:
        with pytest.raises(InvalidRecord) as caught:
            render(page, self.ROWS, out=out, strict=True)
        assert str(caught.value) == self.MESSAGES[0]
        assert files_of(out) == {"1.html": page_of(ROWS[0])}
        assert [path.name for path in out.iterdir()] == ["1.html"]

    def test_strict_stops_a_stream_in_the_same_place(self, page: Path) -> None:
        stream = io.StringIO()
        with pytest.raises(InvalidRecord):
            render(page, self.ROWS, stream=stream, strict=True)
        assert stream.getvalue() == page_of(ROWS[0])

    def test_what_was_read_before_the_data_breaks_is_written(self, page: Path, out: Path) -> None:
        def rows() -> Iterator[dict[str, Any]]:
            yield from ROWS
            raise UnreadableData("data.json", 3, "broken")

        with pytest.raises(UnreadableData) as caught:
            render(page, rows(), out=out)
        assert str(caught.value) == "data.json:3: broken"
        assert list(files_of(out)) == ["1.html", "2.html"]

    def test_no_error_and_no_exception_behind_it_tells_the_persons_data(self, page: Path, out: Path) -> None:
        secret = "".join(["se", "cret"])
        failed: list[InvalidRecord] = []
        render(page, [{"email": f"{secret}@", "first_name": secret}], out=out, on_error=failed.append)
        (error,) = failed
        assert secret not in repr((error, str(error), vars(error), error.args, error.__context__, error.__cause__))

    def test_what_the_template_raises_costs_its_record_only_and_is_not_quoted(self, tmp_path: Path) -> None:
        page = tmp_path / "page.html"
        page.write_text("\n{{ customer.first_name.upper() }}{{ {}[customer.first_name] + 1 }}\n")
        failed: list[InvalidRecord] = []
        render(page, [ROWS[0], {"email": "jane.doe@example.com"}], stream=io.StringIO(), on_error=failed.append)
        assert [str(error) for error in failed] == [
            "records: record 1: page.html:2: the template raised UndefinedError",
            "records: record 2: page.html:2: the template raised UndefinedError",
        ]

    def test_a_misspelt_name_in_a_tag_is_told_with_its_line(self, tmp_path: Path) -> None:
        page = tmp_path / "page.html"
        page.write_text("\n\n{% nosto_customer custmer %}")
        failed: list[InvalidRecord] = []
        render(page, ROWS[:1], stream=io.StringIO(), on_error=failed.append)
        assert [str(error) for error in failed] == [
            "records: record 1: page.html:3: the template raised UndefinedName: "
            "custmer is undefined; where it may be missing, write |default(none) after it"
        ]

    def test_a_template_without_a_file_has_a_line_all_the_same(self) -> None:
        env = Environment()
        install(env)
        failed: list[InvalidRecord] = []
        template = env.from_string("\n{{ nope() }}")
        render(template, ROWS[:1], stream=io.StringIO(), on_error=failed.append)
        assert [str(error) for error in failed] == [
            "records: record 1: <template>:2: the template raised UndefinedError"
        ]


class TestWhatCannotBeDone:
    @pytest.mark.parametrize("both", [True, False])
    def test_out_and_stream_are_one_or_the_other(self, page: Path, out: Path, both: bool) -> None:
        with pytest.raises(InvalidArgument) as caught:
            render(page, ROWS, out=out if both else None, stream=io.StringIO() if both else None)
        assert str(caught.value) == "render() writes to out or to stream: one of them must be given"

    def test_a_template_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(MissingTemplate) as caught:
            render(tmp_path / "nope.html", ROWS, stream=io.StringIO())
        assert str(caught.value) == f"Template {str(tmp_path / 'nope.html')!r} cannot be found"

    def test_a_template_that_is_no_text(self, tmp_path: Path) -> None:
        (tmp_path / "page.html").write_bytes(b"\xff\xfe")
        with pytest.raises(MissingTemplate) as caught:
            render(tmp_path / "page.html", ROWS, stream=io.StringIO())
        assert str(caught.value) == f"Template {str(tmp_path / 'page.html')!r} cannot be read: UnicodeDecodeError"

    def test_a_template_that_does_not_compile(self, tmp_path: Path) -> None:
        (tmp_path / "page.html").write_text("\n{% nosto_customer emial='x' %}")
        with pytest.raises(TemplateFailed) as caught:
            render(tmp_path / "page.html", ROWS, stream=io.StringIO())
        assert str(caught.value).startswith(
            "page.html:2: the template raised TemplateSyntaxError: nosto_customer has no 'emial', must be one of: email, "
        )

    def test_a_template_without_a_loader_goes_to_no_other_process(self) -> None:
        with pytest.raises(MissingTemplate) as caught:
            render(Template("x"), ROWS, stream=io.StringIO(), jobs=2)
        assert str(caught.value) == (
            "Template '<template>' has no file that other processes could load it from: give its path, or jobs=1"
        )

    @pytest.mark.parametrize("jobs", [0, -1, True, 1.5, "2"])
    def test_jobs_are_a_number_from_one(self, page: Path, jobs: Any) -> None:
        with pytest.raises(InvalidArgument) as caught:
            render(page, ROWS, stream=io.StringIO(), jobs=jobs)
        given = "text of 1 character" if jobs == "2" else type(jobs).__name__
        assert str(caught.value) == f"jobs must be a whole number from 1, got {given}"

    def test_an_environment_that_says_nonsense(self, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NOSTO_HOST", "nowhere")
        with pytest.raises(InvalidSettings) as caught:
            render(page, ROWS, stream=io.StringIO())
        assert str(caught.value) == "Settings.host must be 'production' or 'staging', got text of 7 characters"


def test_a_killed_run_leaves_whole_pages_only(page: Path, out: Path) -> None:
    data = page.with_name("customers.jsonl")
    data.write_text("".join(json.dumps({**ROWS[0], "customer_reference": f"r{n}"}) + "\n" for n in range(20_000)))
    script = (
        "import os, sys\nfrom nosto_tagging.static import read_records, render\n"
        "def kill(summary):\n    if summary.written > 600: os.kill(os.getpid(), 9)\n"
        "with read_records(sys.argv[2]) as records:\n"
        "    render(sys.argv[1], records, out=sys.argv[3], on_progress=kill)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, page, data, out], check=False)
    assert done.returncode == -9
    written = {path.name: path.read_text(encoding="utf-8") for path in out.glob("*.html")}
    assert written == {
        f"{number}.html": page_of({**ROWS[0], "customer_reference": f"r{number - 1}"}) for number in range(1, 769)
    }


def test_memory_does_not_grow_with_the_records(page: Path) -> None:
    script = (
        "import sys\nfrom nosto_tagging.static import render\n"
        "rows = ({'email': 'jane.doe@example.com', 'customer_reference': str(n)} for n in range(int(sys.argv[2])))\n"
        "with open('/dev/null', 'w') as stream:\n    render(sys.argv[1], rows, stream=stream)\n"
        # What getrusage() tells begins with the memory of the process that started this one.
        "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])\n"
    )
    few, many = (
        int(
            subprocess.run(
                [sys.executable, "-c", script, page, number], check=True, capture_output=True, text=True
            ).stdout
        )
        for number in ("1000", "30000")
    )
    assert many < few * 1.05


def test_read_records_and_render_meet(page: Path, tmp_path: Path) -> None:
    data = tmp_path / "customers.csv"
    data.write_text("email,first_name,customer_reference\njane.doe@example.com,Jane,r1\nnobody,,\n", encoding="utf-8")
    stream = io.StringIO()
    failed: list[InvalidRecord] = []
    with read_records(data) as records:
        assert render(page, records, stream=stream, on_error=failed.append) == Summary(1, 1)
        assert records.position == records.size == data.stat().st_size
    assert stream.getvalue() == page_of(ROWS[0])
    assert [str(error) for error in failed] == [
        f"{data}:3: record 2: Customer.email must be an e-mail address such as jane.doe@example.com, got text of 6 characters"
    ]
    assert (failed[0].path, failed[0].line, failed[0].number) == (str(data), 3, 2)
