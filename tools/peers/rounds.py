"""Peers and ours in turn, so that whatever happens to the machine happens to both sides of a ratio."""

import os

import environments
import ours
from experiments import EXPERIMENTS, PEERS
from worker import Failed, Worker

VISIT_SECONDS = 0.25  # about so long trains a peer before the next one's turn
SLOW_SECONDS, SLOW_ROUNDS = 1, 6  # whose epoch takes longer has no turn after so many rounds


def processors(threads):
    return sorted(os.sched_getaffinity(0))[:threads]


def sequence(peers, number):
    """The turns of a round: ("ours", terms) stands beside every peer of those terms.

    Peers take turns in being the first, and every other round runs backwards.
    """
    turns = []
    for terms in ("book", "adam"):
        here = [peer for peer in peers if PEERS[peer].terms == terms]
        if not here:
            continue
        first = number // 2 % len(here)
        here = here[first:] + here[:first]
        for two in (here[i : i + 2] for i in range(0, len(here), 2)):
            turns += [("ours", terms), *((peer, terms) for peer in two)]
        turns.append(("ours", terms))
    return turns[::-1] if number % 2 else turns


def beside(turns, index):
    """The places of the runs of ours that a peer's turn is compared with: one or two."""
    return [place for place in (index - 1, index + 1)
            if 0 <= place < len(turns) and turns[place] == ("ours", turns[index][1])]


def taking_turns(seconds, number):
    """The peers of a round; seconds: {peer: of its second epoch}."""
    return [peer for peer, time in seconds.items() if number < SLOW_ROUNDS or time <= SLOW_SECONDS]


def begin(peer, name, threads, say):
    """(its worker, what it took to begin, epochs of a visit); the worker is None if it failed."""
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
    count = max(1, min(round(VISIT_SECONDS / max(second, 1e-6)), about.epochs))
    say(f"  {peer}: start {ready['start']:.1f} s, data {ready['load']:.1f} s, "
        f"compilation {ready['compile']:.1f} s, {1000 * second:.4g} ms an epoch")
    return worker, ready | {"second": second, "visit_epochs": count}, count


def measure(name, threads, peers, count, folder, say):
    """One experiment at one number of threads: everything raw, as peers.json keeps it."""
    about = EXPERIMENTS[name]
    peers = [peer for peer in peers if PEERS[peer].takes_part(about)]
    cpus = processors(threads)
    workers, begun, epochs = {}, {}, {}
    block = {"experiment": name, "threads": threads, "load_average": os.getloadavg(), "rounds": []}
    try:
        for peer in peers:
            worker, begun[peer], epochs[peer] = begin(peer, name, threads, say)
            if worker:
                workers[peer] = worker
        for number in range(count):
            turns = []
            here = taking_turns({peer: begun[peer]["second"] for peer in workers}, number)
            for who, terms in sequence(here, number):
                if who == "ours":
                    turns.append({"who": who, "terms": terms, **ours.visit(folder, name, terms, cpus)[0]})
                elif who in workers:
                    turns.append({"who": who, "terms": terms})
                    try:
                        turns[-1] |= workers[who].visit(epochs[who])
                    except Failed as failure:
                        say(f"  {who}: refused: {failure}")
                        begun[who]["refused"] = str(failure)
                        workers.pop(who).end()
            block["rounds"].append(turns)
            say(f"  round {number + 1} of {count}")
    finally:
        for worker in workers.values():
            worker.end()
    return block | {"peers": begun}
