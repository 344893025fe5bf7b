"""Writes the page of a measurement and the sentence for README from the rows of peers.json."""

from experiments import EXPERIMENTS, PEERS
from machine import title

KERAS = ("keras_jax", "keras_tensorflow")
BOOK = tuple(name for name, peer in PEERS.items() if peer.terms == "book")
ADAM = tuple(name for name, peer in PEERS.items() if peer.terms == "adam")


def number(value, digits=3):
    """Three significant digits, without an exponent."""
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
    if row["who"] != "ours":
        return PEERS[row["who"]].title
    return {"book": "Reprise", "adam": "Reprise, with Adam and without validation"}[row["terms"]]


def blocks_of(document):
    """{(experiment, threads): its rows}"""
    found = {}
    for row in document["rows"]:
        found.setdefault((row["experiment"], row["threads"]), []).append(row)
    return found


def noise(document):
    """The A/A controls of all experiments in one phrase."""
    controls = [row["control"] for row in document["rows"] if row.get("control")]
    if not controls:
        return "not measured"
    medians = [control["median"] for control in controls]
    low, high = min(c["low"] for c in controls), max(c["high"] for c in controls)
    return (f"Reprise compared with itself in the same rounds gives medians from {min(medians):.2f} to "
            f"{max(medians):.2f} and intervals within {low:.2f} to {high:.2f}")


def table_of(rows):
    lines = ["| library | ms per epoch | times Reprise | processors busy | start, s | data, s | compilation, s "
             "| epochs to the score, s | with start, s | peak memory, MB |",
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
    parts = []
    for terms in ("book", "adam"):
        goal = next((row["goal"] for row in rows if row["terms"] == terms and "goal" in row), None)
        if goal is None:
            continue
        book, score = EXPERIMENTS[name].book[terms]
        source = "the book's" if goal == book else f"the best that all libraries reach; the book's is {book}"
        scope = "" if terms == "book" else "without validation, "
        parts.append(f"{scope}{score} {goal:.4g} ({source})")
    return "Score to reach: " + "; ".join(parts) + "." if parts else ""


def fastest(rows, names):
    found = [row for row in rows if row["who"] in names and "ratio" in row]
    return min(found, key=lambda row: row["ratio"]["median"], default=None)


def headline_rows(document):
    """(experiment, threads, rows) of each experiment at its largest number of threads, at most two."""
    blocks = blocks_of(document)
    for name in EXPERIMENTS:
        if threads := max((t for n, t in blocks if n == name and t <= 2), default=None):
            yield name, threads, blocks[name, threads]


def comparison(document, terms, columns):
    """A line for each experiment and number of threads; columns: {title: peers, the fastest of which is shown}."""
    lines = []
    for (name, threads), rows in blocks_of(document).items():
        ours = next((row for row in rows if row["who"] == "ours" and row["terms"] == terms), None)
        found = [(fastest(rows, names), names) for names in columns.values()]
        if ours is None or not any(row for row, _ in found):
            continue
        cells = [EXPERIMENTS[name].title, str(threads), milliseconds(ours["seconds"])]
        for row, names in found:
            title = f"{name_of(row)}: " if row and len(names) > 1 else ""
            cells.append(f"{title}{ratio(row)}" if row else "–")
        lines.append("| " + " | ".join(cells) + " |")
    header = f"| one epoch of | threads | Reprise, ms | {' | '.join(columns)} |"
    return [header, "|---|---:|---:|" + "---|" * len(columns), *lines] if lines else []


def overview(document):
    """The ratios of the page's first tables: to the peers with the same optimizer, and apart from them the others."""
    same = comparison(document, "book", {"fastest library with the same optimizer": BOOK,
                                         "Keras, its faster backend": KERAS})
    apart = comparison(document, "adam", {PEERS[name].title: (name,) for name in ADAM})
    if apart:
        same += ["", "The library below offers no RMSprop and does not validate. Reprise is measured the same way there: "
                 "with Adam and without validation.", ""]
    return [*same, *apart]


def listed(parts):
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)


def sentence(document, page):
    """README's sentence: the median times of the fastest peers, in multiples of those of Reprise."""
    keras, all_peers = [], []
    for name, _, rows in headline_rows(document):
        if row := fastest(rows, KERAS):
            keras.append(f"{number(row['ratio']['median'])} times as long on {EXPERIMENTS[name].title.split(':')[0]}")
            all_peers.append(number(fastest(rows, BOOK)["ratio"]["median"]))
    return (f"Compared with Reprise, an epoch takes Keras (on TensorFlow or JAX, whichever is faster) {listed(keras)}, "
            f"and the fastest library with the same optimizer, in the same order, {listed(all_peers)} times as long "
            f"({title(document['our_environment'])}; [all libraries and times]({page}), [how they are measured](docs/peers.md)).")


def page(document):
    machine = document["machine"]
    lines = [f"# Speed compared with other libraries, {title(document['our_environment'])}", "",
             "`./tools/peers/run` made this page from peers.json; [docs/peers.md](../../../../docs/peers.md) says how "
             "the times are measured.", "",
             "\"Times Reprise\" is the peer's time for an epoch divided by the time of the run of Reprise next to it, "
             "as the median over the rounds with an exact confidence interval of 95 % or more.", "",
             *overview(document), "",
             f"Noise: {noise(document)}. Other virtual machines took {100 * machine['steal']:.1f} % of the processor "
             f"time. The load average was {machine['load_average'][0]:.1f} before and "
             f"{machine['load_after'][0]:.1f} after the measurement, which is included.", "",
             f"Machine: {machine['processors']} processors, {machine['memory_bytes'] / 1e9:.0f} GB, "
             f"{machine['system']}. Reprise {document['ours']}. Measured at {document['created']}.", ""]
    for (name, threads), rows in blocks_of(document).items():
        about = EXPERIMENTS[name]
        lines += [f"## {about.title}, {threads} thread{'s' * (threads > 1)}", ""]
        for terms in ("book", "adam"):
            if here := [row for row in rows if row["terms"] == terms]:
                lines += [*table_of(here), ""]
        if goals := goals_of(name, rows):
            lines += [goals, ""]
    lines += ["## Versions", "", "| environment | packages |", "|---|---|"]
    for name, pins in document["environments"].items():
        lines.append(f"| {name} | " + ", ".join(f"{package} {version}" for package, version in pins.items()) + " |")
    return "\n".join(lines) + "\n"
