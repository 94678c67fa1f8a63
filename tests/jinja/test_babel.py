"""Babel finds the messages of a template with our tags once it is told of the extension, and only then."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from jinja2 import TemplateSyntaxError

PAGE = """\
<h1>{% trans %}Hello{% endtrans %}</h1>
{% nosto_customer customer %}
{% nosto_customer_snippet customer, nonce=csp_nonce %}
{% nosto_customer email=user.email, first_name=_("Guest") %}
{% nosto_customer **row %}
<p>{{ gettext("Welcome back") }}</p>
{{ nosto_block(customer) }}
"""
FOUND = [(1, "Hello"), (4, "Guest"), (6, "Welcome back")]


def messages(**options: str) -> list[tuple[int, str]]:
    return [(found[0], found[1]) for found in extract("jinja2", BytesIO(PAGE.encode()), options=options)]


def test_babel_finds_every_message_with_the_documented_settings() -> None:
    assert messages(extensions="nosto_tagging.jinja.NostoExtension", silent="false") == FOUND


def test_the_documented_settings_work_as_lines_of_a_mapping_file(tmp_path: Path) -> None:
    tmp_path.joinpath("page.html").write_text(PAGE, encoding="utf-8")
    mapping = "[jinja2: **.html]\nextensions = nosto_tagging.jinja.NostoExtension\nsilent = false\n"
    methods, options = parse_mapping_cfg(mapping.splitlines(keepends=True))
    assert [(file, line, message) for file, line, message, *_ in extract_from_dir(str(tmp_path), methods, options)] == [
        ("page.html", line, message) for line, message in FOUND
    ]


def test_without_the_extension_the_template_fails_when_silence_is_off() -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        messages(silent="false")
    assert (caught.value.message, caught.value.lineno) == ("Encountered unknown tag 'nosto_customer'.", 2)


def test_without_the_extension_every_message_of_the_template_is_lost_in_silence() -> None:
    assert messages() == []
    assert messages(silent="true") == []


def test_templates_with_functions_and_macros_alone_need_no_setting() -> None:
    page = (
        '{% from "nosto/customer.html" import customer_block %}{{ customer_block(customer) }}'
        '{{ nosto_snippet(customer) }}{{ _("Hello") }}'
    )
    assert [found[1] for found in extract("jinja2", BytesIO(page.encode()), options={"silent": "false"})] == ["Hello"]
