"""A run of `reprise bench`: its page, and the sentence in README on the choice of a backend."""

import json
import os
import pathlib
import subprocess
import tempfile

from stored import README, ROOT, fail, found, link, machine_of, read

COMMAND = "reprise bench --full and ./tools/readme --bench"


def take(programs):
    """Stores the rounds, with the answers and the page that `reprise bench --render` makes of them."""
    run = pathlib.Path(os.environ.get("REPRISE_BENCH", ROOT / "build" / "bench"))
    if not (run / "bench.json").exists():
        fail(3, f"{run}: found no bench.json, expected one of reprise bench")
    if "data:stand-in" in (run / "bench.json").read_text():
        fail(2, f"{run}: found a STAND-IN run, expected one on the real data")
    folder = machine_of([run / "bench.json"]) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    render(programs, run / "bench.json", folder)


def render(programs, file, folder):
    subprocess.run([programs / "reprise", "bench", "--render", file, "--out", folder], check=True)


def pages(programs):
    texts = {}
    for file in found("*/bench/bench.json", COMMAND):
        with tempfile.TemporaryDirectory() as place:
            render(programs, file, place)
            for name in ("bench.json", "README.md"):
                texts[file.parent / name] = (pathlib.Path(place) / name).read_text()
    return texts


def blocks(programs):
    file = found("*/bench/bench.json", COMMAND)[-1]
    sentence = json.loads(pages(programs)[file])["backend"].rstrip(".")
    cpu = read(file)["environment"]["cpu"]
    return [(README, "bench", f"{sentence}, on {cpu} ([every layer, and how many threads pay]"
                              f"({link(file.parent / 'README.md')})).")]
