"""Section 3.5: classifies newswires into 46 topics."""

from listings.text import multi_hot


def network(run, units, loss, optimizer):
    from keras import layers, models

    model = models.Sequential()
    model.add(layers.Input(shape=(10000,)))
    for count in units:
        model.add(layers.Dense(count, activation="relu"))
    model.add(layers.Dense(46, activation="softmax"))
    run.compile(model, optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return model


def validation(
    run,
    optimizer="rmsprop",
    units=(64, 64),
    sparse=False,
    epochs=20,
    batch_size=512,
    test=False,
):
    """The run with validation: 7982 newswires for training, 1000 for validation.

    The book's final run is this one too, a new network for fewer epochs and then the test.
    """
    from keras.datasets import reuters
    from keras.utils import to_categorical

    (train_data, train_labels), (test_data, test_labels) = reuters.load_data(
        num_words=10000
    )
    loss = "sparse_categorical_crossentropy"
    if not sparse:
        loss = "categorical_crossentropy"
        train_labels = to_categorical(train_labels)
        test_labels = to_categorical(test_labels)
    x_train = multi_hot(train_data)
    x_val, partial_x_train = x_train[:1000], x_train[1000:]
    y_val, partial_y_train = train_labels[:1000], train_labels[1000:]

    model = network(run, units, loss, optimizer)
    run.fit(
        model,
        partial_x_train,
        partial_y_train,
        epochs=epochs,
        batch_size=batch_size,
        validation_data=(x_val, y_val),
    )
    if test:
        run.evaluate(model, multi_hot(test_data), test_labels)
