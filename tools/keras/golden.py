"""The book's experiments in real Keras, one per function, as the book lists them.

./tools/keras/regenerate calls this file once a run, in a fresh process, because the
backend, its precision and its compiler flags are fixed when Keras is imported:

    golden.py EXPERIMENT SEED MODE FILE

It writes FILE (JSON) and prints one line with the time and the memory that the run
took. A new experiment is one line of the table at the bottom, and one function if the
book has a listing of its own for it.
"""

import sys


def multi_hot(sequences, dimension=10000):
    """The book's vectorize_sequences, in the width that fit converts to anyway."""
    import keras
    import numpy as np

    results = np.zeros((len(sequences), dimension), dtype=keras.config.floatx())
    for row, sequence in zip(results, sequences, strict=True):
        row[sequence] = 1
    return results


def imdb_network(run, optimizer, activation, loss):
    from keras import layers, models

    model = models.Sequential()
    model.add(layers.Input(shape=(10000,)))
    model.add(layers.Dense(16, activation=activation))
    model.add(layers.Dense(16, activation=activation))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(
        optimizer=optimizer, loss=loss, metrics=["accuracy"], run_eagerly=run.eager
    )
    return model


def imdb(
    run,
    optimizer="rmsprop",
    activation="relu",
    loss="binary_crossentropy",
    epochs=20,
):
    """Section 3.4, the run with validation: 15000 reviews to learn, 10000 apart."""
    from keras.datasets import imdb

    (train_data, train_labels), _ = imdb.load_data(num_words=10000)
    x_train = multi_hot(train_data)
    y_train = train_labels.astype("float32")
    x_val, partial_x_train = x_train[:10000], x_train[10000:]
    y_val, partial_y_train = y_train[:10000], y_train[10000:]

    model = imdb_network(run, optimizer, activation, loss)
    run.fit(
        model,
        partial_x_train,
        partial_y_train,
        epochs=epochs,
        batch_size=512,
        validation_data=(x_val, y_val),
    )


def imdb_final(
    run, optimizer="rmsprop", activation="relu", loss="binary_crossentropy", epochs=4
):
    """Section 3.4, the final run: a new network, all 25000 reviews, the test set."""
    from keras.datasets import imdb

    (train_data, train_labels), (test_data, test_labels) = imdb.load_data(
        num_words=10000
    )
    x_train = multi_hot(train_data)
    y_train = train_labels.astype("float32")

    model = imdb_network(run, optimizer, activation, loss)
    run.fit(model, x_train, y_train, epochs=epochs, batch_size=512)

    # The book makes both matrices first; one at a time halves the memory.
    del x_train, train_data
    x_test = multi_hot(test_data)
    y_test = test_labels.astype("float32")
    run.evaluate(model, x_test, y_test)
    run.predict_head(model, x_test)


# ID: (listing, the arguments that differ from the book's). What follows "__" in an ID
# goes to the end of the file's name: "imdb__adam": (imdb, {"optimizer": "adam",
# "epochs": 5}) would be imdb__seed0__adam.json.
EXPERIMENTS = {
    "imdb": (imdb, {}),
    "imdb_final": (imdb_final, {}),
}


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in EXPERIMENTS:
        print("golden.py: needs EXPERIMENT SEED MODE FILE", file=sys.stderr)
        sys.exit(2)
    name, seed, mode, path = sys.argv[1:]

    from record import Run

    experiment, changes = EXPERIMENTS[name]
    run = Run(name, int(seed), mode, changes)
    experiment(run, **changes)
    run.write(path)


if __name__ == "__main__":
    main()
