"""What can be wrong with an exchange apart from the guidance itself."""

from actions.rules.errors import RulesError


class ExchangeError(RulesError):
    """Guidance cannot be exported or imported as asked; the message says why and what to do."""
