"""scikit-learn: its MLP on CSR rows, with adam and without validation, which is what it has."""

import warnings

import common
import numpy as np
import scipy.sparse
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor

warnings.filterwarnings("ignore")  # an epoch at a time never converges


def csr(rows):
    ones = np.ones(len(rows.words), np.float32)
    parts = ones, rows.words.astype(np.int32), rows.starts.astype(np.int32)
    return scipy.sparse.csr_matrix(parts, (len(rows), common.WORDS))


class Mlp(common.Peer):
    versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__}

    def __init__(self, name, threads):
        self.about = common.EXPERIMENTS[name]
        texts = self.about.validates
        self.data = common.load(name, sparse=texts, all_rows=texts)
        if texts:
            self.data.x, self.data.x_val = csr(self.data.x), csr(self.data.x_val)

    def reset(self):
        kind = MLPRegressor if self.about.loss == "mse" else MLPClassifier
        self.model = kind(hidden_layer_sizes=self.about.units[:-1], solver="adam", alpha=0, epsilon=1e-7,
                          batch_size=self.about.batch, shuffle=True, random_state=42)
        self.classes = {} if self.about.loss == "mse" else {"classes": np.unique(self.data.y)}

    def epoch(self):
        self.model.partial_fit(self.data.x, self.data.y, **self.classes)
        # its squared error is halved
        return {"loss": self.model.loss_ * (2 if self.about.loss == "mse" else 1)}

    def score(self):
        out = self.model.predict(self.data.x_val)
        if self.about.loss == "mse":
            return float(np.abs(out - self.data.y_val).mean())
        return float((out == self.data.y_val).mean())


if __name__ == "__main__":
    common.serve(Mlp)
