/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Files, done carefully: whole writes (EINTR, short writes), durable replace
 * (write beside, fsync, rename, fsync of the folder), maps, locks that say who
 * holds them, walks in a fixed order. Everything that touches a descriptor in
 * the project goes through here; test hooks sit here too.
 */
#ifndef TIAN_FILE_H
#define TIAN_FILE_H

#include "base/buf.h"
#include "base/ctx.h"

/* The whole file, owned by arena, NUL behind it. TIAN_EIO; TIAN_ELIMIT beyond max bytes (0: no limit). */
int file_read(struct ctx *, struct arena *, const char *path, size_t max, struct str *out);

/* Reading from front to back; closed with the arena. read gives n bytes, fewer only at the end. */
struct file_reader {
    int *fd;
    const char *path; /* owned by the arena */
};
int file_reader_open(struct ctx *, struct arena *, const char *path, struct file_reader *out);
int file_reader_read(struct ctx *, struct file_reader *, char *p, size_t n, size_t *got);

/* The absolute path without links, owned by arena; NULL when nothing is there. */
char *file_canonical(struct arena *, const char *path);

/* Map read-only until the arena is freed. An empty file gives { "", 0 }. */
int file_map(struct ctx *, struct arena *, const char *path, struct str *out);

/* A file mapped with room behind its end, which may be read once the file has grown so far: never beyond what
 * file_stat() says then. */
struct file_room {
    const char *p;
    uint64_t size, n;  /* of the file when it was mapped; with the room */
    uint64_t identity; /* as in struct file_info */
};
int file_map_room(struct ctx *, struct arena *, const char *path, size_t room, struct file_room *out);

/* Part of a map will not be read again soon: its pages no longer count as memory of this process. */
void file_forget(const void *from, const void *to);

/* Durable atomic replacement: when 0 is returned, path holds data even after a power cut. */
int file_replace(struct ctx *, const char *path, struct str data);

/* Create a new file with data; sync says whether to fsync it (not its folder). */
int file_write(struct ctx *, const char *path, struct str data, bool sync);

/* An append-only handle. offset = size. Closed with the arena. */
struct file_tail {
    int fd;
    uint64_t offset;
    const char *path; /* owned by the arena */
};
int file_tail_open(struct ctx *, struct arena *, const char *path, struct file_tail *out);
int file_tail_append(struct ctx *, struct file_tail *, struct str data); /* on error the tail is cut back */
int file_tail_cut(struct ctx *, struct file_tail *, uint64_t size);
int file_tail_sync(struct ctx *, struct file_tail *);

int file_sync_folder(struct ctx *, const char *folder);

/* Files and folders, written before, to be synced all at once (sync.c): once. Paths are copied. */
struct file_syncs;
struct file_syncs *file_syncs_new(struct arena *);
void file_sync_later(struct file_syncs *, const char *path);
int file_sync_all(struct ctx *, struct file_syncs *);

int file_make_folder(struct ctx *, const char *folder); /* one level or more; 0 when it exists */
int file_remove_tree(struct ctx *, const char *path);   /* 0 when it does not exist */
int file_rename(struct ctx *, const char *from, const char *to);

/* Two names change places in one instant, and durably. */
int file_exchange(struct ctx *, const char *a, const char *b);

enum file_kind {
    FILE_NONE,
    FILE_REGULAR,
    FILE_FOLDER,
    FILE_LINK, /* file_walk() only: a link to a folder, to nothing, or of somebody to another's file */
    FILE_OTHER /* a pipe, a socket, a device */
};
struct file_info {
    enum file_kind kind;
    uint64_t size;
    int64_t mtime_ns;
    uint64_t identity; /* equal for names of one file; 0: nothing is there */
};
struct stat;
uint64_t file_identity(const struct stat *);
/* kind = FILE_NONE (and 0) when nothing is there. */
int file_stat(struct ctx *, const char *path, struct file_info *out);

/* Does another file system begin at this folder? Then, without it, the folder is there, and empty. */
bool file_is_mount(const char *folder);

/* Free bytes for us on the file system of path. */
int file_free_space(struct ctx *, const char *path, uint64_t *bytes);

/* Every file below path (or path itself), names in byte order, hidden names left
 * out. visit returns 0 to go on. It is also told of what the walk does not enter:
 * an unreadable folder (FILE_NONE), a link that is not followed (FILE_LINK),
 * what is no file (FILE_OTHER). */
typedef int file_visit(void *self, const char *path, const struct file_info *);
int file_walk(struct ctx *, const char *path, file_visit *, void *self);

/* Names (not paths) in a folder, sorted; owned by arena. */
int file_list(struct ctx *, struct arena *, const char *folder, char ***names, size_t *n);

/* An exclusive lock on path (made when absent), whose content names the holder
 * ("pid host since command"). TIAN_ELOCKED says who holds it. wait_ms: how long
 * to wait for it. Released with the arena; a dead process holds nothing. TIAN_EIO:
 * the file system has no locks, or such as hold on this machine only. */
int file_lock(struct ctx *, struct arena *, const char *path, int wait_ms);

/* "a/b" from "a" and "b", owned by arena. */
char *path_join(struct arena *, const char *folder, const char *name);
const char *path_base(const char *path); /* behind the last '/' */

/* Test hook: asked before every "open", "read", "map", "write", "fsync", "rename",
 * "truncate", "unlink" and "mkdir"; returns the errno to fail with, or 0. A write
 * that is made to fail writes half of its bytes first, as a full disk would. */
extern int (*file_fault_hook)(const char *op, const char *path);
int file_fault(const char *op, const char *path); /* 0, or -1 with errno set */

#endif
