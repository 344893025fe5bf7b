"""What the experiments on texts share."""


def multi_hot(sequences, dimension=10000):
    """The book's vectorize_sequences, in the width that fit converts to anyway."""
    import keras
    import numpy as np

    results = np.zeros((len(sequences), dimension), dtype=keras.config.floatx())
    for row, sequence in zip(results, sequences, strict=True):
        row[sequence] = 1
    return results
