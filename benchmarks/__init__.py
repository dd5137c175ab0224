"""Measurements: how well questions are understood, and what the assistant costs in time, memory and disk."""
