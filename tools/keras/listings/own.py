"""A reader's own network: the book's listings with the flags of the programs."""

import argparse
import ast
import shlex

from listings.overfit import penalty
from listings.text import multi_hot


def numbers(text):
    return [int(part) for part in text.split(",")]


def changes(flags):
    """The values of the flags; None where the book's value stays."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--units", type=numbers)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--optimizer", default="rmsprop")
    for name in ["learning-rate", "dropout", "l1", "l2", "validation-split"]:
        parser.add_argument(f"--{name}", type=float)
    parser.add_argument("--patience", type=int)
    return parser.parse_args(shlex.split(flags))


def optimizer(own):
    """The optimizer of a text such as "sgd(learning_rate=0.01, momentum=0.9)"."""
    from keras import optimizers

    call = ast.parse(own.optimizer, mode="eval").body
    keywords = []
    if isinstance(call, ast.Call):
        call, keywords = call.func, call.keywords
    parameters = {word.arg: ast.literal_eval(word.value) for word in keywords}
    if own.learning_rate is not None:
        parameters["learning_rate"] = own.learning_rate
    return optimizers.get({"class_name": call.id, "config": parameters})


def train(run, own, x, y, outputs, units, epochs, held_out, test=None, batch_size=512):
    """Trains the network; `outputs` is its last layer and loss."""
    import keras
    from keras import layers, models

    last, loss = outputs
    if own.units is not None:
        units = [] if own.units == [0] else own.units
    model = models.Sequential()
    model.add(layers.Input(shape=(x.shape[1],)))
    for count in units:
        regularizer = penalty(own.l1, own.l2)
        model.add(
            layers.Dense(count, activation="relu", kernel_regularizer=regularizer)
        )
        if own.dropout:
            model.add(layers.Dropout(own.dropout))
    model.add(layers.Dense(last, activation="sigmoid" if last == 1 else "softmax"))
    run.compile(model, optimizer=optimizer(own), loss=loss, metrics=["accuracy"])

    options = {"epochs": own.epochs or epochs, "batch_size": batch_size}
    if own.validation_split:
        options["validation_split"] = own.validation_split
    elif held_out:
        options["validation_data"] = (x[:held_out], y[:held_out])
        x, y = x[held_out:], y[held_out:]
    if own.patience is not None:
        stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=own.patience)
        options["callbacks"] = [stop]
    run.fit(model, x, y, **options)
    if test:
        run.evaluate(model, *test)


def imdb(run, flags):
    from keras.datasets import imdb

    run.record["flags"] = shlex.split(flags)
    (train_data, train_labels), _ = imdb.load_data(num_words=10000)
    x, y = multi_hot(train_data), train_labels.astype("float32")
    train(run, changes(flags), x, y, (1, "binary_crossentropy"), [16, 16], 20, 10000)


def reuters(run, flags):
    from keras.datasets import reuters
    from keras.utils import to_categorical

    run.record["flags"] = shlex.split(flags)
    (train_data, train_labels), _ = reuters.load_data(num_words=10000)
    x, y = multi_hot(train_data), to_categorical(train_labels)
    outputs = (46, "categorical_crossentropy")
    train(run, changes(flags), x, y, outputs, [64, 64], 20, 1000)


def mnist(run, flags):
    from keras.datasets import mnist
    from keras.utils import to_categorical

    run.record["flags"] = shlex.split(flags)
    images = [
        (images.reshape((-1, 28 * 28)).astype("float32") / 255, to_categorical(labels))
        for images, labels in mnist.load_data()
    ]
    (x, y), test = images
    outputs = (10, "categorical_crossentropy")
    train(run, changes(flags), x, y, outputs, [512], 5, 0, test, 128)
