"""Questions that the adviser asks back: which messages answer them, and what happens when something else is said meanwhile."""
