"""Commands for authors (``python -m actions.rules …``): check, preview, release, exchange and review the guidance."""
