"""Writes the corpora of the harnesses: small right inputs, from which the fuzzers make wrong ones.

  python3 tests/fuzz/make_corpus.py build/release/bin
"""

import gzip
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = pathlib.Path(__file__).parent / "corpus"
FIXTURES = ROOT / "tests/data/fixtures"
BIN = pathlib.Path(sys.argv[1]).resolve()


def keep(reader, name, content):
    path = CORPUS / reader / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def npy(descr, shape, payload, version=1):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(header)) + header + payload


def zipped(members, method=zipfile.ZIP_STORED):
    with tempfile.TemporaryFile() as out:
        with zipfile.ZipFile(out, "w", method) as file:
            for name, content in members.items():
                file.writestr(zipfile.ZipInfo(name), content, method)
        out.seek(0)
        return out.read()


def binary():
    arrays = {"|u1": npy("|u1", "(1, 2, 3)", bytes(range(6))), "<f8": npy("<f8", "(2, 2)", struct.pack("<4d", 1, 2, 3, 4)),
              "<f4": npy("<f4", "()", struct.pack("<f", .5), 2), "<i8": npy("<i8", "(3,)", struct.pack("<3q", 0, 1, 3), 3),
              "<i4": npy("<i4", "(3,)", struct.pack("<3i", 7, 8, 9))}
    for i, content in enumerate(arrays.values()):
        keep("npy", f"{i}.npy", content)
    for protocol in (2, 3, 4, 5):
        with zipfile.ZipFile(FIXTURES / f"imdb_p{protocol}_stored.npz") as file:
            content = file.read("x_test.npy")
        if protocol == 2:
            keep("npy", "lists.npy", content)
        keep("pickle", f"protocol{protocol}.pickle", content[10 + struct.unpack_from("<H", content, 8)[0]:])
    keep("npz", "stored.npz", zipped({"a.npy": arrays["<f8"], "x_values.npy": arrays["<i4"], "x_offsets.npy": arrays["<i8"]}))
    keep("npz", "deflated.npz", zipped({"a.npy": arrays["|u1"], "other": b"text"}, zipfile.ZIP_DEFLATED))
    shutil.copy(FIXTURES / "imdb_p4_deflated.npz", CORPUS / "npz")
    idx = struct.pack(">BBBB3I", 0, 0, 8, 3, 1, 2, 2) + b"1234", struct.pack(">BBBBI", 0, 0, 8, 1, 3) + b"123"
    keep("idx", "images", idx[0])
    keep("idx", "labels", idx[1])
    keep("idx", "images.gz", gzip.compress(idx[0], mtime=0))
    for name, descr, code in (("float32", "<f4", "f"), ("float64", "<f8", "d")):
        keep("weights", f"{name}.npz", zipped({
            f"{layer}.npy": npy(descr, shape, struct.pack(f"<{n}{code}", *range(n)))
            for layer, shape, n in (("0/kernel", "(3, 2)", 6), ("0/bias", "(2,)", 2), ("1/kernel", "(2, 1)", 2), ("1/bias", "(1,)", 1))}))


def text():
    keep("word_index", "words.json", '{"the": 1, "of": 2, "caf\u00e9": 2147483647}')
    keep("json", "small.json", '{"a": [1, -2.5e3, true, null, "\\u00e9\\n"], "b": {"c": [[[]]]}}')
    keep("json", "strings.json", '["\\ud83d\\ude00", "\\\\", 18446744073709551615, 1e308]')
    run = json.loads((ROOT / "tests/repro/run_1.json").read_text())
    for key, values in (run["runs"][0].get("curves") or {}).items():
        run["runs"][0]["curves"][key] = values[:3]
    keep("record", "schema_1.json", json.dumps(run))
    with tempfile.TemporaryDirectory() as folder:
        record = pathlib.Path(folder) / "run.json"
        subprocess.run([BIN / "boston", "--standin", "--epochs", "1", "--experiment", "boston_final", "--quiet", "--record", record],
                       check=True, capture_output=True)
        record = json.loads(record.read_text())
        keep("record", "schema_2.json", json.dumps({key: record[key] for key in ("schema", "runs")}))
    keep("log", "python.txt", "{'loss': [np.float64(0.5), 0.25], 'val_loss': (0.75, nan,)}\n")
    keep("log", "csv_logger.csv", "epoch,accuracy,lr,loss\r\n0,0.5,0.001,0.7\r\n1,0.75,0.001,0.6\r\n")
    keep("log", "progress.txt", "Epoch 1/2\n1/2 [>..] - ETA: 1s - loss: 0.7\b\b2/2 [==] - 1s - loss: 0.5 - acc: 0.75\n"
         "Epoch 2/2\n2/2 - 1s - loss: 0.25 - acc: 0.875\n1/1 - 0s - loss: 0.3 - acc: 0.8\n")
    keep("log", "book.json", (ROOT / "results/book/imdb_final.json").read_text())
    keep("log", "own.json", json.dumps({"experiment": "f", "history": {"loss": [0.5, 1e-3], "acc": [1, None]},
                                        "final": {"test_loss": 0.25, "test_acc": 0.875}, "source": {"path": "p"}}))
    keep("log", "folds.json", json.dumps({"experiment": "f", "final": {"fold_val_mae": [2.5, 3.0]}}))
    scripts = ROOT / "repro/replay/scripts"
    for name in ("3.5-imdb", "3.7-boston"):
        keep("script", f"{name}.script", (scripts / f"{name}.script").read_text())
    keep("script", "gpu.script", "# All cells\nprocess keras=2.0.8 device=gpu threads=26624\nload_data imdb num_words=100\n"
         "model m dense(16,relu,l1=.1) dropout(0.5) dense(1,sigmoid,l2=0.001) loss=binary_crossentropy "
         "optimizer=rmsprop(lr=0.01,rho=.9,epsilon=1e-8)\nfit f.0 model=m on=rest(0,4) epochs=4 batch=512 "
         "validation=fold(0,4) shuffle=no compare=no\nevaluate f.0 on=test[-10:] batch=7\nhidden shuffles=9 size=79\n"
         "hidden randint=3\nseed 4294967295\nbaseline b on=train[:9]\n")
    for i, value in enumerate(("1h30m", "500ms", "1.5h", "5%", "0.05", "0..4294967295", "true 'a b' \"c\\\"d\" e\\ f", "FOO=1 ls -l")):
        keep("flags", f"{i}.txt", value)
    verdict = {"experiment": "imdb", "edition": 1, "log": "notebook", "semantics": "keras-2.0.8", "p": 0.5}
    keep("certificate", "schema_1.json", json.dumps({"schema": "reprise/certificate/1", "level": .05, "rows": [
        {**verdict, "finding": "x", "detectable": .1, "figures": {"detectable": .2}, "two_groups": "2 figures, 1"}]}))
    keep("certificate", "schema_2.json", json.dumps({"schema": "reprise/certificate/2", "alpha": .05, "verdicts": [verdict]}))


def benchmarks():
    row = {"name": "BM/1", "family_index": 0, "per_family_instance_index": 0, "run_name": "BM/1", "run_type": "iteration",
           "repetitions": 2, "repetition_index": 0, "threads": 1, "iterations": 100, "real_time": 12.5, "cpu_time": 12.0,
           "time_unit": "ns", "digest": 7.0, "label": "l"}
    rows = [row, {**row, "repetition_index": 1}, {**row, "name": "BM/1_median", "run_type": "aggregate", "aggregate_name": "median"},
            {"name": "BM/2", "run_name": "BM/2", "run_type": "iteration", "error_occurred": True, "error_message": "no"}]
    keep("benchmark_result", "modern.json", json.dumps({"context": {"num_cpus": 2, "library_build_type": "release"}, "benchmarks": rows}))
    old = [{"name": "BM/1", "iterations": 5, "real_time": 1, "cpu_time": float("nan")}, {"name": "BM/1_mean", "real_time": 2, "cpu_time": 2}]
    keep("benchmark_result", "old.json", json.dumps({"context": {}, "benchmarks": old}, indent=1))
    with tempfile.TemporaryDirectory() as folder:
        out, state = pathlib.Path(folder) / "out.json", pathlib.Path(folder) / "state.json"
        subprocess.run([BIN / "reprise", "compare", "--command", "true", "true", "--rounds", "2", "--all-rounds",
                        "--json", out, "--state", state], check=False, capture_output=True)
        gate_state = pathlib.Path(folder) / "gate_state.json"
        subprocess.run([BIN / "reprise", "gate", "--command", "true", "true", "--time-budget", "1s",
                        "--quiet", "--summary", "none", "--state", gate_state], check=False, capture_output=True)
        document = json.loads(gate_state.read_text())
        for measured in filter(None, (document["screen"], document["fresh"])):
            measured["rounds"] = measured["rounds"][:2]
        keep("gate_state", "commands.json", json.dumps({**document, "key": "key", "screen_looks": [2], "confirm_looks": []}))
        comparison = json.loads(out.read_text())
        for key in ("environment", "created", "verdicts", "control"):  # nobody reads these
            del comparison[key]
        keep("comparison", "commands.json", json.dumps(comparison))
        keep("state", "commands.json", json.dumps({**json.loads(state.read_text()), "key": "key"}))
    keep("accepted", "one.json", json.dumps({"schema": "reprise/accepted/1", "accepted": [
        {"commit": "a" * 40, "benchmark": "BM/1", "factor": 1.125, "why": "it keeps the order"}]}))
    parts = [{"name": "layers", "kind": "winners", "about": "a part", "comparison": comparison}]
    keep("bench", "one_part.json", json.dumps({
        "schema": "reprise/bench/2", "mode": "quick", "environment": {"cpu": "c"}, "failures": ["none"],
        "peaks": {"gflops": 100.5, "gbytes": 10.5, "triad": "memory"}, "parts": parts}))
    keep("peaks", "two.json", json.dumps({"machine": "machine", "peaks": {"1": [50.5, 10, "memory"], "2": [100.5, 20, "last-level cache"]}}))


for make in (binary, text, benchmarks):
    make()
