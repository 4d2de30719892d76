/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Failures: out-parameters are NULL, the code is what the header says, the error has a message, a NULL error
 * is taken, every _free takes NULL.
 */
#include "use.h"

static void no_index(void)
{
    struct tian_error error;
    struct tian_index *index = (struct tian_index *)&error;
    HOLDS(tian_open("/nowhere/at/all", NULL, &index, &error) == TIAN_EINDEX);
    HOLDS(index == NULL && error.code == TIAN_EINDEX && error.message[0] != '\0' &&
          !strchr(error.message, '\n'));
    HOLDS(tian_open("/nowhere/at/all", NULL, &index, NULL) == TIAN_EINDEX);
}

static void wrong_arguments(struct tian_index *index)
{
    struct tian_error error;
    struct tian_results *results = (struct tian_results *)&error;
    struct tian_document *document = (struct tian_document *)&error;
    char *text = (char *)&error;
    struct tian_search_options options = { .theme = "没有这个主题" };
    HOLDS(tian_search(index, "电梯", &options, &results, &error) == TIAN_EUSAGE && !results);
    HOLDS(tian_document_get(index, "没有这一件", NULL, TIAN_ROLE_OFFICER, &document, &error) ==
              TIAN_ENOTFOUND &&
          !document);
    HOLDS(tian_debug(index, "nothing", "", &text, &error) == TIAN_EUSAGE && !text);
}

static void too_large(struct tian_index *index)
{
    size_t n = 5 << 20;
    char *text = malloc(n + 1);
    struct tian_results *results;
    struct tian_check *check;
    struct tian_error error;
    HOLDS(text);
    memset(text, 'a', n);
    text[n] = '\0';
    HOLDS(tian_search(index, text, NULL, &results, &error) == TIAN_ELIMIT && !results);
    HOLDS(tian_check(index, text, NULL, &check, &error) == TIAN_ELIMIT && !check);
    free(text);
}

static void locked(char **argv)
{
    struct tian_index *second;
    struct tian_error error;
    HOLDS(tian_open(argv[2], &(struct tian_open_options){ .write = true }, &second, &error) == TIAN_ELOCKED &&
          !second);
}

static void json_lines(void)
{
    static const char line[] =
        "{\"id\":7,\"title\":\"甲\",\"tags\":[\"a\",\"b\"],\"none\":null,\"yes\":true}";
    struct tian_field *fields;
    size_t n;
    struct tian_error error;
    HOLDS(tian_json_fields(line, sizeof line - 1, &fields, &n, &error) == TIAN_OK && n == 4);
    HOLDS(strcmp(fields[0].value, "7") == 0 && strcmp(fields[2].value, "a、b") == 0 &&
          strcmp(fields[3].value, "true") == 0);
    tian_json_fields_free(fields);
    HOLDS(tian_json_fields("[1]", 3, &fields, &n, &error) == TIAN_EFORMAT && !fields && n == 0);
}

int main(int argc, char **argv)
{
    HOLDS(argc == 3);
    no_index();
    json_lines();
    struct tian_index *index = make_index(argv);
    wrong_arguments(index);
    too_large(index);
    locked(argv);
    tian_close(index);
    tian_close(NULL);
    tian_results_free(NULL);
    tian_document_free(NULL);
    tian_check_free(NULL);
    tian_labels_free(NULL);
    tian_json_fields_free(NULL);
    tian_string_free(NULL);
    return 0;
}
