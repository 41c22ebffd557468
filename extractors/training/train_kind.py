#!/usr/bin/env python3
"""Trains the model that tells articles from other pages.

usage: train_kind.py PROGRAM SETS OUT.model [--card FILE] [--check FILE] [--work DIR] [--reuse]

Pages of wcxb (their page_type) and fundus (articles). Cross-validated over hosts; the model's score is the
chance that a page is an article, and the card says how far it can be taken as one.
"""
import argparse, json, os, subprocess, sys
from urllib.parse import urlsplit
import lightgbm as lgb
import numpy as np
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tree_file import export, write_check

ap = argparse.ArgumentParser()
ap.add_argument('program'); ap.add_argument('sets'); ap.add_argument('out'); ap.add_argument('--card'); ap.add_argument('--check'); ap.add_argument('--work', default='/tmp/offprint-training-kind')
ap.add_argument('--reuse', action='store_true'); ap.add_argument('--trees', type=int, default=90); ap.add_argument('--folds', type=int, default=10); ap.add_argument('--seed', type=int, default=7)
a = ap.parse_args()
os.makedirs(a.work, exist_ok=True)
X, y, w, host = [], [], [], []
for name in ('wcxb', 'fundus'):
    base = f'{a.work}/{name}'
    if not (a.reuse and os.path.exists(base + '.jsonl')): subprocess.run([a.program, 'debug', 'features', f'{a.sets}/{name}', base], check=True)
    for j in map(json.loads, open(base + '.jsonl')):
        X.append(j['page']); y.append(float(name == 'fundus' or j['page_type'] == 'article')); w.append(1.0 if name == 'wcxb' else .5)
        host.append('.'.join((urlsplit(j['url']).hostname or j['id']).split('.')[-2:]))
X, y, w = np.array(X, dtype=np.float32), np.array(y), np.array(w)
hosts = sorted(set(host)); rng = np.random.RandomState(a.seed); rng.shuffle(hosts)
fold = np.array([hosts.index(h) % a.folds for h in host])
PARAMS = dict(objective='binary', learning_rate=.06, num_leaves=8, min_data_in_leaf=12, feature_fraction=.4, bagging_fraction=.8, bagging_freq=1, lambda_l2=5.0, verbose=-1, seed=a.seed, deterministic=True, force_row_wise=True, num_threads=os.cpu_count())
fit = lambda rows: lgb.train(PARAMS, lgb.Dataset(X[rows], y[rows], weight=w[rows]), num_boost_round=a.trees)
p = np.zeros(len(y))
for f in range(a.folds): p[fold == f] = fit(fold != f).predict(X[fold == f])
gold = w == 1.0
accuracy = float(((p > .5) == (y > .5))[gold].mean())
table = []
for lo, hi in ((0, .2), (.2, .4), (.4, .6), (.6, .8), (.8, .95), (.95, 1.01)):
    pick = gold & (p >= lo) & (p < hi)
    if pick.any(): table.append((lo, min(hi, 1), int(pick.sum()), float(p[pick].mean()), float(y[pick].mean())))
print(f'{len(y)} pages, accuracy {accuracy:.4f}', *table, sep='\n')
model = fit(np.ones(len(y), bool))
export(model, a.out, .5)
if a.check: write_check(a.check, X, model, rng)
if a.card:
    rows = '\n'.join(f'| {lo:.2f}–{hi:.2f} | {n} | {mean:.2f} | {share:.2f} |' for lo, hi, n, mean, share in table)
    open(a.card, 'w').write(f'''# Kind model

{a.trees} gradient-boosted trees of 8 leaves over features of the whole page, made by
`extractors/training/train_kind.py` with seed {a.seed}, lightgbm {lgb.__version__}. Trained on {int(gold.sum())} pages of `wcxb`
with their page_type and {int((~gold).sum())} of `fundus`, which are articles. The features of the body come from
the shipped body model, which has seen these pages.

Cross-validated over hosts ({a.folds} folds), `wcxb`: article or not {accuracy:.3f} right. What its score is worth:

| score | pages | mean score | articles among them |
|---|---|---|---|
{rows}
''')
