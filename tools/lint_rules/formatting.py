"""C++ files are formatted by clang-format 14, which is Debian 12's: other versions break lines elsewhere."""

import re
import shutil
import subprocess

VERSION = 14


def check(root, names):
    if not names:
        return
    tool = shutil.which(f"clang-format-{VERSION}") or shutil.which("clang-format")
    if tool is None:
        yield "clang-format is missing (package clang-format)"
        return
    version = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"version (\d+)", version)
    if not found or int(found[1]) != VERSION:
        print(f"lint: formatting not checked: found {version.strip()}, expected clang-format {VERSION}")
        return
    answer = subprocess.run([tool, "--dry-run", "-Werror", "--style=file", *names], cwd=root,
                            capture_output=True, text=True)
    for name in sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", answer.stderr, re.MULTILINE))):
        yield f"{name}: not formatted (clang-format -i {name})"
