#!/usr/bin/env python3
"""An endless site on loopback, for tests/bench/crawl.py: each page links to 500 others, most of them new.

usage: endless.py [PORT]     prints the port when it listens; serves until it is ended
"""
import asyncio
import hashlib
import random
import sys

WORDS = 'harbour council ferry winter morning report letter island market bridge school river station garden minister'.split()


def page(path):
    n = int.from_bytes(hashlib.sha256(path.encode()).digest()[:8], 'big')
    r = random.Random(n)
    links = ''.join(f'<li><a href="/{r.randrange(40)}/story-{r.getrandbits(40):010x}.html">Story</a></li>' for _ in range(500))
    text = ' '.join(r.choice(WORDS) + format(r.getrandbits(20), 'x') for _ in range(300))
    return f'<!doctype html><title>{n:x}</title><p>{text}</p><ul>{links}</ul>'.encode()


async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b'\r\n\r\n')
            path = head.split(b' ')[1].decode('latin-1')
            body = page(path)
            status = b'200 OK'
            if path == '/robots.txt':
                body, status = b'', b'404 Not Found'
            writer.write(b'HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n' % (status, len(body)) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, '127.0.0.1', int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
