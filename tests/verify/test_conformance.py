"""Every conformance case comes out as it must; and the suite notices when any one check is taken out."""

from __future__ import annotations

from collections import Counter

import pytest
from conformance import Case, cases

from pinback.pages.checking import ANSWERS
from pinback.verify import verifier
from pinback.verify.verdict import Finding


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case_comes_out_as_it_must(case: Case) -> None:
    assert not case.fault()


def test_there_are_enough_cases_each_with_a_name_and_a_sentence() -> None:
    names = Counter(case.name for case in cases())
    assert not [name for name, times in names.items() if times > 1]
    assert all(case.why for case in cases())
    assert sum(case.ok for case in cases()) >= 15
    assert sum(not case.ok for case in cases()) >= 150


@pytest.fixture(scope="module")
def found_by() -> dict[str, list[Case]]:
    """For each check the cases in which it was the one that found something, or had something to say."""
    table: dict[str, list[Case]] = {check.name: [] for check in verifier.CHECKS}
    here: list[str] = []

    def watched(check: verifier.Check) -> verifier.Check:
        def run(exam: object) -> str:
            try:
                return check.run(exam)
            except Finding:
                here.append(check.name)
                raise

        return check._replace(run=run)

    whole = verifier.CHECKS
    verifier.CHECKS = tuple(watched(check) for check in whole)
    try:
        for case in cases():
            here.clear()
            case.report()
            for name in set(here):
                table[name].append(case)
    finally:
        verifier.CHECKS = whole
    return table


@pytest.mark.parametrize("check", verifier.CHECKS, ids=lambda check: check.name)
def test_suite_notices_when_a_check_is_taken_out(
    check: verifier.Check, found_by: dict[str, list[Case]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "CHECKS", tuple(one for one in verifier.CHECKS if one is not check))
    first = found_by[check.name]
    assert any(_noticed(case) for case in [*first, *(case for case in cases() if case.ok)])


def _noticed(case: Case) -> bool:
    try:
        return bool(case.fault())
    except Exception:
        # Without the check the checker does not even get to its end.
        return True


def test_every_step_and_answer_is_a_word_that_pages_translate() -> None:
    reports = [case.report().lines for case in cases()]
    for report in reports:
        reached = {line.step for line in report if line.answer != "not reached"}
        assert reached.isdisjoint(line.step for line in report if line.answer == "not reached")
    lines = [line for report in reports for line in report]
    told = {line.step for line in lines} | {line.answer for line in lines}
    assert {"yes", "no", "cannot tell", "not asked", "not reached"} < told
    assert told <= set(ANSWERS)
