"""What all peers share: reading Keras's data files, initial weights, and the protocol with the driver.

A worker is started with the name of an experiment and a number of threads. It loads the data, trains two
epochs so that everything is compiled, and reports that in one line of JSON. Then it answers each input
line `run N` with one line about the next N epochs: seconds, CPU seconds, loss and score of each. After the
book's number of epochs the training starts again from the initial weights.
"""

import argparse
import json
import os
import pathlib
import resource
import sys
import time
from dataclasses import dataclass

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from experiments import EXPERIMENTS

NUM_WORDS = 10000


@dataclass
class Data:
    """Training and validation samples; x is a dense float32 array or Csr."""

    x: object
    y: np.ndarray
    x_val: object
    y_val: np.ndarray


@dataclass
class Csr:
    """Multi-hot rows in CSR format: the columns with a one in row i are col_idx[row_ptr[i]:row_ptr[i + 1]]."""

    col_idx: np.ndarray
    row_ptr: np.ndarray

    def __len__(self):
        return len(self.row_ptr) - 1

    def __getitem__(self, rows):
        first, last, _ = rows.indices(len(self))
        row_ptr = self.row_ptr[first : last + 1]
        return Csr(self.col_idx[row_ptr[0] : row_ptr[-1]], row_ptr - row_ptr[0])


def datasets():
    home = pathlib.Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()
    return home / "datasets"


def words_of(sequences):
    """(row, word index) arrays of all words as Keras's load_data(num_words=10000) returns them, with repeats."""
    lengths = np.fromiter((len(s) for s in sequences), np.int64, len(sequences))
    words = np.concatenate([np.asarray(s, np.int32) for s in sequences]) + 3
    words[words >= NUM_WORDS] = 2
    rows = np.arange(len(sequences))
    return np.concatenate([rows, np.repeat(rows, lengths)]), np.concatenate(
        [np.ones(len(sequences), np.int32), words]
    )


def multi_hot(sequences, sparse):
    rows, words = words_of(sequences)
    if not sparse:
        x = np.zeros((len(sequences), NUM_WORDS), np.float32)
        x[rows, words] = 1
        return x
    cells = np.unique(rows * NUM_WORDS + words)
    return Csr(cells % NUM_WORDS, np.searchsorted(cells, np.arange(len(sequences) + 1) * NUM_WORDS))


def shuffled(count):
    """The order into which Keras's load_data shuffles the samples of a file."""
    order = np.arange(count)
    np.random.RandomState(113).shuffle(order)
    return order


def load(name, sparse=False, all_rows=False, fold=0):
    """The data of an experiment.

    all_rows: train on all samples and validate on the test set (texts only). fold: the quarter of the samples
    that validates (Boston only).
    """
    file = datasets() / EXPERIMENTS[name].file
    with np.load(file, allow_pickle=True) as arrays:
        if name == "mnist":
            x, y, x_test, y_test = (arrays[k] for k in ("x_train", "y_train", "x_test", "y_test"))
            scale = lambda pixels: pixels.reshape(len(pixels), -1).astype(np.float32) / 255
            return Data(scale(x), y.astype(np.int32), scale(x_test), y_test.astype(np.int32))
        if name == "imdb":
            order = shuffled(25000)
            x, y, apart = arrays["x_train"][order], arrays["y_train"][order], 10000
            if all_rows:
                x_test, y_test = arrays["x_test"][order], arrays["y_test"][order]
        else:
            x, y = arrays["x"], arrays["y"]
            order = shuffled(len(x))
            x, y, train, apart = x[order], y[order], int(len(x) * 0.8), 1000
            x, y, x_test, y_test = x[:train], y[:train], x[train:], y[train:]
    if name.startswith("boston"):
        x = (x - x.mean(axis=0)) / x.std(axis=0)
        x, y, apart = x.astype(np.float32), y.astype(np.float32), len(x) // 4
        x, y = np.roll(x, -fold * apart, axis=0), np.roll(y, -fold * apart)
    else:
        y, x = y.astype(np.float32 if name == "imdb" else np.int32), multi_hot(x, sparse)
        if all_rows:
            return Data(x, y, multi_hot(x_test, sparse), y_test.astype(y.dtype))
    return Data(x[apart:], y[apart:], x[:apart], y[:apart])


def first_weights(inputs, units, seed=42):
    """Glorot-uniform kernels and zero biases: [(kernel, bias), ...]."""
    random, layers = np.random.default_rng(seed), []
    for outputs in units:
        limit = np.sqrt(6 / (inputs + outputs))
        kernel = random.uniform(-limit, limit, (inputs, outputs))
        layers.append((kernel.astype(np.float32), np.zeros(outputs, np.float32)))
        inputs = outputs
    return layers


class Peer:
    """Base class of the peers; the constructor takes the experiment's name and the number of threads."""

    def reset(self):
        """Restores the initial weights."""
        raise NotImplementedError

    def epoch(self):
        """Trains one epoch: {"loss": ..., "score": ...}, with the score if the epoch includes validation."""
        raise NotImplementedError

    def score(self):
        """Accuracy on the validation samples, or the mean absolute error if the loss is mse."""
        return None

    def one(self):
        """Trains and times one epoch; computes the score, untimed, if the epoch does not include it."""
        started, cpu = time.perf_counter(), time.process_time()
        logs = self.epoch()
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        logs = {key: float(value) for key, value in logs.items()}
        if "score" not in logs:
            logs["score"] = self.score()
        return {"epoch": self.done + 1, "seconds": seconds, "cpu": cpu, **logs}

    def begin(self):
        self.reset()
        self.done = 0

    def run(self, count, limit):
        """The answer to `run`, one entry for each epoch; restarts the training after `limit` epochs."""
        answers = []
        for _ in range(count):
            if self.done == limit:
                self.begin()
            answers.append(self.one())
            self.done += 1
        return answers


def serve(make):
    parser = argparse.ArgumentParser()
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    limit = EXPERIMENTS[options.experiment].epochs
    say = lambda **fields: print(json.dumps(fields), file=channel, flush=True)
    channel, sys.stdout = sys.stdout, sys.stderr  # output of the libraries must not mix with the answers

    started = time.perf_counter()
    peer = make(options.experiment, options.threads)
    load = time.perf_counter() - started
    peer.begin()
    first, second = (peer.run(1, limit)[0]["seconds"] for _ in range(2))
    peer.begin()
    say(ready=True, load=load, first=first, second=second, versions=peer.versions)
    for line in sys.stdin:
        command, _, count = line.strip().partition(" ")
        if command != "run":
            break
        epochs = peer.run(int(count), limit)
        say(epochs=epochs, rss=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
