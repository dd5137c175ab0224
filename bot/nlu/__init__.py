"""Understanding: language, intent (topic or turn) and facets of a message, as Rasa graph components."""
