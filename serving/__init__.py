"""What both servers do the same way: log lines, request ids, ``/metrics``, traces, and stopping without losing a message.

Knows neither Rasa nor the actions; ``bot`` and ``actions`` both build on it.
"""
