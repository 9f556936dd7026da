"""The key: given or made once, private, of one form, and known by a fingerprint that does not tell
it; what is derived from it and wrapped under it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap

from holdfast.jobs.runtime.config import secrets
from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.config.secrets import (
    derive_key,
    fingerprint_key,
    make_key,
    new_key,
    root_key,
    unwrap_key,
    wrap_key,
)
from tests.sealed import derived


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without a key."""
    monkeypatch.delenv("HOLDFAST_KEY", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def test_a_key_is_made_once_for_its_user_alone(home: Path) -> None:
    place = make_key()
    assert place == home / "holdfast" / "key" and place.stat().st_mode & 0o777 == 0o600
    key = root_key()
    assert make_key() is None and root_key() == key and len(key) == 32


def test_a_given_key_makes_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_KEY", "5A" * 32)
    assert make_key() is None and root_key() == b"Z" * 32
    assert not list(home.iterdir())


def test_no_key_at_all_is_said_with_its_cure(home: Path) -> None:
    with pytest.raises(UsageError, match="There is no key: HOLDFAST_KEY is not set"):
        root_key()


def test_a_key_that_others_may_read_is_refused(home: Path) -> None:
    place = make_key()
    assert place is not None
    place.chmod(0o640)
    with pytest.raises(UsageError, match="Others may read the key") as raised:
        root_key()
    assert raised.value.cure == f"chmod 600 {place}"


@pytest.mark.parametrize(
    ("name", "read"), [("HOLDFAST_KEY", root_key), ("HOLDFAST_NEW_KEY", new_key)]
)
@pytest.mark.parametrize("text", ["secret", "5a" * 31, "5a" * 33, "5g" * 32])
def test_what_is_no_key_is_refused_with_its_cure(
    text: str, name: str, read: Callable[[], bytes], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(UsageError, match=f"{name} is not 64 hexadecimal digits") as raised:
        read()
    assert "openssl rand -hex 32" in raised.value.cure and text not in str(raised.value)


def test_a_fingerprint_tells_keys_apart_and_neither_of_them() -> None:
    keys = [b"Z" * 32, b"[" * 32]
    found = {fingerprint_key(key) for key in keys}
    assert len(found) == 2 and all(len(one) == 16 for one in found)
    assert not [key for key in keys for one in found if one in key.hex()]


def test_each_use_has_a_key_of_its_own_as_rfc_5869_derives_it() -> None:
    uses = [secrets.ROWS, secrets.DIGESTS, secrets.VALUES]
    found = [derive_key(b"Z" * 32, use) for use in uses]
    assert found == [derived(b"Z" * 32, use) for use in uses]
    assert len({*found, b"Z" * 32, derive_key(b"[" * 32, uses[0])}) == 5


def test_a_wrapped_key_is_opened_by_its_own_key_alone() -> None:
    wrapped = wrap_key(b"r" * 32, b"Z" * 32)
    assert (b"r" * 32).hex() not in wrapped and unwrap_key(wrapped, b"Z" * 32) == b"r" * 32
    with pytest.raises(InvalidUnwrap):
        unwrap_key(wrapped, b"[" * 32)
