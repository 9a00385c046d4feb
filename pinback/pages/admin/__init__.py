"""The pages for stewards, below ``admin/``: nothing of them is asked of a server, and what they make stays in the browser.

They hand over files and texts to paste; what publishes is a commit at the host, and what signs is ``seal``.
"""
