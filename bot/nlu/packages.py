"""Data files that packages of the registry carry: found without an import, and compared with the original's digest."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path


class WrongWeights(Exception):
    """The package with the weights is missing, or its files are not the original ones."""


def installed(package: str) -> Path:
    """The folder of an installed package, which is not imported.

    Raises:
        WrongWeights: the package is missing.
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise WrongWeights(f"the package {package} is not installed; run: make setup")
    return Path(spec.origin).parent


def check(path: Path, digest: str) -> None:
    """Compare a file with the digest of the original.

    Raises:
        WrongWeights: it is missing, or another one.
    """
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                found.update(chunk)
    except OSError as error:
        raise WrongWeights(f"{path} cannot be read ({error.strerror}); run: make setup") from error
    if found.hexdigest() != digest:
        raise WrongWeights(f"{path} is not the original file; remove the package that it belongs to and run: make setup")
