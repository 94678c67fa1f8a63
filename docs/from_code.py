"""What the site prints from the code: names with their docstrings, settings, tags, functions, macros, commands."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterator
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from click.testing import CliRunner
from docutils import nodes
from jinja2 import Environment
from jinja2.nodes import Macro
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import ReferenceRole, SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from nosto_tagging import Settings, Tagger, models
from nosto_tagging.api.chain import Chain
from nosto_tagging.cli import command
from nosto_tagging.integrations.site import Site
from nosto_tagging.jinja import NostoExtension, install, template_loader
from nosto_tagging.models.tagging import TaggingModel, TaggingPart
from nosto_tagging.topics import TOPICS, Topic
from nosto_tagging.validation import SafeModel


class _FromCode(SphinxDirective):
    """A directive that is replaced by reStructuredText made from the code."""

    def run(self) -> list[nodes.Node]:
        for name in ("settings", "jinja", "topics", "cli", "markup.tagger"):  # a change in these changes the page
            self.env.note_dependency(str(inspect.getsourcefile(import_module(f"nosto_tagging.{name}"))))
        text = "\n".join(self.lines())
        return self.parse_text_to_nodes(f"````{{eval-rst}}\n{text}\n````")

    def lines(self) -> Iterator[str]:
        raise NotImplementedError


def _object(kind: str, signatures: list[str], *said: str) -> Iterator[str]:
    """One thing with a place of its own on the page, and what is said of it."""
    first, *more = signatures
    yield f".. {kind}:: {first}"
    yield from (f"   {' ' * len(kind)}   {each}" for each in more)
    for text in said:
        yield ""
        yield from (f"   {line}" for line in text.splitlines())
    yield ""


# Names ----------------------------------------------------------------------------------------------------------------


class _Public(_FromCode):
    """``{public} nosto_tagging.jinja``: the module's ``__all__``, without names (``but``) and with others (``and``)."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], Any]] | None] = {"but": str.split, "and": str.split}

    def lines(self) -> Iterator[str]:
        name = self.arguments[0]
        module = import_module(name)
        yield from [f".. py:module:: {name}", "", inspect.cleandoc(module.__doc__ or ""), ""]
        names = [f"{name}.{each}" for each in module.__all__ if each not in self.options.get("but", ())]
        for each in [*names, *self.options.get("and", ())]:
            home, _, last = each.rpartition(".")
            found = getattr(import_module(home), last)
            if isinstance(found, type):
                yield f".. auto{'exception' if issubclass(found, BaseException) else 'class'}:: {each}"
                members = _members(found)
                if members:
                    yield from [f"   :members: {', '.join(members)}", "   :member-order: bysource"]
            elif callable(found):
                yield f".. autofunction:: {each}"
            else:
                yield from _object("py:data", [last], f"A `{type(found).__name__}`.")
            yield ""


# What all of their kind can do stands in one place, and not under each of them.
_BASES: tuple[type, ...] = (TaggingModel, TaggingPart, Site, Tagger)


def _members(found: type) -> list[str]:
    """The methods and properties that are this library's and this class's, and not all of its kind's alike."""
    if found is NostoExtension:  # whose methods are for compiled templates
        return []
    alike = dir(next((base for base in _BASES if issubclass(found, base) and found is not base), Exception))
    return [
        name
        for home in reversed(found.__mro__)
        if home.__module__.startswith("nosto_tagging")
        for name, member in vars(home).items()
        if not name.startswith("_") and name not in alike
        if inspect.isfunction(member) or isinstance(member, classmethod | staticmethod | property)
    ]


def _signature(
    _app: Sphinx, what: str, _name: str, found: Any, _options: object, _given: str, _returned: str
) -> tuple[str, str] | None:
    """A model's fields by name: what each takes stands below, in words. Chains are made by functions."""
    if what != "class":
        return None
    if issubclass(found, Chain):
        return "", ""
    if not issubclass(found, SafeModel) or found is TaggingModel:
        return None
    fields = [
        name if field.is_required() else f"{name}={field.get_default(call_default_factory=True)!r}"
        for name, field in found.model_fields.items()
    ]
    return f"(*, {', '.join(fields)})", ""


class _Name(ReferenceRole):
    """A name in a docstring, ```Customer```: a link where the reference has it, and code everywhere."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        shown = nodes.literal(self.rawtext, self.title, classes=["xref"])
        target = self.target.removesuffix("()")
        wanted = addnodes.pending_xref("", shown, refdomain="py", reftype="obj", reftarget=target, refwarn=False)
        wanted["in_docstring"] = True
        return [wanted], []


def _resolve(app: Sphinx, env: BuildEnvironment, wanted: addnodes.pending_xref, shown: nodes.Element) -> Any:
    """The link of a name that Sphinx does not find as it stands: the shortest full name that ends in it."""
    if wanted.get("refdomain") != "py":
        return None
    in_docstring, target = wanted.get("in_docstring", False), wanted["reftarget"]
    if not in_docstring and not target.startswith("nosto_tagging."):
        return shown  # another library's: the site asks nobody for anything
    # Annotations say where a class lives, and not where it is had from; what is inside stands for what it is made of.
    ends = [target] if in_docstring else _ends(target)
    domain = env.domains.python_domain
    for end in ends:
        found = [name for name in domain.objects if f".{name}".endswith(f".{end}")]
        if found:
            best = min(found, key=lambda name: name.count("."))
            return domain.resolve_xref(env, wanted["refdoc"], app.builder, "obj", best, wanted, shown)
    # Other names in docstrings may be those of arguments, and what is no class stands for others or for the caller's.
    return shown if in_docstring or not ends else None


def _ends(target: str) -> list[str]:
    """The name of a class, and those of what it is made of, as far as that is ours; nothing for what is no class."""
    home, _, name = target.rpartition(".")
    try:
        found = getattr(import_module(home), name)
    except (ImportError, AttributeError):
        return [name]  # which leads nowhere, and Sphinx says so
    return [each.__name__ for each in getattr(found, "__mro__", ()) if each.__module__.startswith("nosto_tagging")]


# Settings -------------------------------------------------------------------------------------------------------------


class _Settings(_FromCode):
    def lines(self) -> Iterator[str]:
        said = _said(Settings)
        if said.keys() != Settings.model_fields.keys():
            odd = ", ".join(sorted(said.keys() ^ Settings.model_fields.keys()))
            raise ExtensionError(f"The docstring of Settings and its fields differ: {odd}")
        for name, field in Settings.model_fields.items():
            takes = _takes(field.annotation)
            default = "not set" if field.default is None else f"``{field.default!r}``"
            facts = [" or ".join(takes), f"{default} unless given"]
            if takes != ["a callable"]:
                facts.insert(0, f"``NOSTO_{name.upper()}``")
            yield from _object("setting", [name], said[name], "; ".join(facts) + ".")


def _said(model: type) -> dict[str, str]:
    """The definition list of a docstring: each name that it explains, with the explanation."""
    doc = inspect.cleandoc(model.__doc__ or "") + "\n"
    found = re.findall(r"^((?:``\w+``(?:, |\n))+)((?:    .*\n)+)", doc, re.MULTILINE)
    return {name: inspect.cleandoc(text) for names, text in found for name in re.findall(r"\w+", names)}


def _takes(annotation: Any) -> list[str]:
    """What a field may be given, in words."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _takes(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [each for part in get_args(annotation) for each in _takes(part)]
    if origin is Literal:
        return [f"``{each!r}``" for each in get_args(annotation)]
    if origin is not None and issubclass(origin, Callable):  # type: ignore[arg-type]  # the class behind typing's name
        return ["a callable"]
    if origin is Collection:
        return ["a list", "text"]
    return {bool: ["``True``", "``False``"], str: ["text"], type(None): []}.get(annotation, [str(annotation)])


# Templates ------------------------------------------------------------------------------------------------------------


def _bundled() -> dict[str, tuple[list[str], str]]:
    """The bundled templates: the macros in each, and what it says of them."""
    env = Environment(autoescape=True)
    loader = template_loader()
    install(env)
    found: dict[str, tuple[list[str], str]] = {}
    for template in loader.list_templates():
        source, _, _ = loader.get_source(env, template)
        macros = [macro.name for macro in env.parse(source).find_all(Macro) if not macro.name.startswith("_")]
        said = re.match(r"\{#-?\s*(.*?)\s*-?#\}", source, re.DOTALL)
        if said is None:
            raise ExtensionError(f"{template} does not begin with a comment that says what its macros take")
        found[template] = macros, said[1]
    return found


def _told(topic: Topic) -> list[str]:
    """What a topic's tags tell and take."""
    _, takes = _bundled()[f"nosto/{topic.name}.html"]
    if topic.field:
        return [takes]
    fields = ", ".join(f"``{name}``" for name in topic.keywords)
    return [_summary(getattr(models, topic.model)), takes, f"In Python: `{topic.model}`. Its fields: {fields}."]


def _summary(found: Any) -> str:
    return inspect.cleandoc(found.__doc__ or "").partition("\n\n")[0]


class _Tags(_FromCode):
    def lines(self) -> Iterator[str]:
        left = set(NostoExtension.tags)
        for name, topic in TOPICS.items():
            pair = [f"nosto_{name}", f"nosto_{name}_snippet"]
            left.difference_update(pair)
            yield from _object("tag", [f"{{% {each} {topic.what} %}}" for each in pair], *_told(topic))
        for name in sorted(left):
            yield from _object("tag", [f"{{% {name} %}}"], _summary(getattr(Tagger, name.removeprefix("nosto_"))))


class _Functions(_FromCode):
    def lines(self) -> Iterator[str]:
        env = Environment(autoescape=True)
        before = {*env.globals, "nosto"}
        install(env)
        functions = env.globals["nosto"]
        left = {name for name in dir(functions) if not name.startswith("_")}
        for name, topic in TOPICS.items():
            pair = [name, f"{name}_snippet"]
            left.difference_update(pair)
            same = f"What :tag:`nosto_{name}` and :tag:`nosto_{name}_snippet` print, of the same."
            yield from _object("global", [f"nosto.{each}({topic.what})" for each in pair], same)
        others = [(f"nosto.{name}", name) for name in sorted(left)]
        others += [(name, name.removeprefix("nosto_")) for name in env.globals if name not in before]
        for name, verb in others:
            method = getattr(Tagger, verb)
            yield from _object("global", [f"{name}{_parameters(method)}"], _summary(method))


def _parameters(method: Callable[..., Any]) -> str:
    _, *parameters = inspect.signature(method).parameters.values()
    return str(inspect.Signature([each.replace(annotation=inspect.Parameter.empty) for each in parameters]))


class _Macros(_FromCode):
    def lines(self) -> Iterator[str]:
        for template, (macros, said) in _bundled().items():
            wanted = f'``{{% from "{template}" import {", ".join(macros)} %}}``'
            yield from _object("macro", [f"{name}(…)" for name in macros], said, wanted)


# The command ----------------------------------------------------------------------------------------------------------


class _Commands(_FromCode):
    def lines(self) -> Iterator[str]:
        for name in ("", *command.commands):
            words = [name] if name else []
            told = CliRunner().invoke(command, [*words, "--help"], prog_name="nosto-tagging", terminal_width=76).output
            shown = "\n".join(["::", "", *(f"   {line}" for line in told.strip().splitlines())])
            yield from _object("command", [" ".join(["nosto-tagging", *words])], shown)


# Examples -------------------------------------------------------------------------------------------------------------

_EXAMPLES = Path(__file__).parent.parent / "examples"
_LANGUAGES = {
    ".css": "css",
    ".html": "jinja",
    ".js": "javascript",
    ".jsonl": "json",
    ".md": "markdown",
    ".py": "python",
    ".rst": "rst",
    ".toml": "toml",
    ".yml": "yaml",
}
# Of a whole application, what is about the tagging.
_CHOSEN = {
    "shop": {"tagging.py", "security.py", "page_cache.py", "stand_in.py", "base.html", "category.html", "shop.js"}
}
# What the programs make when they are run.
_MADE = {"output", "site", "__pycache__"}


class _Examples(SphinxDirective):
    """The folders of examples/, each with its files."""

    def run(self) -> list[nodes.Node]:
        text = "\n".join(self._lines())
        return self.parse_text_to_nodes(text, allow_section_headings=True)

    def _lines(self) -> Iterator[str]:
        for folder in sorted(path for path in _EXAMPLES.iterdir() if path.is_dir()):
            yield from [f"(example-{folder.name})=", f"## examples/{folder.name}", ""]
            chosen = _CHOSEN.get(folder.name)
            if chosen is not None:
                yield from [
                    f"What is about the tagging; the rest of it, and why, is in [{folder.name}]({folder.name}.md).",
                    "",
                ]
            for file in sorted(folder.rglob("*"), key=lambda path: (len(path.parts), path)):
                inside = file.relative_to(folder)
                if chosen is not None and file.name not in chosen:
                    continue
                if file.suffix in _LANGUAGES and _MADE.isdisjoint(inside.parts):
                    yield from [f"```{{literalinclude}} ../examples/{folder.name}/{inside}"]
                    yield from [f":caption: {inside}", f":language: {_LANGUAGES[file.suffix]}", "```", ""]


def _examples_here(_app: Sphinx, _name: str, source: list[str]) -> None:
    """Links to the repository's examples, which a code host shows, lead to the site's own page of them."""
    source[0] = re.sub(r"\]\(\.\./examples/(\w+)[^)]*\)", r"](#example-\1)", source[0])


def _parse(_env: BuildEnvironment, signature: str, node: addnodes.desc_signature) -> str:
    """Shows the signature as it is, and gives the name in it, which its anchor is made of."""
    node += addnodes.desc_name(signature, signature)
    return re.sub(r"^\{% (\w+) .*|\(.*", r"\1", signature)


def setup(app: Sphinx) -> ExtensionMetadata:
    for name, directive in {
        "public": _Public,
        "every-setting": _Settings,
        "every-tag": _Tags,
        "every-function": _Functions,
        "every-macro": _Macros,
        "every-command": _Commands,
        "every-example": _Examples,
    }.items():
        app.add_directive(name, directive)
    for kind in ("setting", "tag", "global", "macro", "command"):
        app.add_object_type(kind, kind, f"pair: %s; {kind}", parse_node=_parse)
    app.add_role("name", _Name())
    app.connect("autodoc-process-signature", _signature)
    app.connect("missing-reference", _resolve)
    app.connect("source-read", _examples_here)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
