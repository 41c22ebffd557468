#!/usr/bin/env python3
"""Whole crawls, measured beside peers in the same run: CPU a page, memory and disk a URL, politeness to many hosts.

usage: crawl.py OFFPRINT [--shared ../shared] [--pages 5000] [--only pages,endless,hosts]

"pages" needs nginx, and mksite.py of SHARED/bench; wget is measured beside it where it is installed. "hosts" needs nginx.
"endless" brings its own server. Everything is on loopback.
"""
import argparse
import collections
import json
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ap = argparse.ArgumentParser()
ap.add_argument('offprint')
ap.add_argument('--shared', default='../shared')
ap.add_argument('--pages', type=int, default=5000)
ap.add_argument('--hosts', type=int, default=1000)
ap.add_argument('--only', default='pages,endless,hosts')
args = ap.parse_args()
here = pathlib.Path(__file__).resolve().parent
work = pathlib.Path(tempfile.mkdtemp(prefix='bench-crawl-'))
work.chmod(0o755)  # nginx' workers are another user's.


def measured(command, **more):
    """Exit status, CPU seconds, peak MiB and wall seconds of one command."""
    start = time.time()
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.chdir(more.get('cwd', '.'))
        os.execvp(command[0], [str(c) for c in command])
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, time.time() - start


def crawl(seed, archive, *settings, limit=None):
    command = [args.offprint, 'crawl', seed, '--archive', archive, '--allow-net', '127.0.0.0/8', '--quiet']
    for s in settings:
        command += ['--set', s]
    return measured(command + (['--limit', limit] if limit else []))


class Nginx:
    def __init__(self, conf, home):
        self.pid_file = home / 'nginx.pid'
        subprocess.run(['nginx', '-c', str(conf)], check=True)
        time.sleep(0.5)

    def stop(self):
        os.kill(int(self.pid_file.read_text()), signal.SIGTERM)
        time.sleep(0.5)


def pages():
    mksite = pathlib.Path(args.shared) / 'bench' / 'mksite.py'
    if not mksite.exists() or not shutil.which('nginx'):
        return print('pages: left out (needs nginx and mksite.py)')
    site = work / 'site'
    subprocess.run([sys.executable, str(mksite), str(site), '--pages', str(args.pages), '--port', '8391'], check=True, stdout=subprocess.DEVNULL)
    start = json.loads((site / 'manifest.json').read_text())['hosts'][0] + '/'
    server = Nginx(site / 'nginx.conf', site)
    fast = ['politeness.delay=0', 'politeness.per_host=16']
    rows = {}
    try:
        rows['offprint, extraction off, no dictionary'] = crawl(start, work / 'p1', *fast, 'extract.enabled=false', 'warc.dictionary=0')
        rows['offprint, extraction off'] = crawl(start, work / 'p2', *fast, 'extract.enabled=false')
        rows['offprint, extraction on'] = crawl(start, work / 'p3', *fast)
        if shutil.which('wget'):
            (work / 'w').mkdir()
            rows['wget'] = measured(['wget', '-q', '-r', '-l', 'inf', '-p', '-e', 'robots=off', '--warc-file=x', start], cwd=work / 'w')
    finally:
        server.stop()
    print(f'{"a site of " + str(args.pages) + " pages and 1,000 images":44}{"CPU s/1,000 pages":>18}{"peak":>10}{"wall":>9}')
    for name, (status, cpu, peak, wall) in rows.items():
        print(f'{name:44}{cpu / args.pages * 1000:18.2f}{peak:6.0f} MiB{wall:7.1f} s{"" if status == 0 or name == "wget" else "  exit " + str(status)}')
    if 'wget' in rows:
        print(f'wget takes {rows["wget"][1] / rows["offprint, extraction off, no dictionary"][1]:.1f} times the CPU of offprint without extraction')


def endless():
    server = subprocess.Popen([sys.executable, str(here / 'endless.py')], stdout=subprocess.PIPE, text=True)
    seed = f'http://127.0.0.1:{server.stdout.readline().strip()}/'
    fast = ['politeness.delay=0', 'politeness.per_host=8', 'extract.enabled=false']
    try:
        _, _, base, _ = crawl(seed, work / 'e0', *fast, limit='20')
        _, cpu, peak, wall = crawl(seed, work / 'e1', *fast, limit='1000')
    finally:
        server.terminate()
    n = sqlite3.connect(work / 'e1' / 'state.sqlite').execute('SELECT count(*) FROM frontier').fetchone()[0]
    disk = (work / 'e1' / 'state.sqlite').stat().st_size
    print(f'an endless site: {n} URLs discovered, {cpu:.1f} s of CPU, peak {peak:.0f} MiB; over a crawl of 20 pages {(peak - base) * 1048576 / n:.0f} bytes of memory a URL; {disk / n:.0f} bytes of disk a URL')


def hosts():
    if not shutil.which('nginx'):
        return print('hosts: left out (needs nginx)')
    home = work / 'hosts'
    (home / 'root').mkdir(parents=True)
    addresses = [f'127.{9 + i // 250}.{i // 50 % 5}.{1 + i % 50}' for i in range(args.hosts)]
    links = ''.join(f'<a href="/p{i}.html">p</a>' for i in range(8))
    (home / 'root' / 'index.html').write_text(links)
    for i in range(8):
        (home / 'root' / f'p{i}.html').write_text(f'page {i}')
    (home / 'nginx.conf').write_text(f'''worker_processes 1; pid {home}/nginx.pid; error_log {home}/error.log;
events {{ worker_connections 8192; }}
http {{ default_type text/html; keepalive_timeout 60; keepalive_requests 100000; log_format b '$msec $server_addr $request_uri'; access_log {home}/access.log b buffer=64k flush=1s;
 client_body_temp_path {home}/t1; proxy_temp_path {home}/t2; fastcgi_temp_path {home}/t3; uwsgi_temp_path {home}/t4; scgi_temp_path {home}/t5;
 server {{ listen 8392 backlog=4096; root {home}/root; index index.html; }} }}''')
    server = Nginx(home / 'nginx.conf', home)
    try:
        profile = home / 'all.toml'
        profile.write_text('name = "many"\nseeds = [' + ','.join(f'"http://{a}:8392/"' for a in addresses) + ']\n')
        status, cpu, peak, wall = measured([args.offprint, 'crawl', str(profile), '--archive', str(work / 'h'), '--allow-net', '127.0.0.0/8', '--quiet', '--set', 'politeness.delay=1', '--set', 'crawl.max_in_flight=512',
                                            '--set', 'extract.enabled=false'])
        time.sleep(1.5)
    finally:
        server.stop()
    times = collections.defaultdict(list)
    for line in (home / 'access.log').read_text().splitlines():
        at, address, _ = line.split(' ', 2)
        times[address].append(float(at))
    gaps = sorted(b - a for t in times.values() for a, b in zip(sorted(t), sorted(t)[1:]))
    off = sum(not 0.9 <= g <= 1.1 for g in gaps)
    first = [min(t) for t in times.values()]
    print(f'{len(times)} hosts at once, a delay of 1 s: exit {status}, {sum(map(len, times.values()))} requests in {wall:.1f} s, {cpu:.1f} s of CPU, peak {peak:.0f} MiB; gaps {gaps[0]:.3f} to {gaps[-1]:.3f} s, median '
          f'{statistics.median(gaps):.3f}, {off} of {len(gaps)} beyond 10 %; the last host begins {max(first) - min(first):.1f} s after the first')


try:
    for part in args.only.split(','):
        {'pages': pages, 'endless': endless, 'hosts': hosts}[part]()
finally:
    shutil.rmtree(work)
