"""Qiao's assistant process: understanding (nlu), ways in and out (channels), the web page (widget) and the launcher."""
