"""People who talk while things break, and the books that are kept of what they said and got: nothing lost, nothing doubled."""
