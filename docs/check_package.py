#!/usr/bin/env python3
"""Is an archive package as it was made? python3 check_package.py PACKAGE.zip, with Python 3.8 or newer and nothing else.

Short enough to be read before it is trusted. Each file is the one that the manifests name (BagIt, RFC 8493), none is missing or more, and the events
follow each other in the chain. Then it prints the digest of the whole, to be compared with what the office's ledger holds: whoever makes a whole
package anew makes manifests and chain anew as well. verify.py in the package looks at all else: what events commit to, catalogue, log, each byte.
"""

import json
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

MANIFESTS = ("tagmanifest-sha256.txt", "manifest-sha256.txt")


def digest(bag, name):
    """The SHA-256 of a file; empty where the ZIP itself says that it is damaged."""
    try:
        return sha256(bag.read(name)).hexdigest()
    except zipfile.BadZipFile:
        return ""


def wrong_files(bag, top, names):
    """Each file that is missing, added, doubled, or not as it was."""
    lines = [line for name in MANIFESTS for line in bag.read(top + name).decode(errors="replace").splitlines()]
    known = {path: found for found, _space, path in (line.partition("  ") for line in lines)}
    for path in sorted({*known, *names}):
        if path not in names:
            yield "is missing: " + path
        elif names.count(path) > 1 or (path not in known and path != MANIFESTS[0]):
            yield "does not belong there: " + path
        elif path in known and digest(bag, top + path) != known[path]:
            yield "was changed: " + path


def broken_chain(bag, top):
    """The first event that does not follow the one before: SHA-256(previous, case, number, event)."""
    links, head = json.loads(bag.read(top + "data/ledger/chain.json")), bytes(32)
    events = bag.read(top + "data/ledger/events.jsonl").split(b"\n")[:-1]
    for number, event in enumerate(events, 1):
        head = sha256(head + bytes.fromhex(links["case"]) + number.to_bytes(8, "big") + event).digest()
        if links["hashes"][number - 1 : number] != [head.hex()]:
            return ["does not follow in the chain: event %d in data/ledger/events.jsonl" % number]
    return [] if len(events) == len(links["hashes"]) else ["events are missing at the end of data/ledger/events.jsonl"]


def main(path):
    """Print what is wrong, or the digest to compare. The exit status is 0 where nothing is."""
    try:
        with zipfile.ZipFile(path) as bag:
            top = bag.namelist()[0].split("/")[0] + "/"
            names = [name[len(top) :] if name.startswith(top) else name for name in bag.namelist()]
            found = list(wrong_files(bag, top, names)) or broken_chain(bag, top)
    except (zipfile.BadZipFile, KeyError) as error:
        found = ["is damaged: %s" % error]
    whole = sha256(Path(path).read_bytes()).hexdigest()
    print("\n".join(found) or "as it was made, if the ledger has it with sha256 " + whole)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
