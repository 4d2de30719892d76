/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The care of an index as scenarios of test_store_faults.c.
 */
static int do_compact(struct tian_index *ix, struct tian_error *error)
{
    return tian_index_compact(ix, &(struct tian_add_options){ .jobs = 1 }, NULL, error);
}

static int run_compact(const struct world *w, struct tian_error *error)
{
    return with_writer(w, do_compact, false, error);
}

static int do_backup(struct tian_index *ix, struct tian_error *error)
{
    return tian_index_backup(ix, world_path(&world, "to"), NULL, error);
}

/* What was backed up must be whole, or still what it was before. */
static int run_backup(const struct world *w, struct tian_error *error)
{
    return with_reader(w, do_backup, error);
}

static int run_restore(const struct world *w, struct tian_error *error)
{
    return tian_restore(world_path(w, "ix"), world_path(w, "old"), 0, error);
}

static int do_relabel(struct tian_index *ix, struct tian_error *error)
{
    return tian_theme_apply(ix, TIAN_SOURCE_SHARE "/themes/office.conf", error);
}

static int run_relabel(const struct world *w, struct tian_error *error)
{
    return with_writer(w, do_relabel, false, error);
}

static int do_themes(struct tian_index *ix, struct tian_error *error)
{
    char *text = NULL;
    int rc = tian_theme_new(ix, 0, &text, error);
    tian_string_free(text);
    if (!rc) {
        rc = tian_theme_lint(ix, NULL, &text, error);
        tian_string_free(text);
    }
    return rc;
}

static int run_themes(const struct world *w, struct tian_error *error)
{
    return with_reader(w, do_themes, error);
}
