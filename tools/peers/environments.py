"""The pinned environments of the peers: build/peers/<name>, from requirements-<name>.txt."""

import filecmp
import os
import pathlib
import re
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "build" / "peers"
PYTHON = os.environ.get("PYTHON", "python3")


class Missing(Exception):
    """Something is missing on this machine; the message is one line."""


def requirements(name):
    return HERE / f"requirements-{name}.txt"


def python_of(name):
    return FOLDER / name / "bin" / "python"


def installed(name):
    """The copy of the requirements is written last, so an interrupted installation is repeated."""
    copy = FOLDER / name / "installed.txt"
    return copy.exists() and filecmp.cmp(copy, requirements(name), shallow=False)


def size(name):
    """(MB of downloads, MB on disk), as stated at the top of the requirements file."""
    text = requirements(name).read_text()
    return tuple(map(int, re.search(r"^# (\d+) MB of downloads, (\d+) MB on disk", text, re.M).groups()))


def announcement(names):
    """One line that says what would be downloaded; empty if everything is installed."""
    missing = [name for name in names if not installed(name)]
    if not missing:
        return ""
    sizes = [size(name) for name in missing]
    parts = ", ".join(f"{name} {down} MB" for name, (down, _) in zip(missing, sizes))
    down, disk = map(sum, zip(*sizes))
    return f"to be installed into {FOLDER}: {down} MB of downloads ({parts}), {disk} MB on disk"


def install(names):
    for name in names:
        if installed(name):
            continue
        answer = subprocess.run([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"])
        if answer.returncode:
            raise Missing(f"{PYTHON}: expected Python 3.11 or newer (set PYTHON to choose another interpreter)")
        print(f"installing {name}", flush=True)
        subprocess.run([PYTHON, "-m", "venv", "--clear", FOLDER / name], check=True)
        pip = [FOLDER / name / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        answer = subprocess.run([*pip, "-r", requirements(name)], stderr=subprocess.PIPE, text=True)
        if answer.returncode:
            lines = [line for line in answer.stderr.splitlines() if line.startswith("ERROR")]
            raise Missing(f"{name}: pip could not install {requirements(name).name}: "
                          f"{(lines or ['no reason given'])[-1]}")
        shutil.copy(requirements(name), FOLDER / name / "installed.txt")


def pins(name):
    """The pinned versions: {package: version}."""
    lines = requirements(name).read_text().splitlines()
    return dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))


def home():
    """A separate Keras home that shares only the data sets with the user's: Keras writes settings there."""
    users = pathlib.Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser().resolve()
    folder = FOLDER / "home"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "datasets"
    if not link.is_symlink() or link.readlink() != users / "datasets":
        link.unlink(missing_ok=True)
        link.symlink_to(users / "datasets")
    return folder


def clean():
    """The user's environment without the variables that change how a library computes."""
    prefixes = ("KERAS_", "JAX_", "XLA_", "TF_", "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "TORCH")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


def variables(peer, threads):
    """The environment of a peer's worker, with the thread settings of every library."""
    count = str(threads)
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")
    # With more than one thread, XLA's pool has one thread for each processor that the process may use.
    alone = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"} if threads == 1 else {}
    return {**clean(), **dict.fromkeys(names, count), **alone, **dict(peer.variables),
            "KERAS_HOME": str(home()), "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONDONTWRITEBYTECODE": "1"}


def command(peer, name):
    return [str(python_of(peer.environment)), str(HERE / "workers" / peer.worker), name]
