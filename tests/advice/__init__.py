"""Tests of the adviser."""
