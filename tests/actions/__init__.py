"""Tests of the conversation actions."""
