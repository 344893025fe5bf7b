"""The runs of Reprise: each measurement starts a program and takes the time of its whole fit."""

import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import environments
from environments import Missing
from experiments import EXPERIMENTS


def record_of(folder, name, arguments, cpus):
    """(record, wall-clock seconds) of one run of the experiment's program."""
    program = EXPERIMENTS[name].program or name
    with tempfile.TemporaryDirectory() as scratch:
        file = pathlib.Path(scratch) / "run.json"
        command = [folder / program, *arguments, "--threads", str(len(cpus)), "--quiet", "--offline",
                   "--record", file]
        variables = {**environments.clean(), "KERAS_HOME": str(environments.home())}
        started = time.perf_counter()
        answer = subprocess.run(command, env=variables, capture_output=True, text=True,
                                preexec_fn=lambda: os.sched_setaffinity(0, cpus))
        wall = time.perf_counter() - started
        if answer.returncode:
            lines = answer.stderr.strip().splitlines()
            raise Missing(lines[-1] if lines else f"{program}: exit code {answer.returncode}")
        return json.loads(file.read_text()), wall


def measure(folder, name, terms, cpus):
    """(measurement, record) of one run: seconds for each epoch, and the times before the fit."""
    about = EXPERIMENTS[name]
    record, wall = record_of(folder, name, about.ours[terms], cpus)
    run = record["runs"][0]
    seconds = run["seconds"]
    return {"epoch_seconds": seconds["fit"] / (run["epochs"] * about.fits), "fit": seconds["fit"],
            "load": seconds["load"], "start": wall - sum(seconds[key] for key in ("load", "fit", "evaluate")),
            "rss": record["peak_memory_bytes"], "weights": run["weights_crc32"]}, record


def mean_history(run, fits):
    """{name: values of the epochs}, as the mean over the first fits of a run."""
    histories = run["history"][:fits]
    return {key: [statistics.fmean(values) for values in zip(*(history[key] for history in histories))]
            for key in histories[0]}


def curve(folder, name, terms, cpus):
    """{loss, score} of Reprise after each epoch, from runs that are not timed.

    The score is the one that the book states. It is in the history, or it comes from the evaluation of
    shorter runs with the same seed, which equal the beginning of the longer run bit for bit.
    """
    about = EXPERIMENTS[name]
    record, _ = record_of(folder, name, about.ours[terms], cpus)
    run = record["runs"][0]
    history = mean_history(run, about.folds or 1)
    if terms == "book" and about.validates:
        return {"loss": history["loss"], "score": history["val_accuracy"]}
    if name.startswith("boston"):
        longer = [*about.ours[terms], "--experiment", "boston_kfold_500", "--epochs", str(about.epochs)]
        longer = longer[2:]  # without the shorter experiment
        record, _ = record_of(folder, name, longer, cpus)
        return {"loss": history["loss"], "score": mean_history(record["runs"][0], about.folds or 1)["val_mae"]}
    scores, goal = [], about.book[terms][0]
    for epochs in range(1, min(run["epochs"], 12) + 1):
        record, _ = record_of(folder, name, [*about.ours[terms], "--epochs", str(epochs)], cpus)
        scores.append(record["runs"][0]["evaluate"][0][1])
        if scores[-1] >= goal:
            break
    return {"loss": history["loss"], "score": scores}
