"""Section 3.4: classifies movie reviews as positive or negative."""

from listings.text import multi_hot


def network(run, optimizer, activation, loss, units=16, hidden=2):
    from keras import layers, models

    model = models.Sequential()
    model.add(layers.Input(shape=(10000,)))
    for _ in range(hidden):
        model.add(layers.Dense(units, activation=activation))
    model.add(layers.Dense(1, activation="sigmoid"))
    run.compile(model, optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return model


def validation(
    run,
    optimizer="rmsprop",
    activation="relu",
    loss="binary_crossentropy",
    epochs=20,
    units=16,
    hidden=2,
):
    """Section 3.4, the run with validation: 15000 reviews for training, 10000 for validation."""
    from keras.datasets import imdb

    (train_data, train_labels), _ = imdb.load_data(num_words=10000)
    x_train = multi_hot(train_data)
    y_train = train_labels.astype("float32")
    x_val, partial_x_train = x_train[:10000], x_train[10000:]
    y_val, partial_y_train = y_train[:10000], y_train[10000:]

    model = network(run, optimizer, activation, loss, units, hidden)
    run.fit(
        model,
        partial_x_train,
        partial_y_train,
        epochs=epochs,
        batch_size=512,
        validation_data=(x_val, y_val),
    )


def final(
    run, optimizer="rmsprop", activation="relu", loss="binary_crossentropy", epochs=4
):
    """Section 3.4, the final run: a new network, all 25000 reviews, the test set."""
    from keras.datasets import imdb

    (train_data, train_labels), (test_data, test_labels) = imdb.load_data(
        num_words=10000
    )
    x_train = multi_hot(train_data)
    y_train = train_labels.astype("float32")

    model = network(run, optimizer, activation, loss)
    run.fit(model, x_train, y_train, epochs=epochs, batch_size=512)

    # The book makes both matrices first; one at a time halves the memory.
    del x_train, train_data
    x_test = multi_hot(test_data)
    y_test = test_labels.astype("float32")
    run.evaluate(model, x_test, y_test)
    run.predict_head(model, x_test)
