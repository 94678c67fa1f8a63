"""FastAPI: `Nosto` and `NostoPanelMiddleware`, which are Starlette's."""

from __future__ import annotations

from nosto_tagging.errors import MissingExtra

try:
    import fastapi as _fastapi
except ImportError:
    raise MissingExtra("nosto_tagging.integrations.fastapi", "fastapi") from None

from nosto_tagging.integrations import starlette
from nosto_tagging.integrations.panel import NostoPanelMiddleware

__all__ = ["Nosto", "NostoPanelMiddleware"]

del _fastapi


class Nosto(starlette.Nosto):
    """Nosto's tagging in a FastAPI application: ``Nosto(app, templates)``, or ``Nosto()`` and `init_app` later.

    All of it is Starlette's, which see. Settings that are an object of pydantic-settings go in by name
    (``account_id=settings.nosto_account_id``), those of the environment as ``config=os.environ``.

    Loaders take the request, and have no dependencies injected. One that is a plain function is asked while the page
    is rendered, when dependencies have left in ``request.state`` what they found; an async one before they are called.
    """
