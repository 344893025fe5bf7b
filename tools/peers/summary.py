"""From the raw times of peers.json to its rows: per-epoch times, ratios, time to the book's figure.

A row is refused, and says why, if the peer failed or has not learnt as ours has.
"""

import statistics

import ratios
from experiments import EXPERIMENTS, PEERS
from rounds import beside


def turns_of(block, who):
    """[(its turn, seconds of an epoch of ours beside it)] of all rounds."""
    found = []
    for turns in block["rounds"]:
        order = [(turn["who"], turn["terms"]) for turn in turns]
        for place, turn in enumerate(turns):
            if turn["who"] == who and "epochs" in turn:
                ours = [turns[other]["epoch_seconds"] for other in beside(order, place)]
                found.append((turn, statistics.fmean(ours)))
    return found


def epoch_seconds(turn):
    return statistics.fmean(epoch["seconds"] for epoch in turn["epochs"])


def first_training(block, who):
    """Its epochs until training began anew, in order."""
    epochs = [epoch for turn, _ in turns_of(block, who) for epoch in turn["epochs"]]
    cycle = []
    for epoch in epochs:
        if epoch["epoch"] != len(cycle) + 1:
            break
        cycle.append(epoch)
    return cycle


def why_refused(name, epochs, curve):
    """Why these epochs are no training like ours; empty if they are.

    Late losses fall by a third an epoch (IMDB), so that the peer's may be what ours was at half as many
    epochs, or becomes at twice as many.
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
    """The first epoch whose score reaches the goal, or None."""
    for epoch, score in enumerate(scores, 1):
        if score is not None and (score <= goal if lower else score >= goal):
            return epoch
    return None


def goal_of(name, terms, all_scores):
    """The book's figure if all reach it, else the best that all do."""
    about = EXPERIMENTS[name]
    figure, _ = about.book[terms]
    if all(reached(scores, figure, about.lower) for scores in all_scores):
        return figure
    best = [(min if about.lower else max)(score for score in scores if score is not None)
            for scores in all_scores]
    return max(best) if about.lower else min(best)


def control(block, terms):
    """Ours against ours: the later of two neighbouring runs by the earlier."""
    found = []
    for turns in block["rounds"]:
        times = [turn["epoch_seconds"] for turn in turns if turn["who"] == "ours" and turn["terms"] == terms]
        found += [later / earlier for earlier, later in zip(times, times[1:])]
    return ratios.interval(found) if found else None


def peer_row(block, who, curve):
    turns, begun = turns_of(block, who), block["peers"][who]
    row = {"who": who, "terms": PEERS[who].terms}
    reason = begun.get("refused") or why_refused(block["experiment"], first_training(block, who), curve)
    if reason:
        return row | {"refused": reason}
    last = first_training(block, who)[-1]
    return row | {
        "seconds": statistics.median(epoch_seconds(turn) for turn, _ in turns),
        "ratio": ratios.interval([epoch_seconds(turn) / ours for turn, ours in turns]),
        "cpus": statistics.median(sum(e["cpu"] for e in turn["epochs"]) / sum(e["seconds"] for e in turn["epochs"])
                                  for turn, _ in turns),
        **{key: begun[key] for key in ("start", "load", "compile")},
        "rss": max(turn["rss"] for turn, _ in turns),
        "epochs": last["epoch"], "loss": last["loss"], "our_loss": curve["loss"][last["epoch"] - 1],
        "scores": [epoch["score"] for epoch in first_training(block, who)],
    }


def our_row(block, terms, curve):
    runs = [turn for turns in block["rounds"] for turn in turns
            if turn["who"] == "ours" and turn["terms"] == terms]
    median = lambda key: statistics.median(run[key] for run in runs)
    return {"who": "ours", "terms": terms, "seconds": median("epoch_seconds"), "start": median("start"),
            "load": median("load"), "compile": 0.0, "rss": max(run["rss"] for run in runs),
            "control": control(block, terms), "scores": curve["score"]}


def rows_of(block, curves):
    """The rows of one experiment at one number of threads; curves: {terms: ours}."""
    rows = []
    for terms in ("book", "adam"):
        whos = [who for who in block["peers"] if PEERS[who].terms == terms]
        if not any(turns_of(block, who) for who in whos):
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
