"""Every value in every place: what the table says of the place holds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from browser.engines import Engine, absent
from browser.server import Site
from safety.places import PLACES, Place
from safety.report import Report
from safety.trial import Trials, customer
from support.hostile import EVERY

BATCH = 200


@pytest.fixture(scope="module")
def trials(browser_engine: Engine, site: Site) -> Trials:
    return Trials(browser_engine, site)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_what_the_table_says_of_a_place_holds_for_every_value(
    place: Place,
    browser_engine: Engine,
    trials: Trials,
    site: Site,
    values: Sequence[tuple[str, str, str]],
    report: Report,
) -> None:
    if "/lib/vue3.js" not in site.answers and b"/lib/" in place.page("").answer.body:
        absent("The browser's libraries are absent: make build/npm/made")
    failed: set[str] = set()
    for start in range(0, len(values), BATCH):
        failed.update(trials.culprits(place, [value for _, _, value in values[start : start + BATCH]]))
    report.add(
        browser_engine.name,
        place,
        [trick for trick, _, _ in values],
        [trick for trick, _, value in values if value in failed],
    )
    assert [f"{trick}: {name}" for trick, name, value in values if value in failed] == []


def test_a_row_whose_values_come_out_wrong_is_no_row_whose_values_arrive() -> None:
    known = [place for place in PLACES if place.holds == "known"]
    assert [str(place) for place in known] == [
        "charset ISO-2022-JP, after a foreign ESC ( J: snippet",
        "mounted by Vue 3: block",
    ]
    held = {customer(value).first_name or "" for _, _, value in EVERY}
    assert all(any(place.becomes(value) != value for value in held) for place in known)


def test_no_row_stands_twice_and_each_that_is_not_plain_has_its_reason() -> None:
    names = [str(place) for place in PLACES]
    assert sorted(set(names)) == sorted(names)
    assert [str(place) for place in PLACES if place.holds != "arrives" and not place.why] == []
