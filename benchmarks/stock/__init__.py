"""Qiao's server beside the stock one of `rasa init` (DIET, TED), on the same examples, actions, machine and run."""
