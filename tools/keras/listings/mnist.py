"""Section 2.1: a first look at a neural network, on handwritten digits."""


def final(run, optimizer="rmsprop", epochs=5):
    from keras import layers, models
    from keras.datasets import mnist
    from keras.utils import to_categorical

    (train_images, train_labels), (test_images, test_labels) = mnist.load_data()
    train_images = train_images.reshape((60000, 28 * 28)).astype("float32") / 255
    test_images = test_images.reshape((10000, 28 * 28)).astype("float32") / 255
    train_labels = to_categorical(train_labels)
    test_labels = to_categorical(test_labels)

    network = models.Sequential()
    network.add(layers.Input(shape=(28 * 28,)))
    network.add(layers.Dense(512, activation="relu"))
    network.add(layers.Dense(10, activation="softmax"))
    loss = "categorical_crossentropy"
    run.compile(network, optimizer=optimizer, loss=loss, metrics=["accuracy"])
    run.fit(network, train_images, train_labels, epochs=epochs, batch_size=128)
    run.evaluate(network, test_images, test_labels)
