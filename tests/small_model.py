# SPDX-License-Identifier: Apache-2.0
"""Thirty names, and a small model of them that the real command trains in a moment."""

from __future__ import annotations

import io
from pathlib import Path

from rnnkit.cli.console import Console
from rnnkit.cli.main import run

_WORDS = """
Allosaurus Ankylosaurus Apatosaurus Baryonyx Brachiosaurus Camarasaurus Carnotaurus
Ceratosaurus Coelophysis Corythosaurus Deinonychus Dilophosaurus Diplodocus
Edmontosaurus Gallimimus Giganotosaurus Hadrosaurus Iguanodon Kentrosaurus
Lambeosaurus Maiasaura Megalosaurus Oviraptor Pachycephalosaurus Parasaurolophus
Plateosaurus Protoceratops Spinosaurus Stegosaurus Styracosaurus
"""
NAMES = _WORDS.split()

LIST = "".join(f"{name}\n" for name in NAMES)
"""What the file of names holds."""

SIZES = ("--hidden", "16", "--embedding", "8", "--batch-size", "8", "--dropout", "0")
RECIPE = (*SIZES, "--learning-rate", "0.03", "--epochs", "25", "--seed", "1")


def train(folder: Path, *more: str) -> Path:
    """Write `names.txt` into the folder and train `small.safetensors` beside it."""
    names, model = folder / "names.txt", folder / "small.safetensors"
    names.write_text(LIST, encoding="utf-8")
    words = ["train", "dino", str(names), "--out", str(model), *RECIPE, *more]
    told = io.StringIO()
    assert run(words, Console(io.StringIO(), told, {})) == 0, told.getvalue()
    return model
