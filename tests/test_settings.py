"""A site's settings: what each takes, where they come from, and each refusal's whole message."""

from __future__ import annotations

import copy
import json
import pickle
import string
import subprocess
import sys

import pytest
from markupsafe import Markup

from nosto_tagging import Settings
from nosto_tagging.errors import InvalidArgument, InvalidSettings, InvalidTagging, Problem
from nosto_tagging.settings import named, nonce_text

FIELDS = (
    "account_id, host, enabled, nonce, errors, leave_out_email, consent, visitor_url, session_on_server, check_ignore"
)
DEFAULTS = {
    "account_id": None,
    "host": "production",
    "enabled": True,
    "nonce": None,
    "errors": "raise",
    "leave_out_email": False,
    "consent": None,
    "visitor_url": "/nosto/visitor",
    "session_on_server": False,
    "check_ignore": (),
}
ALL = {
    "account_id": "shopify-11368366139",
    "host": "staging",
    "enabled": False,
    "nonce": "cjRuZDBt",
    "errors": "log",
    "leave_out_email": True,
    "consent": None,
    "visitor_url": "/who",
    "session_on_server": True,
    "check_ignore": ("block-visible", "translation-guard"),
}


CONSENT = "Settings.consent must be a callable that gives True or False, or None, got text of 3 characters"
PATH = (
    "Settings.visitor_url must be a path of this site that begins with one slash and does not end in one (letters, "
    "digits and -._~), got text of 3 characters"
)


CODES = (
    "Settings.check_ignore must be codes of rules such as 'block-visible', as a list or in a text with blanks or commas "
    "between them, got "
)


def refusal(**settings: object) -> str:
    with pytest.raises(InvalidSettings) as caught:
        Settings(**settings)
    return str(caught.value)


def test_without_settings_everything_is_printed_and_every_error_raised():
    assert Settings().model_dump() == DEFAULTS


def test_all_settings_are_held_as_they_are_given():
    assert Settings(**ALL).model_dump() == ALL
    assert Settings.model_validate(ALL) == Settings(**ALL)


@pytest.mark.parametrize(
    "validate",
    [
        Settings.model_validate,
        lambda settings, **options: Settings.model_validate_json(json.dumps(settings), **options),
        Settings.model_validate_strings,
    ],
    ids=["mapping", "json", "strings"],
)
def test_pydantics_options_reach_pydantic(validate):
    assert validate({"enabled": "true"}) == Settings()
    with pytest.raises(InvalidSettings) as caught:
        validate({"enabled": "true"}, strict=True)
    assert str(caught.value) == "Settings.enabled must be true or false, got text of 4 characters"


def test_pydantics_options_reach_pydantic_from_json_that_its_own_parser_refuses():
    with pytest.raises(InvalidSettings) as caught:
        Settings.model_validate_json('{"account_id": "\\ud800", "enabled": "true"}', strict=True)
    assert (
        str(caught.value) == f"{ACCOUNT}1 character; Settings.enabled must be true or false, got text of 4 characters"
    )


def test_an_unknown_setting_is_refused_and_named():
    assert refusal(acount_id="x") == f"Settings has no field 'acount_id', must be one of: {FIELDS}"
    assert refusal(NOSTO_HOST="staging") == f"Settings has no field 'NOSTO_HOST', must be one of: {FIELDS}"


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(InvalidSettings) as caught:
        Settings(host="x", errors="x")
    assert caught.value.model == "Settings"
    assert caught.value.problems == (
        Problem("host", "must be 'production' or 'staging', got text of 1 character"),
        Problem("errors", "must be 'raise' or 'log', got text of 1 character"),
    )
    assert not isinstance(caught.value, InvalidTagging)


# --- account_id ------------------------------------------------------------------------------------------------------

ACCOUNT = (
    "Settings.account_id must be the account's id as it stands in a URL path (letters, digits and -._~), got text of "
)


@pytest.mark.parametrize(
    "account_id",
    ["shopify-11368366139", "a", "X", "0", "-", "~", "_", "A.b", "..a", "a..", "a" * 200, "a1B2-._~"],
)
def test_an_account_id_that_can_stand_in_a_url_path_is_taken_as_it_is(account_id: str):
    assert Settings(account_id=account_id).account_id == account_id


@pytest.mark.parametrize(
    ("account_id", "length"),
    [
        ("", "0 characters"),
        (" ", "1 character"),
        ("shop ", "5 characters"),  # not trimmed: whoever configures it should see it
        ("shop\n", "5 characters"),
        # a step on the spot or up
        (".", "1 character"),
        ("..", "2 characters"),
        ("...", "3 characters"),
        ("../admin", "8 characters"),
        ("a/b", "3 characters"),
        ("a\\b", "3 characters"),
        ("a?b", "3 characters"),
        ("a#b", "3 characters"),
        ("a%2fb", "5 characters"),
        ("a&b", "3 characters"),
        ("a@b", "3 characters"),
        ("a:b", "3 characters"),
        ('"><script>', "10 characters"),
        ("a\0", "2 characters"),
        ("caf\xe9", "4 characters"),
        ("\uff41", "1 character"),  # a full-width letter
        ("\u0661", "1 character"),  # a digit to \d
        ("\ud800", "1 character"),
        ("a" * 201, "201 characters"),
    ],
)
def test_an_account_id_that_cannot_stand_in_a_url_path_is_refused(account_id: str, length: str):
    assert refusal(account_id=account_id) == ACCOUNT + length


def test_of_all_ascii_characters_an_account_id_takes_the_unreserved_ones():
    taken = set()
    for code in range(128):
        try:
            taken.add(Settings(account_id=f"a{chr(code)}").account_id[1])
        except InvalidSettings:
            continue
    assert taken == set(string.ascii_letters + string.digits + "-._~")  # RFC 3986, 2.3


@pytest.mark.parametrize(("account_id", "told"), [(1, "int"), (True, "bool"), (b"shop", "bytes"), (["shop"], "list")])
def test_an_account_id_that_is_no_text_is_refused(account_id: object, told: str):
    assert refusal(account_id=account_id) == f"Settings.account_id must be a valid string, got {told}"


class Lying(str):
    """A text that swears to be fit for any place."""

    __slots__ = ()

    def strip(self, *_: object) -> str:
        return "shop"

    def __str__(self) -> str:
        return "shop"

    def __len__(self) -> int:
        return 4


@pytest.mark.parametrize("claims", [Markup, Lying])
@pytest.mark.parametrize(("account_id", "length"), [("..", "2 characters"), ('"', "1 character")])
def test_an_account_id_that_claims_to_be_safe_is_checked_by_what_is_there(claims: type, account_id: str, length: str):
    assert refusal(account_id=claims(account_id)) == ACCOUNT + length


@pytest.mark.parametrize("claims", [Markup, Lying])
def test_an_account_id_is_plain_text_afterwards(claims: type):
    account_id = Settings(account_id=claims("myshop")).account_id
    assert type(account_id) is str
    assert account_id == "myshop"


# --- the closed sets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["production", "staging"])
def test_both_hosts_are_taken(host):
    assert Settings(host=host).host == host


@pytest.mark.parametrize("errors", ["raise", "log"])
def test_both_error_policies_are_taken(errors):
    assert Settings(errors=errors).errors == errors


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("", "text of 0 characters"),
        ("Staging", "text of 7 characters"),
        (" staging", "text of 8 characters"),
        ("connect.nosto.com", "text of 17 characters"),
        (None, "None"),
        (1, "int"),
        (["staging"], "list"),
        (b"staging", "bytes"),
    ],
)
def test_another_host_or_policy_is_refused(value: object, told: str):
    assert refusal(host=value) == f"Settings.host must be 'production' or 'staging', got {told}"
    assert refusal(errors=value) == f"Settings.errors must be 'raise' or 'log', got {told}"


# --- yes or no -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["enabled", "leave_out_email"])
@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (True, True),
        (1, True),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("1", True),
        (False, False),
        (0, False),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("0", False),
    ],
)
def test_a_switch_is_on_or_off(name: str, value: object, meant: bool):
    assert getattr(Settings(**{name: value}), name) is meant


@pytest.mark.parametrize("name", ["enabled", "leave_out_email"])
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("maybe", ", got text of 5 characters"),
        ("", ", got text of 0 characters"),
        ("2", ", got text of 1 character"),
        (2, ", got int"),
        (1.5, ", got float"),
        (None, ", got None"),
        ([], ", got list"),
    ],
)
def test_a_switch_is_never_half_way(name: str, value: object, reason: str):
    assert refusal(**{name: value}) == f"Settings.{name} must be true or false{reason}"


# --- nonce -----------------------------------------------------------------------------------------------------------

BASE64 = "must be base64 text as a Content-Security-Policy has it, got "


@pytest.mark.parametrize("nonce", ["cjRuZDBt", "r4nd0m", "a", "A+/z==", "A-_z=", "0" * 500])
def test_a_nonce_is_base64_text_of_either_alphabet(nonce: str):
    assert Settings(nonce=nonce).nonce == nonce


@pytest.mark.parametrize("nonce", [None, "", " ", "\t\n"])
def test_no_nonce_is_none(nonce: str | None):
    assert Settings(nonce=nonce).nonce is None
    assert nonce_text(nonce) is None


@pytest.mark.parametrize(
    ("nonce", "told"),
    [
        ("a b", "text of 3 characters"),
        ("a\n", "text of 2 characters"),
        ('"', "text of 1 character"),
        ('x" onload="alert(1)', "text of 19 characters"),
        ("<script>", "text of 8 characters"),
        ("a=b", "text of 3 characters"),
        ("=", "text of 1 character"),
        ("a===", "text of 4 characters"),
        ("nonce-'abc'", "text of 11 characters"),
        ("a;script-src", "text of 12 characters"),
        ("caf\xe9", "text of 4 characters"),
        ("\u0661", "text of 1 character"),
        ("\ud800", "text of 1 character"),
        (Markup('"'), "text of 1 character"),
    ],
)
def test_a_nonce_that_no_policy_can_have_is_refused(nonce: str, told: str):
    assert refusal(nonce=nonce) == f"Settings.nonce {BASE64}{told}"
    with pytest.raises(InvalidArgument) as caught:
        nonce_text(lambda: nonce)
    assert str(caught.value) == f"nonce {BASE64}{told}"


@pytest.mark.parametrize(
    ("nonce", "told"),
    [(1, "int"), (True, "bool"), (b"cjRuZDBt", "bytes"), (["cjRuZDBt"], "list"), (object(), "object")],
)
def test_a_nonce_that_is_no_text_is_refused(nonce: object, told: str):
    assert refusal(nonce=nonce) == f"Settings.nonce must be text, a callable that gives text, or None, got {told}"
    with pytest.raises(InvalidArgument) as caught:
        nonce_text(lambda: nonce)
    assert str(caught.value) == f"nonce must be text, a callable that gives text, or None, got {told}"


def test_a_callable_is_kept_and_asked_each_time_and_not_before():
    asked = iter(["Zmlyc3Q=", "c2Vjb25k", None])
    settings = Settings(nonce=lambda: next(asked))
    assert [nonce_text(settings.nonce) for _ in range(3)] == ["Zmlyc3Q=", "c2Vjb25k", None]


class Same(str):
    """A text whose own text is no plainer than itself."""

    __slots__ = ()

    def __str__(self) -> str:
        return self


@pytest.mark.parametrize("claims", [Markup, Same])
def test_a_nonce_that_claims_to_be_safe_is_plain_text_afterwards(claims: type):
    nonce = Settings(nonce=claims("cjRuZDBt")).nonce
    assert type(nonce) is str
    assert nonce == "cjRuZDBt"


def test_a_lazy_nonce_that_is_text_in_all_but_type_is_asked_for_its_text():
    # As django-csp hands it over.
    class Lazy:
        @property
        def __class__(self):
            return str

        def __str__(self) -> str:
            return "cjRuZDBt"

    assert nonce_text(Lazy()) == "cjRuZDBt"


# --- frozen, copied, printed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*ALL, "nickname"])
def test_settings_cannot_be_changed(name: str):
    settings = Settings(**ALL)
    with pytest.raises(InvalidSettings) as set_error:
        setattr(settings, name, "x")
    with pytest.raises(InvalidSettings) as delete_error:
        delattr(settings, name)
    assert str(set_error.value) == str(delete_error.value) == "Settings cannot be changed: make a new one"
    assert settings == Settings(**ALL)


@pytest.mark.parametrize(
    "travel",
    [lambda settings: pickle.loads(pickle.dumps(settings)), copy.copy, copy.deepcopy],  # noqa: S301 - our own bytes
)
def test_settings_arrive_as_they_left(travel):
    arrived = travel(Settings(**ALL))
    assert arrived == Settings(**ALL)
    assert hash(arrived) == hash(Settings(**ALL))
    assert arrived.model_dump() == ALL


@pytest.mark.parametrize("name", [name for name in ALL if name != "consent"])
def test_settings_that_differ_anywhere_differ(name: str):
    assert Settings(**{**ALL, name: DEFAULTS[name]}) != Settings(**ALL)


def test_consent_is_a_callable_and_nothing_else():
    def agreed() -> bool:
        return True

    assert Settings(consent=agreed).consent is agreed
    assert Settings(consent=agreed) != Settings()
    assert refusal(consent=True) == ("Settings.consent must be a callable that gives True or False, or None, got bool")


@pytest.mark.parametrize("path", ["/nosto/visitor", "/a", "/a.b/~c/d_e-1"])
def test_the_visitor_url_is_a_path_of_this_site(path: str):
    assert Settings(visitor_url=path).visitor_url == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "a",
        "//a",
        "/a/",
        "/a//b",
        "/../a",
        "/a/.",
        "/a?b",
        "/a b",
        "/ä",
        "/a\n",
        "https://example.com/a",
        "/<a>",
    ],
)
def test_what_is_no_path_of_this_site_is_refused(path: str):
    assert refusal(visitor_url=path) == PATH.replace("3 characters", f"{len(path)} characters").replace(
        "of 1 characters", "of 1 character"
    )


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ((), ()),
        ("", ()),
        (" , ", ()),
        ("block-visible", ("block-visible",)),
        ("stub-late,block-visible", ("block-visible", "stub-late")),
        (" Stub-Late\n\tBLOCK-VISIBLE ", ("block-visible", "stub-late")),
        (["stub-late", "block-visible", "stub-late"], ("block-visible", "stub-late")),
        ({"stub-late", "block-visible"}, ("block-visible", "stub-late")),
        (frozenset({"block-visible"}), ("block-visible",)),
        (("block-visible, stub-late",), ("block-visible", "stub-late")),
        (Markup("block-visible"), ("block-visible",)),
        # Which rules there are, `check` says.
        ("no-such-rule", ("no-such-rule",)),
    ],
)
def test_the_codes_of_rules_that_are_off(given: object, codes: tuple[str, ...]):
    assert Settings(check_ignore=given).check_ignore == codes


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("block_visible", "text of 13 characters"),
        ("-", "text of 1 character"),
        ("block--visible", "text of 14 characters"),
        ("jane.doe@example.com", "text of 20 characters"),
        (["block-visible", "jane.doe@example.com"], "text of 20 characters"),
        (None, "None"),
        (1, "int"),
        ([b"block-visible"], "bytes"),
        ({"block-visible": True}, "dict"),
    ],
)
def test_what_is_no_code_of_a_rule_is_refused(given: object, told: str):
    assert refusal(check_ignore=given) == CODES + told


def test_settings_are_made_without_the_extra_that_checks():
    script = (
        "import sys; from nosto_tagging import Settings; Settings(check_ignore='stub-late')\n"
        "print([name for name in sys.modules if name.startswith(('nosto_tagging.reading', 'selectolax'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_repr_shows_every_setting_but_the_nonce_and_whom_to_ask():
    assert repr(Settings(**ALL)) == (
        "Settings(account_id='shopify-11368366139', host='staging', enabled=False, errors='log', leave_out_email=True, "
        "visitor_url='/who', session_on_server=True, check_ignore=('block-visible', 'translation-guard'))"
    )
    assert str(Settings(nonce=lambda: "x")) == (
        "account_id=None host='production' enabled=True errors='raise' leave_out_email=False "
        "visitor_url='/nosto/visitor' session_on_server=False check_ignore=()"
    )


# --- from the environment --------------------------------------------------------------------------------------------

ENVIRON = {
    "NOSTO_ACCOUNT_ID": "shopify-11368366139",
    "NOSTO_HOST": "staging",
    "NOSTO_ENABLED": "false",
    "NOSTO_NONCE": "cjRuZDBt",
    "NOSTO_ERRORS": "log",
    "NOSTO_LEAVE_OUT_EMAIL": "1",
    "NOSTO_VISITOR_URL": "/who",
    "NOSTO_SESSION_ON_SERVER": "true",
    "NOSTO_CHECK_IGNORE": "translation-guard, BLOCK-visible",
}


def test_every_setting_comes_from_its_variable():
    assert Settings.from_env(ENVIRON) == Settings(**ALL)


@pytest.mark.parametrize("name", [name for name in ALL if name != "consent"])  # no text is a callable
def test_each_variable_sets_its_own_setting_only(name: str):
    variable = f"NOSTO_{name.upper()}"
    assert Settings.from_env({variable: ENVIRON[variable]}) == Settings(**{name: ALL[name]})


def test_variables_of_others_are_not_looked_at():
    others = {"HOST": "x", "ENABLED": "x", "nosto_host": "x", "NOSTO_": "x", "NOSTO_OTHER": "x", "XNOSTO_HOST": "x"}
    assert Settings.from_env(others) == Settings()


def test_the_processs_own_environment_is_read_unless_another_is_given(monkeypatch: pytest.MonkeyPatch):
    for variable, value in ENVIRON.items():
        monkeypatch.setenv(variable, value)
    assert Settings.from_env() == Settings(**ALL)
    assert Settings.from_env({}) == Settings()
    assert Settings() == Settings(**DEFAULTS)  # only if asked


def test_what_is_given_goes_before_the_environment():
    assert Settings.from_env(ENVIRON, host="production", nonce=None) == Settings(
        **{**ALL, "host": "production", "nonce": None}
    )


@pytest.mark.parametrize("blank", ["", " ", "\t"])
@pytest.mark.parametrize("variable", ENVIRON)
def test_a_variable_that_is_blank_is_not_set(variable: str, blank: str):
    assert Settings.from_env({variable: blank}) == Settings()


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("NOSTO_ACCOUNT_ID", "a/b", ACCOUNT + "3 characters"),
        ("NOSTO_HOST", "test", "Settings.host must be 'production' or 'staging', got text of 4 characters"),
        (
            "NOSTO_ENABLED",
            "maybe",
            "Settings.enabled must be true or false, got text of 5 characters",
        ),
        ("NOSTO_ERRORS", "ignore", "Settings.errors must be 'raise' or 'log', got text of 6 characters"),
        ("NOSTO_NONCE", "a b", f"Settings.nonce {BASE64}text of 3 characters"),
        (
            "NOSTO_LEAVE_OUT_EMAIL",
            "please",
            "Settings.leave_out_email must be true or false, got text of 6 characters",
        ),
        ("NOSTO_CONSENT", "yes", CONSENT),
        ("NOSTO_VISITOR_URL", "who", PATH),
        (
            "NOSTO_SESSION_ON_SERVER",
            "perhaps",
            "Settings.session_on_server must be true or false, got text of 7 characters",
        ),
        ("NOSTO_CHECK_IGNORE", "block_visible", CODES + "text of 13 characters"),
    ],
)
def test_a_variable_that_is_wrong_is_refused_like_the_setting(variable: str, value: str, message: str):
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_env({variable: value})
    assert str(caught.value) == message


def test_an_unknown_setting_is_refused_beside_the_environment_too():
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_env(ENVIRON, acount_id="x")
    assert str(caught.value) == f"Settings has no field 'acount_id', must be one of: {FIELDS}"


def test_a_frameworks_configuration_is_read_without_turning_its_values_into_text():
    def nonce() -> str:
        return "cjRuZDBt"

    config = {"NOSTO_ENABLED": False, "NOSTO_NONCE": nonce, "NOSTO_HOST": None, "NOSTO_ERRORS": "", "DEBUG": True}
    assert named(config) == {"enabled": False, "nonce": nonce}


def test_a_json_schema_says_which_settings_there_are_and_what_they_take():
    schema = Settings.model_json_schema()
    assert schema.pop("description").startswith("A site's settings")
    text_or_nothing = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
    assert schema == {
        "title": "Settings",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "account_id": {"title": "Account Id", **text_or_nothing},
            "host": {"title": "Host", "type": "string", "enum": ["production", "staging"], "default": "production"},
            "enabled": {"title": "Enabled", "type": "boolean", "default": True},
            "nonce": {"title": "Nonce", **text_or_nothing},
            "errors": {"title": "Errors", "type": "string", "enum": ["raise", "log"], "default": "raise"},
            "leave_out_email": {"title": "Leave Out Email", "type": "boolean", "default": False},
            "consent": {"title": "Consent", "type": "null", "default": None},
            "visitor_url": {"title": "Visitor Url", "type": "string", "default": "/nosto/visitor"},
            "session_on_server": {"title": "Session On Server", "type": "boolean", "default": False},
            "check_ignore": {"title": "Check Ignore", "type": "array", "items": {"type": "string"}, "default": []},
        },
    }
