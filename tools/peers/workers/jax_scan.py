"""JAX: one compiled call runs a whole epoch with its validation and scans over the batches."""

import common
import jax
import jax.numpy as jnp
import numpy as np

RATE, RHO, EPSILON = 1e-3, 0.9, 1e-7


def forward(layers, x):
    for kernel, bias in layers[:-1]:
        x = jax.nn.relu(x @ kernel + bias)
    kernel, bias = layers[-1]
    return x @ kernel + bias


def losses(kind, out, y):
    """(loss, correct) for each sample; for mse the second is the absolute error."""
    if kind == "binary":
        out = out[:, 0]
        loss = jnp.maximum(out, 0) - out * y + jnp.log1p(jnp.exp(-jnp.abs(out)))
        return loss, (out > 0) == (y > 0.5)
    if kind == "categorical":
        chosen = jnp.take_along_axis(jax.nn.log_softmax(out), y[:, None], 1)[:, 0]
        return -chosen, out.argmax(1) == y
    error = out[:, 0] - y
    return error * error, jnp.abs(error)


class Scan(common.Peer):
    versions = {"jax": jax.__version__, "numpy": np.__version__}

    def __init__(self, name, threads):
        self.about = common.EXPERIMENTS[name]
        data = common.load(name)
        self.data = [jnp.asarray(part) for part in (data.x, data.y, data.x_val, data.y_val)]
        self.random = np.random.default_rng(1)
        self.step = jax.jit(self.compiled_epoch, donate_argnums=0)
        self.evaluate = jax.jit(self.evaluated)

    def reset(self):
        layers = common.first_weights(self.data[0].shape[1], self.about.units)
        layers = [(jnp.asarray(kernel), jnp.asarray(bias)) for kernel, bias in layers]
        self.state = layers, jax.tree.map(jnp.zeros_like, layers)

    def evaluated(self, layers, x, y):
        return losses(self.about.loss, forward(layers, x), y)[1].mean()

    def compiled_epoch(self, state, order, x, y, x_val, y_val):
        def objective(layers, x, y):
            loss, right = losses(self.about.loss, forward(layers, x), y)
            return loss.mean(), (loss.sum(), right.sum())

        def batch(state, rows):
            layers, moments = state
            gradients, sums = jax.grad(objective, has_aux=True)(layers, x[rows], y[rows])
            moments = jax.tree.map(lambda v, g: RHO * v + (1 - RHO) * g * g, moments, gradients)
            layers = jax.tree.map(
                lambda w, v, g: w - RATE * g * jax.lax.rsqrt(v + EPSILON), layers, moments, gradients
            )
            return (layers, moments), sums

        size = self.about.batch
        whole = len(order) // size * size
        state, (loss, right) = jax.lax.scan(batch, state, order[:whole].reshape(-1, size))
        loss, right = loss.sum(), right.sum()
        if whole < len(order):
            state, (more_loss, more_right) = batch(state, order[whole:])
            loss, right = loss + more_loss, right + more_right
        logs = {"loss": loss / len(order), "accuracy": right / len(order)}
        if self.about.validates:
            val_loss, val_right = losses(self.about.loss, forward(state[0], x_val), y_val)
            logs |= {"val_loss": val_loss.mean(), "score": val_right.mean()}
        return state, logs

    def epoch(self):
        order = self.random.permutation(len(self.data[1])).astype(np.int32)
        self.state, logs = self.step(self.state, order, *self.data)
        return jax.device_get(logs)

    def score(self):
        return float(self.evaluate(self.state[0], *self.data[2:]))


if __name__ == "__main__":
    common.serve(Scan)
