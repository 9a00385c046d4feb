"""What is remembered between runs, so that work whose result is known is not done again (docs/decisions/0029).

All of it lies below ``.pinback/cache`` in the club's folder, may be deleted at any time, and changes no byte of what is written:
it only says that a file is the one that was read before. ``looks`` says so by what the file system knows of each file, ``kept``
reads and writes the files of the folder, ``builds`` knows the last build of a site.

NOTE: ``build`` loads this package before anything else of the program, so it imports as little as it can.
"""
