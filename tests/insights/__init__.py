"""Insights: masking, reading, finding, reporting."""
