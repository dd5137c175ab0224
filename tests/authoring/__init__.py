"""Tests of the authors' commands."""
