"""Measures the peers and Reprise alternately, so that a disturbance affects both sides of a ratio."""

import os

import environments
import ours
from experiments import EXPERIMENTS, PEERS
from worker import Failed, Worker

MEASUREMENT_SECONDS = 0.25  # a peer trains for about this long before the next one is measured
# A peer whose epoch takes longer than SLOW_SECONDS is measured in the first SLOW_ROUNDS rounds only.
SLOW_SECONDS, SLOW_ROUNDS = 1, 6


def processors(threads):
    return sorted(os.sched_getaffinity(0))[:threads]


def order_of(peers, number):
    """The order of a round, as (name, terms): ("ours", terms) stands next to every peer of those terms.

    Each peer is the first in turn, and every second round runs backwards.
    """
    order = []
    for terms in ("book", "adam"):
        here = [peer for peer in peers if PEERS[peer].terms == terms]
        if not here:
            continue
        first = number // 2 % len(here)
        here = here[first:] + here[:first]
        for two in (here[i : i + 2] for i in range(0, len(here), 2)):
            order += [("ours", terms), *((peer, terms) for peer in two)]
        order.append(("ours", terms))
    return order[::-1] if number % 2 else order


def neighbours(order, index):
    """The indices of the one or two runs of Reprise with which the peer at `index` is compared."""
    return [other for other in (index - 1, index + 1)
            if 0 <= other < len(order) and order[other] == ("ours", order[index][1])]


def peers_of(seconds, number):
    """The peers that are measured in a round; seconds: {peer: time of its second epoch}."""
    return [peer for peer, time in seconds.items() if number < SLOW_ROUNDS or time <= SLOW_SECONDS]


def begin(peer, name, threads, say):
    """(worker, times of its start, epochs of a measurement); the worker is None if it failed."""
    about = EXPERIMENTS[name]
    try:
        worker = Worker(environments.command(PEERS[peer], name) + ["--threads", str(threads)],
                        environments.variables(PEERS[peer], threads), processors(threads))
    except Failed as failure:
        say(f"  {peer}: refused: {failure}")
        return None, {"refused": str(failure)}, 0
    ready = worker.ready
    first, second = ready.pop("first"), ready.pop("second")
    ready.pop("ready")
    ready |= {"start": ready["start"] - ready["load"] - first - second,
              "compile": max(0.0, first - second)}
    count = max(1, min(round(MEASUREMENT_SECONDS / max(second, 1e-6)), about.epochs))
    say(f"  {peer}: start {ready['start']:.1f} s, data {ready['load']:.1f} s, "
        f"compilation {ready['compile']:.1f} s, {1000 * second:.4g} ms per epoch")
    return worker, ready | {"second": second, "visit_epochs": count}, count


def measure(name, threads, peers, count, folder, say):
    """The raw times of one experiment at one number of threads, as peers.json keeps them."""
    cpus = processors(threads)
    workers, begun, epochs = {}, {}, {}
    block = {"experiment": name, "threads": threads, "load_average": os.getloadavg(), "rounds": []}
    try:
        for peer in peers:
            worker, begun[peer], epochs[peer] = begin(peer, name, threads, say)
            if worker:
                workers[peer] = worker
        for number in range(count):
            measurements = []
            here = peers_of({peer: begun[peer]["second"] for peer in workers}, number)
            for who, terms in order_of(here, number):
                if who == "ours":
                    measurements.append({"who": who, "terms": terms, **ours.measure(folder, name, terms, cpus)[0]})
                elif who in workers:
                    measurements.append({"who": who, "terms": terms})
                    try:
                        measurements[-1] |= workers[who].train(epochs[who])
                    except Failed as failure:
                        say(f"  {who}: refused: {failure}")
                        begun[who]["refused"] = str(failure)
                        workers.pop(who).end()
            block["rounds"].append(measurements)
            say(f"  round {number + 1} of {count}")
    finally:
        for worker in workers.values():
            worker.end()
    return block | {"peers": begun}
