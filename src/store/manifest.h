/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: the one small file that says what is being served.
 * Replaced as a whole by a durable rename; whoever has read it has a consistent
 * view. See manifest.c for the format.
 */
#ifndef TIAN_MANIFEST_H
#define TIAN_MANIFEST_H

#include "base/file.h"
#include "store/record.h"

struct manifest_segment {
    unsigned number;
    uint32_t count;           /* documents, the dead among them */
    uint64_t dead_generation; /* its dead list is in segments/NNNNNN.dead-GENERATION; 0: none are dead */
    uint32_t dead;
    struct str files; /* lines of segment_seal() */
};

struct manifest {
    uint64_t generation;
    record_at records; /* all records before this place are in the segments */
    unsigned log;      /* number of the first file of the log; the ones before are superseded (compact.c) */
    uint64_t schema;   /* of the terms: another value means that the segments must be rebuilt */
    unsigned next_segment;
    uint64_t sources; /* generation of the sources file; 0: none */
    vec_of(struct manifest_segment) segments;
};

void manifest_init(struct manifest *, struct arena *);

/* TIAN_EINDEX when there is none (message: how to make one) or it is damaged. */
int manifest_read(struct ctx *, struct arena *, const char *index, struct manifest *out);
/* Only its generation; false when it cannot be read. */
bool manifest_generation(struct ctx *, const char *index, uint64_t *generation);
void manifest_text(const struct manifest *, struct buf *out); /* what is in the file */
int manifest_write(struct ctx *, const char *index, const struct manifest *);

/* Paths inside an index, owned by arena. */
char *manifest_path(struct arena *, const char *index);
char *segment_path(struct arena *, const char *index, unsigned number);
char *dead_path(struct arena *, const char *index, unsigned number, uint64_t generation);
char *sources_path(struct arena *, const char *index, uint64_t generation);

/* Lists of dead documents: ascending numbers inside the segment. The file is not synced yet. */
int dead_write(struct ctx *, const char *path, const struct docs *);
int dead_read(struct ctx *, struct arena *, const char *path, uint32_t count, struct docs *out);

/* Remove what this manifest does not name: segments, dead lists, sources, files of the log before its first,
 * half-written manifests, scratch. Best effort: errors are ignored, the next writer tries again. */
void manifest_sweep(struct ctx *, const char *index, const struct manifest *);

#endif
