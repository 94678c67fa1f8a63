"""What Hypothesis makes customers of: every field, with texts that are hostile, odd, or not there."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st
from support.expected import FREE_TEXT
from support.hostile import ADDRESSES, HOSTILE

from nosto_tagging import Customer
from nosto_tagging.errors import InvalidTagging

__all__ = ["FIELDS"]


def _is_taken(address: str) -> bool:
    try:
        Customer(email=address)
    except InvalidTagging:
        return False
    return True


# characters() gives surrogates as well, which text() alone does not.
TEXT = st.one_of(
    st.text(st.characters(), max_size=40),
    st.text("<>&\"'`\\/=-!;{}%$\x00\r\n\t\u2028\ud83d\ude00\ufeff\ufffe u0sS", max_size=20),
    # Hostile values one after the other.
    st.lists(st.sampled_from([value for _, value in HOSTILE if len(value) < 100]), max_size=4).map("".join),
    st.none(),
)
EMAIL = st.one_of(st.emails(), st.sampled_from([address for _, address in ADDRESSES]))
PERMISSION = st.sampled_from([None, True, False, "true", " FALSE ", "1", "0", "", 1, 0])
DATE = st.one_of(st.none(), st.dates(), st.dates().map(date.isoformat))
FIELDS = st.fixed_dictionaries(
    # st.emails() makes some that browsers refuse; what is tried here is what gets in.
    {"email": EMAIL.filter(_is_taken)},
    optional={
        **dict.fromkeys(FREE_TEXT, TEXT),
        "marketing_permission": PERMISSION,
        "date_of_birth": DATE,
        "hcid": st.one_of(st.none(), st.binary(min_size=32, max_size=32).map(bytes.hex)),
    },
)
