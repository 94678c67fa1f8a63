"""Jinja: the extension with its tags and globals, the loader of the bundled macros, and `install`."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    Template,
    TemplateNotFound,
    Undefined,
    nodes,
    pass_environment,
)
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from nosto_tagging.errors import InvalidArgument
from nosto_tagging.markup.tagger import NOTHING, Tagger
from nosto_tagging.models.customer import Customer
from nosto_tagging.models.tagging import TaggingModel
from nosto_tagging.settings import Settings
from nosto_tagging.tags import HANDED_ON, Failed, Lookups, arguments, defined, handed_on
from nosto_tagging.topics import TOPICS, Topic
from nosto_tagging.validation import kind_of, safe_name

__all__ = ["NostoExtension", "attach", "install", "template_loader"]


def install(env: Environment, settings: Settings | None = None) -> Tagger:
    """Everything for a plain environment: the extension, `settings`, and a loader for the bundled macros.

    The environment's own templates go before the bundled ones of the same name. Gives the `Tagger` that the
    environment's templates use from now on.

    >>> env = Environment(autoescape=True)
    >>> tagger = install(env, Settings(account_id="shopify-11368366139"))
    >>> page = env.from_string('{% from "nosto/customer.html" import customer_snippet %}{{ customer_snippet(jane) }}')
    >>> page.render(jane=Customer(email="jane.doe@example.com"))
    '<script>nostojs(api => api.customer({"email":"jane.doe@example.com"}))</script>'
    """
    tagger = Tagger(settings)
    attach(env, tagger)
    return tagger


def attach(env: Environment, tagger: Tagger) -> None:
    """What `install` does, with a `Tagger` of your own: one that knows more of the page than its settings."""
    # Before the extension, which leaves it: at no moment is there one with the default settings, which print more.
    setattr(env, _TAGGER, tagger)
    env.add_extension(NostoExtension)
    find_bundled(env)


def find_bundled(env: Environment) -> None:
    """Have `env` find the bundled macros, after its own templates."""
    # The extension has seen to an environment without a loader.
    if env.loader is not None and not _has_bundled(env.loader):
        env.loader = ChoiceLoader([env.loader, template_loader()])


def _has_bundled(loader: BaseLoader) -> bool:
    """Whether `loader` finds the bundled macros: each `install` would add another way to them, and none be removed."""
    if isinstance(loader, ChoiceLoader):
        return any(map(_has_bundled, loader.loaders))
    return isinstance(loader, _BundledLoader)


def template_loader() -> BaseLoader:
    """A loader of the bundled templates, ``nosto/….html``."""
    return _BundledLoader()


class _BundledLoader(BaseLoader):
    """Templates that lie inside the installed package or, in a checkout, beside it; they do not change."""

    def __init__(self) -> None:
        package = files("nosto_tagging")
        inside = package.joinpath("templates")
        self._folder = inside if inside.is_dir() else Path(str(package)).parent / "templates"

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002 - Jinja gives it
        template: str,
    ) -> tuple[str, str | None, Callable[[], bool]]:
        if template not in self.list_templates():
            raise TemplateNotFound(template)
        file = self._folder.joinpath(template)
        return file.read_text(encoding="utf-8"), str(file), lambda: True

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's
    ) -> Template:
        # Each import of macros compares the page's globals with the macros' own. Jinja would hand over a ChainMap,
        # of which that takes longer than all the rest; of a dict, next to nothing.
        return super().load(environment, name, dict(globals or environment.globals))

    def list_templates(self) -> list[str]:
        return sorted(f"nosto/{file.name}" for file in self._folder.joinpath("nosto").iterdir())


_TAGGER = "nosto_tagging"
# The tags that are about no model, with their arguments; and what is a function only.
_PLAIN_TAGS = {"nosto_deferred": ("url", "nonce"), "nosto_pushed": ("nonce",)}
_PLAIN = ("deferred", "pushed", "tell", "visitor_script")


class NostoExtension(Extension):
    """Tags and globals for Nosto's tagging.

    Tags: ``{% nosto_customer %}`` and ``{% nosto_customer_snippet %}``, after which stands a customer
    (``{% nosto_customer customer %}``), its fields (``{% nosto_customer email=user.email %}``, or a mapping of them,
    ``{% nosto_customer **row %}``), or nothing where a framework module knows the visitor; the snippet also takes
    ``nonce=``. In the same way ``nosto_cart``, ``nosto_order``, ``nosto_product`` and ``nosto_page`` with a model or
    its fields, and ``nosto_search``, ``nosto_variation`` and ``nosto_placement`` with one value or a list.
    ``nosto_deferred`` and ``nosto_pushed`` stand alone, and are `Tagger.deferred` and `Tagger.pushed`.

    Globals: ``nosto_block``, ``nosto_snippet``, ``nosto_statement``, ``nosto_statement_attribute`` and
    ``nosto_client_script``, the methods of the environment's `Tagger`, which is ``environment.nosto_tagging``; and
    ``nosto``, whose functions take what the tags take: ``nosto.cart(cart)``, ``nosto.cart_snippet(cart)``, and which
    has ``deferred``, ``pushed``, ``tell`` and ``visitor_script``.

    >>> env = Environment(extensions=[NostoExtension])
    >>> env.from_string("{% nosto_customer_snippet email='jane.doe@example.com' %}").render()
    '<script>nostojs(api => api.customer({"email":"jane.doe@example.com"}))</script>'
    """

    # Its class, and the methods that tags call, are written into persisted bytecode by name.
    tags = {*_PLAIN_TAGS, *(f"nosto_{name}{ending}" for name in TOPICS for ending in ("", "_snippet"))}  # noqa: RUF012 - as Jinja declares it

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.extend(**{_TAGGER: Tagger()})  # which leaves one that is there
        if environment.loader is None:
            environment.loader = template_loader()
        for name, function in _GLOBALS.items():
            environment.globals.setdefault(name, function)

    def parse(self, parser: Parser) -> nodes.Node:
        tag = next(parser.stream)
        if tag.value in _PLAIN_TAGS:
            given, keywords = arguments(parser, tag, "argument", _PLAIN_TAGS[tag.value])
            if given:
                parser.fail(f"{tag.value} takes no value", tag.lineno)
            call = self.call_method(tag.value, [], keywords, lineno=tag.lineno)
            return nodes.Output([Lookups(self).visit(call)], lineno=tag.lineno)
        is_snippet = tag.value.endswith("_snippet")
        topic = TOPICS[tag.value.removeprefix("nosto_").removesuffix("_snippet")]
        allowed = (*topic.keywords, "nonce") if is_snippet else topic.keywords
        given, keywords = arguments(parser, tag, topic.what, allowed)
        call = self.call_method(tag.value, given, keywords, lineno=tag.lineno)
        return nodes.Output([Lookups(self).visit(call)], lineno=tag.lineno)

    def lookup(self, value: Any, name: Any, *, item: bool, literal: bool) -> Any:
        """``value.name`` or ``value[name]`` in a tag; what is undefined or fails is left to the error policy."""
        if isinstance(value, Undefined):
            return value
        try:
            found = self.environment.getitem(value, name) if item else self.environment.getattr(value, name)
        except Exception as error:
            return Failed(error)
        if isinstance(found, Undefined) and literal and isinstance(name, str):
            return self.environment.undefined(name=name)  # which is the template's own word, and may be told
        return found

    def refusal(self, value: Any) -> Undefined | None:
        """What a tag has in place of a call of `value`, left to the error policy; ``None`` where it can be called."""
        if isinstance(value, Undefined):
            return value
        if not callable(value):
            message = f"must stand after something that can be called, got {kind_of(value)}"
        elif not _may_call(self.environment, value):
            message = "must stand after something that the sandbox lets templates call"
        else:
            return None
        return Failed(InvalidArgument("()", message))

    def callee(self, value: Any) -> Any:
        """What a tag calls: `value`, or what gives its refusal."""
        refused = self.refusal(value)
        if refused is None:
            return value

        def give(*_: object, **__: object) -> Undefined:
            return refused

        return give

    slice_of = slice
    """What stands in the brackets of ``value[start:stop]`` in a tag."""


_CUSTOMER = TOPICS["customer"]


def _printed(
    environment: Environment, topic: Topic, given: tuple[Any, ...], fields: dict[str, Any], *, script: bool
) -> Markup:
    """What ``{% nosto_cart … %}`` prints, or ``{% nosto_cart_snippet … %}``."""
    tagger = _tagger(environment)
    if not tagger.settings.enabled:
        return NOTHING
    try:
        if HANDED_ON in fields:
            given, fields = handed_on(given, fields)
        nonce = fields.pop("nonce", None) if script else None
        if nonce is not None:
            nonce = _nonce(environment, nonce)
        if topic is _CUSTOMER and len(given) == 1 and not fields and type(given[0]) is Customer:
            model: TaggingModel | None = given[0]  # as on nearly every page
        else:
            model = topic.found(tagger, given, fields)
        return tagger.snippet(model, nonce=nonce) if script else tagger.block(model)
    except Exception as error:
        return tagger.left_out(error)


def _tag(topic: Topic, *, script: bool) -> Callable[..., Markup]:
    def tag(self: NostoExtension, *given: Any, **fields: Any) -> Markup:
        return _printed(self.environment, topic, given, fields, script=script)

    return tag


def _function(topic: Topic, *, script: bool) -> Callable[..., Markup]:
    @pass_environment
    def function(environment: Environment, /, *given: Any, **fields: Any) -> Markup:
        # As a macro hands them on: a field may have any name.
        return _printed(environment, topic, (), {HANDED_ON: (given, fields)}, script=script)

    return function


class _Functions:
    """What ``nosto`` is in templates: ``nosto.cart(cart)``, ``nosto.cart_snippet(cart)``, …"""

    __slots__ = (*_PLAIN, *(f"{name}{ending}" for name in TOPICS for ending in ("", "_snippet")))

    def __init__(self) -> None:
        for name, topic in TOPICS.items():
            setattr(self, name, _function(topic, script=False))
            setattr(self, f"{name}_snippet", _function(topic, script=True))
        for name in _PLAIN:
            setattr(self, name, _verb(name))


for _name, _topic in TOPICS.items():
    setattr(NostoExtension, f"nosto_{_name}", _tag(_topic, script=False))
    setattr(NostoExtension, f"nosto_{_name}_snippet", _tag(_topic, script=True))


def _nonce(environment: Environment, nonce: Any) -> Any:
    """A nonce that a template may hand over: a sandboxed one calls nothing through us that it cannot call itself.

    Raises `UndefinedName`, or `InvalidArgument` for a callable that the sandbox keeps from templates.
    """
    nonce = defined(nonce)
    if callable(nonce) and not _may_call(environment, nonce):
        raise InvalidArgument("nonce", "must be something that the sandbox lets templates call")
    return nonce


def _may_call(environment: Environment, function: Callable[..., Any]) -> bool:
    return not isinstance(environment, SandboxedEnvironment) or environment.is_safe_callable(function)


def _verb(name: str) -> Callable[..., Markup]:
    """The method `name` of the environment's tagger, for templates."""
    method = getattr(Tagger, name)
    known = {*method.__code__.co_varnames[1 : method.__code__.co_argcount], *(method.__kwdefaults__ or ())}

    @pass_environment
    def verb(environment: Environment, /, *given: Any, **options: Any) -> Markup:
        tagger = _tagger(environment)
        if not tagger.settings.enabled:
            return NOTHING
        try:
            for option in options.keys() - known:  # Python would quote it, and a row's may be a person's data
                raise InvalidArgument(f"nosto_{name}()", f"has no argument {safe_name(option)}")
            options = {option: defined(value) for option, value in options.items()}
            if "nonce" in options:
                options["nonce"] = _nonce(environment, options["nonce"])
            return getattr(tagger, name)(*map(defined, given), **options)  # type: ignore[no-any-return]  # by name
        except Exception as error:
            return tagger.left_out(error)

    verb.__name__ = f"nosto_{name}"
    return verb


def _plain_tag(name: str) -> Callable[..., Markup]:
    verb = _verb(name.removeprefix("nosto_"))

    def tag(self: NostoExtension, *given: Any, **fields: Any) -> Markup:
        try:
            if HANDED_ON in fields:
                given, fields = handed_on(given, fields)
        except Exception as error:
            return _tagger(self.environment).left_out(error)
        return verb(self.environment, *given, **fields)

    return tag


for _name in _PLAIN_TAGS:
    setattr(NostoExtension, _name, _plain_tag(_name))


def _tagger(environment: Environment) -> Tagger:
    tagger: Tagger = getattr(environment, _TAGGER)
    return tagger


# Each global costs every page of the environment some time, used or not: so the topics share one.
_GLOBALS: dict[str, Any] = {
    f"nosto_{name}": _verb(name) for name in ("block", "snippet", "statement", "statement_attribute", "client_script")
}
_GLOBALS["nosto"] = _Functions()
