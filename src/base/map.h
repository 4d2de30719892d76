/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Hash maps from byte strings to pointers, in order of insertion, and the one
 * hash function of the project (stable across machines and versions: it is
 * written to disk, see doc/FORMAT.md).
 */
#ifndef TIAN_MAP_H
#define TIAN_MAP_H

#include "base/arena.h"

uint64_t hash_bytes(const void *, size_t n, uint64_t seed);
static inline uint64_t hash_str(struct str s)
{
    return hash_bytes(s.p, s.n, 0);
}

/* A mixer of one word (splitmix64's finaliser): cheap, every bit depends on every bit. */
static inline uint64_t hash_mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

struct map_entry {
    struct str key;
    void *value;
};

struct map {
    struct arena *arena;
    struct map_entry *entries; /* in order of insertion, n of them */
    size_t n, cap;
    uint32_t *slots; /* private */
    size_t nslots;
};

struct map *map_new(struct arena *);

/* The value of key, or NULL. */
void *map_get(const struct map *, struct str key);

/* The place of key's value, made (NULL) when new; the key is copied then. Valid until the next insertion. */
void **map_at(struct map *, struct str key);

bool map_has(const struct map *, struct str key);

#endif
