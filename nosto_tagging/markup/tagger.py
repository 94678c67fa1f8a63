"""The verbs, under a site's settings."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Final, TypeAlias, TypeVar

from markupsafe import Markup

from nosto_tagging.api.chain import Call
from nosto_tagging.errors import InvalidArgument, NostoTaggingError
from nosto_tagging.markup import blocks, scripts
from nosto_tagging.markup import told as telling
from nosto_tagging.markup.escape import js_string, text
from nosto_tagging.models.customer import Customer
from nosto_tagging.models.tagging import TaggingModel, unproxied
from nosto_tagging.settings import Host, Nonce, Settings, nonce_text
from nosto_tagging.validation import characters, kind_of, with_article

__all__ = [
    "NOTHING",
    "Tagger",
    "Thing",
    "asked_from",
    "block",
    "client_script",
    "logger",
    "placement",
    "snippet",
    "statement",
    "statement_attribute",
]

Thing: TypeAlias = TaggingModel | Call
"""What a snippet tells: a model, which makes its natural call, or a call of `nosto_tagging.api`."""

Model = TypeVar("Model", bound=TaggingModel)
NOTHING: Final = Markup("")
logger = logging.getLogger("nosto_tagging")
# Markup(text) first looks for __html__ and for bytes, which takes longer than all the escaping.
_markup: Callable[[str], Markup] = partial(str.__new__, Markup)


class Tagger:
    """The verbs as methods, all under the same `Settings` (the default ones unless given).

    Under the error policy ``raise`` each verb raises an error of this library for what it cannot print; under
    ``log`` it logs that, once, with the template and line that asked, and prints nothing in its place.

    >>> tagger = Tagger(Settings(leave_out_email=True))
    >>> tagger.block(Customer(email="jane.doe@example.com"))
    Markup('')
    """

    looks: ClassVar[bool] = False
    """Whether each thing is looked at before it is printed, whatever the settings say."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings = Settings() if settings is None else settings
        # Most sites print what they are given; the others pay for looking.
        unchanged = settings.enabled and not settings.leave_out_email and settings.consent is None
        self._prints_all = unchanged and not self.looks
        self._has_nonce = settings.nonce is not None

    @property
    def settings(self) -> Settings:
        """The settings, for good: of others put in their place, only some would take effect."""
        return self._settings

    def block(self, thing: TaggingModel | None) -> Markup:
        """The hidden block that Nosto's client script reads; nothing for ``None``.

        Consent is spelled ``marketing_permission`` in it.

        >>> print(block(Customer(email="jane.doe@example.com")))
        <div class="nosto_customer notranslate" ...><span class="email">jane.doe@example.com</span></div>
        """
        try:
            if not self._prints_all:
                thing = next(iter(self._allowed((thing,))), None)
            return NOTHING if thing is None else _markup(blocks.block(thing))
        except Exception as error:
            return self.left_out(error)

    def snippet(self, *things: Thing | None, nonce: Nonce | None = None) -> Markup:
        """One script element with a statement for each of `things`; nothing where all are ``None``.

        `nonce` (text, or a callable that gives it) goes before the one of the settings. Under the policy
        ``log`` a thing that cannot be printed is left out and the others are printed.

        >>> print(snippet(Customer(email="jane.doe@example.com"), nonce="r4nd0m"))
        <script nonce="r4nd0m">nostojs(api => api.customer({"email":"jane.doe@example.com"}))</script>
        """
        try:
            told = scripts.statements(things if self._prints_all else self._allowed(things), self)
            if not told:
                return NOTHING
            known = self._nonce(nonce) if nonce is not None or self._has_nonce else None
            return _markup(scripts.script(told, known))
        except Exception as error:
            return self.left_out(error)

    def statement(self, *things: Thing | None) -> Markup:
        """What `snippet` has between its tags, for a script of the author's own; nothing where all are ``None``.

        >>> print(statement(Customer(email="jane.doe@example.com")))
        nostojs(api => api.customer({"email":"jane.doe@example.com"}))
        """
        return _markup(self._told(things))

    def statement_attribute(self, *things: Thing | None) -> Markup:
        """What `statement` gives, for a quoted attribute: ``onclick="{{ … }}"``.

        >>> print(statement_attribute(Customer(email="jane.doe@example.com")))
        nostojs(api &#61;&#62; api.customer(&#123;&#34;email&#34;&#58;&#34;jane.doe@example.com&#34;&#125;))
        """
        return _markup(text(self._told(things)))

    def client_script(
        self,
        account_id: str | None = None,
        *,
        host: Host | None = None,
        autoload: bool = True,
        run_async: bool = True,
        nonce: Nonce | None = None,
        waits_for: str | None = None,
        do_not_track: bool = False,
    ) -> Markup:
        """The stub and Nosto's client script, for the head of every page.

        `account_id`, `host` and `nonce` go before those of the settings. ``autoload=False`` has the client
        script wait for ``api.load()``; ``run_async=False`` has the page wait for the client script. ``do_not_track``
        keeps Nosto from remembering the visitor.

        Where the settings have a `consent` that does not give ``True``, there is the stub alone, which loads nothing.
        `waits_for` leaves that to a consent platform in the page, which starts the client script by a data attribute:
        ``"data-cookieconsent=marketing"``. Then the settings' `consent` is not asked.

        >>> print(client_script("shopify-11368366139"))  # doctest: +NORMALIZE_WHITESPACE
        <script>window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})</script><script
        src="https://connect.nosto.com/include/shopify-11368366139" async=""></script>
        """
        try:
            if not self.settings.enabled:
                return NOTHING
            given = Settings(account_id=account_id, host=host or self.settings.host)
            account = given.account_id or self.settings.account_id
            if account is None:
                raise InvalidArgument("account_id", "must be given, here or in the settings (NOSTO_ACCOUNT_ID)")
            waits = {} if waits_for is None else _data_attribute(waits_for)
            known = self._nonce(nonce)
            begun = scripts.stub(known, autoload=autoload, do_not_track=do_not_track)
            loaded = scripts.include(account, given.host, run_async=run_async, nonce=known, waits_for=waits)
            return _markup(f"{begun}{loaded if waits else self.loads(loaded)}")
        except Exception as error:
            return self.left_out(error)

    def placement(self, placement_id: str) -> Markup:
        """The empty element that Nosto fills with a campaign, by the id that it has in Nosto's admin.

        >>> print(placement("frontpage-1"))
        <div class="nosto_element" id="frontpage-1" translate="no"></div>
        """
        try:
            if not self.settings.enabled:
                return NOTHING
            return _markup(blocks.placement(placement_id))
        except Exception as error:
            return self.left_out(error)

    def payload(self, *things: Thing | None) -> dict[str, Any]:
        """What `snippet` tells, as data for JSON: the answer to a fetch, which `visitor_script` tells Nosto.

        >>> tagger = Tagger()
        >>> tagger.payload(Customer(email="jane.doe@example.com"))
        {'calls': [{'steps': [['customer', [{'email': 'jane.doe@example.com'}]]]}]}
        """
        return {"calls": self._calls(things)}

    def tell(self, *things: Thing | None) -> Markup:
        """The same as an element, for a part of a page that is fetched (htmx, Turbo); nothing where all are ``None``.

        It is data, and needs no nonce: the page's `visitor_script` finds it, and tells Nosto once.

        >>> print(Tagger().tell(Customer(email="jane.doe@example.com")))  # doctest: +NORMALIZE_WHITESPACE
        <script type="application/json"
        data-nosto-tell="">{"calls":[{"steps":[["customer",[{"email":"jane.doe@example.com"}]]]}]}</script>
        """
        calls = self._calls(things)
        return _markup(telling.data_element(calls)) if calls else NOTHING

    def visitor_script(self, *, nonce: Nonce | None = None) -> Markup:
        """The script of ours that tells Nosto of an answer, ``nostoTagging.tell(answer)``, for a page with logins.

        It also takes ``document``'s event ``nosto:tell``, whose ``detail`` is the answer, and finds the elements that
        `tell` makes, whatever brings them into the page. The same text for every visitor.
        """
        return self._script(telling.visitor_inline(), nonce)

    def deferred(self, *, url: str | None = None, nonce: Nonce | None = None) -> Markup:
        """A script that asks for the current visitor's tagging and tells Nosto, for pages that a cache may keep.

        The text is the same for every visitor. `url` is the path of the endpoint that answers, the settings'
        ``visitor_url`` unless given, which the framework modules have.

        Raises `InvalidSettings` for what is no path of this site.
        """
        try:
            path = self.visitor_url() if url is None else Settings(visitor_url=url).visitor_url
            return self._script(f'{telling.visitor_inline()}\nnostoTagging.ask("{js_string(path)}")', nonce)
        except Exception as error:
            return self.left_out(error)

    def _script(self, source: str, nonce: Nonce | None) -> Markup:
        try:
            if not self.settings.enabled:
                return NOTHING
            return _markup(scripts.script([source], self._nonce(nonce)))
        except Exception as error:
            return self.left_out(error)

    def pushed(self, *, nonce: Nonce | None = None) -> Markup:
        """What was recorded for the next page, printed once; only where a framework module keeps it."""
        del nonce
        return self.left_out(InvalidArgument("pushed()", "needs a session, which a framework module brings"))

    def model(self, kind: type[Model], given: object) -> Model | None:
        """A model as templates and loaders give it: one, a mapping of its fields, or ``None``.

        Raises `InvalidTagging` for a mapping that does not validate, `InvalidArgument` for anything else.
        """
        found = unproxied(given)
        if found is None or isinstance(found, kind):
            return found
        if isinstance(given, Mapping):
            return kind.model_validate(given)
        name = kind.__name__
        also = "; Customer.from_object() makes one from an object with attributes" if kind is Customer else ""
        raise InvalidArgument(
            name.lower(), f"must be {with_article(name)}, a mapping of its fields, or None, got {kind_of(given)}{also}"
        )

    def current(self, topic: str) -> TaggingModel | None:
        """The visitor's customer or cart, where something above knows it: the framework modules do.

        Raises `InvalidArgument`.
        """
        raise InvalidArgument(topic, f"must be given: this environment has no {topic} loader")

    def consents(self) -> bool:
        """Whether the current visitor agreed; so does everybody where the settings do not say whom to ask."""
        ask = self.settings.consent
        if ask is None:
            return True
        try:
            return self.asked(ask) is True
        except Exception as error:
            what = type(error).__name__
        logger.error("Nothing personal in %s: consent raised %s", self.place(), what)
        return False

    def loads(self, include: str) -> str:
        """`include`, which loads the client script, where the current visitor agreed to that; else nothing."""
        return include if self.consents() else ""

    def asked(self, function: Callable[..., Any]) -> Any:
        """What a function of the application's gives for the current visitor."""
        return function()

    def visitor_url(self) -> str:
        """The path of the endpoint that tells who the visitor is, as browsers see it."""
        return self.settings.visitor_url

    def personal(self, thing: Thing) -> Thing | None:
        """`thing`, which is one visitor's own, as it may be printed here; ``None`` where it may not."""
        return thing if self.consents() else thing.without_personal()

    def left_out(self, error: Exception) -> Markup:
        """What is printed in place of what failed: nothing, if the policy lets it be."""
        if self.raises():
            raise error
        # Its frames hold what the page was given, and an argument of a tag that failed holds it: a circle, which would
        # keep the visitor's data until the garbage collector comes by.
        error.__traceback__ = None
        # What others raise may quote the visitor's data. And the text goes into the record, not the error: some
        # handlers keep records, and an error keeps its traceback, with all that the page knew of the visitor.
        what = str(error) if isinstance(error, NostoTaggingError) else f"raised {type(error).__name__}"
        logger.error("Left out of %s: %s", self.place(), what)
        return NOTHING

    def place(self) -> str:
        """Where in the application something is asked for, for the log."""
        return asked_from()

    def raises(self) -> bool:
        """Whether the error policy is ``raise``."""
        return self.settings.errors == "raise"

    def _told(self, things: tuple[Thing | None, ...]) -> str:
        return ";".join(scripts.statements(self._allowed(things), self))

    def _calls(self, things: tuple[Thing | None, ...]) -> list[dict[str, Any]]:
        return telling.told(self._allowed(things), self)

    def _allowed(self, things: Iterable[Any]) -> list[Any]:
        """What the settings let be printed of `things`."""
        if not self.settings.enabled:
            return []
        if self._prints_all:
            return list(things)
        allowed: list[Any] = []
        for thing in things:
            try:
                allowed.append(self._one_allowed(unproxied(thing)))
            except Exception as error:
                self.left_out(error)
        return allowed

    def _one_allowed(self, thing: Any) -> Any:
        if not isinstance(thing, Thing):  # which is refused where it is printed
            return thing
        if isinstance(thing, Call) and type(thing) is not Call:  # behind a proxy, where another may stand by then
            thing = Call(*thing.steps)
        kept = thing.without_email() if self.settings.leave_out_email else thing
        return self.personal(kept) if kept is not None and kept.is_personal() else kept

    def _nonce(self, nonce: Nonce | None) -> str | None:
        return nonce_text(self.settings.nonce if nonce is None else nonce)


# https://html.spec.whatwg.org/#embedding-custom-non-visible-data, of ASCII
_ATTRIBUTE = re.compile(r"(data-[a-z][a-z0-9-]{0,60})=([A-Za-z0-9 .,:_-]{1,200})").fullmatch


def _data_attribute(given: object) -> dict[str, str]:
    found = _ATTRIBUTE(characters(given) or "")
    if found is None:
        message = (
            f"must be a data attribute and its value, such as 'data-cookieconsent=marketing', got {kind_of(given)}"
        )
        raise InvalidArgument("waits_for", message)
    return {found[1]: found[2]}


def asked_from() -> str:
    """The template, and its line, that is being rendered: the page rather than a file of macros of ours."""
    frame = inspect.currentframe()
    place = "Python"
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            place = f"{template.name or '<template>'}, line {template.get_corresponding_lineno(frame.f_lineno)}"
            if not place.startswith("nosto/"):
                break
        frame = frame.f_back
    return place


_default = Tagger()
block = _default.block
client_script = _default.client_script
placement = _default.placement
snippet = _default.snippet
statement = _default.statement
statement_attribute = _default.statement_attribute
