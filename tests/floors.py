#!/usr/bin/env python3
"""Extraction must not fall below the floors of the repository.
usage: floors.py PROGRAM SETS FLOORS.json

FLOORS.json: {"set[:type]": {"f1": 0.95, ...}}. Floors are raised when extraction gets better,
and never lowered without a reason in the commit."""
import json, subprocess, sys

program, sets, floors = sys.argv[1:]
bad = 0
for name, wanted in json.load(open(floors)).items():
    folder, _, kind = name.partition(':')
    command = [program, 'evaluate', f'{sets}/{folder}', '--json'] + (['--type', kind] if kind else [])
    got = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    below = {k: (round(got.get(k, 0), 4), v) for k, v in wanted.items() if got.get(k, 0) < v}
    print(f'{name}: ' + '  '.join(f'{k} {got[k]:.3f}' for k in wanted) + (f'  BELOW THE FLOOR: {below}' if below else ''))
    bad += bool(below)
sys.exit(bool(bad))
