/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian (提案): the public interface. (This head is completed below by the façade.)
 */
#ifndef TIAN_H
#define TIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Errors -------------------------------------------------------------- */

enum tian_code {
    TIAN_OK = 0,
    TIAN_EUSAGE = 1,     /* a wrong argument: option, field, query that cannot be read */
    TIAN_ENOTFOUND = 2,  /* no such document, file or taxonomy */
    TIAN_EINDEX = 3,     /* the index is missing or damaged */
    TIAN_EIO = 4,        /* the system refused to read or write; disk full */
    TIAN_ELOCKED = 5,    /* another process is writing to the index */
    TIAN_EFORMAT = 6,    /* an input cannot be read as what it claims to be */
    TIAN_ELIMIT = 7,     /* an input is larger than the limit the message names */
    TIAN_EMEMORY = 8,    /* out of memory; nothing was changed */
    TIAN_EAGAIN = 9,     /* the deadline passed, or the index is being replaced: try again */
    TIAN_ECANCELLED = 10,/* stopped by request (Ctrl-C); what was acknowledged is kept */
    TIAN_EDENIED = 11,   /* the reader may not see this */
};

/* Filled by the function that fails; give NULL if only the code matters. */
struct tian_error {
    int code;
    char where[256];    /* file, document or option it is about; may be "" */
    char message[512];  /* one sentence in the reader's language, no newline */
};

/* ---- Import (see tian_index_add) ------------------------------------------ */

struct tian_progress {
    uint64_t files, files_total;   /* total 0: not known yet */
    uint64_t bytes, bytes_total;
    uint64_t documents;
    const char *now;               /* what is being done, in the reader's language */
};

struct tian_import_summary {
    uint64_t files;      /* seen */
    uint64_t unchanged;  /* skipped: as last time */
    uint64_t failed;     /* could not be read: see the log */
    uint64_t documents;  /* read from changed files */
    uint64_t added, updated, removed, same;
    uint64_t warnings;
    uint64_t bytes;      /* of text, title and body */
    double seconds;
};

#ifdef __cplusplus
}
#endif
#endif
