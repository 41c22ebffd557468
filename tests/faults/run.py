#!/usr/bin/env python3
"""Kills, storage errors and a hostile web, against the program itself: what README.md promises.

usage: run.py OFFPRINT [--faultfs LIBRARY] [--kills 8] [--storage 12] [--parts kill,term,storage,hostile]

Needs nothing but Python. ctest runs it with small numbers; .ci/nightly with larger ones.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ap = argparse.ArgumentParser()
ap.add_argument('offprint')
ap.add_argument('--faultfs')
ap.add_argument('--kills', type=int, default=8)
ap.add_argument('--storage', type=int, default=12)
ap.add_argument('--seed', type=int, default=7)
ap.add_argument('--memory-mib', type=int, default=256, help='0 does not judge it (sanitizers)')
ap.add_argument('--parts', default='kill,term,storage,hostile')
args = ap.parse_args()
random.seed(args.seed)
here = pathlib.Path(__file__).resolve().parent
work = pathlib.Path(tempfile.mkdtemp(prefix='offprint-faults-'))
failed = []
IN_FLIGHT = 4


def check(what, good, why=''):
    print(f'{"ok" if good else "FAILED"}: {what}{"" if good else ": " + str(why)[:800]}', flush=True)
    if not good:
        failed.append(what)


class Server:
    def __init__(self, *options):
        self.process = subprocess.Popen([sys.executable, str(here.parent / 'support' / 'hostile_server.py'), *options], stdout=subprocess.PIPE, text=True)
        self.port = self.process.stdout.readline().split()[0]
        self.url = f'http://127.0.0.1:{self.port}'

    def get(self, path):
        return json.load(urllib.request.urlopen(self.url + path, timeout=20))

    def stop(self):
        self.process.terminate()
        self.process.wait()


def command(server, archive, *settings):
    out = [args.offprint, 'crawl', server.url + '/', '--archive', str(archive), '--allow-net', '127.0.0.1/32', '--acks', '--quiet']
    for s in ('politeness.delay=0', f'politeness.per_host={IN_FLIGHT}', f'crawl.max_in_flight={IN_FLIGHT}', 'fetch.retry_delay=0.1', 'fetch.retries=1') + settings:
        out += ['--set', s]
    return out


def records(archive):
    out = subprocess.run([args.offprint, 'records', str(archive), '--json', '--type', 'response,revisit'], capture_output=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def acknowledged(text):
    """Whole lines alone: the last one may be cut."""
    return [line.split(' ', 1)[1] for line in text.split('\n')[:-1] if line.startswith('STORED ')]


def judge(what, server, archive, acks, lives):
    """Nothing lost, nothing stored twice, nothing fetched more often than lives allow, all of it sound."""
    have = collections.Counter(r['url'] for r in records(archive))
    lost = [u for u in acks if u not in have]
    check(f'{what}: nothing acknowledged is lost', not lost, lost)
    twice = [u for u, n in have.items() if n > 1]
    check(f'{what}: nothing is stored twice', not twice, twice)
    healthy = {server.url + p: sha for p, sha in server.get('/manifest')['healthy'].items()}
    shas = {r['url']: r['sha256'] for r in records(archive)}
    wrong = [u for u, sha in healthy.items() if shas.get(u) != sha]
    check(f'{what}: every page is there, bit by bit', not wrong, wrong)
    extra = sum(n - 1 for p, n in server.get('/log')['asked'].items() if p.startswith('/h/'))
    check(f'{what}: {extra} pages were fetched again, at most {IN_FLIGHT} a life', extra <= IN_FLIGHT * lives, extra)
    r = subprocess.run([args.offprint, 'verify', str(archive), '--quiet'], capture_output=True, text=True)
    check(f'{what}: verify finds nothing', r.returncode == 0, r.stdout + r.stderr)


def run_once(server, archive, acks, env=None):
    p = subprocess.run(command(server, archive), capture_output=True, text=True, env=env, timeout=120)
    acks += acknowledged(p.stdout)
    return p


def kill():
    server = Server('--plain', '--healthy', '120', '--slow', '4')
    archive, acks, kills = work / 'kill', [], 0
    while kills < args.kills:
        p = subprocess.Popen(command(server, archive), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        time.sleep(random.uniform(0.02, 0.25))
        if p.poll() is not None:
            acks += acknowledged(p.stdout.read())
            break
        p.send_signal(signal.SIGKILL)
        acks += acknowledged(p.communicate()[0])
        kills += 1
    last = run_once(server, archive, acks)
    check(f'kill -9, {kills} times: the last run ends well', last.returncode == 0, last.stderr)
    judge(f'kill -9, {kills} times', server, archive, acks, kills)
    server.stop()


def term():
    server = Server('--plain', '--healthy', '200', '--slow', '50')
    archive, acks = work / 'term', []
    p = subprocess.Popen(command(server, archive), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    first = p.stdout.readline()  # It is well under way, and has more than two seconds to go, however fast the machine is.
    p.send_signal(signal.SIGTERM)
    start = time.time()
    acks += acknowledged(first + p.communicate(timeout=30)[0])
    check('SIGTERM: ends within 10 s, and not as if it were complete', time.time() - start < 10 and p.returncode == 1, p.returncode)
    opened = list((archive / 'warc').glob('*.open'))
    check('SIGTERM: no file is left open', not opened, opened)
    run_once(server, archive, acks)
    judge('SIGTERM', server, archive, acks, 1)
    server.stop()


def storage():
    if not args.faultfs:
        return print('storage: left out (needs --faultfs)')
    noticed = 0
    for number in range(args.storage):
        server = Server('--plain', '--healthy', '25')
        archive, acks = work / f'storage{number}', []
        error = ('ENOSPC', 'EIO', 'EDQUOT')[number % 3]
        at = 1 + number if number < args.storage // 2 else random.randint(args.storage, 150)
        torn, stays = number % 2 == 0, number % 4 == 1
        env = dict(os.environ, LD_PRELOAD=args.faultfs, FAULT_DIR=str(archive), FAULT_AT=str(at), FAULT_ERRNO=error, FAULT_TORN=str(int(torn)), FAULT_STAYS=str(int(stays)))
        env['ASAN_OPTIONS'] = env.get('ASAN_OPTIONS', '') + ':verify_asan_link_order=0'
        hurt = run_once(server, archive, acks, env)
        what = f'{error} at storage call {at}{", torn" if torn else ""}{", from then on" if stays else ""}'
        check(f'{what}: the program ends by itself', hurt.returncode in (0, 1), f'{hurt.returncode} {hurt.stderr}')
        noticed += hurt.returncode
        again = run_once(server, archive, acks)
        check(f'{what}: the next run ends well', again.returncode == 0, again.stderr)
        # A full crawl may have been complete before the call was reached.
        have = {r['url'] for r in records(archive)}
        lost = [u for u in acks if u not in have]
        sound = subprocess.run([args.offprint, 'verify', str(archive), '--quiet'], capture_output=True, text=True)
        check(f'{what}: nothing acknowledged is lost, and verify finds nothing', not lost and sound.returncode == 0, f'{lost} {sound.stdout} {sound.stderr}')
        server.stop()
        shutil.rmtree(archive, ignore_errors=True)
    # SQLite itself gets over some, and some calls lie behind the crawl's end.
    check(f'storage: {noticed} of {args.storage} errors were said to be there', noticed >= args.storage // 2, noticed)


def hostile():
    server = Server()
    archive = work / 'hostile'
    start = time.time()
    with open(work / 'hostile.out', 'w') as out, open(work / 'hostile.err', 'wb') as err:
        p = subprocess.Popen(command(server, archive, 'fetch.timeout_total=3', 'fetch.max_body=8388608', 'politeness.max_wait=2'), stdout=out, stderr=err)
        _, status, usage = os.wait4(p.pid, 0)
    peak = usage.ru_maxrss / 1024
    check(f'hostile: it ends by itself in {time.time() - start:.0f} s', os.waitstatus_to_exitcode(status) in (0, 1) and time.time() - start < 90, status)
    if args.memory_mib:
        check(f'hostile: peak memory {peak:.0f} MiB', peak < args.memory_mib, peak)
    log, manifest, stored = server.get('/log'), server.get('/manifest'), collections.defaultdict(list)
    for r in records(archive):
        stored[r['url'].removeprefix(server.url)].append(r)
    check('hostile: no forbidden address is connected to', log['canary'] == 0, log['canary'])
    wrong = [p for p, sha in manifest['healthy'].items() if [r['sha256'] for r in stored[p]] != [sha]]
    check('hostile: every healthy page is there, bit by bit', not wrong, wrong)
    unasked = [n for n in manifest['faults'] if f'/f/{n}' not in log['asked']]
    check('hostile: every fault was met', not unasked, unasked)
    for name, expected in manifest['faults'].items():
        rows = stored[f'/f/{name}']
        if expected == 'cut':
            check(f'hostile: {name} is stored and marked as cut', rows and all(r.get('truncated') for r in rows), rows)
        elif expected == 'whole':
            check(f'hostile: {name} is stored whole', rows and not any(r.get('truncated') for r in rows), rows)
        elif expected == 'error':
            check(f'hostile: {name} gives no record', not rows, rows)
    check('hostile: what a second answer holds is not believed', '/injected' not in log['asked'])
    check('hostile: few requests a fault', max(log['asked'].values()) <= 4, max(log['asked'].items(), key=lambda x: x[1]))
    noise = (work / 'hostile.err').read_bytes()
    check('hostile: no control character reaches the terminal', not any(b < 32 and b != 10 for b in noise), noise[:300])
    r = subprocess.run([args.offprint, 'verify', str(archive), '--quiet'], capture_output=True, text=True)
    check('hostile: verify finds nothing', r.returncode == 0, r.stdout + r.stderr)
    server.stop()


try:
    for part in args.parts.split(','):
        {'kill': kill, 'term': term, 'storage': storage, 'hostile': hostile}[part]()
finally:
    shutil.rmtree(work, ignore_errors=True)
print(f'{len(failed)} failed')
sys.exit(bool(failed))
