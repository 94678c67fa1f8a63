"""FastAPI: what its people do beside Starlette's, dependencies, routers, models, schemas."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from typing import Any

import pytest

if importlib.util.find_spec("fastapi") is None and not os.environ.get("NOSTO_TAGGING_STRICT"):
    pytest.skip("FastAPI is not installed", allow_module_level=True)

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request, WebSocket
from fastapi.responses import HTMLResponse, PlainTextResponse
from fastapi.templating import Jinja2Templates
from fastapi.testclient import TestClient
from jinja2 import DictLoader, Environment
from pydantic import BaseModel

from nosto_tagging import Customer, Settings, Tagger, block
from nosto_tagging.errors import MissingExtra
from nosto_tagging.integrations.fastapi import Nosto
from nosto_tagging.integrations.starlette import Nosto as StarlettesNosto

PRIVATE = "private, no-cache"


def templates(source: str) -> Jinja2Templates:
    return Jinja2Templates(env=Environment(loader=DictLoader({"page.html": source}), autoescape=True))


def who(reference: str) -> Customer:
    return Customer(customer_reference=reference)


def test_it_is_starlettes() -> None:
    assert issubclass(Nosto, StarlettesNosto)


def test_a_plain_loader_sees_what_dependencies_found() -> None:
    app = FastAPI(debug=True)
    shown = templates("{% nosto_customer %}")
    nosto = Nosto(app, shown)
    nosto.customer_loader(lambda request: who(request.state.user))

    async def user(request: Request, name: str) -> None:
        request.state.user = name

    @app.get("/", dependencies=[Depends(user)])
    def index(request: Request) -> HTMLResponse:
        return shown.TemplateResponse(request, "page.html")

    client = TestClient(app)
    for name in ("jane", "john"):
        answer = client.get("/", params={"name": name})
        assert (answer.text, answer.headers["Cache-Control"]) == (block(who(name)), PRIVATE)


def test_an_async_loader_sees_what_middlewares_found() -> None:
    app = FastAPI(debug=True)
    shown = templates("{% nosto_customer %}")
    nosto = Nosto(app, shown)

    @nosto.customer_loader
    async def visitor(request: Request) -> Customer:
        return who(request.state.user)

    @app.middleware("http")
    async def login(request: Request, call_next: Any) -> Any:
        request.state.user = "7"
        return await call_next(request)

    @app.get("/")
    async def index(request: Request) -> HTMLResponse:
        return shown.TemplateResponse(request, "page.html")

    answer = TestClient(app).get("/")
    assert (answer.text, answer.headers["Cache-Control"]) == (block(who("7")), PRIVATE)


class Answer(BaseModel):
    """What a login is answered."""

    name: str
    nosto: dict[str, Any]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_router_of_another_module_answers_a_login(*, asynchronous: bool) -> None:
    nosto = Nosto(account_id="shop")  # in a module that both import
    router = APIRouter(prefix="/account")

    def login() -> Answer:
        return Answer(name="Jane", nosto=nosto.payload(who("7")))

    async def login_later() -> Answer:
        return login()

    router.post("/login", response_model=Answer)(login_later if asynchronous else login)
    app = FastAPI()
    app.include_router(router)
    nosto.init_app(app)
    answer = TestClient(app).post("/account/login")
    assert answer.json() == {"name": "Jane", "nosto": Tagger().payload(who("7"))}
    assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == (PRIVATE, "Cookie")


def test_the_endpoint_is_not_in_the_schema() -> None:
    app = FastAPI()
    before = app.openapi()["paths"]
    app.openapi_schema = None
    Nosto(app)
    assert app.openapi()["paths"] == before == {}


def test_the_endpoint_goes_before_a_route_that_takes_every_path() -> None:
    app = FastAPI()

    @app.get("/{path:path}")
    def page(path: str) -> str:
        return path

    Nosto(app).customer_loader(lambda _: who("7"))
    client = TestClient(app)
    assert client.get("/nosto/visitor").json() == Tagger().payload(who("7"))
    assert client.get("/other").json() == "other"


def test_the_address_of_the_endpoint_has_the_servers_root_path() -> None:
    app = FastAPI()
    shown = templates("{% nosto_deferred %}")
    Nosto(app, shown)

    @app.get("/")
    def index(request: Request) -> HTMLResponse:
        return shown.TemplateResponse(request, "page.html")

    assert (
        TestClient(app, root_path="/shop").get("/").text
        == Tagger(Settings(visitor_url="/shop/nosto/visitor")).deferred()
    )


def test_errors_and_tasks_are_answered_as_ever() -> None:
    done: list[str] = []

    def made(*, tagged: bool) -> list[Any]:
        app = FastAPI()
        if tagged:
            Nosto(app)

        @app.get("/gone")
        def gone() -> None:
            raise HTTPException(410, "gone", headers={"X-Own": "1"})

        @app.get("/number/{number}")
        def number(number: int, tasks: BackgroundTasks) -> int:
            tasks.add_task(done.append, str(number))
            return number

        @app.get("/fails")
        def fails() -> None:
            raise LookupError

        @app.exception_handler(LookupError)
        def missing(_: Request, error: LookupError) -> PlainTextResponse:
            return PlainTextResponse(type(error).__name__, 404)

        @app.websocket("/talk")
        async def talk(socket: WebSocket) -> None:
            await socket.accept()
            await socket.send_json(await socket.receive_json())
            await socket.close()

        client = TestClient(app)
        answers: list[Any] = [client.get(path) for path in ("/gone", "/number/7", "/number/x", "/fails", "/nowhere")]
        with client.websocket_connect("/talk") as socket:
            socket.send_json({"told": True})
            heard = socket.receive_json()
        return [heard, *[(each.status_code, each.text, each.headers) for each in answers]]

    assert made(tagged=True) == made(tagged=False)
    assert done == ["7", "7"]


def test_without_fastapi_a_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastapi", None)
    monkeypatch.delitem(sys.modules, "nosto_tagging.integrations.fastapi")
    with pytest.raises(MissingExtra) as caught:
        importlib.import_module("nosto_tagging.integrations.fastapi")
    assert str(caught.value) == (
        "nosto_tagging.integrations.fastapi needs the 'fastapi' extra: install nosto-tagging[fastapi]"
    )
    assert caught.value.__suppress_context__
