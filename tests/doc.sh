#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# doc.sh BINARY: every command that README.md and the manual show, run. In a ```console block (README.md, doc/*.md) or
# a .Bd -literal display (doc/*.1) a line "$ tian …" is run and the lines below it are what it must answer, where "…"
# stands for anything, alone on a line for any number of lines. No lines below it: any answer will do, but status 0
# or 1. Lines "$ make …" and others are not run. All run in one folder with corpus/ in it, in the order they stand.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
exec python3 - "$root" "$(readlink -f "$1")" <<'PYTHON'
import glob, os, re, subprocess, sys, tempfile

ROOT, BINARY = sys.argv[1:3]


def blocks(path):
    text = open(path, encoding="utf-8").read()
    if path.endswith(".md"):
        return re.findall(r"^```console\n(.*?)^```", text, re.M | re.S)
    return [b.replace("\\-", "-").replace("\\(rs", "\\").replace("\\&", "") for b in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", text, re.M | re.S)]


def commands(block):
    """(command, wanted lines) for each prompt."""
    out = []
    for line in block.rstrip("\n").split("\n"):
        if line.startswith("$ "):
            out.append((line[2:], []))
        elif out:
            out[-1][1].append(line)
    return out


def pattern(lines):
    """A regular expression for the answer."""
    parts = []
    for line in lines:
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*?".join(re.escape(p) for p in line.rstrip().split("…")) + r"[ ]*\n")
    return "".join(parts)


def run(command, folder):
    env = {"PATH": folder + "/bin:/usr/bin:/bin", "HOME": folder, "LANG": "zh_CN.UTF-8", "TERM": "dumb", "TIAN_SHARE": ROOT + "/share"}
    return subprocess.run(["bash", "-c", command], cwd=folder, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)


def check(where, command, wanted, folder):
    done = run(command, folder)
    said = done.stdout + done.stderr
    if done.returncode not in (0, 1):
        problem = "exit status %d" % done.returncode
    elif any(l.strip() for l in wanted) and not re.fullmatch(pattern(wanted), said.rstrip("\n") + "\n"):
        problem = "another answer"
    else:
        return True
    print("FAILED %s: $ %s: %s\n--- wanted\n%s\n--- got\n%s" % (where, command, problem, "\n".join(wanted), said))
    return False


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(folder + "/bin")
        os.symlink(BINARY, folder + "/bin/tian")
        os.symlink(ROOT + "/corpus", folder + "/corpus")
        for path in [ROOT + "/README.md"] + sorted(glob.glob(ROOT + "/doc/*.md") + glob.glob(ROOT + "/doc/*.1")):
            for block in blocks(path):
                for command, wanted in commands(block):
                    if not re.match(r"(echo .*\| *)?tian\b", command) or re.match(r"tian (--\S+ )*serve\b", command):
                        continue
                    good = check(os.path.relpath(path, ROOT), command, wanted, folder)
                    passed, failed = passed + good, failed + (not good)
    for path in sorted(glob.glob(ROOT + "/doc/*.1")):
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", path], capture_output=True, text=True)
        passed, failed = passed + (not lint.stdout), failed + bool(lint.stdout)
        print(lint.stdout, end="")
    print("doc: %d passed, %d failed" % (passed, failed))
    return failed > 0


sys.exit(main())
PYTHON
