/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Hash maps: entries in order of insertion, and a table of slots, two words
 * each, that points into them (open addressing, linear probing, at most half
 * full):
 *
 *   slots    [ number of the entry + 1 | low 32 bits of its hash ] …
 *   entries  [ key, value ] [ key, value ] …
 *
 * The bits in the slot spare nearly every comparison of keys that differ, and
 * all of them when the table grows. Nothing is ever taken out.
 */
#include "base/map.h"

#include <assert.h>

/* ---- The hash -------------------------------------------------------------
 * Eight bytes at a time, multiply and shift as in MurmurHash64A, the tail as
 * one word filled with zeros (the length is in the start value, so "a" and
 * "a\0" differ), finished by splitmix64's mixer. STABLE: its values are on
 * disk; tests/unit/test_map.c pins them. Not meant to stand up to someone who
 * searches for collisions on purpose. */

static uint64_t word_at(const uint8_t *p, size_t n)
{
    uint64_t w = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(&w, p, n);
#else
    for (size_t i = n; i-- > 0;)
        w = w << 8 | p[i];
#endif
    return w;
}

static uint64_t stir(uint64_t h, uint64_t word)
{
    const uint64_t m = 0xC6A4A7935BD1E995ull;
    word *= m;
    word ^= word >> 47;
    word *= m;
    return (h ^ word) * m;
}

uint64_t hash_bytes(const void *data, size_t n, uint64_t seed)
{
    const uint8_t *p = data;
    uint64_t h = hash_mix(seed) ^ (n * 0x9E3779B97F4A7C15ull);
    for (; n >= 8; p += 8, n -= 8)
        h = stir(h, word_at(p, 8));
    if (n > 0)
        h = stir(h, word_at(p, n));
    return hash_mix(h);
}

/* ---- The map -------------------------------------------------------------- */

#define SLOTS_FIRST   16u
#define ENTRIES_FIRST 8u

/* p[0] = number + 1 (0: free), p[1] = bits of the hash. */
static uint32_t *slot_at(const struct map *m, size_t i)
{
    return m->slots + 2 * (i & (m->nslots - 1));
}

struct map *map_new(struct arena *arena)
{
    struct map *m = arena_new_of(arena, struct map);
    m->arena = arena;
    m->cap = ENTRIES_FIRST;
    m->entries = arena_growable(arena, m->cap * sizeof *m->entries);
    m->nslots = SLOTS_FIRST;
    m->slots = arena_growable(arena, m->nslots * 2 * sizeof *m->slots);
    memset(m->slots, 0, m->nslots * 2 * sizeof *m->slots);
    return m;
}

/* The slot that holds key, or the free one where it belongs. */
static uint32_t *find(const struct map *m, struct str key, uint32_t bits)
{
    for (size_t i = bits;; i++) {
        uint32_t *slot = slot_at(m, i);
        if (slot[0] == 0)
            return slot;
        if (slot[1] == bits && str_eq(m->entries[slot[0] - 1].key, key))
            return slot;
    }
}

static void grow_slots(struct map *m)
{
    assert(m->nslots <= UINT32_MAX / 4);
    size_t words = m->nslots * 2, at = 0;
    uint32_t *old = m->slots; /* stays in the lower half until it is moved over */
    m->slots = arena_grow(old, words * sizeof *old, 2 * words * sizeof *old);
    struct arena *scratch = arena_new(m->arena);
    uint32_t *copy = arena_alloc(scratch, words * sizeof *copy);
    memcpy(copy, m->slots, words * sizeof *copy);
    m->nslots *= 2;
    memset(m->slots, 0, m->nslots * 2 * sizeof *m->slots);
    for (; at < words; at += 2) {
        if (copy[at] == 0)
            continue;
        size_t i = copy[at + 1];
        while (slot_at(m, i)[0] != 0)
            i++;
        memcpy(slot_at(m, i), copy + at, 2 * sizeof *copy);
    }
    arena_free(scratch);
}

void *map_get(const struct map *m, struct str key)
{
    uint32_t number = find(m, key, (uint32_t)hash_str(key))[0];
    return number ? m->entries[number - 1].value : NULL;
}

bool map_has(const struct map *m, struct str key)
{
    return find(m, key, (uint32_t)hash_str(key))[0] != 0;
}

/* Room for one more, in both tables, before anything is changed. */
static void make_room(struct map *m)
{
    if (2 * (m->n + 1) > m->nslots)
        grow_slots(m);
    if (m->n == m->cap) {
        m->entries = arena_grow(m->entries, m->n * sizeof *m->entries, m->cap * 2 * sizeof *m->entries);
        m->cap *= 2;
    }
}

void **map_at(struct map *m, struct str key)
{
    uint32_t bits = (uint32_t)hash_str(key);
    uint32_t *slot = find(m, key, bits);
    if (slot[0] == 0) {
        make_room(m);
        struct str copy = arena_str(m->arena, key);
        slot = find(m, key, bits);
        m->entries[m->n] = (struct map_entry){ copy, NULL };
        slot[0] = (uint32_t)++m->n;
        slot[1] = bits;
    }
    return &m->entries[slot[0] - 1].value;
}
