"""Runs the cases of toolbox.py in one dtype and collects the results."""

import jax
import keras
import numpy as np
import toolbox_build
from record import crc32, recorded_permutations, sums

# A checksum identifies uniform kernels. Normal ones are stored in full, because their tails
# depend on the last bits of an inverse error function.
UNIFORM = {"zeros", "ones", "identity", "constant", "random_uniform"}


def fit(model, x, y, options):
    options = dict(options)
    rows = options.pop("validation_rows")
    early = options.pop("early_stopping")
    if options["class_weight"]:
        weights = options["class_weight"].items()
        options["class_weight"] = {int(label): weight for label, weight in weights}
    if options["sample_weight"]:
        weights = np.array(options["sample_weight"], dtype=keras.config.floatx())
        options["sample_weight"] = weights
    callbacks = [keras.callbacks.EarlyStopping(**early)] if early else []
    validation = (x[:rows], y[:rows]) if rows else None
    history = model.fit(
        x, y, verbose=0, callbacks=callbacks, validation_data=validation, **options
    ).history
    answer = {"history": history}
    if early:
        answer["epochs_run"] = len(history["loss"])
        answer["stopped_epoch"] = callbacks[0].stopped_epoch
    return answer


def evaluate(model, x, y, batch_size):
    return model.evaluate(x, y, batch_size=batch_size, verbose=0, return_dict=True)


def step(model, case, operation, x, y):
    ((kind, options),) = operation.items()
    if kind == "fit":
        return {**operation, **fit(model, x, y, options)}
    if kind == "evaluate":
        return {**operation, "result": evaluate(model, x, y, **options)}
    if kind == "predict":
        model.predict(x, verbose=0, **options)
    else:
        toolbox_build.compile_model(model, {**case, **options})
    return operation


def initial_values(case, model):
    """The kernels and biases that the fixture stores in full."""
    dense = [layer["dense"] for layer in case["layers"] if "dense" in layer]
    normal = any(
        layer.get("kernel_initializer", {"name": "zeros"})["name"] not in UNIFORM
        and "uniform" not in str(layer["kernel_initializer"])
        for layer in dense
    )
    weights = model.get_weights()
    answer = {}
    if normal or "untruncated" in str(dense):
        answer["initial_kernels"] = [w.tolist() for w in weights if w.ndim == 2]
    if any("bias_initializer" in layer for layer in dense):
        answer["initial_biases"] = [w.tolist() for w in weights if w.ndim == 1]
    return answer


def answer(case, data):
    case = dict(case)
    full = case.pop("final_weights", False)
    x, y = toolbox_build.arrays(data, case["target"])
    keras.utils.set_random_seed(case["seed"])
    model = toolbox_build.build(case)
    width = "<f8" if case["dtype"] == "float64" else "<f4"
    kernels = [crc32(w, width) for w in model.get_weights() if w.ndim == 2]
    done = {**case, "initial_kernels_crc32": kernels, **initial_values(case, model)}

    orders = []
    with recorded_permutations(orders):
        if "steps" in case:
            done["steps"] = [
                step(model, case, operation, x, y) for operation in case["steps"]
            ]
        else:
            done |= fit(model, x, y, case["fit"])
    done["permutations_crc32"] = orders
    done["evaluate"] = evaluate(model, x, y, 16)
    done["predict"] = model.predict(x[:5], verbose=0).tolist()
    weights = model.get_weights()
    done["final_weights_sums"] = [list(sums(weight).values()) for weight in weights]
    if full:
        done["final_weights"] = [weight.tolist() for weight in weights]
    return done


def answers(cases, width):
    keras.config.set_floatx(width)
    data = toolbox_build.make_data()
    done = []
    for case in cases:
        done.append(answer(case, data))
    versions = {
        "keras": keras.__version__,
        "jax": jax.__version__,
        "numpy": np.__version__,
    }
    return {"versions": versions, "data": data, "cases": done}
