#!/usr/bin/env python3
"""What Offprint writes, in other people's tools: FastWARC, warcio, jwarc, gowarc, pywb, ReplayWeb.page in Chromium.

usage: peers.py OFFPRINT [--work DIR] [--jwarc JAR] [--gowarc PROGRAM] [--replayweb PACKAGE_DIR --node-modules DIR]

A small site is crawled twice: pages that stay the same (some answer 304), change, or go. Then each tool that
is given reads or replays what there is. Needs the Python packages fastwarc, warcio and pywb.
"""
import argparse
import hashlib
import http.server
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ap = argparse.ArgumentParser()
ap.add_argument('offprint')
ap.add_argument('--work')
ap.add_argument('--jwarc')
ap.add_argument('--gowarc')
ap.add_argument('--replayweb')
ap.add_argument('--node-modules')
args = ap.parse_args()

random.seed(7)
WORDS = [''.join(random.choice('abcdefghijklmnopqrstuvwxyz') for _ in range(random.randint(2, 9))) for _ in range(4000)]
SHELL = ' '.join(random.choices(WORDS, k=1500))
edition = 1


def page(path):
    """Body of a page in the present edition; pages 0 to 9 stay as they are, 10 to 19 change."""
    if path == '/':
        return '<title>Front</title>' + ''.join(f'<p><a href="/p{i}">Page {i}</a></p>' for i in range(20))
    n = int(path[2:])
    r = random.Random(n * 100 + (edition if n >= 10 else 0))
    text = ' '.join(r.choices(WORDS, k=400))
    return f'<title>Page {n}</title><!-- {SHELL} --><article><h1>Page {n}</h1><p>{text}</p></article>'


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        known = self.path == '/' or (self.path.startswith('/p') and self.path[2:].isdigit() and int(self.path[2:]) < 20)
        if not known:
            self.send_response(404)
            self.send_header('Content-Length', '0')
            return self.end_headers()
        body = page(self.path).encode()
        tag = '"' + hashlib.sha1(body).hexdigest()[:12] + '"'
        tagged = self.path[2:].isdigit() and int(self.path[2:]) % 2 == 0
        if tagged and self.headers.get('If-None-Match') == tag:
            self.send_response(304)
            self.send_header('ETag', tag)
            return self.end_headers()
        self.send_response(200)
        self.send_header('Content-Type', 'text/html; charset=utf-8')
        if tagged:
            self.send_header('ETag', tag)
        if self.path == '/p3':  # One chunked answer.
            self.send_header('Transfer-Encoding', 'chunked')
            self.end_headers()
            for at in range(0, len(body), 1000):
                piece = body[at:at + 1000]
                self.wfile.write(b'%x\r\n%s\r\n' % (len(piece), piece))
            return self.wfile.write(b'0\r\n\r\n')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


failed = []


def check(what, good, why=''):
    print(f'{"ok" if good else "FAILED"}: {what}{"" if good else ": " + str(why)[:600]}', flush=True)
    if not good:
        failed.append(what)


def sh(*command, **more):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, **more)


def records(path):
    return [json.loads(line) for line in sh(args.offprint, 'records', path, '--json').stdout.splitlines()]


def with_fastwarc(files, expected):
    from fastwarc.warc import ArchiveIterator
    for f in files:
        n = 0
        for r in ArchiveIterator(str(f), parse_http=False):
            n += 1
            if not r.verify_block_digest(consume=True):
                return check(f'FastWARC on {f.name}', False, 'a block digest is wrong')
        check(f'FastWARC reads all {n} records of {f.name}', n == expected[f.name], f'{n} of {expected[f.name]}')


def with_warcio(files, expected):
    from warcio.archiveiterator import ArchiveIterator
    for f in files:
        with open(f, 'rb') as stream:
            n = sum(1 for _ in ArchiveIterator(stream))
        check(f'warcio reads all {n} records of {f.name}', n == expected[f.name], f'{n} of {expected[f.name]}')


def with_jwarc(files):
    for f in files:
        r = sh('java', '-jar', args.jwarc, 'validate', f)
        check(f'jwarc validates {f.name}', r.returncode == 0, r.stdout + r.stderr)


def with_gowarc(files, expected):
    for f in files:
        r = sh(args.gowarc, f)
        check(f'gowarc reads all records of {f.name}', r.stdout.strip() == f'{expected[f.name]} {f.name}', r.stdout + r.stderr)


def captures(archive):
    """URL, 14-digit time, kind and body that has to come back, of each capture of a page."""
    out = []
    lines = ''.join(p.read_text() for p in sorted((archive / 'index').glob('*.cdxj')))
    confirmed = set()
    for f in (archive / 'warc').glob('*.warc*'):
        confirmed |= {(f.name, r['offset']) for r in records(f) if r['type'] == 'revisit' and r['status'] == 304}
    for line in lines.splitlines():
        key, at, rest = line.split(' ', 2)
        j = json.loads(rest)
        if j['status'] != '200' or 'robots' in j['url']:
            continue
        body = subprocess.run([args.offprint, 'cat', archive, j['url'], '--time', at, '--part', 'payload'], capture_output=True).stdout
        out.append((j['url'], at, 'a 304' if (j['filename'], int(j['offset'])) in confirmed else 'a revisit' if j['mime'] == 'warc/revisit' else 'a response', body))
    return out


def with_pywb(work, wacz, wanted):
    env = dict(os.environ, PATH=os.path.dirname(sys.executable) + ':' + os.environ['PATH'])
    home = work / 'pywb'
    home.mkdir()
    sh('wb-manager', 'init', 'c', cwd=home, env=env)
    r = sh('wb-manager', 'add', '--unpack-wacz', 'c', wacz, cwd=home, env=env)
    if r.returncode:
        return check('pywb takes the package', False, r.stdout + r.stderr)
    with open(home / 'log', 'w') as log:
        server = subprocess.Popen(['wayback', '-p', '8092', '-b', '127.0.0.1'], cwd=home, env=env, stdout=log, stderr=log)
    try:
        for _ in range(60):
            time.sleep(0.5)
            try:
                urllib.request.urlopen('http://127.0.0.1:8092/', timeout=5).read()
                break
            except OSError:
                pass
        for kind in sorted({k for _, _, k, _ in wanted}):
            wrong = []
            mine = [w for w in wanted if w[2] == kind]
            for url, at, _, body in mine:
                try:
                    got = urllib.request.urlopen(f'http://127.0.0.1:8092/c/{at}id_/{url}', timeout=20).read()
                except OSError as e:
                    got = str(e).encode()
                if got != body:
                    wrong.append(f'{at} {url}: {len(got)} bytes, not {len(body)}: {got[:80]}')
            check(f'pywb replays {len(mine)} captures, each {kind}, byte for byte', mine and not wrong, wrong)
    finally:
        server.terminate()
        server.wait()


def with_replayweb(work, wacz, wanted):
    folder = work / 'site'
    folder.mkdir()
    package = pathlib.Path(args.replayweb)
    (folder / 'ui.js').write_bytes((package / 'ui.js').read_bytes())
    (folder / 'replay').mkdir()
    (folder / 'replay' / 'sw.js').write_bytes((package / 'sw.js').read_bytes())
    (folder / 'p.wacz').write_bytes(wacz.read_bytes())
    pick = []
    for kind in ('a response', 'a revisit', 'a 304'):
        pick += [w for w in wanted if w[2] == kind and not w[0].endswith('/')][:2]
    (folder / 'wanted.json').write_text(json.dumps([{'url': u, 'ts': t, 'kind': k, 'text': b.decode().split('<p>')[1][:60]} for u, t, k, b in pick]))
    r = sh('node', pathlib.Path(__file__).with_name('replayweb.cjs'), folder, env=dict(os.environ, NODE_PATH=args.node_modules), timeout=300)
    print(r.stdout, end='')
    check('ReplayWeb.page replays the package in Chromium', r.returncode == 0, r.stdout + r.stderr)


def run(work):
    global edition
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seed = f'http://127.0.0.1:{server.server_port}/'
    crawl = [args.offprint, 'crawl', seed, '--allow-net', '127.0.0.0/8', '--quiet', '--set', 'politeness.delay=0']
    archives = {'zstd': ['warc.dictionary=65536'], 'gzip': ['warc.compression=gzip']}
    for edition in (1, 2):
        for name, sets in archives.items():
            more = [x for s in sets for x in ('--set', s)]
            r = sh(*crawl, '--archive', work / name, *more, *(['--again'] if edition == 2 else []))
            check(f'crawl {edition} with {name}', r.returncode == 0, r.stderr)
        time.sleep(1.2)  # So that each capture of a page has a second of its own.
    files = {name: sorted((work / name / 'warc').glob('*.warc*')) for name in archives}
    expected = {f.name: len(records(f)) for fs in files.values() for f in fs}
    from_dictionary = [f for f in files['zstd'] if f.read_bytes()[:4] == b'\x5d\x2a\x4d\x18']
    check('a zstd file begins with a dictionary', bool(from_dictionary), files['zstd'])
    with_fastwarc(files['zstd'] + files['gzip'], expected)
    with_warcio(files['gzip'], expected)
    if args.jwarc:
        with_jwarc(files['gzip'])
    if args.gowarc:
        with_gowarc(files['zstd'] + files['gzip'], expected)
    wacz = work / 'p.wacz'
    r = sh(args.offprint, 'pack', work / 'zstd', wacz, '--sign')
    check('pack', r.returncode == 0, r.stderr)
    wanted = captures(work / 'zstd')
    check('the archive has revisits and 304s', {k for _, _, k, _ in wanted} == {'a response', 'a revisit', 'a 304'}, [w[:3] for w in wanted])
    with_pywb(work, wacz, wanted)
    if args.replayweb:
        with_replayweb(work, wacz, wanted)


if args.work:
    pathlib.Path(args.work).mkdir(parents=True)
    run(pathlib.Path(args.work))
else:
    with tempfile.TemporaryDirectory() as folder:
        run(pathlib.Path(folder))
print(f'{len(failed)} failed')
sys.exit(bool(failed))
