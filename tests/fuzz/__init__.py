"""Hostile input of every kind: files of bytes, whole clubs, and a look through what is published; see ``__main__``."""
