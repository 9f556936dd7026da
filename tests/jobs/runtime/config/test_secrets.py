"""The key: given or made once, private, of one form, and known by a fingerprint that does not tell
it.
"""

from pathlib import Path

import pytest

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.config.secrets import hash_key, key_fingerprint, make_key


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without a key."""
    monkeypatch.delenv("HOLDFAST_KEY", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def test_a_key_is_made_once_for_its_user_alone(home: Path) -> None:
    place = make_key()
    assert place == home / "holdfast" / "key" and place.stat().st_mode & 0o777 == 0o600
    key = hash_key()
    assert make_key() is None and hash_key() == key and len(key) == 32


def test_a_given_key_makes_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_KEY", "5A" * 32)
    assert make_key() is None and hash_key() == b"Z" * 32
    assert not list(home.iterdir())


@pytest.mark.parametrize("text", ["secret", "5a" * 31, "5a" * 33, "5g" * 32])
def test_what_is_no_key_is_refused_with_its_cure(
    text: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_KEY", text)
    with pytest.raises(UsageError, match="HOLDFAST_KEY is not 64 hexadecimal digits") as raised:
        hash_key()
    assert "openssl rand -hex 32" in raised.value.cure and text not in str(raised.value)


def test_a_fingerprint_tells_keys_apart_and_neither_of_them(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = set()
    for key in ("5a" * 32, "5b" * 32):
        monkeypatch.setenv("HOLDFAST_KEY", key)
        found.add(key_fingerprint())
        assert key_fingerprint() not in key and len(key_fingerprint()) == 16
    assert len(found) == 2
