"""The file of a trained model that the program reads, and the rows that test its reader."""
import struct
import numpy as np

def export(m, path, threshold):
    """offprint-body-model 1: little-endian. Magic, threshold f32, columns u32, trees u32; then per tree: node count, leaf count, nodes (feature u16, left i16, right i16, threshold f32), leaves f32.
    A child below 0 is leaf ~child. Missing values do not occur: every feature is a number."""
    out = bytearray(b'OPBM1\0\0\0') + struct.pack('<f', threshold)
    d = m.dump_model()
    out += struct.pack('<II', d['max_feature_idx'] + 1, len(d['tree_info']))
    for t in d['tree_info']:
        nodes, leaves = [], []
        def walk(n):
            if 'leaf_value' in n and 'split_feature' not in n:
                leaves.append(n['leaf_value']); return ~(len(leaves) - 1)
            i = len(nodes); nodes.append(None)
            l = walk(n['left_child']); r = walk(n['right_child'])
            nodes[i] = (n['split_feature'], l, r, n['threshold']); return i
        walk(t['tree_structure'])
        out += struct.pack('<HH', len(nodes), len(leaves))
        for f, l, r, th in nodes:
            t32 = np.float32(th)   # rounded down, so that x <= th stays the same decision in 32 bits
            if float(t32) > th: t32 = np.nextafter(t32, np.float32(-np.inf))
            out += struct.pack('<Hhhf', f, l, r, t32)
        for v in leaves: out += struct.pack('<f', v)
    open(path, 'wb').write(out)

def write_check(path, x, m, rng):
    """Rows of features with the library's scores, for the test that C++ gives the same."""
    rows = rng.choice(len(x), 60, replace=False)
    with open(path, 'w') as f:
        for row, v in zip(x[rows], m.predict(x[rows])): f.write(' '.join(repr(float(z)) for z in row) + f' {float(v)!r}\n')
