"""``python -m bot.patches train …`` is ``rasa train …`` with the patches that concern training; so with Rasa's other commands."""

from __future__ import annotations

import os
import sys

from rasa.__main__ import main

from bot import patches

if __name__ == "__main__":
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    patches.apply_to_training()
    sys.argv[0] = "rasa"
    main()
