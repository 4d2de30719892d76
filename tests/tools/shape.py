#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""shape.py FOLDER: lengths of functions and files, parameters, comments, asserts, against the limits of the
style (function median <= 15 lines, nine in ten <= 45, none over 80; file <= 500 as a rule, never over 800)."""
import collections, os, subprocess, sys

LIMITS = {"median": 15, "p90": 45, "longest": 80, "file": 800}


def sources(root):
    for folder, _, names in os.walk(root):
        for name in sorted(names):
            if name.endswith((".c", ".cc", ".h")):
                yield os.path.join(folder, name)


def functions(paths):
    tags = subprocess.run(["ctags", "-x", "--_xformat=%N\t%{line}\t%{end}\t%F\t%S", "--kinds-C=f", "--kinds-C++=f"] + paths,
                          capture_output=True, text=True, check=True).stdout
    for line in tags.splitlines():
        name, begin, end, path, signature = line.split("\t")
        if end:
            yield int(end) - int(begin) + 1, name, path, signature.count(",") + 1


def at(values, share):
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0


def main():
    paths = list(sources(sys.argv[1]))
    found = sorted(functions(paths), reverse=True)
    lengths = sorted(f[0] for f in found)
    sizes = sorted(((sum(1 for _ in open(p, encoding="utf-8")), p) for p in paths), reverse=True)
    text = "".join(open(p, encoding="utf-8").read() for p in paths)
    print("shape: %d files, %d lines; %d functions, median %d, p90 %d, longest %d; parameters p90 %d; asserts %d"
          % (len(paths), sum(s[0] for s in sizes), len(found), at(lengths, .5), at(lengths, .9), lengths[-1] if lengths else 0,
             at(sorted(f[3] for f in found), .9), text.count("assert(")))
    bad = [("function", n, "%s in %s" % (name, path)) for n, name, path, _ in found if n > LIMITS["longest"]]
    bad += [("file", n, p) for n, p in sizes if n > LIMITS["file"]]
    bad += [("median", at(lengths, .5), "functions")] if at(lengths, .5) > LIMITS["median"] else []
    bad += [("p90", at(lengths, .9), "functions")] if at(lengths, .9) > LIMITS["p90"] else []
    names = collections.Counter(os.path.basename(p) for p in paths)
    bad += [("name used twice", n, name) for name, n in names.items() if n > 1]
    for kind, n, where in bad:
        print("  too long: %s %d: %s" % (kind, n, where))
    return 1 if bad else 0


sys.exit(main())
