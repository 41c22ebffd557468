#!/usr/bin/env python3
"""House rules that a compiler does not check. usage: style.py ROOT

- no capturing lambda and no braced aggregate inside a co_await expression (g++ 12 miscompiles them)
- no std::regex (slow, recursive)
- a header opens with a comment that says what it is for
- includes follow the data: a folder includes only what stands below it
- no file over 560 lines
"""
import pathlib, re, sys

root = pathlib.Path(sys.argv[1])
BELOW = {
    'base': {'base'},
    'config': {'config', 'base'},
    'warc': {'warc', 'base'},
    'extractors': {'extractors', 'base'},
    'crawler': {'crawler', 'extractors', 'warc', 'config', 'base'},
    'cli': {'cli', 'crawler', 'extractors', 'warc', 'config', 'base'},
}
bad = []
for folder, allowed in BELOW.items():
    for path in sorted((root / folder).glob('*.[ch]*')):
        text = path.read_text()
        name = path.relative_to(root)
        for m in re.finditer(r'co_await\b([^;]*);', text):
            if re.search(r'\[[^\]]*\w[^\]]*\]\s*(\(|\{)', m[1]) or re.search(r'\w\s*\{[^}]*\}', m[1]):
                bad.append(f'{name}: co_await with a capturing lambda or a braced aggregate: bind it to a named local first')
        if 'std::regex' in text:
            bad.append(f'{name}: std::regex; use RE2')
        if path.suffix == '.h' and not text.startswith('//'):
            bad.append(f'{name}: a header begins with a line that says what it is for')
        for m in re.finditer(r'#include "([a-z]+)/', text):
            if m[1] not in allowed:
                bad.append(f'{name}: includes {m[1]}/, which does not stand below {folder}/')
        if text.count('\n') > 560:
            bad.append(f'{name}: {text.count(chr(10))} lines')
print('\n'.join(bad) or 'style: nothing found')
sys.exit(bool(bad))
