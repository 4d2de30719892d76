#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# hostile.sh BINARY: questions that are made to hurt. Each is answered or refused within 2 s and 100 MB, a process each;
# over c10k of ../shared/bench when it is there, else over corpus/. Among them whole documents of a megabyte, by stdin.
set -u
tian=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
shared=$here/../../shared/bench/corpus/c10k.jsonl.gz
if [ -e "$shared" ]; then gunzip -c "$shared" >"$work/documents.jsonl"; else
    echo "hostile: ../shared/bench is not there, asked of corpus/ only"
    cp "$here/../corpus/old-platform.jsonl" "$work/documents.jsonl"
fi
"$tian" -i "$work/ix" index "$work/documents.jsonl" "$here/../corpus/proposals" >/dev/null 2>&1 || { echo "hostile: no index"; exit 1; }
exec python3 - "$tian" "$work/ix" "$work/documents.jsonl" <<'PY'
import itertools, json, os, subprocess, sys, tempfile, time
tian, index, documents = sys.argv[1:]
SECONDS, MEGABYTES = 2, 100
common = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
words = [a + b for a, b in itertools.product(common, common)]
many = lambda n, joint: joint.join(itertools.islice(itertools.cycle(words), n))
questions = {
    "10,000 words": many(10000, " "),
    "10,000 words, no blanks": many(10000, ""),
    "5,000 alternatives": many(5000, " OR "),
    "3,000 exclusions": many(3000, " -"),
    "200 levels of parentheses": "(" * 200 + "提案" + ")" * 200,
    "10,000 levels of parentheses": "(" * 10000 + "提案" + ")" * 10000,
    "parentheses never closed": "(" * 20000,
    "200 levels of NOT": "NOT (" * 200 + "提案" + ")" * 200,
    "a phrase of the commonest characters": '"' + common + '"',
    "the commonest character": "的",
    "the commonest character, 10,000 times": "的" * 10000,
    "the commonest characters, each required": " AND ".join(common),
    "NEAR of the commonest": " NEAR/1000 ".join(common[:20]),
    "the same sentence": " 同句 ".join(common[:20]),
    "*": "*", "**": "* *", "one letter as a beginning": "的*", "punctuation": "。，、；：？！" * 2000,
    "quotes": '"' * 10001, "colons": "年:" * 5000, "a range": "年:0..99999999999999999999",
    "one endless word": "a" * 100000, "blanks": " " * 100000, "digits": "1" * 50000,
    "bytes that are no text": b"\xff\xfe\xf0\x9f" * 5000,
}
MOST = 1 << 20  # bytes of a question
prose = ""  # no more of it: what this process has in memory is counted with the child's
with open(documents, encoding="utf-8") as lines:
    while len(prose) < MOST // 2:
        document = json.loads(next(lines))
        prose += document.get("body") or document.get("text", "")
fill = lambda text: (text * (MOST // len(text.encode()) + 1)).encode()[:MOST].decode(errors="ignore")
questions.update({
    "a megabyte of documents": fill(prose), "a megabyte of documents in one line": fill(prose.replace("\n", "")),
    "one paragraph for a megabyte": fill(prose[:500]), "a megabyte of the commonest words": fill(many(4000, "")),
    "a megabyte of one character": fill("的"), "a megabyte in quotes": '"' + fill(prose)[:MOST // 4] + '"',
    "a megabyte and a byte": "a" * (MOST + 1), "a megabyte of characters once each": fill("".join(map(chr, range(0x4e00, 0x9fa5)))),
})
bad, longest, largest = 0, (0, ""), (0, "")
for name, question in questions.items():
    for match in "auto", "any", "exact":
        start = time.time()
        asked = question if isinstance(question, bytes) else question.encode()
        by_stdin = tempfile.TemporaryFile()
        by_stdin.write(asked)
        by_stdin.seek(0)
        child = subprocess.Popen([tian, "-i", index, "search", "--match", match, "--", "-" if len(asked) > 100000 else asked],
                                 stdin=by_stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            pid, status, usage = -1, 0, None
            while pid != child.pid and time.time() - start < 10 * SECONDS:
                pid, status, usage = os.wait4(child.pid, os.WNOHANG)
                time.sleep(.002)
        finally:
            if pid != child.pid:
                child.kill()
                pid, status, usage = os.wait4(child.pid, 0)
        took, size = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        longest, largest = max(longest, (took, name)), max(largest, (size, name))
        fine = os.WIFEXITED(status) and os.WEXITSTATUS(status) in (0, 1, 2)
        if not fine or took > SECONDS or size > MEGABYTES:
            bad += 1
            print("hostile: %s, --match %s: status %d, %.2f s, %.0f MB" % (name, match, status, took, size))
if bad:
    sys.exit(1)
print("hostile: %d questions, each three ways, answered or refused within %d s and %d MB; longest %.2f s (%s), largest %.0f MB (%s)"
      % ((len(questions), SECONDS, MEGABYTES) + longest + largest))
PY
