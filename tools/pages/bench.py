"""A run of `reprise bench`: its page, and the sentence in README on the choice of a backend."""

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


def rendered(programs):
    """{stored bench.json: (its answers, its page), as `reprise bench --render` makes them now}"""
    results = {}
    for file in found("bench/bench.json", COMMAND):
        with tempfile.TemporaryDirectory() as scratch:
            render(programs, file, scratch)
            folder = pathlib.Path(scratch)
            results[file] = read(folder / "bench.json"), (folder / "README.md").read_text()
    return results


def pages(programs):
    """The page of each stored run; bench.json stays as it was measured, also in an earlier schema."""
    return {file.parent / "README.md": page for file, (_, page) in rendered(programs).items()}


def blocks(programs):
    file, (answers, _) = max(rendered(programs).items(), key=lambda item: read(item[0])["created"])
    sentence, environment = answers["backend"].rstrip("."), answers["environment"]
    cpus = environment["available_cpus"]
    place = f"{cpus} processor{'' if cpus == 1 else 's'} of {environment['cpu']}"
    return [(README, "bench", f"{sentence}, on {place} ([every layer, and how many threads to use]"
                              f"({link(file.parent / 'README.md')})).")]
