"""What is installed: the names, the files, and what is not imported until it is used."""

import importlib.metadata
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import nosto_tagging
from nosto_tagging import models

ROOT = Path(__file__).parent.parent


def test_every_public_name_is_there_and_listed() -> None:
    assert nosto_tagging.__all__ == sorted(nosto_tagging.__all__)
    assert {name: getattr(nosto_tagging, name).__module__ for name in nosto_tagging.__all__} == {
        "Buyer": "nosto_tagging.models.order",
        "Cart": "nosto_tagging.models.cart",
        "Customer": "nosto_tagging.models.customer",
        "LineItem": "nosto_tagging.models.cart",
        "NostoTaggingError": "nosto_tagging.errors",
        "Order": "nosto_tagging.models.order",
        "PageTagging": "nosto_tagging.models.page",
        "Product": "nosto_tagging.models.product",
        "ProductVariation": "nosto_tagging.models.product",
        "PublicTagger": "nosto_tagging.markup.public",
        "Settings": "nosto_tagging.settings",
        "Sku": "nosto_tagging.models.product",
        "Tagger": "nosto_tagging.markup.tagger",
        "block": "nosto_tagging.markup.tagger",
        "check": "nosto_tagging.reading.check",
        "check_site": "nosto_tagging.reading.check",
        "client_script": "nosto_tagging.markup.tagger",
        "csp_sources": "nosto_tagging.csp",
        "customer_reference": "nosto_tagging.models.identity",
        "hcid": "nosto_tagging.models.identity",
        "placement": "nosto_tagging.markup.tagger",
        "read": "nosto_tagging.reading.tagging",
        "snippet": "nosto_tagging.markup.tagger",
        "statement": "nosto_tagging.markup.tagger",
        "statement_attribute": "nosto_tagging.markup.tagger",
    }
    assert set(nosto_tagging.__all__) <= set(dir(nosto_tagging))


@pytest.mark.parametrize("module", [nosto_tagging, models])
def test_a_name_that_is_not_there_is_an_attribute_error(module: object) -> None:
    with pytest.raises(AttributeError) as caught:
        module.Custmer  # type: ignore[attr-defined]  # noqa: B018 - the point of it
    assert str(caught.value) == f"module {module.__name__!r} has no attribute 'Custmer'"  # type: ignore[attr-defined]  # a module


def loaded_after(script: str) -> set[str]:
    """The modules, ours and the ones that only some users need, that are loaded when `script` is through."""
    watched = ("nosto_tagging", "jinja2", "django", "flask", "click", "rich", "sqlite3", "concurrent.futures")
    tail = "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script + tail], capture_output=True, text=True, check=True)
    return {name for name in json.loads(done.stdout) if name.startswith(watched)}


def test_the_import_alone_loads_nothing() -> None:
    assert loaded_after("import nosto_tagging") == {"nosto_tagging"}


def test_a_customer_loads_its_own_topic_only() -> None:
    assert loaded_after("from nosto_tagging import Customer; Customer(email='jane.doe@example.com')") == {
        "nosto_tagging",
        "nosto_tagging.errors",
        "nosto_tagging.models",
        "nosto_tagging.models.customer",
        "nosto_tagging.models.fields",
        "nosto_tagging.models.tagging",
        "nosto_tagging.models.text",
        "nosto_tagging.validation",
    }


def test_a_template_loads_no_framework_and_no_command_line() -> None:
    loaded = loaded_after(
        "from jinja2 import Environment; from nosto_tagging.jinja import install\n"
        "env = Environment(); install(env)\n"
        "env.from_string('{% nosto_customer email=\"jane.doe@example.com\" %}').render()"
    )
    ours = {name for name in loaded if not name.startswith(("jinja2", "concurrent"))}
    assert ours == {
        "nosto_tagging",
        "nosto_tagging.api",
        "nosto_tagging.api.arguments",
        "nosto_tagging.api.attribution",
        "nosto_tagging.api.chain",
        "nosto_tagging.api.client",
        "nosto_tagging.api.request",
        "nosto_tagging.api.search",
        "nosto_tagging.api.session",
        "nosto_tagging.api.tagging",
        "nosto_tagging.errors",
        "nosto_tagging.jinja",
        "nosto_tagging.markup",
        "nosto_tagging.markup.blocks",
        "nosto_tagging.markup.drawing",
        "nosto_tagging.markup.escape",
        "nosto_tagging.markup.reserved",
        "nosto_tagging.markup.scripts",
        "nosto_tagging.markup.tagger",
        "nosto_tagging.markup.told",
        "nosto_tagging.models",
        "nosto_tagging.models.customer",
        "nosto_tagging.models.catalogue",
        "nosto_tagging.models.fields",
        "nosto_tagging.models.lists",
        "nosto_tagging.models.numbers",
        "nosto_tagging.models.tagging",
        "nosto_tagging.models.text",
        "nosto_tagging.settings",
        "nosto_tagging.tags",
        "nosto_tagging.topics",
        "nosto_tagging.validation",
    }


def test_the_core_depends_on_three_packages() -> None:
    required = importlib.metadata.requires("nosto-tagging") or []
    assert sorted(each for each in required if "extra ==" not in each) == [
        "jinja2>=3.1.5",
        "markupsafe>=2.1.1",
        "pydantic>=2.11",
    ]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    arguments = ["-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_wheel_holds_the_package_its_types_and_its_templates(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "nosto_tagging").rglob("*.py")}
    templates = {f"nosto_tagging/{path.relative_to(ROOT)}" for path in (ROOT / "templates").rglob("*.html")}
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == sources | templates | {
        "nosto_tagging/py.typed",
        "nosto_tagging/markup/visitor.js",
        "nosto_tagging/reading/panel.css",
        "nosto_tagging/reading/report.css",
    }


def test_the_wheel_works_as_a_zip(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    script = (
        f"import sys; sys.path.insert(0, {str(wheel)!r})\n"
        "import nosto_tagging, nosto_tagging.jinja; from jinja2 import Environment\n"
        "assert '.whl' in nosto_tagging.__file__\n"
        "env = Environment(); nosto_tagging.jinja.install(env)\n"
        "page = env.from_string('{% from \"nosto/customer.html\" import customer_snippet %}{{ customer_snippet(c) }}')\n"
        "print(page.render(c=nosto_tagging.Customer(email='jane.doe@example.com')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == '<script>nostojs(api => api.customer({"email":"jane.doe@example.com"}))</script>\n'


def test_the_sdist_builds_with_everything_that_the_tests_need(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    listing = subprocess.run(["tar", "tzf", sdist], capture_output=True, text=True, check=True).stdout.splitlines()
    held = {name.partition("/")[2] for name in listing}
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "templates/nosto/customer.html"} <= held
    assert {"tests/test_package.py", "examples/static_site/page.html", "benchmarks/run.py", "docs/safety.md"} <= held
    assert [name for name in held if name.startswith((".venv", "build", ".git/"))] == []
