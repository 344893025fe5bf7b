"""Retired identifiers and coined words: each reader had to learn them, and a common word says the same.

tools/lint_words.txt has one word or phrase a line, then optionally " -> " and its replacement. `Shelf` is
also found in CamelCase (`ShelfTest`), `own_folder` in `own_folder_name`, `ownFolder`, `OwnFolder` and
`OWN_FOLDER`, and each with a plural s. The case of a phrase does not count, and its words may stand on two
lines of a comment or a Markdown quotation, or in two adjacent string literals.

tools/lint_exceptions.txt has one exception a line, "PATH | WORD | PART | REASON": in files that match PATH
(as in a shell), WORD is allowed inside PART, or everywhere where PART is "*". The WORD "*" is every word.
"""

import fnmatch
import re


def entries(file):
    """The lines of a list, without comments and blank lines."""
    lines = (line.strip() for line in file.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


# What may stand between two words: space, the ends of adjacent strings, the start of a comment's next line.
GAP = r"""(?:\s|"\s*f?"|\n\s*(?://+|#|\*|>[>\s]*))+"""


def pattern(word, listed):
    """Spellings that have an entry of their own in `listed` are left to it."""
    if " " in word:
        return rf"(?i:(?<![a-z]){GAP.join(map(re.escape, word.split()))}s?(?![a-z]))"
    pascal = word if word[0].isupper() else word.title().replace("_", "")
    forms = [rf"(?<![A-Z]){pascal}s?(?![a-z])"] if word == pascal or pascal not in listed else []
    for form in {word, pascal[0].lower() + pascal[1:]} - {pascal}:
        if form == word or form not in listed:
            forms += [rf"(?<![A-Za-z]){form}s?(?![a-z])", rf"(?<![A-Za-z]){form.upper()}S?(?![A-Za-z])"]
    return "|".join(forms)


def check(texts, folder):
    replacement = {}
    for entry in entries(folder / "lint_words.txt"):
        word, _, better = entry.partition(" -> ")
        replacement[word.strip()] = better.strip()
    exceptions = [[field.strip() for field in entry.split("|", 3)]
                  for entry in entries(folder / "lint_exceptions.txt")]
    patterns = {word: re.compile(pattern(word, set(replacement))) for word in replacement}
    for name, text in texts.items():
        if name in ("tools/lint_words.txt", "tools/lint_exceptions.txt"):
            continue
        for word, better in replacement.items():
            own = [part for path, other, part, _ in exceptions
                   if other in (word, "*") and fnmatch.fnmatch(name, path)]
            if "*" in own:
                continue
            advice = f", expected {better}" if better else ""
            if patterns[word].search(name):
                yield f"{name}: the file's name contains the retired '{word}'{advice}"
            searched = text
            for part in own:
                searched = searched.replace(part, "\0" * len(part))
            for found in patterns[word].finditer(searched):
                yield f"{name}:{text.count(chr(10), 0, found.start()) + 1}: found the retired '{word}'{advice}"
