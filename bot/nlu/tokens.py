"""Splits folded texts into the tokens that features count, as scikit-learn's vectorizers do, and numbers them by a hash.

Learning uses scikit-learn; asking must not import it (two seconds and 60 MB of a start). A vocabulary of 400,000 strings would
take 60 MB and a second to read; their sorted hashes take 3 MB. With 64 bits, two of so many collide once in 200 million times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Tokenizer = Callable[[str], list[str]]

_SPACES = re.compile(r"\s\s+")


def words(pattern: str, most: int = 1) -> Tokenizer:
    """Words by a pattern, and runs of up to ``most`` words."""
    find = re.compile(pattern).findall

    def tokens(text: str) -> list[str]:
        found = find(text)
        runs = list(found)
        for length in range(2, most + 1):
            runs += [" ".join(found[start : start + length]) for start in range(len(found) - length + 1)]
        return runs

    return tokens


def characters(shortest: int, longest: int) -> Tokenizer:
    """Runs of characters."""

    def tokens(text: str) -> list[str]:
        text = _SPACES.sub(" ", text)
        return [
            text[start : start + length] for length in range(shortest, longest + 1) for start in range(len(text) - length + 1)
        ]

    return tokens


def pieces(shortest: int, longest: int) -> Tokenizer:
    """Runs of characters within words, each word with a space before and after it; short words are taken whole, once."""

    def tokens(text: str) -> list[str]:
        found = []
        for word in _SPACES.sub(" ", text).split():
            padded = f" {word} "
            size = len(padded)
            for length in range(shortest, longest + 1):
                if length >= size:
                    found.append(padded)
                    break
                found += [padded[start : start + length] for start in range(size - length + 1)]
        return found

    return tokens


def hashes(tokens: Iterable[str]) -> NDArray[np.uint64]:
    """A number of 64 bits for each token, the same in every process."""
    return np.frombuffer(b"".join(blake2b(token.encode(), digest_size=8).digest() for token in tokens), dtype="<u8")
