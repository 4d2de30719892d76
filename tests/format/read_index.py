#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""read_index.py INDEX [TIAN]: an independent reader of what is on disk, written from doc/FORMAT.md and the drawings
it points to, not from the code. It reads every file but Xapian's tables: manifest, log, lists, columns, dead lists,
catalogue, with all their checksums. With TIAN it compares what it finds with `tian dump` and `tian debug terms`."""
import json, os, struct, subprocess, sys, zlib

NUMBERS = "record id content terms size year term meeting date flags source".split()
LATER = "length portable".split() # they came later, and stand behind the index
FEATURES = [words + " pairs clauses columns" + more for words, more in
            (("words", ""), ("words", " lengths"), ("words", " lengths portable"), ("words2", " lengths portable"))]
TEXTS = "number proposer proposer_kind category theme units outcome state satisfaction".split()

class Damaged(Exception): pass

def need(condition, what):
    if not condition:
        raise Damaged(what)

def u32(b, at):
    return struct.unpack_from("<I", b, at)[0]

def u64(b, at):
    return struct.unpack_from("<Q", b, at)[0]

def varint(b, at):
    value = shift = 0
    while True:
        value |= (b[at] & 0x7F) << shift
        shift += 7
        at += 1
        if b[at - 1] < 0x80:
            return value, at

def field(b, at):
    n, at = varint(b, at)
    return b[at:at + n], at + n

def read(*path):
    with open(os.path.join(*path), "rb") as f:
        return f.read()

def read_manifest(index):
    text = read(index, "manifest")
    body, end = text[:-13], text[-13:]
    need(end == b"end %08x\n" % zlib.crc32(body), "manifest: CRC")
    m = {"segments": [], "log": 1}
    for line in body.decode().splitlines():
        word, rest = line.split(" ", 1)
        if word == "segment":
            number, count = map(int, rest.split())
            m["segments"].append({"number": number, "count": count, "dead": None, "files": []})
        elif word == "dead":
            m["segments"][-1]["dead"] = tuple(map(int, rest.split()))
        elif word == "file":
            m["segments"][-1]["files"].append(rest.split(" ", 2))
        else:
            m[word] = rest
    need(m["tian-manifest"] == "1" and m["features"] in FEATURES, "manifest: version")
    return m

def read_log(index, m):
    """(file, offset) -> (type, id, expanded document); and the last word on each id."""
    records, last = {}, {}
    last_file, end = map(int, m["records"].split())
    for number in range(int(m["log"]), last_file + 1):
        b = read(index, "records", "%06d.log" % number)
        n = u32(b, 12)
        at = 16 + n + 4
        need(b[:8] == b"TIANREC\n" and u32(b, 8) == 1 and b[16:16 + n] == b"deflate", "log: head")
        need(zlib.crc32(b[:16 + n]) == u32(b, 16 + n), "log: CRC of the head")
        while at < (end if number == last_file else len(b)):
            kind, length, crc = b[at + 1:at + 2], u32(b, at + 2), u32(b, at + 6)
            payload = b[at + 10:at + 10 + length]
            need(b[at] == 0xA7 and zlib.crc32(b[at + 1:at + 6] + payload) == crc, "log: frame at %d:%d" % (number, at))
            if kind == b"P":
                name, p = field(payload, 0)
                size, p = varint(payload, p)
                document = zlib.decompress(payload[p:], -15)
                need(len(document) == size, "log: size of a document")
            else:
                name, document = payload, None
            records[number << 40 | at] = last[name.decode()] = (kind, name.decode(), document)
            at += 10 + length
    return records, {name: r for name, r in last.items() if r[0] == b"P"}

def documents_of(b, at, count, ndocs):
    """One list (doclist.c): a bitmap above a quarter of all, else Elias-Fano. Gives the documents and where it ends."""
    bits = int.from_bytes(b[at:at + (ndocs + 7) // 8 + count * 5 + 8], "little")
    if count > ndocs // 4:
        return [d for d in range(ndocs) if bits >> d & 1], at + (ndocs + 7) // 8
    width = max(w for w in range(33) if count << w <= ndocs)
    high = count + ((ndocs - 1) >> width)
    docs, bucket, place = [], 0, 0
    while len(docs) < count:
        if bits >> place & 1:
            low = bits >> (high + len(docs) * width) & ((1 << width) - 1)
            docs.append(bucket << width | low)
        else:
            bucket += 1
        place += 1
    return docs, at + (high + count * width + 7) // 8

def read_lists(path, count):
    b = read(path)
    f = len(b) - 40
    ndocs, blocks, keys, postings, directory = u32(b, f), u32(b, f + 4), u64(b, f + 8), u64(b, f + 16), u64(b, f + 24)
    need(b[:4] == b"TLST" and u32(b, 4) == 1 and u32(b, f + 32) == 1 and ndocs == count, path + ": head")
    need(zlib.crc32(b[directory:-4]) == u32(b, f + 36), path + ": CRC")
    lists = {}
    for block in range(blocks):
        key, at = u32(b, directory + 4 * block), u64(b, directory + 4 * blocks + 8 * block)
        for _ in range(min(32, keys - 32 * block)):
            tag, at = varint(b, at)
            more, at = varint(b, at) if tag & 1 else (-1, at)
            key += tag >> 1
            lists[key], at = documents_of(b, at, more + 2, ndocs)
    need(len(lists) == keys and sum(map(len, lists.values())) == postings, path + ": keys, postings")
    return lists

def read_columns(path, count):
    b = read(path)
    n, ncolumns, directory = u32(b, 8), u32(b, 12), u64(b, 16)
    need(b[:4] == b"TCOL" and u32(b, 4) == 1 and n == count and ncolumns in (len(NUMBERS) + len(TEXTS) + k for k in (1, 2, 3)), path + ": head")
    need(zlib.crc32(b[directory:-4], zlib.crc32(b[:24])) == u32(b, len(b) - 4), path + ": CRC")
    columns = {}
    for i, name in enumerate((NUMBERS + TEXTS + ["index"] + LATER)[:ncolumns]):
        at, least, width, texts = struct.unpack_from("<QQII", b, directory + 24 * i)
        values = [least + int.from_bytes(b[at + d * width:at + (d + 1) * width], "little") for d in range(n)]
        if name in TEXTS:
            table = at + n * width
            offsets = struct.unpack_from("<%dI" % (texts + 1), b, table)
            start = table + 4 * (texts + 1)
            values = [b[start + offsets[v]:start + offsets[v + 1]].decode() for v in values]
        columns[name] = values if name in TEXTS else [v & (1 << 64) - 1 for v in values]
    return columns

def read_dead(index, s):
    if not s["dead"]:
        return set()
    b = read(index, "segments", "%06d.dead-%d" % (s["number"], s["dead"][0]))
    need(zlib.crc32(b[:-4]) == u32(b, len(b) - 4), "dead list: CRC")
    n, at = varint(b, 0)
    dead, doc = set(), 0
    for _ in range(n):
        step, at = varint(b, at)
        doc += step
        dead.add(doc)
    need(len(dead) == s["dead"][1], "dead list: count")
    return dead

def read_index(index):
    m = read_manifest(index)
    records, living = read_log(index, m)
    found = {}
    for s in m["segments"]:
        folder = os.path.join(index, "segments", "%06d" % s["number"])
        for crc, size, name in s["files"]:
            b = read(folder, name)
            need(len(b) == int(size) and zlib.crc32(b) == int(crc, 16), name + ": size or CRC")
        columns, dead = read_columns(os.path.join(folder, "columns"), s["count"]), read_dead(index, s)
        terms = [{"pairs": set(), "clauses": set()} for _ in range(s["count"])]
        for name in "pairs", "clauses":
            for key, docs in read_lists(os.path.join(folder, name), s["count"]).items():
                for d in docs:
                    terms[d][name].add(key)
        for d in set(range(s["count"])) - dead:
            kind, name, document = records[columns["record"][d]]
            need(kind == b"P" and name not in found, "document %s is there twice, or removed" % name)
            found[name] = {**terms[d], "document": document, **{c: columns[c][d] for c in columns}}
    need(found.keys() == living.keys(), "what the segments hold is not what the log says")
    return m, records, found

def key_of(text):
    units = struct.unpack("<%dH" % (len(text.encode("utf-16-le")) // 2), text.encode("utf-16-le"))
    return units[0] if len(units) == 1 else units[0] << 16 | units[1]

def compare(tian, index, found):
    run = lambda *words: subprocess.run([tian, "--index", index, *words], stdout=subprocess.PIPE, check=True).stdout.decode()
    dumped = {d["id"]: d for d in map(json.loads, run("dump").splitlines())}
    need(dumped.keys() == found.keys(), "dump: other documents")
    for name, d in found.items():
        need(dumped[name]["title"].encode() in d["document"], "dump: another title")
        lines = run("debug", "terms", name).split("\n")
        at = {line.split()[1]: i for i, line in enumerate(lines) if line.startswith("# ")}
        need({key_of(k) for k in lines[at["letters"] + 1].split(" ") if k} == d["pairs"], name + ": pairs")
        need({int(k, 16) for k in lines[at["clauses"] + 1].split()} == d["clauses"], name + ": clauses")
        shown = dict(line.split("\t", 1) for line in lines[at["columns"] + 1:] if "\t" in line)
        for c in NUMBERS[1:] + TEXTS + [c for c in LATER if c in d]: # where the record stands is not part of the terms
            need(shown[c] == str(d[c]), "%s: column %s: %s, not %s" % (name, c, d[c], shown[c]))

def main():
    m, records, found = read_index(sys.argv[1])
    if len(sys.argv) > 2:
        compare(sys.argv[2], sys.argv[1], found)
    print("read_index: %d records, %d documents in %d segments: %s" % (len(records), len(found), len(m["segments"]),
          "as dump and debug terms say" if len(sys.argv) > 2 else "all checksums hold"))

if __name__ == "__main__":
    try:
        main()
    except Damaged as e:
        sys.exit("read_index: %s" % e)
