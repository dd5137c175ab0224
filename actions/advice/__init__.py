"""Composes answers out of the rules store in both languages; knows nothing of Rasa or of channels."""
