"""Small files that promise much: every program refuses them with one line, within little memory and time.

  python3 tests/data/hostile_test.py build/release/bin [unittest options]
"""

import gzip
import os
import pathlib
import struct
import subprocess
import sys
import zipfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import programs
from support.programs import BIN, Case

MOST_MB = 220  # an honest IMDB takes 100
# Starts a program within 1 GB and prints its peak. A child inherits the peak of the process that
# forks it, so this is a small process of its own.
LAUNCHER = """
import os, resource, sys
if not (child := os.fork()):
    if "asan" not in sys.argv[1]:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print("", usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
"""


def npy(descr, shape, payload=b"", order="False"):
    header = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", len(header)) + header + payload


def zipped(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)


def pickled(items, rows=1):
    """The pickle of an array of objects; the opcodes `items` fill its list."""
    return (b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85U\1b\x87R(K\1J"
            + struct.pack("<i", rows) + b"\x85cnumpy\ndtype\nU\2O8\x89\x88\x87R"
            b"(K\3U\1|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb\x89]" + items + b"tb.")


N = 1_000_000
PICKLES = {
    "lists": b"\x80\2" + b"]" * 5 * N + b".",
    "tuples": b"\x80\2" + b")" * 5 * N + b".",
    "nested tuples": b"\x80\2)" + b"\x85" * 5 * N + b".",
    "doubled tuples": b"\x80\2)q\0" + b"h\0\x86q\0" * N + b".",
    "marks": b"\x80\2" + b"(" * 5 * N + b".",
    "numbers": b"\x80\2" + b"K\1" * N + b".",
    "texts": b"\x80\2" + b"U\0" * N + b".",
    "memo": b"\x80\2N" + b"".join(b"r" + struct.pack("<I", i * 977) for i in range(N // 4)) + b".",
    "memoized": b"\x80\4N" + b"\x94" * 5 * N + b".",
    "references": b"\x80\2]q\0" + b"h\0" * N + b".",
    "a long text": b"\x80\2X" + struct.pack("<I", 30 << 20) + b"x" * (30 << 20) + b".",
    "a text beyond the end": b"\x80\2X\xff\xff\xff\xff",
    "one list many times": pickled(b"(](" + b"K\1" * 1_000_000 + b"eq\1" + b"h\1" * 400_000 + b"e", 400_001),
    "large": pickled(b"(](" + b"K\1" * 17_000_000 + b"ee"),
}
NPYS = {
    "axes": npy("<i8", "(" + "1," * 20_000_000 + ")"),
    "overflow": npy("<i8", "(2305843009213693954, 8)", b"\0" * 16),
    "no rows": npy("|u1", "(0, 18446744073709551615, 18446744073709551615)"),
    "zeros": npy("|u1", "(1000000000, )", b"\0" * (100 << 20)),
    "header beyond the end": b"\x93NUMPY\x02\x00\xff\xff\xff\xff{",
}


class Hostile(Case):
    def run_limited(self, program, *arguments):
        """Returns what `subprocess.run` does, and the peak memory in MB."""
        command = [str(BIN / program), *map(str, arguments)]
        answer = subprocess.run([sys.executable, "-c", LAUNCHER, *command], capture_output=True, text=True,
                                stdin=subprocess.DEVNULL, timeout=120)
        answer.args = command
        return answer, int(answer.stdout.split()[-1]) / 1024

    def refused(self, program, *arguments, parts=()):
        answer, peak = self.run_limited(program, *arguments)
        self.assert_one_line(answer, 2, *parts)
        if "asan" not in str(BIN):  # its shadow memory and its quarantine count too
            self.assertLess(peak, MOST_MB)

    def converted(self, path):
        self.refused("reprise", "data", "convert", path, self.folder / "out.npz", "--to", "npz", parts=[path.name])

    def test_pickles(self):
        for name, pickle in PICKLES.items():
            with self.subTest(name):
                path = self.folder / "bad.npz"
                zipped(path, {"x.npy": npy("|O", "(1,)", pickle)})
                self.assertLess(path.stat().st_size, 2_500_000)
                self.converted(path)

    def test_headers(self):
        for name, content in NPYS.items():
            with self.subTest(name):
                path = self.folder / "bad.npz"
                zipped(path, {"x_train.npy": content})
                if name != "no rows":  # an array without values may have any other axis
                    self.converted(path)
                self.refused("reprise", "data", "convert", path, self.folder / "idx", "--to", "idx", parts=["bad.npz"])

    def test_archives(self):
        zeros = npy("|u1", f"({60 << 20},)", bytes(60 << 20))
        path = self.folder / "bad.npz"
        zipped(path, {f"{i}.npy": zeros[:-1] + bytes([i]) for i in range(3)})
        with self.subTest("more than a data set in all members"):
            self.converted(path)
        with self.subTest("many members"):
            zipped(path, {f"{i}.npy": npy("|u1", "(1,)", b"0") for i in range(2000)})
            self.converted(path)
        with self.subTest("another compression"):
            zipped(path, {"x.npy": zeros[:1 << 20]}, zipfile.ZIP_LZMA)
            self.converted(path)
        with self.subTest("a size that is wrong"):
            zipped(path, {"x.npy": npy("|u1", "(3,)", b"123")})
            content = bytearray(path.read_bytes())
            for magic, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
                at = content.index(magic) + offset
                content[at:at + 4] = struct.pack("<I", 512 << 20)
            path.write_bytes(content)
            self.assertLess(len(content), 320)
            self.converted(path)

    def test_idx_files(self):
        def header(*shape):
            return struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape)

        path = self.folder / "train-images-idx3-ubyte"
        bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
        pieces = [bomb.compress(header(60000, 28, 28))] + [bomb.compress(bytes(1 << 20)) for _ in range(800)]
        for name, content in (("bomb.gz", b"".join([*pieces, bomb.flush()])),
                              ("huge", header(4294967295, 28, 28)),
                              ("overflow", header(4294967295, 4294967295, 4294967295)),
                              ("short", header(60000, 28, 28) + b"1"),
                              ("short.gz", gzip.compress(header(60000, 28, 28) + b"1"))):
            with self.subTest(name):
                for old in self.folder.iterdir():
                    old.unlink()
                target = path.with_name(path.name + ".gz") if name.endswith("gz") else path
                target.write_bytes(content)
                self.refused("reprise", "data", "convert", self.folder, "/nowhere/out.npz", "--to", "npz", parts=[path.name])

    def test_deep_json(self):
        path = self.folder / "deep.json"
        for depth in (65, 1_000_000):
            for opening, closing in (("[", "]"), ('{"a":', "}")):
                deep = opening * depth + "1" * (opening != "[") + closing * depth
                for start, program, *arguments in (
                        ('{"schema":', "reprise", "report", path), ('{"schema":', "reprise", "certify", path),
                        ('{"experiment":', "replay", "3.7-boston", "--against", path),
                        ('{"schema":', "calibration", "rounds", path)):
                    with self.subTest(program, depth=depth):
                        path.write_text(start + deep + "}")
                        answer, _ = self.run_limited(program, *arguments)
                        self.assert_one_line(answer, 2, "deep.json", "64 levels")

    def test_what_is_no_regular_file(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        sets = self.folder / "sets"
        sets.mkdir()
        for name in ("train-images-idx3-ubyte", "boston_housing.npz", "my.script"):
            os.mkfifo(sets / name)
        out = self.folder / "out.npz"
        for code, program, *arguments in (
                (2, "reprise", "data", "convert", pipe, out, "--to", "npz"),
                (2, "reprise", "data", "convert", pipe, out, "--to", "idx"),
                (2, "reprise", "data", "convert", sets, out, "--to", "npz"),
                (1, "reprise", "data", "verify", "boston_housing.npz", "--data-dir", sets),
                (2, "boston", "--data-dir", sets),
                (2, "reprise", "report", pipe),
                (2, "reprise", "certify", pipe),
                (2, "replay", sets / "my.script"),
                (2, "replay", "3.7-boston", "--against", pipe),
                (2, "calibration", "rounds", pipe)):
            with self.subTest(program=program, arguments=arguments):
                answer, _ = self.run_limited(program, *arguments)
                self.assert_one_line(answer, code, "found a pipe, expected a regular file")

    def test_names_are_printable(self):
        path = self.folder / "bad.npz"
        zipped(path, {"\x1b[31mred\n.npy": b"no array"})
        answer, _ = self.run_limited("reprise", "data", "convert", path, self.folder / "out.npz", "--to", "npz")
        self.assert_one_line(answer, 2, "red")
        self.assertNotIn("\x1b", answer.stderr)


if __name__ == "__main__":
    programs.main()
