#!/usr/bin/env python3
"""The kernel units define no weak function that the linker could use for the whole program.

  isa_units_test.py NM OBJECT...

An inline function that several units compile is a weak symbol in each of them, and the linker keeps
one. The copy from the AVX-512 unit would crash the program on a processor without AVX-512. Functions
of the Eigen that a unit has under a name of its own are in no other unit. Only C++ names count, because
sanitizers and coverage add other weak symbols.
"""

import re
import subprocess
import sys

WEAK = {"W", "V", "u"}


def weak_symbols(nm, unit):
    answer = subprocess.run([nm, unit], capture_output=True, text=True, check=True)
    lines = [line.split() for line in answer.stdout.splitlines()]
    tables = [re.search(r"(isa_avx512|isa_avx2|isa_baseline)\d+(?:kernels|eigen)_float64E$", fields[-1]) for fields in lines]
    isas = {table[1] for table in tables if table}
    if len(isas) != 1:
        sys.exit(f"{unit}: found no table of kernels")
    own = f"Eigen_{isas.pop()}"
    return [fields[-1] for fields in lines
            if fields[-2] in WEAK and fields[-1].startswith("_Z") and own not in fields[-1]]


def main():
    nm, units = sys.argv[1], sys.argv[2:]
    found = [f"{unit}: {symbol}" for unit in units for symbol in weak_symbols(nm, unit)]
    print("\n".join(found) if found else f"{len(units)} units, no weak symbols")
    return 1 if found or len(units) != 6 else 0


if __name__ == "__main__":
    sys.exit(main())
