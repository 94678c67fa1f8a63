"""What a Content-Security-Policy has to let through for Nosto, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from nosto_tagging.errors import InvalidArgument
from nosto_tagging.validation import characters, kind_of

__all__ = ["CspSources", "csp_sources"]

_NOSTO = "https://*.nosto.com"
_DIRECTIVES = ("script-src", "connect-src", "img-src", "style-src", "frame-src", "form-action")
# Of `display:none`, which blocks have beside `hidden`. Without it they are hidden all the same, and each is reported.
_STYLE = ("'unsafe-hashes'", "'sha256-aqNNdDLnnrDOnTNdkJpYlAxKVJtLt9CtFLklmInuUAE='")

# What holds for a directive that a policy does not have.
_FALLBACKS = {
    "frame-src": ("child-src", "default-src"),
    "style-src-attr": ("style-src", "default-src"),
    "form-action": (),
}
# What holds in place of a directive where a policy has it.
_INSTEAD = {"script-src": "script-src-elem", "style-src": "style-src-elem"}


class CspSources(dict[str, tuple[str, ...]]):
    """The sources that Nosto needs, by directive, and the same joined to a policy in the form that a package takes.

    Each form takes the policy as that package has it (``default-src 'self'`` unless given), and gives a new one. A
    directive that the policy lacks begins with what holds in its place, so that nothing else changes.
    """

    def talisman(self, policy: Mapping[str, Any] | None = None) -> dict[str, list[Any]]:
        """For ``Talisman(app, content_security_policy=...)``: directives to lists of sources."""
        return self._joined(policy)

    def django_csp(self, policy: Mapping[str, Any] | None = None) -> dict[str, list[Any]]:
        """For the ``"DIRECTIVES"`` of django-csp's ``CONTENT_SECURITY_POLICY``."""
        return self._joined(policy)

    def secure(self, policy: Mapping[str, Any] | None = None) -> str:
        """For ``ContentSecurityPolicy().set(...)`` of secure: the policy as one text."""
        return "; ".join(" ".join([name, *map(str, sources)]) for name, sources in self._joined(policy).items())

    def _joined(self, policy: Mapping[str, Any] | None) -> dict[str, list[Any]]:
        given = {"default-src": "'self'"} if policy is None else policy
        joined = {name: _sources(name, sources) for name, sources in given.items()}
        for name, needed in self.items():
            fallbacks = _FALLBACKS.get(name, ("default-src",))
            held = next((joined[each] for each in (name, *fallbacks) if each in joined), None)
            if held is None or (name == "style-src-attr" and "'unsafe-inline'" in held):
                continue  # everything is let through, and would not be any more
            joined[name] = _with(held, needed)
            if (instead := _INSTEAD.get(name)) in joined:
                joined[instead] = _with(joined[instead], needed)
        return joined


def _with(held: list[Any], needed: Iterable[str]) -> list[Any]:
    kept = [source for source in held if source != "'none'"]
    return [*kept, *(source for source in needed if source not in kept)]


def _sources(directive: str, sources: Any) -> list[Any]:
    text = characters(sources)
    if text is not None:
        return text.split()
    if isinstance(cast("object", sources), list | tuple | set | frozenset):
        several: Iterable[Any] = sources
        return [*several]
    raise InvalidArgument(str(directive), f"must be a list of sources or a text of them, got {kind_of(sources)}")


def csp_sources() -> CspSources:
    """What Nosto, and the hidden blocks, need of a Content-Security-Policy, by directive.

    Nosto documents none. These are the directives of the policy that its own module for Magento ships. Scripts in the
    page need a nonce besides; a campaign whose template has a style or a script in it needs ``'unsafe-inline'``, which
    is yours to weigh.

    >>> csp_sources()["script-src"]
    ('https://*.nosto.com',)
    >>> csp_sources().talisman()["script-src"]
    ["'self'", 'https://*.nosto.com']
    """
    return CspSources({"style-src-attr": _STYLE, **dict.fromkeys(_DIRECTIVES, (_NOSTO,))})
