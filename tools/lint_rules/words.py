"""Retired identifiers and coined words: each reader had to learn them, and a common word says the same.

tools/lint_words.txt has one word or phrase a line, then optionally " -> " and its replacement. The case
counts. `Shelf` is also found in CamelCase (`ShelfTest`), `own_folder` in snake_case (`own_folder_name`);
the words of a phrase may stand on two lines of a comment.

tools/lint_exceptions.txt has one exception a line, "PATH | WORD | PART | REASON": WORD is allowed in files
that match PATH (as in a shell) on lines that contain PART, or on every line where PART is "*".
"""

import fnmatch
import re


def entries(file):
    """The lines of a list, without comments and blank lines."""
    lines = (line.strip() for line in file.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def pattern(word):
    text = r"\s+(?:(?://+|#|\*)\s*)?".join(map(re.escape, word.split()))
    before, after = r"(?<![A-Za-z])", r"(?![A-Za-z])"
    if re.fullmatch(r"[A-Z]\w*[a-z]", word):  # part of a CamelCase name: TakeSeat, SeatTest
        before, after = r"(?<![A-Z])", r"(?![a-z])"
    return before + text + after


def check(texts, folder):
    replacement = {}
    for entry in entries(folder / "lint_words.txt"):
        word, _, better = entry.partition(" -> ")
        replacement[word.strip()] = better.strip()
    exceptions = [[field.strip() for field in entry.split("|", 3)]
                  for entry in entries(folder / "lint_exceptions.txt")]
    patterns = {word: re.compile(pattern(word)) for word in replacement}
    for name, text in texts.items():
        if name in ("tools/lint_words.txt", "tools/lint_exceptions.txt"):
            continue
        lines = text.splitlines()
        for word, better in replacement.items():
            own = [part for path, other, part, _ in exceptions if other == word and fnmatch.fnmatch(name, path)]
            advice = f", expected {better}" if better else ""
            if patterns[word].search(name) and "*" not in own:
                yield f"{name}: the file's name contains the retired '{word}'{advice}"
            for found in patterns[word].finditer(text):
                number = text.count("\n", 0, found.start())
                if not any(part == "*" or part in lines[number] for part in own):
                    yield f"{name}:{number + 1}: found the retired '{word}'{advice}"
