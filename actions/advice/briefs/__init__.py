"""Briefs for a board: put together out of the rules store, shown as a web page or a Word document."""
