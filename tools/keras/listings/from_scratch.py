"""Networks that the book writes by hand, in NumPy; and a Dense layer on the same points.

The weights are uniform numbers of NumPy's global stream, from which Reprise draws them too.
"""

import numpy as np


def floatx():
    import keras

    return keras.config.floatx()


def uniform(low, high, *shape):
    return (low + (high - low) * np.random.random(shape)).astype("float32")


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def crossentropy(predictions, labels):
    """The losses of the samples, and the gradient of their mean; as Keras clips them."""
    epsilon = 1e-7
    rows = np.arange(len(labels))
    total = predictions.sum(axis=1)
    share = predictions[rows, labels] / total
    losses = -np.log(np.clip(share, epsilon, 1 - epsilon))
    inside = (share > epsilon) & (share < 1 - epsilon)
    slope = np.where(inside, -1 / share, 0) / len(labels)
    gradient = -(slope * predictions[rows, labels] / total**2)[:, None]
    gradient = np.broadcast_to(gradient, predictions.shape).copy()
    gradient[rows, labels] += slope / total
    return losses, gradient


def mnist_naive(run, epochs=10):
    """Chapter 2: two dense layers, gradient descent, batches in the order of the file."""
    from keras.datasets import mnist

    (train_images, train_labels), (test_images, test_labels) = mnist.load_data()
    x = train_images.reshape((60000, 784)).astype("float32") / 255
    x_test = test_images.reshape((10000, 784)).astype("float32") / 255
    x, x_test = x.astype(floatx()), x_test.astype(floatx())
    w1 = uniform(0, 0.1, 784, 512).astype(floatx())
    w2 = uniform(0, 0.1, 512, 10).astype(floatx())
    b1, b2 = np.zeros(512, floatx()), np.zeros(10, floatx())
    rate = np.asarray(0.001, floatx())
    run.record["optimizer"] = "sgd(learning_rate=0.001)"
    run.begin_by_hand([w1, b1, w2, b2])
    history = []
    for _ in range(epochs):
        means = []
        for first in range(0, len(x), 128):
            inputs, labels = x[first : first + 128], train_labels[first : first + 128]
            hidden = np.maximum(inputs @ w1 + b1, 0)
            predictions = softmax(hidden @ w2 + b2)
            losses, dp = crossentropy(predictions, labels)
            means.append(losses.mean(dtype="float64"))
            dz2 = predictions * (dp - (dp * predictions).sum(axis=1, keepdims=True))
            dz1 = (dz2 @ w2.T) * (hidden > 0)
            for weight, gradient in [
                (w1, inputs.T @ dz1),
                (b1, dz1.sum(axis=0)),
                (w2, hidden.T @ dz2),
                (b2, dz2.sum(axis=0)),
            ]:
                weight -= gradient.astype(floatx()) * rate
        history.append(float(np.mean(means)))
    run.end_by_hand({"loss": history}, [w1, b1, w2, b2])
    predictions = np.maximum(x_test @ w1 + b1, 0) @ w2 + b2
    matches = predictions.argmax(axis=1) == test_labels
    run.record["results"] = {"test_accuracy": float(matches.mean())}


def clouds():
    samples = 1000
    covariance = [[1, 0.5], [0.5, 1]]
    negative = np.random.multivariate_normal([0, 3], covariance, samples)
    positive = np.random.multivariate_normal([3, 0], covariance, samples)
    inputs = np.vstack((negative, positive)).astype("float32")
    targets = np.vstack((np.zeros((samples, 1)), np.ones((samples, 1))))
    return inputs, targets.astype("float32")


def clouds_linear(run, epochs=40):
    """Chapter 3: gradient descent on all points at once, mean squared error."""
    inputs, targets = (array.astype(floatx()) for array in clouds())
    w, b = uniform(0, 1, 2, 1).astype(floatx()), np.zeros(1, floatx())
    rate = np.asarray(0.1, floatx())
    run.record["optimizer"] = "sgd(learning_rate=0.1)"
    run.begin_by_hand([w, b])
    history = []
    for _ in range(epochs):
        errors = inputs @ w + b - targets
        history.append(float((errors**2).mean(dtype="float64")))
        slopes = 2 * errors / len(inputs)
        w -= (inputs.T @ slopes) * rate
        b -= slopes.sum(axis=0) * rate
    run.end_by_hand({"loss": history}, [w, b])
    right = (inputs @ w + b > 0.5) == (targets > 0.5)
    run.record["results"] = {"train_accuracy": float(right.mean())}


def clouds_dense(run, epochs=5):
    """Chapter 3: the same points with Keras; 30 % of them validate."""
    import keras

    inputs, targets = clouds()
    model = keras.Sequential([keras.layers.Input(shape=(2,)), keras.layers.Dense(1)])
    run.compile(
        model,
        optimizer=keras.optimizers.RMSprop(learning_rate=0.1),
        loss=keras.losses.MeanSquaredError(),
        metrics=[keras.metrics.BinaryAccuracy()],
    )
    run.record["optimizer"] = "rmsprop(learning_rate=0.1)"
    order = np.random.permutation(len(inputs))
    inputs, targets = inputs[order], targets[order]
    count = int(0.3 * len(inputs))
    run.fit(
        model,
        inputs[count:],
        targets[count:],
        epochs=epochs,
        batch_size=16,
        validation_data=(inputs[:count], targets[:count]),
    )
