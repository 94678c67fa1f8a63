"""The three engines, all from Debian's packages, each behind the same two verbs: `open` a page, `ask` it something."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest

__all__ = ["ENGINES", "Engine", "absent", "chromium", "engine"]

# The last one has every name but the machine's own lead nowhere: what is tried here asks nobody for anything.
_CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
_FIREFOX_PREFERENCES = {
    # A proxy that is not there, for every name but the machine's own.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
    "network.proxy.allow_hijacking_localhost": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
_PATIENCE = 60


class Engine(NamedTuple):
    """A running browser with one page.

    ``ask`` takes a JavaScript expression, waits for what it promises, and gives the text that it resolves to.
    """

    name: str
    version: str
    open: Callable[[str], None]
    ask: Callable[[str], str]


def absent(reason: str) -> None:
    """Something to try it in is not there: a failure where everything is asked for, a skip with its reason elsewhere."""
    if os.environ.get("NOSTO_TAGGING_STRICT") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def engine(name: str) -> Iterator[Engine]:
    """The engine of that name, started and in the end stopped."""
    with ExitStack() as stack:
        yield ENGINES[name](stack)


def chromium(stack: ExitStack, *, back_forward_cache: bool = False) -> Any:
    """Chromium as Playwright has it, until `stack` is closed; if wanted, with the cache of the Back button."""
    program = shutil.which("chromium")
    if program is None:
        absent("Chromium is absent: install chromium")
    from playwright.sync_api import sync_playwright

    playwright = stack.enter_context(sync_playwright())
    without = ["--disable-back-forward-cache"] if back_forward_cache else []
    browser = playwright.chromium.launch(executable_path=program, args=_CHROMIUM_ARGUMENTS, ignore_default_args=without)
    stack.callback(browser.close)
    return browser


def _chromium(stack: ExitStack) -> Engine:
    browser = chromium(stack)
    page = browser.new_page()

    def opened(url: str) -> None:
        page.goto(url, wait_until="load")

    def ask(expression: str) -> str:
        return str(page.evaluate(f"async () => ({expression})"))

    return Engine("chromium", browser.version, opened, ask)


def _firefox(stack: ExitStack) -> Engine:
    """Over WebDriver BiDi, which it speaks by itself: https://w3c.github.io/webdriver-bidi/."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        absent("Firefox is absent: install firefox-esr")
    from websockets.sync.client import connect

    profile = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _FIREFOX_PREFERENCES.items()]
    profile.joinpath("user.js").write_text("\n".join(lines))
    # Into a file: a pipe that nobody reads any more would be full one day, and the browser would wait.
    told = profile / "told.txt"
    with told.open("w") as errors:
        process = stack.enter_context(
            subprocess.Popen(
                [str(program), "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"],
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=os.environ | {"MOZ_CRASHREPORTER_DISABLE": "1"},
            )
        )
    stack.callback(process.terminate)
    address = None
    for _ in range(10 * _PATIENCE):
        address = re.search(r"BiDi listening on (ws://\S+)\n", told.read_text())
        if address:
            break
        time.sleep(0.1)
    assert address, told.read_text()
    # Pings of its own thread would take from the random numbers that Hypothesis keeps an eye on.
    socket = stack.enter_context(connect(f"{address[1]}/session", max_size=None, ping_interval=None))
    numbers = iter(range(1, 10**9))

    def send(method: str, **parameters: Any) -> Any:
        number = next(numbers)
        socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (answer := json.loads(socket.recv(_PATIENCE))).get("id") != number:
            pass  # an event
        assert answer["type"] == "success", answer
        return answer["result"]

    version = send("session.new", capabilities={})["capabilities"]["browserVersion"]
    context = send("browsingContext.getTree")["contexts"][0]["context"]

    def opened(url: str) -> None:
        send("browsingContext.navigate", context=context, url=url, wait="complete")

    def ask(expression: str) -> str:
        found = send(
            "script.evaluate",
            expression=f"(async () => ({expression}))()",
            target={"context": context},
            awaitPromise=True,
        )
        assert found["type"] == "success", found
        return str(found["result"]["value"])

    return Engine("firefox", version, opened, ask)


def _webkit(stack: ExitStack) -> Engine:
    driver = shutil.which("WebKitWebDriver")
    browsers = sorted(Path("/usr").glob("lib*/*/webkit2gtk-4*/MiniBrowser"))
    if driver is None or not browsers:
        absent("WebKitGTK is absent: install webkit2gtk-driver")
    screen = shutil.which("Xvfb")
    if screen is None:
        absent("Xvfb is absent, which WebKitGTK needs for a screen: install xvfb")
    from selenium.webdriver import WebKitGTK
    from selenium.webdriver.webkitgtk.options import Options
    from selenium.webdriver.webkitgtk.service import Service

    display, told = os.pipe()
    stack.callback(os.close, display)
    xvfb = stack.enter_context(
        subprocess.Popen(
            [str(screen), "-displayfd", str(told), "-screen", "0", "1024x768x24", "-nolisten", "tcp"],
            pass_fds=[told],
            stderr=subprocess.DEVNULL,
        )
    )
    stack.callback(xvfb.terminate)
    os.close(told)
    with os.fdopen(os.dup(display)) as numbers:
        number = numbers.readline().strip()
    options = Options()
    options.binary_location = str(browsers[0])
    options.add_argument("--automation")
    service = Service(
        str(driver),
        # Its sandbox does not start as root, as which CI runs; and no name but the machine's own leads anywhere.
        env=os.environ
        | {
            "DISPLAY": f":{number}",
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
            "http_proxy": "http://127.0.0.1:9",
            "https_proxy": "http://127.0.0.1:9",
            "no_proxy": "127.0.0.1",
        },
    )
    with warnings.catch_warnings():
        # Selenium's own, of one of its modules to another.
        warnings.simplefilter("ignore", DeprecationWarning)
        browser = WebKitGTK(options=options, service=service)
    stack.callback(browser.quit)
    browser.set_script_timeout(_PATIENCE)
    browser.set_page_load_timeout(_PATIENCE)

    def ask(expression: str) -> str:
        script = "const done = arguments[0]; (async () => (%s))().then(done, (error) => done(`threw ${error}`));"
        return str(browser.execute_async_script(script % expression))

    return Engine("webkit", str(browser.capabilities["browserVersion"]), browser.get, ask)


Starter: TypeAlias = Callable[[ExitStack], Engine]
ENGINES: dict[str, Starter] = {"chromium": _chromium, "firefox": _firefox, "webkit": _webkit}
