"""Section 4.3 of the third edition: predicts house prices in California.

Keras's file has no public mirror. The recorded runs are made on Reprise's stand-in, which
has the same form: ./tools/keras/regenerate writes it with build/release/bin/standin_file.
"""

import os

from listings.boston import network


def load():
    """The book's arrays: features standardised by the training rows, prices / 100,000."""
    from keras.datasets import california_housing
    from keras.src.datasets import california_housing as module

    made = os.environ["REPRISE_STANDIN_CALIFORNIA"]
    module.get_file = lambda *args, **options: made
    (train_data, train_targets), (test_data, test_targets) = (
        california_housing.load_data(version="small")
    )
    mean = train_data.mean(axis=0)
    std = train_data.std(axis=0)
    x_train = (train_data - mean) / std
    x_test = (test_data - mean) / std
    return x_train, train_targets / 100000, x_test, test_targets / 100000


def kfold(run, optimizer="adam", epochs=50, curve=False):
    """Four networks, each on three quarters of the rows and validated on the fourth."""
    import numpy as np

    run.record["data"] = "stand-in"
    x_train, y_train, _, _ = load()
    k = 4
    samples = len(x_train) // k
    for i in range(k):
        fold = slice(i * samples, (i + 1) * samples)
        rest = np.r_[0 : i * samples, (i + 1) * samples : len(x_train)]
        model = network(run, optimizer, 8)
        validation = (
            {"validation_data": (x_train[fold], y_train[fold])} if curve else {}
        )
        run.fit(
            model,
            x_train[rest],
            y_train[rest],
            epochs=epochs,
            batch_size=16,
            **validation,
        )
        if not curve:
            run.evaluate(model, x_train[fold], y_train[fold])


def final(run, optimizer="adam", epochs=130):
    run.record["data"] = "stand-in"
    x_train, y_train, x_test, y_test = load()
    model = network(run, optimizer, 8)
    run.fit(model, x_train, y_train, epochs=epochs, batch_size=16)
    run.evaluate(model, x_test, y_test)
    run.predict_head(model, x_test)
