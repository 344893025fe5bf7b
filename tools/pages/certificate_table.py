"""README's table of a certificate (what `reprise certify --json` wrote)."""

# what is committed of the pictures
PICTURES = ("imdb_1_notebook_keras-2.0.8_val_loss", "imdb_1_notebook_keras-3.15_val_loss",
            "boston_kfold_1_print_keras-2.0.8_mean_MAE_of_the_folds",
            "reuters_9ep_1_print_keras-2.0.8_test_accuracy")
MODERN = "keras-3.15"


def p_text(p):
    return f"{p:.4f}" if p < 0.0995 else f"{p:.2f}"


def shift_text(row):
    return f"{row['detectable']:.1f}" if row["detectable"] is not None else "> 6"


def verdict(row):
    if row is None:
        return "–"
    word = row["finding"] if row["finding"] != "inconsistent" else "**inconsistent**"
    return f"{word}, p {p_text(row['p'])}, N {row['runs']}, {shift_text(row)} sd"


def printed(row):
    """The numbers of the log: single ones by value, those of epochs by their count."""
    single = [f"{book:.5g}" for label, book in zip(row["figures"]["label"], row["figures"]["book"])
              if ", epoch " not in label]
    epochs = len(row["figures"]["label"]) - len(single)
    words = [f"{epochs} of epochs"] if epochs else []
    if len(single) > 3:
        words.append(f"{len(single)} single, {single[-1]} the last")
    elif single:
        words.append(", ".join(single))
    return " and ".join(words) + (" †" if is_stale(row) else "")


def is_stale(row):
    return any(note.startswith("figures of the 1st edition") for note in row["notes"])


def headline(family):
    return (f"In the semantics of {family['name']}: of {family['tests']} printed logs {family['consistent']} are "
            f"consistent, {family['inconsistent']} inconsistent at 5 %, {family['underpowered']} underpowered; under "
            f"Holm's correction over all of them, which needs N >= {family['needed']} ({family['enough']} have so "
            f"many), {family['rejected']} stay inconsistent.")


def found(document):
    """Which logs are inconsistent, in words, for docs/certificate.md."""
    def name(row):
        return f"{row['experiment']} ({row['edition']}, {row['source']}; p {p_text(row['p'])}, N {row['runs']})"
    rows = [row for row in document["rows"] if row["finding"] == "inconsistent"]
    time = [row for row in rows if row["of_its_time"]]
    logs = {(row["experiment"], row["edition"], row["source"]) for row in time}
    later = [row for row in rows if not row["of_its_time"]]
    both = [row for row in later if (row["experiment"], row["edition"], row["source"]) in logs]
    alone = [row for row in later if row not in both]
    return "\n".join(f"- {words}: {', '.join(map(name, some)) or 'none'}." for words, some in (
        ("In the semantics of their time", time), ("Under keras-3.15 as well", both),
        ("Only under keras-3.15", alone)))


def block(document, place):
    logs = {}
    for row in document["rows"]:
        logs.setdefault((row["experiment"], row["edition"], row["source"]), []).append(row)
    lines = [headline(family) + "\n" for family in document["families"]]
    lines += ["| experiment | edition, source | printed | semantics of the time | keras-3.15 |", "|---|---|---|---|---|"]
    for (experiment, edition, source), rows in logs.items():
        own = next((row for row in rows if row["of_its_time"]), None)
        modern = next((row for row in rows if row["semantics"] == MODERN), None)
        lines.append(f"| {experiment} | {edition}, {source} | {printed(rows[0])} | {verdict(own)} | "
                     f"{'the same' if modern is own and own else verdict(modern)} |")
    lines += ["", f"N: our runs; sd: the deviation of the median number that would have been found in 90 % of draws; "
                  f"†: figures of the first edition that a later one left standing. "
                  f"[What is behind each verdict]({place}/README.md)."]
    return "\n".join(lines)
