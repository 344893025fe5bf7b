"""scikit-learn: its MLP on CSR matrices, with Adam and without validation, because it offers no RMSprop."""

import warnings

import common
import numpy as np
import scipy.sparse
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor

warnings.filterwarnings("ignore")  # one epoch at a time never converges


def csr(rows):
    ones = np.ones(len(rows.col_idx), np.float32)
    parts = ones, rows.col_idx.astype(np.int32), rows.row_ptr.astype(np.int32)
    return scipy.sparse.csr_matrix(parts, (len(rows), common.NUM_WORDS))


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
        # scikit-learn halves the squared error
        return {"loss": self.model.loss_ * (2 if self.about.loss == "mse" else 1)}

    def score(self):
        out = self.model.predict(self.data.x_val)
        if self.about.loss == "mse":
            return float(np.abs(out - self.data.y_val).mean())
        return float((out == self.data.y_val).mean())


if __name__ == "__main__":
    common.serve(Mlp)
