#!/usr/bin/env python3
"""A small site on loopback, half of it healthy, half of it hostile.

usage: hostile_server.py [--healthy 40] [--slow MS]      prints PORT CANARY_PORT, serves until it is ended

/            links to everything; /log answers with what was asked (JSON); /h/N.html are the healthy pages.
/f/NAME      a fault each; FAULTS says what a right crawler makes of it. The canary listens on 127.9.9.9, which no
             crawl may connect to: allow 127.0.0.1/32 alone.
"""
import argparse
import asyncio
import collections
import gzip
import hashlib
import json
import random

ap = argparse.ArgumentParser()
ap.add_argument('--healthy', type=int, default=40)
ap.add_argument('--slow', type=float, default=0)
ap.add_argument('--plain', action='store_true', help='no faults')
args = ap.parse_args()
asked = collections.Counter()
canary_hits = 0
canary = 0

WORDS = 'harbour council ferry winter morning report letter island market bridge school river station garden minister'.split()


def healthy(n):
    r = random.Random(n)
    text = ''.join('<p>' + ' '.join(r.choices(WORDS, k=60)) + f' {r.random()}</p>' for _ in range(12))
    return f'<!doctype html><html><head><title>Healthy {n}</title></head><body><article><h1>Healthy {n}</h1>{text}</article><a href="/h/{(n + 1) % args.healthy}.html">next</a></body></html>'.encode()


def http(body=b'', status='200 OK', ctype='text/html', headers=(), length=True):
    lines = [f'HTTP/1.1 {status}', f'Content-Type: {ctype}'] + ([f'Content-Length: {len(body)}'] if length else []) + list(headers)
    return '\r\n'.join(lines).encode('latin-1') + b'\r\n\r\n' + body


def bomb():
    return gzip.compress(b'\0' * (64 << 20), 9)


async def trickle(w, piece, pause, times):
    for _ in range(times):
        w.write(piece)
        await w.drain()
        await asyncio.sleep(pause)


# name: (what is expected, how it answers). "whole": stored as it came; "cut": stored and marked; "error": no record;
# "any": survived.
FAULTS = {
    'short-body': ('cut', lambda w: w.write(http(b'x' * 100).replace(b'Content-Length: 100', b'Content-Length: 5000'))),
    'chunk-ends-early': ('cut', lambda w: w.write(http(b'5\r\nhello\r\n5\r\nhe', headers=['Transfer-Encoding: chunked'], length=False))),
    'chunk-size-nonsense': ('any', lambda w: w.write(http(b'zz\r\nhello\r\n0\r\n\r\n', headers=['Transfer-Encoding: chunked'], length=False))),
    'chunk-size-huge': ('any', lambda w: w.write(http(b'ffffffffffffffff\r\nhello', headers=['Transfer-Encoding: chunked'], length=False))),
    'no-response': ('error', lambda w: None),
    'half-head': ('error', lambda w: w.write(b'HTTP/1.1 200 OK\r\nContent-Ty')),
    'endless-head': ('error', lambda w: trickle(w, b'X-Header: ' + b'y' * 4096 + b'\r\n', 0, 64) if w.write(b'HTTP/1.1 200 OK\r\n') is None else None),
    'endless-body': ('cut', lambda w: trickle(w, b'z' * 65536, 0, 800) if w.write(http(length=False, headers=['Connection: close'])) is None else None),
    'slow-body': ('cut', lambda w: trickle(w, b'.', 0.4, 30) if w.write(http(length=False)) is None else None),
    'gzip-bomb': ('whole', lambda w: w.write(http(bomb(), headers=['Content-Encoding: gzip']))),
    'nul-in-head': ('any', lambda w: w.write(b'HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\nok')),
    'forged-header': ('any', lambda w: w.write(http(b'ok', headers=['Content-Type: text/html\rWARC-Type: response']))),
    'second-answer': ('whole', lambda w: w.write(http(b'first') + http(b'<a href="/injected">second</a>'))),
    'to-canary': ('whole', lambda w: w.write(http(b'', '302 Found', headers=[f'Location: http://127.9.9.9:{canary}/secret']))),
    'to-file': ('whole', lambda w: w.write(http(b'', '302 Found', headers=['Location: file:///etc/passwd']))),
    'to-metadata': ('whole', lambda w: w.write(http(b'', '302 Found', headers=['Location: http://169.254.169.254/latest/meta-data/']))),
    'loop': ('whole', lambda w: w.write(http(b'', '302 Found', headers=['Location: /f/loop?x']))),
    'terminal': ('whole', lambda w: w.write(http(b'<title>\x1b]0;owned\x07\x1b[2J</title><a href="/f/esc%1b[31m">x</a>'))),
    'deep-markup': ('whole', lambda w: w.write(http(b'<div>' * 60000))),
    'many-attributes': ('whole', lambda w: w.write(http(b'<p ' + b' '.join(b'a%d=1' % i for i in range(50000)) + b'>x'))),
    'formatting-flood': ('whole', lambda w: w.write(http(b'<p><b id=1></p>' * 4000))),
    'entities': ('whole', lambda w: w.write(http(b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><urlset><url><loc>/&b;</loc></url></urlset>', ctype='application/xml'))),
    'odd-charset': ('whole', lambda w: w.write(http(bytes(range(256)) * 8, ctype='text/html; charset=x-nonsense'))),
    'status-zero': ('any', lambda w: w.write(http(b'x', '000 Zero'))),
    'status-999': ('any', lambda w: w.write(http(b'x', '999 No'))),
    'retry-for-ever': ('whole', lambda w: w.write(http(b'later', '503 Later', headers=['Retry-After: 99999999']))),
    'huge-links': ('whole', lambda w: w.write(http(b''.join(b'<a href="/' + b'q' * 3000 + b'%d">' % i for i in range(300))))),
}


async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b'\r\n\r\n')
            target = head.split(b' ')[1].decode('latin-1')
            path = target.split('?')[0]
            if path not in ('/log', '/manifest'):
                asked[target] += 1
            if args.slow:
                await asyncio.sleep(args.slow / 1000)
            if path.startswith('/f/') and path[3:] in FAULTS and not args.plain:
                done = FAULTS[path[3:]][1](writer)
                if done is not None:
                    await done
                await writer.drain()
                if path[3:] not in ('to-canary', 'to-file', 'to-metadata', 'loop'):
                    break
                continue
            if path == '/':
                links = ''.join(f'<a href="/h/{i}.html">h</a>' for i in range(args.healthy)) + ('' if args.plain else ''.join(f'<a href="/f/{n}">{n}</a>' for n in FAULTS))
                writer.write(http(f'<title>All</title>{links}<a href="http://127.9.9.9:{canary}/x">c</a><img src="http://127.9.9.9:{canary}/i.png">'.encode()))
            elif path.startswith('/h/') and path.endswith('.html') and path[3:-5].isdigit():
                writer.write(http(healthy(int(path[3:-5]))))
            elif path == '/log':
                writer.write(http(json.dumps({'asked': asked, 'canary': canary_hits}).encode(), ctype='application/json'))
            elif path == '/manifest':
                pages = {f'/h/{i}.html': hashlib.sha256(healthy(i)).hexdigest() for i in range(args.healthy)}
                writer.write(http(json.dumps({'healthy': pages, 'faults': {} if args.plain else {n: e for n, (e, _) in FAULTS.items()}}).encode(), ctype='application/json'))
            else:
                writer.write(http(b'none', '404 Not Found'))
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
        pass
    finally:
        writer.close()


async def trap(reader, writer):
    global canary_hits
    canary_hits += 1
    writer.close()


async def main():
    global canary
    site = await asyncio.start_server(serve, '127.0.0.1', 0)
    secret = await asyncio.start_server(trap, '127.9.9.9', 0)
    canary = secret.sockets[0].getsockname()[1]
    print(site.sockets[0].getsockname()[1], canary, flush=True)
    async with site, secret:
        await asyncio.gather(site.serve_forever(), secret.serve_forever())


asyncio.run(main())
