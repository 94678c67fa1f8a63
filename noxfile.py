"""The suite under every Python that this machine has, and with the oldest dependencies that are allowed."""

import os
from pathlib import Path

import nox

# Interpreters that pyenv keeps are not on the path by their names.
for folder in sorted(Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser().glob("versions/*/bin")):
    os.environ["PATH"] += f"{os.pathsep}{folder}"

nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_existing_virtualenvs = True

WITH_EXTRAS = ".[check,cli,django,fastapi,flask,litestar,mkdocs,pelican,quart,sanic,sphinx,starlette]"
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
SUITE = [
    "pytest",
    "-q",
    "--numprocesses=auto",
    "--doctest-modules",
    "--pyargs",
    "nosto_tagging",
    "tests",
    "--ignore=tests/browser",
    "--ignore=tests/safety",
    "--ignore=tests/shop_walk",  # an application in a browser, which one Python shows
    "--ignore=tests/docs_site",  # the site is the same under every Python
    "--ignore=tests/nosto",  # where Node and TypeScript look at scripts, which are the same under every Python
]
TOOLS = [
    "babel",
    "build",
    "cryptography",
    "dask[distributed]",
    "django-csp",
    "flask-caching",
    "flask-login",
    "flask-talisman",
    "frozen-flask",
    "hatchling",
    "httpx2",
    "hypothesis",
    "iso4217",
    "markdown-it-py",
    "markdown",
    "mini-racer",
    "mkdocs-macros-plugin",
    "pyarrow",
    "pytest",
    "pytest-xdist",
    "sanic-testing",
    "secure",
    "uvicorn",
    "waitress",
]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The newest dependencies."""
    session.install(WITH_EXTRAS, *TOOLS, "--constraint=constraints.txt")
    session.run(*SUITE, *session.posargs)


@nox.session(python="3.11")
def oldest(session: nox.Session) -> None:
    """The oldest dependencies that pyproject.toml allows."""
    session.install(
        WITH_EXTRAS,
        *TOOLS,
        "jinja2==3.1.5",
        "markupsafe==2.1.1",
        "pydantic==2.11.0",
        "django==5.2",
        "flask==3.0.0",
        "click==8.2.0",
        "rich==14.3.0",
        "selectolax==1.0.2",
        "tree-sitter==0.25.0",
        "tree-sitter-javascript==0.25.0",
        "mkdocs==1.6.0",
        "mkdocs-macros-plugin==1.3.7",
        "pelican==4.11.0",
        "sphinx==7.2.0",
        "frozen-flask==1.0.0",
        "starlette==0.40.0",
        "fastapi==0.115.3",
        "quart==0.19.3",
        "litestar==2.15.0",
        "sanic==23.12.0",
        "sanic-ext==23.12.0",
        "sanic-testing==23.12.0",
        "websockets==10.4",  # of whose later releases old Sanic reads what is deprecated
        "anyio==4.6.0",  # whose later releases old Starlette's test client warns of
        "httpx==0.27.2",  # of which it takes no later one
    )
    session.run(*SUITE, *session.posargs)
