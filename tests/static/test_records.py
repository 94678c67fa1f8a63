"""Data files: what is a record, on which line, and what makes the rest unreadable."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from nosto_tagging.errors import InvalidArgument, UnreadableData
from nosto_tagging.static import Record, Records, read_records
from nosto_tagging.static.records import LARGEST_RECORD

JANE = {"email": "jane.doe@example.com"}
JOHN = {"email": "john.doe@example.com"}
BOM = b"\xef\xbb\xbf"


def read(tmp_path: Path, name: str, data: bytes) -> tuple[list[Record], str | None]:
    """The records, and the error that ends them."""
    path = tmp_path / name
    path.write_bytes(data)
    found: list[Record] = []
    with read_records(path) as records:
        try:
            found.extend(records)
        except UnreadableData as error:
            return found, str(error).replace(str(tmp_path), "")
    return found, None


class TestJsonLines:
    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (b"", []),
            (b'{"a":1}', [(1, 1, b'{"a":1}', None)]),
            (b'{"a":1}\n', [(1, 1, b'{"a":1}\n', None)]),
            (b'\n {"a":1}\r\n\n{"b":2}', [(1, 2, b' {"a":1}\r\n', None), (2, 4, b'{"b":2}', None)]),
            (BOM + b'{"a":1}', [(1, 1, b'{"a":1}', None)]),
            (BOM + b'\n{"a":1}', [(1, 2, b'{"a":1}', None)]),
            # What is wrong with a line is found when the customer is made of it.
            (b"nonsense\n\xff", [(1, 1, b"nonsense\n", None), (2, 2, b"\xff", None)]),
        ],
    )
    def test_a_line_is_a_record(self, tmp_path: Path, data: bytes, expected: list[Any]) -> None:
        assert read(tmp_path, "c.jsonl", data) == ([Record(*each) for each in expected], None)
        assert read(tmp_path, "c.ndjson", data) == ([Record(*each) for each in expected], None)

    def test_a_line_without_end_is_one_bad_record_and_is_not_held_in_memory(self, tmp_path: Path) -> None:
        records, error = read(tmp_path, "c.jsonl", b"x" * (3 * LARGEST_RECORD) + b"\n" + b"{}\n")
        assert error is None
        assert [(each.number, each.line, each.problem) for each in records] == [
            (1, 1, "must be at most 1048576 bytes long"),
            (2, 2, None),
        ]
        assert len(records[0].fields) == LARGEST_RECORD + 1

    @pytest.mark.parametrize(("length", "fits"), [(LARGEST_RECORD, True), (LARGEST_RECORD + 1, False)])
    def test_the_longest_line_fits(self, tmp_path: Path, length: int, fits: bool) -> None:
        records, _ = read(tmp_path, "c.jsonl", b"x" * (length - 1) + b"\n{}")
        assert [each.problem is None for each in records] == [fits, True]


class TestCsv:
    @pytest.mark.parametrize(
        ("data", "expected", "error"),
        [
            (b"", [], None),
            (b"email\n", [], None),
            (b"email\njane.doe@example.com\n", [(1, 2, JANE, None)], None),
            (BOM + b"email\r\njane.doe@example.com\r\n", [(1, 2, JANE, None)], None),
            # A cell that goes on over lines; the record is where it begins. Empty lines are none.
            (b'city,email\n"a\nb",x\n\nc,y\n', [(1, 2, {"city": "a\nb", "email": "x"}, None), (2, 5, {"city": "c", "email": "y"}, None)], None),
            (b"email,city\nx\ny,z\n", [(1, 2, {"email": "x"}, "must have 2 cells, got 1"), (2, 3, {"email": "y", "city": "z"}, None)], None),
            (b"email\nx,y\n", [(1, 2, {"email": "x"}, "must have 1 cells, got 2")], None),
            (b"email\n\xff\nx\n", [(1, 2, {"email": "\udcff"}, "must be UTF-8"), (2, 3, {"email": "x"}, None)], None),
            # What stands where a header belongs may be somebody's data, and is not told.
            (b"email,emial\nx,y\n", [], "/c.csv:1: column 2 must be headed by one field, each once, of: email, first_name, last_name, marketing_permission, customer_reference, hcid, type, customer_group, gender, date_of_birth, region, city, street, order_number, source, source_id"),
            (b"email,email\nx,y\n", [], "/c.csv:1: column 2 must be headed by one field, each once, of: email, first_name, last_name, marketing_permission, customer_reference, hcid, type, customer_group, gender, date_of_birth, region, city, street, order_number, source, source_id"),
            (b'em"ail"\nx\n', [], "/c.csv:1: column 1 must be headed by one field, each once, of: email, first_name, last_name, marketing_permission, customer_reference, hcid, type, customer_group, gender, date_of_birth, region, city, street, order_number, source, source_id"),
            (b'"email"x\nx\n', [], "/c.csv:1: not CSV: ',' expected after '\"'"),
            # One bad row is one bad record.
            (b'email\nx\n"y"z\nw\n', [(1, 2, {"email": "x"}, None), (2, 3, {}, "must be CSV: ',' expected after '\"'"), (3, 4, {"email": "w"}, None)], None),
        ],
    )  # fmt: skip
    def test_a_row_is_a_record(self, tmp_path: Path, data: bytes, expected: list[Any], error: str | None) -> None:
        assert read(tmp_path, "c.csv", data) == ([Record(*each) for each in expected], error)


class TestJson:
    @pytest.mark.parametrize(
        ("text", "expected", "error"),
        [
            ("[]", [], None),
            (" [ ] \n", [], None),
            (json.dumps(JANE), [(1, 1, JANE, None)], None),
            ("\n\n" + json.dumps(JANE, indent=2), [(1, 3, JANE, None)], None),
            (json.dumps([JANE, JOHN]), [(1, 1, JANE, None), (2, 1, JOHN, None)], None),
            (json.dumps([JANE, JOHN], indent=1), [(1, 2, JANE, None), (2, 5, JOHN, None)], None),
            ("\ufeff[{}]", [(1, 1, {}, None)], None),
            # What is no object is a bad record, and the others are read.
            ('[12,\n"x", {}]', [(1, 1, {}, "must be a JSON object"), (2, 2, {}, "must be a JSON object"), (3, 2, {}, None)], None),
            ("12", [(1, 1, {}, "must be a JSON object")], None),
            ("", [], "/c.json:1: no JSON value of at most 1048576 characters begins here"),
            ("[{}\n{}]", [(1, 1, {}, None)], "/c.json:2: neither a comma nor the end of the list follows a record"),
            ("[{}", [(1, 1, {}, None)], "/c.json:1: neither a comma nor the end of the list follows a record"),
            ("[{},\n]", [(1, 1, {}, None)], "/c.json:2: a comma stands before the end of the list"),
            ("[\n{,}]", [], "/c.json:2: no JSON value of at most 1048576 characters begins here"),
            ("[", [], "/c.json:1: no JSON value of at most 1048576 characters begins here"),
            ("[{}]\n x", [(1, 1, {}, None)], "/c.json:2: something stands behind the end of the data"),
            ("{}\n{}", [(1, 1, {}, None)], "/c.json:2: something stands behind the end of the data"),
            ("[" * 100_000, [], "/c.json:1: no JSON value of at most 1048576 characters begins here"),
            ("[" + "1" * 5_000 + "]", [], "/c.json:1: no JSON value of at most 1048576 characters begins here"),
        ],
    )  # fmt: skip
    def test_an_object_is_a_record(self, tmp_path: Path, text: str, expected: list[Any], error: str | None) -> None:
        assert read(tmp_path, "c.json", text.encode()) == ([Record(*each) for each in expected], error)

    def test_what_is_no_utf8_ends_the_reading(self, tmp_path: Path) -> None:
        assert read(tmp_path, "c.json", b'[{},\n"\xff"]') == (
            [],
            "/c.json:1: what follows is not UTF-8",
        )

    @pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64])
    def test_it_does_not_matter_where_the_reading_pauses(
        self, tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        values = [{"email": 'jané\u2028\\"[]{},'}, 123456, {"a": [1, {"b": None}]}, True, -1.5e3, "]", []]
        monkeypatch.setattr("nosto_tagging.static.records._CHUNK", chunk)
        records, error = read(tmp_path, "c.json", json.dumps(values, ensure_ascii=False, indent=1).encode())
        assert error is None
        assert [each.fields for each in records] == [value if isinstance(value, dict) else {} for value in values]
        assert [each.line for each in records] == [2, 5, 6, 14, 15, 16, 17]

    def test_a_record_is_read_whole_up_to_the_cap_and_no_further(self, tmp_path: Path) -> None:
        fits = {"email": "x" * (LARGEST_RECORD - 100)}
        too_long = {"email": "x" * (2 * LARGEST_RECORD)}
        records, error = read(tmp_path, "c.json", json.dumps([fits, too_long]).encode())
        assert [each.fields for each in records] == [fits]
        assert error == "/c.json:1: no JSON value of at most 1048576 characters begins here"


class TestTheFile:
    def test_a_closed_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", None)
        with pytest.raises(UnreadableData) as caught:
            read_records("-")
        assert str(caught.value) == "standard input: is closed"

    def test_a_file_that_stops_being_readable(self, tmp_path: Path) -> None:
        class Broken(io.BytesIO):
            def readline(self, size: int | None = -1) -> bytes:
                raise OSError(5, "Input/output error")

        with pytest.raises(UnreadableData) as caught:
            list(Records("c.jsonl", Broken(), "jsonl", None))
        assert str(caught.value) == "c.jsonl: Input/output error"

    def test_standard_input_is_json_lines_unless_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"a":1}\n')))
        records = read_records("-")
        assert (records.source, records.size) == ("standard input", None)
        assert list(records) == [Record(1, 1, b'{"a":1}\n')]
        assert records.position == len(b'{"a":1}\n')
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"[{}]")))
        assert list(read_records("-", "json")) == [Record(1, 1, {})]

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableData) as caught:
            read_records(tmp_path / "c.json")
        assert str(caught.value) == f"{tmp_path / 'c.json'}: No such file or directory"

    def test_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "c.json").mkdir()
        with pytest.raises(UnreadableData) as caught:
            read_records(tmp_path / "c.json")
        assert str(caught.value) == f"{tmp_path / 'c.json'}: Is a directory"

    @pytest.mark.parametrize("file_format", [None, "xml"])
    def test_an_unknown_format(self, tmp_path: Path, file_format: Any) -> None:
        with pytest.raises(InvalidArgument) as caught:
            read_records(tmp_path / "c.xml", file_format)
        assert str(caught.value) == "file_format must be json, jsonl or csv; the name 'c.xml' says none"

    def test_the_position_is_how_far_it_is(self, tmp_path: Path) -> None:
        path = tmp_path / "c.jsonl"
        path.write_bytes(b"{}\n" * 10)
        with read_records(path) as records:
            assert [records.position for _ in records] == list(range(3, 33, 3))
            assert records.size == 30
