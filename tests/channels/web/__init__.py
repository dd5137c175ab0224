"""Tests of the web chat's channel against a real server that is answered for by a short stand-in for Rasa."""
