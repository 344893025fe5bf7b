#!/usr/bin/env python3
"""Looks like a Google Benchmark program and behaves as its first argument says.

  fake_bench.py good [FACTOR] | crash | crash-late | hang | silent | cut | renamed | zero | error | foreign |
                bits | bits-late | bits-once | aggregates | no | skip | latin | flood | busy | fewer
"""

import json
import os
import pathlib
import random
import signal
import sys
import time

behaviour = sys.argv[1]
out = pathlib.Path(next(a.split("=", 1)[1] for a in sys.argv if a.startswith("--benchmark_out=")))
# counts the runs of this behaviour, one byte each: an interrupted run leaves a valid count
count_file = pathlib.Path(os.environ["FAKE_FOLDER"]) / f"{behaviour}.count"
with count_file.open("ab", buffering=0) as counted:
    counted.write(b".")
count = count_file.stat().st_size
factor = float(sys.argv[2]) if len(sys.argv) > 2 and not sys.argv[2].startswith("-") else 1.0


def result(name, factor=1.0, **more):
    return {"name": name, "run_name": name, "run_type": "iteration", "iterations": 1,
            "real_time": 100 * factor * random.uniform(0.99, 1.01), "cpu_time": 100, "time_unit": "ns", **more}


# what the programs of Reprise write about themselves: only then is a digest a checksum
context = {"reprise": "1.0.0 (commit 0123456)"}


def write(results):
    out.write_text(json.dumps({"context": context, "benchmarks": results}))


results = [result("slow", factor, digest=7.0), result("same", digest=8.0)]
if behaviour == "crash" or behaviour == "crash-late" and count > 3:
    if behaviour == "crash-late":  # Google Benchmark writes each benchmark when it is done
        out.write_text(json.dumps({"context": {}, "benchmarks": results[:1]})[:-2] + ",")
    sys.stderr.write("about to crash\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGSEGV)
if behaviour == "hang":
    time.sleep(100)
if behaviour == "busy":  # it takes 20 times its measuring time
    repetitions, least = (float(next(a.split("=")[1] for a in sys.argv if a.startswith(f"--benchmark_{flag}=")))
                          for flag in ("repetitions", "min_time"))
    time.sleep(20 * repetitions * least)
if behaviour == "silent":
    sys.exit(0)
if behaviour == "cut":
    out.write_text(json.dumps({"context": {}, "benchmarks": results})[:80])
    sys.exit(0)
if behaviour == "foreign":
    out.write_text('{"hello": "world"}')
    sys.exit(0)
if behaviour == "renamed" and count > 3:
    results[1]["run_name"] = results[1]["name"] = "other"
if behaviour == "zero":
    results[1]["real_time"] = 0
if behaviour == "error":
    results[0].update(error_occurred=True, error_message="wrong answer; repeat: fake --row slow")
if behaviour == "bits" or behaviour == "bits-late" and count > 3:
    results[0]["digest"] = 9.0
if behaviour == "bits-once":  # within a process
    results[0]["repetition_index"] = 0
    results.append({**results[0], "digest": 9.0, "repetition_index": 1})
if behaviour == "fewer":
    results = results[1:]
if behaviour == "skip":
    results[0].update(skipped=True, skip_message="no such unit here")
if behaviour == "latin" and count > 3:
    sys.stderr.buffer.write(b"caf\xe9 is no word\n")
    sys.exit(3)
if behaviour == "flood":
    while True:
        sys.stdout.write("y\n" * 100000)
if behaviour == "aggregates":
    results = [{**r, "name": r["name"] + "_" + kind, "run_type": "aggregate", "aggregate_name": kind}
            for r in results for kind in ("mean", "median")]
write(results)
sys.exit(behaviour == "no")
