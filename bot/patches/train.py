"""``python -m bot.patches.train …`` is ``rasa train …`` with the patches that concern training."""

from __future__ import annotations

import sys

from rasa.__main__ import main

from bot import patches

if __name__ == "__main__":
    patches.apply_to_training()
    sys.argv = ["rasa", "train", *sys.argv[1:]]
    main()
