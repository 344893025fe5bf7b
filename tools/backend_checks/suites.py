"""Runs `reprise bench` and says who was faster than whom."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / "build" / "release" / "bin"
FOLDER = ROOT / "build" / "backends"


class Failed(Exception):
    """A program failed or is missing; the message is one line."""


def bench(out, *flags):
    """The document that `reprise bench` writes into the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    command = [BIN / "reprise", "bench", "--out", out, *flags]
    try:
        done = subprocess.run([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    except FileNotFoundError:
        raise Failed(f"{BIN / 'reprise'}: not found, expected the programs of ./tools/build release") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise Failed(next((line for line in reversed(lines) if line.startswith("reprise: ")), lines[-1]))
    return json.loads((out / "bench.json").read_text())


def slower_pairs(document):
    """{(part, benchmark, slower, faster): verdict} of the pairs that were called different beyond the margin.

    A contender is its backend and number of threads, because another run may choose other settings of the threads.
    """
    found = {}
    for part in document["parts"]:
        if part["kind"] != "winners":
            continue
        names = {c["name"]: f"{c['configuration']['backend']}, {c['configuration']['threads']} thread(s)"
                 for c in part["comparison"]["measurements"]["contenders"] if c["configuration"].get("backend")}
        for verdict in part["pairs"]["verdicts"]:
            a, b = names[verdict["a"]], names[verdict["b"]]
            slower = {"regression": (b, a), "improvement": (a, b)}.get(verdict["verdict"])
            if slower:
                found[(part["name"], verdict["benchmark"], *slower)] = verdict
    return found


def load():
    return f"load average {' '.join(f'{value:.2f}' for value in os.getloadavg())}"


def say(text):
    print(text, flush=True)


def compiled(source, target, *flags):
    """The C file of this folder, compiled into build/backends."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = ["cc", "-O3", *flags, pathlib.Path(__file__).parent / source, "-o", FOLDER / target, "-ldl"]
    try:
        done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except FileNotFoundError:
        raise Failed("cc: not found, expected a C compiler") from None
    if done.returncode:
        raise Failed(f"{source}: {done.stdout.strip().splitlines()[0]}")
    return FOLDER / target


def library_file(backend):
    """The file of a BLAS that Reprise finds by this name, or None."""
    done = subprocess.run([str(BIN / "reprise"), "backends", "--json"], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise Failed("reprise backends --json failed")
    for row in json.loads(done.stdout):
        if row["name"] == backend and row["available"]:
            return pathlib.Path(row["library"]["file"]).resolve()
    return None
