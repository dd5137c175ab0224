"""Tests of the rules store."""
