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


def folder_name(cpu):
    return re.sub(r"[^a-z0-9]+", "-", cpu.lower()).strip("-")
