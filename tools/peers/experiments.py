"""The experiments and the peers, for the driver and the workers.

"Terms" are what one epoch consists of. "book": the optimizer and the validation of the book's listing.
"adam": Adam without validation, for peers that offer nothing else; Reprise is then measured the same way.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Experiment:
    title: str
    units: tuple  # of all layers, the output layer last
    batch: int
    epochs: int
    loss: str  # binary, categorical or mse
    file: str
    validates: bool  # whether an epoch includes the validation
    rounds: int  # default; enough for a 95 % interval
    ours: dict  # {terms: arguments of the Reprise program}
    book: dict  # {terms: (the score in the book, name of the score)}
    near: tuple  # (relative, absolute) tolerance of a peer's loss against ours; the wider one counts
    fits: int = 1  # number of equal fits that the Reprise program makes
    threads: int = 0  # largest number of threads; 0: no limit
    lower: bool = False  # the score is an error, so lower is better
    program: str = ""  # the Reprise program, if it has not the name of the experiment
    folds: int = 0  # number of folds of which each is trained for one epoch; 0: only one fit is compared


EXPERIMENTS = {
    "imdb": Experiment(
        "IMDB: 15,000 x 10,000, 16-16-1, batch 512", (16, 16, 1), 512, 20, "binary", "imdb.npz", True, 9,
        {"book": ["--experiment", "imdb"],
         "adam": ["--edition", "3", "--experiment", "imdb_final", "--epochs", "20"]},
        {"book": (0.8908, "validation accuracy"), "adam": (0.8833, "test accuracy")}, (0.3, 0.03)),
    "reuters": Experiment(
        "Reuters: 7,982 x 10,000, 64-64-46, batch 512", (64, 64, 46), 512, 20, "categorical", "reuters.npz",
        True, 9,
        {"book": ["--experiment", "reuters"],
         "adam": ["--edition", "3", "--experiment", "reuters_9ep", "--epochs", "20"]},
        {"book": (0.815, "validation accuracy"), "adam": (0.797, "test accuracy")}, (0.3, 0.1)),
    "boston": Experiment(
        "Boston: a fold of 303 x 13, 64-64-1, batch 1", (64, 64, 1), 1, 100, "mse", "boston_housing.npz",
        False, 9,
        {"book": ["--experiment", "boston_kfold"],
         "adam": ["--experiment", "boston_kfold", "--optimizer", "adam"]},
        {terms: (2.9948, "MAE of the first fold") for terms in ("book", "adam")}, (0.4, 1.0),
        fits=4, threads=1, lower=True),
    "boston_folds": Experiment(
        "Boston, all folds: 4 x 303 x 13, 64-64-1, batch 1", (64, 64, 1), 1, 100, "mse", "boston_housing.npz",
        False, 9, {"book": ["--experiment", "boston_kfold"]},
        {"book": (2.9948, "MAE, mean of the folds")}, (0.4, 1.0), lower=True, program="boston", folds=4),
    "mnist": Experiment(
        "MNIST: 60,000 x 784, 512-10, batch 128", (512, 10), 128, 5, "categorical", "mnist.npz", False, 6,
        {"book": ["--experiment", "mnist"], "adam": ["--experiment", "mnist", "--optimizer", "adam"]},
        {terms: (0.9785, "test accuracy") for terms in ("book", "adam")}, (0.3, 0.02)),
}


@dataclass(frozen=True)
class Peer:
    title: str
    environment: str  # name of its requirements-*.txt
    worker: str
    terms: str = "book"
    variables: tuple = ()
    experiments: tuple = ("imdb", "reuters", "boston", "mnist")  # those in which it takes part


PEERS = {
    "keras_jax": Peer("Keras on JAX", "jax", "keras_fit.py", variables=(("KERAS_BACKEND", "jax"),)),
    "keras_tensorflow": Peer("Keras on TensorFlow", "tensorflow", "keras_fit.py",
                             variables=(("KERAS_BACKEND", "tensorflow"),)),
    "torch_dense": Peer("PyTorch, dense", "torch", "torch_dense.py"),
    "torch_bag": Peer("PyTorch, EmbeddingBag", "torch", "torch_bag.py",
                      experiments=("imdb", "reuters")),
    "jax_scan": Peer("JAX, one jit(scan) per epoch", "jax", "jax_scan.py"),
    "jax_vmap": Peer("JAX, jit(vmap(scan)) over the folds", "jax", "jax_vmap.py", experiments=("boston_folds",)),
    "sklearn": Peer("scikit-learn (Adam, no validation)", "jax", "sklearn_csr.py", terms="adam"),
}
