"""Change sound inputs: byte by byte, piece by piece, and by what each format is known to stumble over."""

from __future__ import annotations

import random

PIECES = [piece.encode("utf-8", "surrogatepass") for piece in (
    *"abz019 :-#,[]{}&*!|>%@`'\"\\?~=<.\t\n\r\x00\x07\x0b\x1b\x7f\x85\xad\u2028\u2029\u202e\u2066\u200b\u200f\ufeff\ufffe\ud800é🏅",
    "e\u0301", "\r\n", "\n\n", "\n  ", "\n  - ", "\n    ", ": ", "---\n", "...\n", "<<: ", "*a ", "&a ", "!!str ", "!!python/object ", "%YAML 1.1\n", "{a: b}",
    "[a, b]", "|\n  ", ">-\n  ", '"\\u0000"', '"\\ud800"', "null", "true", "no", "0x1F", "1e999", "-0", ".inf", "9" * 400, "2026-02-30", "0000-00-00",
    "<script>", "</script>", "<!--", "-->", "]]>", "<![CDATA[", "&lt;", "&#0;", "&#x202e;", "&#106;", "javascript:", "JaVaScRiPt:", "data:text/html,", "https://",
    "//evil.example", "../", "..\\", "%2e%2e", "{{", "}}", "{%", "%}", "{#", "%(x)s", "%", "`", "```\n", "![", "](", "[x](", "<a href=", " onload=", "style=", "url(",
    "<use href=\"#a\"/>", "<g>", "</g>", "<!DOCTYPE svg [", "<!ENTITY a \"b\">", "&a;", "id=\"a\"", "fill=\"url(#a)\"", "NaN", "-Infinity", "\\u0000", "\\ud83d", "__proto__",
    "\"@context\":", "\"type\":", "\"id\":", "\"proof\":", "[[[[[[[[", "]]]]]]]]", "{\"a\":", "a@b.example", "=cmd|' /C calc'!A0", "\x1b[31m", "\x9b31m",
)] + [b"\xff", b"\xfe\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0"]  # fmt: skip
"""What formats are made of, and what readers stumble over."""
_REPEATED = (
    b"[",
    b"{",
    b"(",
    b"<g>",
    b"> ",
    b"  ",
    b"- ",
    b"*",
    b"_",
    b"`",
    b"&",
    b"\\",
    b"a",
    b"\n",
    b",",
    b'"',
    b"[a](",
    b"a: ",
    b"<a>",
    b"{{",
    b"\0",
    b"9",
)


def mutated(data: bytes, others: list[bytes], source: random.Random) -> bytes:
    """Return an input one to six steps away from a sound one.

    Args:
        data: the sound input.
        others: more of its kind, from which parts are taken.
        source: where chance comes from.
    """
    for _ in range(source.choice((1, 1, 1, 2, 3, 6))):
        data = _step(data, others, source)
        if len(data) > 1_500_000:
            data = data[:1_500_000]
    return data


def _step(data: bytes, others: list[bytes], source: random.Random) -> bytes:
    start = source.randint(0, len(data))
    end = min(len(data), start + source.choice((0, 0, 1, 1, 2, 4, 8, 30, 200, 2_000)))
    match source.randint(0, 11):
        case 0:
            return data[:start] + data[end:]
        case 1:
            return data[:start] + bytes(source.randrange(256) for _ in range(end - start)) + data[end:]
        case 2 if start < len(data):
            return data[:start] + bytes([data[start] ^ 1 << source.randrange(8)]) + data[start + 1 :]
        case 3:
            other = source.choice(others)
            place = source.randint(0, len(other))
            return data[:start] + other[place : place + source.choice((4, 40, 400, 4_000))] + data[end:]
        case 4:
            return data[:start] + data[start:end] * source.choice((2, 3, 20, 300)) + data[end:]
        case 5:
            return data[:start] + source.choice(_REPEATED) * source.choice((10, 70, 1_000, 40_000)) + data[end:]
        case 6 if b"\n" in data:
            lines = data.split(b"\n")
            one, two = source.randrange(len(lines)), source.randrange(len(lines))
            lines[one], lines[two] = lines[two], lines[one]
            return b"\n".join(lines)
        case 7 if b"\n" in data:
            lines = data.split(b"\n")
            one = source.randrange(len(lines))
            return b"\n".join(lines[:one] + [lines[one]] * source.choice((2, 2, 50)) + lines[one + 1 :])
        case 8:
            number = source.choice((0, 1, 127, 128, 255, 256, 32_767, 65_535, 2**31 - 1, 2**31, 2**32 - 1))
            width = source.choice((1, 2, 4))
            return data[:start] + (number & (256**width - 1)).to_bytes(width, "big") + data[start + width :]
        case _:
            return data[:start] + source.choice(PIECES) + data[end:]
