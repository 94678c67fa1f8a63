"""The hidden folder of a run: whose it is, and what becomes of it when its run does not end as it should."""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from nosto_tagging.errors import InvalidArgument
from nosto_tagging.static import render
from nosto_tagging.static.staging import staging

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows locks no folders")


def names(out: Path) -> list[str]:
    return sorted(str(path.relative_to(out)) for path in out.rglob("*"))


def test_each_run_has_its_own_and_takes_it_along(tmp_path: Path) -> None:
    with staging(tmp_path) as first, staging(tmp_path) as second:
        assert [first, second] == [tmp_path / ".nosto-tagging-0", tmp_path / ".nosto-tagging-1"]
        assert first.stat().st_mode & 0o777 == 0o700
        (first / "1").write_text("x")
    assert names(tmp_path) == []


def test_what_killed_runs_left_goes_with_the_next(tmp_path: Path) -> None:
    for number in (0, 1, 3):
        (tmp_path / f".nosto-tagging-{number}").mkdir()
        (tmp_path / f".nosto-tagging-{number}" / "17").write_text("x")
    with staging(tmp_path) as folder:
        assert folder.name == ".nosto-tagging-0"
        assert names(tmp_path) == [".nosto-tagging-0", ".nosto-tagging-3", ".nosto-tagging-3/17"]


def test_what_is_no_page_of_ours_stays(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "1").write_text("x")
    (tmp_path / ".nosto-tagging-0").symlink_to(tmp_path / "elsewhere")
    (tmp_path / ".nosto-tagging-1").write_text("x")
    (tmp_path / ".nosto-tagging-2" / "1").mkdir(parents=True)
    (tmp_path / ".nosto-tagging-2" / "notes").write_text("x")
    (tmp_path / ".nosto-tagging-2" / "2").symlink_to(tmp_path / "elsewhere" / "1")
    with staging(tmp_path) as folder:
        assert folder.name == ".nosto-tagging-2"
    assert names(tmp_path) == [
        ".nosto-tagging-0",
        ".nosto-tagging-1",
        ".nosto-tagging-2",
        ".nosto-tagging-2/1",
        ".nosto-tagging-2/notes",
        "elsewhere",
        "elsewhere/1",
    ]


def test_where_folders_cannot_be_locked_each_run_has_one_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(descriptor: object, how: int) -> None:
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr("fcntl.flock", flock)
    opened = len(list(Path("/dev/fd").iterdir()))
    with staging(tmp_path) as first, staging(tmp_path) as second:
        assert first != second
        assert first.is_dir()
        assert second.is_dir()
        assert len(list(Path("/dev/fd").iterdir())) == opened
    assert names(tmp_path) == []


def test_the_processes_of_a_killed_run_end_and_hold_nothing(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("x")
    script = (
        "import os, sys\nfrom nosto_tagging.static import render\n"
        "rows = ({'customer_reference': str(n)} for n in range(100_000))\n"
        "def kill(summary):\n    os.kill(os.getpid(), 9)\n"
        "render(sys.argv[1], rows, out=sys.argv[2], prune=True, jobs=2, on_progress=kill)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, page, tmp_path / "site"], check=False)
    assert done.returncode == -9
    for _ in range(100):
        with suppress(InvalidArgument):  # they need a moment
            render(page, [{"customer_reference": "r1"}], out=tmp_path / "site", prune=True)
            break
        time.sleep(0.1)
    assert [path.name for path in (tmp_path / "site").iterdir() if not path.name.endswith(".ledger")] == ["1.html"]
