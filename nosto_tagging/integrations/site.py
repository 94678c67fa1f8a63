"""What all frameworks share: a `Tagger` that knows the current visit, and the object that an application holds."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeAlias, TypeVar, cast
from weakref import WeakSet

from markupsafe import Markup

from nosto_tagging.api.chain import Call
from nosto_tagging.errors import InvalidArgument, PublicResponse
from nosto_tagging.integrations import pushed
from nosto_tagging.integrations.caching import LOOKED_AT, closed, kept_by, private, public, with_cookie
from nosto_tagging.integrations.visits import Session, Visit, visits
from nosto_tagging.markup.tagger import NOTHING, Tagger, Thing, logger
from nosto_tagging.models.cart import Cart
from nosto_tagging.models.customer import Customer
from nosto_tagging.models.order import Order
from nosto_tagging.models.tagging import TaggingModel, unproxied
from nosto_tagging.settings import Nonce, Settings, named, nonce_text

__all__ = ["Site", "SiteTagger"]

Loader = TypeVar("Loader", bound=Callable[..., Any])
Printed = TypeVar("Printed")
Headers: TypeAlias = dict[str, str]

_MODELS: dict[str, type[TaggingModel]] = {"customer": Customer, "cart": Cart, "order": Order}
_WHO = {
    "customer": "who the visitor is",
    "cart": "what is in the cart",
    "order": "which order a number stands for",
}


class SiteTagger(Tagger):
    """The verbs in an application: what is a visitor's own is kept out of what others may get."""

    looks: ClassVar[bool] = True
    gives_request: ClassVar[bool] = True
    """Whether loaders, and the callables of the settings, take the framework's request."""

    def __init__(self, settings: Settings, *, debug: Callable[[], bool], by_policy: bool) -> None:
        super().__init__(settings)
        self._has_nonce = True
        self._debug = debug
        self._by_policy = by_policy
        self._loaders: dict[str, Callable[..., Any]] = {}

    @property
    def loaders(self) -> dict[str, Callable[..., Any]]:
        """The functions that know the visitor, by topic."""
        return self._loaders

    # The visit ----------------------------------------------------------------------------------------------------

    def visit(self) -> Visit | None:
        """The request that is being answered; ``None`` outside of one, as in a mail."""
        held = visits.get()
        if not held:
            return None
        # Where two applications share their templates, the one whose page it is settles what the other's tagger prints.
        return held.get(id(self)) or [*held.values()][-1]

    def asked(self, function: Callable[..., Any], *given: Any) -> Any:
        visit = self.visit()
        if visit is None and self.gives_request:
            raise InvalidArgument("request", "must be there for functions that take it; none is being answered here")
        found = self._ask(function, visit, *given)
        if inspect.isawaitable(found):
            if inspect.iscoroutine(found):
                found.close()
            raise InvalidArgument("async", "functions are asked before the view, and only where there is a request")
        return found

    def raises(self) -> bool:
        # Asked when something is wrong: tests may change their mind after the tagging was set up.
        return super().raises() if self._by_policy else self._debug()

    def current(self, topic: str) -> TaggingModel | None:
        return self._loaded(topic)

    def _loaded(self, topic: str, *key: str) -> TaggingModel | None:
        loader = self.loaders.get(topic)
        if loader is None:
            raise InvalidArgument(topic, f"must be given: no @nosto.{topic}_loader says {_WHO[topic]}")
        visit = self.visit()
        known = (topic, "".join(key))
        if visit is not None and not self.consents():
            return None
        if visit is not None and known in visit.loaded:
            found = visit.loaded[known]
            if isinstance(found, Exception):
                raise found
            return found
        return self.model(_MODELS[topic], self.asked(loader, *key))

    async def prepare(self, visit: Visit) -> None:
        """Ask the async functions, each once, whose answers the page then finds in `visit`."""
        await self.prepare_consent(visit)
        if visit.consented is False:
            return
        wanted = [("customer", ""), ("cart", "")]
        if is_async(self.loaders.get("order")):
            things = [pushed.reference(kept) for kept in await self.waiting(visit)]
            wanted += [thing for thing in things if thing is not None and thing.topic == "order"]
        for topic, key in wanted:
            loader = self.loaders.get(topic)
            if loader is None or not is_async(loader) or (topic, key) in visit.loaded:
                continue
            try:
                given = await self._ask(loader, visit, *([key] if key else []))
                visit.loaded[topic, key] = self.model(_MODELS[topic], given)
            except Exception as error:
                # Of the tag that wants it, if one does. The frames of its traceback hold the visit that it is kept in.
                visit.loaded[topic, key] = error if self.raises() else error.with_traceback(None)

    async def prepare_consent(self, visit: Visit) -> None:
        """Ask an async `consent`, once."""
        consent = self.settings.consent
        if consent is None or not is_async(consent) or visit.consented is not None:
            return
        visit.consented = False  # whatever goes wrong
        try:
            visit.consented = await self._ask(consent, visit) is True
        except Exception as error:
            what = type(error).__name__
            logger.error("Nothing personal: consent raised %s", what)

    async def waiting(self, visit: Visit) -> list[Any]:
        """What was pushed, left where it is."""
        session = visit.session
        return [] if session is None else pushed.waiting(session)

    def _ask(self, function: Callable[..., Any], visit: Visit | None, *given: Any) -> Any:
        return function(visit.request, *given) if visit is not None and self.gives_request else function(*given)

    # What may be printed ------------------------------------------------------------------------------------------

    def consents(self) -> bool:
        visit = self.visit()
        if visit is None:
            return super().consents()
        if visit.consented is None:
            visit.consented = super().consents()
        return visit.consented

    def personal(self, thing: Thing) -> Thing | None:
        kept = super().personal(thing)
        visit = self.visit()
        if kept is None or visit is None or not kept.is_personal():
            return kept
        if not self._may_print(visit):
            return kept.without_personal()
        visit.touch()
        return kept if visit.hcid is None else kept.with_hcid(visit.hcid)

    def loads(self, include: str) -> str:
        kept = super().loads(include)
        visit = self.visit()
        if not kept or visit is None or self.settings.consent is None:
            return kept
        # That this visitor agreed is their own, too: a page that others get would load it for those who did not.
        if not self._may_print(visit):
            return ""
        visit.touch()
        visit.printed.append(kept)
        return kept

    def _may_print(self, visit: Visit) -> bool:
        if visit.sent:
            logger.error(
                "Left out of %s: a visitor's own tagging, after the response's headers were sent; print it before, "
                "or print {%% nosto_deferred %%}",
                self.place(),
            )
            return False
        keeper = self.keeper(visit)
        if keeper is not None:
            self.left_out(PublicResponse(keeper))
        return keeper is None

    def keeper(self, visit: Visit) -> str | None:  # noqa: ARG002 - for frameworks that look at it
        """Who keeps what is being rendered now, to give it to others; ``None`` for nobody."""
        return kept_by()

    def visitor_url(self) -> str:
        visit = self.visit()
        # Behind a proxy that lets X-Forwarded-Prefix through, any visitor says what it is: a page that a cache keeps
        # would have all others ask "//theirs.example". Browsers drop tabs and line ends.
        root = "" if visit is None else visit.root.lstrip("/\\\t\r\n")
        return f"/{root}{self.settings.visitor_url}" if root else self.settings.visitor_url

    def framework_nonce(self) -> object:
        """The nonce that the framework's own people use, where the settings have none."""
        return None

    def _nonce(self, nonce: Nonce | None) -> str | None:
        if nonce is not None:
            return nonce_text(nonce)
        ask = self.settings.nonce
        if ask is None:
            return nonce_text(self.framework_nonce())
        return nonce_text(self.asked(ask) if callable(ask) else ask)

    # The verbs, which note what they print of the visitor's own ----------------------------------------------------

    def block(self, thing: TaggingModel | None) -> Markup:
        return self._noted(lambda: super(SiteTagger, self).block(thing))

    def snippet(self, *things: Thing | None, nonce: Nonce | None = None) -> Markup:
        return self._noted(lambda: super(SiteTagger, self).snippet(*things, nonce=nonce))

    def statement(self, *things: Thing | None) -> Markup:
        return self._noted(lambda: super(SiteTagger, self).statement(*things))

    def statement_attribute(self, *things: Thing | None) -> Markup:
        return self._noted(lambda: super(SiteTagger, self).statement_attribute(*things))

    def tell(self, *things: Thing | None) -> Markup:
        return self._noted(lambda: super(SiteTagger, self).tell(*things))

    def payload(self, *things: Thing | None) -> dict[str, Any]:
        return self._noted(lambda: super(SiteTagger, self).payload(*things))

    def _noted(self, verb: Callable[[], Printed]) -> Printed:
        visit = self.visit()
        if visit is None:
            return verb()
        before = visit.mark
        printed = verb()
        if visit.mark is not before:
            if isinstance(printed, str):
                visit.printed.append(str(printed))
            else:
                visit.loose = True
        return printed

    # The next page ------------------------------------------------------------------------------------------------

    def push(self, thing: Thing | None) -> None:
        """Keep `thing` for the visitor's next page, which prints it where it has ``{% nosto_pushed %}``."""
        visit, session = self._session("push()")
        found = unproxied(thing)
        if found is None:
            return
        try:
            if visit.sent:
                raise InvalidArgument("push()", "comes after the response's headers, with which the session was saved")
            pushed.add(session, cast("Thing", found), on_server=self.settings.session_on_server)
        except Exception as error:
            self.left_out(error)

    def pushed(self, *, nonce: Nonce | None = None) -> Markup:
        if not self.settings.enabled:
            return NOTHING
        try:
            visit, session = self._session("pushed()")
            # The answer to a HEAD is thrown away, and what it held would be gone.
            if visit.request.method == "HEAD" or not pushed.waiting(session) or not self._may_print(visit):
                return NOTHING
            return self._noted(lambda: super(SiteTagger, self).snippet(*self.taken(visit, session), nonce=nonce))
        except Exception as error:
            return self.left_out(error)

    def taken(self, visit: Visit, session: Session) -> list[Thing]:
        """What was pushed, which nobody gets any more, and what references stand for."""
        found: list[Thing] = []
        for kept in pushed.taken(session):
            visit.touch()  # even what is no personal data is for this visitor alone
            try:
                thing = pushed.restored(kept)
                if isinstance(thing, pushed.Reference):
                    loaded = self._loaded(thing.topic, *([thing.key] if thing.key else []))
                    found += [] if loaded is None else [loaded]
                else:
                    found.append(thing)
            except Exception as error:
                self.left_out(error)
        return found

    def _session(self, argument: str) -> tuple[Visit, Session]:
        visit = self.visit()
        session = None if visit is None else visit.session
        if visit is None or session is None:
            raise InvalidArgument(argument, "needs a request with the framework's session")
        return visit, session

    # The response -------------------------------------------------------------------------------------------------

    def settle(
        self, visit: Visit, header: Callable[[str], str | None], body: bytes | None
    ) -> tuple[Headers, bytes | None]:
        """The headers that the response of `visit` has to have, and its body if that has to be another.

        `header` gives those that it has, `body` is ``None`` where it is not known as a whole.

        Raises `PublicResponse` where the error policy is to raise.
        """
        visit.sent = True
        if not visit.touched:
            return {}, None
        vary = {"Vary": with_cookie(header("Vary"))}
        keeper = public({name: header(name) for name in LOOKED_AT})
        if keeper is None:
            return {"Cache-Control": private(header("Cache-Control")), **vary}, None
        self.left_out(PublicResponse(f"its {keeper} header"))
        left = None if body is None or visit.loose else _without(body, visit.printed)
        if left is not None:
            visit.touched = False
            return {}, left
        # It is in there somewhere: then nobody keeps the page.
        said = {name: closed(name) for name in LOOKED_AT if header(name) is not None}
        return {**said, "Cache-Control": "private, no-store", **vary}, None


def _without(body: bytes, printed: list[str]) -> bytes | None:
    """`body` without these pieces; ``None`` where one of them is not in there as often as it was printed.

    Then something was made of it, and is in there as that.
    """
    pieces = Counter(map(str.encode, printed))
    # The longest first: a statement stands in its snippet, too.
    for piece in sorted(filter(None, pieces), key=len, reverse=True):
        if body.count(piece) < pieces[piece]:
            return None
        body = body.replace(piece, b"")
    return body


def is_async(function: object) -> bool:
    """Whether a call of `function` has to be awaited."""
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004 - an object that is called, too


class Site:
    """What a framework module's ``Nosto`` is: the loaders, and the verbs for views."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._loaders: dict[str, Callable[..., Any]] = {}
        # The apps that the next loaders are for, too; `_closed` when there is one and the next app begins anew.
        self._taggers: WeakSet[SiteTagger] = WeakSet()
        self._closed = False

    def _made(self, kind: type[SiteTagger], config: Mapping[str, Any], debug: Callable[[], bool]) -> SiteTagger:
        """The tagger of one more application. Raises `InvalidSettings`."""
        chosen = {**named(config), **self._options}
        tagger = kind(Settings(**chosen), debug=debug, by_policy="errors" in chosen)
        tagger.loaders.update(self._loaders)
        if self._closed:
            self._taggers, self._closed = WeakSet(), False
        self._taggers.add(tagger)
        return tagger

    def customer_loader(self, loader: Loader) -> Loader:
        """Have `loader` say who the visitor is: a `Customer`, a mapping of its fields, or ``None`` for nobody.

        ``{% nosto_customer %}`` and ``{% nosto_customer_snippet %}`` with nothing after them ask it.

        Where one object serves several applications, a loader is for those to come and for those that were put in
        since the last loader was declared: a factory that declares its own for each application gives each its own.
        """
        return self._declared("customer", loader)

    def cart_loader(self, loader: Loader) -> Loader:
        """Have `loader` say what is in the cart: a `Cart`, a mapping of its fields, or ``None`` for not known."""
        return self._declared("cart", loader)

    def order_loader(self, loader: Loader) -> Loader:
        """Have `loader` find the order that `push` kept by its number: an `Order`, a mapping of its fields, or nothing.

        The number comes out of the visitor's session, which they may have kept from an earlier day: give an order only
        to whom it belongs.
        """
        return self._declared("order", loader)

    def _declared(self, topic: str, loader: Loader) -> Loader:
        self._loaders[topic] = loader
        self._closed = True
        for tagger in self._taggers:
            tagger.loaders[topic] = loader
        return loader

    @property
    def tagger(self) -> SiteTagger:
        """The verbs under the current application's settings, for views."""
        raise NotImplementedError

    def push(self, thing: Thing | None) -> None:
        """Keep a model or a call for the visitor's next page, which prints it, once, at ``{% nosto_pushed %}``.

        It is kept in the framework's session. Of a `Customer`, a `Cart` and an `Order` only a reference is, which the
        loaders resolve then, unless the setting ``session_on_server`` says that no visitor carries the session.

        Raises `InvalidArgument` outside of a request and without a session; what cannot be kept (a call with
        JavaScript in it, more than 20 things) raises it by the error policy.
        """
        self.tagger.push(thing)

    def payload(self, *things: TaggingModel | Call | None) -> dict[str, Any]:
        """What a fetch is answered, as data for JSON, for `Tagger.visitor_script` to tell Nosto.

        The response is marked as this visitor's own.
        """
        return self.tagger.payload(*things)
