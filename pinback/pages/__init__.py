"""HTML pages: values prepared here, layout in the theme's templates.

``markdown`` Markdown to safe HTML, ``theme`` templates and their place, ``views`` the values of each page,
``render`` one function a page. Pages know the model and finished documents, never keys or files.
"""
