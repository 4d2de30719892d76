# SPDX-License-Identifier: GPL-2.0-or-later
"""golden.py BINARY ROOT [--bless]: every file of files/ gives the documents of expected/NAME.json: format and encoding as
the import log has them, warnings, and of each document its id, title, fields with their origin, sections and body."""
import json, os, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

binary, here, bless = os.path.abspath(sys.argv[1]), Path(sys.argv[2]) / "tests/ingest", "--bless" in sys.argv
by_office = ("45-text.rtf", "54-list.xls", "63-talk.ppt.gz")  # the others of these names are something else
soffice = shutil.which("soffice")


def run(work, *args):
    env = dict(os.environ, LC_ALL="C.UTF-8", TIAN_SHARE=str(here.parent.parent / "share"), TMPDIR=work, **({"TIAN_SOFFICE": soffice} if soffice else {}))
    return subprocess.run([binary, "--lang", "en", "--index", work + "/index", *args], capture_output=True, text=True, env=env, cwd=work)


def actual(work):
    """name of a file → what became of it"""
    run(work, "index", str(here / "files"))
    log = [json.loads(l) for l in open(work + "/index/log/import.jsonl", encoding="utf-8")]
    found = {}
    for l in log:
        if "file" in l:
            entry = found.setdefault(os.path.basename(l["file"]), {"documents": []})
            entry.update({k: l[k] for k in ("format", "encoding", "warnings", "error") if k in l})
            if "skipped" in l:
                entry.setdefault("skipped", []).append([l["part"], l["skipped"]])
    ids = [d["id"] for d in map(json.loads, run(work, "dump").stdout.splitlines())]
    with ThreadPoolExecutor(2) as pool:
        shown = list(pool.map(lambda id: (id, json.loads(run(work, "show", "--json", "--", id).stdout)), sorted(ids)))
    for id, d in shown:
        found[os.path.basename(d["source"])]["documents"].append(as_golden(id, d))
    return found


def as_golden(id, d):
    body = d["body"]["text"].encode()
    return {"id": id, "title": d["title"]["text"], "fields": {k: [v, d["origins"].get(k, "")] for k, v in d["fields"].items()},
            "sections": [[s["kind"], body[s["from"]:s["to"]].decode().strip()[:16]] for s in d["sections"]], "body": body.decode()}


def differences(want, got):
    for key in sorted(set(want) | set(got)):
        if key != "documents" and want.get(key) != got.get(key):
            yield "%s: %r, not %r" % (key, got.get(key), want.get(key))
    a, b = ({d["id"]: d for d in x.get("documents", [])} for x in (want, got))
    for id in sorted(set(a) | set(b)):
        for key in ("title", "fields", "sections", "body"):
            if a.get(id, {}).get(key) != b.get(id, {}).get(key):
                yield "%s, %s: %r, not %r" % (id, key, b.get(id, {}).get(key), a.get(id, {}).get(key))


work = tempfile.mkdtemp(prefix="tian-golden-")
try:
    found = actual(work)
    left = [n for n in os.listdir(work) if n != "index"]
finally:
    shutil.rmtree(work)
passed = failed = skipped = 0
for path in sorted((here / "files").iterdir()):
    golden = here / "expected" / (path.name + ".json")
    got = found.get(path.name)
    if path.name in by_office and not soffice:
        skipped += 1
        continue
    if bless:
        golden.write_text(json.dumps(got, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    want = json.loads(golden.read_text(encoding="utf-8")) if golden.exists() else {}
    bad = ["no word of it in the log"] if got is None else list(differences(want, got))
    passed, failed = passed + (not bad), failed + bool(bad)
    for b in bad[:6]:
        print("FAILED ingest/%s: %s" % (path.name, b))
if left:
    failed += 1
    print("FAILED ingest: left in the temporary folder: %s" % left)
if skipped:
    print("ingest: skipped: %d files that only LibreOffice reads (it is not installed)" % skipped)
print("ingest: %d files as expected, %d not" % (passed, failed))
sys.exit(failed > 0)
