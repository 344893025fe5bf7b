"""A certificate of `reprise certify --json`: its page, a sentence in README, a list in docs/certificate.md."""

import subprocess

from stored import README, ROOT, fail, found, link, machine_of, read, records, store

RUN = ROOT / "build" / "certify"
STORY = ROOT / "docs" / "certificate.md"
STORED = "certificate/certificate.json", "./tools/certify --full and ./tools/readme --certificate"
# the pictures that are committed
PICTURES = ("imdb_1_notebook_keras-2.0.8_val_loss", "imdb_1_notebook_keras-3.15_val_loss",
            "boston_kfold_1_print_keras-2.0.8_mean_MAE_of_the_folds",
            "reuters_9ep_1_print_keras-2.0.8_test_accuracy")


def take(programs):
    """Copies the certificate, its page and PICTURES, and removes those of an earlier one."""
    if not (RUN / "certificate.json").exists():
        fail(3, f"{RUN}: found no certificate.json, expected one of ./tools/certify --full")
    folder = machine_of([file for file in records(RUN) if file.name != "certificate.json"]) / "certificate"
    pictures = (RUN / f"{name}.svg" for name in PICTURES)
    store(folder, [RUN / "certificate.json", RUN / "README.md", *(file for file in pictures if file.exists())])


def verdicts(document):
    """One entry for each log and semantics. Schema 1 has them in "rows", with "finding" for "verdict"."""
    return document.get("verdicts") or [{**row, "verdict": row["finding"]} for row in document["rows"]]


def stored():
    """The certificate that rests on the most runs, and its file."""
    most = max(found(*STORED), key=lambda file: sum(row["runs"] for row in verdicts(read(file))))
    return read(most), most


def pages(programs):
    """The page of each certificate, which shows those pictures that lie beside it."""
    return {file.parent / "README.md": subprocess.run([programs / "reprise", "certify", "--render", file], check=True,
                                                      stdout=subprocess.PIPE, text=True).stdout
            for file in found(*STORED)}


def log_of(row):
    return row["experiment"], row["edition"], row["source"]


def named(row):
    """The experiment of a verdict, and whether its runs used a file that Keras would not accept."""
    return row["experiment"] + ("" if row.get("sample", {}).get("verified", True) else " on unverified data")


def inconsistent(document):
    """The inconsistent logs, for docs/certificate.md."""
    def name(row):
        p = f"{row['p']:.4f}" if row["p"] < 0.0995 else f"{row['p']:.2f}"
        return f"{named(row)} ({row['edition']}, {row['source']}; p {p}, N {row['runs']})"
    rows = [row for row in verdicts(document) if row["verdict"] == "inconsistent"]
    then = [row for row in rows if row["of_its_time"]]
    logs = {log_of(row) for row in then}
    later = [row for row in rows if not row["of_its_time"]]
    return "\n".join(f"- {title}: {', '.join(map(name, some)) or 'none'}." for title, some in (
        ("With the Keras semantics of their time", then),
        ("With those of keras-3.15 as well", [row for row in later if log_of(row) in logs]),
        ("Only with those of keras-3.15", [row for row in later if log_of(row) not in logs])))


def sentence(document, page):
    family = document["families"][0]
    def those(verdict):
        return ", ".join(dict.fromkeys(named(row) for row in verdicts(document)
                                       if row["verdict"] == verdict and row["of_its_time"]))
    reruns = any(row["source"] == "re-run" for row in verdicts(document))
    where = "printed in the book, its notebooks and published re-runs" if reruns else "printed in the book and its notebooks"
    return (f"{family['consistent']} of the {family['tests']} logs {where} are consistent with runs of Reprise from "
            f"other seeds, {family['inconsistent']} are not ({those('inconsistent')}), and "
            f"{family['underpowered']} remain undecided ({those('underpowered')}; "
            f"[every verdict]({page}), [what the verdicts mean](docs/certificate.md)).")


def blocks(programs):
    document, file = stored()
    return [(README, "certificate", sentence(document, link(file.parent / "README.md"))),
            (STORY, "found", inconsistent(document))]
