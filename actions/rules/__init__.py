"""The rules store: guidance read from YAML, kept in releases in a database and matched to a person's situation.

The package knows nothing of Rasa; it can be used as a library and from the command line (``python -m actions.rules``).
"""
