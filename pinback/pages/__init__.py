"""HTML pages: values prepared here, layout in the theme's templates.

``place`` where a page stands, ``language`` the words of the interface, ``theme`` templates and their place, ``kept`` what is made of
the default theme once for all runs, ``shared`` what all pages share, ``markdown`` Markdown to safe HTML; then a room for each kind of page: ``own``, ``badges``, ``issuers``, ``awards``,
``checking``. Pages know the model and finished documents, never keys or files.
"""
