"""Chapter 5 of the second and third edition: generalization, on handwritten digits."""


def load():
    from keras.datasets import mnist

    (train_images, train_labels), _ = mnist.load_data()
    train_images = train_images.reshape((60000, 28 * 28)).astype("float32") / 255
    return train_images, train_labels


def train(run, images, labels, optimizer, units, epochs, batch_size):
    import keras
    from keras import layers, models

    model = models.Sequential()
    model.add(layers.Input(shape=(images.shape[1],)))
    for count in units:
        model.add(layers.Dense(count, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    if optimizer.startswith("rmsprop("):
        rate = float(optimizer.removeprefix("rmsprop(learning_rate=").removesuffix(")"))
        optimizer = keras.optimizers.RMSprop(learning_rate=rate)
    loss = "sparse_categorical_crossentropy"
    run.compile(model, optimizer=optimizer, loss=loss, metrics=["accuracy"])
    run.fit(
        model,
        images,
        labels,
        epochs=epochs,
        batch_size=batch_size,
        validation_split=0.2,
    )


def noise(run, optimizer="rmsprop", epochs=10):
    """784 channels of white noise beside the pixels."""
    import numpy as np

    images, labels = load()
    noise = np.random.random((len(images), 784))
    images = np.concatenate([images, noise], axis=1)
    train(run, images, labels, optimizer, (512,), epochs, 128)


def zeros(run, optimizer="rmsprop", epochs=10):
    """784 channels of zeros beside the pixels."""
    import numpy as np

    images, labels = load()
    images = np.concatenate([images, np.zeros((len(images), 784))], axis=1)
    train(run, images, labels, optimizer, (512,), epochs, 128)


def random_labels(run, optimizer="rmsprop", epochs=100):
    import numpy as np

    images, labels = load()
    random_train_labels = labels[:]
    np.random.shuffle(random_train_labels)
    train(run, images, random_train_labels, optimizer, (512,), epochs, 128)


def digits(run, optimizer="rmsprop", units=(512,), epochs=10, batch_size=128):
    images, labels = load()
    train(run, images, labels, optimizer, units, epochs, batch_size)
