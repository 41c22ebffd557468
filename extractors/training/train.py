#!/usr/bin/env python3
"""Trains the body model: gradient-boosted trees over block features.

usage: train.py PROGRAM SETS OUT.model [--card FILE] [--check FILE] [--work DIR] [--folds 5] [--seed 7]

PROGRAM is offprint, SETS a folder with the sets wcxb, fundus and consensus. Features are written by
PROGRAM alone (`debug features`), so that training and use cannot differ. The figures of the card are
cross-validated over hosts: no page is scored by a model that saw its publisher.
"""
import argparse, collections, gzip, importlib.util, json, os, subprocess, sys, time
from urllib.parse import urlsplit
import lightgbm as lgb
import numpy as np
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tree_file import export, write_check

ap = argparse.ArgumentParser()
ap.add_argument('program'); ap.add_argument('sets'); ap.add_argument('out')
ap.add_argument('--card'); ap.add_argument('--check', help='rows of features with their scores, for the test that C++ gives the same'); ap.add_argument('--work', default='/tmp/offprint-training'); ap.add_argument('--folds', type=int, default=5); ap.add_argument('--seed', type=int, default=7)
ap.add_argument('--trees', type=int, default=200); ap.add_argument('--leaves', type=int, default=48); ap.add_argument('--reuse', action='store_true')
ap.add_argument('--grafts', type=int, default=400, help='pages with another article behind their own, made by graft.py'); ap.add_argument('--graft-weight', type=float, default=.3)
a = ap.parse_args()
os.makedirs(a.work, exist_ok=True)
SETS = ('wcxb', 'fundus', 'consensus', 'graft')

spec = importlib.util.spec_from_file_location('score', f'{a.sets}/score.py')
score = importlib.util.module_from_spec(spec); spec.loader.exec_module(score)

def shingles3(tokens):
    return collections.Counter(tuple(tokens[i:i + 3]) for i in range(max(0, len(tokens) - 2)))

def block_labels(blocks, gold):
    """Share of a block's 3-token shingles that stand in the gold; 1 for exact containment."""
    flat = ' '.join(score.tokens(gold)).casefold()
    have = set(shingles3(flat.split()))
    lines = {' '.join(score.tokens(l)).casefold() for l in gold.split('\n')}
    out = []
    for b in blocks:
        t = ' '.join(score.tokens(b)).casefold()
        w = t.split()
        if not w: out.append(0.0)
        elif len(w) < 3: out.append(float(t in lines))
        elif len(w) < 6 and t not in lines: out.append(0.5 * float((' ' + t + ' ') in (' ' + flat + ' ')))
        elif (' ' + t + ' ') in (' ' + flat + ' '): out.append(1.0)
        else: out.append(sum(s in have for s in (tuple(w[i:i + 3]) for i in range(len(w) - 2))) / (len(w) - 2))
    return np.array(out, dtype=np.float32)

def consensus_labels(blocks, votes):
    """Weighted share of the extractors that kept a block, stretched from [.25, .75] to [0, 1]; and their agreement."""
    each = np.array([block_labels(blocks, text) for text in votes.values() if text and text.strip()])
    if len(each) < 3: return None, 0
    mean = each.mean(axis=0)
    weight = np.array([len(score.tokens(b)) for b in blocks], dtype=float) * (mean > 0)
    spread = (np.abs(mean - .5) * 2 * weight).sum() / max(1, weight.sum())
    return np.clip((mean - .25) / .5, 0, 1), float(spread)

class Page: pass

def load():
    pages, matrices, row = [], [], 0
    for name in SETS:
        base, folder = f'{a.work}/{name}', f'{a.work}/graftset' if name == 'graft' else f'{a.sets}/{name}'
        if name == 'graft' and not a.grafts: continue
        if name == 'graft' and not (a.reuse and os.path.exists(folder)):
            subprocess.run([sys.executable, os.path.join(os.path.dirname(__file__), 'graft.py'), a.sets, folder, '--pages', str(a.grafts), '--seed', str(a.seed)], check=True)
        if not (a.reuse and os.path.exists(base + '.jsonl')):
            subprocess.run([a.program, 'debug', 'features', folder, base], check=True)
        gold = {str(j['id']): j for j in map(json.loads, open(f'{folder}/manifest.jsonl'))}
        votes = {str(j['id']): j['votes'] for j in map(json.loads, gzip.open(f'{a.sets}/{name}/votes.jsonl.gz'))} if name == 'consensus' else {}
        rows = [json.loads(l) for l in open(base + '.jsonl')]
        total = sum(len(r['blocks']) for r in rows)
        x = np.fromfile(base + '.f32', dtype=np.float32).reshape(total, -1)
        at = 0
        for r in rows:
            p = Page(); p.set, p.id, p.blocks, p.type = name, r['id'], r['blocks'], r['page_type']
            p.allowed = np.array(r['allowed'], dtype=bool)
            p.rows = slice(row + at, row + at + len(p.blocks)); at += len(p.blocks)
            p.host = '.'.join((urlsplit(r['url']).hostname or r['id']).split('.')[-2:]); p.gold = gold[p.id]['gold']
            p.weight = 1.0
            if name == 'consensus':
                p.labels, agreement = consensus_labels(p.blocks, votes.get(p.id, {}))
                p.weight = 1.5 * agreement if p.labels is not None and agreement > .5 else 0.0
            elif 'body' in p.gold:
                p.labels = block_labels(p.blocks, p.gold['body'])
                p.weight = a.graft_weight * (3.0 if p.gold['of'] == 'fundus' else 1.0) if name == 'graft' else 3.0 if name == 'fundus' else (1.0 if p.type == 'article' else .25)
            else: p.labels = None
            if p.labels is None: p.labels, p.weight = np.zeros(len(p.blocks), np.float32), 0.0
            pages.append(p)
        matrices.append(x); row += total
    return pages, np.vstack(matrices)

pages, X = load()
y = np.concatenate([p.labels for p in pages])
w = np.zeros(len(y))
for p in pages:
    size = np.sqrt([len(b.split()) + 1 for b in p.blocks]) if p.blocks else np.zeros(0)
    if len(p.blocks) and p.weight: w[p.rows] = p.weight * size / size.sum() * 100
hosts = sorted({p.host for p in pages}); rng = np.random.RandomState(a.seed); rng.shuffle(hosts)
fold_of = {h: i % a.folds for i, h in enumerate(hosts)}
fold = np.concatenate([np.full(len(p.blocks), fold_of[p.host]) for p in pages])
print(f'{len(pages)} pages, {len(y)} blocks, {X.shape[1]} features', flush=True)

PARAMS = dict(objective='cross_entropy', learning_rate=.06, num_leaves=a.leaves, min_data_in_leaf=80, feature_fraction=.6, bagging_fraction=.8, bagging_freq=1,
              lambda_l2=3.0, verbose=-1, num_threads=os.cpu_count(), seed=a.seed, deterministic=True, force_row_wise=True, max_bin=127)

def fit(x, rows):
    rows = rows & (w > 0)
    return lgb.train(PARAMS, lgb.Dataset(x[rows], y[rows], weight=w[rows], params=dict(verbose=-1, max_bin=127)), num_boost_round=a.trees)

boosters = []
def out_of_fold(x):
    p = np.zeros(len(y), np.float32)
    for f in range(a.folds):
        boosters.append(fit(x, fold != f))
        p[fold == f] = boosters[-1].predict(x[fold == f])
    return p

def figures(p, threshold):
    out = {}
    for name, kind in (('wcxb', 'article'), ('fundus', None), ('graft', None)):
        if not any(q.set == name for q in pages): continue
        r = [score.body(q.gold['body'], '\n\n'.join(b for b, s, ok in zip(q.blocks, p[q.rows], q.allowed) if s > threshold and ok)) for q in pages if q.set == name and (not kind or q.type == kind)]
        mean = lambda k: float(np.mean([x[k] for x in r if x[k] is not None]))
        out[name] = dict(f1=score.f1(mean('p'), mean('r')), exact=mean('exact'), word=mean('word'))
    return out

def show(tag, p):
    best = None
    for t in (.4, .45, .5, .55, .6):
        f = figures(p, t)
        value = f['fundus']['f1'] + f['wcxb']['word'] + .1 * f['fundus']['exact'] + .1 * f['graft']['f1']
        print(tag, t, json.dumps({k: {m: round(v, 4) for m, v in x.items()} for k, x in f.items()}), flush=True)
        if t >= .5 and (best is None or value > best[0]): best = (value, t, f)   # precision is what readers notice
    return best

def whole_pipeline(threshold):
    """Figures of the program with the model of each fold, on that fold's pages: what rules add or cost is in them."""
    pooled = collections.defaultdict(list)
    for f, booster in enumerate(boosters):
        export(booster, f'{a.work}/fold{f}.model', threshold)
        for name in ('wcxb:article', 'fundus'):
            ids = [q.id for q in pages if q.set == name.split(':')[0] and fold_of[q.host] == f]
            open(f'{a.work}/fold{f}.ids', 'w').write('\n'.join(ids) + '\n')
            subprocess.run([a.program, 'evaluate', f'{a.sets}/{name}', '--model', f'{a.work}/fold{f}.model', '--ids', f'{a.work}/fold{f}.ids', '--report', f'{a.work}/fold{f}.json'], check=True, stdout=subprocess.DEVNULL)
            pooled[name] += [q['scores'] for q in json.load(open(f'{a.work}/fold{f}.json'))['sets'][name]['by_page']]
    out = {}
    for name, rows in pooled.items():
        mean = lambda k: float(np.mean([r[k] for r in rows if k in r]))
        out[name] = dict(f1=score.f1(mean('precision'), mean('recall')), exact=mean('exact'), word=mean('word'))
    return out

start = time.time()
p1 = out_of_fold(X)
p1.tofile(f'{a.work}/oof.f32')
best = show('out of fold', p1)
whole = whole_pipeline(best[1])
print('whole pipeline', json.dumps(whole), flush=True)
model = fit(X, np.ones(len(y), bool))
print(f'{time.time() - start:.0f} s', flush=True)

export(model, a.out, best[1])
if a.check: write_check(a.check, X, model, rng)
if a.card:
    counts = collections.Counter(p.set for p in pages if p.weight)
    f = best[2]
    open(a.card, 'w').write(f'''# Body model

{a.trees} gradient-boosted trees of {a.leaves} leaves over block features (`offprint debug features`),
made by `extractors/training/train.py` with seed {a.seed}, lightgbm {lgb.__version__}; threshold {best[1]}.

Trained on {counts['wcxb']} pages of `wcxb`, {counts['fundus']} of `fundus` and {counts['consensus']} of `consensus` (soft labels
from the agreement of six extractors). No page of any other set has been seen.

Grafted pages ({counts['graft']}; `graft.py`) have the article of another page behind their own.

Cross-validated over hosts ({a.folds} folds): the blocks above the threshold alone, and the program as
a whole with the model of the other folds.

| set | F1 | exact | word F1 | whole: F1 | exact | word F1 |
|---|---|---|---|---|---|---|
| `wcxb`, articles | {f['wcxb']['f1']:.3f} | {f['wcxb']['exact']:.3f} | {f['wcxb']['word']:.3f} | {whole['wcxb:article']['f1']:.3f} | {whole['wcxb:article']['exact']:.3f} | {whole['wcxb:article']['word']:.3f} |
| `fundus` | {f['fundus']['f1']:.3f} | {f['fundus']['exact']:.3f} | {f['fundus']['word']:.3f} | {whole['fundus']['f1']:.3f} | {whole['fundus']['exact']:.3f} | {whole['fundus']['word']:.3f} |
| grafted | {f['graft']['f1']:.3f} | {f['graft']['exact']:.3f} | {f['graft']['word']:.3f} | | | |
''')
print(f'{a.out}: {os.path.getsize(a.out)} bytes, threshold {best[1]}')
