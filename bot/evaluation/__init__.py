"""Judges the trained model on labelled questions that it has not learnt from (``make eval``)."""
