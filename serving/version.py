"""The version of Qiao, as ``pyproject.toml`` has it too; images hold no ``pyproject.toml``."""

VERSION = "0.1.0"
