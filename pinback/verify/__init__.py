"""The checker: is this badge genuine, in force, and whose is it? For badges of any issuer.

It shares proofs, unbaking and contexts with the part that makes badges, and nothing else. ``fetch`` is the only door
to the network in the whole project; every limit stands in ``limits``.
"""
