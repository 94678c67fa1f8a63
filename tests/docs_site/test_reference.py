"""The reference has every public name, setting, tag, function, macro, error and command, each with words to it."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from docs_site import links
from jinja2 import Environment
from selectolax.lexbor import LexborHTMLParser, LexborNode
from support.docs_site import ROOT

from nosto_tagging import Settings, Tagger, errors
from nosto_tagging.cli import command
from nosto_tagging.csp import CspSources
from nosto_tagging.integrations.site import Site
from nosto_tagging.jinja import NostoExtension, install
from nosto_tagging.models.tagging import TaggingModel, TaggingPart
from nosto_tagging.validation import SafeModel

# What docs/stability.md calls public is what the reference has to have.
PUBLIC = re.findall(
    r"`(nosto_tagging[\w.]*)`", (ROOT / "docs" / "stability.md").read_text("utf-8").partition("__all__")[0]
)
NAMES = [(module, name) for module in PUBLIC for name in import_module(module).__all__]


@pytest.fixture(scope="session")
def reference(site: Path) -> dict[str, LexborNode]:
    """Every anchor of the reference, with what stands under it."""
    found: dict[str, LexborNode] = {}
    for page in links.pages(site):
        if page.startswith("reference/"):
            tree = LexborHTMLParser((site / page).read_bytes())
            found.update({term.attributes["id"] or "": term for term in tree.css("dt.sig[id]")})
    return found


def said(reference: dict[str, LexborNode], anchor: str) -> str:
    """The words under an anchor; a test fails where there are none."""
    term: LexborNode | None = reference[anchor]
    while term is not None and term.tag != "dd":
        term = term.next
    assert term is not None
    text = " ".join(term.text().split())
    assert text, anchor
    return text


def test_the_list_of_public_modules_is_that_of_the_package() -> None:
    folder = ROOT / "nosto_tagging" / "integrations"
    files = {file.stem: file for file in folder.glob("[a-z]*.py")}
    files |= {file.parent.name: file for file in folder.glob("*/__init__.py")}
    frameworks = {
        f"nosto_tagging.integrations.{name}"
        for name, file in files.items()
        if re.search(r'^__all__ = .*"[Nn]osto"', file.read_text(), re.MULTILINE)
    }
    assert frameworks == {module for module in PUBLIC if module.startswith("nosto_tagging.integrations.")}
    assert {"nosto_tagging", "nosto_tagging.api", "nosto_tagging.errors", "nosto_tagging.models"} <= set(PUBLIC)


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_every_public_name_is_there_with_its_methods(reference: dict[str, LexborNode], module: str, name: str) -> None:
    thing = getattr(import_module(module), name)
    anchors = [f"{each}.{name}" for each in PUBLIC if getattr(import_module(each), name, None) is thing]
    anchor = next((each for each in anchors if each in reference), f"{module}.{name}, nowhere")
    assert said(reference, anchor)
    if not isinstance(thing, type) or thing is NostoExtension:
        return
    base = next(
        (each for each in (TaggingModel, TaggingPart, SafeModel, Site, Tagger) if issubclass(thing, each)), None
    )
    for method, found in vars(thing).items():
        of_all = base is not None and hasattr(base, method)
        if (
            not method.startswith("_")
            and not of_all
            and (inspect.isfunction(found) or isinstance(found, classmethod | property))
        ):
            assert said(reference, f"{anchor}.{method}")


@pytest.mark.parametrize("base", [TaggingModel, Site, CspSources, Tagger])
def test_what_all_of_a_kind_can_do_stands_in_one_place(reference: dict[str, LexborNode], base: type) -> None:
    home = "nosto_tagging.Tagger" if base is Tagger else f"{base.__module__}.{base.__name__}"
    own = [name for name, found in vars(base).items() if inspect.isfunction(found) and not name.startswith("_")]
    assert own
    for name in own:
        assert said(reference, f"{home}.{name}")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_there(reference: dict[str, LexborNode], name: str) -> None:
    default = Settings.model_fields[name].default
    assert f"{'not set' if default is None else repr(default)} unless given." in said(reference, f"setting-{name}")
    assert f"``{name}``" in (Settings.__doc__ or "")


@pytest.mark.parametrize("name", sorted(NostoExtension.tags))
def test_every_tag_is_there(reference: dict[str, LexborNode], name: str) -> None:
    assert said(reference, f"tag-{name}")
    assert reference[f"tag-{name}"].text().strip().startswith(f"{{% {name} ")


def functions() -> list[str]:
    env = Environment(autoescape=True)
    before = {*env.globals, "nosto"}
    install(env)
    inside = [f"nosto.{name}" for name in dir(env.globals["nosto"]) if not name.startswith("_")]
    return [*inside, *(name for name in env.globals if name not in before)]


@pytest.mark.parametrize("name", functions())
def test_every_function_of_templates_is_there(reference: dict[str, LexborNode], name: str) -> None:
    assert said(reference, f"global-{name}")


MACROS = [
    (path.name, name)
    for path in sorted((ROOT / "templates" / "nosto").glob("*.html"))
    for name in re.findall(r"\bmacro ([a-z]\w*)", path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("template", "name"), MACROS)
def test_every_macro_is_there_with_its_file(reference: dict[str, LexborNode], template: str, name: str) -> None:
    imported = re.search(r'from "nosto/([\w.]+)" import ([\w, ]+) %}', said(reference, f"macro-{name}"))
    assert imported is not None
    assert imported[1] == template
    assert name in imported[2].split(", ")


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_there_with_what_it_carries(reference: dict[str, LexborNode], name: str) -> None:
    anchor = f"nosto_tagging.errors.{name}"
    assert said(reference, anchor)
    carried = [] if name == "NostoTaggingError" else list(inspect.signature(getattr(errors, name)).parameters)
    assert re.findall(r"(\w+):", reference[anchor].text()) == carried


@pytest.mark.parametrize("name", command.commands)
def test_every_command_is_there_with_its_options(reference: dict[str, LexborNode], name: str) -> None:
    shown = said(reference, f"command-nosto-tagging-{name}")
    for option in command.commands[name].params:
        assert any(each in shown for each in option.opts) or option.name == "page"
