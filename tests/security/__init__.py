"""Security: parsers, expressions, what is closed; docs/security.md says which test proves what."""
