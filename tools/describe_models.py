# SPDX-License-Identifier: Apache-2.0
"""Write assets/manifest.json from the model files that lie in assets/.

    python tools/describe_models.py

Run it after training a shipped model anew. What the model file itself knows, sizes,
settings and losses, is taken from there, so that the two cannot disagree; what no file
knows stands in the table below.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from rnnkit.files.atomic import write_bytes
from rnnkit.files.weights import load_tensors

ASSETS = Path(__file__).resolve().parents[1] / "assets"

TOLD: dict[str, dict[str, str]] = {
    "dino": {
        "task": "dino",
        "file": "dino/model.safetensors",
        "licence": "Apache-2.0",
        "made_by": "make models",
        "description": "names of dinosaurs, learnt from assets/dino/names.txt",
    },
    **{
        name: {
            "task": "emojify",
            "file": f"emojify/{name}.safetensors",
            "licence": "Apache-2.0; what it was learnt from: assets/emojify/SOURCES.md",
            "made_by": "make emoji",
            "description": description,
        }
        for name, description in (
            ("course", "five emoji, two LSTMs as in Andrew Ng's lab"),
            ("five", "the same five emoji or none, negations, unknown words"),
            ("wide", "106 emoji or none"),
        )
    },
    "english": {
        "task": "words",
        "file": "words/vectors.safetensors",
        "licence": "Apache-2.0; what it was learnt from: assets/words/SOURCES.md",
        "made_by": "make vectors",
        "description": "30,000 English words, learnt from open texts",
    },
    "jazz": {
        "task": "jazz",
        "file": "jazz/model.safetensors",
        "licence": "Apache-2.0; learnt from the Weimar Jazz Database, see NOTICE",
        "made_by": "make jazz",
        "description": "jazz solos over chords, learnt from the Weimar Jazz Database",
    },
}


def description(name: str) -> dict[str, Any]:
    """The entry of one model."""
    told = TOLD[name]
    path = ASSETS / told["file"]
    data = path.read_bytes()
    _, metadata = load_tensors(path)
    return {
        "name": name,
        **told,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "configuration": metadata["training"],
        "metrics": metadata["metrics"],
    }


def main() -> int:
    """Write the manifest."""
    entries = [description(name) for name in sorted(TOLD)]
    manifest = {"schema": 1, "assets": entries}
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    write_bytes(ASSETS / "manifest.json", text.encode(), force=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
