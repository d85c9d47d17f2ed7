#!/usr/bin/env python3
# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""check_layers.py ARCHITECTURE.md SRC

Fails when a file under SRC includes a folder that its own folder may not see. The arrows are read
from the table of rooms in docs/architecture.md, so that page cannot drift from the code.
"""
import pathlib
import re
import sys


def arrows(page):
    """Room -> rooms it may include, from the lines `| room | what | may include |`."""
    rooms = {}
    for line in pathlib.Path(page).read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not (line.startswith("|") and len(cells) == 3 and re.fullmatch(r"[a-z]+", cells[0])):
            continue
        name, _, seen = cells
        if name == "room":
            continue
        allowed = set(rooms) if seen == "all" else set(re.findall(r"[a-z]+", seen))
        unknown = allowed - set(rooms)
        if unknown:
            raise SystemExit(f"{page}: {name} points down or sideways to {sorted(unknown)}")
        rooms[name] = allowed | {name, "base"}
    return rooms


def main(page, source):
    rooms, bad = arrows(page), 0
    for path in sorted(pathlib.Path(source).rglob("*")):
        if path.suffix not in (".h", ".cc"):
            continue
        room = path.relative_to(source).parts[0]
        if room not in rooms:
            print(f"{path}: {page} does not know the room {room}")
            bad += 1
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            include = re.match(r'\s*#include "([a-z]+)/', line)
            if include and include[1] not in rooms[room]:
                print(f"{path}:{number}: {room} may not include {include[1]}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
