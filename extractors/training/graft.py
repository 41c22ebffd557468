#!/usr/bin/env python3
"""Makes training pages on which another article follows the main one, as endless scroll leaves them.

usage: graft.py SETS OUT [--pages 400] [--seed 7]

SETS holds the sets wcxb and fundus; OUT becomes a set of the same form. Each page is a real page of the
sets with the article of another page behind its own: whole or cut off, with or without a title, a byline
and a "keep reading". The gold stays that of the first page, so whatever was grafted is boilerplate.
"""
import argparse, copy, gzip, html, json, os, random, re
from urllib.parse import urlsplit
import lxml.html

ap = argparse.ArgumentParser()
ap.add_argument('sets'); ap.add_argument('out'); ap.add_argument('--pages', type=int, default=400); ap.add_argument('--seed', type=int, default=7)
a = ap.parse_args()
rng = random.Random(a.seed)
os.makedirs(f'{a.out}/html', exist_ok=True)

def words(s): return re.findall(r'\w+', (s or '').casefold())

def read(name, j):
    data = open(f'{a.sets}/{name}/{j["html"]}', 'rb').read()
    if j['html'].endswith('.gz'): data = gzip.decompress(data)
    try: return lxml.html.document_fromstring(data.decode('utf-8'))
    except Exception: return None

def container(tree, gold):
    """The smallest element that holds nearly all of the article."""
    have = set(zip(w := words(gold), w[1:], w[2:]))
    if len(have) < 60: return None
    def share(e):
        t = words(e.text_content())
        return len(have & set(zip(t, t[1:], t[2:]))) / len(have), len(t)
    at = tree.find('body')
    if at is None: return None
    while True:
        best = None
        for c in at:
            if not isinstance(c.tag, str): continue
            s, n = share(c)
            if s >= .85 and (best is None or n < best[1]): best = (c, n)
        if best is None: break
        at = best[0]
    s, n = share(at)
    return at if s >= .8 and n <= 3 * len(w) and at.tag not in ('body', 'html') else None

CUTS = ('Keep reading', 'Continue reading', 'Show full article', 'Read the full story', 'Weiterlesen', 'Lire la suite', 'Seguir leyendo')

def head(j, main):
    out = []
    title = html.escape(j['gold'].get('title') or ' '.join((j['gold'].get('body') or '').split()[:9]))
    level = rng.choice(('h1', 'h1', 'h2', 'h2', 'h3'))
    href = html.escape(j['url'])
    if rng.random() < .85: out.append(f'<{level}>' + (f'<a href="{href}">{title}</a>' if rng.random() < .5 else title) + f'</{level}>')
    by = (j['gold'].get('authors') or ['Staff'])[0]
    if rng.random() < .6: out.append(f'<p class="{rng.choice(("byline", "author", "meta", "c1"))}">By {html.escape(by)}</p>')
    if rng.random() < .5: out.append(f'<time datetime="2024-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}">{rng.choice(("May", "June", "Sept."))} {rng.randint(1, 28)}, 2024</time>')
    return ''.join(out)

def cut(piece):
    """Keeps the first paragraphs, as a teaser does."""
    keep, seen = rng.randint(2, 5), 0
    for p in list(piece.iter('p')):
        if len(words(p.text_content())) > 8: seen += 1
        if seen > keep and p.getparent() is not None: p.getparent().remove(p)

pool = []
for name in ('fundus', 'wcxb'):
    for l in open(f'{a.sets}/{name}/manifest.jsonl'):
        j = json.loads(l)
        if 'body' in j['gold'] and (name == 'fundus' or j['gold'].get('page_type') == 'article') and 150 < len(words(j['gold']['body'])) < 2500: pool.append((name, j))
host = lambda j: urlsplit(j['url']).hostname or ''
made = 0
with open(f'{a.out}/manifest.jsonl', 'w') as manifest:
    while made < a.pages:
        name, j = rng.choice(pool)
        tree = read(name, j)
        place = container(tree, j['gold']['body']) if tree is not None else None
        if place is None: continue
        same = [p for p in pool if host(p[1]) == host(j) and p[1]['id'] != j['id']]
        pieces = []
        for _ in range(rng.choice((1, 1, 2, 3))):
            other_name, other = rng.choice(same) if same and rng.random() < .7 else rng.choice(pool)
            other_tree = read(other_name, other)
            piece = container(other_tree, other['gold']['body']) if other_tree is not None else None
            if piece is None or other['id'] == j['id']: continue
            piece = copy.deepcopy(piece); piece.tail = None
            if rng.random() < .45: cut(piece); end = f'<div><a href="{html.escape(other["url"])}">{rng.choice(CUTS)}</a></div>'
            else: end = ''
            wrap = rng.choice(('article', 'div', 'div', 'section'))
            box = lxml.html.fragment_fromstring(f'<{wrap}>{head(other, j)}<div id="graft-here"></div>{end}</{wrap}>')
            spot = box.get_element_by_id('graft-here'); spot.getparent().replace(spot, piece)
            pieces.append(box)
        if not pieces: continue
        inside = rng.random() < .25
        if rng.random() < .4: pieces.insert(0, lxml.html.fragment_fromstring(f'<div>{rng.choice(CUTS + ("Next article", "More stories", "Related"))}</div>'))
        if inside:
            for box in pieces: place.append(box)
        else:
            parent = place.getparent(); at = parent.index(place) + 1
            tail, place.tail = place.tail, None
            for k, box in enumerate(pieces): parent.insert(at + k, box)
            pieces[-1].tail = tail
        made += 1
        with gzip.GzipFile(f'{a.out}/html/{made:04}.html.gz', 'wb', mtime=0) as f: f.write(lxml.html.tostring(tree, encoding='utf-8', doctype='<!DOCTYPE html>'))
        manifest.write(json.dumps(dict(id=f'graft-{made:04}', url=j['url'], html=f'html/{made:04}.html.gz', gold=dict(body=j['gold']['body'], title=j['gold'].get('title', ''), page_type='article', of=name))) + '\n')
print(made, 'pages')
