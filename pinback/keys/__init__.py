"""The club's keys: the code, the encrypted bundle that it opens, and the sheet of paper (TRUST §1).

``code`` the one short line a club keeps, ``bundle`` the keys in memory and in ``keys.age``, ``sheet`` what
is printed once, ``demonstration`` the keys of the example club, which sign for nobody else.
"""
