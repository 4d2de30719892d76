/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The example at the head of tian.h, as it stands there, and every kind of result as JSON.
 */
#include "use.h"

static void show_json(char *json, const char *begins)
{
    HOLDS(json && strncmp(json, begins, strlen(begins)) == 0 && !strchr(json, '\n'));
    tian_string_free(json);
}

int main(int argc, char **argv)
{
    struct tian_error error;
    struct tian_index *index;
    HOLDS(argc == 3);
    tian_close(make_index(argv));

    HOLDS(!tian_open(argv[2], NULL, &index, &error));
    struct tian_results *r;
    HOLDS(!tian_search(index, "加装电梯", NULL, &r, &error));
    HOLDS(r->nhits == 2 && r->total == 2 && strstr(r->hits[0].title.text, "电梯"));
    for (size_t i = 0; i < r->hits[0].title.nmarks; i++) {
        struct tian_mark mark = r->hits[0].title.marks[i];
        HOLDS(mark.from < mark.to && mark.to <= r->hits[0].title.length);
    }
    show_json(tian_results_json(r, false), "{\"query\":\"加装电梯\"");
    show_json(tian_hit_json(&r->hits[0], 1), "{\"rank\":1,\"id\":");

    struct tian_document *document;
    HOLDS(!tian_document_get(index, r->hits[0].id, "电梯", TIAN_ROLE_OFFICER, &document, &error));
    HOLDS(document->body.nmarks > 0);
    show_json(tian_document_json(document, NULL, false), "{\"id\":");

    struct tian_check *check;
    HOLDS(!tian_check(index, document->body.text, NULL, &check, &error));
    HOLDS(check->repeat && check->nmatches > 0 && strcmp(check->matches[0].id, document->id) == 0);
    show_json(tian_check_json(check, "draft", false), "{\"id\":\"draft\",\"verdict\":");
    tian_check_free(check);
    tian_document_free(document);
    tian_results_free(r);
    tian_close(index);
    return 0;
}
