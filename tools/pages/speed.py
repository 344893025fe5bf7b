"""The times of ./tools/peers/run: the page, and the sentence in README on speed."""

import json

import report
import summary
from stored import OWN, README, fail, found, link, listed, read, store


def take(programs):
    """Stores the newest run of tools/peers/run on a machine of its own."""
    runs = sorted(OWN.glob("*/peers/peers.json"), key=lambda file: read(file)["created"])
    if not runs:
        fail(3, f"{OWN}: found no */peers/peers.json, expected one of ./tools/peers/run")
    folder = runs[-1].parent
    store(listed(folder.parent.name) / "peers", [folder / "peers.json", folder / "README.md"])


def documents():
    """{folder: its peers.json with rows computed anew from the raw times}, the newest last."""
    stored = {file.parent: read(file) for file in found("peers/peers.json", "./tools/peers/run and ./tools/readme --peers")}
    for document in stored.values():
        document["rows"] = [row for block in document["blocks"]
                            for row in summary.rows_of(block, document["curves"][block["experiment"]])]
    return dict(sorted(stored.items(), key=lambda item: item[1]["created"]))


def pages(programs):
    texts = {}
    for folder, document in documents().items():
        texts[folder / "README.md"] = report.page(document)
        texts[folder / "peers.json"] = json.dumps(document, indent=1) + "\n"
    return texts


def blocks(programs):
    folder, document = documents().popitem()
    return [(README, "peers", report.sentence(document, link(folder / "README.md")))]
