"""More small runs of toolbox.py: optimizers, initializers, metrics, ways to fit."""

from toolbox_cases import SAMPLE_WEIGHT, case, dense, dropout

EARLY = {
    "monitor": "val_loss",
    "patience": 2,
    "restore_best_weights": True,
    "start_from_epoch": 0,
    "min_delta": 0.0,
}


def optimizers():
    changed = {
        "sgd": {"learning_rate": 0.05},
        "rmsprop": {"learning_rate": 0.004, "rho": 0.8, "epsilon": 1e-4},
        "adam": {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3},
        "adamw": {"learning_rate": 0.01, "weight_decay": 0.1, "beta_1": 0.7},
        "adagrad": {
            "learning_rate": 0.05,
            "initial_accumulator_value": 0.3,
            "epsilon": 1e-3,
        },
        "adadelta": {"learning_rate": 0.9, "rho": 0.8, "epsilon": 1e-4},
        "adamax": {
            "learning_rate": 0.01,
            "beta_1": 0.8,
            "beta_2": 0.9,
            "epsilon": 1e-3,
        },
        "nadam": {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3},
        "lion": {"learning_rate": 0.005, "beta_1": 0.8, "beta_2": 0.9},
    }
    for name, options in changed.items():
        yield optimizer(name)
        yield optimizer(f"{name}_changed", **options)
    yield optimizer("sgd_momentum", learning_rate=0.05, momentum=0.9)
    yield optimizer("sgd_nesterov", learning_rate=0.05, momentum=0.9, nesterov=True)
    yield optimizer("rmsprop_momentum", learning_rate=0.002, momentum=0.7)
    yield optimizer("rmsprop_centered", learning_rate=0.002, centered=True)
    yield optimizer(
        "rmsprop_momentum_centered", learning_rate=0.002, momentum=0.7, centered=True
    )
    yield optimizer("adam_amsgrad", learning_rate=0.01, amsgrad=True)
    yield optimizer("adamw_amsgrad", learning_rate=0.01, amsgrad=True)
    for name in ["sgd", "rmsprop", "adam"]:
        yield optimizer(f"{name}_clipnorm", learning_rate=0.02, clipnorm=0.05)
        yield optimizer(f"{name}_clipvalue", learning_rate=0.02, clipvalue=0.01)
        yield optimizer(
            f"{name}_global_clipnorm", learning_rate=0.02, global_clipnorm=0.1
        )
    # Bounds that nothing reaches.
    yield optimizer("sgd_clipnorm_wide", learning_rate=0.1, clipnorm=100.0)
    yield optimizer(
        "sgd_global_clipnorm_wide", learning_rate=0.1, global_clipnorm=100.0
    )
    for name in ["sgd", "rmsprop", "adam", "adagrad", "lion"]:
        yield optimizer(f"{name}_weight_decay", learning_rate=0.01, weight_decay=0.02)
    yield optimizer(
        "sgd_momentum_all", learning_rate=0.05, momentum=0.8, nesterov=True,
        clipnorm=0.2, weight_decay=0.01,
    )  # fmt: skip


def optimizer(name, **options):
    chosen = {"name": name.partition("_")[0], **options}
    return case(f"optimizer_{name}", "classes", optimizer=chosen)


def initializers():
    plain = ["zeros", "ones", "random_uniform", "random_normal", "truncated_normal"]
    plain += [f"{who}_{kind}" for who in ["glorot", "he", "lecun"]
              for kind in ["uniform", "normal"]]  # fmt: skip
    chosen = {name: {"name": name} for name in [*plain, "identity"]}
    chosen |= {
        "constant": {"name": "constant", "value": 0.3},
        "identity_gain": {"name": "identity", "gain": 0.5},
        "random_uniform_range": {
            "name": "random_uniform",
            "minval": -0.2,
            "maxval": 0.7,
        },
        "random_normal_moments": {
            "name": "random_normal",
            "mean": 0.1,
            "stddev": 0.4,
        },
        "truncated_normal_moments": {
            "name": "truncated_normal",
            "mean": -0.1,
            "stddev": 0.3,
        },
        "glorot_uniform_seed": {"name": "glorot_uniform", "seed": 7},
    }
    for mode in ["fan_in", "fan_out", "fan_avg"]:
        for distribution in ["uniform", "truncated_normal", "untruncated_normal"]:
            chosen[f"variance_scaling_{mode}_{distribution}"] = {
                "name": "variance_scaling",
                "scale": 2.0,
                "mode": mode,
                "distribution": distribution,
            }
    for name, initializer in chosen.items():
        options = {"kernel_initializer": initializer}
        hidden = [dense(6, "tanh", **options), dense(5, "relu")]
        yield case(f"initializer_{name}", "regression", hidden)
    for name in ["random_normal", "random_uniform", "ones"]:
        options = {"bias_initializer": {"name": name}}
        hidden = [dense(6, "tanh", **options), dense(5, "relu", **options)]
        yield case(f"initializer_bias_{name}", "regression", hidden)


def metrics():
    top = {"name": "top_k_categorical_accuracy", "k": 2}
    sparse_top = {"name": "sparse_top_k_categorical_accuracy", "k": 2}
    errors = ["mae", "mse", "mean_absolute_error", "mean_squared_error"]
    binary = ["accuracy", "acc", "binary_accuracy", "mse", "mae"]
    one_hot = ["accuracy", "acc", "categorical_accuracy", top, "binary_accuracy", "mse"]
    labels = ["accuracy", "acc", "sparse_categorical_accuracy", sparse_top]
    fit = {"validation_split": 0.25}
    yield case("metrics_binary", "binary", metrics=binary, fit=fit)
    yield case("metrics_classes", "classes", metrics=one_hot, fit=fit)
    yield case("metrics_labels", "labels", metrics=labels, fit=fit)
    yield case("metrics_regression", "regression", metrics=errors, fit=fit)
    # k is 5 there, of 3 classes.
    yield case(
        "metrics_top_5", "classes", metrics=["top_k_categorical_accuracy"], fit=fit
    )
    threshold = {"name": "binary_accuracy", "threshold": 0.4}
    yield case("metrics_threshold", "binary", metrics=[threshold], fit=fit)
    yield case("metrics_none", "binary", metrics=[], fit=fit)


def fits():
    weights = {"class_weight": {"0": 1.0, "1": 2.5, "2": 0.5}}
    for task in ["labels", "classes", "binary"]:
        yield case(f"class_weight_{task}", task, fit=weights)
    # A class without a weight has 1.
    some = {"class_weight": {"1": 3.0}, "validation_split": 0.25}
    yield case("class_weight_some", "labels", fit=some)
    for task in ["regression", "binary", "labels"]:
        fit = {"sample_weight": SAMPLE_WEIGHT}
        yield case(f"sample_weight_{task}", task, fit=fit)
    fit = {"sample_weight": SAMPLE_WEIGHT, "validation_split": 0.25}
    yield case("sample_weight_validation_split", "classes", fit=fit)

    yield case("fit_batch_8", "classes", fit={"batch_size": 8})
    yield case("fit_batch_1", "classes", fit={"batch_size": 1, "epochs": 2})
    yield case("fit_batch_40", "classes", fit={"batch_size": 40})
    yield case("fit_batch_64", "classes", fit={"batch_size": 64})
    yield case("fit_no_shuffle", "classes", fit={"shuffle": False})
    # 0.33 leaves floor(26.8) rows; 0.25 leaves 30, and 10 at the end.
    for split in [0.25, 0.33]:
        fit = {"validation_split": split}
        yield case(f"fit_validation_split_{split}", "binary", fit=fit)
    fit = {"validation_split": 0.25, "validation_batch_size": 4}
    yield case("fit_validation_batch_4", "binary", fit=fit)
    yield case("fit_validation_data", "labels", fit={"validation_rows": 15})
    fit = {"validation_split": 0.25, "shuffle": False}
    yield case("fit_no_shuffle_validation_split", "binary", fit=fit)


def steps():
    """Sequences of operations, some of which draw batch orders."""
    fit = {"fit": {"epochs": 2}}
    split = {"fit": {"epochs": 2, "validation_split": 0.25}}
    evaluate = {"evaluate": {"batch_size": 16}}
    predict = {"predict": {"batch_size": 16}}
    again = {"compile": {}}
    adam = {"compile": {"optimizer": {"name": "adam", "learning_rate": 0.01}}}
    momentum = {"name": "sgd", "learning_rate": 0.05, "momentum": 0.9}
    dropped = [dense(6, "tanh"), dropout(0.5), dense(5, "relu")]
    for name, sequence in {
        "fit_twice": [fit, fit],
        "fit_compile_fit": [fit, again, fit],
        "fit_compile_adam_fit": [fit, adam, fit],
        "evaluate_fit": [evaluate, fit],
        "predict_fit": [predict, fit],
        "fit_evaluate_fit": [fit, evaluate, fit],
        "fit_compile_evaluate_fit": [fit, again, evaluate, fit],
        "fit_split_twice": [split, fit, split],
    }.items():
        yield case(
            f"steps_{name}", "classes", dropped, steps=sequence, optimizer=momentum
        )


def early_stopping():
    fit = {"epochs": 40, "validation_split": 0.25}
    fast = {"optimizer": {"name": "adam", "learning_rate": 0.05}}
    for name, changes in {
        "restore": {},
        "keep": {"restore_best_weights": False},
        "start_from_epoch": {"start_from_epoch": 6},
        "patience_0": {"patience": 0},
        "min_delta": {"min_delta": 0.02},
        "loss": {"monitor": "loss", "min_delta": 0.02},
        "accuracy": {"monitor": "val_accuracy", "mode": "max", "patience": 3},
        "not_stopped": {"patience": 50},
    }.items():
        early = {**fit, "early_stopping": {**EARLY, **changes}}
        yield case(f"early_stopping_{name}", "classes", fit=early, **fast)


# These cases also run in float32; the tests compare them to about 1e-6.
SINGLE = [
    *["activation_selu", "activation_mish", "loss_binary_crossentropy"],
    *["loss_categorical_crossentropy", "loss_mae", "optimizer_adam"],
    *["optimizer_rmsprop_centered", "regularizer_kernel_l1_l2", "dropout_0.2"],
    *["initializer_he_normal", "initializer_variance_scaling_fan_out_uniform"],
    *["sample_weight_binary"],
]
