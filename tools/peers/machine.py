"""Facts about the machine that are stored with a measurement."""

import os
import pathlib
import platform
import re


def ticks():
    """(all, stolen) processor time since boot; stolen time went to other virtual machines."""
    fields = list(map(int, pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]))
    return sum(fields), fields[7]


def facts(environment):
    """environment: the one in a record of a Reprise program, which names the processor."""
    memory = re.search(r"MemTotal:\s+(\d+) kB", pathlib.Path("/proc/meminfo").read_text())
    governor = pathlib.Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    return {"cpu": environment["cpu"], "processors": len(os.sched_getaffinity(0)),
            "memory_bytes": int(memory[1]) * 1024, "system": platform.platform(terse=True),
            "python": platform.python_version(),
            "governor": governor.read_text().strip() if governor.exists() else "unknown"}


def instruction_set(environment):
    """The best of Reprise's instruction sets that the processor has. `environment`: as for facts. Those of earlier
    versions name no machine, but the processor's flags."""
    if "machine" in environment:
        return environment["machine"]["isa"]
    flags = environment["cpu_flags"].split()
    return "avx512" if "avx512f" in flags else "avx2" if "avx2" in flags and "fma" in flags else "baseline"


def title(environment):
    return f"{environment['cpu']} with {instruction_set(environment)}"


def folder_name(environment):
    """The folder for the results of a machine: its identity (lib/reprise/core/machine.hpp).

    Results of earlier versions have none and stay in their folders: the model's name, with the instruction set
    appended unless it is avx512."""
    if "machine" in environment:
        name = environment["machine"]["id"]
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name):
            raise ValueError(f"environment: found machine '{name}', expected small letters, digits, dots and dashes")
        return name
    isa = instruction_set(environment)
    name = environment["cpu"] if isa == "avx512" else f"{environment['cpu']} {isa}"
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
