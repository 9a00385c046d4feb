"""The example club's keys, which anyone can open, sign for nobody else."""

from __future__ import annotations

import pytest
from conftest import make_test_keys

from pinback.errors import SigningError
from pinback.keys import demonstration

KEYS = [key.id for key in make_test_keys("demonstration").keys.values()]
OWN = "did:web:club.example.net"
EXAMPLE = "did:web:badges.example.org"


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(demonstration, "DEMONSTRATION_KEYS", frozenset(KEYS[:1]))


@pytest.mark.parametrize(
    ("did", "flag", "keys"),
    [(OWN, True, []), (OWN, False, KEYS), (OWN, True, KEYS), ("did:web:badges.example.org:x", False, KEYS)],
)
def test_no_other_club_may_use_them(did, flag, keys):
    with pytest.raises(SigningError) as refused:
        demonstration.refuse(did, flag, keys)
    assert str(refused.value) == (
        "these are the demonstration keys of the example club, which anyone can open; make own keys with pinback key new"
    )


def test_register_of_the_example_club_must_say_what_it_is():
    with pytest.raises(SigningError, match='does not say "demonstration"'):
        demonstration.refuse(EXAMPLE, False, KEYS)


@pytest.mark.parametrize(
    ("did", "flag", "keys"), [(EXAMPLE, True, KEYS), (OWN, False, ["z6Mkother"]), (EXAMPLE, False, ["z6Mkother"])]
)
def test_everybody_else_is_left_alone(did, flag, keys):
    demonstration.refuse(did, flag, keys)
    assert demonstration.fault(did, flag, keys) == ""
