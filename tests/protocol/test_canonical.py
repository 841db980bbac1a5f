import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.errors import Malformed, TooLarge
from voting.protocol import canonical

LIMIT = 256 * 1024
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.booleans() | st.integers(-(10**11) + 1, 10**11) | texts | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@given(values)
def test_what_is_written_is_read_back(value):
    if _depth(value) < canonical.MAX_DEPTH:
        assert canonical.from_bytes(canonical.to_bytes(value), limit=LIMIT) == value


def test_control_characters_are_written_as_the_reference_writes_them():
    text = 'b\t\n\r\b\f\x1f\x7f\x80\u2028/<>😀é"\\ \ufeff'
    expected = b'"b\\t\\n\\r\\b\\f\\u001f\\u007f\xc2\x80\xe2\x80\xa8/<>\xf0\x9f\x98\x80\xc3\xa9\\"\\\\ \xef\xbb\xbf"'
    assert canonical.to_bytes(text) == expected
    assert canonical.from_bytes(expected, limit=LIMIT) == text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{",
        b"[1] ",
        b" [1]",
        b"[1]\n",
        b"[1, 2]",
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":1}',
        b'["\\u0061"]',
        b'["\\/"]',
        b'["\\u000a"]',
        b'["\\ud800"]',
        b'["\\ud83d\\ude00"]',
        b'["\xed\xa0\x80"]',
        b'["\xff"]',
        b'["\x00"]',
        b"\xef\xbb\xbf[1]",
        b"[1]".decode().encode("utf-16"),
        b"[NaN]",
        b"[Infinity]",
        b"[-Infinity]",
        b"[1.0]",
        b"[1e3]",
        b"[-0]",
        b"[01]",
        b"[" + b"9" * 5000 + b"]",
        b"[" * 13 + b"]" * 13,
        b"[" * 100_000,
        b"[" + b"[]," * 50_000 + b"0]",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_any_other_spelling_is_refused(raw):
    with pytest.raises(Malformed):
        canonical.from_bytes(raw, limit=LIMIT)


def test_more_bytes_than_the_limit_are_refused_unread():
    assert canonical.from_bytes(b"[1]", limit=3) == [1]
    with pytest.raises(TooLarge):
        canonical.from_bytes(b"[1]", limit=2)


def test_a_lone_surrogate_cannot_be_written():
    with pytest.raises(Malformed):
        canonical.to_bytes("\ud800")


@given(st.binary(max_size=200) | values.map(lambda value: json.dumps(value, indent=1).encode()))
def test_whatever_is_read_has_one_spelling(raw):
    try:
        value = canonical.from_bytes(raw, limit=LIMIT)
    except Malformed:
        return
    assert canonical.to_bytes(value) == raw


UNITS = (
    b"[",
    b"{",
    b'{"a":',
    b'"',
    b"\\",
    b"9",
    b"[],",
    b"{},",
    b"1,",
    b'"a",',
    b"[[]],",
    b'{"":0},',
    b"-",
    b"\0",
    b"\xff",
)


@pytest.mark.fault("W7")
def test_no_body_of_256_kilobytes_takes_longer_than_a_tenth_of_a_second(capsys):
    bodies = [unit * (LIMIT // len(unit)) for unit in UNITS]
    bodies += [b"[" + unit * ((LIMIT - 4) // len(unit)) + b"0] " for unit in UNITS]
    slowest = max(min(_seconds_to_refuse(raw) for _ in range(3)) for raw in bodies)
    with capsys.disabled():
        print(f"\nW7: slowest refusal of 256 KB of JSON: {slowest * 1000:.0f} ms")
    assert slowest < 0.1


def _seconds_to_refuse(raw):
    before = time.process_time()
    with pytest.raises(Malformed):
        canonical.from_bytes(raw, limit=LIMIT)
    return time.process_time() - before


def _depth(value):
    inner = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    return 1 + max(map(_depth, inner), default=0)
