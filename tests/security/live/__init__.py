"""Against the real servers."""
