#!/usr/bin/env python3
"""The archive store beside FastWARC, both in this run: CPU seconds a raw megabyte for writing, reading and verifying.

usage: store.py BENCH_STORE SET... [--rounds 5]      needs the package fastwarc

Ratios are ours over theirs of the best round of each; over 1 is faster.
"""
import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time

ap = argparse.ArgumentParser()
ap.add_argument('bench')
ap.add_argument('sets', nargs='*')
ap.add_argument('--rounds', type=int, default=5)
ap.add_argument('--peer', nargs='*', help=argparse.SUPPRESS)
args = ap.parse_args()


def peer(what, source, target=None):
    """FastWARC's part, in a process of its own."""
    from fastwarc.stream_io import GzipWriter, ZstdWriter
    from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
    size = records = 0
    if what == 'write':
        held = []
        for r in ArchiveIterator(source, parse_http=False):
            held.append((r.headers['WARC-Target-URI'], r.reader.read()))
        start = time.process_time()
        with open(target, 'wb') as f:
            out = ZstdWriter(f, compression_level=3) if target.endswith('.zst') else GzipWriter(f, compression_level=9)
            for url, block in held:
                r = WarcRecord()
                r.init_headers(WarcRecordType.response)
                r.headers['WARC-Target-URI'] = url
                r.headers['Content-Type'] = 'application/http; msgtype=response'
                r.set_bytes_payload(block)
                r.parse_http()
                # It makes one digest of the block alone; the payload's has to be given to it.
                r.write(out, checksum_data=True, payload_digest=hashlib.sha1(memoryview(block)[block.index(b'\r\n\r\n') + 4:]).digest())
                out.finish()  # A frame or member a record.
                size += len(block)
                records += 1
            out.close()
            os.fsync(f.fileno()) if not f.closed else None
    else:
        start = time.process_time()
        for r in ArchiveIterator(source, parse_http=False):
            size += r.content_length
            records += 1
            if what == 'verify':
                if not r.verify_block_digest(consume=False):
                    sys.exit('FastWARC calls a block digest wrong')
                r.parse_http()
                if not r.verify_payload_digest(consume=True):
                    sys.exit('FastWARC calls a payload digest wrong')
            else:
                r.reader.consume()
    print(json.dumps({'mb': size / 1e6, 'cpu': time.process_time() - start, 'records': records}))


if args.peer:
    peer(*args.peer)
    sys.exit()


def run(command):
    out = subprocess.run(command, capture_output=True, text=True)
    if out.returncode:
        sys.exit(f'{" ".join(command)}: {out.stderr.strip()}')
    return json.loads(out.stdout) if out.stdout.strip() else {}


def ours(*a):
    return run([args.bench, *a])


def theirs(*a):
    return run([sys.executable, __file__, args.bench, '--peer', *a])


with tempfile.TemporaryDirectory() as work:
    at = lambda name: os.path.join(work, name)
    ours('raw', at('raw.warc'), *args.sets)
    rows = [('write zstd-3, both digests', 1.6, lambda i: ours('records', at('raw.warc'), at(f'ours{i}.warc.zst')), lambda i: theirs('write', at('raw.warc'), at(f'theirs{i}.warc.zst'))),
            ('the same with request, metadata, dedup and state', None, lambda i: ours('write', at('raw.warc'), at(f'archive{i}')), lambda i: theirs('write', at('raw.warc'), at(f'again{i}.warc.zst'))),
            ('read zstd', 1.0, lambda i: ours('read', at('ours0.warc.zst')), lambda i: theirs('read', at('ours0.warc.zst'))),
            ('read and verify zstd', 1.3, lambda i: ours('verify', at('ours0.warc.zst')), lambda i: theirs('verify', at('ours0.warc.zst'))),
            ('read uncompressed', None, lambda i: ours('read', at('raw.warc')), lambda i: theirs('read', at('raw.warc')))]
    print(f'{"":52}{"offprint":>12}{"FastWARC":>12}{"ratio":>8}{"asked":>8}{"peak":>10}')
    for name, asked, a, b in rows:
        mine, other, peak = 0, 0, 0
        for i in range(args.rounds):
            for first in ((0, 1), (1, 0))[i % 2]:
                r = (a if first == 0 else b)(i)
                if first == 0:
                    mine, peak = max(mine, r['mb'] / r['cpu']), max(peak, r['peak_mib'])
                else:
                    other = max(other, r['mb'] / r['cpu'])
        print(f'{name:52}{mine:7.0f} MB/s{other:7.0f} MB/s{mine / other:8.2f}{asked or "":>8}{peak:6.0f} MiB')
