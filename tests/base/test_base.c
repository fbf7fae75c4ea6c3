/* Buffers, dictionaries, hashes, files and errors. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/map.h"
#include "base/mem.h"

Test(buf, stops_at_its_ceiling_and_says_so) {
    tilt__buf buf = {.ceiling = 8};
    tilt__buf_text(&buf, "1234567");
    cr_assert_not(buf.failed);
    tilt__buf_char(&buf, '8');
    cr_assert(buf.failed);
    cr_assert_str_eq(tilt__buf_get(&buf), "1234567");
    tilt__buf_free(&buf);
}

Test(map, numbers_texts_in_order_of_first_sight) {
    tilt__map *map = tilt__map_new();
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 5000; i++) {
            char text[16];
            int n = snprintf(text, sizeof text, "k%zu", i);
            cr_assert_eq(tilt__map_add(map, text, (size_t)n), i);
        }
    }
    cr_assert_eq(tilt__map_count(map), 5000);
    cr_assert_str_eq(tilt__map_text(map, 4321, NULL), "k4321");
    cr_assert_eq(tilt__map_find(map, "absent", 6), TILT__MAP_NONE);
    cr_assert_eq(tilt__map_add(map, "", 0), 5000, "the empty text is a text");
    tilt__map_free(map);
}

Test(map, survives_any_failed_allocation) {
    for (size_t nth = 1;; nth++) {
        tilt__fail_allocation(nth);
        tilt__map *map = tilt__map_new();
        bool ok = map != NULL;
        for (size_t i = 0; ok && i < 100; i++) {
            char text[16];
            int n = snprintf(text, sizeof text, "k%zu", i);
            ok = tilt__map_add(map, text, (size_t)n) == i;
        }
        bool failed = tilt__allocation_failed();
        tilt__fail_allocation(0);
        tilt__map_free(map);
        if (!failed) {
            cr_assert(ok);
            break;
        }
        cr_assert_not(ok, "allocation %zu failed unnoticed", nth);
    }
}

Test(hash, sha256_of_abc) {
    char hex[TILT__SHA256_HEX];
    cr_assert(tilt__sha256_hex("abc", 3, hex));
    tilt__hasher *hasher = tilt__hasher_new();
    cr_assert_not_null(hasher);
    for (size_t i = 0; i < 3; i++) { /* the same each time: nothing is left of the text before */
        uint64_t number = 0;
        cr_assert(tilt__hasher_number(hasher, "abc", 3, &number));
        cr_assert_eq(number, 0xba7816bf8f01cfeau);
    }
    tilt__hasher_free(hasher);
    /* FIPS 180-4, appendix example "abc" */
    cr_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

Test(io, a_failed_write_leaves_nothing) {
    tilt_error err;
    cr_assert_eq(tilt__write_file("/dev/full", "x", 1, &err), TILT_EIO);
    cr_assert_eq(tilt__write_file("no-such-folder/file", "x", 1, &err), TILT_EIO);
    cr_assert(strstr(err.message, "no-such-folder/file") != NULL);
}

Test(error, message_turns_no_direction_and_holds_only_characters) {
    /* NOLINTBEGIN(misc-misleading-bidirectional): that is what is tested */
    static const struct {
        const char *name, *said;
    } cases[] = {{"a\xE2\x80\xAEgpj.exe", "a?gpj.exe"}, /* U+202E */
                 {"\xE2\x81\xA7"
                  "b\xE2\x81\xA9",
                  "?b?"},
                 {"\xD8\x9C"
                  "c\xE2\x80\x8F",
                  "?c?"},
                 {"\xC2\x9B"
                  "2J",
                  "?2J"}, /* CSI as one character */
                 {"\x9B"
                  "2J",
                  "?2J"}, /* and as one byte */
                 {"\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9"}};
    /* NOLINTEND(misc-misleading-bidirectional) */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tilt_error err = {.status = TILT_OK};
        (void)tilt__fail(&err, TILT_EUSAGE, "%s.", cases[i].name);
        char said[64];
        (void)snprintf(said, sizeof said, "%s.", cases[i].said);
        cr_expect_str_eq(err.message, said);
    }
}

Test(error, message_names_the_place_and_holds_no_control_bytes) {
    tilt_error err;
    tilt__place place = {.source = "people.csv", .row = 41, .column = 3, .column_name = "age"};
    tilt_status status = tilt__fail_at(&err, TILT_ETYPE, &place, "expected a number, found \"\x1b[31m\"");
    cr_assert_eq(status, TILT_ETYPE);
    cr_assert_str_eq(err.message, "people.csv row 41, column \"age\": expected a number, found \"?[31m\"");
    cr_assert_eq(err.row, 41);
}
