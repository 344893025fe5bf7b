"""Code shared by the experiments on texts."""


def multi_hot(sequences, dimension=10000):
    """The book's vectorize_sequences, in the dtype to which fit converts anyway."""
    import keras
    import numpy as np

    results = np.zeros((len(sequences), dimension), dtype=keras.config.floatx())
    for row, sequence in zip(results, sequences, strict=True):
        row[sequence] = 1
    return results
