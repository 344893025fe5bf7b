"""Records a run: checksums of the kernels and batch orders, and the results of Keras.

golden.py uses it to fit its models. Run.write writes one JSON file and prints one line
with the time and memory of the run.
"""

import contextlib
import json
import os
import resource
import sys
import time
import zlib

import jax
import keras
import numpy as np


def crc32(array, dtype):
    """CRC-32 of the array's little-endian bytes in row-major order, eight hex digits."""
    return f"{zlib.crc32(np.ascontiguousarray(array, dtype=dtype)):08x}"


@contextlib.contextmanager
def recorded_permutations(checksums):
    """Appends the checksum of every batch order that Keras draws in this context.

    Keras draws them from NumPy's global generator, so a wrapper sees all of them, also
    the one that Keras draws and discards while it builds the loss.
    """
    permutation = np.random.permutation

    def recorded(count):
        order = permutation(count)
        checksums.append(crc32(order, "<i4"))
        return order

    np.random.permutation = recorded
    try:
        yield
    finally:
        np.random.permutation = permutation


class Run:
    def __init__(self, name, seed, mode, changes):
        self.start = time.monotonic()
        self.eager = mode == "eager"
        if mode.startswith("x64"):
            keras.config.set_floatx("float64")
        keras.utils.set_random_seed(seed)

        self.record = {
            "experiment": name.partition("__")[0],
            "seed": seed,
            "mode": mode,
            "optimizer": changes.get("optimizer", "rmsprop"),
            "activation": changes.get("activation", "relu"),
            "loss": changes.get("loss"),
            "keras": keras.__version__,
            "backend": keras.backend.backend(),
            "jax": jax.__version__,
            "numpy": np.__version__,
            "initial_kernels": [],
            "history": [],
            "evaluate": [],
            "final_sums": [],
        }
        self.permutations = []

    def compile(self, model, **options):
        model.compile(**options, run_eagerly=self.eager)

    def fit(self, model, *data, **options):
        """Calls model.fit; records the initial kernels, batch orders and final sums."""
        kernels = [weight for weight in model.get_weights() if weight.ndim == 2]
        self.record["initial_kernels"].append(
            [{"shape": list(k.shape), "crc32": crc32(k, "<f4")} for k in kernels]
        )

        with recorded_permutations(self.permutations):
            history = model.fit(*data, verbose=0, **options).history

        self.record["history"].append(history)
        self.record["final_sums"].append(
            [sums(weight) for weight in model.get_weights()]
        )

    def begin_by_hand(self, weights):
        """Records the kernels of a network that is trained without Keras."""
        kernels = [weight for weight in weights if weight.ndim == 2]
        self.record["initial_kernels"].append(
            [{"shape": list(k.shape), "crc32": crc32(k, "<f4")} for k in kernels]
        )

    def end_by_hand(self, history, weights):
        self.record["history"].append(history)
        self.record["final_sums"].append([sums(weight) for weight in weights])

    def evaluate(self, model, x, y):
        self.record["evaluate"].append(model.evaluate(x, y, verbose=0))

    def predict_head(self, model, x):
        head = model.predict(x, verbose=0)[:16]
        self.record["predict_head"] = head.ravel().astype(float).tolist()

    def write(self, path):
        text = json.dumps({**self.record, "permutations": self.permutations}, indent=1)
        # Renaming is atomic, so a reader never sees an incomplete file.
        with open(path + ".tmp", "w", encoding="ascii") as file:
            file.write(text)
        os.replace(path + ".tmp", path)

        seconds = time.monotonic() - self.start
        # ru_maxrss is in KiB on Linux and in bytes on macOS.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        gigabytes = peak / 1e9 if sys.platform == "darwin" else peak * 1024 / 1e9
        print(f"{os.path.basename(path)}: {seconds:.0f} s, {gigabytes:.1f} GB")


def sums(weight):
    # The recorded files used these two ways of adding; others differ in the last bit.
    return {
        "sum_abs": float(np.abs(weight).sum(dtype="float64")),
        "sum_sq": float((weight.astype("float64") ** 2).sum()),
    }
