#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""read_index.py INDEX: an independent reader of what is on disk, written from doc/FORMAT.md and the drawings
it points to, not from the code. It reads every file but the words of version 1: manifest, log, words, lists, columns,
dead lists, with all their checksums. compare_index.py compares what it finds with what tian says."""
import os, struct, sys, zlib

NUMBERS = "record id content terms size year term meeting date flags source".split()
TEXTS = "number proposer proposer_kind category theme units outcome state satisfaction".split()

need = lambda condition, what: condition or sys.exit("index: " + what)

u32 = lambda b, at: struct.unpack_from("<I", b, at)[0]
u64 = lambda b, at: struct.unpack_from("<Q", b, at)[0]

def varint(b, at):
    value, n = b[at] & 0x7F, 1
    while b[at + n - 1] & 0x80:
        value |= (b[at + n] & 0x7F) << 7 * n
        n += 1
    return value, at + n

def field(b, at):
    n, at = varint(b, at)
    return b[at:at + n], at + n

read = lambda *path: open(os.path.join(*path), "rb").read()

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
    need(m["tian-manifest"] == "1" and m["features"] in ("words pairs clauses columns", "words2 pairs clauses columns"), "manifest: version")
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

def counts_of(b, at, n, kind, nothers):
    """How often each document of a list has the term (words_file.h), and where that ends."""
    if kind < 2:
        return [1 - kind] * n, at
    others, end, counts = at + (n + 3) // 4, at + (n + 3) // 4 + nothers, []
    for i in range(n):
        count = (b[at + i // 4] >> i % 4 * 2 & 3) + 1
        if count == 4:
            other, others = varint(b, others)
            count = other + 3 if other else 0
        counts.append(count)
    return counts, end

def read_words(path, count):
    b = read(path)
    f, terms = len(b) - 60, {}
    ndocs, blocks, nterms, postings, total, lengths, directory, width = struct.unpack_from("<IIQQQQQI", b, f)
    need(b[:4] == b"TWRD" and u32(b, 4) == 1 and u32(b, f + 52) == 1 and ndocs == count, path + ": head")
    need(zlib.crc32(b[directory:-4]) == u32(b, f + 56), path + ": CRC")
    for block in range(blocks):
        at, term = u64(b, directory + 8 * block), b""
        for _ in range(min(32, nterms - 32 * block)):
            shared, rest, at = b[at] >> 4, b[at] & 15, at + 1
            more, at = varint(b, at) if rest == 15 else (0, at)
            term, at = term[:shared] + b[at:at + rest + more], at + rest + more
            tag, at = varint(b, at)
            nothers, at = varint(b, at) if tag & 3 == 2 else (0, at)
            docs, at = documents_of(b, at, (tag >> 2) + 1, ndocs)
            counts, at = counts_of(b, at, len(docs), tag & 3, nothers)
            terms[term.decode()] = dict(zip(docs, counts))
    length = [sum(t.get(d, 0) for t in terms.values()) for d in range(ndocs)]
    need(all(int.from_bytes(b[lengths + d * width:lengths + (d + 1) * width], "little") == length[d] for d in range(ndocs))
         and len(terms) == nterms and sum(map(len, terms.values())) == postings and sum(length) == total, path + ": sums")
    return terms

def read_columns(path, count):
    b = read(path)
    n, ncolumns, directory = u32(b, 8), u32(b, 12), u64(b, 16)
    need(b[:4] == b"TCOL" and u32(b, 4) == 1 and n == count and ncolumns == len(NUMBERS) + len(TEXTS) + 1, path + ": head")
    need(zlib.crc32(b[directory:-4], zlib.crc32(b[:24])) == u32(b, len(b) - 4), path + ": CRC")
    columns = {}
    for i, name in enumerate(NUMBERS + TEXTS):
        at, least, width, texts = struct.unpack_from("<QQII", b, directory + 24 * i)
        values = [least + int.from_bytes(b[at + d * width:at + (d + 1) * width], "little") for d in range(n)]
        if name in TEXTS:
            table = at + n * width
            offsets = struct.unpack_from("<%dI" % (texts + 1), b, table)
            start = table + 4 * (texts + 1)
            values = [b[start + offsets[v]:start + offsets[v + 1]].decode() for v in values]
        columns[name] = [v & (1 << 64) - 1 for v in values] if name in NUMBERS else values
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
        dead.add(doc := doc + step)
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
        terms = [{"words": {}, "pairs": set(), "clauses": set()} for _ in range(s["count"])]
        for word, counts in read_words(os.path.join(folder, "words"), s["count"]).items() if m["features"].startswith("words2") else ():
            for d in counts:
                terms[d]["words"][word] = counts[d]
        for name in "pairs", "clauses":
            for key, docs in read_lists(os.path.join(folder, name), s["count"]).items():
                for d in docs:
                    terms[d][name].add(key)
        for d in set(range(s["count"])) - dead:
            kind, name, document = records[columns["record"][d]]
            need(kind == b"P" and name not in found, "document %s is there twice, or removed" % name)
            found[name] = {**terms[d], "document": document, **{c: columns[c][d] for c in NUMBERS + TEXTS}}
    need(found.keys() == living.keys(), "what the segments hold is not what the log says")
    return m, records, found

if __name__ == "__main__":
    m, records, found = read_index(sys.argv[1])
    print("read_index: %d records, %d documents: all checksums hold" % (len(records), len(found)))
