"""Badges of other issuers on a holder's page: checked once over the network, kept as a saved copy, checked again at each build.

A saved copy is one ZIP: an archive as ``pinback verify FILE --offline`` reads it, with what the checker asked for when it was
saved, the moment of saving, and the badge's picture made small. From it alone the checker comes to the same answer for
that moment, without a network and without a clock.

What a copy proves is that its documents hold together. That they came from where they say, the certificate of that host
proved when they were saved, and the club vouches for it by having saved them; so the page links to the badge itself.

    copies     what a copy is; the check of one
    saving     making one
    pictures   a stranger's picture, small and harmless

Nothing here opens the network: a door comes as an argument, and only ``cli`` has one.
"""
