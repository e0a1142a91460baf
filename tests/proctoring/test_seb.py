"""Files and keys of Safe Exam Browser: figures published with the samples, and small settings of our own."""

from __future__ import annotations

import gzip
import hashlib
import json
import plistlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tancai.proctoring.lockdown import keys, rncryptor, seb

pytestmark = pytest.mark.anydatabase

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "seb"
RANDOM = bytes(range(32))


def expected() -> dict[str, Any]:
    found = SAMPLES / "expected.json"
    if not found.exists():
        pytest.skip("the sample files are not beside this checkout")
    return json.loads(found.read_text())


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def test_every_published_config_key_of_a_file_is_reproduced() -> None:
    """Published in tests/config_key_test.php of github.com/catalyst/moodle-quizaccess_seb."""
    published = {name: key for name, key in expected()["config_key"].items() if name.endswith(".seb")}
    assert published
    for name, key in published.items():
        assert seb.read(sample(name)).config_key == key


def test_the_line_under_the_key_is_the_published_one() -> None:
    for name, text in expected()["seb_json"].items():
        assert keys.seb_json(seb.read(sample(name)).settings) == sample(text).decode().strip()


def test_the_version_of_the_writer_does_not_count() -> None:
    first, second = (seb.read(sample(name)) for name in expected()["same_key"])
    assert ("originatorVersion" in first.settings) != ("originatorVersion" in second.settings)
    assert first.config_key == second.config_key


def test_the_published_key_of_an_empty_configuration_is_that_of_an_empty_list() -> None:
    """Moodle's language writes an empty dictionary as a list; ours is the hash of ``{}``."""
    artefact = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
    assert hashlib.sha256(b"[]").hexdigest() == artefact
    assert keys.config_key({}) == hashlib.sha256(b"{}").hexdigest()


def test_locked_samples_open_with_their_password_only() -> None:
    for name, password in expected()["password"].items():
        data = sample(name)
        assert len(seb.read(data, password=password).settings) == 216
        for wrong, code in ((None, "needs_password"), ("124", "wrong_password")):
            with pytest.raises(seb.CannotRead) as refused:
                seb.read(data, password=wrong)
            assert refused.value.code == code


def test_every_sample_is_read_or_refused_for_a_reason() -> None:
    expected()
    said: dict[str, list[str]] = {}
    for path in sorted(SAMPLES.glob("*/*.seb")):
        try:
            found = seb.read(path.read_bytes())
            said.setdefault(f"{found.form}/{found.purpose}", []).append(path.name)
            assert found.settings["startURL"] or found.settings
        except seb.CannotRead as refused:
            said.setdefault(refused.code, []).append(path.name)
    assert {what: len(names) for what, names in said.items()} == {
        "xml/exam": 6,
        "gzip/exam": 4,
        "password/client": 7,
        "needs_password": 12,
        "needs_certificate": 1,
        "zip": 1,
    }


SMALL = {
    "startURL": "https://exam.example/exam/?a=1&b=2",
    "allowWlan": True,
    "zebra": [],
    "Alpha": {"b": 1, "A": [1.5, {"y": "", "X": False}], "nothing": {}},
    "nothing": {},
    "path": r"C:\exam",
    "salt": b"\x00\x01\xfe",
    "until": datetime(2026, 11, 28, 1, 2, 3),
    "originatorVersion": "SEB_Win_3.4.0",
    "name": "考试",
}
SMALL_JSON = (
    '{"allowWlan":true,"Alpha":{"A":[1.5,{"X":false,"y":""}],"b":1},"name":"考试","path":"C:\\exam",'
    '"salt":"AAH+","startURL":"https://exam.example/exam/?a=1&b=2","until":"2026-11-28T01:02:03+00:00","zebra":[]}'
)


def test_our_own_settings_follow_the_recipe() -> None:
    """Sorted without case, no blanks, no escaping, empty dictionaries gone, empty lists kept."""
    assert keys.seb_json(SMALL) == SMALL_JSON
    assert keys.config_key(SMALL) == hashlib.sha256(SMALL_JSON.encode()).hexdigest()


@pytest.mark.parametrize("form", ["xml", "gzip", "locked"])
def test_what_is_written_reads_back_with_the_same_key(form: str) -> None:
    written = {
        "xml": lambda: seb.write_xml(SMALL),
        "gzip": lambda: seb.write_gzip(SMALL),
        "locked": lambda: seb.write_locked(SMALL, "碳才-2026", random=RANDOM),
    }[form]()
    found = seb.read(written, password="碳才-2026")
    assert found.form == {"locked": "password"}.get(form, form)
    assert found.settings == SMALL
    assert found.config_key == keys.config_key(SMALL)


def test_writing_the_same_settings_gives_the_same_bytes() -> None:
    assert seb.write_gzip(SMALL) == seb.write_gzip(dict(SMALL))


def test_a_locked_message_is_what_the_format_says() -> None:
    message = rncryptor.lock(b"tancai", "password", random=RANDOM)
    assert message[:2] == b"\x03\x01" and message[2:34] == RANDOM
    assert len(message) == 34 + 16 + 32
    assert rncryptor.unlock(message, "password") == b"tancai"


def test_an_rncryptor_vector() -> None:
    """Vector "One byte" of version 3 in github.com/RNCryptor/RNCryptor-Spec (vectors/v3/password)."""
    message = bytes.fromhex(
        "03010001020304050607010203040506070802030405060708090a0b0c0d0e0f0001"
        "a1f8730e0bf480eb7b70f690abf21e029514164ad3c474a51b30c7eaa1ca545b7de3de5b010acbad0a9a13857df696a8"
    )
    assert rncryptor.unlock(message, "thepassword") == b"\x01"
    salts = bytes.fromhex("0001020304050607010203040506070802030405060708090a0b0c0d0e0f0001")
    assert rncryptor.lock(b"\x01", "thepassword", random=salts) == message


def test_older_messages_open_too() -> None:
    head = b"\x01\x01" + RANDOM
    newer = rncryptor.lock(b"old", "p", random=RANDOM)
    cipher = newer[34:-32]
    seal = rncryptor._seal("p", head, cipher).finalize()
    assert rncryptor.unlock(head + cipher + seal, "p") == b"old"


@pytest.mark.parametrize("place", [0, 1, 5, 20, 40, -1])
def test_an_altered_message_does_not_open(place: int) -> None:
    message = bytearray(rncryptor.lock(b"tancai", "password", random=RANDOM))
    message[place] ^= 0x40
    with pytest.raises(rncryptor.NotOpened):
        rncryptor.unlock(bytes(message), "password")


def locked(inner: bytes) -> bytes:
    return gzip.compress(b"pswd" + rncryptor.lock(inner, "p", random=RANDOM))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"PK\x03\x04rest", "zip"),
        (b"hello", "not_seb"),
        (b"<html></html>", "not_seb"),
        (b"\x1f\x8bnonsense", "broken"),
        (seb.write_gzip({"a": 1})[:-9], "broken"),
        (b"<plist><dict><key>a</key></dict></plist>", "broken"),
        (b"<plist><dict><key>a</dict></plist>", "broken"),
        (b"<plist version='1.0'><array/></plist>", "not_seb"),
        (b"pswd", "broken"),
        (b"pswd" + bytes(80), "broken"),
        (gzip.compress(b"pkhs" + bytes(40), mtime=0), "needs_certificate"),
        (gzip.compress(b"phsk" + bytes(40), mtime=0), "needs_certificate"),
        (gzip.compress(bytes(9 * 1024 * 1024), mtime=0), "too_large"),
        (locked(b"not a list"), "not_seb"),
        (
            b"<?xml version='1.0'?><!DOCTYPE plist [<!ENTITY a 'b'>]>"
            b"<plist><dict><key>a</key><string>&a;</string></dict></plist>",
            "broken",
        ),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(seb.CannotRead) as refused:
        seb.read(data, password="p")
    assert refused.value.code == code


def test_a_client_setup_file_opens_without_a_password() -> None:
    inner = gzip.compress(plistlib.dumps({"startURL": "https://a.example"}))
    data = gzip.compress(b"pwcc" + rncryptor.lock(inner, "", random=RANDOM))
    assert seb.read(data).purpose == "client"


KEY = "4fa9af8ec8759eb7c680752ef4ee5eaf1a860628608fccae2715d519849f9292"


def test_a_request_hash_is_over_address_and_key() -> None:
    address = "https://exam.example/tancai/exam/7/?next=%E8%80%83"
    wanted = hashlib.sha256((address + KEY).encode()).hexdigest()
    assert keys.request_hash(address, KEY) == wanted
    assert keys.request_hash(address + "#top", KEY) == wanted
    assert keys.proves(f" {wanted.upper()} ", address, ["0" * 64, KEY])
    assert not keys.proves(wanted, address + "x", [KEY])
    assert not keys.proves("", address, [KEY])
    assert not keys.proves(wanted, address, [])


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (KEY, KEY),
        (f" {KEY[:32]}\n{KEY[32:].upper()} ", KEY),
        (KEY[:-1], None),
        (KEY + "0", None),
        ("g" * 64, None),
        ("", None),
    ],
)
def test_keys_are_tidied(text: str, normal: str | None) -> None:
    assert keys.normal_key(text) == normal


def test_what_no_file_can_hold_is_named() -> None:
    with pytest.raises(keys.BadSettings) as bad:
        keys.seb_json({"a": [{"b": object()}]})
    assert bad.value.place == "settings.a[0].b"


def test_moments_with_a_zone_keep_it() -> None:
    assert keys.seb_json({"a": datetime(2026, 1, 2, tzinfo=UTC)}) == '{"a":"2026-01-02T00:00:00+00:00"}'
