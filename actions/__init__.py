"""Qiao's action server: conversation actions over the advice and rules packages."""
