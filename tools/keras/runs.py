"""Chooses the runs, executes each in its own process, and compares the results.

./tools/keras/regenerate calls it and explains its flags (--help). It prints one line for
each run and each compared file. Exit codes: 0 equal; 1 not equal, or a run failed; 2
wrong use. With --list it needs only Python.
"""

import argparse
import itertools
import os
import pathlib
import re
import subprocess
import sys

import compare
import golden

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RECORDED = ROOT / "results" / "keras"
STANDIN = ROOT / "build" / "keras-home" / "california_housing.npz"
WRITER = ROOT / "build" / "release" / "bin" / "standin_file"

# Environment variables of each mode. record.py also sets run_eagerly=True at compile for
# eager, and Keras's floatx for x64.
MODES = {
    "default": {},
    "x64": {"JAX_ENABLE_X64": "1"},
    "algsimp_off": {"XLA_FLAGS": "--xla_disable_hlo_passes=algsimp"},
    "x64_algsimp_off": {
        "JAX_ENABLE_X64": "1",
        "XLA_FLAGS": "--xla_disable_hlo_passes=algsimp",
    },
    "eager": {},
}
NEW_RUN = "give --experiment, --seed and --mode for a new run"


def wrong(message):
    print(f"regenerate: {message}", file=sys.stderr)
    sys.exit(2)


class Arguments(argparse.ArgumentParser):
    def error(self, message):
        wrong(f"{message} (see --help)")


def seed(text):
    if not re.fullmatch("[0-9]{1,10}", text) or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 4294967295")
    return int(text)


def arguments():
    parser = Arguments(allow_abbrev=False, add_help=False)
    parser.add_argument(
        "--experiment", action="append", choices=list(golden.EXPERIMENTS)
    )
    parser.add_argument("--seed", action="append", type=seed)
    parser.add_argument("--mode", action="append", choices=list(MODES))
    parser.add_argument(
        "--out", type=pathlib.Path, default=ROOT / "build" / "keras-goldens"
    )
    parser.add_argument("--compare", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.compare and not options.compare.is_dir():
        wrong(f"--compare: {options.compare} is not a directory")
    if options.out.exists() and not options.out.is_dir():
        wrong(f"--out: {options.out} is not a directory")
    options.compare = options.compare or RECORDED
    if options.out.resolve() == options.compare.resolve():
        wrong("--out and --compare must be different directories")
    return options


def file_name(experiment, seed, mode):
    base, _, variant = experiment.partition("__")
    parts = [base, f"seed{seed}", mode if mode != "default" else "", variant]
    return "__".join(part for part in parts if part) + ".json"


def recorded_runs(folder):
    """(experiment, seed, mode) of every recorded file; recorded but unknown experiments."""
    runs, unknown = [], set()
    pattern = rf"(.+?)__seed([0-9]+)(?:__({'|'.join(MODES)}))?(__.+)?"
    for path in folder.glob("*.json"):
        match = re.fullmatch(pattern, path.stem)
        if not match:
            continue
        experiment = match[1] + (match[4] or "")
        if experiment in golden.EXPERIMENTS:
            runs.append((experiment, int(match[2]), match[3] or "default"))
        else:
            unknown.add(experiment)
    return sorted(runs), sorted(unknown)


def chosen_runs(options):
    named = (options.experiment, options.seed, options.mode)
    if all(named):
        return list(dict.fromkeys(itertools.product(*named))), []
    runs, unknown = recorded_runs(options.compare)
    runs = [
        run
        for run in runs
        if all(
            not names or part in names for part, names in zip(run, named, strict=True)
        )
    ]
    # A value on the command line that selects no run is an error.
    for names, parts in zip(named, zip(*runs, strict=True), strict=False):
        for name in names or []:
            if name not in parts:
                wrong(f"no run with {name} in {options.compare}; {NEW_RUN}")
    return runs, [] if any(named) else unknown


def keras_home():
    """A separate Keras home that shares only the data sets with the user's.

    A keras.json in the user's home could change the precision or the backend, and Keras
    creates that file if it is missing.
    """
    users = pathlib.Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()
    datasets = users.resolve() / "datasets"
    home = ROOT / "build" / "keras-home"
    link = home / "datasets"
    try:
        datasets.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        wrong(f"KERAS_HOME: {error}")
    home.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.readlink() != datasets:
        link.unlink(missing_ok=True)
        link.symlink_to(datasets)
    return home


def environment(mode):
    """The user's environment without the variables that change what Keras computes."""
    prefixes = ("KERAS_", "JAX_", "XLA_", "TF_")
    others = {k: v for k, v in os.environ.items() if not k.startswith(prefixes)}
    return others | {
        "KERAS_BACKEND": "jax",
        "KERAS_HOME": str(keras_home()),
        "JAX_PLATFORMS": "cpu",
        "REPRISE_STANDIN_CALIFORNIA": str(STANDIN),
        **MODES[mode],
    }


def write_standin():
    """Writes the stand-in of the file that has no public mirror."""
    if not WRITER.exists():
        wrong(f"{WRITER}: found no such program, expected ./tools/build to run first")
    STANDIN.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([WRITER, STANDIN], check=True)


def execute(run, out):
    """Executes one run; returns whether it succeeded."""
    experiment, number, mode = run
    if experiment.startswith("california"):
        write_standin()
    command = [HERE / "golden.py", experiment, str(number), mode, out / file_name(*run)]
    full = [sys.executable, *command]
    return subprocess.run(full, env=environment(mode)).returncode == 0


def main():
    options = arguments()
    runs, unknown = chosen_runs(options)
    if options.list:
        print("experiments:", *golden.EXPERIMENTS)
        print("modes:", *MODES)
        print("recorded experiments that are not in the table:", *(unknown or ["-"]))
        print(f"{len(runs)} runs:", *(file_name(*run) for run in runs))
    elif unknown:
        # Flushed, because the lines that follow are printed by other processes.
        print(f"skipping {len(unknown)} recorded experiments (see --list)", flush=True)
    if not runs:
        wrong(f"no such run in {options.compare}; {NEW_RUN}")
    if options.list:
        return 0

    options.out.mkdir(parents=True, exist_ok=True)
    for run in runs:
        if not execute(run, options.out):
            print(f"{file_name(*run)}: the run failed", file=sys.stderr)
            return 1
    return compare.compare(
        options.compare, options.out, [file_name(*run) for run in runs]
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
