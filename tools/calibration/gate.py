"""Measures how often `reprise gate` is wrong: the figures of docs/regressions.md.

  ./tools/calibrate gate                live, about an hour on two idle CPUs; goes on where it ended
  ./tools/calibrate gate --gates 3      at most three more gates, then the page
  ./tools/calibrate gate --simulate     by resampling the recorded rounds instead (some minutes)
  ./tools/calibrate gate --others       ask other tools about one pair of builds (tools/calibration/others.py)
  ./tools/calibrate gate --store        keep the results in results/machines and write docs/regressions.md

Live, with a margin of 5 % and the default budget of three minutes: 25 gates of a program with itself on one
thread and 10 on two, and 10 of each of a build whose sparse forward pass is 10 % slower with its twin, which is
not. The result of each gate is written at once to results/own/<machine>/gate/gates.json. Sets of different
machines are shown apart and their counts added.
Exit codes: 0 done; 1 a number exceeds its bound; 2 wrong usage; 3 a program is missing; 4 gates are left to run.
"""

import argparse
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools" / "pages"), str(ROOT / "tools" / "calibration")]
import others
import pages

_loader = importlib.machinery.SourceFileLoader("calibrate", str(ROOT / "tools" / "calibrate"))
calibrate = importlib.util.module_from_spec(importlib.util.spec_from_loader("calibrate", _loader))
_loader.exec_module(calibrate)

PAGE = ROOT / "docs" / "regressions.md"
KEPT, SIMULATED = "gates.json", "simulated.json"
# (name, threads, slowed): how many gates
SETS = {("equal", 1): 25, ("equal", 2): 10, ("slowed", 1): 10, ("slowed", 2): 10}
# The most failures and the fewest gates decided of equal programs; the fewest slow ones that are found.
BOUNDS = {("equal", 1): (1, 22), ("equal", 2): (1, 8), ("slowed", 1): 9, ("slowed", 2): 8}
SECONDS = 180


def run_gate(kind, threads):
    """One live gate, as its figures."""
    base, head = ("bench_dense", "bench_dense") if kind == "equal" else ("bench_twin", "bench_slowed")
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "gate.json"
        samples = pathlib.Path(folder) / "samples"  # prepared by the pilot, read by the 200 processes after it
        samples.mkdir()
        done = calibrate.run(calibrate.BIN / "reprise", "gate", "--quiet", "--summary", "none",
                             calibrate.bench(threads, base), calibrate.bench(threads, head), "--filter", calibrate.FILTER,
                             "--with", f"--kept={samples}", "--json", out, codes=(0, 1, 4))
        document = json.loads(out.read_text())
    slow = [calibrate.short_name(v) for v in document["verdicts"] if v["verdict"] == "regression"]
    return {"exit_code": done.returncode, "seconds": document["seconds"], "load": before, "regressions": slow,
            "undecided": [calibrate.short_name(v) for v in document["verdicts"] if v["verdict"] == "undecided"],
            "rows": len(document["verdicts"]), "screen_rounds": document["screen_rounds"],
            "confirm_rounds": document["confirm_rounds"], "commit": document["environment"].get("commit", "")}


def key_of(kind, threads):
    return f"{kind}, {threads} thread{'s' if threads > 1 else ''}"


def is_found(gate):
    return gate["exit_code"] == 1 and any(name.startswith(calibrate.SLOWED) for name in gate["regressions"])


def wrongly_named(gate):
    return [name for name in gate["regressions"] if not name.startswith(calibrate.SLOWED)]


def measure(file, most):
    """Runs the gates that are left, alternating between the sets so that each meets every hour's load."""
    kept = json.loads(file.read_text()) if file.exists() else {}
    threads = {1, min(2, len(os.sched_getaffinity(0)))}
    sets = {s: n for s, n in SETS.items() if s[1] in threads}
    done = 0
    while done < most:
        left = {s: n - len(kept.get(key_of(*s), [])) for s, n in sets.items()}
        kind = max(left, key=lambda s: left[s] / sets[s])
        if left[kind] <= 0:
            break
        gate = run_gate(*kind)
        kept.setdefault(key_of(*kind), []).append(gate)
        write(file, kept)
        done += 1
        named = ", ".join(gate["regressions"]) or "none"
        print(f"calibrate gate: {key_of(*kind)}: exit code {gate['exit_code']} after {gate['seconds']:.0f} s, slower: {named}; "
              f"load {gate['load']:.1f}", flush=True)
    return sum(max(n - len(kept.get(key_of(*s), [])), 0) for s, n in sets.items())


def write(file, document):
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".tmp")
    temporary.write_text(json.dumps(document, indent=1) + "\n")
    temporary.replace(file)


def counts(kind, gates):
    """[gates, failed or found, decided within three minutes, other benchmarks named]"""
    in_time = sum(gate["exit_code"] != 4 and gate["seconds"] <= SECONDS for gate in gates)
    hits = sum(gate["exit_code"] == 1 for gate in gates) if kind == "equal" else sum(map(is_found, gates))
    wrong = sum(bool(gate["regressions"] if kind == "equal" else wrongly_named(gate)) for gate in gates)
    return [len(gates), hits, in_time, wrong]


def live_table(machines):
    """machines: {folder: gates.json}"""
    lines = ["| machine | gates | of | failed | found | decided in 3 minutes | another benchmark named | median | load |",
             "|---|---|---:|---:|---:|---:|---:|---:|---:|"]
    totals = {}
    for machine, kept in machines.items():
        for kind, threads in SETS:
            gates = kept.get(key_of(kind, threads), [])
            if not gates:
                continue
            row = counts(kind, gates)
            totals[kind, threads] = [a + b for a, b in zip(totals.get((kind, threads), [0] * 4), row)]
            middle = sorted(gate["seconds"] for gate in gates)[len(gates) // 2]
            load = [gate["load"] for gate in gates]
            lines.append(line_of(machine, key_of(kind, threads), row, kind, f"{middle:.0f} s", f"{min(load):.1f} to {max(load):.1f}"))
    if len(machines) > 1:
        lines += [line_of("all", key_of(*name), row, name[0], "", "") for name, row in totals.items()]
    return "\n".join(lines), totals


def line_of(machine, name, row, kind, middle, load):
    of, hits, in_time, wrong = row
    failed, found = (hits, "-") if kind == "equal" else ("-", hits)
    return f"| {machine} | {name} | {of} | {failed} | {found} | {in_time} | {wrong} | {middle} | {load} |"


def beyond(totals):
    """One line for each number that exceeds what is promised."""
    for (kind, threads), (of, hits, in_time, wrong) in totals.items():
        name = key_of(kind, threads)
        if of < SETS[kind, threads]:
            continue
        scale = of / SETS[kind, threads]
        if kind == "equal":
            most, fewest = BOUNDS[kind, threads]
            if hits > most * scale:
                yield f"{name}: {hits} of {of} gates failed"
            if in_time < fewest * scale:
                yield f"{name}: {in_time} of {of} gates decided within {SECONDS} s"
        elif hits < BOUNDS[kind, threads] * scale:
            yield f"{name}: the slower benchmarks found in {hits} of {of} gates"
        if wrong and kind == "slowed":
            yield f"{name}: another benchmark named in {wrong} of {of} gates"


def simulate(folder):
    """The table of gates by resampling, from each recorded set of rounds."""
    found = {}
    for record in sorted(ROOT.glob("results/machines/*/comparison/rounds_*.json")):
        name = f"{record.parts[-3]}, {record.stem.removeprefix('rounds_')} thread(s)"
        print(f"calibrate gate: simulating {name}", flush=True)
        found[name] = json.loads(calibrate.run(calibrate.BIN / "calibration", "gate", record).stdout)
    if not found:
        calibrate.fail(3, "found no recorded rounds, expected results/machines/*/comparison/rounds_*.json")
    write(folder / SIMULATED, found)


def simulated_table(found):
    first = next(iter(found.values()))
    percent = lambda share: f"{share:.1%}"
    lines = [f"By simulation (`./tools/calibrate gate --simulate`): {first['gates']:,} gates each, margin {first['margin']:.0%}, {first['rows']} benchmarks, "
             f"{first['budget_seconds']:.0f} s. Rounds are drawn with replacement in blocks of {first['block']} consecutive ones; HEAD "
             f"differs from BASE by {first['session']:.1%} in each benchmark (standard deviation); a round takes "
             f"3 x ({first['process_seconds']} s + {first['benchmark_seconds']} s a benchmark).", "",
             "| equal programs | decided by `compare` | + benchmarks leave | + second run of A | + one-sided | whole gate: exit code 0 | "
             "failed | median |", "|---|---:|---:|---:|---:|---:|---:|---:|"]
    for name, of in found.items():
        e = of["equal"]
        shares = " | ".join(percent(e[key]) for key in ("decided_by_compare", "with_leaving", "with_both_runs", "one_sided", "passed"))
        lines.append(f"| {name} | {shares} | {e['failed']} of {of['gates']:,} | {e['median_seconds']:.0f} s |")
    lines += ["", "| one benchmark slower by | found | undecided | gates that name another one |", "|---|---:|---:|---:|"]
    for name, of in found.items():
        lines += [f"| {row['change']:.0%}, {name} | {percent(row['found'])} | {percent(row['undecided'])} | {row['wrongly_named']} |"
                  for row in of["slowed"]]
    return "\n".join(lines)


def stored(name):
    """{machine: the document of this name in results/machines}"""
    files = sorted(ROOT.glob(f"results/machines/*/gate/{name}"))
    return {file.parts[-3]: json.loads(file.read_text()) for file in files}


def page(own, store):
    live = stored(KEPT) if store else {calibrate.machine(): json.loads((own / KEPT).read_text())} if (own / KEPT).exists() else {}
    simulated = stored(SIMULATED) if store else {}
    if not store and (own / SIMULATED).exists():
        simulated = {"own": json.loads((own / SIMULATED).read_text())}
    parts = [simulated_table({k: v for of in simulated.values() for k, v in of.items()})] if simulated else []
    totals = {}
    if live:
        table, totals = live_table(live)
        parts += ["Live, on the machine named, with the load beside it (`./tools/calibrate gate`):", table]
    text = pages.with_block(PAGE.read_text(), "gate figures", "\n\n".join(parts) or "Not measured yet (`./tools/calibrate gate`).")
    (PAGE if store else own / PAGE.name).write_text(text)
    return totals


def ask_others(own, store):
    """What other tools say, as the second block of the page."""
    try:
        others.measure(own / others.KEPT, calibrate.BIN / "reprise")
    except others.Failed as error:
        calibrate.fail(2, error)
    machines = {calibrate.machine(): json.loads((own / others.KEPT).read_text())}
    if store:
        write(ROOT / "results" / "machines" / calibrate.machine() / "gate" / others.KEPT, *machines.values())
        machines = stored(others.KEPT)
    (PAGE if store else own / PAGE.name).write_text(pages.with_block(PAGE.read_text(), "gate others", others.block(machines)))
    return 0


def main():
    parser = argparse.ArgumentParser(prog="calibrate gate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gates", type=int, default=10**6, help="run at most so many more gates (default: all that are left)")
    parser.add_argument("--simulate", action="store_true", help="resample recorded rounds instead of measuring")
    parser.add_argument("--others", action="store_true", help="ask other tools about one pair of builds instead of measuring")
    parser.add_argument("--store", action="store_true", help="keep the results in results/machines and docs/regressions.md")
    parser.add_argument("--data", choices=["real", "stand-in"], default="real", help="data that the programs run on (default: real)")
    parser.add_argument("--bin", type=pathlib.Path, default=calibrate.BIN, help="directory of the programs")
    options = parser.parse_args()
    calibrate.BIN, calibrate.DATA = options.bin.resolve(), options.data
    for program in ["reprise"] + ([] if options.others else ["calibration"] if options.simulate else ["bench_dense", "bench_twin", "bench_slowed"]):
        if not (calibrate.BIN / program).exists():
            calibrate.fail(3, f"{calibrate.BIN / program}: found no such program, expected ./tools/build to run first")
    own = ROOT / "results" / "own" / calibrate.machine() / "gate"
    own.mkdir(parents=True, exist_ok=True)
    if options.others:
        return ask_others(own, options.store)
    left = 0
    if options.simulate:
        simulate(own)
    elif options.gates > 0:
        left = measure(own / KEPT, options.gates)
    if options.store:
        place = ROOT / "results" / "machines" / calibrate.machine() / "gate"
        place.mkdir(parents=True, exist_ok=True)
        for file in own.glob("*.json"):
            shutil.copy2(file, place)
    lines = list(beyond(page(own, options.store)))
    for line in lines:
        sys.stderr.write(f"calibrate gate: {line}\n")
    if left:
        print(f"calibrate gate: {left} gates are left; run it again to go on")
    return 1 if lines else 4 if left else 0


if __name__ == "__main__":
    sys.exit(main())
