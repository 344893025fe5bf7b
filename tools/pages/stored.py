"""The stored results, and what the jobs of tools/readme share.

A job is a module with take(programs): store a new run; pages(programs): {file: text} of the files that
are generated as a whole; blocks(programs): [(file, name, text)] of the parts between markers.
`programs` is the folder of the built programs.
"""

import json
import pathlib
import shutil
import sys

from machine import folder_name

ROOT = pathlib.Path(__file__).resolve().parents[2]
MACHINES = ROOT / "results" / "machines"
README = ROOT / "README.md"


def fail(code, message):
    sys.stderr.write(f"readme: {message}\n")
    sys.exit(code)


def read(file):
    return json.loads(file.read_text())


def found(pattern, command):
    """The files of results/machines that match the pattern, at least one."""
    files = sorted(MACHINES.glob(pattern))
    if not files:
        fail(3, f"{MACHINES}: found no {pattern}, expected {command} before")
    return files


def records(folder):
    return sorted(folder.glob("*.json"))


def machine_of(files):
    """The folder of the processor on which these records were made."""
    models = {read(file)["environment"]["cpu"] for file in files}
    if len(models) != 1:
        fail(2, f"{files[0].parent if files else ''}: found records of {sorted(models)}, expected one processor's")
    return MACHINES / folder_name(models.pop())


def store(folder, files):
    """Copies the files into the folder, which then holds nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in files:
        shutil.copy(file, folder)


def link(file):
    return file.relative_to(ROOT).as_posix()
