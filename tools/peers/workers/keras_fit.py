"""Keras: the book's listing, with compile and one fit, on the backend named by KERAS_BACKEND.

fit runs in its own thread. A callback waits before each epoch until the driver asks for it, so that the
work that fit does once, before its first epoch, is not measured with every epoch.
"""

import queue
import threading
import time

import common
import keras
import numpy as np

BACKEND = keras.backend.backend()
if BACKEND == "tensorflow":
    import tensorflow as engine
else:
    import jax as engine


class Abandoned(Exception):
    pass


class WaitBeforeEpoch(keras.callbacks.Callback):
    def __init__(self, peer):
        super().__init__()
        self.peer = peer

    def on_epoch_begin(self, epoch, logs=None):
        if not self.peer.asked.get():
            raise Abandoned
        self.started, self.cpu = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch, logs=None):
        """Keras calls this after the validation."""
        seconds, cpu = time.perf_counter() - self.started, time.process_time() - self.cpu
        score = logs.get(f"val_{self.peer.metric}")
        self.peer.answers.put({
            "epoch": epoch + 1, "seconds": seconds, "cpu": cpu, "loss": float(logs["loss"]),
            "accuracy": float(logs[self.peer.metric]),
            "score": self.peer.score() if score is None else float(score)})


class Fit(common.Peer):
    versions = {"keras": keras.__version__, BACKEND: engine.__version__, "numpy": np.__version__}

    def __init__(self, name, threads):
        if BACKEND == "tensorflow":
            engine.config.threading.set_intra_op_parallelism_threads(threads)
            engine.config.threading.set_inter_op_parallelism_threads(threads)
        self.about = common.EXPERIMENTS[name]
        self.data = common.load(name)
        self.labels = self.data.y_val
        if self.about.loss == "categorical":
            one_hot = np.eye(self.about.units[-1], dtype=np.float32)
            self.data.y, self.data.y_val = one_hot[self.data.y], one_hot[self.data.y_val]
        self.thread = None
        self.build()

    def build(self):
        """The listing; Keras initializes the weights, from the seed that the runs of Reprise use."""
        keras.utils.set_random_seed(42)
        *hidden, outputs = self.about.units
        output = {"binary": "sigmoid", "categorical": "softmax", "mse": None}[self.about.loss]
        loss = self.about.loss + ("_crossentropy" if output else "")
        self.metric = "accuracy" if output else "mae"
        self.model = keras.Sequential([
            keras.layers.Input(self.data.x.shape[1:]),
            *(keras.layers.Dense(units, activation="relu") for units in hidden),
            keras.layers.Dense(outputs, activation=output)])
        self.model.compile("rmsprop", loss, metrics=[self.metric])
        self.model.optimizer.build(self.model.trainable_variables)
        self.first = [np.array(v) for v in self.variables()]

    def variables(self):
        return [*self.model.variables, *self.model.optimizer.variables]

    def reset(self):
        """Restores the initial weights: a new model would be compiled again."""
        if self.thread and self.thread.is_alive():
            self.asked.put(False)
            self.thread.join()
        for variable, value in zip(self.variables(), self.first, strict=True):
            variable.assign(value)
        self.asked, self.answers = queue.Queue(), queue.Queue()
        self.thread = threading.Thread(target=self.fit, daemon=True)
        self.thread.start()

    def fit(self):
        validation = {}
        if self.about.validates:
            validation = {"validation_data": (self.data.x_val, self.data.y_val)}
        try:
            self.model.fit(self.data.x, self.data.y, epochs=self.about.epochs, verbose=0,
                           batch_size=self.about.batch, callbacks=[WaitBeforeEpoch(self)], **validation)
        except Abandoned:
            pass
        except Exception as error:
            self.answers.put(error)

    def one(self):
        self.asked.put(True)
        answer = self.answers.get()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def score(self):
        out = np.asarray(self.model(self.data.x_val))
        if self.about.loss == "mse":
            return float(np.abs(out[:, 0] - self.labels).mean())
        return float((out.argmax(1) == self.labels).mean())


if __name__ == "__main__":
    common.serve(Fit)
