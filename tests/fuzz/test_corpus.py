"""What the fuzzer has come upon is tried again by every run of the tests, without the fuzzer."""

from __future__ import annotations

import pytest
from fuzz import corpus
from fuzz.targets import TARGETS, check

from nosto_tagging.jinja import NostoExtension
from nosto_tagging.markup import drawing, scripts
from nosto_tagging.validation import SafeModel

INPUTS = corpus.read()


@pytest.mark.parametrize("data", INPUTS, ids=[f"line-{number}" for number in range(1, len(INPUTS) + 1)])
def test_an_input_of_the_corpus_breaks_no_promise(data: bytes) -> None:
    check(data)


def test_the_corpus_has_inputs_for_every_target() -> None:
    assert {data[0] for data in INPUTS} >= set(TARGETS)


# A module or a class, a name in it, and what an author in a hurry could have put there.
BROKEN = {
    "blocks-unescaped": (drawing, "texts", lambda values: values),
    "blocks-braces": (
        drawing,
        "texts",
        lambda values, texts=drawing.texts: [t.replace("&#123;", "{") for t in texts(values)],
    ),
    "scripts-unescaped": (scripts, "js_strings", lambda values: values),
    "scripts-less-than": (
        scripts,
        "js_strings",
        lambda values, texts=scripts.js_strings: [text.replace("\\u003c", "<") for text in texts(values)],
    ),
    "nonce-unescaped": (scripts, "_nonce", lambda nonce: f" nonce={nonce}"),
    "account-unescaped": (scripts, "text", lambda value: f"x{value}"),
    "messages-with-data": (SafeModel, "_problem", classmethod(lambda _, details: ((), str(details["input"])))),
    "tags-that-raise": (NostoExtension, "lookup", lambda self, value, name, **_: self.environment.getattr(value, name)),
}


@pytest.mark.parametrize(("home", "name", "broken"), BROKEN.values(), ids=BROKEN)
def test_the_corpus_finds_what_is_broken_on_purpose(
    home: object, name: str, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, name, broken)
    assert any(_fails(data) for data in INPUTS)


def _fails(data: bytes) -> bool:
    try:
        check(data)
    except Exception:
        return True
    return False
