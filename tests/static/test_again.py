"""A second run: it writes what has changed, leaves alone what has not, and goes on where the first was stopped."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.products import products

from nosto_tagging.errors import InvalidRecord
from nosto_tagging.static import Summary, render

LONG_AGO = 1_000_000_000


def rendered(page: Path, out: Path, jobs: int = 1, name: str = "{product_id}", **names: str) -> Summary:
    return render(page, products(**names), model="product", out=out, name=name, jobs=jobs)


def long_ago(out: Path) -> None:
    for path in out.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO), follow_symlinks=False)


def touched(out: Path) -> dict[str, str]:
    """The pages that were written since, by their names."""
    return {
        str(path.relative_to(out)): path.read_text(encoding="utf-8")
        for path in out.rglob("*")
        if path.is_file() and path.lstat().st_mtime != LONG_AGO
    }


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("name", ["{product_id}", "{product_id}/index.html"])
def test_what_has_not_changed_is_not_touched(page: Path, out: Path, name: str, jobs: int) -> None:
    assert rendered(page, out, name=name, a="Canoe", b="Boät", c="Raft") == Summary(3, 0)
    long_ago(out)
    inode = (out / name.format(product_id="a")).stat().st_ino
    assert rendered(page, out, jobs, name, a="Canoe", b="Boat", c="Raft", d="Kayak") == Summary(2, 0, unchanged=2)
    assert touched(out) == {name.format(product_id="b"): "b: Boat", name.format(product_id="d"): "d: Kayak"}
    assert (out / name.format(product_id="a")).stat().st_ino == inode


def test_another_text_of_the_same_length_is_written(page: Path, out: Path) -> None:
    rendered(page, out, a="Canoe")
    long_ago(out)
    assert rendered(page, out, a="Kayak") == Summary(1, 0)
    assert touched(out) == {"a": "a: Kayak"}


def test_another_template_is_another_page(page: Path, out: Path) -> None:
    rendered(page, out, a="Canoe", b="Raft")
    page.write_text("{% if product.product_id == 'b' %}new {% endif %}{{ product.product_id }}: {{ product.name }}")
    assert rendered(page, out, a="Canoe", b="Raft") == Summary(1, 0, unchanged=1)
    assert (out / "b").read_text() == "new b: Raft"


def test_line_ends_are_those_of_the_page(page: Path, out: Path) -> None:
    page.write_bytes(b"a\r\nb\n{{ product.name }}")
    assert rendered(page, out, a="Canoe") == Summary(1, 0)
    written = (out / "a").read_bytes()
    assert rendered(page, out, a="Canoe") == Summary(0, 0, unchanged=1)
    assert (out / "a").read_bytes() == written


def test_a_link_in_place_of_a_page_is_replaced_and_what_it_leads_to_is_not_written(
    page: Path, out: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").write_text("a: Canoe")
    out.mkdir()
    (out / "a").symlink_to(tmp_path / "elsewhere")
    assert rendered(page, out, a="Canoe") == Summary(1, 0)
    assert not (out / "a").is_symlink()
    assert (out / "a").read_text() == "a: Canoe"
    assert rendered(page, out, a="Raft") == Summary(1, 0)
    assert (tmp_path / "elsewhere").read_text() == "a: Canoe"


def test_a_page_that_lies_behind_a_link_out_of_the_folder_is_refused_though_it_is_as_it_should_be(
    page: Path, out: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "index.html").write_text("a: Canoe")
    out.mkdir()
    (out / "a").symlink_to(tmp_path / "elsewhere")
    failed: list[InvalidRecord] = []
    rows = products(a="Canoe")
    summary = render(page, rows, model="product", out=out, name="{product_id}/index.html", on_error=failed.append)
    assert summary == Summary(0, 1)
    assert [str(error) for error in failed] == ["records: record 1: its name leads out of the folder"]


def test_a_pipe_in_place_of_a_page_is_replaced_and_not_waited_for(page: Path, out: Path) -> None:
    out.mkdir()
    os.mkfifo(out / "a")
    assert rendered(page, out, a="Canoe") == Summary(1, 0)
    assert (out / "a").read_text() == "a: Canoe"


def test_a_name_that_repeats_is_refused_in_a_second_run_too(page: Path, out: Path) -> None:
    rows = [*products(a="Canoe"), *products(a="Canoe")]
    assert render(page, rows, model="product", out=out, name="{product_id}") == Summary(1, 1)
    assert render(page, rows, model="product", out=out, name="{product_id}") == Summary(0, 1, unchanged=1)


def test_half_a_surrogate_pair_in_a_page_costs_its_record_only(page: Path, out: Path) -> None:
    page.write_text(r"{{ '\ud83d' if product.product_id == 'a' }}{{ product.name }}")
    failed: list[InvalidRecord] = []
    summary = render(
        page, products(a="Canoe", b="Raft"), model="product", out=out, name="{product_id}", on_error=failed.append
    )
    assert summary == Summary(1, 1)
    assert [str(error) for error in failed] == [
        "records: record 1: cannot be written: the page has half a surrogate pair in it"
    ]
    assert {path.name: path.read_text() for path in out.iterdir()} == {"b": "Raft"}


def test_a_page_that_the_disk_takes_half_of_is_not_there(page: Path, out: Path) -> None:
    page.write_text("{{ product.name * 1000 }}")
    script = (
        "import resource, sys\nfrom nosto_tagging.static import render\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, 3_000))\n"  # to which length a file is written, and no further
        "rows = [{'product_id': name, 'name': name, 'basic': True} for name in ('ab', 'abcde')]\n"
        "told = lambda error: print(error)\n"
        "print(render(sys.argv[1], rows, model='product', out=sys.argv[2], name='{product_id}', on_error=told))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, page, out], check=True, capture_output=True, text=True)
    assert done.stdout == ("records: record 2: cannot be written: File too large\n1 written, 0 unchanged, 1 failed\n")
    assert {path.name: path.read_text() for path in out.iterdir()} == {"ab": "ab" * 1000}


def test_a_folder_that_somebody_removes_meanwhile_costs_the_pages_in_it(page: Path, out: Path) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        yield from products(a="Canoe")
        shutil.rmtree(out)

    failed: list[InvalidRecord] = []
    assert render(page, rows(), model="product", out=out, on_error=failed.append) == Summary(0, 1)
    assert [str(error) for error in failed] == ["records: record 1: cannot be written: No such file or directory"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_was_killed_is_gone_on_with(page: Path, out: Path, tmp_path: Path, jobs: int) -> None:
    rows = products(**{f"p{number}": f"Canoe {number}" for number in range(1_000)})
    data = tmp_path / "products.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    script = (
        "import os, sys\nfrom nosto_tagging.static import read_records, render\n"
        "def kill(summary):\n    if summary.written > 500: os.kill(os.getpid(), 9)\n"
        "with read_records(sys.argv[2]) as records:\n"
        "    render(sys.argv[1], records, model='product', out=sys.argv[3], name='{product_id}', on_progress=kill)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, page, data, out], check=False)
    assert done.returncode == -9
    long_ago(out)
    assert render(page, rows, model="product", out=out, name="{product_id}", jobs=jobs) == Summary(
        488, 0, unchanged=512
    )
    # Nothing is left of what the first had not moved to its name.
    written = {path.name: path.read_text() for path in out.iterdir()}
    assert written == {row["product_id"]: f"{row['product_id']}: {row['name']}" for row in rows}
    assert len(touched(out)) == 488


def test_progress_tells_what_was_there_already(page: Path, out: Path) -> None:
    names = {f"p{number}": "Canoe" for number in range(300)}
    rendered(page, out, **names)
    told: list[Summary] = []
    render(page, products(**names), model="product", out=out, name="{product_id}", on_progress=told.append)
    assert told == [Summary(0, 0, unchanged=256), Summary(0, 0, unchanged=300)]
