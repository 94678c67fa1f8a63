"""Pages that are gone from the data go from the folder, and nothing else does: whatever the ledger says."""

import hashlib
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.products import products

from nosto_tagging.errors import InvalidArgument, InvalidRecord, UnreadableData
from nosto_tagging.static import Summary, render

HEADER = b"nosto_tagging: pages written, 1\n"


def pruned(
    page: Path, out: Path, *, name: str = "{product_id}", jobs: int = 1, prune: bool = True, **names: str
) -> Summary:
    return render(page, products(**names), model="product", out=out, name=name, jobs=jobs, prune=prune)


def site(out: Path) -> list[str]:
    """The names of all files that are no affair of ours alone, and of no other run."""
    names = [str(path.relative_to(out)) for path in out.rglob("*") if not path.is_dir()]
    return sorted(name for name in names if not name.startswith(".nosto-tagging-"))


def ledger(out: Path) -> Path:
    (path,) = out.glob(".nosto-tagging-*.ledger")
    return path


def digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def entry(name: str, text: str) -> bytes:
    return digest(unicodedata.normalize("NFC", name).casefold().encode()) + digest(text.encode())


class TestWhatGoes:
    @pytest.mark.parametrize("jobs", [1, 2])
    @pytest.mark.parametrize("name", ["{product_id}", "{product_id}/index.html", "p/{product_id}/{name}/x"])
    def test_pages_of_an_earlier_run_that_this_one_does_not_have(
        self, page: Path, out: Path, name: str, jobs: int
    ) -> None:
        assert pruned(page, out, name=name, jobs=jobs, a="Canoe", b="Raft", c="Boat") == Summary(3, 0)
        assert pruned(page, out, name=name, jobs=jobs, b="Raft") == Summary(0, 0, unchanged=1, removed=2)
        assert site(out) == [name.format(product_id="b", name="Raft")]

    def test_pages_of_any_earlier_run(self, page: Path, out: Path) -> None:
        pruned(page, out, a="Canoe", b="Raft")
        assert pruned(page, out, b="Raft", prune=False) == Summary(0, 0, unchanged=1)
        assert pruned(page, out, c="Boat", prune=False) == Summary(1, 0)  # the folder has a ledger, which it goes into
        assert site(out) == ["a", "b", "c"]
        assert pruned(page, out, b="Raft") == Summary(0, 0, unchanged=1, removed=2)
        assert site(out) == ["b"]

    def test_what_was_written_before_there_was_a_ledger_is_ours_once_a_run_has_it(self, page: Path, out: Path) -> None:
        pruned(page, out, a="Canoe", b="Raft", c="Boat", prune=False)
        assert site(out) == ["a", "b", "c"]
        assert list(out.glob(".*")) == []
        assert pruned(page, out, a="Canoe", b="Raft") == Summary(0, 0, unchanged=2)
        assert pruned(page, out, a="Canoe") == Summary(0, 0, unchanged=1, removed=1)
        assert site(out) == ["a", "c"]

    def test_a_page_that_a_killed_run_wrote(self, page: Path, out: Path) -> None:
        script = (
            "import os, sys\nfrom nosto_tagging.static import render\n"
            "rows = [{'product_id': str(n), 'name': 'Canoe', 'basic': True} for n in range(1000)]\n"
            "def kill(summary):\n    if summary.written > 500: os.kill(os.getpid(), 9)\n"
            "render(sys.argv[1], rows, model='product', out=sys.argv[2], name='{product_id}', prune=True, on_progress=kill)\n"
        )
        done = subprocess.run([sys.executable, "-c", script, page, out], check=False)
        assert done.returncode == -9
        assert len(site(out)) == 512
        assert render(
            page, products(**{"7": "Canoe", "1000": "Raft"}), model="product", out=out, name="{product_id}", prune=True
        ) == Summary(1, 0, unchanged=1, removed=511)
        assert site(out) == ["1000", "7"]

    def test_a_page_whose_next_text_was_announced_and_never_written(self, page: Path, out: Path) -> None:
        pruned(page, out, a="Canoe", b="Raft")
        with ledger(out).open("ab") as file:
            file.write(entry("b", "b: Boat"))
        assert pruned(page, out, a="Canoe") == Summary(0, 0, unchanged=1, removed=1)
        assert site(out) == ["a"]

    def test_many_pages(self, page: Path, out: Path) -> None:
        names = {f"p{number}": "Canoe" for number in range(3_000)}
        pruned(page, out, name="{product_id}/x", **names)
        assert pruned(page, out, name="{product_id}/x", p7="Canoe") == Summary(0, 0, unchanged=1, removed=2_999)
        assert site(out) == ["p7/x"]


class TestWhatStays:
    def test_what_others_put_there(self, page: Path, out: Path, tmp_path: Path) -> None:
        (out / "folder").mkdir(parents=True)
        (out / "folder" / "a").write_text("a: Canoe")
        (out / ".hidden").write_text("a: Canoe")
        (out / "z").write_text("a: Canoe")
        (tmp_path / "elsewhere").mkdir()
        (out / "link").symlink_to(tmp_path / "elsewhere")
        pruned(page, out, a="Canoe", b="Raft")
        assert pruned(page, out, b="Raft") == Summary(0, 0, unchanged=1, removed=1)
        assert site(out) == [".hidden", "b", "folder/a", "z"]
        assert (out / "link").is_symlink()

    def test_a_page_that_somebody_has_changed_since(self, page: Path, out: Path) -> None:
        pruned(page, out, a="Canoe", b="Raft")
        (out / "a").write_text("by hand")
        assert pruned(page, out, b="Raft") == Summary(0, 0, unchanged=1)
        assert pruned(page, out, b="Raft") == Summary(0, 0, unchanged=1)
        assert site(out) == ["a", "b"]

    def test_a_page_that_somebody_has_removed_is_no_trouble(self, page: Path, out: Path) -> None:
        pruned(page, out, a="Canoe", b="Raft")
        (out / "a").unlink()
        assert pruned(page, out, b="Raft") == Summary(0, 0, unchanged=1)

    def test_pages_with_names_of_another_pattern(self, page: Path, out: Path) -> None:
        pruned(page, out, name="p/{product_id}", a="Canoe")
        pruned(page, out, name="{product_id}.html", b="Raft")
        assert pruned(page, out, name="{product_id}.html", c="Boat") == Summary(1, 0, removed=1)
        assert site(out) == ["c.html", "p/a"]

    def test_a_name_in_another_case_is_the_same_file_somewhere(self, page: Path, out: Path) -> None:
        pruned(page, out, a="Canoe")
        assert pruned(page, out, A="Canoe") == Summary(1, 0)
        assert site(out) == ["A", "a"]

    def test_a_folder_that_cannot_be_looked_into(self, page: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        pruned(page, out, name="{name}/{product_id}", a="Canoe", b="Raft")
        (out / "lost+found").mkdir()
        scandir = os.scandir

        def refused(folder: Any) -> Any:
            if str(folder).endswith("lost+found"):
                raise PermissionError(13, "Permission denied")
            return scandir(folder)

        monkeypatch.setattr(os, "scandir", refused)
        assert pruned(page, out, name="{name}/{product_id}", a="Canoe") == Summary(0, 0, unchanged=1, removed=1)

    def test_everything_after_a_run_with_a_bad_record(self, page: Path, out: Path) -> None:
        pruned(page, out, a="Canoe", b="Raft")
        rows = [*products(b="Raft"), {"product_id": ""}]
        assert render(page, rows, model="product", out=out, name="{product_id}", prune=True) == Summary(
            0, 1, unchanged=1
        )
        assert site(out) == ["a", "b"]
        assert pruned(page, out, b="Raft") == Summary(0, 0, unchanged=1, removed=1)

    def test_everything_after_a_run_without_records(self, page: Path, out: Path) -> None:
        pruned(page, out, a="Canoe")
        assert pruned(page, out) == Summary(0, 0)
        assert site(out) == ["a"]
        assert pruned(page, out, b="Raft") == Summary(1, 0, removed=1)

    @pytest.mark.parametrize("error", [KeyboardInterrupt(), UnreadableData("products.jsonl", 3, "broken")])
    def test_everything_after_a_run_that_was_stopped(self, page: Path, out: Path, error: BaseException) -> None:
        def rows() -> Iterator[dict[str, Any]]:
            yield from products(**{f"p{number}": "Canoe" for number in range(300)})
            raise error

        pruned(page, out, a="Canoe")
        with pytest.raises(type(error)):
            render(page, rows(), model="product", out=out, name="{product_id}", prune=True)
        kept = site(out)
        assert "a" in kept
        assert len(kept) in (257, 301)
        assert pruned(page, out, b="Raft") == Summary(1, 0, removed=len(kept))
        assert site(out) == ["b"]

    def test_everything_with_strict_and_a_bad_record(self, page: Path, out: Path) -> None:
        pruned(page, out, a="Canoe")
        with pytest.raises(InvalidRecord):
            render(page, [{}], model="product", out=out, name="{product_id}", prune=True, strict=True)
        assert site(out) == ["a"]

    def test_a_stream_has_no_pages_to_remove(self, page: Path) -> None:
        with pytest.raises(InvalidArgument) as caught:
            render(page, [], stream=sys.stdout, prune=True)
        assert str(caught.value) == "prune removes pages of a folder: out must be given"


class TestTheLedger:
    def test_it_has_this_runs_pages_and_no_names(self, page: Path, out: Path) -> None:
        pruned(page, out, a="Canoe", b="Raft")
        pruned(page, out, b="Raft", c="Boat")
        held = ledger(out).read_bytes()
        assert held.startswith(HEADER)
        entries = {held[at : at + 32] for at in range(32, len(held), 32)}
        assert entries == {entry("b", "b: Raft"), entry("c", "c: Boat")}
        assert len(held) == 96

    def test_it_does_not_grow_with_runs_that_have_a_bad_record(self, page: Path, out: Path) -> None:
        rows = [*products(a="Canoe", b="Raft"), {"product_id": ""}]
        sizes = set()
        for _ in range(3):
            render(page, rows, model="product", out=out, name="{product_id}", prune=True)
            sizes.add(ledger(out).stat().st_size)
        assert sizes == {96}

    @pytest.mark.parametrize(
        "name",
        ["../secret", "folder/secret", "/etc/hostname", ".hidden", "link/secret", "linked"],
    )
    def test_whatever_is_put_into_it_points_at_nothing_but_a_page(
        self, page: Path, out: Path, tmp_path: Path, name: str
    ) -> None:
        pruned(page, out, a="Canoe")
        (tmp_path / "elsewhere").mkdir()
        (out / "folder").mkdir()
        (out / "link").symlink_to(tmp_path / "elsewhere")
        (out / "linked").symlink_to(tmp_path / "secret")
        kept = [tmp_path / "secret", tmp_path / "elsewhere" / "secret", out / "folder" / "secret", out / ".hidden"]
        for path in kept:
            path.write_text("secret")
        with ledger(out).open("ab") as file:
            for spelt in (name, str(out / name), name.rpartition("/")[2]):
                file.write(entry(spelt, "secret"))
        assert pruned(page, out, a="Canoe") == Summary(0, 0, unchanged=1)
        assert [path.read_text() for path in kept] == ["secret"] * 4
        assert (out / "linked").is_symlink()

    def test_a_file_of_somebody_elses_is_not_ours_because_the_ledger_has_its_name(self, page: Path, out: Path) -> None:
        pruned(page, out, a="Canoe")
        (out / "index").write_text("by hand")
        with ledger(out).open("ab") as file:
            file.write(entry("index", "something else"))
        assert pruned(page, out, a="Canoe") == Summary(0, 0, unchanged=1)
        assert site(out) == ["a", "index"]

    @pytest.mark.parametrize("torn", [b"", b"nosto_tagg", HEADER, HEADER + b"x" * 31, HEADER + b"x" * 33])
    @pytest.mark.parametrize("prune", [True, False])
    def test_one_that_was_torn_is_gone_on_with(self, page: Path, out: Path, torn: bytes, prune: bool) -> None:
        pruned(page, out, a="Canoe")
        ledger(out).write_bytes(torn)
        assert pruned(page, out, b="Raft", prune=prune) == Summary(1, 0)
        assert site(out) == ["a", "b"]  # nobody knows any more whose the first is
        assert pruned(page, out, c="Boat") == Summary(1, 0, removed=1)
        assert site(out) == ["a", "c"]

    @pytest.mark.parametrize("other", [b"x", b"not a ledger, but thirty-two and more bytes of something else"])
    @pytest.mark.parametrize("prune", [True, False])
    def test_another_file_in_its_place_is_left_as_it_is(self, page: Path, out: Path, other: bytes, prune: bool) -> None:
        pruned(page, out, a="Canoe")
        ledger(out).write_bytes(other)
        with pytest.raises(InvalidArgument) as caught:
            pruned(page, out, b="Raft", prune=prune)
        assert str(caught.value) == f"out has a ledger, {ledger(out).name}, that this library did not write: remove it"
        assert ledger(out).read_bytes() == other
        assert site(out) == ["a"]

    def test_a_link_in_its_place_is_not_followed(self, page: Path, out: Path, tmp_path: Path) -> None:
        pruned(page, out, a="Canoe")
        path = ledger(out)
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
        held = (tmp_path / "elsewhere").read_bytes()
        for prune in (True, False):
            with pytest.raises(InvalidArgument) as caught:
                pruned(page, out, b="Raft", prune=prune)
            assert str(caught.value) == "out has a ledger that cannot be used: Too many levels of symbolic links"
        assert (tmp_path / "elsewhere").read_bytes() == held

    def test_a_pipe_or_a_folder_in_its_place_is_told(self, page: Path, out: Path) -> None:
        pruned(page, out, a="Canoe")
        path = ledger(out)
        path.unlink()
        os.mkfifo(path)
        with pytest.raises(InvalidArgument) as caught:
            pruned(page, out, b="Raft")
        assert str(caught.value) == f"out has something in place of the ledger {path.name} that is no file"
        path.unlink()
        path.mkdir()
        with pytest.raises(InvalidArgument) as caught:
            pruned(page, out, b="Raft")
        assert str(caught.value) == "out has a ledger that cannot be used: Is a directory"
        assert [each.name for each in out.iterdir() if each != path] == ["a"]

    @pytest.mark.parametrize(("first", "second", "works"), [(True, True, False), (True, False, False), (False, True, False), (False, False, True)])  # fmt: skip
    def test_nobody_else_writes_while_one_run_removes(
        self, page: Path, out: Path, first: bool, second: bool, works: bool
    ) -> None:
        pruned(page, out, a="Canoe")
        told: list[str] = []

        def rows() -> Iterator[dict[str, Any]]:
            yield from products(b="Raft")
            try:
                told.append(str(pruned(page, out, c="Boat", prune=second)))
            except InvalidArgument as error:
                told.append(str(error))

        render(page, rows(), model="product", out=out, name="{product_id}", prune=first)
        busy = "out is being written to by another run, and one of both removes pages"
        assert told == ["1 written, 0 unchanged, 0 failed" if works else busy]
        assert pruned(page, out, d="Kayak").removed == len({"a", "b", "c"} if works else {"b"} if first else {"a", "b"})

    def test_a_page_that_cannot_be_removed_is_told_without_its_name(
        self, page: Path, out: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pruned(page, out, secret="Canoe", b="Raft")

        def unlink(self: Path) -> None:
            raise PermissionError(13, "Permission denied", str(self))

        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", unlink)
            with pytest.raises(InvalidArgument) as caught:
                pruned(page, out, b="Raft")
        assert str(caught.value) == "out has a page that cannot be removed: Permission denied"
        assert caught.value.__context__ is None or caught.value.__suppress_context__
        assert pruned(page, out, b="Raft") == Summary(0, 0, unchanged=1, removed=1)


def test_memory_does_not_grow_with_the_pages(page: Path, tmp_path: Path) -> None:
    page.write_text("{{ product.name * 1000 }}")  # kept, they would show
    script = """if True:
        import sys
        from nosto_tagging.static import render
        many = int(sys.argv[3])
        for number in (many, many, 1):
            rows = ({"product_id": str(each), "name": "Canoe", "basic": True} for each in range(number))
            render(sys.argv[1], rows, model="product", out=sys.argv[2], name="{product_id}", prune=True)
        # What getrusage() tells begins with the memory of the process that started this one.
        print(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
    """
    few, many = (
        int(
            subprocess.run(
                [sys.executable, "-c", script, page, tmp_path / number, number],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        for number in ("500", "4000")
    )
    assert many < few * 1.1
