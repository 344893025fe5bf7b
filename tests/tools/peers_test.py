"""tools/peers without a network: flags, statistics, the order of measurements, and a fake worker.

  python3 tests/tools/peers_test.py build/release/bin [unittest options]
"""

import json
import math
import os
import pathlib
import random
import subprocess
import sys
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import ROOT, Case

sys.path[:0] = [str(ROOT / "tools" / "peers"), str(ROOT / "tools" / "pages")]
import environments
import machine
import ours
import ratios
import report
import rounds
import stored
import summary
from experiments import EXPERIMENTS, PEERS
from worker import Failed, Worker

RUN = ROOT / "tools/peers/run"
FAKE = '''
import json, sys
say = lambda **fields: print(json.dumps(fields), flush=True)
say(ready=True, load=0.5, first=0.3, second=0.1, versions={})
done = 0
for line in sys.stdin:
    count = int(line.split()[1])
    if count == 13: sys.exit("an unlucky number")
    if count == 14: print("nonsense", flush=True); continue
    epochs = []
    for _ in range(count):
        done = done % 20 + 1
        epochs.append(dict(epoch=done, seconds=0.1, cpu=0.1, loss=1 / done, score=0.8 + 0.01 * done))
    say(epochs=epochs, rss=1000000)
'''


def run(*arguments, **variables):
    return subprocess.run([RUN, *arguments], capture_output=True, text=True, env={**os.environ, **variables})


class Command(Case):
    def test_help_names_every_peer_and_experiment(self):
        answer = run("--help")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        for name in (*PEERS, *EXPERIMENTS):
            self.assertIn(name, answer.stdout)

    def test_wrong_use_is_one_line(self):
        for arguments, part in ((["--only", "cifar"], "found 'cifar', expected some of imdb"),
                                 (["--peers", "caffe"], "found 'caffe'"),
                                 (["--threads", "0"], "found '0'"),
                                 (["--rounds", "0"], "found '0', expected 1 to 1000"),
                                 (["--rounds", "2", "--quick"], "not allowed with"),
                                 (["--fast"], "--fast"),
                                 (["--out", str(RUN)], "is not a directory"),
                                 (["--only", "mnist", "--peers", "torch_bag"], "nothing to measure")):
            with self.subTest(arguments=arguments):
                self.assert_one_line(run(*arguments), 2, part)

    def test_what_is_missing_is_reported_before_anything_is_installed(self):
        self.assert_one_line(run("--threads", "1024"), 3, "expected at most ")
        self.assert_one_line(run("--bin", str(self.folder)), 3, "not found; ./tools/build makes it")

    def test_list_prints_what_would_be_measured(self):
        answer = run("--list", "--only", "imdb,boston", "--threads", "1", "--quick")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        lines = answer.stdout.splitlines()
        self.assertEqual(len(lines), 3)
        self.assertTrue("MB of downloads" in lines[0] or "are installed" in lines[0])
        peers = [peer for peer in PEERS if peer != "jax_vmap"]
        self.assertEqual(lines[1], "imdb, threads 1, rounds 3: " + " ".join(peers))
        self.assertNotIn("torch_bag", lines[2])

    def test_all_folds_are_compared_with_the_peer_that_trains_them_together(self):
        answer = run("--list", "--only", "boston_folds", "--threads", "1")
        self.assertEqual(answer.stdout.splitlines()[1:], ["boston_folds, threads 1, rounds 9: jax_vmap"])

    def test_everything_is_pinned_exactly(self):
        for name in {peer.environment for peer in PEERS.values()}:
            self.assertGreater(min(environments.size(name)), 100)
            lines = environments.requirements(name).read_text().splitlines()
            for line in lines:
                self.assertRegex(line, r"^(#.*|[\w.-]+==[\w.+]+)$")
        for peer in PEERS.values():
            self.assertTrue((ROOT / "tools/peers/workers" / peer.worker).exists())


class Statistics(unittest.TestCase):
    def test_interval_is_the_narrowest_that_covers(self):
        values = [3.0, 1.0, 2.0, 9.0, 5.0, 4.0, 7.0, 6.0, 8.0]
        self.assertEqual(ratios.interval(values),
                         {"median": 5.0, "low": 2.0, "high": 8.0, "level": 0.9609, "n": 9})
        self.assertEqual(ratios.interval([1, 2, 3, 4, 5, 6])["level"], 0.9688)
        few = ratios.interval([2.0, 1.0, 3.0])
        self.assertEqual((few["low"], few["high"], few["level"]), (1.0, 3.0, 0.75))

    def test_it_covers_the_median_as_often_as_it_says(self):
        draw = random.Random(1)
        hits = 0
        for _ in range(2000):
            found = ratios.interval([draw.lognormvariate(0, 1) for _ in range(9)])
            hits += found["low"] <= 1 <= found["high"]
        self.assertLess(abs(hits / 2000 - 0.9609), 4 * math.sqrt(0.9609 * 0.0391 / 2000))

    def test_the_library_uses_the_same_ranks(self):
        """tests/stats/median_interval_test.cpp checks the C++ implementation against the same file."""
        lines = (ROOT / "tests/stats/fixtures/median_intervals.txt").read_text().splitlines()
        for count, low, level in (line.split() for line in lines if not line.startswith("#")):
            found = ratios.interval(list(range(1, int(count) + 1)))
            self.assertEqual((found["low"], found["high"]), (int(low), int(count) + 1 - int(low)))
            self.assertEqual(found["level"], round(float(level), 4))

    def test_it_is_scipys(self):
        try:
            from scipy.stats import quantile_test
        except ImportError:
            self.skipTest("SciPy is missing")
        draw = random.Random(2)
        for count in range(6, 40):
            values = [draw.random() for _ in range(count)]
            theirs = quantile_test(values, q=0, p=0.5).confidence_interval(0.95)
            ours = ratios.interval(values)
            self.assertEqual((ours["low"], ours["high"]), (theirs.low, theirs.high))


class Order(unittest.TestCase):
    def test_reprise_is_next_to_every_peer_on_its_terms(self):
        for number in range(12):
            order = rounds.order_of(list(PEERS), number)
            self.assertEqual(sorted(who for who, _ in order if who != "ours"), sorted(PEERS))
            for index, (who, terms) in enumerate(order):
                if who != "ours":
                    self.assertEqual(terms, PEERS[who].terms)
                    others = rounds.neighbours(order, index)
                    self.assertTrue(others)
                    self.assertEqual({order[other] for other in others}, {("ours", terms)})

    def test_every_peer_is_before_and_after_reprise_equally_often(self):
        book = [who for who, peer in PEERS.items() if peer.terms == "book"]
        for who in book:
            balance = 0
            for number in range(2 * len(book)):
                order = rounds.order_of(book, number)
                index = order.index((who, "book"))
                balance += sum(other - index for other in rounds.neighbours(order, index))
            self.assertEqual(balance, 0, who)

    def test_a_slow_peer_is_measured_in_enough_rounds_for_an_interval_and_no_more(self):
        peers = [rounds.peers_of({"jax_scan": 0.2, "keras_tensorflow": 2.5}, number) for number in range(9)]
        self.assertEqual(sum("jax_scan" in here for here in peers), 9)
        slow = sum("keras_tensorflow" in here for here in peers)
        self.assertEqual(slow, 6)
        self.assertGreaterEqual(ratios.interval(range(slow))["level"], 0.95)


class Conversation(Case):
    def worker(self, script=FAKE, **more):
        file = self.folder / "fake.py"
        file.write_text(script)
        worker = Worker([sys.executable, str(file)], dict(os.environ), os.sched_getaffinity(0), **more)
        self.addCleanup(worker.end)
        return worker

    def state(self, worker):
        return pathlib.Path(f"/proc/{worker.process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]

    def test_a_worker_answers_and_is_stopped_while_it_waits(self):
        worker = self.worker()
        self.assertEqual(worker.ready["second"], 0.1)
        for count in (1, 3):
            self.assertEqual(self.state(worker), "T")
            self.assertEqual(len(worker.train(count)["epochs"]), count)

    def test_a_worker_that_ends_or_sends_nonsense_is_refused_with_its_message(self):
        with self.assertRaisesRegex(Failed, "an unlucky number"):
            self.worker().train(13)
        with self.assertRaisesRegex(Failed, "found 'nonsense', expected JSON"):
            self.worker().train(14)
        with self.assertRaisesRegex(Failed, "no such module|oops"):
            self.worker("raise SystemExit('oops')")
        with self.assertRaisesRegex(Failed, "no answer within 0.3 s"):
            self.worker("import time; time.sleep(60)", patience=0.3)


class Summary(Case):
    CURVE = {"book": {"loss": [1 / n for n in range(1, 21)], "score": [0.8 + 0.02 * n for n in range(1, 21)]}}

    def block(self, loss=lambda epoch: 1 / epoch):
        measurements = []
        for number in range(9):
            mine = {"who": "ours", "terms": "book", "epoch_seconds": 0.01 * (1 + 0.01 * number), "start": 0.1,
                    "load": 0.2, "rss": 5000000}
            epoch = {"epoch": number + 1, "seconds": 0.5 * (1 + 0.01 * number), "cpu": 0.5,
                     "loss": loss(number + 1), "score": 0.8 + 0.02 * (number + 1)}
            measurements.append([mine, {"who": "jax_scan", "terms": "book", "epochs": [epoch], "rss": 9000000}, mine])
        begun = {"jax_scan": {"start": 1.0, "load": 2.0, "compile": 3.0, "visit_epochs": 1}}
        return {"experiment": "imdb", "threads": 1, "load_average": [0, 0, 0], "rounds": measurements, "peers": begun}

    def test_rows_hold_the_paired_ratio_and_the_time_to_the_score(self):
        ours, peer = summary.rows_of(self.block(), self.CURVE)
        self.assertAlmostEqual(peer["ratio"]["median"], 50)  # the drift affects both sides and cancels
        self.assertAlmostEqual(peer["ratio"]["low"], peer["ratio"]["high"])
        self.assertEqual(ours["control"]["median"], 1)
        self.assertEqual(peer["goal"], EXPERIMENTS["imdb"].book["book"][0])
        self.assertEqual((ours["goal_epoch"], peer["goal_epoch"]), (5, 5))
        self.assertAlmostEqual(peer["goal_from_start"], 5 * 0.52 + 6)

    def test_a_peer_that_does_not_learn_is_refused(self):
        _, peer = summary.rows_of(self.block(lambda epoch: 0.69), self.CURVE)
        self.assertIn("its loss after 9 epochs is 0.6900, ours 0.1111", peer["refused"])
        _, peer = summary.rows_of(self.block(lambda epoch: math.nan), self.CURVE)
        self.assertIn("refused", peer)

    def test_the_curve_of_all_folds_is_their_mean(self):
        run = {"history": [{"loss": [4.0, 2.0]}, {"loss": [2.0, 1.0]}, {"loss": [9.0, 9.0]}]}
        self.assertEqual(ours.mean_history(run, 1), {"loss": [4, 2]})
        self.assertEqual(ours.mean_history(run, 2), {"loss": [3, 1.5]})

    def document(self, rows):
        machine = {"cpu": "Test CPU", "processors": 2, "memory_bytes": 10**9, "system": "Linux", "steal": 0,
                   "load_average": [0], "load_after": [1]}
        return {"rows": rows, "machine": machine, "ours": "0.1.0", "created": "2026", "environments": {},
                "our_environment": {"cpu": "Test CPU", "cpu_flags": "fma avx avx2"}}

    def test_the_page_and_the_sentence_are_made_from_rows(self):
        rows = summary.rows_of(self.block(), self.CURVE)
        document = self.document(rows)
        self.assertIn("# Speed compared with other libraries, Test CPU with avx2", report.page(document))
        self.assertIn("| JAX, one jit(scan) per epoch | 520 | 50 [50, 50] |", report.page(document))
        self.assertIn("| 10.4 | JAX, one jit(scan) per epoch: 50 [50, 50] | – |", report.page(document))
        keras = {**rows[1], "who": "keras_jax"}
        sentence = report.sentence({**document, "rows": [*rows, keras]}, "page.md")
        self.assertIn("50 times as long on IMDB, and the fastest library with the same optimizer, in the same order, "
                      "50 times as long", sentence)

    def test_every_number_of_threads_has_its_ratios_and_adam_stands_apart(self):
        book = summary.rows_of(self.block(), self.CURVE)
        keras = {**book[1], "who": "keras_jax", "ratio": ratios.interval([40.0] * 6)}
        adam = [{**book[0], "terms": "adam", "seconds": 0.02},
                {**book[1], "who": "sklearn", "terms": "adam", "ratio": ratios.interval([7.0] * 6)}]
        rows = [{**row, "threads": threads} for threads in (1, 2) for row in (*book, keras, *adam)]
        lines = report.overview(self.document(rows))
        title = EXPERIMENTS["imdb"].title
        for threads in (1, 2):
            best = "Keras on JAX: 40 [40, 40]"
            self.assertIn(f"| {title} | {threads} | 10.4 | {best} | {best} |", lines)
            self.assertIn(f"| {title} | {threads} | 20 | 7 [7, 7] |", lines)
        self.assertEqual(sum(line.startswith("|") for line in lines), 2 * 4)
        self.assertFalse(any("Adam" in line for line in report.overview(self.document(book))))


class Machines(unittest.TestCase):
    def test_processors_of_the_same_name_are_told_apart_by_their_instruction_set(self):
        for flags, name in (("fma avx2 avx512f avx512bw", "made-cpu-9"), ("fma avx avx2", "made-cpu-9-avx2"),
                            ("sse2 avx avx2", "made-cpu-9-baseline")):
            self.assertEqual(machine.folder_name({"cpu": "Made  CPU 9", "cpu_flags": flags}), name)

    def test_the_identity_in_a_record_names_the_folder(self):
        made = {"cpu": "Made CPU", "cpu_flags": "fma avx2", "machine": {"id": "made-cpu-19.01.1-2cpu-avx512", "isa": "avx512"}}
        self.assertEqual(machine.folder_name(made), "made-cpu-19.01.1-2cpu-avx512")
        self.assertEqual(machine.title(made), "Made CPU with avx512")
        for wrong in ("", "..", "../other", "a/b", "A"):
            with self.assertRaises(ValueError):
                machine.folder_name({"machine": {"id": wrong}})


class Folders(Case):
    """Results of this version and of earlier ones lie beside each other."""

    def setUp(self):
        super().setUp()
        patch = mock.patch.object(stored, "MACHINES", self.folder)
        patch.start()
        self.addCleanup(patch.stop)
        (self.folder / stored.LIST).write_text("made-cpu-avx2  # of an earlier version\n")

    def result(self, name, **environment):
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps({"environment": {"cpu": "Made CPU", "cpu_flags": "avx2 fma", **environment}}))
        return file

    def test_new_results_are_stored_under_the_identity_and_old_folders_are_read(self):
        old = self.result("old")
        new = self.result("new", machine={"id": "made-cpu-19.01.1-2cpu-avx2", "isa": "avx2"})
        for file, name in ((old, "made-cpu-avx2"), (new, "made-cpu-19.01.1-2cpu-avx2")):
            folder = stored.machine_of([file]) / "bench"
            self.assertEqual(folder.parent.name, name)
            stored.store(folder, [file])
        self.assertEqual([file.name for file in stored.found("bench/*.json", "a run")], ["new.json", "old.json"])
        with mock.patch("sys.stderr"), self.assertRaises(SystemExit):  # of two machines
            stored.machine_of([old, new])
        with mock.patch("sys.stderr"), self.assertRaises(SystemExit):
            stored.machine_of([self.result("wrong", machine={"id": "../../here"})])

    def test_the_folders_of_earlier_versions_are_listed(self):
        listed = (ROOT / "results/machines" / stored.LIST).read_text().splitlines()
        self.assertLessEqual({"amd-epyc", "amd-epyc-avx2"}, set(listed))


class Folds(Case):
    def test_every_sample_validates_one_fold_and_trains_the_others(self):
        sys.path.insert(0, str(ROOT / "tools/peers/workers"))
        try:
            import common
            import numpy as np
        except ImportError:
            self.skipTest("NumPy is missing")
        samples = 506
        (self.folder / "datasets").mkdir()
        np.savez(self.folder / "datasets/boston_housing.npz", x=np.arange(samples * 13.0).reshape(-1, 13),
                 y=np.arange(samples * 1.0))
        with mock.patch.dict(os.environ, KERAS_HOME=str(self.folder)):
            folds = [common.load("boston_folds", fold=fold) for fold in range(4)]
            first = common.load("boston")
        self.assertEqual({fold.x.shape for fold in folds}, {(303, 13)})
        self.assertEqual(len(set(np.concatenate([fold.y_val for fold in folds]))), 404)
        for fold in folds:
            self.assertEqual(len(set(fold.y) | set(fold.y_val)), 404)
            # both columns grow with the number of the sample
            self.assertTrue((np.argsort(fold.x[:, 0]) == np.argsort(fold.y)).all())
        self.assertTrue((first.x == folds[0].x).all() and (first.y_val == folds[0].y_val).all())


class Stored(unittest.TestCase):
    def test_rows_of_the_stored_runs_follow_from_their_times(self):
        for file in stored.found("peers/peers.json", "./tools/peers/run"):
            document = json.loads(file.read_text())
            self.assertEqual(document["schema"], "reprise/peers/1")
            rows = [row for block in document["blocks"]
                    for row in summary.rows_of(block, document["curves"][block["experiment"]])]
            self.assertEqual(json.loads(json.dumps(rows)), document["rows"], file)


if __name__ == "__main__":
    programs.main()
