#!/usr/bin/env python3
"""What the reader makes of odd and damaged files is pinned.
usage: edge.py PROGRAM FOLDER PINS.json

PINS.json: {"file": {"records": n, "damage": ["… bytes at … give no record: reason"]}}."""
import json, os, subprocess, sys

program, folder, pins = sys.argv[1:]
pinned, bad = json.load(open(pins)), 0
for name in sorted(os.listdir(folder)):
    r = subprocess.run([program, 'records', os.path.join(folder, name), '--json'], capture_output=True, text=True, errors='replace', timeout=60)
    got = {'records': len(r.stdout.splitlines()), 'damage': [l.split(': ', 1)[1] for l in r.stderr.splitlines() if 'give no record' in l]}
    if pinned.get(name) != got or (r.returncode == 0) != (not got['damage']):
        print(f'{name}: {got} with status {r.returncode}, pinned {pinned.get(name)}'); bad += 1
print(f'{len(pinned)} files, {bad} not as pinned')
sys.exit(bool(bad))
