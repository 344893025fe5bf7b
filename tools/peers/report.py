"""peers.json as a page and as README's table. Nothing is computed here that the rows do not say."""

from experiments import EXPERIMENTS, PEERS

KERAS = ("keras_jax", "keras_tensorflow")


def number(value, digits=3):
    """Three figures, never in powers of ten."""
    if value >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{value:.{digits}g}" if value >= 0.1 else f"{value:.{digits - 1}g}"


def milliseconds(seconds):
    return number(1000 * seconds)


def seconds(value):
    return "–" if value is None else number(value, 3)


def ratio(row):
    found = row["ratio"]
    level = "" if found["level"] >= 0.95 else f" at {100 * found['level']:.0f} %"
    return f"{number(found['median'])} [{number(found['low'])}, {number(found['high'])}]{level}"


def name_of(row):
    return {"book": "ours", "adam": "ours, with adam and without validation"}[row["terms"]] \
        if row["who"] == "ours" else PEERS[row["who"]].title


def blocks_of(document):
    """{(experiment, threads): its rows}"""
    found = {}
    for row in document["rows"]:
        found.setdefault((row["experiment"], row["threads"]), []).append(row)
    return found


def noise(document):
    """The widest control of the run, in words."""
    controls = [row["control"] for row in document["rows"] if row.get("control")]
    if not controls:
        return "no control"
    medians = [control["median"] for control in controls]
    low, high = min(c["low"] for c in controls), max(c["high"] for c in controls)
    return (f"ours against ours in the same rounds: medians {min(medians):.2f} to {max(medians):.2f}, "
            f"intervals within {low:.2f} to {high:.2f}")


def table_of(rows):
    lines = ["| who | ms an epoch | times ours | processors busy | start, s | data, s | compilation, s "
             "| to the figure: epochs, s | from the start, s | peak memory, MB |",
             "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"]
    for row in rows:
        if "refused" in row:
            lines.append(f"| {name_of(row)} | refused: {row['refused']} | | | | | | | | |")
            continue
        to_goal = f"{row['goal_epoch']}, {seconds(row['goal_seconds'])}" if row["goal_epoch"] else "–"
        cells = [name_of(row), milliseconds(row["seconds"]), "1" if row["who"] == "ours" else ratio(row),
                 f"{row['cpus']:.2g}" if "cpus" in row else "–", seconds(row["start"]), seconds(row["load"]),
                 seconds(row["compile"]), to_goal, seconds(row["goal_from_start"]),
                 f"{row['rss'] / 1e6:,.0f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def goals_of(name, rows):
    words = []
    for terms in ("book", "adam"):
        goal = next((row["goal"] for row in rows if row["terms"] == terms and "goal" in row), None)
        if goal is None:
            continue
        book, figure = EXPERIMENTS[name].book[terms]
        reached = "the book's" if goal == book else f"the best that all reach, the book's is {book}"
        whose = "" if terms == "book" else "without validation: "
        words.append(f"{whose}{figure} {goal:.4g} ({reached})")
    return "Figure: " + "; ".join(words) + "." if words else ""


def page(document):
    machine = document["machine"]
    lines = [f"# Beside the peers, {machine['cpu']}", "",
             "Made by `./tools/peers/run` from peers.json; [docs/peers.md](../../../../docs/peers.md) says how "
             "it is measured.", "",
             f"Noise, {noise(document)}. Of the machine's time {100 * machine['steal']:.1f} % was taken by other "
             f"machines; load average {machine['load_average'][0]:.1f} before, {machine['load_after'][0]:.1f} after "
             f"(its own included).", "",
             f"{machine['processors']} processors, {machine['memory_bytes'] / 1e9:.0f} GB, {machine['system']}; "
             f"{document['ours']}; {document['created']}.", "",
             "\"Times ours\" is the median over the rounds of the peer's epoch by the run of ours beside it, with an "
             "exact interval at 95 % or more."]
    for (name, threads), rows in blocks_of(document).items():
        about = EXPERIMENTS[name]
        lines += ["", f"## {about.title}, {threads} thread{'s' * (threads > 1)}", "", *table_of(rows)]
        if goals := goals_of(name, rows):
            lines += ["", goals]
    lines += ["", "## Versions", "", "| environment | packages |", "|---|---|"]
    for name, pins in document["environments"].items():
        lines.append(f"| {name} | " + ", ".join(f"{package} {version}" for package, version in pins.items()) + " |")
    return "\n".join(lines) + "\n"


def fastest(rows, whos):
    found = [row for row in rows if row["who"] in whos and "ratio" in row]
    return min(found, key=lambda row: row["ratio"]["median"], default=None)


def readme_block(document, place):
    """README's table: each experiment at the most threads that it was measured at, at most two."""
    lines = ["| an epoch of | threads | ours, ms | Keras, its faster backend | best of the other peers "
             "| scikit-learn, adam, no validation |", "|---|---:|---:|---|---|---|"]
    blocks = blocks_of(document)
    others = [who for who, peer in PEERS.items() if who not in KERAS and peer.terms == "book"]
    adam = [who for who, peer in PEERS.items() if peer.terms == "adam"]
    for name, about in EXPERIMENTS.items():
        threads = max((t for n, t in blocks if n == name and t <= 2), default=None)
        if threads is None:
            continue
        rows = blocks[name, threads]
        ours = next((row for row in rows if row["who"] == "ours" and row["terms"] == "book"), None)
        cells = [about.title, str(threads), milliseconds(ours["seconds"]) if ours else "–"]
        for whos in (KERAS, others, adam):
            row = fastest(rows, whos)
            title = "" if row is None or whos == adam else PEERS[row["who"]].title.removeprefix("Keras ") + ": "
            cells.append("–" if row is None else f"{title}{ratio(row)}")
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", f"Times ours, median and interval at 95 %, {document['machine']['cpu']}; noise, {noise(document)}. "
              f"[All peers, one thread, time to the book's accuracy, memory]({place}/README.md); "
              "[how](docs/peers.md)."]
    return "\n".join(lines)
