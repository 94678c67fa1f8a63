"""Every leaf: its base, its message, the data it carries, and the way through a pickle."""

from __future__ import annotations

import copy
import pickle

import pytest

from nosto_tagging import errors
from nosto_tagging.errors import (
    InvalidArgument,
    InvalidRecord,
    InvalidSettings,
    InvalidTagging,
    MissingExtra,
    MissingTemplate,
    NostoTaggingError,
    Problem,
    PublicPage,
    PublicResponse,
    TemplateFailed,
    UndefinedName,
    UnreadableData,
)

LEAVES = [
    pytest.param(
        InvalidTagging("Customer", (Problem("email", "must be text, got int"),)),
        "Customer.email must be text, got int",
        {"model": "Customer", "problems": (Problem("email", "must be text, got int"),)},
        id="one field",
    ),
    pytest.param(
        InvalidTagging("Customer", (Problem("email", "is bad"), Problem("", "lacks something"))),
        "Customer.email is bad; Customer lacks something",
        {"model": "Customer", "problems": (("email", "is bad"), ("", "lacks something"))},
        id="a field and the whole",
    ),
    pytest.param(
        InvalidSettings("Settings", (Problem("host", "must be 'production' or 'staging', got None"),)),
        "Settings.host must be 'production' or 'staging', got None",
        {"model": "Settings", "problems": (("host", "must be 'production' or 'staging', got None"),)},
        id="settings",
    ),
    pytest.param(
        InvalidArgument("secret", "must hold at least 32 bytes, got 31"),
        "secret must hold at least 32 bytes, got 31",
        {"argument": "secret", "message": "must hold at least 32 bytes, got 31"},
        id="argument",
    ),
    pytest.param(
        UndefinedName("custmer"),
        "custmer is undefined; where it may be missing, write |default(none) after it",
        {"name": "custmer", "spelling": "|default(none)"},
        id="undefined",
    ),
    pytest.param(
        UndefinedName("user.emial", "|default:None"),
        "user.emial is undefined; where it may be missing, write |default:None after it",
        {"name": "user.emial", "spelling": "|default:None"},
        id="undefined, in other templates than Jinja's",
    ),
    pytest.param(
        PublicResponse("its Cache-Control header"),
        "A visitor's own tagging stands in what others may get, because of its Cache-Control header; "
        "make it private, or print {% nosto_deferred %} there",
        {"keeper": "its Cache-Control header"},
        id="public",
    ),
    pytest.param(
        MissingTemplate("nosto/customer.html", "needs the loader"),
        "Template 'nosto/customer.html' needs the loader",
        {"template": "nosto/customer.html", "message": "needs the loader"},
        id="template",
    ),
    pytest.param(
        PublicPage("Customer"),
        "Customer is one visitor's own, and this page is for everyone: nosto_deferred asks in their browser",
        {"what": "Customer"},
        id="public page",
    ),
    pytest.param(
        TemplateFailed("page.html", 3, "ZeroDivisionError"),
        "page.html:3: the template raised ZeroDivisionError",
        {"template": "page.html", "line": 3, "kind": "ZeroDivisionError"},
        id="template failed",
    ),
    pytest.param(
        TemplateFailed("page.html", None, "ZeroDivisionError"),
        "page.html: the template raised ZeroDivisionError",
        {"template": "page.html", "line": None, "kind": "ZeroDivisionError"},
        id="template failed somewhere",
    ),
    pytest.param(
        MissingExtra("The command line", "cli"),
        "The command line needs the 'cli' extra: install nosto-tagging[cli]",
        {"feature": "The command line", "extra": "cli"},
        id="extra",
    ),
    pytest.param(
        UnreadableData("customers.jsonl", 17, "is not UTF-8"),
        "customers.jsonl:17: is not UTF-8",
        {"path": "customers.jsonl", "line": 17, "message": "is not UTF-8"},
        id="unreadable",
    ),
    pytest.param(
        UnreadableData("customers.jsonl", None, "does not exist"),
        "customers.jsonl: does not exist",
        {"path": "customers.jsonl", "line": None, "message": "does not exist"},
        id="unreadable from the start",
    ),
    pytest.param(
        InvalidRecord("customers.csv", 18, 17, "Customer.email must be text, got int"),
        "customers.csv:18: record 17: Customer.email must be text, got int",
        {"path": "customers.csv", "line": 18, "number": 17, "message": "Customer.email must be text, got int"},
        id="record",
    ),
    pytest.param(
        InvalidRecord("customers.json", None, 17, "Customer.email must be text, got int"),
        "customers.json: record 17: Customer.email must be text, got int",
        {"path": "customers.json", "line": None, "number": 17, "message": "Customer.email must be text, got int"},
        id="record without a line",
    ),
]


@pytest.mark.parametrize(("error", "message", "data"), LEAVES)
def test_an_error_says_what_is_wrong_and_carries_its_data(error: NostoTaggingError, message: str, data: dict):
    assert str(error) == message
    assert repr(error) == f"{type(error).__name__}({message!r})"
    assert vars(error) == data
    assert error.args == tuple(data.values())


@pytest.mark.parametrize(("error", "message", "data"), LEAVES)
@pytest.mark.parametrize(
    "travel",
    [
        *[
            # What worker processes of the static renderer send home.
            pytest.param(lambda error, p=p: pickle.loads(pickle.dumps(error, p)), id=f"pickle {p}")  # noqa: S301 - our own bytes
            for p in range(pickle.HIGHEST_PROTOCOL + 1)
        ],
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deepcopy"),
    ],
)
def test_an_error_survives_a_pickle_and_a_copy(error: NostoTaggingError, message: str, data: dict, travel):
    arrived = travel(error)
    assert type(arrived) is type(error)
    assert str(arrived) == message
    assert vars(arrived) == data
    assert arrived.args == error.args


def test_every_leaf_stands_in_this_table():
    assert {type(leaf.values[0]).__name__ for leaf in LEAVES} | {"NostoTaggingError", "Problem"} == set(errors.__all__)


@pytest.mark.parametrize("name", sorted(set(errors.__all__) - {"Problem"}))
def test_one_except_clause_catches_every_error(name: str):
    kind = getattr(errors, name)
    assert issubclass(kind, NostoTaggingError)
    # ValueError among the bases would have pydantic swallow it in a validator, KeyError would quote its message.
    assert not issubclass(kind, ValueError | LookupError | AttributeError | TypeError | AssertionError)


def test_a_missing_extra_is_an_import_error_too():
    # So that what asks "is it installed?" by importing finds the answer it expects.
    assert issubclass(MissingExtra, ImportError)


def test_a_problem_is_a_pair_with_names():
    problem = Problem("email", "must be text, got int")
    assert (problem.field, problem.message) == problem == ("email", "must be text, got int")
