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
LIST = "machines.txt"  # in MACHINES: the folders from which the pages are made, one a line
OWN = ROOT / "results" / "own"  # where a user's own results go; git ignores it
README = ROOT / "README.md"


def fail(code, message):
    sys.stderr.write(f"readme: {message}\n")
    sys.exit(code)


def read(file):
    return json.loads(file.read_text())


def machines():
    """The folders of the listed machines. Others beside them are ignored: they are not the project's."""
    lines = (line.partition("#")[0].strip() for line in (MACHINES / LIST).read_text().splitlines())
    return [MACHINES / name for name in sorted(set(filter(None, lines)))]


def found(pattern, command):
    """The files in the folders of the listed machines that match the pattern, at least one."""
    files = sorted(file for folder in machines() for file in folder.glob(pattern))
    if not files:
        fail(3, f"{MACHINES}: found no {pattern} of a machine in {LIST}, expected {command} before")
    return files


def records(folder):
    return sorted(folder.glob("*.json"))


def machine_of(files):
    """The folder of the machine on which these records were made."""
    try:
        names = {folder_name(read(file)["environment"]) for file in files}
    except ValueError as error:
        fail(2, f"{files[0].parent}: {error}")
    if len(names) != 1:
        fail(2, f"{files[0].parent if files else ''}: found records of {sorted(names)}, expected one machine's")
    return listed(names.pop())


def listed(name):
    """The folder of this machine, which is added to the list: to store a result is to ask for that."""
    folder = MACHINES / name
    if folder not in machines():
        with (MACHINES / LIST).open("a") as file:
            file.write(name + "\n")
    return folder


def store(folder, files):
    """Copies the files into the folder, which then holds nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in files:
        shutil.copy(file, folder)


def link(file):
    return file.relative_to(ROOT).as_posix()
