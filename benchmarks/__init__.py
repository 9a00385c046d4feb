"""How long Pinback takes, beside other programs and beside the least that the same work can take.

    python -m benchmarks --help

No part of the package and of no test: times belong to a machine and an hour. ``README.md`` says how to read them.
"""
