#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# cover.sh : build with coverage, run the fast tests on it, print line and branch coverage of src/ by file and in all;
# fails below 90 % of lines or 80 % of branches.
set -u
cd "$(dirname "$0")/../.."
make -s -j2 VARIANT=cover all || exit 1
find build/cover -name '*.gcda' -delete
for part in check-unit check-cli check-server check-theme check-report check-ingest check-format; do
    make -s VARIANT=cover "$part" >build/cover/$part.log 2>&1 || echo "cover: $part failed, its coverage counts all the same"
done
python3 tests/oracle.py build/cover/tian sample >build/cover/oracle.log 2>&1
python3 - <<'EOF'
import collections, glob, gzip, json, os, subprocess, sys, tempfile
lines, branches = collections.defaultdict(dict), collections.defaultdict(dict)
work = tempfile.mkdtemp()
root = os.getcwd()
for data in glob.glob("build/cover/**/*.gcda", recursive=True):
    if "/unit/" in data or "/bench/" in data:
        continue
    out = subprocess.run(["gcov", "-b", "--json-format", "--stdout", os.path.join(root, data)], cwd=work, capture_output=True)
    if not out.stdout:
        continue
    for f in json.loads(out.stdout.splitlines()[0])["files"]:
        name = os.path.relpath(os.path.join(root, f["file"]), root)
        if not name.startswith("src/") or name.endswith(".h"):
            continue
        for l in f["lines"]:
            n = l["line_number"]
            lines[name][n] = max(lines[name].get(n, 0), l["count"])
            for i, b in enumerate(x for x in l["branches"] if not x["throw"]):
                branches[name][n, i] = max(branches[name].get((n, i), 0), b["count"])
share = lambda d: 100 * sum(v > 0 for v in d.values()) / len(d) if d else 100
for name in sorted(lines):
    print("%-34s lines %5.1f %%  branches %5.1f %%" % (name, share(lines[name]), share(branches[name])))
all_lines = {(f, k): v for f, d in lines.items() for k, v in d.items()}
all_branches = {(f, k): v for f, d in branches.items() for k, v in d.items()}
print("cover: lines %.1f %% of %d, branches %.1f %% of %d" % (share(all_lines), len(all_lines), share(all_branches), len(all_branches)))
sys.exit(share(all_lines) < 90 or share(all_branches) < 80)
EOF
