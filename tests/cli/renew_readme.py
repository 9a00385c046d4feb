"""Write the help texts into README: ``python -m tests.cli.renew_readme`` in the repository's root."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from conftest import ROOT
from test_documentation import BEGIN, END, commands_markdown

if __name__ == "__main__":
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    path.write_text(text[:start] + commands_markdown() + text[end:], encoding="utf-8")
