"""Builds the Keras model of a case of toolbox_cases.py, and the arrays it is fitted on."""

import functools

import keras
import numpy as np

OPTIMIZERS = {
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "adagrad": keras.optimizers.Adagrad,
    "adadelta": keras.optimizers.Adadelta,
    "adamax": keras.optimizers.Adamax,
    "nadam": keras.optimizers.Nadam,
    "lion": keras.optimizers.Lion,
}


def make_data():
    """40 samples of a learnable task; the numbers have few decimals and some are 0."""
    random = np.random.RandomState(40)
    x = random.uniform(-2, 2, (40, 7)).round(3)
    x[random.uniform(size=x.shape) < 0.1] = 0
    noise = random.normal(size=(40, 3)) * 0.3
    scores = x @ random.normal(size=(7, 3)) + noise
    targets = (np.tanh(scores[:, :2]) + noise[:, 1:]).round(3)
    targets[::9] = 0
    return {
        "x": x.tolist(),
        "labels": scores.argmax(axis=1).tolist(),
        "binary": (scores[:, 0] > 0).astype(int).tolist(),
        "binary_pairs": (scores[:, :2] > 0).astype(int).tolist(),
        "targets": targets.tolist(),
    }


def arrays(data, target):
    """x and y of a case in Keras's floatx; integer labels stay integers."""
    width = keras.config.floatx()
    x = np.array(data["x"], dtype=width)
    if target == "labels":
        return x, np.array(data["labels"])
    if target == "one_hot":
        return x, np.eye(3, dtype=width)[data["labels"]]
    return x, np.array(data[target], dtype=width)


def named(options, types):
    """The name, or an object of the named class if there are other arguments."""
    options = dict(options)
    name = options.pop("name")
    if not options:
        return name
    return getattr(types, "".join(map(str.capitalize, name.split("_"))))(**options)


def initializer(options):
    """The description from which Dense creates its initializer. An object created here
    would draw its seed too early: Dense draws one for its kernel, then one for its bias."""
    options = dict(options)
    name = options.pop("name")
    class_name = "".join(map(str.capitalize, name.split("_")))
    return {"class_name": class_name, "config": options} if options else name


def regularizer(options):
    if set(options) == {"l1"}:
        return keras.regularizers.L1(**options)
    if set(options) == {"l2"}:
        return keras.regularizers.L2(**options)
    return keras.regularizers.L1L2(**options)


def layer(description):
    ((kind, options),) = description.items()
    if kind == "dropout":
        return keras.layers.Dropout(**options)
    options = dict(options)
    parameters = options.pop("activation_parameters", None)
    if parameters:
        function = keras.activations.get(options["activation"])
        options["activation"] = functools.partial(function, **parameters)
    for key in options:
        if key.endswith("_initializer"):
            options[key] = initializer(options[key])
        elif key.endswith("_regularizer"):
            options[key] = regularizer(options[key])
    return keras.layers.Dense(**options)


def optimizer(options):
    options = dict(options)
    name = options.pop("name")
    return OPTIMIZERS[name](**options) if options else name


def metric(description):
    if isinstance(description, str):
        return description
    types = {
        "top_k_categorical_accuracy": keras.metrics.TopKCategoricalAccuracy,
        "sparse_top_k_categorical_accuracy": keras.metrics.SparseTopKCategoricalAccuracy,
        "binary_accuracy": keras.metrics.BinaryAccuracy,
    }
    options = dict(description)
    return types[options.pop("name")](**options)


def compile_model(model, case):
    model.compile(
        optimizer=optimizer(case["optimizer"]),
        loss=named(case["loss"], keras.losses),
        metrics=[metric(description) for description in case["metrics"]],
    )


def build(case):
    model = keras.Sequential()
    model.add(keras.layers.Input(shape=(7,)))
    for description in case["layers"]:
        model.add(layer(description))
    compile_model(model, case)
    return model
