"""The code that opens a club's keys: 128 random bits, readable aloud, forgiving when typed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pinback.errors import SigningError
from pinback.keys.code import new_code, typed_code, typed_codes
from pinback.leaks import check_sign, leak_in

BODY = "7K2MPQ4HRX9AVB3C5D6E8F0G1J"
SIGNS = BODY + check_sign(BODY)
CODE = "-".join(SIGNS[start : start + 4] for start in range(0, 27, 4))


def test_new_codes_have_the_printed_form_and_differ():
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{3}(-[0-9A-HJKMNP-TV-Z]{4}){5}-[0-9A-HJKMNP-TV-Z]{3}", code)
        assert typed_code(code) == code
        assert leak_in(code.encode())


_ENDED = """
import os, resource, signal
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
from pinback.keys.code import new_code
new_code()
signal.signal(signal.SIGQUIT, signal.SIG_DFL)  # ignored where the tests run in the background
print(*resource.getrlimit(resource.RLIMIT_CORE), flush=True)
os.kill(os.getpid(), signal.SIGQUIT)
"""


@pytest.mark.skipif(os.name != "posix", reason="systems without such images")
def test_process_that_knows_a_code_leaves_no_image_of_its_memory(tmp_path: Path):
    """Ctrl-\\ at the terminal would else put keys and code into a file of the club's folder, where git takes it along."""
    done = subprocess.run([sys.executable, "-c", _ENDED], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("0 0\n", -signal.SIGQUIT), done.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_bit_of_a_code_is_drawn():
    seen = {(place, sign) for _ in range(1000) for place, sign in enumerate(new_code().replace("-", ""))}
    for place in range(1, 26):
        assert len({sign for where, sign in seen if where == place}) == 32
    assert {sign for where, sign in seen if where == 0} == set("01234567")


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        SIGNS,
        CODE.replace("-", " "),
        f"  {CODE}\r\n",
        "\t".join(SIGNS),
        CODE.replace("0", "O"),
        CODE.replace("0", "o").replace("1", "l"),
        CODE.replace("1", "I"),
        CODE.replace("-", "\u2011"),
        CODE.replace("-", " \u2013 "),
        CODE.replace("-", "\u00a0"),
    ],
)
def test_sloppy_typing_is_understood(typed):
    assert typed_code(typed) == CODE


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "a code has 27 letters and digits, this one has 0"),
        (CODE[:-1], "a code has 27 letters and digits, this one has 26"),
        (CODE + "A", "a code has 27 letters and digits, this one has 28"),
        (CODE.replace("7", "U", 1), "letters (but no U) and digits only"),
        (CODE.replace("7", "é", 1), "letters (but no U) and digits only"),
        (CODE.replace("7", "*", 1), "letters (but no U) and digits only"),
    ],
)
def test_what_cannot_be_a_code_is_refused_and_not_repeated(typed, why):
    with pytest.raises(SigningError) as refused:
        typed_code(typed)
    assert why in str(refused.value)
    for group in CODE.split("-"):
        assert group not in str(refused.value)


def test_each_wrong_sign_and_each_swap_of_neighbours_is_noticed():
    for place in range(27):
        wrong = SIGNS[:place] + ("A" if SIGNS[place] != "A" else "B") + SIGNS[place + 1 :]
        with pytest.raises(SigningError, match="its last sign does not fit"):
            typed_code(wrong)
    for place in range(26):
        if SIGNS[place] != SIGNS[place + 1]:
            swapped = SIGNS[:place] + SIGNS[place + 1] + SIGNS[place] + SIGNS[place + 2 :]
            with pytest.raises(SigningError):
                typed_code(swapped)


def test_one_variable_may_hold_several_codes_however_they_are_typed():
    first, second = new_code(), new_code()
    for text in (
        f"{first} {second}",
        f"{first}\n{second}\n",
        f"{first.lower().replace('-', ' ')}  {second}",
        f" {first}{second} ",
    ):
        assert typed_codes(text) == [first, second]
    assert typed_codes(first.replace("-", " ")) == [first]
    with pytest.raises(SigningError, match="this one has 5"):
        typed_codes(f"{first} ABCDE")
