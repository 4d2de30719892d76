#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""suggest.py PORT INDEX CORPUS.jsonl.gz BINARY: GET /api/v1/suggest for 3,600 things somebody may have typed: pieces of
titles, and dictionary words as pinyin, initials, mixtures, with a homophone, cut short anywhere. One connection."""
import gzip, http.client, json, os, random, socket, subprocess, sys, time, urllib.parse

SHARE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../share")


def lines(name):
    with open(os.path.join(SHARE, name), encoding="utf-8") as f:
        return [line.strip() for line in f if line.strip() and line[0] != "#"]


def questions(corpus):
    reading = {c: r.split(",")[0] for c, r in (line.split("\t")[:2] for line in lines("pinyin.txt"))}
    words = [line.split("\t")[0] for line in lines("dict/domain.txt")]
    titles = [t for t in (json.loads(line).get("title", "") for line in gzip.open(corpus, "rt", encoding="utf-8")) if t]
    spell = lambda s: "".join(reading.get(c, c) for c in s)
    random.seed(7)
    for _ in range(600):
        t = random.choice(titles)
        a = random.randrange(max(1, len(t) - 4))
        yield t[a:a + random.randint(1, 6)]
        w = random.choice(words)
        full, short, k = spell(w), "".join(reading.get(c, c)[0] for c in w), random.randrange(len(w))
        like = [c for c in reading if reading[c] == reading.get(w[k])] or [w[k]]
        yield full[:random.randint(1, len(full))]
        yield short[:random.randint(1, len(short))]
        yield w[:k] + spell(w[k:])
        yield w[:k] + random.choice(like) + w[k + 1:]
        yield "".join(random.choice([reading.get(c, c), reading.get(c, c)[0]]) for c in w)


def show(name, times):
    times = sorted(times)
    print("%-8s n %d, p50 %.2f, p95 %.2f, p99 %.2f, most %.2f ms"
          % ((name, len(times)) + tuple(times[min(len(times) - 1, int(len(times) * f))] for f in (.5, .95, .99, 1))))


def main(port, index, corpus, binary):
    server = subprocess.Popen([binary, "--index", index, "serve", "--port", port], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(.5)
    connection = http.client.HTTPConnection("127.0.0.1", int(port))

    def ask(q):
        begin = time.perf_counter()
        connection.request("GET", "/api/v1/suggest?q=" + urllib.parse.quote(q))
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answer = json.loads(connection.getresponse().read())
        return (time.perf_counter() - begin) * 1e3, answer

    try:
        print("first    %.1f ms" % ask("老旧")[0])
        answers = [ask(q) for q in questions(corpus)]
        show("request", [t for t, _ in answers])
        show("inside", [a["milliseconds"] for _, a in answers])
        print("nothing suggested for %d" % sum(not a["suggestions"] for _, a in answers))
    finally:
        server.terminate()


main(*sys.argv[1:])
