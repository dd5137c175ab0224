"""The ways in and out: each turns a transport into text, sender and metadata, and shows answers in its own manner."""
