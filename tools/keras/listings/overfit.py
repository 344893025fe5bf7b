"""Section 4.4: overfitting, with the reviews of section 3.4 and the test set for validation."""

from listings.text import multi_hot


def penalty(l1=None, l2=None):
    from keras import regularizers

    if l1 and l2:
        return regularizers.l1_l2(l1=l1, l2=l2)
    if l1:
        return regularizers.l1(l1)
    return regularizers.l2(l2) if l2 else None


def reviews(
    run, optimizer="rmsprop", units=16, l1=None, l2=None, dropout=None, epochs=20
):
    from keras import layers, models
    from keras.datasets import imdb

    (train_data, train_labels), (test_data, test_labels) = imdb.load_data(
        num_words=10000
    )
    x_train, x_test = multi_hot(train_data), multi_hot(test_data)
    y_train = train_labels.astype("float32")
    y_test = test_labels.astype("float32")

    model = models.Sequential()
    model.add(layers.Input(shape=(10000,)))
    for _ in range(2):
        model.add(
            layers.Dense(units, activation="relu", kernel_regularizer=penalty(l1, l2))
        )
        if dropout:
            model.add(layers.Dropout(dropout))
    model.add(layers.Dense(1, activation="sigmoid"))
    loss = "binary_crossentropy"
    run.compile(model, optimizer=optimizer, loss=loss, metrics=["accuracy"])
    run.fit(
        model,
        x_train,
        y_train,
        epochs=epochs,
        batch_size=512,
        validation_data=(x_test, y_test),
    )
