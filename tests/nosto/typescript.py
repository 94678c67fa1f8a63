"""Nosto's own types: what the TypeScript compiler says of statements, and which members there are."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from nosto import node

__all__ = ["Disagreement", "disagreements", "members"]

_NPM = Path(__file__).parent.parent.parent / "build" / "npm"
_TYPES = _NPM / "node_modules" / "@nosto" / "nosto-js" / "dist" / "client" / "nosto.d.ts"
_HEAD = """import type { API } from "@nosto/nosto-js/client"
declare const nostojs: (callback: (api: API) => unknown) => unknown
"""
_OPTIONS = ["--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--module", "esnext"]
_diagnostic = re.compile(r"checked\.ts\((\d+),\d+\): error TS(\d+): (.*)").fullmatch


class Disagreement(NamedTuple):
    """What the compiler has against a statement."""

    statement: str
    """The name of the statement."""
    code: int
    message: str


def _installed() -> None:
    """Skip where the npm registry could not be reached, and fail where nothing may be skipped."""
    if not _TYPES.exists():
        reason = "Nosto's types and the TypeScript compiler could not be had from the npm registry"
        (pytest.fail if os.environ.get("NOSTO_TAGGING_STRICT") else pytest.skip)(reason)


def disagreements(statements: dict[str, str]) -> list[Disagreement]:
    """What ``tsc --strict`` has against `statements`, checked in one batch. Fails where one cannot be read at all."""
    _installed()
    source, owner = _HEAD, [""] * _HEAD.count("\n")
    for name, statement in statements.items():
        # A line of its own for the semicolon, so that a comment at the end of a function stays one.
        source += f"{statement}\n;\n"
        owner += [name] * (statement.count("\n") + 2)
    folder = _NPM / "checked"
    folder.mkdir(exist_ok=True)
    file = folder / "checked.ts"
    file.write_text(source, encoding="ascii")
    compiler = _NPM / "node_modules" / "typescript" / "bin" / "tsc"
    done = node.run(compiler, *_OPTIONS, "--moduleResolution", "bundler", file.name, folder=folder)
    assert done.stderr == "", done.stderr
    found: list[Disagreement] = []
    for line in done.stdout.splitlines():
        if line.startswith(" "):  # goes on about the one before
            continue
        match = _diagnostic(line)
        assert match is not None, line
        number, code, message = match.groups()
        found.append(Disagreement(owner[int(number) - 1], int(code), message))
    # With an error of syntax the compiler looks at no types, so that there would be nothing else to see.
    unreadable = [each for each in found if each.code < 2000]
    assert unreadable == [], unreadable
    return found


def members() -> dict[str, list[str]]:
    """The members of the types that calls are made on, as the package declares them."""
    _installed()
    source = _TYPES.read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for name, opening in {
        "api": "declare const api: {",
        "api.visit": "interface Visits {",
        "api.placements": "interface Placements {",
        "session": "interface Session {",
        "action": "interface Action {",
        "request": "interface RequestBuilder {",
        "attribution": "interface Attribution {",
    }.items():
        (body,) = re.findall(rf"^{re.escape(opening)}\n(.*?)^}}", source, re.MULTILINE | re.DOTALL)
        # At the first level: members of members are further in, comments begin with a star.
        found[name] = re.findall(r"^    (\w+)\??[:(<]", body, re.MULTILINE)
    return found
