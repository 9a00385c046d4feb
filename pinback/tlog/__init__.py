"""Transparency logs as plain files: trees, signed notes, tiles, proofs, witnesses.

    trees        RFC 6962 §2.1: tree hashes, inclusion and consistency, made and checked
    notes        C2SP signed-note, tlog-checkpoint, tlog-cosignature (Ed25519)
    tiles        C2SP tlog-tiles: paths, tiles, entry bundles
    inclusion    C2SP tlog-proof
    witnesses    C2SP tlog-witness: what is asked of a witness, and what it answers
    auditing     a published log read and recomputed, compared with what was seen before

Hashes, keys and bytes alone: nothing here knows badges, registers, files or the network. What a club's register
makes of it stands in ``log``; what a checker believes in ``verify/logged``.
"""
