"""``{% load nosto %}``: the tags for Django's own templates, each of them a verb of the tagger."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, NamedTuple

from django.template import Context, Library, Node, TemplateSyntaxError, Variable, VariableDoesNotExist
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.defaultfilters import default
from django.utils.functional import Promise

from nosto_tagging.errors import UndefinedName
from nosto_tagging.integrations.django.site import nosto
from nosto_tagging.markup.tagger import Tagger
from nosto_tagging.topics import TOPICS, Topic
from nosto_tagging.validation import with_article

__all__ = ["register"]

register = Library()


class _Kind(NamedTuple):
    """What may stand in a tag, and what it prints."""

    prints: Callable[..., str]
    keywords: tuple[str, ...] = ()
    most: int | None = 0
    """How many values may stand before the keywords; ``None`` for any number."""
    what: str = ""
    """What a topic's one value is: it stands there alone, or fields do."""

    @property
    def takes(self) -> str:
        """What it takes before keywords, in an error."""
        if self.most is None:
            return "values, and they stand first"
        return f"one {self.what or 'value'}, and it stands first" if self.most else "no value"


class _Tag(Node):
    def __init__(self, kind: _Kind, values: list[FilterExpression], fields: dict[str, FilterExpression]) -> None:
        self._kind = kind
        self._values = values
        self._fields = fields

    def render(self, context: Context) -> str:
        tagger = nosto.tagger
        if not tagger.settings.enabled:
            return ""
        try:
            values = [_resolved(value, context) for value in self._values]
            fields = {name: _resolved(value, context) for name, value in self._fields.items()}
            return str(self._kind.prints(tagger, *values, **fields))
        except Exception as error:
            return str(tagger.left_out(error))


def _resolved(expression: FilterExpression, context: Context) -> Any:
    """What stands in a tag, which Django would make blank where it is undefined.

    Raises `UndefinedName`.
    """
    variable = expression.var
    if isinstance(variable, Variable) and all(function is not default for function, _ in expression.filters):
        try:
            found = variable.resolve(context)
        except VariableDoesNotExist:
            raise UndefinedName(str(variable.var), "|default:None") from None
        # Its filters are given that, so that nothing is looked up, and called, twice.
        expression = copy(expression)
        expression.var, expression.is_var = found, False
    value = expression.resolve(context)
    return str(value) if isinstance(value, Promise) else value  # a text that is translated when it is printed


def _compiled(name: str, kind: _Kind) -> Callable[[Parser, Token], Node]:
    def compile_tag(parser: Parser, token: Token) -> Node:
        values: list[FilterExpression] = []
        fields: dict[str, FilterExpression] = {}
        for bit in token.split_contents()[1:]:
            named = token_kwargs([bit], parser)
            for field in named:
                if field not in kind.keywords:
                    known = f"must be one of: {', '.join(kind.keywords)}" if kind.keywords else "takes no fields"
                    raise TemplateSyntaxError(f"{name} has no {field!r}, {known}")
                if field in fields:
                    raise TemplateSyntaxError(f"{name} has {field!r} twice")
            fields.update(named)
            if not named:
                if fields or len(values) == kind.most:
                    raise TemplateSyntaxError(f"{name} takes {kind.takes}")
                values.append(parser.compile_filter(bit))
        more = [field for field in fields if field != "nonce"]
        if kind.what and values and more:
            an = with_article(kind.what)
            raise TemplateSyntaxError(f"{name} takes {an} or fields, got both ({an} and {', '.join(more)})")
        return _Tag(kind, values, fields)

    return compile_tag


def _topic(topic: Topic, *, script: bool) -> _Kind:
    def prints(tagger: Tagger, *values: Any, nonce: Any = None, **fields: Any) -> str:
        found = topic.found(tagger, values, fields)
        return tagger.snippet(found, nonce=nonce) if script else tagger.block(found)

    return _Kind(prints, (*topic.keywords, *(["nonce"] if script else [])), 1, topic.what)


def _verb(name: str, *keywords: str, most: int | None = 0) -> _Kind:
    def prints(tagger: Tagger, *values: Any, **options: Any) -> str:
        return getattr(tagger, name)(*values, **options)  # type: ignore[no-any-return]  # by name

    return _Kind(prints, keywords, most)


_CLIENT_SCRIPT = ("account_id", "host", "autoload", "run_async", "nonce", "waits_for", "do_not_track")
_KINDS = {
    **{name: _topic(topic, script=False) for name, topic in TOPICS.items()},
    **{f"{name}_snippet": _topic(topic, script=True) for name, topic in TOPICS.items()},
    "block": _verb("block", most=1),
    "client_script": _verb("client_script", *_CLIENT_SCRIPT, most=1),
    "deferred": _verb("deferred", "url", "nonce"),
    "pushed": _verb("pushed", "nonce"),
    "snippet": _verb("snippet", "nonce", most=None),
    "statement": _verb("statement", most=None),
    "statement_attribute": _verb("statement_attribute", most=None),
    "tell": _verb("tell", most=None),
    "visitor_script": _verb("visitor_script", "nonce"),
}
for _name, _kind in _KINDS.items():
    register.tag(f"nosto_{_name}", _compiled(f"nosto_{_name}", _kind))
