"""The commands of a parent body for its groups, as they are typed."""

from __future__ import annotations

from conftest import ClubFolder
from test_commands import pinback

NAMED = (
    *("--title", "River: Rowing", "--did", "did:web:riverside.example"),
    *("--profile", "https://riverside.example/issuers/riverside/issuer.json"),
)
FILE = "issuers/club/groups/riverside.yaml"


def test_the_commands_in_their_order(club: ClubFolder) -> None:
    club.keys(with_file=True)
    done = pinback("federation", "add", "riverside", *NAMED, "--since", "2026-05-01", cwd=club.root)
    assert (done.returncode, done.stdout) == (0, f"{FILE}\n"), done.stderr
    assert "The group puts these lines into its issuer.yaml" in done.stderr
    assert 'text: "River: Rowing is a group of Test club."' in club.read(FILE)
    done = pinback("federation", "list", cwd=club.root)
    assert done.stdout == "waits     riverside                River: Rowing (did:web:riverside.example)\n"
    done = pinback("federation", "back-link", "riverside", cwd=club.root)
    assert done.stdout.startswith("member_of:\n  - name: Test club\n")
    done = pinback("federation", "add", "other", cwd=club.root)
    assert done.returncode == 2
    assert "name the address of the group's badge site" in done.stderr
