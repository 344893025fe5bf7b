"""Section 3.6: predicts house prices from 13 properties of the district."""


def load():
    """The book's arrays, normalized by the mean and deviation of all 404 training samples."""
    from keras.datasets import boston_housing

    (train_data, train_targets), (test_data, test_targets) = boston_housing.load_data()
    mean = train_data.mean(axis=0)
    train_data -= mean
    std = train_data.std(axis=0)
    train_data /= std
    test_data -= mean
    test_data /= std
    return train_data, train_targets, test_data, test_targets


def network(run, optimizer, inputs=13):
    from keras import layers, models

    model = models.Sequential()
    model.add(layers.Input(shape=(inputs,)))
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(1))
    run.compile(model, optimizer=optimizer, loss="mse", metrics=["mae"])
    return model


def kfold(run, optimizer="rmsprop", epochs=100, batch_size=1):
    """Four networks, each on three quarters of the rows and evaluated on the fourth."""
    import numpy as np

    train_data, train_targets, _, _ = load()
    k = 4
    samples = len(train_data) // k
    for i in range(k):
        fold = slice(i * samples, (i + 1) * samples)
        rest = np.r_[0 : i * samples, (i + 1) * samples : len(train_data)]
        model = network(run, optimizer)
        run.fit(
            model,
            train_data[rest],
            train_targets[rest],
            epochs=epochs,
            batch_size=batch_size,
        )
        run.evaluate(model, train_data[fold], train_targets[fold])


def final(run, optimizer="rmsprop", epochs=80):
    train_data, train_targets, test_data, test_targets = load()
    model = network(run, optimizer)
    run.fit(model, train_data, train_targets, epochs=epochs, batch_size=16)
    run.evaluate(model, test_data, test_targets)
