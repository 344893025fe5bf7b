"""The checks of tools/check_backends. Each returns a list of what it missed, one line each."""

import os
import shutil
import statistics
import subprocess

from suites import (BIN, FOLDER, Failed, bench, compiled, judged_pairs, library_file, load, output_of, require_rounds, say,
                    slower_pairs)

SHAPES = ("128x96x64", "256x64x48", "64x160x32")  # BATCHxINPUTSxUNITS; no two have equal sums
SLOW = SHAPES[1]


def of_shapes(*backends):
    return [f"--shape={shape}" for shape in SHAPES] + ["--backend", ",".join(backends)]


def goldens(options):
    """On each library, four fifths of the stored float32 runs of IMDB and Reuters equal Keras for three epochs; so does Boston."""
    test = BIN / "repro_test"
    listed = output_of(test, "--gtest_list_tests", "--gtest_filter=*LibraryBackend*")
    missed, ran = [], 0
    for case in [line.split()[0] for line in listed.splitlines() if line.startswith("  ")]:
        done = subprocess.run([test, f"--gtest_filter=*LibraryBackend.{case}"], env={**os.environ, "REPRISE_ALL_GOLDENS": "1"},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        is_skipped = "[  SKIPPED ]" in done.stdout
        ran += not is_skipped
        reason = [line.strip() for line in done.stdout.splitlines() if line and not line.startswith(("[", "Note", "Running"))]
        say(f"{case}: {'skipped' if is_skipped else 'missed' if done.returncode else 'met'}; {reason[-1] if reason else ''}")
        if done.returncode:
            missed.append(f"{case} failed")
    if ran == 0:
        raise Failed("every test was skipped, expected Keras's files in $KERAS_HOME and a library")
    return missed


def made_slow(options):
    """A library made for this check that is twice as slow in one of three layers is called slower there only."""
    batch, inputs, units = SLOW.split("x")
    even = compiled("made_blas.c", "even.so", "-shared", "-fPIC")
    slow = compiled("made_blas.c", "slow.so", "-shared", "-fPIC", f"-DSLOW_BATCH={batch}", f"-DSLOW_INPUTS={inputs}",
                    f"-DSLOW_UNITS={units}")
    return missed_of_made_slow(bench(FOLDER / "made_slow", *of_shapes(f"blas:{even}", f"blas:{slow}")), str(slow))


def missed_of_made_slow(document, slow):
    """The bias and the second pass over cached data take no twice as long, so 1.8 to 2.2 counts as twice."""
    require_rounds(document)
    missed, is_named = [], False
    for (_, benchmark, slower, faster), verdict in slower_pairs(document).items():
        say(f"{benchmark}: {slower} is slower than {faster}: {verdict['ratio']:.2f} "
            f"[{verdict['low']:.2f}, {verdict['high']:.2f}]")
        if f"/{SLOW}/" not in benchmark or slow not in slower:
            missed.append(f"{benchmark}: {slower} was called slower")
        elif verdict["low"] > 2.2 or verdict["high"] < 1.8:
            missed.append(f"{benchmark}: found a factor of {verdict['ratio']:.2f}, expected about 2")
        else:
            is_named = True
    return missed if is_named or missed else [f"{SLOW} was not called slower"]


def copies(options):
    """Two copies of one library in three layers are called different in at most a tenth of the runs."""
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
        require_rounds(document)
        told = told_apart(document)
        different += bool(told)
        say(f"run {run + 1} of {options.runs}: {'called different: ' + '; '.join(told) if told else 'not called different'}; {load()}")
    say(f"the copies were called different in {different} of {options.runs} runs")
    return [f"{different} of {options.runs} runs"] if different > options.runs // 10 else []


def told_apart(document):
    """The layers in which two libraries with the same number of threads were called different."""
    return [benchmark for _, benchmark, slower, faster in slower_pairs(document) if slower.split(", ")[1] == faster.split(", ")[1]]


def repeat(options):
    """No pair that one `reprise bench --quick` calls different is called different the other way round by the next."""
    found = []
    for name in ("first", "second"):
        say(f"{name} run; {load()}")
        document = bench(FOLDER / name, "--quick")
        pairs = len(list(judged_pairs(document)))
        found.append(slower_pairs(document))
        say(f"{name} run: {len(found[-1])} of {pairs} pairs were called different")
        if not found[-1]:
            raise Failed(f"the {name} run told no pair apart, so that nothing can be contradicted")
    return contradictions(*found)


def contradictions(first, second):
    return [f"{part} {benchmark}: {slower} was called slower than {faster}, and then faster"
            for part, benchmark, slower, faster in first if (part, benchmark, faster, slower) in second]


def by_hand(options):
    """Our rows agree with a small program that calls cblas_sgemm, for three shapes and each BLAS that is here."""
    program = compiled("by_hand.c", "by_hand")
    missed, timed = [], 0
    say("| library | shape | by hand | bench_dense | ratio: median, half of the rounds lie within |\n|---|---|---:|---:|---:|")
    for backend in ("openblas", "blis", "mkl"):
        file = library_file(backend)
        if file is None:
            say(f"{backend} is not here")
            continue
        for shape in ("512x64x64", "128x784x512", "256x1024x1024"):
            rounds = [one_round(program, backend, file, shape) for _ in range(options.rounds)]
            timed += 1
            ratios = sorted(ours / by_hand for by_hand, ours in rounds)
            quarter = len(ratios) // 4
            ratio, low, high = statistics.median(ratios), ratios[quarter], ratios[-1 - quarter]
            hand_us, ours_us = (statistics.median(column) / 1000 for column in zip(*rounds))
            say(f"| {backend} | {shape} | {hand_us:.1f} us | {ours_us:.1f} us | {ratio:.2f} [{low:.2f}, {high:.2f}] |")
            if not low / 1.1 <= 1 <= high * 1.1 or not 0.8 <= ratio <= 1.25:
                missed.append(f"{backend} {shape}: {ratio:.2f}")
    if timed == 0:
        raise Failed("found no BLAS, expected openblas, blis or mkl")
    return missed


def one_round(program, backend, file, shape):
    """Nanoseconds by hand and of bench_dense, on one thread each."""
    batch, inputs, units = shape.split("x")
    by_hand = output_of(program, file, batch, units, inputs, OPENBLAS_NUM_THREADS="1", BLIS_NUM_THREADS="1",
                        MKL_THREADING_LAYER="SEQUENTIAL", OMP_NUM_THREADS="1")
    ours = output_of(BIN / "bench_dense", f"--shape={shape}", f"--backend={backend}", "--threads=1", "--peaks=1,1",
                     "--benchmark_filter=dense_forward/", "--benchmark_format=csv", "--benchmark_min_time=0.003",
                     "--benchmark_repetitions=11")
    return float(by_hand), median_of(ours)


def median_of(csv):
    """Nanoseconds: the median that Google Benchmark reports of the repetitions."""
    lines = csv.strip().splitlines()
    header = next((line for line in lines if line.startswith("name,")), None)
    median = next((line for line in lines if '_median",' in line), None)
    if header is None or median is None:
        raise Failed("bench_dense: found no median in its output, expected one")
    row = dict(zip(header.split(","), median.split(",")))
    return float(row["real_time"]) * {"ns": 1, "us": 1e3, "ms": 1e6}[row["time_unit"]]


CHECKS = {check.__name__: check for check in (goldens, made_slow, copies, repeat, by_hand)}
