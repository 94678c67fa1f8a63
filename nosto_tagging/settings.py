"""What a site decides once: its account, its nonce, and what happens when something is wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self, cast

from pydantic import AfterValidator, Field, PlainValidator

from nosto_tagging.errors import InvalidArgument, InvalidSettings, InvalidTagging
from nosto_tagging.validation import SafeModel, characters, kind_of, refuse

__all__ = [
    "AccountId",
    "ErrorPolicy",
    "Host",
    "Nonce",
    "Settings",
    "codes_in",
    "is_code",
    "keys",
    "named",
    "nonce_text",
]

Host = Literal["production", "staging"]
ErrorPolicy = Literal["raise", "log"]
Nonce = str | Callable[[], str | None]
"""A nonce, or what gives the current request's; ``None`` and blank text mean that there is none."""

_ACCOUNT_ID = re.compile(r"[A-Za-z0-9._~-]{1,200}").fullmatch
# https://w3c.github.io/webappsec-csp/#grammardef-base64-value
_NONCE = re.compile(r"[A-Za-z0-9+/_-]+={0,2}").fullmatch


def _account_id(value: str) -> str:
    # The unreserved characters of a URL (RFC 3986, 2.3), and no step up or on the spot.
    if _ACCOUNT_ID(value) and value.strip("."):
        return value
    raise refuse(
        f"must be the account's id as it stands in a URL path (letters, digits and -._~), got {kind_of(value)}"
    )


def nonce_text(nonce: object) -> str | None:
    """The nonce as text, asked for where it is a callable; ``None`` where there is none.

    Raises `InvalidArgument`.
    """
    if callable(nonce):
        nonce = nonce()
    if nonce is None:
        return None
    # str() and not a look at the type: django-csp hands over a lazy object that is a str in all but type.
    if not isinstance(nonce, str):
        raise InvalidArgument("nonce", f"must be text, a callable that gives text, or None, got {kind_of(nonce)}")
    text = str.__str__(str(nonce))
    if not text.strip():
        return None
    if not _NONCE(text):
        raise InvalidArgument("nonce", f"must be base64 text as a Content-Security-Policy has it, got {kind_of(text)}")
    return text


def _nonce(value: Any) -> Any:
    if not callable(value):
        try:
            return nonce_text(value)
        except InvalidArgument as error:
            message = error.message
        raise refuse(message)
    return value


def _consent(value: Any) -> Any:
    if value is None or callable(value):
        return value
    raise refuse(f"must be a callable that gives True or False, or None, got {kind_of(value)}")


# Of this site: a path, and no more than the unreserved characters of a URL between its slashes.
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]{1,100}){1,10}").fullmatch


def _path(value: str) -> str:
    if _PATH(value) and not {".", ".."} & {*value.split("/")}:
        return value
    raise refuse(
        "must be a path of this site that begins with one slash and does not end in one (letters, digits and -._~), "
        f"got {kind_of(value)}"
    )


_CODE = re.compile(r"[a-z]+(?:-[a-z]+){0,5}").fullmatch


def is_code(text: str) -> bool:
    """Whether `text` looks like the code of a rule."""
    return _CODE(text) is not None


def codes_in(listed: str) -> list[str]:
    """The codes of rules in a text that has blanks or commas between them, in lower case.

    >>> codes_in("block-visible, Translation-Guard stub-missing")
    ['block-visible', 'translation-guard', 'stub-missing']
    """
    return listed.replace(",", " ").lower().split()


def _codes(value: object) -> tuple[str, ...]:
    # By their form alone: which rules there are, those know that need the extra.
    found: set[str] = set()
    several = isinstance(value, list | tuple | set | frozenset)
    for each in cast("Iterable[object]", value) if several else (value,):
        text = characters(each)
        codes = [] if text is None else codes_in(text)
        if text is None or not all(map(is_code, codes)):
            raise refuse(
                "must be codes of rules such as 'block-visible', as a list or in a text with blanks or commas between "
                f"them, got {kind_of(each)}"
            )
        found.update(codes)
    return tuple(sorted(found))


AccountId = Annotated[str, Field(strict=True), AfterValidator(_account_id)]


class Settings(SafeModel, defer_build=False):
    """A site's settings, given to a `Tagger` or to `nosto_tagging.jinja.install()`; frozen.

    ``account_id``
        The id of the shop's Nosto account; needed by `client_script` only.
    ``host``
        ``"production"`` (connect.nosto.com) or ``"staging"`` (connect.staging.nosto.com).
    ``enabled``
        ``False`` prints nothing anywhere.
    ``nonce``
        For every script that is printed: text, or a callable that gives the current request's.
    ``errors``
        ``"raise"``, or ``"log"``: what is wrong is logged (logger ``nosto_tagging``) and left out of the page.
    ``leave_out_email``
        ``True`` keeps e-mail addresses out of pages; a customer without a reference then prints nothing.
    ``consent``
        A callable that says whether the current visitor agreed to be known to Nosto. Unless it gives ``True``, no
        client script is loaded and nothing personal is printed. Without one, everybody is taken to have agreed.
    ``visitor_url``
        The path of the endpoint that tells who the visitor is; see `Tagger.deferred`.
    ``session_on_server``
        ``True`` when the framework's session lies on the server: then it may hold a visitor's data.
    ``check_ignore``
        The codes of the rules of `check` that are off in the panel, and in tests that are given these settings: a list,
        or a text with blanks or commas between them.

    Raises `InvalidSettings`.

    >>> Settings(account_id="shopify-11368366139", errors="log")
    Settings(account_id='shopify-11368366139', host='production', enabled=True, errors='log', ...)
    """

    invalid: ClassVar[type[InvalidTagging | InvalidSettings]] = InvalidSettings

    account_id: AccountId | None = None
    host: Host = "production"
    enabled: bool = True
    nonce: Annotated[Nonce, PlainValidator(_nonce, json_schema_input_type=str)] | None = None
    errors: ErrorPolicy = "raise"
    leave_out_email: bool = False
    consent: Annotated[Callable[..., object] | None, PlainValidator(_consent, json_schema_input_type=None)] = None
    visitor_url: Annotated[str, Field(strict=True), AfterValidator(_path)] = "/nosto/visitor"
    session_on_server: bool = False
    check_ignore: Annotated[Collection[str], PlainValidator(_codes, json_schema_input_type=list[str])] = ()

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **settings: Any) -> Self:
        """The settings that ``NOSTO_ACCOUNT_ID``, ``NOSTO_HOST``, … give, and `settings` over them.

        `environ` is ``os.environ`` unless given. A variable that is blank is not set; the yes-or-no ones take
        ``true``, ``false``, ``1`` and ``0``, and what else pydantic takes for a truth value.

        Raises `InvalidSettings`.

        >>> Settings.from_env({"NOSTO_ACCOUNT_ID": "shopify-11368366139"}).account_id
        'shopify-11368366139'
        """
        return cls(**{**named(os.environ if environ is None else environ), **settings})

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        for name, value in self.__dict__.items():
            # With the nonce, anybody's script runs in the page; a function of the application's tells nothing.
            if name not in ("nonce", "consent"):
                yield name, value


def named(source: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that `source` (variables of the environment, a framework's configuration) has as ``NOSTO_…``."""
    return {name: source[key] for name, key in _keys().items() if not _blank(source.get(key))}


def keys() -> list[str]:
    """The names of the settings outside of Python: ``NOSTO_ACCOUNT_ID``, and so on."""
    return [*_keys().values()]


def _keys() -> dict[str, str]:
    return {name: f"NOSTO_{name.upper()}" for name in Settings.model_fields}


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
