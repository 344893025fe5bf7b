"""Asks other tools about a pair of builds of which one kernel is slower: `./tools/calibrate gate --others`.

The programs BASE and HEAD are made from one source. HEAD sorts 22 blocks where BASE sorts 20, and adds the same
numbers. Each tool is asked about BASE and HEAD, and about BASE and BASE, because false alarms count too.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / "build" / "others"
PYTHON = ENVIRONMENT / "bin" / "python"
PINS = ["asv==0.6.6", "numpy==2.4.6", "pytest==9.2.0", "pytest-benchmark==5.3.1", "scipy==1.17.1"]
SIZE = "60 MB of downloads, 280 MB on disk"
COMPARE_PY = pathlib.Path("/usr/share/benchmark/compare.py")  # Debian's libbenchmark-tools
KEPT = "others.json"
KERNELS = ("sort", "sum")
PAIRS = {"slower": ("base", "head"), "equal": ("base", "base")}
BLOCKS = {"base": 20, "head": 22}
LEVEL, FACTOR = 0.05, 1.05
ABSENT = "not installed"

SOURCE = """
#include <algorithm>
#include <numeric>
#include <random>
#include <string_view>
#include <vector>

std::vector<int> random_numbers(int count) {
  std::mt19937 random(1);
  std::vector<int> numbers(count);
  for (int& number : numbers) number = static_cast<int>(random() % 100000);
  return numbers;
}

struct Sort {
  std::vector<int> numbers = random_numbers(256), sorted = numbers;
  [[gnu::noinline]] void operator()() {
    for (int block = 0; block < BLOCKS; ++block) {
      std::copy(numbers.begin(), numbers.end(), sorted.begin());
      std::sort(sorted.begin(), sorted.end());
      asm volatile("" : : "r"(sorted.data()) : "memory");
    }
  }
};

struct Sum {
  std::vector<int> numbers = random_numbers(65536);
  [[gnu::noinline]] void operator()() {
    const long sum = std::accumulate(numbers.begin(), numbers.end(), 0L);
    asm volatile("" : : "r"(sum) : "memory");
  }
};

#ifdef PLAIN
template <class Kernel>
int repeat(int times) {
  Kernel kernel;
  for (int i = 0; i < times; ++i) kernel();
  return 0;
}

int main(int argc, char** argv) {  // either kernel takes about 50 ms
  const std::string_view name = argc > 1 ? argv[1] : "";
  return name == "sort" ? repeat<Sort>(1300) : name == "sum" ? repeat<Sum>(1900) : 2;
}
#else
#include <benchmark/benchmark.h>

template <class Kernel>
void measure(benchmark::State& state) {
  Kernel kernel;
  for (auto _ : state) kernel();
}
BENCHMARK(measure<Sort>)->Name("BM_Sort");
BENCHMARK(measure<Sum>)->Name("BM_Sum");
BENCHMARK_MAIN();
#endif
"""

PYTEST = """
import os, subprocess

def test_sort(benchmark):
    benchmark(subprocess.run, [os.environ["WORK"], "sort"], check=True)

def test_sum(benchmark):
    benchmark(subprocess.run, [os.environ["WORK"], "sum"], check=True)
"""

ASV = """
import os, subprocess

def time_sort():
    subprocess.run([os.environ["WORK"], "sort"], check=True)

def time_sum():
    subprocess.run([os.environ["WORK"], "sum"], check=True)
"""


class Failed(Exception):
    """A command failed or said something unexpected; the message is one line."""


def run(*command, codes=(0,), **more):
    """The standard output of a command that ends with one of these codes."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **more)
    if done.returncode not in codes:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise Failed(f"{' '.join(map(str, command))}: exit code {done.returncode}: {last}")
    return done.stdout


# What a tool's output says of each kernel: {kernel: (call, its words)}; a call is slower, faster, same or undecided.

def kernel_of(name):
    """The kernel that BM_Sort, test_sort and time_sort measure."""
    return re.split(r"[._:]", name.lower())[-1]


def said_by_compare_py(document):
    """document: what --dump_to_json writes"""
    found, changes = {}, {}
    for result in document:
        name = result["name"]
        if result.get("aggregate_name") == "median":
            changes[kernel_of(name.removesuffix("_median"))] = result["measurements"][0]["time"]
        elif result.get("utest"):
            found[kernel_of(name)] = result["utest"]["time_pvalue"]
    calls = {k: "same" if p >= LEVEL else "slower" if changes[k] > 0 else "faster" for k, p in found.items()}
    return {k: (calls[k], f"p = {p:.4f}, median {changes[k]:+.1%}") for k, p in found.items()}


def said_by_hyperfine(text):
    """The answer about one kernel. hyperfine decides nothing; here 1 outside of ratio ± deviation is a difference."""
    match = re.search(r"Summary\s+'?(BASE|HEAD)'? ran\s+([\d.]+) ± ([\d.]+) times faster than", text)
    if not match:
        raise Failed("hyperfine: found no summary in its output, expected one of BASE and HEAD")
    faster, ratio, deviation = match[1], float(match[2]), float(match[3])
    call = "same" if ratio - deviation <= 1 else "slower" if faster == "BASE" else "faster"
    return call, f"{faster} ran {match[2]} ± {match[3]} times faster"


def said_by_pytest_benchmark(text):
    """text: the report of the second run, with the table of both runs and the list of what has regressed"""
    means = {(name, which == "NOW"): float(re.findall(r"([\d.,]+) \(", row)[2].replace(",", ""))
             for name, which, row in re.findall(r"^test_(\w+) \((NOW|\d+_base)\) +(.*)$", text, re.M)}
    failed = re.findall(r"test_(\w+) \(\d+_base\) - Field 'mean' has failed", text)
    if set(means) != {(k, now) for k in KERNELS for now in (True, False)} or bool(failed) != ("has regressed" in text):
        raise Failed("pytest-benchmark: found another report, expected the means of both runs")
    change = {k: means[k, True] / means[k, False] - 1 for k in KERNELS}
    return {k: ("slower" if k in failed else "same", f"{'failed' if k in failed else 'not failed'}, mean {change[k]:+.1%}") for k in KERNELS}


def said_by_asv(text):
    """text: the table of `asv compare`"""
    found = {}
    for mark, ratio, name in re.findall(r"^\| *([-+]?) *\|[^|]*\|[^|]*\| *(\S+) *\| *(\S+) *\|$", text, re.M):
        if "time_" in name:
            said = {"": "not marked", "+": "marked +", "-": "marked -"}[mark]
            found[kernel_of(name)] = ({"": "same", "+": "slower", "-": "faster"}[mark], f"{said}, ratio {ratio}")
    if set(found) != set(KERNELS):
        raise Failed("asv: found another table, expected lines for both kernels")
    return found


def said_by_gate(document):
    """document: what `reprise gate --json` writes"""
    found = {}
    for verdict in document["verdicts"]:
        word, ratio = verdict["verdict"], verdict.get("ratio")
        call = {"regression": "slower", "not slower": "same"}.get(word.replace("_", " "), "undecided")
        found[kernel_of(verdict["benchmark"])] = (call, word.replace("_", " ") + (f", ratio {ratio:.3f}" if ratio else ""))
    return found


# How each tool is asked about the programs of the names a and b in the folder

def ask_compare_py(folder, a, b):
    out = folder / "compare.json"
    run(PYTHON, COMPARE_PY, "-d", out, "benchmarks", folder / f"bench_{a}", folder / f"bench_{b}", "--benchmark_repetitions=10")
    return said_by_compare_py(json.loads(out.read_text()))


def ask_hyperfine(folder, a, b):
    return {k: said_by_hyperfine(run("hyperfine", "--style", "basic", "--shell", "none", "-n", "BASE", f"{folder}/work_{a} {k}",
                                     "-n", "HEAD", f"{folder}/work_{b} {k}")) for k in KERNELS}


def ask_pytest_benchmark(folder, a, b):
    with tempfile.TemporaryDirectory(dir=folder) as place:
        (pathlib.Path(place) / "test_work.py").write_text(PYTEST)
        common = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--benchmark-storage=file://{place}/stored"]
        run(*common, "--benchmark-save=base", cwd=place, env={**os.environ, "WORK": str(folder / f"work_{a}")})
        # a regression is an exception, which ends pytest with 1
        done = subprocess.run([*map(str, common), "--benchmark-compare=0001", "--benchmark-compare-fail=mean:5%"], cwd=place,
                              capture_output=True, text=True, env={**os.environ, "WORK": str(folder / f"work_{b}")})
    return said_by_pytest_benchmark(done.stdout + done.stderr)


def ask_asv(folder, a, b):
    """A repository of two commits, measured in two rounds as `asv continuous` does."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        place = pathlib.Path(place)
        (place / "benchmarks").mkdir()
        (place / "benchmarks" / "__init__.py").touch()
        (place / "benchmarks" / "work.py").write_text(ASV)
        (place / "asv.conf.json").write_text(json.dumps(
            {"version": 1, "project": "work", "repo": ".", "branches": ["main"], "environment_type": "existing"}))
        home = {**os.environ, "HOME": str(place)}  # asv describes the machine in a file there
        asv = [PYTHON, "-m", "asv"]
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
        run(*git, "init", "--initial-branch=main", cwd=place, env=home)
        run(*git, "add", "asv.conf.json", "benchmarks", cwd=place, env=home)
        commits = []
        for message in ("BASE", "HEAD"):
            run(*git, "commit", "--allow-empty", f"--message={message}", cwd=place, env=home)
            commits.append(run(*git, "rev-parse", "HEAD", cwd=place, env=home).strip())
        run(*asv, "machine", "--yes", cwd=place, env=home)
        first, second = zip(commits, (a, b))
        for commit, program in (second, first, first, second):
            run(*asv, "run", "--python=same", f"--set-commit-hash={commit}", "--append-samples", "-a", "rounds=1", cwd=place,
                env={**home, "WORK": str(folder / f"work_{program}")})
        return said_by_asv(run(*asv, "compare", f"--factor={FACTOR}", *commits, cwd=place, env=home))


def gate(folder, reprise, *arguments):
    out = folder / "gate.json"
    run(reprise, "gate", "--quiet", "--summary", "none", "--json", out, *arguments, codes=(0, 1, 4))
    return said_by_gate(json.loads(out.read_text()))


def tools(reprise):
    """{name: (its function, None or how it is installed)}"""
    python = None if PYTHON.exists() else f"the Python packages in {ENVIRONMENT}"
    package = lambda name: f"apt-get install {name}"
    commands = lambda folder, a, b: {k: next(iter(gate(
        folder, reprise, "--command", f"{folder}/work_{a} {k}", f"{folder}/work_{b} {k}").values())) for k in KERNELS}
    return {
        "`compare.py`": (ask_compare_py, package("libbenchmark-tools") if not COMPARE_PY.exists() else python),
        "hyperfine": (ask_hyperfine, None if shutil.which("hyperfine") else package("hyperfine")),
        "pytest-benchmark": (ask_pytest_benchmark, python),
        "asv": (ask_asv, python),
        "`reprise gate`": (lambda folder, a, b: gate(folder, reprise, folder / f"bench_{a}", folder / f"bench_{b}"), None),
        "`reprise gate --command`": (commands, None),
    }


def install():
    """Makes the environment of the Python tools; they are left out if this fails."""
    copy = ENVIRONMENT / "installed.txt"  # written last, so an interrupted installation is repeated
    if copy.exists() and copy.read_text().split() == PINS:
        return
    print(f"calibrate gate: installing {', '.join(PINS)} into {ENVIRONMENT}: {SIZE}", flush=True)
    try:
        run(os.environ.get("PYTHON", sys.executable), "-m", "venv", "--clear", ENVIRONMENT)
        run(ENVIRONMENT / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *PINS)
        copy.write_text("\n".join(PINS) + "\n")
    except Failed as error:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        print(f"calibrate gate: {error}", flush=True)


def build(folder):
    (folder / "pair.cpp").write_text(SOURCE)
    compiler = [os.environ.get("CXX", "c++"), "-std=c++17", "-O2", "-falign-functions=64", folder / "pair.cpp"]
    for name, blocks in BLOCKS.items():
        run(*compiler, f"-DBLOCKS={blocks}", "-o", folder / f"bench_{name}", "-lbenchmark", "-lpthread")
        run(*compiler, f"-DBLOCKS={blocks}", "-DPLAIN", "-o", folder / f"work_{name}")


def measure(file, reprise):
    """Asks all tools and writes what they say to this file."""
    install()
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        build(folder)
        for tool, (ask, missing) in tools(reprise).items():
            if missing:
                print(f"calibrate gate: {tool} is not installed and is left out; to install it: {missing}", flush=True)
                answers.append({"tool": tool, "missing": missing})
                continue
            for pair, names in PAIRS.items():
                load, start = os.getloadavg()[0], time.monotonic()
                said = ask(folder, *names)
                answer = {"tool": tool, "pair": pair, "seconds": round(time.monotonic() - start, 1), "load": load,
                          "kernels": {k: {"call": said[k][0], "said": said[k][1]} for k in KERNELS}}
                answers.append(answer)
                print(f"calibrate gate: {tool}, {pair} pair, {answer['seconds']:.0f} s: "
                      + "; ".join(f"{k}: {said[k][1]}" for k in KERNELS), flush=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"blocks": BLOCKS, "packages": PINS, "answers": answers}, indent=1, ensure_ascii=False) + "\n")


def judged(pair, kernel, call):
    if call == "undecided":
        return "no answer"
    if (pair, kernel) == ("slower", "sort"):
        return {"slower": "right", "same": "**missed**"}.get(call, "**wrong**")
    return "right" if call == "same" else "**false alarm**"


def block(machines):
    """The table of the page; machines: {folder: others.json}"""
    lines = []
    for machine, document in machines.items():
        loads = [answer["load"] for answer in document["answers"] if "load" in answer]
        lines += [f"On {machine}, with a load of {min(loads):.1f} to {max(loads):.1f} (`./tools/calibrate gate --others`):", "",
                  "| tool | HEAD's sort | it says of sort | which is | it says of sum | which is | time |",
                  "|---|---|---|---|---|---|---:|"]
        for answer in document["answers"]:
            if "missing" in answer:
                lines.append(f"| {answer['tool']} | {ABSENT} | | | | | |")
                continue
            pair = answer["pair"]
            cells = [cell for k in KERNELS for cell in (answer["kernels"][k]["said"], judged(pair, k, answer["kernels"][k]["call"]))]
            sort = "10% slower" if pair == "slower" else "equal"
            lines.append(f"| {answer['tool']} | {sort} | {' | '.join(cells)} | {answer['seconds']:.0f} s |")
        lines.append("")
    return "\n".join(lines).strip()
