"""Moves weights from Reprise to real Keras and back, and compares the predictions.

    weights.py PROGRAM       PROGRAM: the built weights_exchange (tests/nn)

./tools/keras/weights and ctest (nn.weights_exchange) call it. It uses the Keras of the
Python that runs it, otherwise that of build/keras-venv, and prints two lines. Exit codes:
0 the predictions agree to 1e-6; 1 they differ; 2 wrong use; 77 Keras is not installed.
"""

import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile

import runs

TOLERANCE = 1e-6


def find_keras():
    """Restarts this file in build/keras-venv if necessary; exits with 77 without Keras."""
    if importlib.util.find_spec("keras") and importlib.util.find_spec("jax"):
        os.environ.update(runs.environment("default"))
        return
    python = runs.ROOT / "build" / "keras-venv" / "bin" / "python"
    if python.is_file() and not sys.executable.startswith(str(python.parent)):
        os.execv(python, [python, __file__, *sys.argv[1:]])
    print("skipped: Keras is not installed (./tools/keras/weights installs it)")
    sys.exit(77)


def make_model():
    """The model of weights_exchange.cpp."""
    from keras import layers, models

    model = models.Sequential()
    model.add(layers.Input(shape=(7,)))
    model.add(layers.Dense(6, activation="tanh"))
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(5, activation="relu", use_bias=False))
    model.add(layers.Dense(3, activation="softmax"))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model


def same(what, one, other):
    import numpy as np

    difference = float(np.abs(one - other).max())
    # Nearly equal predictions would agree with anything, so they must be spread out.
    spread = float(np.ptp(other, axis=0).max())
    ok = difference <= TOLERANCE and spread > 0.1
    print(f"{what}: predictions differ by {difference:.1e} at most, and span {spread:.2f}"
          f"{'' if ok else ' DIFFERENT'}")  # fmt: skip
    return ok


def exchange(program, folder):
    import keras
    import numpy as np

    subprocess.run([program, "write", folder], check=True)
    run = np.load(folder / "run.npz")

    keras.utils.set_random_seed(7)
    model = make_model()
    with np.load(folder / "reprise.npz") as f:
        print("reprise.npz:", *f.files)
        model.set_weights(list(f.values()))
    x = run["x"].astype("float32")
    ok = same("Reprise to Keras", run["predictions"], model.predict(x, verbose=0))

    # Different weights for the way back.
    model.fit(x, np.arange(len(x)) % 3, epochs=20, verbose=0)
    predicted = model.predict(x, verbose=0)
    ok &= not np.allclose(predicted, run["predictions"], atol=1e-3)
    np.savez(folder / "keras.npz", *model.get_weights())
    subprocess.run([program, "read", folder], check=True)
    loaded = np.load(folder / "loaded.npz")["predictions"]
    return same("Keras to Reprise", loaded, predicted) and ok


def main():
    if len(sys.argv) != 2 or not pathlib.Path(sys.argv[1]).is_file():
        print("weights.py: expected the path of the program weights_exchange", file=sys.stderr)
        return 2
    find_keras()
    with tempfile.TemporaryDirectory() as folder:
        return 0 if exchange(sys.argv[1], pathlib.Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
