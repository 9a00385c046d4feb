"""Sealing: an award is signed one time, and the exact bytes are kept for ever (DESIGN §4, TRUST §3).

``store`` what an issuer has sealed so far, ``plan`` what a sealing would do, in words, ``make`` documents and
signatures, read back and verified, ``write`` files first and the register last. ``pipeline`` tells the story.
"""
