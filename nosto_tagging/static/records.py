"""Data files into records: JSON, JSON Lines and CSV, read bit by bit, each record with its line."""

from __future__ import annotations

import codecs
import csv
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple, Self, TypeAlias

from nosto_tagging import models
from nosto_tagging.errors import InvalidArgument, UnreadableData
from nosto_tagging.models.tagging import TaggingModel, single
from nosto_tagging.validation import kind_of

__all__ = ["Format", "ModelName", "Record", "Records", "model_named", "read_records"]

ModelName: TypeAlias = Literal["customer", "cart", "order", "product", "page"]
_MODELS = {"customer": "Customer", "cart": "Cart", "order": "Order", "product": "Product", "page": "PageTagging"}
Format: TypeAlias = Literal["json", "jsonl", "csv"]
_FORMATS: dict[str, Format] = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}
# A record is some fields of text; what is longer than this is another kind of file.
LARGEST_RECORD = 1 << 20


class Record(NamedTuple):
    """A model's fields, as a mapping or as the JSON that holds them, and where they stand."""

    number: int
    line: int | None
    fields: Mapping[str, Any] | bytes | TaggingModel
    problem: str | None = None
    """What is wrong with a record that could not even be read."""


def model_named(name: str) -> type[TaggingModel]:
    """The model that records are.

    Raises `InvalidArgument` for any other name.
    """
    if name not in _MODELS:
        raise InvalidArgument("model", f"must be one of: {', '.join(_MODELS)}; got {kind_of(name)}")
    model: type[TaggingModel] = getattr(models, _MODELS[name])
    return model


class Records:
    """The records of a data file, to be gone through once: a context manager that closes the file.

    ``position`` is how many bytes have been read, and ``size`` how many there are (``None`` for standard input).
    """

    def __init__(self, source: str, stream: BinaryIO, file_format: Format, size: int | None) -> None:
        self.source = source
        self.size = size
        self._stream = stream
        self._format: Format = file_format
        self.position = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[Record]:
        return self.of("customer")

    def of(self, model: ModelName) -> Iterator[Record]:
        """The records as those of `model`, whose fields the columns of CSV are: those fields that hold one value."""
        if self._format == "csv":
            return self._csv(single(model_named(model)))
        return self._json() if self._format == "json" else self._json_lines()

    def _lines(self) -> Iterator[bytes]:
        """Lines as they stand in the file; one that is too long comes cut, and counts as one all the same."""
        while line := self._read(self._stream.readline, LARGEST_RECORD + 1):
            rest = line
            while len(rest) > LARGEST_RECORD and not rest.endswith(b"\n"):
                rest = self._read(self._stream.readline, LARGEST_RECORD + 1)
            yield line

    def _json_lines(self) -> Iterator[Record]:
        number = 0
        for line_number, line in enumerate(self._lines(), 1):
            if line_number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")  # noqa: PLW2901 - the mark at the start of the file
            if line.isspace():
                continue
            number += 1
            yield Record(number, line_number, line, None if len(line) <= LARGEST_RECORD else _TOO_LONG)

    def _csv(self, fields: tuple[str, ...]) -> Iterator[Record]:
        # Bytes that are no UTF-8 become lone surrogates, which are found below: one bad row is one bad record.
        text = (
            line.decode("utf-8-sig" if not index else "utf-8", "surrogateescape")
            for index, line in enumerate(self._lines())
        )
        rows = csv.reader(text, strict=True)
        header = self._header(rows, fields)
        number, line = 0, rows.line_num + 1
        while True:
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                yield Record(number, line, {}, f"must be CSV: {error}")
            else:
                if row:
                    number += 1
                    yield _row(number, line, header, row)
            line = rows.line_num + 1

    def _header(self, rows: Iterator[list[str]], fields: tuple[str, ...]) -> list[str]:
        try:
            header = next(rows, list[str]())
        except csv.Error as error:
            message = f"not CSV: {error}"
        else:
            # What stands where a header belongs may be somebody's data.
            wrong = [n for n, name in enumerate(header, 1) if name not in fields or name in header[: n - 1]]
            if not wrong:
                return header
            message = f"column {wrong[0]} must be headed by one field, each once, of: {', '.join(fields)}"
        raise UnreadableData(self.source, 1, message)

    def _json(self) -> Iterator[Record]:
        for number, (line, value) in enumerate(_JsonValues(self), 1):
            if isinstance(value, dict):
                yield Record(number, line, value)
            else:
                yield Record(number, line, {}, "must be a JSON object")

    def read(self, size: int) -> bytes:
        """Some more of the file."""
        return self._read(self._stream.read, size)

    def _read(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            data = read(size)
        except OSError as error:
            raise UnreadableData(self.source, None, error.strerror or type(error).__name__) from None
        self.position += len(data)
        return data


_TOO_LONG = f"must be at most {LARGEST_RECORD} bytes long"


def read_records(path: str | os.PathLike[str], file_format: Format | None = None) -> Records:
    """The records of the file at `path` (``"-"`` is standard input).

    `file_format` is taken from the name: ``.json`` (a list of objects, or one), ``.jsonl`` or ``.ndjson`` (an
    object a line), ``.csv`` (a header of field names; a blank cell is not given). Text is UTF-8.

    Raises `UnreadableData` for a file that cannot be opened, `InvalidArgument` for an unknown format. Going through
    the records raises `UnreadableData` where the file stops making sense.
    """
    source = os.fspath(path)
    chosen = file_format or ("jsonl" if source == "-" else _FORMATS.get(Path(source).suffix.lower()))
    if chosen not in ("json", "jsonl", "csv"):
        raise InvalidArgument("file_format", f"must be json, jsonl or csv; the name {Path(source).name!r} says none")
    if source == "-":
        if sys.stdin is None:  # closed
            raise UnreadableData("standard input", None, "is closed")
        return Records("standard input", sys.stdin.buffer, chosen, None)
    try:
        stream = Path(source).open("rb")  # noqa: SIM115 - Records closes it
        return Records(source, stream, chosen, os.fstat(stream.fileno()).st_size)
    except OSError as error:
        raise UnreadableData(source, None, error.strerror or type(error).__name__) from None


def _row(number: int, line: int, header: list[str], row: list[str]) -> Record:
    problem = None
    if len(row) != len(header):
        problem = f"must have {len(header)} cells, got {len(row)}"
    else:
        try:
            "".join(row).encode()
        except UnicodeEncodeError:
            problem = "must be UTF-8"
    return Record(number, line, dict(zip(header, row, strict=False)), problem)


class _JsonValues:
    """The elements of a JSON list, or the one value that is no list, each with the line that it begins on."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._text = ""
        self._at = 0
        self._line = 1
        self._ended = False

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        if self._next() != "[":
            yield self._value()
        else:
            self._step(1)
            while self._next() != "]":
                yield self._value()
                if self._next() == ",":
                    self._step(1)
                    if self._next() == "]":
                        raise self._unreadable("a comma stands before the end of the list")
                elif self._next() != "]":
                    raise self._unreadable("neither a comma nor the end of the list follows a record")
            self._step(1)
        if self._next():
            raise self._unreadable("something stands behind the end of the data")

    def _next(self) -> str:
        """The character that stands next, blanks left out; nothing at the end of the file."""
        while True:
            rest = _NO_BLANK(self._text, self._at)
            if rest:
                self._step(rest.start() - self._at)
                return rest.group()
            self._step(len(self._text) - self._at)
            if not self._more():
                return ""

    def _value(self) -> tuple[int, Any]:
        line = self._line
        while True:
            try:
                value, end = _decoder.raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                pass  # not JSON, or not all of it yet
            else:
                # A number may go on in what is still to be read: 1 as 12, or as 1.2.
                if not isinstance(value, int | float) or self._ended or self._text[end : end + 1] in _BEHIND_NUMBERS:
                    self._step(end - self._at)
                    return line, value
            if self._ended or len(self._text) - self._at > LARGEST_RECORD:
                raise self._unreadable(f"no JSON value of at most {LARGEST_RECORD} characters begins here")
            self._more()

    def _step(self, length: int) -> None:
        self._line += self._text.count("\n", self._at, self._at + length)
        self._at += length

    def _more(self) -> bool:
        """Read on; false at the end of the file."""
        chunk = self._records.read(_CHUNK)
        try:
            self._text = self._text[self._at :] + self._decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            raise self._unreadable("what follows is not UTF-8") from None
        self._at = 0
        self._ended = not chunk
        return not self._ended

    def _unreadable(self, message: str) -> UnreadableData:
        return UnreadableData(self._records.source, self._line, message)


_BEHIND_NUMBERS = set(" \t\n\r,]")
_decoder = json.JSONDecoder()
_NO_BLANK = re.compile(r"[^ \t\n\r]").search
_CHUNK = 1 << 16
