"""Backs up what is stored, and puts it back: ``python -m bot backup`` and ``python -m bot restore``.

A backup is a private folder: of an SQLite database a copy of the file, of a PostgreSQL database the tables' rows as ``COPY``
writes them, and a manifest with checksums. Neither needs a program besides this one (``pg_dump`` refuses servers newer than
itself), nor the servers to stop while it is made.
"""
