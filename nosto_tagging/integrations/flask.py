"""Flask: `Nosto`, the extension object, with the settings from ``app.config`` and a customer loader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar
from weakref import WeakSet

from nosto_tagging.errors import InvalidArgument, MissingExtra

try:
    from flask import Flask, current_app
except ImportError:
    raise MissingExtra("nosto_tagging.integrations.flask", "flask") from None

from nosto_tagging.jinja import attach
from nosto_tagging.markup.tagger import Tagger
from nosto_tagging.models.customer import Customer
from nosto_tagging.settings import Settings, named

__all__ = ["Nosto"]

CustomerLoader: TypeAlias = Callable[[], Customer | Mapping[str, Any] | None]
Loader = TypeVar("Loader", bound=CustomerLoader)


class Nosto:
    """Nosto's tagging in a Flask application: ``Nosto(app)``, or ``Nosto()`` and `init_app` later.

    Adds the tags, globals and macros to the application's templates; its own files under ``templates/nosto/``
    go before the bundled ones. Settings come from `options`, else from the configuration (``NOSTO_ACCOUNT_ID``,
    ``NOSTO_HOST``, ``NOSTO_ENABLED``, ``NOSTO_NONCE``, ``NOSTO_ERRORS``, ``NOSTO_LEAVE_OUT_EMAIL``), as they are
    when `init_app` is called. Where ``errors`` is not set, what is wrong raises under debug and testing, and is
    logged and left out of the page otherwise.

    Raises `InvalidSettings`.

    >>> app = Flask("shop")
    >>> nosto = Nosto(app)
    >>> @nosto.customer_loader
    ... def visitor():
    ...     return Customer(email="jane.doe@example.com")
    >>> from flask import render_template_string
    >>> with app.test_request_context():
    ...     print(render_template_string("{% nosto_customer_snippet %}"))
    <script>nostojs(api => api.customer({"email":"jane.doe@example.com"}))</script>
    """

    def __init__(self, app: Flask | None = None, **options: Any) -> None:
        self._options = options
        self._loader: CustomerLoader | None = None
        # The apps that the next loader is for, too; `_closed` when that one is there and the next app begins anew.
        self._apps: WeakSet[_FlaskTagger] = WeakSet()
        self._closed = False
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Put the tagging into `app`. Reads ``app.jinja_env``, so set ``app.jinja_options`` before.

        Raises `InvalidSettings`.
        """
        chosen = {**named(app.config), **self._options}
        tagger = _FlaskTagger(Settings(**chosen), app, self._loader, by_policy="errors" in chosen)
        attach(app.jinja_env, tagger)
        app.extensions["nosto_tagging"] = tagger
        if self._closed:
            self._apps, self._closed = WeakSet(), False
        self._apps.add(tagger)

    def customer_loader(self, loader: Loader) -> Loader:
        """Have `loader` say who the visitor is: a `Customer`, a mapping of its fields, or ``None`` for nobody.

        ``{% nosto_customer %}`` and ``{% nosto_customer_snippet %}`` with nothing after them ask it.

        Where one object serves several applications, a loader is for those to come and for those that were put in
        since the last loader was declared: a factory that declares one for each application gives each its own.
        """
        self._loader, self._closed = loader, True
        for tagger in self._apps:
            tagger.loader = loader
        return loader

    @property
    def tagger(self) -> Tagger:
        """The verbs under the current application's settings, for views."""
        tagger: Tagger = current_app.extensions["nosto_tagging"]
        return tagger


class _FlaskTagger(Tagger):
    def __init__(self, settings: Settings, app: Flask, loader: CustomerLoader | None, *, by_policy: bool) -> None:
        super().__init__(settings)
        self._app = app
        self.loader = loader
        self._by_policy = by_policy

    def raises(self) -> bool:
        if self._by_policy:
            return super().raises()
        # Asked when something is wrong: tests set app.testing after the extension is there.
        return self._app.debug or self._app.testing

    def current_customer(self) -> Customer | None:
        loader = self.loader
        if loader is None:
            raise InvalidArgument("customer", "must be given: no @nosto.customer_loader says who the visitor is")
        return self.model(Customer, loader())
