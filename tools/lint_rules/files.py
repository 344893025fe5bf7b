"""The files that lint reads, as {path relative to the root: text}."""

FOLDERS = ("bench", "lib", "repro", "tests", "tools")
MISNAMED = (".h", ".cc", ".inc")
CPP = (".cpp", ".hpp", *MISNAMED)
SUFFIXES = {"", ".cmake", ".in", ".py", ".sh", *CPP}  # no suffix: a script
MAX_LINES = 400


def read(root, paths):
    return {path.relative_to(root).as_posix(): path.read_text() for path in sorted(paths) if path.is_file()}


def sources(root):
    """Code, scripts and CMake files."""
    paths = [path for folder in FOLDERS for path in (root / folder).rglob("*")
             if path.suffix in SUFFIXES or path.name == "CMakeLists.txt"]
    fixtures = {path for path in (root / "tests").rglob("*") if "fixtures" in path.relative_to(root).parts}
    return read(root, set(paths) - fixtures)


def pages(root):
    """README, CONTRIBUTING, docs/ and the pages among the sources."""
    return read(root, [*root.glob("*.md"), *(page for folder in ("docs", *FOLDERS)
                                            for page in (root / folder).rglob("*.md"))])


def too_long(texts):
    for name, text in texts.items():
        lines = text.count("\n")
        if lines > MAX_LINES:
            yield f"{name}: {lines} lines, expected at most {MAX_LINES}"


def misnamed(texts):
    for name in texts:
        if name.endswith(MISNAMED):
            yield f"{name}: found suffix {name[name.rindex('.'):]}, expected .cpp or .hpp"
