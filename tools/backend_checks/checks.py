"""The checks of tools/check_backends. Each returns a list of what it missed, one line each."""

import os
import shutil
import statistics
import subprocess

from suites import BIN, FOLDER, Failed, bench, compiled, library_file, load, say, slower_pairs

SHAPES = ("128x96x64", "256x64x48", "64x160x32")  # BATCHxINPUTSxUNITS; no two have equal sums


def of_shapes(*backends):
    return [f"--shape={shape}" for shape in SHAPES] + ["--quiet", "--backend", ",".join(backends)]


def goldens(options):
    """Trains every stored float32 run of IMDB and Reuters, and Boston's, on each backend that calls a library."""
    test = BIN / "keras_golden_test"
    if not test.exists():
        raise Failed(f"{test}: not found, expected the tests of ./tools/build release")
    names = subprocess.run([test, "--gtest_list_tests", "--gtest_filter=*LibraryBackend*"], stdout=subprocess.PIPE, text=True)
    missed = []
    cases = [line.strip().split()[0] for line in names.stdout.splitlines() if line.startswith("  ")]
    for case in cases:
        done = subprocess.run([test, f"--gtest_filter=*LibraryBackend.{case}"], env={**os.environ, "REPRISE_ALL_GOLDENS": "1"},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        outcome = "skipped" if "[  SKIPPED ]" in done.stdout else "missed" if done.returncode else "met"
        reason = [line.strip() for line in done.stdout.splitlines() if "diverged" in line or "runs:" in line or ": not" in line]
        say(f"{case}: {outcome}{'; ' + reason[0] if reason else ''}")
        if done.returncode:
            missed.append(f"{case} failed")
    return missed if cases else ["no test was found"]


def made_slow(options):
    """A made library that is twice as slow in one of three layers is called slower there, and in no other layer."""
    batch, inputs, units = SHAPES[1].split("x")
    even = compiled("made_blas.c", "even.so", "-shared", "-fPIC")
    slow = compiled("made_blas.c", "slow.so", "-shared", "-fPIC", f"-DSLOW_BATCH={batch}", f"-DSLOW_INPUTS={inputs}",
                    f"-DSLOW_UNITS={units}")
    document = bench(FOLDER / "made_slow", *of_shapes(f"blas:{even}", f"blas:{slow}"))
    missed, is_named = [], False
    for (_, benchmark, slower, faster), verdict in slower_pairs(document).items():
        say(f"{benchmark}: {slower} is slower than {faster}: {verdict['ratio']:.2f} "
            f"[{verdict['low']:.2f}, {verdict['high']:.2f}]")
        if f"/{SHAPES[1]}/" in benchmark and str(slow) in slower and verdict["low"] <= 2 <= verdict["high"]:
            is_named = True
        else:
            missed.append(f"{benchmark} was called different")
    return missed + ([] if is_named else [f"{SHAPES[1]} was not called twice as slow"])


def copies(options):
    """Two copies of one library in three layers are called different in at most 2 of 20 runs."""
    file = library_file(options.library)
    if file is None:
        raise Failed(f"{options.library}: not found, expected a BLAS for --library")
    FOLDER.mkdir(parents=True, exist_ok=True)
    two = [FOLDER / f"copy_{letter}.so" for letter in "ab"]
    for copy in two:
        shutil.copyfile(file, copy)
    different = 0
    for run in range(options.runs):
        document = bench(FOLDER / "copies", *of_shapes(*[f"blas:{copy}" for copy in two]))
        told = [key for key in slower_pairs(document) if key[2].split(", ")[1] == key[3].split(", ")[1]]
        different += bool(told)
        say(f"run {run + 1} of {options.runs}: {f'called different in {told}' if told else 'not called different'}; {load()}")
    say(f"the copies were called different in {different} of {options.runs} runs")
    return [f"{different} of {options.runs} runs"] if different > options.runs // 10 else []


def repeat(options):
    """No answer of one `reprise bench --quick` contradicts one of the next."""
    found = []
    for name in ("first", "second"):
        say(f"{name} run; {load()}")
        found.append(slower_pairs(bench(FOLDER / name, "--quick", "--quiet")))
        say(f"{name} run: {len(found[-1])} pairs were called different")
    contradictions = [key for key in found[0] if (*key[:2], key[3], key[2]) in found[1]]
    return [f"{benchmark}: {slower} was called slower than {faster} and then faster" for _, benchmark, slower, faster in contradictions]


def by_hand(options):
    """Our rows agree with a small program that calls cblas_sgemm, for three shapes."""
    program = compiled("by_hand.c", "by_hand")
    missed = []
    say("| library | shape | by hand | bench_dense | ratio of the rounds: median, lowest, highest |\n|---|---|---:|---:|---:|")
    for backend in ("openblas", "blis", "mkl"):
        file = library_file(backend)
        if file is None:
            say(f"{backend} is not here")
            continue
        for shape in ("512x64x64", "128x784x512", "256x1024x1024"):
            rounds = [one_round(program, backend, file, shape) for _ in range(options.rounds)]
            ratios = sorted(ours / by_hand for by_hand, ours in rounds)
            ratio = statistics.median(ratios)
            hand_us, ours_us = (statistics.median(column) / 1000 for column in zip(*rounds))
            say(f"| {backend} | {shape} | {hand_us:.1f} us | {ours_us:.1f} us | {ratio:.3f}, {ratios[0]:.2f}, {ratios[-1]:.2f} |")
            # the two middle quarters of the rounds are the noise
            quarter = len(ratios) // 4
            if not ratios[quarter] / 1.05 <= 1 <= ratios[-1 - quarter] * 1.05:
                missed.append(f"{backend} {shape}: {ratio:.3f}")
    return missed


def one_round(program, backend, file, shape):
    """Nanoseconds by hand and of bench_dense, on one thread each."""
    batch, inputs, units = shape.split("x")
    one = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "BLIS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    by_hand = subprocess.run([program, file, batch, units, inputs], env=one, stdout=subprocess.PIPE, text=True, check=True)
    ours = subprocess.run([BIN / "bench_dense", f"--shape={shape}", f"--backend={backend}", "--threads=1", "--peaks=1,1",
                           "--benchmark_filter=dense_forward/", "--benchmark_format=csv", "--benchmark_min_time=0.02"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    lines = ours.stdout.strip().splitlines()
    header = next(i for i, line in enumerate(lines) if line.startswith("name,"))
    row = dict(zip(lines[header].split(","), lines[header + 1].split(",")))
    unit = {"ns": 1, "us": 1e3, "ms": 1e6}[row["time_unit"]]
    return float(by_hand.stdout), float(row["real_time"]) * unit


CHECKS = {check.__name__: check for check in (goldens, made_slow, copies, repeat, by_hand)}
