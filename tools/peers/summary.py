"""Computes the rows of peers.json from its raw times: times per epoch, ratios, time to the book's score.

A peer is refused, with the reason, if it failed or if its training loss is not near that of Reprise.
"""

import statistics

import ratios
from experiments import EXPERIMENTS, PEERS
from rounds import neighbours


def pairs_of(block, who):
    """[(measurement, seconds per epoch of the neighbouring runs of Reprise)] of a peer, over all rounds."""
    found = []
    for measurements in block["rounds"]:
        order = [(one["who"], one["terms"]) for one in measurements]
        for index, one in enumerate(measurements):
            if one["who"] == who and "epochs" in one:
                ours = [measurements[other]["epoch_seconds"] for other in neighbours(order, index)]
                found.append((one, statistics.fmean(ours)))
    return found


def epoch_seconds(measurement):
    return statistics.fmean(epoch["seconds"] for epoch in measurement["epochs"])


def first_training(block, who):
    """The epochs of a peer, in order, until its training started again from the initial weights."""
    epochs = [epoch for one, _ in pairs_of(block, who) for epoch in one["epochs"]]
    cycle = []
    for epoch in epochs:
        if epoch["epoch"] != len(cycle) + 1:
            break
        cycle.append(epoch)
    return cycle


def why_refused(name, epochs, curve):
    """Why these epochs do not train as Reprise does; empty if they do.

    The last losses fall by a third per epoch (IMDB), so the peer's loss may be anywhere between that of
    Reprise after half as many and after twice as many epochs.
    """
    if not epochs:
        return "no epoch was measured"
    last, (relative, absolute) = epochs[-1], EXPERIMENTS[name].near
    number, losses = last["epoch"], curve["loss"]
    ours = losses[(number + 1) // 2 - 1 : 2 * number]
    lowest, highest = (bound + sign * max(relative * bound, absolute)
                       for bound, sign in ((min(ours), -1), (max(ours), 1)))
    if not lowest <= last["loss"] <= highest:
        return f"its loss after {number} epochs is {last['loss']:.4f}, ours {losses[number - 1]:.4f}"
    return ""


def reached(scores, goal, lower):
    """The first epoch, from 1, whose score reaches the goal; None if there is none."""
    for epoch, score in enumerate(scores, 1):
        if score is not None and (score <= goal if lower else score >= goal):
            return epoch
    return None


def goal_of(name, terms, all_scores):
    """The book's score if all libraries reach it, otherwise the best score that all of them reach."""
    about = EXPERIMENTS[name]
    score, _ = about.book[terms]
    if all(reached(scores, score, about.lower) for scores in all_scores):
        return score
    best = [(min if about.lower else max)(score for score in scores if score is not None)
            for scores in all_scores]
    return max(best) if about.lower else min(best)


def control(block, terms):
    """The A/A control: each run of Reprise divided by the run of Reprise before it in the same round."""
    found = []
    for measurements in block["rounds"]:
        times = [one["epoch_seconds"] for one in measurements if one["who"] == "ours" and one["terms"] == terms]
        found += [later / earlier for earlier, later in zip(times, times[1:])]
    return ratios.interval(found) if found else None


def peer_row(block, who, curve):
    pairs, begun = pairs_of(block, who), block["peers"][who]
    row = {"who": who, "terms": PEERS[who].terms}
    reason = begun.get("refused") or why_refused(block["experiment"], first_training(block, who), curve)
    if reason:
        return row | {"refused": reason}
    last = first_training(block, who)[-1]
    return row | {
        "seconds": statistics.median(epoch_seconds(one) for one, _ in pairs),
        "ratio": ratios.interval([epoch_seconds(one) / ours for one, ours in pairs]),
        "cpus": statistics.median(sum(e["cpu"] for e in one["epochs"]) / sum(e["seconds"] for e in one["epochs"])
                                  for one, _ in pairs),
        **{key: begun[key] for key in ("start", "load", "compile")},
        "rss": max(one["rss"] for one, _ in pairs),
        "epochs": last["epoch"], "loss": last["loss"], "our_loss": curve["loss"][last["epoch"] - 1],
        "scores": [epoch["score"] for epoch in first_training(block, who)],
    }


def our_row(block, terms, curve):
    runs = [one for measurements in block["rounds"] for one in measurements
            if one["who"] == "ours" and one["terms"] == terms]
    median = lambda key: statistics.median(run[key] for run in runs)
    return {"who": "ours", "terms": terms, "seconds": median("epoch_seconds"), "start": median("start"),
            "load": median("load"), "compile": 0.0, "rss": max(run["rss"] for run in runs),
            "control": control(block, terms), "scores": curve["score"]}


def rows_of(block, curves):
    """The rows of one experiment at one number of threads; curves: {terms: loss and score of Reprise}."""
    rows = []
    for terms in ("book", "adam"):
        whos = [who for who in block["peers"] if PEERS[who].terms == terms]
        if not any(pairs_of(block, who) for who in whos):
            rows += [peer_row(block, who, curves[terms]) for who in whos]
            continue
        here = [our_row(block, terms, curves[terms]), *(peer_row(block, who, curves[terms]) for who in whos)]
        scores = [row["scores"] for row in here if "refused" not in row]
        goal = goal_of(block["experiment"], terms, scores)
        for row in here:
            if "refused" in row:
                continue
            epoch = reached(row.pop("scores"), goal, EXPERIMENTS[block["experiment"]].lower)
            training = epoch and epoch * row["seconds"]
            row |= {"goal": goal, "goal_epoch": epoch, "goal_seconds": training,
                    "goal_from_start": training and training + row["start"] + row["load"] + row["compile"]}
        rows += here
    return [{"experiment": block["experiment"], "threads": block["threads"], **row} for row in rows]
