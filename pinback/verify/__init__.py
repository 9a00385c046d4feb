"""The checker: is this badge genuine, in force, and whose is it? For badges of any issuer.

It shares proofs, unbaking and contexts with the part that makes badges, and nothing else.

    limits            every limit, in one place
    public, urls      which hosts may be asked; parts of strangers' addresses
    fetch             the only door to the network in the whole project; saved copies in its place
    asking            each address once a run, counted for each document
    reading           step 1: the documents in a file (json_reading, pdf_reading, zip_reading)
    kinds             step 2: what is it
    issuers           the documents in which issuers name their keys
    credential        VC 1.1 and 2.0 (credential_keys, credential_dates, shape, cost, statuses)
    open_badges_2     hosted and signed (open_badges_2_rules)
    trusting          whom the asker trusts, for whom, two documents in one picture (recipients)
    verifier          the table of all checks, and the ten steps
    inputs, many      files, addresses, folders, archives
    report, verdict   what is said
"""
