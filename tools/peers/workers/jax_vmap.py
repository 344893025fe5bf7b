"""JAX: the compiled epoch of jax_scan.py, vmapped over the folds: each step updates the networks of all folds."""

import common
import jax
import jax.numpy as jnp
import numpy as np
from jax_scan import Scan


def stacked(trees):
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *trees)


class Folds(Scan):
    """All folds have the same number of samples, so none is padded."""

    def __init__(self, name, threads):
        self.about = common.EXPERIMENTS[name]
        folds = [common.load(name, fold=fold) for fold in range(self.about.folds)]
        self.data = stacked([(data.x, data.y, data.x_val, data.y_val) for data in folds])
        self.random = np.random.default_rng(1)
        self.step = jax.jit(jax.vmap(self.compiled_epoch), donate_argnums=0)
        self.evaluate = jax.jit(jax.vmap(self.evaluated))

    def reset(self):
        layers = stacked([common.first_weights(self.data[0].shape[2], self.about.units, seed)
                          for seed in range(self.about.folds)])
        self.state = layers, jax.tree.map(jnp.zeros_like, layers)

    def epoch(self):
        folds, samples = self.data[1].shape
        order = np.stack([self.random.permutation(samples) for _ in range(folds)]).astype(np.int32)
        self.state, logs = self.step(self.state, order, *self.data)
        return {key: values.mean() for key, values in jax.device_get(logs).items()}

    def score(self):
        return float(self.evaluate(self.state[0], *self.data[2:]).mean())


if __name__ == "__main__":
    common.serve(Folds)
