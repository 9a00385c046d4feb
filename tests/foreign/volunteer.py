"""The way of a club that has a browser and nothing else, as its host walks it: ``python tests/foreign/volunteer.py FOLDER``.

Makes a template repository in ``FOLDER`` and answers lines on standard input, each with one line of JSON:

    begin              the template is pushed, and the first run of its workflow publishes; says where repository and site lie
    publish SECRET     the workflow runs on what lies on main now, with that secret in the environment "seal"
    search WORD…       which of the words, given as a JSON list, stand anywhere in the site or in the whole history

The run scripts of the workflow are executed as they stand (``tests/workflows/runner.py``).
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflows"))

from runner import Host, api, git, workflow

from pinback import starting

REVIEWERS = {"protection_rules": [{"type": "required_reviewers", "reviewers": [{"type": "User"}]}]}


class Volunteer:
    """The host of one club, from its template on."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.site = folder / "site"
        starting.make_template(folder / "template")
        self.host = Host(folder, folder / "template", "environment")

    def begin(self) -> dict[str, object]:
        """Publish the template."""
        return {"origin": str(self.host.origin), "site": str(self.site), **self.publish("")}

    def publish(self, secret: str) -> dict[str, object]:
        """Run the workflow, put the site that it deploys in place, and say how each job ended."""
        self.host.secrets["PINBACK_CODE"] = secret
        with api({"/repos/club/badges/environments/seal": (200, REVIEWERS)}) as (self.host.api, _):
            done = self.host.runs(workflow("publish", "environment"), self.host.tip("main"))
        if done["build"].result == "success":
            shutil.rmtree(self.site, ignore_errors=True)
            shutil.copytree(done["build"].folder / "site", self.site)
        return {
            "jobs": {name: job.result for name, job in done.items()},
            "summary": "\n".join(job.summary for job in done.values()),
            "log": "\n".join(job.log for job in done.values() if job.result == "failure"),
        }

    def search(self, words: str) -> list[str]:
        """Return the words that stand in a file of the site, or in what any commit ever held or said."""
        history = git(self.host.origin, "log", "--all", "-p", "--no-color", "--format=%an %ae %s %b")
        texts = [path.read_bytes() for path in self.site.rglob("*") if path.is_file()]
        texts.append(history.encode("utf-8", "surrogateescape"))
        return [word for word in json.loads(words) if any(word.encode("utf-8") in text for text in texts)]


def main() -> int:
    """Answer until there are no more lines."""
    volunteer = Volunteer(Path(sys.argv[1]).resolve())
    asked = {"begin": volunteer.begin, "publish": volunteer.publish, "search": volunteer.search}
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        print(json.dumps(asked[word](*([rest] if rest else []))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
