"""The whole way over a real connection: an issuer on this machine, asked through the guarded door."""

from __future__ import annotations

import json
import ssl
from pathlib import Path

from conformance import raw
from makers import LIST, NOW, SUSPENSIONS, Key, badge, did_document, keys, signed, status_list
from servers import plain, serving, trusting

from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import Door
from pinback.verify.inputs import judge_input


def test_badge_of_an_issuer_on_this_machine_is_genuine_through_the_door(tmp_path: Path) -> None:
    answers: dict[str, bytes] = {}

    def answer(head: bytes, out: ssl.SSLSocket) -> None:
        body = answers.get(head.split(b" ", 2)[1].decode())
        out.sendall(plain(body=body) if body is not None else plain("404 Not Found", b""))

    with serving(tmp_path, answer) as server:
        key = Key(keys()["ed"].private, f"did:web:{server.place.replace(':', '%3A')}")
        here = lambda value: json.loads(json.dumps(value).replace("https://club.example", server.url))  # noqa: E731
        document = {**here(badge()), "issuer": {"id": key.did, "type": ["Profile"], "name": "Test club"}}
        listed = signed({**here(status_list(7)), "issuer": key.did}, key)
        answers |= {
            "/.well-known/did.json": raw(did_document(key)),
            LIST.removeprefix("https://club.example"): raw(listed),
            "/badge.json": raw(signed(document, key)),
        }
        door = Door(context=trusting(tmp_path), permitted={server.place})
        report = judge_input(f"{server.url}/badge.json", Asker(door), Question(NOW))
        assert report.ok, report.sentence
        asked = [head.split(b" ", 2)[1].decode() for head in server.asked]
        assert sorted(asked) == sorted([*answers, SUSPENSIONS.removeprefix("https://club.example")])
        answers[LIST.removeprefix("https://club.example")] = b"{}"
        door = Door(context=trusting(tmp_path), permitted={server.place})
        assert not judge_input(f"{server.url}/badge.json", Asker(door), Question(NOW)).ok
