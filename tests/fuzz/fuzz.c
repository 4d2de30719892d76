/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The door of libFuzzer, and one of our own (-DFUZZ_REPLAY) that runs a target
 * over files: the inputs kept in corpus/ and found/, with any compiler.
 */
#include "fuzz.h"

#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena *forever, *scratch;

struct arena *fuzz_forever(void)
{
    if (!forever)
        forever = arena_new(NULL);
    return forever;
}

struct str fuzz_utf8(struct arena *arena, struct str input)
{
    struct str copy = arena_str(arena, input);
    for (size_t bad; (bad = utf8_check(copy)) < copy.n;)
        ((char *)copy.p)[bad] = '?';
    return copy;
}

struct str fuzz_part(struct str *rest)
{
    struct str head;
    *rest = str_split(*rest, (char)0xFF, &head);
    return head;
}

struct attempt {
    struct ctx ctx;
    struct tian_error error;
    struct str input;
};

static int attempt(void *self)
{
    struct attempt *a = self;
    fuzz_one(&a->ctx, a->input);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!scratch)
        scratch = arena_new(NULL);
    struct attempt a = { .ctx = { .arena = scratch }, .input = { (const char *)data, size } };
    a.ctx.error = &a.error;
    HOLD(mem_protect(attempt, &a) == 0);
    arena_reset(scratch);
    return 0;
}

#ifdef FUZZ_REPLAY
int main(int argc, char **argv)
{
    struct arena *files = arena_new(NULL);
    struct ctx ctx = { .arena = files };
    for (int i = 1; i < argc; i++) {
        struct str input;
        fprintf(stderr, "%s\n", argv[i]);
        HOLD(file_read(&ctx, files, argv[i], 0, &input) == 0);
        LLVMFuzzerTestOneInput((const uint8_t *)input.p, input.n);
        arena_reset(files);
    }
    arena_free(files);
    if (scratch)
        arena_free(scratch);
    if (forever)
        arena_free(forever);
    return 0;
}
#endif
