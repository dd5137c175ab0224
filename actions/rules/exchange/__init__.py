"""Takes guidance out for editing in other programs (YAML, CSV, Excel) and brings it back without loss."""

from actions.rules.exchange.errors import ExchangeError
from actions.rules.exchange.exporting import Format, choose, export_library, format_of
from actions.rules.exchange.importing import Import, carry_out, plan_import

__all__ = ["ExchangeError", "Format", "Import", "carry_out", "choose", "export_library", "format_of", "plan_import"]
