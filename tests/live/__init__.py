"""Tests against the real servers: action server and Rasa server as processes, with the trained model."""
