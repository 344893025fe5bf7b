"""The small runs of toolbox.py: base networks, and the change that each case makes.

A case is plain data, as it is written to the fixture; toolbox.py explains the keys.
Every case differs from its base in one respect.
"""

import zlib

# The base networks: (output layer, loss, target, metrics).
TASKS = {
    "regression": ((2, "linear"), "mse", "targets", ["mae"]),
    "binary": ((1, "sigmoid"), "binary_crossentropy", "binary", ["accuracy"]),
    "classes": ((3, "softmax"), "categorical_crossentropy", "one_hot", ["accuracy"]),
    "labels": (
        (3, "softmax"),
        "sparse_categorical_crossentropy",
        "labels",
        ["accuracy"],
    ),
}
FIT = {
    "epochs": 5,
    "batch_size": 12,  # the last batch of the 40 samples has 4
    "shuffle": True,
    "validation_split": 0.0,
    "validation_rows": 0,
    "validation_batch_size": None,
    "class_weight": None,
    "sample_weight": None,
    "early_stopping": None,
}
# Weights of the samples; some are 0 and some above 1.
SAMPLE_WEIGHT = [round(row * 7 % 11 / 5, 1) for row in range(40)]


def dense(units, activation="linear", **options):
    return {"dense": {"units": units, "activation": activation, **options}}


def dropout(rate):
    return {"dropout": {"rate": rate}}


def case(name, task="classes", hidden=None, output=None, fit=None, steps=None, **other):
    """The case of a base network, in which the given parts replace its own."""
    (units, activation), loss, target, metrics = TASKS[task]
    if hidden is None:
        hidden = [dense(6, "tanh"), dense(5, "relu")]
    made = {
        "name": name,
        # The seed of a case must not change when another case is inserted before it.
        "seed": zlib.crc32(name.encode()) % 10000,
        "dtype": "float64",
        "layers": [*hidden, output or dense(units, activation)],
        "loss": {"name": loss},
        "target": target,
        "optimizer": {"name": "sgd", "learning_rate": 0.1},
        "metrics": metrics,
    }
    made |= other
    if steps:
        return made | {
            "steps": [
                {"fit": {**FIT, **step["fit"]}} if "fit" in step else step
                for step in steps
            ]
        }
    return made | {"fit": {**FIT, **(fit or {})}}


def activations():
    for name in [
        *["linear", "relu", "leaky_relu", "relu6", "elu", "selu", "celu", "softplus"],
        *["softsign", "silu", "sigmoid", "hard_sigmoid", "hard_silu", "tanh"],
        *["hard_tanh", "mish", "exponential", "log_sigmoid", "softmax", "log_softmax"],
    ]:
        hidden = [dense(6, name), dense(5, "tanh")]
        yield case(f"activation_{name}", "regression", hidden)
    for name, parameters in [
        ("leaky_relu", {"negative_slope": 0.3}),
        ("elu", {"alpha": 0.5}),
        ("celu", {"alpha": 0.7}),
        ("relu", {"max_value": 0.8}),
        ("relu", {"max_value": 6.0}),
        ("relu", {"negative_slope": 0.2}),
        ("relu", {"threshold": 0.4}),
        ("relu", {"negative_slope": 0.1, "max_value": 0.9, "threshold": 0.2}),
    ]:
        words = "_".join(f"{key}_{value}" for key, value in parameters.items())
        hidden = [
            dense(6, name, activation_parameters=parameters),
            dense(5, "tanh"),
        ]
        yield case(f"activation_{name}_{words}", "regression", hidden)


def corners():
    """One step from inputs that lie exactly on an activation's corner."""
    for name, value in [
        *[("relu", 0.0), ("leaky_relu", 0.0), ("elu", 0.0), ("selu", 0.0)],
        *[("celu", 0.0), ("softsign", 0.0), ("relu6", 0.0), ("relu6", 6.0)],
        *[("hard_tanh", -1.0), ("hard_tanh", 1.0), ("hard_sigmoid", -3.0)],
        *[("hard_sigmoid", 3.0), ("hard_silu", -3.0), ("hard_silu", 3.0)],
    ]:
        yield corner(f"corner_{name}_{value:g}", name, value)
    for value in [0.0, 0.8]:
        parameters = {"activation_parameters": {"max_value": 0.8}}
        yield corner(f"corner_relu_max_{value:g}", "relu", value, **parameters)
    parameters = {"activation_parameters": {"threshold": 0.4, "negative_slope": 0.1}}
    yield corner("corner_relu_threshold", "relu", 0.4, **parameters)

    for name in ["mse", "mae"]:
        # All predictions are 0, and so are some targets.
        zeros = [dense(2, kernel_initializer={"name": "zeros"})]
        yield case(
            f"corner_{name}_at_target",
            "regression",
            [],
            *zeros,
            {"epochs": 1, "batch_size": 40},
            loss={"name": name},
            metrics=["mae", "mse"],
            final_weights=True,
        )
    # Probabilities beyond 1e-7 and 1 - 1e-7: clipped, and those rows learn nothing.
    for task, scale in [("binary", 30.0), ("classes", 40.0), ("labels", 40.0)]:
        (units, activation), *_ = TASKS[task]
        output = dense(units, activation, kernel_initializer=wide(scale))
        yield case(f"corner_clipped_{task}", task, [], output, final_weights=True)
    # All columns equal: which classes are among the first k, which is the largest?
    output = dense(3, "softmax", kernel_initializer={"name": "zeros"})
    metrics = ["accuracy", {"name": "top_k_categorical_accuracy", "k": 2}]
    yield case("corner_ties", "classes", [], output, {"epochs": 1}, metrics=metrics)
    output = dense(1, "sigmoid", kernel_initializer={"name": "zeros"})
    yield case("corner_half", "binary", [], output, {"epochs": 1, "batch_size": 40})


def corner(name, activation, value, **parameters):
    first = dense(
        6,
        activation,
        **parameters,
        kernel_initializer={"name": "zeros"},
        bias_initializer={"name": "constant", "value": value},
    )
    fit = {"epochs": 1, "batch_size": 40}
    return case(name, "regression", [first], None, fit, final_weights=True)


def wide(limit):
    return {"name": "random_uniform", "minval": -limit, "maxval": limit}


def losses():
    yield case("loss_mse", "regression")
    yield case("loss_mae", "regression", loss={"name": "mae"})
    for task in ["binary", "classes", "labels"]:
        (units, _), loss, *_ = TASKS[task]
        yield case(f"loss_{loss}", task)
        logits = {"name": loss, "from_logits": True}
        yield case(f"loss_{loss}_logits", task, output=dense(units), loss=logits)
        if task != "labels":
            smoothing = {"name": loss, "label_smoothing": 0.1}
            yield case(f"loss_{loss}_smoothing", task, loss=smoothing)
            both = {**logits, "label_smoothing": 0.2}
            words = f"loss_{loss}_logits_smoothing"
            yield case(words, task, output=dense(units), loss=both)
    pairs = {"target": "binary_pairs", "metrics": ["binary_accuracy"]}
    yield case("loss_bce_columns", "binary", output=dense(2, "sigmoid"), **pairs)
    logits = {"name": "binary_crossentropy", "from_logits": True}
    yield case(
        "loss_bce_columns_logits", "binary", output=dense(2), loss=logits, **pairs
    )
    yield case("loss_mse_sigmoid", "binary", loss={"name": "mse"})
    yield case("loss_mae_softmax", "classes", loss={"name": "mae"})


def regularizers():
    l1, l2 = {"l1": 0.01}, {"l2": 0.01}
    both = {"l1": 0.003, "l2": 0.02}
    for name, penalty in [("l1", l1), ("l2", l2), ("l1_l2", both)]:
        for part in ["kernel", "bias", "activity"]:
            options = {f"{part}_regularizer": penalty}
            hidden = [dense(6, "tanh", **options), dense(5, "relu", **options)]
            yield case(f"regularizer_{part}_{name}", "classes", hidden)
    everywhere = {f"{part}_regularizer": l2 for part in ["kernel", "bias", "activity"]}
    hidden = [dense(6, "tanh", **everywhere), dense(5, "relu", kernel_regularizer=l1)]
    output = dense(3, "softmax", kernel_regularizer=both)
    fit = {"validation_split": 0.25}
    yield case("regularizer_all", "classes", hidden, output, fit)
    hidden = [dense(6, "tanh", use_bias=False), dense(5, "relu", use_bias=False)]
    yield case("no_bias", "classes", hidden)


def dropouts():
    for rate in [0.2, 0.5, 0.7]:
        hidden = [dense(6, "tanh"), dropout(rate), dense(5, "relu"), dropout(rate)]
        yield case(f"dropout_{rate}", "classes", hidden)
    first = [dropout(0.3), dense(6, "tanh"), dense(5, "relu")]
    yield case("dropout_first", "classes", first)
    twice = [dense(6, "tanh"), dropout(0.5), dropout(0.2), dense(5, "relu")]
    yield case("dropout_twice", "classes", twice)
    zero = [dense(6, "tanh"), dropout(0), dense(5, "relu"), dropout(0.5)]
    yield case("dropout_zero", "classes", zero)
    late = [dense(6, "tanh"), dropout(0.5), dense(5, "relu", activity_regularizer={})]
    late[2]["dense"]["activity_regularizer"] = {"l2": 0.01}
    yield case("dropout_activity", "binary", late, fit={"validation_split": 0.25})
