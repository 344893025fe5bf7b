"""Runs one of the book's experiments in real Keras; EXPERIMENTS is the table of all.

./tools/keras/regenerate calls this file once per run, in a new process, because the
backend, its precision and its compiler flags are fixed when Keras is imported:

    golden.py EXPERIMENT SEED MODE FILE

It writes FILE (JSON) and prints one line with the time and memory of the run. A new
experiment needs one line in the table, and a function in listings/ if the book has a
separate listing for it.
"""

import sys

from listings import (
    boston,
    california,
    from_scratch,
    generalization,
    imdb,
    mnist,
    overfit,
    own,
    reuters,
)

OPTIMIZERS = ["sgd", "adam", "adamw", "adagrad", "adadelta", "adamax", "nadam", "lion"]


def with_optimizers(name, listing, epochs):
    """Experiments with Keras's other optimizers and their default arguments."""
    return {
        f"{name}__{optimizer}": (listing, {"optimizer": optimizer, "epochs": epochs})
        for optimizer in OPTIMIZERS
    }


# {ID: (listing, arguments that differ from the book's)}. The part of an ID after "__" is
# the last part of the file name: imdb__adam is stored in imdb__seed0__adam.json.
EXPERIMENTS = {
    # Section 2.1
    "mnist": (mnist.final, {}),
    # Written by hand in NumPy, and a Dense layer on the same points: chapters 2 and 3 of the
    # later editions
    "mnist_naive": (from_scratch.mnist_naive, {}),
    "clouds_linear": (from_scratch.clouds_linear, {}),
    "clouds_dense": (from_scratch.clouds_dense, {}),
    # Section 3.4; its "further experiments" from imdb_1layer to imdb__tanh
    "imdb": (imdb.validation, {}),
    "imdb_final": (imdb.final, {}),
    "imdb_1layer": (imdb.validation, {"hidden": 1}),
    "imdb_3layer": (imdb.validation, {"hidden": 3}),
    "imdb_32": (imdb.validation, {"units": 32}),
    "imdb_64": (imdb.validation, {"units": 64}),
    "imdb__mse": (imdb.validation, {"loss": "mse"}),
    "imdb__tanh": (imdb.validation, {"activation": "tanh"}),
    **with_optimizers("imdb", imdb.validation, 5),
    # Section 3.5; the notebook ends with 8 epochs, the printed book with 9
    "reuters": (reuters.validation, {}),
    "reuters_8ep": (reuters.validation, {"epochs": 8, "test": True}),
    "reuters_9ep": (reuters.validation, {"epochs": 9, "test": True}),
    "reuters_sparse": (reuters.validation, {"sparse": True}),
    "reuters_bottleneck": (reuters.validation, {"units": (64, 4), "batch_size": 128}),
    "reuters_32": (reuters.validation, {"units": (32, 32)}),
    "reuters_128": (reuters.validation, {"units": (128, 128)}),
    "reuters_1layer": (reuters.validation, {"units": (64,)}),
    "reuters_3layer": (reuters.validation, {"units": (64, 64, 64)}),
    **with_optimizers("reuters", reuters.validation, 4),
    # Section 3.6; batches of 16 samples and 130 epochs are from the second edition
    "boston_kfold": (boston.kfold, {}),
    "boston_kfold16": (boston.kfold, {"batch_size": 16}),
    "boston_final": (boston.final, {}),
    "boston_final_130": (boston.final, {"epochs": 130}),
    **with_optimizers("boston_final", boston.final, 20),
    # Section 4.3 of the third edition
    "california_kfold": (california.kfold, {"optimizer": "adam"}),
    "california_kfold_200": (
        california.kfold,
        {"optimizer": "adam", "epochs": 200, "curve": True},
    ),
    "california_final": (california.final, {"optimizer": "adam"}),
    # Chapter 5 of the second and third edition
    "generalization_noise": (generalization.noise, {}),
    "generalization_noise__adam": (generalization.noise, {"optimizer": "adam"}),
    "generalization_zeros": (generalization.zeros, {}),
    "generalization_zeros__adam": (generalization.zeros, {"optimizer": "adam"}),
    "generalization_random_labels": (generalization.random_labels, {"epochs": 10}),
    "tuning_lr_1": (
        generalization.digits,
        {"optimizer": "rmsprop(learning_rate=1.0)"},
    ),
    "tuning_lr_1e-2": (
        generalization.digits,
        {"optimizer": "rmsprop(learning_rate=0.01)"},
    ),
    "capacity_small": (generalization.digits, {"units": (), "epochs": 20}),
    "capacity_96": (generalization.digits, {"units": (96, 96), "epochs": 20}),
    "capacity_128": (generalization.digits, {"units": (128, 128), "epochs": 20}),
    "capacity_2048x3": (
        generalization.digits,
        {"units": (2048, 2048, 2048), "epochs": 2, "batch_size": 32},
    ),
    # Section 4.4, which mentions L1 and L1L2 without running them
    "overfit_original": (overfit.reviews, {}),
    "overfit_smaller": (overfit.reviews, {"units": 4}),
    "overfit_bigger": (overfit.reviews, {"units": 512, "epochs": 3}),
    "overfit_l2": (overfit.reviews, {"l2": 0.001}),
    "overfit_l1": (overfit.reviews, {"l1": 0.0001}),
    "overfit_l1_l2": (overfit.reviews, {"l1": 0.0001, "l2": 0.0001}),
    "overfit_dropout": (overfit.reviews, {"dropout": 0.5}),
    # Networks of a reader's own, with the flags of the programs
    "imdb__own_units": (own.imdb, {"flags": "--units 64 --learning-rate .01"}),
    "imdb__own_patience": (
        own.imdb,
        {
            "flags": "--units 8,8,8 --dropout .25 --l2 .001 --validation-split .2 --patience 1"
        },
    ),
    "reuters__own_dropout": (own.reuters, {"flags": "--units 32,32 --dropout .3"}),
    "reuters__own_sgd": (
        own.reuters,
        {
            "flags": "--l1 1e-5 --l2 1e-4 --epochs 6 --optimizer "
            "'sgd(learning_rate=0.1, momentum=0.9, nesterov=True, clipnorm=1.0)'"
        },
    ),
    "imdb__own_ema": (
        own.imdb,
        {
            "flags": "--epochs 4 --optimizer "
            "'adam(use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=7)'"
        },
    ),
    "reuters__own_accumulation": (
        own.reuters,
        {
            "flags": "--epochs 4 --optimizer 'rmsprop(gradient_accumulation_steps=3, "
            "loss_scale_factor=100.0, clipnorm=1.0, use_ema=True, ema_overwrite_frequency=2)'"
        },
    ),
    "mnist__own_adam": (
        own.mnist,
        {
            "flags": "--units 0 --optimizer "
            "'adam(learning_rate=0.002, beta_1=0.8, amsgrad=True, weight_decay=0.001)'"
        },
    ),
}

# The float64 runs are recorded for this many epochs only, because later ones take minutes
# and prove nothing more. For the same reason overfit_bigger has 3 of the book's 20 epochs.
EPOCHS_X64 = {
    "mnist": 2,
    "imdb__mse": 8,
    "imdb__tanh": 8,
    "generalization_random_labels": 3,
}


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in EXPERIMENTS:
        print("golden.py: expected EXPERIMENT SEED MODE FILE", file=sys.stderr)
        sys.exit(2)
    name, seed, mode, path = sys.argv[1:]

    from record import Run

    experiment, changes = EXPERIMENTS[name]
    if mode.startswith("x64") and name in EPOCHS_X64:
        changes = {**changes, "epochs": EPOCHS_X64[name]}
    run = Run(name, int(seed), mode, changes)
    experiment(run, **changes)
    run.write(path)


if __name__ == "__main__":
    main()
