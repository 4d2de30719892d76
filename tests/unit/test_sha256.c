/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SHA-256: the examples of FIPS 180-4, and every length around a block.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/sha256.h"

static void gives_the_published_hashes(void **state)
{
    static const struct {
        const char *text, *hash;
    } cases[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
        { "提案", "46adc4971354814ee0a8809981840b1f9b4a32f266e2049ffa7290171184c553" },
    };
    char out[65];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sha256_hex(str_of(cases[i].text), out);
        assert_string_equal(out, cases[i].hash);
    }
}

/* Lengths 0 to 130 of "a", each hash hashed with the one before: sha256sum says the same. */
static void every_length_around_a_block(void **state)
{
    char text[256], out[65] = "";
    (void)state;
    for (size_t n = 0; n <= 130; n++) {
        memset(text, 'a', n);
        memcpy(text + n, out, strlen(out));
        sha256_hex((struct str){ text, n + strlen(out) }, out);
    }
    assert_string_equal(out, "6b550c66fbf472595eb26da778a06d8e6d11b575c83b745e4eac5d85ebf8c27f");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_published_hashes),
        cmocka_unit_test(every_length_around_a_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
