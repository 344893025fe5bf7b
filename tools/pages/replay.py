"""The replay of the author's notebooks: the table in docs/replay.md and the sentence in README.

Both come from results/replay/notebooks.json, a record of `replay --variants --record`
(results/schema/replay-1.json).
"""

import subprocess

from stored import README, ROOT, fail, read

RECORD = ROOT / "results" / "replay" / "notebooks.json"
STORY = ROOT / "docs" / "replay.md"
NOTEBOOKS = ["3.5-imdb", "3.6-reuters", "3.7-boston", "4.4-overfitting",
             "3.5-imdb@2.1.3", "3.6-reuters@2.1.3", "4.4-overfitting@2.1.3"]


def take(programs):
    """Replays the notebooks anew. Exit code 1 is no failure: some logs differ, and the table says where."""
    run = subprocess.run([programs / "replay", *NOTEBOOKS, "--quiet", "--variants", "--record", RECORD])
    if run.returncode not in (0, 1):
        fail(run.returncode, f"{programs / 'replay'}: ended with {run.returncode}")


def pages(programs):
    return {}


def blocks(programs):
    document = read(RECORD)
    return [(STORY, "replay", table(document)), (README, "replay", sentence(document))]


def logs(document):
    """(script, the log as replayed by default, the same log with each other arithmetic) of each log."""
    for replay in document["replays"]:
        default = replay["cells"][0]["arithmetic"]
        for cell in replay["cells"]:
            if cell["arithmetic"] == default and "log" in cell:
                yield replay["script"], cell, [other for other in replay["cells"] if other["name"] == cell["name"]
                                               and other["arithmetic"] != default]


def evaluated(cell):
    """The printed and the replayed results of `evaluate`."""
    parts = []
    for value in cell.get("finals", []):
        digits = 8 if value["equal"] else 4
        parts.append(f"{value['printed']:.{digits}f} / {value['replayed']:.{digits}f}")
    return "; ".join(parts) or "–"


def is_complete(cell):
    """Whether every printed value of the log is replayed."""
    return (cell["epochs"]["equal"] == cell["epochs"]["of"]
            and all(value["equal"] for value in cell.get("finals", [])))


def table(document):
    lines = ["| notebook | log | printed values equal | evaluated: printed / replayed "
             "| equal with other arithmetic |", "|---|---|---|---|---|"]
    for script, cell, others in logs(document):
        epochs = cell["epochs"]
        equal = f"{epochs['equal']} of {epochs['of']}" if epochs["of"] else "–"
        if epochs["of"] and epochs["equal"] == epochs["of"]:
            equal = f"**{equal}**"
        counts = ", ".join(str(other["epochs"]["equal"]) for other in others) if epochs["of"] else ""
        lines.append(f"| {script} | {cell['name']} | {equal} | {evaluated(cell)} | {counts or '–'} |")
    variants = list(dict.fromkeys(cell["arithmetic"] for cell in document["replays"][0]["cells"]))
    lines += ["", f"The replay uses {variants[0]}. The last column counts the equal values with: "
                  f"{'; '.join(variants[1:])}."]
    return "\n".join(lines)


def sentence(document):
    # a script with a version of Keras in its name is of a reader's notebooks
    cells = [cell for script, cell, _ in logs(document) if "@" not in script]
    imdb = next(cell for cell in cells if cell["name"] == "imdb")
    return (f"{sum(map(is_complete, cells))} of the {len(cells)} training logs in the author's notebooks of 2017 are "
            f"reproduced digit for digit, among them section 3.4 with {imdb['epochs']['equal']} of "
            f"{imdb['epochs']['of']} values ([how, and where the others differ](docs/replay.md)).")
