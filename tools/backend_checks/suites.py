"""Runs `reprise bench` and other programs, and says who was faster than whom."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / "build" / "release" / "bin"
FOLDER = ROOT / "build" / "backends"


class Failed(Exception):
    """A program failed, or something is missing or could not be checked. The message is one line."""


def say(text):
    print(text, flush=True)


def load():
    return f"load average {' '.join(f'{value:.2f}' for value in os.getloadavg())}"


def output_of(*command, **environment):
    """What a program prints."""
    command = [str(argument) for argument in command]
    try:
        done = subprocess.run(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True)
    except FileNotFoundError:
        raise Failed(f"{command[0]}: not found, expected what ./tools/build release makes and a C compiler") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise Failed(next((line for line in reversed(lines) if line.startswith("reprise: ")), lines[0]))
    return done.stdout


def bench(out, *flags):
    """The document that `reprise bench` writes into the folder `out`."""
    output_of(BIN / "reprise", "bench", "--out", out, "--quiet", *flags)
    return json.loads((out / "bench.json").read_text())


def slower_pairs(document):
    """{(part, benchmark, slower, faster): verdict} of the pairs that were called different beyond the margin.

    A contender is its backend and number of threads, because another run may choose other settings of the threads.
    """
    found = {}
    for part, verdict, a, b in judged_pairs(document):
        slower = {"regression": (b, a), "improvement": (a, b)}.get(verdict["verdict"])
        if slower:
            found[(part, verdict["benchmark"], *slower)] = verdict
    return found


def judged_pairs(document):
    """(part, verdict, a, b) of the pairs of all parts that answer which contender is fastest."""
    for part in document["parts"]:
        if part["kind"] != "winners":
            continue
        names = {c["name"]: f"{c['configuration']['backend']}, {c['configuration']['threads']} thread(s)"
                 for c in part["comparison"]["measurements"]["contenders"] if c["configuration"].get("backend")}
        for verdict in part["pairs"]["verdicts"]:
            yield part["name"], verdict, names[verdict["a"]], names[verdict["b"]]


def require_rounds(document):
    """With fewer than 12 rounds no pair of three layers can be called different."""
    for part in document["parts"]:
        rounds = part["comparison"]["judged"]["rounds"]
        if part["kind"] == "winners" and rounds < 12:
            raise Failed(f"{part['name']}: found {rounds} rounds, expected at least 12 to tell anything apart")


def compiled(source, target, *flags):
    """The C file of this folder, compiled into build/backends."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    output_of("cc", "-O3", *flags, pathlib.Path(__file__).parent / source, "-o", FOLDER / target, "-ldl")
    return FOLDER / target


def library_file(backend):
    """The file of a BLAS that Reprise finds by this name, or None."""
    for row in json.loads(output_of(BIN / "reprise", "backends", "--json")):
        if row["name"] == backend and row["available"] and "file" in row.get("library", {}):
            return pathlib.Path(row["library"]["file"]).resolve()
    return None
