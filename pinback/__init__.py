"""Pinback: a club's folder of Markdown and YAML becomes signed Open Badges and a web site of plain files."""

__version__ = "0.1.0"
