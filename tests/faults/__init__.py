"""Faults at every call by which a command changes a club's folder; see ``__main__`` for the complete run."""
