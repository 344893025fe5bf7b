"""A run of ./tools/reproduce: its records and page, and the five headline quantities in README."""

import json
import pathlib
import shutil
import subprocess
import tempfile

from stored import README, ROOT, fail, found, link, machine_of, read, records, store

RUN = ROOT / "build" / "reproduce"
# The order of the sections.
BOOK = ["mnist", "clouds", "imdb", "reuters", "boston", "california", "overfitting", "generalization"]

# One quantity for each section of the book: (experiment, quantity, how README names it).
HEADLINES = (
    ("mnist", "test accuracy", "2.1 MNIST: test accuracy"),
    ("imdb_final", "test accuracy", "3.4 IMDB: test accuracy"),
    ("reuters_9ep", "test accuracy", "3.5 Reuters: test accuracy"),
    ("boston_final", "test MAE", "3.6 Boston: test MAE"),
    ("overfit_original", "lowest val_loss (epoch)", "4.4 overfitting: lowest val_loss (epoch)"),
)


def take(programs):
    """Copies the records, the pictures and the page, and removes those of an earlier run."""
    documents = [read(file) for file in records(RUN)]
    if not documents or not (RUN / "README.md").exists():
        fail(3, f"{RUN}: found no finished run, expected one of ./tools/reproduce")
    if any(run["data"]["standin"] for document in documents for run in document["runs"]):
        fail(2, f"{RUN}: found STAND-IN runs, expected runs on the real data")
    store(machine_of(records(RUN)) / "reproduce", [*records(RUN), *RUN.glob("*.svg"), RUN / "README.md"])


def report(programs, folder, *arguments):
    files = sorted(records(folder), key=lambda file: BOOK.index(file.stem))
    return subprocess.run([programs / "reprise", "report", *files, "--results", ROOT / "results", *arguments],
                          check=True, capture_output=True, text=True).stdout


def page(programs, folder):
    """The page that the records and pictures of the folder make now."""
    with tempfile.TemporaryDirectory() as place:
        copy = pathlib.Path(place) / "reproduce"
        shutil.copytree(folder, copy)
        report(programs, copy, "--markdown", copy / "README.md")
        return (copy / "README.md").read_text()


def folders():
    return {file.parent for file in found("reproduce/*.json", "./tools/reproduce and ./tools/readme")}


def pages(programs):
    return {folder / "README.md": page(programs, folder) for folder in folders()}


def headlines(quantities):
    """The table of README; quantities: those of `reprise report --json`."""
    lines = ["| quantity | book | Keras, same seed | Reprise |", "|---|---|---|---|"]
    for experiment, label, title in HEADLINES:
        row = next((q for q in quantities if (q["experiment"], q["quantity"]) == (experiment, label)), None)
        if row is None:
            fail(2, f"{experiment}: found no {label} in the newest run, expected one")
        lines.append(f"| {title} | {row['book'] or '–'} | {row['keras'] or '–'} | {row['ours']} |")
    return "\n".join(lines)


def blocks(programs):
    newest = max(folders(), key=lambda folder: max(read(file)["created"] for file in records(folder)))
    found_now = json.loads(report(programs, newest, "--json"))
    cpu = read(records(newest)[0])["environment"]["cpu"]
    return [(README, "reproduce", f"{headlines(found_now['quantities'])}\n\n"
             f"Seed 42, {cpu}; [all quantities and pictures]({link(newest / 'README.md')}).")]
