"""The same bytes wherever and however a club is sealed and built; see ``__main__`` for the complete run."""
