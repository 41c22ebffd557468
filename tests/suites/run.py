#!/usr/bin/env python3
"""Runs conformance suites of JSON lines through `offprint debug`, and holds them to allow lists.
usage: run.py PROGRAM SUITES [--show N]

SUITES is a folder with *.jsonl. A case may disagree only if tests/suites/NAME.allow names its id, with the
reason behind it. An id on a list that agrees by now has to leave it."""
import json, os, subprocess, sys

program, folder = sys.argv[1:3]
show = int(sys.argv[4]) if len(sys.argv) > 4 else 5
TOOLS = {'robots': ('robots', 'allowed'), 'url-wpt': ('url', 'href'), 'url-resolve': ('url', 'href'), 'url-normalize': ('url-normalize', 'normalized'), 'url-toascii': ('url-ascii', 'ascii'),
         'surt': ('surt', 'surt'), 'html-encoding': ('charset', 'encoding'), 'encoding': ('charset', 'name'), 'charset': ('charset', 'charset'), 'sitemaps': ('sitemap', 'locs'), 'feeds': ('feed', 'value')}
GIVEN = {'id', 'robots', 'agent', 'url', 'input', 'base', 'body_b64', 'feed_b64', 'html_b64', 'robots_b64', 'label', 'entry', 'field'}

def agree(a, b, encoding): return a.lower() == b.lower() if encoding and isinstance(a, str) and isinstance(b, str) else a == b

bad = 0
for file in sorted(os.listdir(folder)):
    if not file.endswith('.jsonl'): continue
    tool, key = next(v for k, v in TOOLS.items() if file.startswith(k))
    cases = [json.loads(l) for l in open(os.path.join(folder, file))]
    asked = ''.join(json.dumps({k: c[k] for k in c if k in GIVEN}) + '\n' for c in cases)
    answers = [json.loads(l) for l in subprocess.run([program, 'debug', tool], input=asked.encode(), stdout=subprocess.PIPE, timeout=300).stdout.decode().splitlines()]
    list_file = os.path.join(os.path.dirname(os.path.abspath(__file__)), file[:-6] + '.allow')
    allowed = dict(l.rstrip('\n').split(None, 1) for l in open(list_file) if l.strip() and not l.startswith('#')) if os.path.exists(list_file) else {}
    wrong = []
    for i, c in enumerate(cases):
        r = answers[i] if i < len(answers) else {'missing': True}
        same = bool(r.get('failure')) == bool(c.get('failure')) and (c.get('failure') or agree(r.get(key), c.get(key), tool == 'charset'))
        if not same: wrong.append((c.get('id') or c['label'], c, r))
    surprises = [w for w in wrong if w[0] not in allowed]
    stale = set(allowed) - {w[0] for w in wrong} if len(answers) == len(cases) else set()
    print(f'{file}: {len(cases) - len(wrong)} of {len(cases)} agree, {len(wrong) - len(surprises)} allowed to differ' + (f', {len(surprises)} MUST AGREE' if surprises else '') + (f', no longer differ: {sorted(stale)}' if stale else ''))
    for id, c, r in surprises[:show]: print('  ', id, 'wanted', json.dumps(c.get(key))[:160], 'got', json.dumps(r)[:160])
    bad += len(surprises) + len(stale)
sys.exit(bool(bad))
