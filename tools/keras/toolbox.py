"""Small runs of real Keras, one for every part of a dense network. They are written to
tests/nn/fixtures/toolbox.json, which the tests in tests/nn read.

./tools/keras/toolbox calls this file and explains its arguments. Each case of
toolbox_cases.py and toolbox_fits.py is built and fitted. The file holds its description
and the results:

  seed                 keras.utils.set_random_seed(seed) before anything is built
  dtype                float64: JAX_ENABLE_X64=1 and floatx float64; or float32
  layers               in order; arguments as in Keras; "activation_parameters" are the
                       arguments of the activation function
  target               y: "one_hot", "labels" (integers), "binary", "binary_pairs", "targets"
  loss, optimizer, metrics    the name alone (the string passed to compile), or the name
                       and the arguments of Keras's class
  fit                  validation_rows: the first so many rows are the validation_data
  steps                instead of fit: a list of operations, each with its result
  initial_kernels_crc32       CRC-32 of a kernel's little-endian bytes in row-major order
  initial_kernels, initial_biases    given if they are not plain uniform numbers or zeros
  permutations_crc32   of every batch order drawn, as int32, including discarded ones
  history, evaluate (40 rows, batches of 16), predict (the first 5 rows)
  epochs_run           with early stopping; stopped_epoch is 0 if it did not stop
  final_weights_sums   [sum of |w|, sum of w * w] of every weight
  final_weights        given where a single step shows the formula

Behaviour of Keras 3.15.1 on JAX 0.10.2 that is hard to guess (for activations, the
derivative at the corners):

  |x|             has the derivative +1 at 0, not 0. So L1 changes every bias that starts
                  at 0, and mae, |t - p|, changes a prediction that equals its target.
  relu6           0 at both corners, and so is hard_sigmoid = relu6(x + 3) / 6; hard_silu
                  is x * hard_sigmoid(x), which gives 1 at x = 3 and 0 at x = -3
  relu, max_value m    clip(relu(x), 0, m): 0.5 at x = m, 0 at x = 0; but m = 6 without
                  threshold is relu6: 0 at 6
  relu, threshold t    x where x > t, otherwise 0; a slope s adds - s * relu(t - x), so
                  the derivative is 0 at x = t
  relu, slope s   alone is leaky_relu: 1 at 0, from x >= 0; with max_value it is
                  relu(x) - s * relu(-x): 0 at 0
  hard_tanh       1 at both corners
  elu, selu       at 0 the derivative from the left: alpha, and scale * alpha = 1.758
  celu            max(x, 0) + alpha * expm1(min(x, 0) / alpha), half of each at 0: 1
  accuracy        is p > 0.5 even for logits; 0.5 itself is class 0, and the first of
                  several equal columns counts as the largest
  top-k           counts the columns that are larger than the target's, so ties can put
                  more than k columns among the first k. k = 5 of 3 classes gives 1.
  means over columns   (mse, mae, binary cross-entropy, binary_accuracy) are rounded to
                  float32 even in float64; so is their gradient, 1 / rows, which is
                  rounded again when it is divided by the number of columns
  identity        works for any shape: ones on the diagonal
  clipnorm        g * c / max(norm, c); global_clipnorm: g * (c * min(1 / norm, 1 / c))
  label_smoothing t * (1 - s) + s / classes, in binary_crossentropy t * (1 - s) + s / 2
  metrics         are not weighted by class_weight or sample_weight. The loss is, and the
                  validation loss by sample_weight alone; it is divided by the rows.
  steps           after compile the next fit draws and discards one more batch order,
                  unless evaluate comes first; predict changes nothing
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import compare
import runs
import toolbox_cases
import toolbox_fits

FIXTURE = runs.ROOT / "tests" / "nn" / "fixtures" / "toolbox.json"
MODES = {"float64": "x64", "float32": "default"}
# Processes per dtype. Nearly all the time is compilation, which uses one core.
WORKERS = {"float64": 2, "float32": 1}


def all_cases():
    tables = [
        *[toolbox_cases.activations, toolbox_cases.corners, toolbox_cases.losses],
        *[toolbox_fits.optimizers, toolbox_fits.initializers],
        *[toolbox_cases.regularizers, toolbox_cases.dropouts, toolbox_fits.metrics],
        *[toolbox_fits.fits, toolbox_fits.steps, toolbox_fits.early_stopping],
    ]
    cases = {case["name"]: case for table in tables for case in table()}
    for name in toolbox_fits.SINGLE:
        single = {**cases[name], "name": f"float32_{name}", "dtype": "float32"}
        cases[single["name"]] = single
    return list(cases.values())


def one_line_each(data, cases, versions):
    """JSON with one line per case, so that a diff shows the cases that changed."""
    lines = ",\n".join(json.dumps(case, allow_nan=False) for case in cases)
    head = json.dumps({**versions, "data": data})[:-1]
    return f'{head},\n"cases": [\n{lines}\n]}}\n'


def in_processes(cases):
    """The results, from one process per dtype, which is fixed when Keras is imported."""
    parts = [
        [case["name"] for case in cases if case["dtype"] == width][first::count]
        for width, count in WORKERS.items()
        for first in range(count)
    ]
    widths = [width for width, count in WORKERS.items() for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        workers = []
        for number, (width, names) in enumerate(zip(widths, parts, strict=True)):
            path = pathlib.Path(folder, str(number))
            command = [sys.executable, __file__, "--worker", width, str(path)]
            process = subprocess.Popen(
                command,
                env=runs.environment(MODES[width]),
                stdin=subprocess.PIPE,
                text=True,
            )
            process.stdin.write(json.dumps(names))
            process.stdin.close()
            workers.append((process, path))
        if any([process.wait() for process, _ in workers]):
            sys.exit(1)
        answers = [json.loads(path.read_text()) for _, path in workers]
    done = {case["name"]: case for answer in answers for case in answer["cases"]}
    return answers[0], [done[case["name"]] for case in cases]


def worker(width, path):
    import toolbox_run

    names = json.load(sys.stdin)
    cases = [case for case in all_cases() if case["name"] in names]
    pathlib.Path(path).write_text(json.dumps(toolbox_run.answers(cases, width)))


def report(old_text, cases):
    """Prints how much the new results differ from the old ones."""
    old = {case["name"]: case for case in json.loads(old_text)["cases"]}
    common = [case for case in cases if case["name"] in old]
    changed = [c for c in common if compare.shape(c) != compare.shape(old[c["name"]])]
    differences = [
        (compare.difference(old[case["name"]], case), case["name"])
        for case in common
        if case not in changed
    ]
    print(f"{len(cases) - len(common)} new, {len(changed)} with another structure")
    largest, name = max(differences, default=(0, "-"))
    print(f"{len(differences)} compared, largest difference: {largest:.1e} ({name})")


def main():
    wanted = sys.argv[1:]
    cases = all_cases()
    unknown = set(wanted) - {case["name"] for case in cases}
    if unknown:
        print(f"toolbox: unknown case {' '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    answer, cases = in_processes(
        [case for case in cases if not wanted or case["name"] in wanted]
    )
    text = one_line_each(answer["data"], cases, answer["versions"])
    if FIXTURE.is_file():
        report(FIXTURE.read_text(), cases)
    if wanted:
        print(text, end="")
        return 0
    FIXTURE.parent.mkdir(parents=True, exist_ok=True)
    temporary = FIXTURE.with_suffix(".tmp")
    temporary.write_text(text)
    os.replace(temporary, FIXTURE)
    print(f"{FIXTURE}: {len(cases)} cases, {len(text)} bytes")
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(*sys.argv[2:])
    else:
        sys.exit(main())
