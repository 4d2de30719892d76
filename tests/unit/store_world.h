/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A small world for tests of the store: a folder in memory (/dev/shm) with
 * inputs and indexes, made and asked through the public interface only, so that
 * what is tested is what a user has.
 *
 *   w.folder/in     a few text files and a JSON Lines file
 *   w.folder/…      indexes, copied from each other
 */
#ifndef TIAN_STORE_WORLD_H
#define TIAN_STORE_WORLD_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <tian.h>

#include "base/file.h"

struct world {
    char folder[64];
};

static inline void world_make(struct world *w)
{
    strcpy(w->folder, access("/dev/shm", W_OK) == 0 ? "/dev/shm/tian-XXXXXX" : "/tmp/tian-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    say_set("en");
}

static inline void world_remove(const char *path)
{
    struct ctx ctx = { .arena = arena_new(NULL) };
    assert_int_equal(file_remove_tree(&ctx, path), 0);
    arena_free(ctx.arena);
}

/* folder/name, in one of a few static places. */
static inline const char *world_path(const struct world *w, const char *name)
{
    static char paths[8][512];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", w->folder, name);
    return path;
}

static inline void world_write(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static inline void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    assert_true(in && out);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, in)) > 0;)
        assert_int_equal(fwrite(bytes, 1, n, out), n);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* Segments never change: linked when asked, for the copy is made thousands of times. */
static inline void world_copy(const char *from, const char *to, bool link_segments)
{
    DIR *dir = opendir(from);
    assert_non_null(dir);
    mkdir(to, 0777);
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        char a[768], b[768];
        struct stat st;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(a, sizeof a, "%s/%s", from, e->d_name);
        snprintf(b, sizeof b, "%s/%s", to, e->d_name);
        assert_int_equal(lstat(a, &st), 0);
        if (S_ISDIR(st.st_mode))
            world_copy(a, b, link_segments);
        else if (link_segments && strstr(a, "/segments/"))
            assert_int_equal(link(a, b), 0);
        else
            copy_file(a, b);
    }
    closedir(dir);
}

/* ---- Inputs ---------------------------------------------------------------------------- */

static const char *const WORLD_TOPICS[] = { "老旧小区加装电梯", "社区养老床位",   "农村饮用水安全",
                                            "中小学课后服务",   "公共停车位共享", "基层医疗卫生",
                                            "古树名木保护",     "非机动车道划设", "预付卡消费监管",
                                            "职业教育产教融合" };

static inline void world_text(char *out, size_t room, unsigned n)
{
    const char *topic = WORLD_TOPICS[n % 10];
    snprintf(
        out, room,
        "关于加强%s工作的建议\n\n情况：近年来，%s成为群众反映集中的问题，第%u次调研中有%u户居民提出意见。\n"
        "建议：一、由有关部门牵头制定%s实施方案，明确时限；二、每年安排专项资金%"
        "u万元；三、公开进展，接受监督。\n",
        topic, topic, n, n * 7 + 3, topic, n * 11 + 20);
}

static inline void world_inputs(const struct world *w)
{
    char text[4096], path[512];
    mkdir(world_path(w, "in"), 0777);
    for (unsigned i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/in/%u.txt", w->folder, i);
        world_text(text, sizeof text, i);
        world_write(path, text);
    }
    FILE *f = fopen(world_path(w, "in/more.jsonl"), "w");
    for (unsigned i = 3; i < 9; i++)
        fprintf(f,
                "{\"id\":\"m%u\",\"title\":\"关于%s的建议\",\"body\":\"第%u件。建议加强%s，并安排资金%"
                "u万元。\"}\n",
                i, WORLD_TOPICS[i % 10], i, WORLD_TOPICS[i % 10], i * 3);
    fclose(f);
}

/* A file changed (one document less, one other), one gone, one new. */
static inline void world_change_inputs(const struct world *w)
{
    char text[4096];
    unlink(world_path(w, "in/1.txt"));
    world_text(text, sizeof text, 17);
    world_write(world_path(w, "in/8.txt"), text);
    FILE *f = fopen(world_path(w, "in/more.jsonl"), "w");
    for (unsigned i = 4; i < 10; i++)
        fprintf(f,
                "{\"id\":\"m%u\",\"title\":\"关于%s的建议\",\"body\":\"第%u件。建议加强%s，并安排资金%"
                "u万元。\"}\n",
                i, WORLD_TOPICS[i % 10], i, WORLD_TOPICS[i % 10], i < 6 ? i * 4 + 1 : i * 3);
    fclose(f);
}

/* ---- Asking ---------------------------------------------------------------------------- */

static inline int world_import(const char *index, const char *input, struct tian_error *error)
{
    struct tian_index *ix;
    struct tian_add_options options = { .jobs = 1 };
    int rc = tian_open(index, &(struct tian_open_options){ .write = true, .create = true }, &ix, error);
    if (rc)
        return rc;
    rc = tian_index_add(ix, &input, 1, &options, NULL, error);
    tian_close(ix);
    return rc;
}

/* Digest of what is there, read by a fresh handle. */
static inline int world_digest(const char *index, char digest[33], struct tian_error *error)
{
    struct tian_index *ix;
    int rc = tian_open(index, NULL, &ix, error);
    if (rc)
        return rc;
    rc = tian_index_digest(ix, digest, error);
    tian_close(ix);
    return rc;
}

/* Environment variable as a number. */
static inline unsigned world_number(const char *name, unsigned usual)
{
    const char *value = getenv(name);
    return value && atoi(value) > 0 ? (unsigned)atoi(value) : usual;
}

#endif
