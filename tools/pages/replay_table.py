"""The table of replays, from a record of `replay --variants --record` (results/schema/replay-1.json).

For README and docs/replay.md; tools/readme puts it there.
"""


def share(count):
    return f"{count['equal']} of {count['of']}"


def evaluated(cell):
    """What was printed of evaluations in full, and what the replay gave."""
    parts = []
    for value in cell.get("finals", []):
        printed, replayed = value["printed"], value["replayed"]
        parts.append(f"{printed:.8f} / {replayed:.8f}" if value["equal"]
                     else f"{printed:.4f} / {replayed:.4f}")
    return "; ".join(parts) or "–"


def rows(document):
    """(notebook, log, equal, evaluated, equal in other sums) of each log."""
    for replay in document["replays"]:
        pinned = replay["cells"][0]["arithmetic"]
        for cell in replay["cells"]:
            if cell["arithmetic"] != pinned or "log" not in cell:
                continue
            others = [c["epochs"]["equal"] for c in replay["cells"]
                      if c["name"] == cell["name"] and c["arithmetic"] != pinned]
            has_epochs = cell["epochs"]["of"] > 0
            equal = share(cell["epochs"]) if has_epochs else "–"
            if has_epochs and cell["epochs"]["equal"] == cell["epochs"]["of"]:
                equal = f"**{equal}**"
            yield (replay["script"], cell["name"], equal, evaluated(cell),
                   ", ".join(map(str, others)) if has_epochs and others else "–")


def block(document):
    lines = ["| notebook | log | printed values equal | evaluated: printed / replayed | equal with other sums |",
             "|---|---|---|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows(document)]
    variants = []
    for cell in document["replays"][0]["cells"]:
        if cell["arithmetic"] not in variants:
            variants.append(cell["arithmetic"])
    lines += ["", f"The replay: {variants[0]}. Other sums: {'; '.join(variants[1:])}."]
    return "\n".join(lines)
