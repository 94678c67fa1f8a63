"""Many threads at once, and every object that outlives a request: docs/concurrency.md says what these tests hold to."""

from __future__ import annotations

import functools
import importlib
import logging
import pkgutil
import re
import subprocess
import sys
import threading
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from jinja2 import DictLoader, Environment
from support.expected import JANE, JANE_BLOCK, JANE_SCRIPT

import nosto_tagging
from nosto_tagging import Customer, Settings, Tagger, api, block, snippet, statement
from nosto_tagging.jinja import install

DOCUMENT = Path(__file__).parent.parent / "docs" / "concurrency.md"
JANE_TAGGED = Customer(**JANE)
Made = TypeVar("Made")


def together(threads: int, work: Callable[[int], Made]) -> list[Made]:
    """What `work` gives in each of so many threads, which begin at once and take turns as often as they can."""
    barrier = threading.Barrier(threads)
    made: dict[int, Made | BaseException] = {}

    def run(index: int) -> None:
        barrier.wait()
        try:
            made[index] = work(index)
        except BaseException as error:
            made[index] = error

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        running = [threading.Thread(target=run, args=(index,)) for index in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    for each in made.values():
        if isinstance(each, BaseException):
            raise each
    return [made[index] for index in range(threads)]


# --- what is worked out once


def test_the_first_pages_of_a_class_are_right_in_every_thread() -> None:
    provided = statement(api.set_tagging_provider("customer", JANE_TAGGED))
    for _ in range(50):

        class Guest(Customer):  # another class each time, whose plans nobody has made yet
            pass

        guest = Guest(**JANE)

        def first(_: int, guest: Customer = guest) -> list[str]:
            return [block(guest), snippet(guest), statement(api.set_tagging_provider("customer", guest))]

        assert together(8, first) == [[JANE_BLOCK, JANE_SCRIPT, provided]] * 8


def test_the_public_names_may_be_asked_for_first_by_many_threads_at_once() -> None:
    script = """if True:
        import sys, threading
        import nosto_tagging, nosto_tagging.models
        barrier = threading.Barrier(3 * len(nosto_tagging.__all__))
        found = []
        def ask(name):
            barrier.wait()
            found.append((name, getattr(nosto_tagging, name), nosto_tagging.models.Customer))
        sys.setswitchinterval(1e-6)
        threads = [threading.Thread(target=ask, args=(name,)) for name in nosto_tagging.__all__ * 3]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        assert len(found) == len(threads), found
        assert {(name, id(value)) for name, value, _ in found} == {
            (name, id(getattr(nosto_tagging, name))) for name in nosto_tagging.__all__
        }
        assert {customer for _, _, customer in found} == {nosto_tagging.Customer}
    """
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_calls_and_the_verbs_may_be_imported_by_many_threads_at_once() -> None:
    script = """if True:
        import importlib, sys, threading
        import nosto_tagging
        barrier = threading.Barrier(8)
        def ask(number):
            barrier.wait()
            importlib.import_module("nosto_tagging.api") if number % 2 else nosto_tagging.Tagger
        failed = []
        threading.excepthook = lambda args: failed.append(args.exc_value)
        sys.setswitchinterval(1e-6)
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        assert failed == [], failed
    """
    for _ in range(3):
        subprocess.run([sys.executable, "-c", script], check=True)


# --- settings


def test_other_settings_in_the_middle_of_a_page_change_whole_tags_and_no_overlays() -> None:
    env = Environment(autoescape=True)
    taggers = [Tagger(Settings(nonce="first")), Tagger(Settings(nonce="second", leave_out_email=True))]
    env.nosto_tagging = taggers[0]
    env.add_extension("nosto_tagging.jinja.NostoExtension")
    source = "{% nosto_customer_snippet customer %}\n{{ nosto_snippet(customer) }}\n{% nosto_customer customer %}"
    page = env.from_string(source)
    snippets, blocks = ({verb(tagger)(JANE_TAGGED) for tagger in taggers} for verb in (
        lambda tagger: tagger.snippet, lambda tagger: tagger.block,
    ))  # fmt: skip
    strays: list[str] = []

    def work(index: int) -> None:
        for turn in range(60):
            if index == 0:
                env.nosto_tagging = taggers[turn % 2]
                continue
            first, second, third = page.render(customer=JANE_TAGGED).split("\n")
            if not {first, second} <= snippets or third not in blocks:
                strays.append(f"{first} {second} {third}")
            # An overlay has one of the two for as long as it lives.
            overlay = env.overlay(autoescape=False)
            first, second, third = overlay.from_string(source).render(customer=JANE_TAGGED).split("\n")
            if first != second or (first, third) not in {
                (t.snippet(JANE_TAGGED), t.block(JANE_TAGGED)) for t in taggers
            }:
                strays.append(f"{first} {second} {third}")

    together(6, work)
    assert strays == []


# --- what outlives a request

# Neither they nor what they hold can be changed; a function's own attributes are looked at below.
UNCHANGING = (
    types.ModuleType,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    type,
    str,
    int,
    bytes,
    tuple,
    frozenset,
    re.Pattern,
    TypeVar,
)
TYPING = ("typing", "types", "collections")
# Python's, Flask's, Quart's, Jinja's and Django's own.
OTHERS = {
    "annotations", "current_app", "g", "missing", "path", "request", "request_ctx", "session",
    "setting_changed", "UTC"
}  # fmt: skip


def modules() -> Iterator[types.ModuleType]:
    """Those of the package but the command line's, whose process does nothing else."""
    yield nosto_tagging
    for info in pkgutil.walk_packages(nosto_tagging.__path__, "nosto_tagging."):
        if not info.name.endswith(("__main__", ".cli")):
            yield importlib.import_module(info.name)


def outliving() -> dict[str, Any]:
    """The objects that a module holds and that can be changed, by their names, each where it is at home."""
    return {
        f"{module.__name__}.{name}": value
        for module in modules()
        for name, value in vars(module).items()
        if not name.startswith("__")
        and name not in OTHERS
        and not (isinstance(value, functools._lru_cache_wrapper) and value.__module__ != module.__name__)
        and not isinstance(value, UNCHANGING)
        and not type(value).__module__.startswith(TYPING)
    }


def test_every_object_that_outlives_a_request_is_in_the_documentation() -> None:
    documented = set(re.findall(r"`(\w+)`", DOCUMENT.read_text(encoding="utf-8")))
    missing = {name for name in outliving() if name.rpartition(".")[2] not in documented}
    assert missing == set()


# What the first page may write, as the documentation has it.
WRITTEN = {
    "nosto_tagging",
    "nosto_tagging.models",
    "nosto_tagging.markup.blocks._plans",
    "nosto_tagging.markup.scripts._calls",
    "nosto_tagging.markup.scripts._objects",
    "nosto_tagging.models.fields._any_email",
    "nosto_tagging.models.tagging.printed",
    "nosto_tagging.models.tagging.flat",
}


def held(value: Any) -> object:
    """What an object holds, to be compared with what it holds later: by identity, two steps down."""
    if isinstance(value, functools._lru_cache_wrapper):
        return value.cache_info().currsize
    if isinstance(value, dict | types.MappingProxyType):
        return {key: attributes(each) for key, each in value.items()}
    if isinstance(value, list | set):
        return list(map(id, value))
    return attributes(value)


def attributes(value: Any) -> object:
    if isinstance(value, types.ModuleType) or not hasattr(value, "__dict__"):
        return id(value)
    return {"": id(value), **{key: id(each) for key, each in vars(value).items()}}


def everything(env: Environment) -> dict[str, object]:
    seen = {name: held(value) for name, value in outliving().items() if not isinstance(value, logging.Logger)}
    for module in modules():
        for name, value in vars(module).items():
            if getattr(value, "__module__", None) == module.__name__:
                seen[f"{module.__name__}.{name}"] = held(value)
        seen[module.__name__] = {key: id(each) for key, each in vars(module).items()}
    seen["environment"] = attributes(env)
    for name in ("extensions", "globals", "filters", "nosto_tagging", "loader"):
        seen[f"environment.{name}"] = held(getattr(env, name))
    for name, extension in env.extensions.items():
        seen[name] = held(extension)
    return seen


def test_what_outlives_a_request_is_written_by_the_first_page_as_documented_and_never_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = (
        '{% from "nosto/customer.html" import customer_snippet %}{% nosto_customer customer %}'
        "{% nosto_customer_snippet customer, nonce=nonce %}{{ customer_snippet(customer, nonce=nonce) }}"
        "{{ nosto_block(customer) }}{% nosto_customer email=customer.last_name %}{{ nosto_statement(call) }}"
    )
    env = Environment(loader=DictLoader({"page.html": source}), autoescape=True)
    install(env, Settings(errors="log"))

    def page(number: int) -> tuple[str, str]:
        who = Customer(email=f"c{number}@exämple.com", first_name=f"<{number}>", last_name=f"</script>{number}")
        call = api.session.set_customer(who).view_cart().update()
        nonce = f"n{number}"
        expected = block(who) + snippet(who, nonce=nonce) * 2 + block(who) + statement(call)
        return env.get_template("page.html").render(customer=who, nonce=nonce, call=call), expected

    fresh = everything(env)
    page(0)
    before = everything(env)
    assert {name for name, what in before.items() if what != fresh.get(name)} <= WRITTEN
    made = together(16, lambda index: [page(number) for number in range(index * 1000, index * 1000 + 50)])
    assert everything(env) == before
    assert [pair for pairs in made for pair in pairs if pair[0] != pair[1]] == []
    assert len(caplog.records) == 1 + 16 * 50
