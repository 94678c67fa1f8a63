"""Which tests are run against a mutant, and two ways to run them, each in a process of its own."""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import NamedTuple

import pytest
from mutation.mutants import ROOT, Mutant

# What is mutated, and the tests that are likely to notice; the others that touch it follow.
NEAR = {
    "nosto_tagging/api/arguments.py": "tests/api",
    "nosto_tagging/api/attribution.py": "tests/api",
    "nosto_tagging/api/chain.py": "tests/api",
    "nosto_tagging/api/client.py": "tests/api",
    "nosto_tagging/api/request.py": "tests/api",
    "nosto_tagging/api/search.py": "tests/api",
    "nosto_tagging/api/session.py": "tests/api",
    "nosto_tagging/api/tagging.py": "tests/test_api.py",
    "nosto_tagging/csp.py": "tests/test_csp.py",
    "nosto_tagging/headers.py": "tests/reading/test_rules.py",
    "nosto_tagging/jinja.py": "tests/jinja/test_tags.py",
    "nosto_tagging/markup/blocks.py": "tests/markup/test_blocks.py",
    "nosto_tagging/markup/drawing.py": "tests/markup/test_topic_blocks.py",
    "nosto_tagging/markup/escape.py": "tests/markup/test_escape.py",
    "nosto_tagging/markup/public.py": "tests/markup/test_public.py",
    "nosto_tagging/markup/reserved.py": "tests/markup/test_reserved.py",
    "nosto_tagging/markup/scripts.py": "tests/markup/test_scripts.py",
    "nosto_tagging/markup/tagger.py": "tests/markup/test_tagger.py",
    "nosto_tagging/markup/told.py": "tests/markup/test_told.py",
    "nosto_tagging/models/__init__.py": "tests/models",
    "nosto_tagging/models/cart.py": "tests/models/test_bad_input.py",
    "nosto_tagging/models/catalogue.py": "tests/models",
    "nosto_tagging/models/currencies.py": "tests/models/test_currencies.py",
    "nosto_tagging/models/customer.py": "tests/models/test_customer.py",
    "nosto_tagging/models/fields.py": "tests/models/test_customer.py",
    "nosto_tagging/models/identity.py": "tests/models/test_identity.py",
    "nosto_tagging/models/lists.py": "tests/models/test_formats.py",
    "nosto_tagging/models/numbers.py": "tests/models",
    "nosto_tagging/models/order.py": "tests/models/test_formats.py",
    "nosto_tagging/models/page.py": "tests/models/test_formats.py",
    "nosto_tagging/models/product.py": "tests/models/test_formats.py",
    "nosto_tagging/models/tagging.py": "tests/models/test_contracts.py",
    "nosto_tagging/models/text.py": "tests/models/test_text.py",
    "nosto_tagging/reading/check.py": "tests/reading/test_rules.py",
    "nosto_tagging/reading/compared.py": "tests/test_testing.py",
    "nosto_tagging/reading/decoding.py": "tests/reading/test_hostile_pages.py",
    "nosto_tagging/reading/dropped.py": "tests/reading/test_dropped.py",
    "nosto_tagging/reading/findings.py": "tests/reading/test_rules.py",
    "nosto_tagging/reading/given.py": "tests/reading/test_dropped.py",
    "nosto_tagging/reading/limits.py": "tests/reading/test_limits.py",
    "nosto_tagging/reading/literals.py": "tests/reading/test_calls.py",
    "nosto_tagging/reading/made.py": "tests/reading/test_left_out.py",
    "nosto_tagging/reading/names.py": "tests/reading/test_elements.py",
    "nosto_tagging/reading/page.py": "tests/reading/test_rules.py",
    "nosto_tagging/reading/panel.py": "tests/reading/test_panel.py",
    "nosto_tagging/reading/positions.py": "tests/reading/test_positions.py",
    "nosto_tagging/reading/rules/absent.py": "tests/reading/test_rules.py",
    "nosto_tagging/reading/rules/dropped.py": "tests/reading/test_dropped.py",
    "nosto_tagging/reading/rules/exposed.py": "tests/reading/test_rules.py",
    "nosto_tagging/reading/rules/fields.py": "tests/reading/test_rules.py",
    "nosto_tagging/reading/rules/pages.py": "tests/reading/test_rules.py",
    "nosto_tagging/reading/rules/scripts.py": "tests/reading/test_rules.py",
    "nosto_tagging/reading/scripts.py": "tests/reading/test_calls.py",
    "nosto_tagging/reading/seen.py": "tests/reading/test_elements.py",
    "nosto_tagging/reading/site.py": "tests/reading/test_site.py",
    "nosto_tagging/reading/switches.py": "tests/reading/test_rules.py",
    "nosto_tagging/reading/tagging.py": "tests/reading/test_elements.py",
    "nosto_tagging/reading/told.py": "tests/reading/test_calls.py",
    "nosto_tagging/reading/written.py": "tests/reading/test_written.py",
    "nosto_tagging/settings.py": "tests/test_settings.py",
    "nosto_tagging/tags.py": "tests/jinja/test_tags.py",
    "nosto_tagging/topics.py": "tests/jinja/test_topics.py",
    "nosto_tagging/validation.py": "tests/models",
}
# What need not be imported again for each mutant.
OTHERS = ["babel.messages.extract", "flask", "jinja2.sandbox", "py_mini_racer", "pydantic.main", "selectolax.lexbor"]
TESTS = [
    "models",
    "markup",
    "jinja",
    "api",
    "reading",
    "test_api.py",
    "test_arrives.py",
    "test_errors.py",
    "test_settings.py",
]
PYTEST = [
    "-q",
    "-x",
    "--assert=plain",
    "-p",
    "no:cacheprovider",
    "--override-ini=addopts=--import-mode=importlib",
    f"--rootdir={ROOT}",
    # A measurement of time that fails on a busy machine says nothing about a mutant.
    "-k",
    "not linear and not times_the_time",
]

TESTS_FOR_ONE = 6  # seconds that the tests for one mutant take on the original, at most
SLOW = 0.1  # seconds; tests that take longer come last
SECONDS = 60  # of the processor that a mutant may take, and four times as many in all
MEMORY = 6 << 30

SURVIVED, KILLED, CANNOT, NEVER_IMPORTED = range(4)
_TERMINAL = os.dup(1)


class Test(NamedTuple):
    """How long a test takes on the original, and which functions of the library it calls."""

    seconds: float
    calls: list[str]


def told(line: str) -> None:
    """A line for whoever watches, from whichever process."""
    os.write(_TERMINAL, f"{line}\n".encode())


def _counted(results: Iterator[tuple[Mutant, int | None]]) -> Iterator[tuple[Mutant, int | None]]:
    for number, result in enumerate(results, 1):
        if number % 100 == 0:
            told(f"… {number}")
        yield result


def tried(todo: list[Mutant], jobs: int) -> dict[Mutant, int | None]:
    """What became of each mutant; ``None`` for what took too long, which counts as killed."""
    _prepare()
    results: dict[Mutant, int | None] = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        inside = [mutant for mutant in todo if mutant.function]
        if (pid := os.fork()) == 0:
            arguments = [*PYTEST, *(str(ROOT / "tests" / name) for name in TESTS)]
            _alone(lambda: pytest.main(arguments, [Collected(inside, jobs, out)]), seconds=0)
        os.waitpid(pid, 0)
        if not (out / "quick").exists():
            sys.exit("The tests fail without any change, or cannot be collected")
        tests = _read(out)
        results |= {inside[place]: code for place, code in json.loads((out / "quick").read_text())}
    _prove_that_mutants_are_imported({mutant.file for mutant in todo}, tests)
    rest = [mutant for mutant in todo if results.get(mutant, CANNOT) not in (KILLED, None)]
    told(f"{len(todo) - len(rest)} died the quick way, {len(rest)} are tried the thorough way")
    for mutant, code in _counted(_in_children(lambda mutant: imported(mutant, plan(mutant, tests)), rest, jobs)):
        results[mutant] = code
        if code == NEVER_IMPORTED:
            sys.exit(f"Never imported: {mutant.name}")
        if code == SURVIVED:
            told(f"survived: {mutant.name}")
    return results


# --- two ways


def swapped(session: pytest.Session, mutant: Mutant, order: list[str]) -> int:
    """The quick way: everything is imported and collected already, and functions get their new code in place.

    What dies so is dead. What survives is tried the other way: import may have made something of the old code.
    """
    path = str(ROOT / mutant.file)
    new = {code.co_qualname: code for code in _codes(compile(mutant.source, path, "exec", dont_inherit=True))}
    for function in [each for each in gc.get_objects() if type(each) is FunctionType]:
        code = function.__code__
        if code.co_filename == path:
            try:
                function.__code__ = new[code.co_qualname]
            except (KeyError, ValueError):  # it is called otherwise, or takes other variables from outside
                return CANNOT
    items = {item.nodeid: item for item in session.items}
    for name, following in zip(order, [*order[1:], None], strict=True):
        item = items[name]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=items.get(following or ""))
        if session.testsfailed:
            return KILLED
    return SURVIVED


def imported(mutant: Mutant, order: list[str]) -> int:
    """The thorough way: nothing of the library is imported yet, and what import finds is the mutant."""
    loaded: list[str] = []
    get_code = SourceFileLoader.get_code

    def mutated(self: SourceFileLoader, name: str) -> CodeType | None:
        if self.path != str(ROOT / mutant.file):
            return get_code(self, name)
        loaded.append(name)
        return compile(mutant.source, self.path, "exec", dont_inherit=True)

    SourceFileLoader.get_code = mutated  # type: ignore[method-assign, assignment]  # for this process
    near = [name for name in order if name.startswith(NEAR[mutant.file])]
    # After the quick way, those that are near are enough to notice what import makes of a function.
    far = [] if near and mutant.function else [name for name in order if name not in set(near)]
    failed = False
    for names in filter(None, (near, far)):
        files = sorted({str(ROOT / name.partition("::")[0]) for name in names})
        failed = failed or pytest.main([*PYTEST, *files], [Order(names)]) != 0
    return NEVER_IMPORTED if not loaded else KILLED if failed else SURVIVED


class Collected:
    """In place of pytest's loop over the tests: each of them once, and then the mutants of functions."""

    def __init__(self, todo: list[Mutant], jobs: int, out: Path) -> None:
        self.todo, self.jobs, self.out = todo, jobs, out

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        original = Mutant("", "", "", "", "")
        ((_, code),) = _in_children(lambda _: self.watched(session), [original], 1, seconds=0)
        if code == SURVIVED:
            tests, places = _read(self.out), {mutant: place for place, mutant in enumerate(self.todo)}
            told(f"{len(tests)} tests pass on the original; {len(self.todo)} mutants are tried the quick way")
            results = _in_children(lambda each: swapped(session, each, plan(each, tests)), self.todo, self.jobs)
            quick = [(places[mutant], code) for mutant, code in _counted(results)]
            (self.out / "quick").write_text(json.dumps(quick))
        return True

    def watched(self, session: pytest.Session) -> int:
        """Run every test, and write down how long it takes and what it calls."""
        tests: dict[str, Test] = {}
        calls: set[str] = set()

        def watch(frame: FrameType, *_: object) -> None:
            if frame.f_code.co_filename.startswith(f"{ROOT}/nosto_tagging/"):
                calls.add(f"{frame.f_code.co_filename.removeprefix(f'{ROOT}/')}:{frame.f_code.co_qualname}")

        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            calls.clear()
            start = time.process_time()
            sys.settrace(watch)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            sys.settrace(None)
            if session.testsfailed:
                return KILLED
            tests[item.nodeid] = Test(time.process_time() - start, sorted(calls))
        (self.out / "tests").write_text(json.dumps(tests))
        return SURVIVED


class Order:
    """Has pytest run the tests that are named, in that order."""

    def __init__(self, names: list[str]) -> None:
        self.place = {name: place for place, name in enumerate(names)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = [item for item in items if item.nodeid in self.place]
        items[:] = sorted(chosen, key=lambda item: self.place[item.nodeid])


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


def _prove_that_mutants_are_imported(files: Iterable[str], tests: dict[str, Test]) -> None:
    """Each module as it is has to pass, and each with an error in it to fail, or the rest would prove nothing."""
    for file in sorted(files):
        source = (ROOT / file).read_text(encoding="utf-8")
        controls = [Mutant(file, "", "", end, source + end) for end in ("", "\nraise AssertionError\n")]
        order = plan(controls[0], tests)[:20]
        codes = [code for _, code in _in_children(partial(imported, order=order), controls, 1)]
        if codes != [SURVIVED, KILLED]:
            sys.exit(f"{file}: as it is and with an error in it, the tests end as {codes}")


# --- the order of tests


def plan(mutant: Mutant, tests: dict[str, Test]) -> list[str]:
    """The tests that call the function; all, for what stands outside one. One of each kind first, and the near ones."""
    within = f"{mutant.file}:{mutant.function}"
    chosen = [name for name, test in tests.items() if _touches(test, within, f"{within}.<locals>")]
    if not mutant.function or not chosen:
        chosen = list(tests)
    kinds = {name: name.partition("[")[0] for name in chosen}
    slow = {kinds[name] for name in chosen if tests[name].seconds > SLOW}
    nth: Counter[str] = Counter()

    def key(name: str) -> tuple[bool, int, bool]:
        kind = kinds[name]
        nth[kind] += 1
        # Slow ones stay together, because they share what was slow to set up.
        return kind in slow, 0 if kind in slow else nth[kind], not name.startswith(NEAR[mutant.file])

    ordered, spent = sorted(chosen, key=key), 0.0
    for place, name in enumerate(ordered):
        spent += tests[name].seconds
        if spent > TESTS_FOR_ONE:
            return ordered[:place]
    return ordered


def _touches(test: Test, function: str, inside: str) -> bool:
    return any(call == function or call.startswith(inside) for call in test.calls)


def _read(out: Path) -> dict[str, Test]:
    return {name: Test(*test) for name, test in json.loads((out / "tests").read_text()).items()}


# --- processes


def _in_children(
    work: Callable[[Mutant], int], todo: Iterable[Mutant], jobs: int, seconds: int = SECONDS
) -> Iterator[tuple[Mutant, int | None]]:
    """What `work` gives for each mutant, in a forked process."""
    waiting, running = iter(todo), dict[int, tuple[Mutant, float]]()
    while True:
        while len(running) < jobs and (mutant := next(waiting, None)) is not None:
            if (pid := os.fork()) == 0:
                _alone(partial(work, mutant), seconds)
            running[pid] = mutant, time.monotonic()
        if not running:
            return
        time.sleep(0.005)
        for pid, (mutant, since) in list(running.items()):
            if seconds and time.monotonic() - since > 4 * seconds:
                os.kill(pid, signal.SIGXCPU)
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del running[pid]
                code = os.waitstatus_to_exitcode(status)
                known = code in range(NEVER_IMPORTED + 1)
                yield mutant, None if code == -signal.SIGXCPU else code if known else KILLED


def _alone(work: Callable[[], int], seconds: int) -> None:
    """Run it without a word and within its means, and end the process whatever happens."""
    code = 255
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nothing, descriptor)
        if seconds:
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        code = work()
    finally:
        os._exit(code)


def _prepare() -> None:
    """What need not be done again in every process: import what others wrote; have Hypothesis repeat itself."""
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = os.devnull
    for name in OTHERS:
        import_module(name)
    import hypothesis

    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile("mutation", phases=phases, derandomize=True, database=None)
    hypothesis.settings.load_profile("mutation")
    sys.dont_write_bytecode = True
    if "nosto_tagging" in sys.modules:
        sys.exit("The library is imported already, and no mutant of it could be")
