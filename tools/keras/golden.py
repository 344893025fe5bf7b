"""The book's experiments in real Keras: the table of them all.

./tools/keras/regenerate calls this file once a run, in a fresh process, because the
backend, its precision and its compiler flags are fixed when Keras is imported:

    golden.py EXPERIMENT SEED MODE FILE

It writes FILE (JSON) and prints one line with the time and the memory that the run
took. A new experiment is one line of the table, and one function in listings/ if the
book has a listing of its own for it.
"""

import sys

from listings import boston, imdb, mnist, overfit, reuters

OPTIMIZERS = ["sgd", "adam", "adamw", "adagrad", "adadelta", "adamax", "nadam", "lion"]


def with_optimizers(name, listing, epochs):
    """Keras's other optimizers, with their defaults, for so many epochs."""
    return {
        f"{name}__{optimizer}": (listing, {"optimizer": optimizer, "epochs": epochs})
        for optimizer in OPTIMIZERS
    }


# ID: (listing, the arguments that differ from the book's). What follows "__" in an ID
# goes to the end of the file's name: imdb__adam is imdb__seed0__adam.json.
EXPERIMENTS = {
    # Section 2.1
    "mnist": (mnist.final, {}),
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
    # Section 3.6; batches of 16 rows and 130 epochs are those of the second edition
    "boston_kfold": (boston.kfold, {}),
    "boston_kfold16": (boston.kfold, {"batch_size": 16}),
    "boston_final": (boston.final, {}),
    "boston_final_130": (boston.final, {"epochs": 130}),
    **with_optimizers("boston_final", boston.final, 20),
    # Section 4.4; L1 and L1L2 are named there without a run
    "overfit_original": (overfit.reviews, {}),
    "overfit_smaller": (overfit.reviews, {"units": 4}),
    "overfit_bigger": (overfit.reviews, {"units": 512, "epochs": 3}),
    "overfit_l2": (overfit.reviews, {"l2": 0.001}),
    "overfit_l1": (overfit.reviews, {"l1": 0.0001}),
    "overfit_l1_l2": (overfit.reviews, {"l1": 0.0001, "l2": 0.0001}),
    "overfit_dropout": (overfit.reviews, {"dropout": 0.5}),
}

# In float64 recorded for so many epochs only, as overfit_bigger is in every mode (20 in
# the book): the later ones take minutes and prove nothing more.
EPOCHS_X64 = {"mnist": 2, "imdb__mse": 8, "imdb__tanh": 8}


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in EXPERIMENTS:
        print("golden.py: needs EXPERIMENT SEED MODE FILE", file=sys.stderr)
        sys.exit(2)
    name, seed, mode, path = sys.argv[1:]

    from record import Run

    experiment, changes = EXPERIMENTS[name]
    if mode == "x64" and name in EPOCHS_X64:
        changes = {**changes, "epochs": EPOCHS_X64[name]}
    run = Run(name, int(seed), mode, changes)
    experiment(run, **changes)
    run.write(path)


if __name__ == "__main__":
    main()
