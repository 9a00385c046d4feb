"""The shipped workflows run for real: bash, git and pinback, with a bare repository in the host's place."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from conftest import ROOT, TEST_CODE, ClubFolder, needs_libcairo
from runner import Host, api, git, workflow

REVIEWED = {
    "name": "seal",
    "protection_rules": [
        {"id": 1, "type": "branch_policy"},
        {"id": 2, "type": "required_reviewers", "reviewers": [{"type": "User", "reviewer": {"login": "ann"}}]},
    ],
}
ENVIRONMENT = "/repos/club/badges/environments/seal"
AWARD = "badges/knots/awards/first.yaml"
SENTENCE = (
    f"- [**{AWARD}, line 1**](https://github.com/club/badges/blob/main/{AWARD}#L1): "
    '"isued\\_on" is not a field of an award; did you mean "issued\\_on"? '
    "Open the file, press the pencil, mend the line, and commit.\n"
)
"""What the page of a run says of a mistyped field."""


@pytest.fixture(scope="session")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A club with keys and one award that waits."""
    club = ClubFolder(tmp_path_factory.mktemp("keyed") / "club").site().issuer().badge().keys(with_file=True)
    club.award("first", "issued_on: 2026-05-17\nhandle: otter-7\n")
    return club.root


@pytest.fixture
def host(keyed: Path, tmp_path: Path) -> Host:
    one = Host(tmp_path, keyed, "environment")
    one.secrets["PINBACK_CODE"] = TEST_CODE
    return one


def publish(host: Host, reviewed: object = REVIEWED) -> dict:
    with api({ENVIRONMENT: (200, reviewed)}) as (address, _):
        host.api = address
        return host.runs(workflow("publish", "environment"), host.tip("main"))


def results(done: dict) -> dict[str, str]:
    return {name: one.result for name, one in done.items()}


ALL_GOOD = dict.fromkeys(["outside", "ready", "seal", "guard", "build", "deploy", "record", "doctor"], "success")


@needs_libcairo
def test_waiting_awards_are_sealed_and_published_in_one_run(host: Host) -> None:
    start = host.tip("main")
    done = publish(host)
    assert results(done) == ALL_GOOD, "\n".join(one.log for one in done.values())
    assert '1 award of "Knots", issued 2026-05-17' in done["ready"].summary
    tip = host.tip("main")
    assert tip == done["seal"].outputs["commit"] == host.tip("deployed") != start
    assert git(host.origin, "log", "-1", "--format=%an %ae %s", tip) == (
        "github-actions[bot] 41898282+github-actions[bot]@users.noreply.github.com Seal"
    )
    files = host.changed(start, tip)
    assert AWARD in files and "issuers/club/register.jsonl" in files
    assert all(file == AWARD or file.startswith("issuers/club/") for file in files)
    assert len(list((done["build"].folder / "site").glob("awards/*/credential.json"))) == 1
    shown = "".join(one.log + one.summary for one in done.values())
    assert TEST_CODE not in shown and "t0ken" not in shown


@needs_libcairo
def test_a_second_run_compares_with_the_first_and_needs_no_reviewer_where_nothing_waits(host: Host) -> None:
    publish(host)
    git(host.steward, "pull", "-q", "origin", "main")
    (host.steward / "site_src/about.md").write_text("---\ntitle: About us\n---\n\nWe row.\n", encoding="utf-8")
    page = host.push("A page")
    done = publish(host, reviewed={"name": "seal", "protection_rules": []})
    assert results(done) == ALL_GOOD | {"seal": "skipped"}, "\n".join(one.log for one in done.values())
    assert host.tip("deployed") == host.tip("main") == page
    (host.steward / "badges/knots/awards/second.yaml").write_text(
        "issued_on: 2026-05-18\nhandle: heron-2\n", encoding="utf-8"
    )
    host.push("An award")
    done = publish(host)
    assert results(done) == ALL_GOOD, "\n".join(one.log for one in done.values())
    assert host.tip("deployed") == host.tip("main") == done["seal"].outputs["commit"]


@needs_libcairo
def test_what_was_published_and_vanishes_stops_the_publishing(host: Host) -> None:
    publish(host)
    before = host.tip("deployed")
    git(host.steward, "pull", "-q", "origin", "main")
    for path in (host.steward / "issuers/club/sealed/awards").rglob("credential.json"):
        path.unlink()
    host.push("Tidy up")
    done = publish(host)
    assert done["build"].result == "skipped" and host.tip("deployed") == before


@needs_libcairo
def test_by_hand_the_guard_builds_and_records_what_a_steward_sealed(sealed_club: ClubFolder, tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    host = Host(tmp_path / "host", sealed_club.root, "paper")
    for subject in ("Once", "Twice"):
        sha = host.push(subject)
        done = host.runs(workflow("publish", "paper"), sha)
        assert set(results(done).values()) == {"success"}, "\n".join(one.log for one in done.values())
        assert host.tip("deployed") == sha


def test_by_hand_the_first_publishing_needs_nothing_before_it(sealed_club: ClubFolder, tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    host = Host(tmp_path / "host", sealed_club.root, "paper")
    done = host.runs(workflow("publish", "paper"), host.tip("main"))
    assert set(results(done).values()) == {"success"}, "\n".join(one.log for one in done.values())
    assert "this is taken for the first publishing" in done["guard"].log
    assert host.tip("deployed") == host.tip("main")


@pytest.mark.parametrize("keys", ["paper", "environment"])
def test_a_code_that_every_job_could_read_stops_everything(keyed: Path, tmp_path: Path, keys: str) -> None:
    host = Host(tmp_path, keyed, keys)
    shipped = workflow("publish", keys)
    context = {"github.sha": host.tip("main"), "github.ref": "refs/heads/main", "secrets.PINBACK_CODE": TEST_CODE}
    seen = host.job(shipped, "outside", context)
    assert seen.result == "failure"
    assert seen.log.startswith("::error::PINBACK_CODE is a secret of the whole repository")
    assert TEST_CODE not in seen.log
    assert host.runs(shipped, host.tip("main"))["outside"].result == "success"
    other = host.runs(shipped, host.tip("main"), {"github.ref": "refs/heads/other"})
    assert set(results(other).values()) == {"skipped"}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, {"name": "seal", "protection_rules": []}), "has no required reviewer"),
        (
            (200, {"name": "seal", "protection_rules": [{"type": "required_reviewers", "reviewers": []}]}),
            "has no required",
        ),
        (
            (200, {"name": "seal", "protection_rules": [{"type": "wait_timer", "wait_timer": 5}]}),
            "has no required reviewer",
        ),
        ((200, []), "has no required reviewer"),
        ((404, {"message": "Not Found"}), "cannot be read (answer 404)"),
        ((403, {"message": "Forbidden"}), "cannot be read (answer 403)"),
    ],
)
def test_without_a_reviewer_the_code_is_not_used(host: Host, answer: tuple[int, object], words: str) -> None:
    with api({ENVIRONMENT: answer}) as (host.api, asked):
        done = host.runs(workflow("publish", "environment"), host.tip("main"))
    assert words in done["ready"].log
    assert asked == [(ENVIRONMENT, "Bearer t0ken")]
    assert {name: one for name, one in results(done).items() if one != "skipped"} == {
        "outside": "success",
        "ready": "failure",
        "doctor": "success",
    }
    assert "\n## In order\n" in done["doctor"].summary


def test_a_mistake_in_the_content_is_shown_at_its_line_and_stops_the_run(host: Host) -> None:
    (host.steward / AWARD).write_text("isued_on: 2026-05-17\nhandle: otter-7\n", encoding="utf-8")
    host.push("Mistake")
    done = publish(host)
    assert f"::error file={AWARD},line=1::" in done["ready"].log
    assert done["ready"].result == "failure" and done["guard"].result == "skipped"
    assert SENTENCE in done["ready"].summary


def test_by_hand_a_mistake_on_main_is_shown_at_its_line_and_in_one_sentence(
    sealed_club: ClubFolder, tmp_path: Path
) -> None:
    (tmp_path / "host").mkdir()
    host = Host(tmp_path / "host", sealed_club.root, "paper")
    (host.steward / AWARD).write_text("isued_on: 2026-05-17\nhandle: otter-7\n", encoding="utf-8")
    done = host.runs(workflow("publish", "paper"), host.push("Mistake"))
    assert f"::error file={AWARD},line=1::" in done["guard"].log
    assert done["guard"].result == "failure" and done["build"].result == "skipped"
    assert SENTENCE in done["guard"].summary


def test_an_empty_environment_says_where_the_code_belongs(host: Host) -> None:
    host.secrets["PINBACK_CODE"] = ""
    done = publish(host)
    assert "keep it as the secret PINBACK_CODE of the environment seal" in done["seal"].log
    assert done["guard"].result == "skipped"


# Two who push at once. Git runs the hook when the job's push has begun and before the host takes it.

PUSH_PAGE = """
[ -e "$HOME/pushes" ] && [ "$(wc -l <"$HOME/pushes")" -ge {times} ] && exit 0
echo >>"$HOME/pushes"
unset GIT_DIR
cd {steward}
git fetch -q origin && git reset -q --hard origin/main
date +%N >>site_src/rivers.md
git add -A && git -c user.name=S -c user.email=s@example.org commit -q -m 'A page'
git push -q origin HEAD:refs/heads/main
"""


def racing(host: Host, times: int, more: str = "") -> None:
    (host.steward / "site_src/rivers.md").write_text("---\ntitle: Rivers\n---\n\nA page.\n", encoding="utf-8")
    host.push("A page to change")
    script = PUSH_PAGE.format(times=times, steward=host.steward)
    host.hooks["pre-push"] = script.replace("date +%N >>", f"{more}\ndate +%N >>") if more else script


@needs_libcairo
def test_a_rejected_push_throws_the_work_away_and_starts_again(host: Host) -> None:
    racing(host, 1)
    start = host.tip("main")
    done = publish(host)
    assert done["seal"].result == "success", done["seal"].log
    tip = host.tip("main")
    assert tip == done["seal"].outputs["commit"]
    assert git(host.origin, "log", "--format=%s", f"{start}..{tip}").split("\n") == ["Seal", "A page"]
    register = git(host.origin, "show", f"{tip}:issuers/club/register.jsonl")
    assert register.count('"event":"award"') == 1


@needs_libcairo
def test_it_starts_at_most_three_times(host: Host) -> None:
    racing(host, 9)
    start = host.tip("main")
    done = publish(host)
    assert done["seal"].result == "failure" and "others pushed three times" in done["seal"].log
    assert git(host.origin, "log", "--format=%s", f"{start}..main").split("\n") == ["A page"] * 3
    assert done["guard"].result == "skipped"


@needs_libcairo
def test_an_award_that_no_reviewer_saw_is_not_signed(host: Host) -> None:
    """A run that was approved for one thing must not sign another that was pushed meanwhile."""
    racing(host, 1, "printf 'issued_on: 2026-05-18\\nhandle: heron-2\\n' >badges/knots/awards/second.yaml")
    start = host.tip("main")
    done = publish(host)
    assert done["seal"].result == "failure" and "nobody reviewed what would be signed now" in done["seal"].log
    assert git(host.origin, "log", "--format=%s", f"{start}..main") == "A page"
    # The run of the newer commit asks again, and seals both.
    host.hooks.clear()
    done = publish(host)
    assert results(done) == ALL_GOOD
    assert git(host.origin, "show", "main:issuers/club/register.jsonl").count('"event":"award"') == 2


@needs_libcairo
def test_two_runs_that_seal_the_same_seal_it_once(host: Host) -> None:
    """The other run is a steward at her own computer; this one finds nothing left to do."""
    seal = f"PINBACK_CODE={TEST_CODE} PYTHONPATH={ROOT} {sys.executable} -m pinback seal >/dev/null 2>&1"
    script = PUSH_PAGE.format(times=1, steward=host.steward)
    host.hooks["pre-push"] = script.replace("date +%N >>site_src/rivers.md", seal)
    start = host.tip("main")
    done = publish(host)
    assert done["seal"].result == "success", done["seal"].log
    assert "Nothing to seal." in done["seal"].log
    assert git(host.origin, "log", "--format=%s", f"{start}..main") == "A page"
    assert done["seal"].outputs["commit"] == host.tip("main") == host.tip("deployed")


@needs_libcairo
def test_a_host_that_takes_no_push_is_told_apart_from_a_race(host: Host) -> None:
    hook = host.origin / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    done = publish(host)
    assert "main did not move and the push was refused all the same" in done["seal"].log
    assert done["seal"].result == "failure"


@needs_libcairo
def test_a_sealing_that_touches_anything_else_is_not_pushed(host: Host) -> None:
    host.hooks["pre-commit"] = "echo planted >site_src/planted.md; git add -A"
    start = host.tip("main")
    done = publish(host)
    assert "site_src/planted.md: no sealing touches this file" in done["seal"].log
    assert done["seal"].result == "failure" and host.tip("main") == start


@needs_libcairo
def test_no_other_program_of_the_job_is_given_the_code(host: Host, tmp_path: Path) -> None:
    host.hooks["pre-commit"] = f"env >{tmp_path}/seen-by-git"
    assert publish(host)["seal"].result == "success"
    seen = (tmp_path / "seen-by-git").read_text(encoding="utf-8")
    assert "GITHUB_ACTIONS=true" in seen
    assert "PINBACK_CODE" not in seen and TEST_CODE not in seen


# The guard and the record by themselves.


def guard(host: Host, sha: str) -> object:
    return host.job(workflow("publish", "paper"), "guard", {"github.sha": sha})


def test_guard_refuses_where_no_branch_was_fetched(host: Host) -> None:
    shipped = workflow("publish", "paper")
    checkout = shipped["jobs"]["guard"]["steps"][0]
    checkout["with"].pop("fetch-depth")
    done = host.job(shipped, "guard", {"github.sha": host.tip("main")})
    assert done.result == "failure" and "the branches were not fetched" in done.log


def test_guard_says_what_was_published_before(host: Host) -> None:
    done = guard(host, host.tip("main"))
    assert done.outputs == {"commit": host.tip("main"), "before": ""}


def record(host: Host, commit: str, before: str) -> object:
    context = {"needs.guard.outputs.commit": commit, "needs.guard.outputs.before": before}
    return host.job(workflow("publish", "paper"), "record", context)


def test_record_moves_the_branch_from_where_the_guard_saw_it(host: Host) -> None:
    first = host.tip("main")
    assert record(host, first, "").result == "success"
    assert host.tip("deployed") == first
    second = host.push("More")
    assert record(host, second, first).result == "success"
    third = host.push("Still more")
    assert record(host, third, first).result == "failure"
    assert record(host, third, "").result == "failure"
    assert host.tip("deployed") == second


def test_record_follows_a_history_that_an_erasure_rewrote(host: Host) -> None:
    first = host.tip("main")
    record(host, first, "")
    git(host.steward, "commit", "-q", "--amend", "-m", "Without her")
    git(host.steward, "push", "-q", "--force", "origin", "HEAD:refs/heads/main")
    rewritten = host.tip("main")
    assert rewritten != first and record(host, rewritten, first).result == "success"
    assert host.tip("deployed") == rewritten


# Pull requests.


def pull_request(host: Host, whose: str) -> dict:
    """Merge the steward's branch into main as the host does for a pull request, and run the check."""
    git(host.steward, "push", "-q", "origin", "HEAD:refs/heads/proposal")
    main = host.tip("main")
    merged = git(host.steward, "commit-tree", "-p", main, "-p", "HEAD", "-m", "Merge", "HEAD^{tree}")
    git(host.steward, "push", "-q", "origin", f"{merged}:refs/heads/merge")
    event = {"github.event.pull_request.head.repo.full_name": whose}
    host.event = {"pull_request": {"head": {"repo": {"full_name": whose}, "ref": "proposal"}}}
    return host.runs(workflow("check"), merged, event)


@pytest.mark.parametrize("whose", ["club/badges", "stranger/badges"])
def test_a_page_may_come_from_anybody(host: Host, whose: str) -> None:
    (host.steward / "site_src/about.md").write_text("---\ntitle: About us\n---\n\nWe row.\n", encoding="utf-8")
    git(host.steward, "add", "-A")
    git(host.steward, "commit", "-q", "-m", "A page")
    done = pull_request(host, whose)["check"]
    assert done.result == "success", done.log
    assert (done.folder / "preview" / "index.html").is_file()


def test_a_stranger_touches_no_keys(host: Host) -> None:
    (host.steward / "issuers/club/keys.age").write_bytes(b"other")
    git(host.steward, "commit", "-q", "-a", "-m", "Keys")
    assert pull_request(host, "stranger/badges")["check"].result == "failure"


def test_a_mistake_in_a_pull_request_is_shown_at_its_line(host: Host) -> None:
    (host.steward / AWARD).write_text("isued_on: 2026-05-17\nhandle: otter-7\n", encoding="utf-8")
    git(host.steward, "commit", "-q", "-a", "-m", "Mistake")
    done = pull_request(host, "stranger/badges")["check"]
    assert done.result == "failure" and f"::error file={AWARD},line=1::" in done.log
    assert SENTENCE.replace("club/badges/blob/main", "stranger/badges/blob/proposal") in done.summary
