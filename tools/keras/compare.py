"""Compares new golden files with the recorded ones, field by field.

./tools/keras/regenerate calls it after the runs. To compare existing files:

    python3 tools/keras/compare.py RECORDED_DIR NEW_DIR

It prints one line for each file. "equal" means bit-identical; otherwise the number is
the largest difference relative to the recorded value. The exit code is 1 if kernels,
batch orders, versions or the structure of the file differ, or the history of epoch 1
differs by more than 1e-6. Later epochs are only reported: in float32 a single ReLU
whose input changes its sign sends a run along another path, on another CPU as well as
in another program.
"""

import json
import pathlib
import sys

EPOCH_1 = 1e-6
MEASURED = {"history", "evaluate", "predict_head", "final_sums"}


def numbers(value):
    """All numbers of a nested value, in a fixed order."""
    if isinstance(value, dict):
        return [n for key in sorted(value) for n in numbers(value[key])]
    if isinstance(value, list):
        return [n for item in value for n in numbers(item)]
    return [value]


def shape(value):
    """The structure of a nested value: every number is replaced by None."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return None


def difference(recorded, new):
    """The largest relative difference of two values of the same structure."""
    largest = 0.0
    for a, b in zip(numbers(recorded), numbers(new), strict=True):
        if a != b:
            # A nan counts as an infinite difference.
            relative = abs(a - b) / abs(a) if a and a == a and b == b else float("inf")
            largest = max(largest, relative)
    return largest


def epochs(history):
    """The history of all fits as a list with one entry per epoch."""
    longest = max(
        (len(values) for fit in history for values in fit.values()), default=0
    )
    return [
        [
            {key: values[epoch : epoch + 1] for key, values in fit.items()}
            for fit in history
        ]
        for epoch in range(longest)
    ]


def text_of(value):
    return "equal" if value == 0 else f"{value:.1e}"


def compare_history(recorded, new):
    """(text to print, difference at epoch 1)"""
    by_epoch = [
        difference(a, b) for a, b in zip(epochs(recorded), epochs(new), strict=True)
    ]
    first = next((epoch for epoch, value in enumerate(by_epoch, 1) if value), None)
    text = text_of(max(by_epoch, default=0))
    if first:
        text += (
            f" (first at epoch {first} of {len(by_epoch)}: {by_epoch[first - 1]:.1e})"
        )
    return text, by_epoch[0] if by_epoch else 0


def compare_files(recorded, new):
    """(line to print, whether everything that must be equal is equal)"""
    ok = True
    parts = []
    for name, key in [("kernels", "initial_kernels"), ("permutations", "permutations")]:
        equal = recorded.get(key) == new.get(key)
        ok &= equal
        parts.append(f"{name} {'equal' if equal else 'DIFFER'}")

    for key in ["history", "evaluate", "predict_head", "final_sums"]:
        if shape(recorded.get(key)) != shape(new.get(key)):
            ok = False
            parts.append(f"{key} DIFFERS IN SHAPE")
        elif key == "history":
            text, at_epoch_1 = compare_history(recorded[key], new[key])
            ok &= at_epoch_1 <= EPOCH_1
            parts.append(f"history {text}{'' if at_epoch_1 <= EPOCH_1 else ' TOO FAR'}")
        elif recorded.get(key):
            parts.append(f"{key} {text_of(difference(recorded[key], new[key]))}")

    rest = (
        (recorded.keys() | new.keys()) - MEASURED - {"initial_kernels", "permutations"}
    )
    for key in sorted(rest):
        if recorded.get(key) != new.get(key):
            ok = False
            parts.append(f"{key} {recorded.get(key)} / {new.get(key)} DIFFERS")
    return ", ".join(parts), ok


def load(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        print(f"{path}: not a golden file ({error})", file=sys.stderr)
        sys.exit(2)


def compare(recorded_dir, new_dir, names):
    """Prints the comparison and returns the exit code."""
    compared = failed = 0
    for name in names:
        path = pathlib.Path(recorded_dir, name)
        if not path.is_file():
            print(f"{name}: there is no recorded file to compare with")
            continue
        text, ok = compare_files(load(path), load(pathlib.Path(new_dir, name)))
        compared += 1
        failed += not ok
        print(f"{name}: {text}")
    print(f"{compared} of {len(names)} files compared, {failed} differ where they must not")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 3 or not all(
        pathlib.Path(folder).is_dir() for folder in sys.argv[1:]
    ):
        print(
            "compare.py: expected two directories, RECORDED_DIR and NEW_DIR",
            file=sys.stderr,
        )
        sys.exit(2)
    new_files = sorted(
        path.name for path in pathlib.Path(sys.argv[2]).glob("*__seed*.json")
    )
    sys.exit(compare(sys.argv[1], sys.argv[2], new_files))
