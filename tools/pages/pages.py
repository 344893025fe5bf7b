"""Tables in pages, between markers that say that a command writes them."""

import re


def with_block(text, name, block):
    """The page with `block` between its markers of that name; ValueError if it has not one such place."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    pattern = re.escape(begin) + ".*?" + re.escape(end)
    text, count = re.subn(pattern, lambda _: f"{begin}\n{block}\n{end}", text, flags=re.S)
    if count != 1:
        raise ValueError(f"found {count} places between the {name} markers, expected 1")
    return text
