/* Ledgers and packs that were damaged, or made to harm: an error in words, never a crash, and never "whole".
 */
#include "ledger.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <zip.h>

#include "ledger/pack.h"
#include "ledger/trend.h"
#include "ledger/verify.h"
#include "stat/random.h"

static const made january = {"January", "2025-01-01", "2025-01-31", 400, 500, "level"};
static unsigned char bytes[1 << 20];

static size_t read_bytes(const char *path) {
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL);
    size_t n = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    cr_assert_lt(n, sizeof bytes);
    return n;
}

static void write_bytes(const char *path, size_t n) {
    FILE *file = fopen(path, "wb");
    cr_assert(file != NULL);
    cr_assert_eq(fwrite(bytes, 1, n, file), n);
    cr_assert_eq(fclose(file), 0);
}

static tilt_status ignore_row(void *context, const tilt__audit_row *row, tilt_error *err) {
    (void)context;
    (void)row;
    (void)err;
    return TILT_OK;
}

/* Everything that only reads. Each either succeeds or says in words why not. */
static void use(const char *path) {
    tilt_error err = {0};
    tilt__ledger *ledger = tilt__ledger_open(path, false, &err);
    if (ledger == NULL) {
        cr_expect(err.status != TILT_OK && err.message[0] != '\0');
        return;
    }
    tilt__verified found;
    tilt__buf text = TILT__BUF_INIT;
    tilt__trend_ask ask = {.last = TILT__TREND_LAST};
    tilt_error said[4] = {{0}, {0}, {0}, {0}};
    tilt_status ends[4];
    ends[0] = tilt__ledger_list(ledger, NULL, 0, ignore_row, NULL, &said[0]);
    cJSON *trend = tilt__ledger_trend(ledger, &ask, &said[1]);
    ends[1] = trend != NULL ? TILT_OK : said[1].status;
    ends[2] = tilt__ledger_get(ledger, 2, TILT__CONTENT_RESULT, &text, NULL, &said[2]);
    ends[3] = tilt__ledger_verify(ledger, NULL, NULL, &found, &said[3]);
    for (int i = 0; i < 4; i++)
        cr_expect(ends[i] == TILT_OK || said[i].message[0] != '\0', "%d ends with %d and no word", i,
                  ends[i]);
    cJSON_Delete(trend);
    tilt__buf_free(&text);
    tilt__ledger_free(ledger);
}

Test(hostile, a_damaged_ledger_is_an_error_and_no_crash, LEDGER, .timeout = 60) {
    tilt__ledger *ledger = open_ledger("l.db");
    for (int i = 0; i < 12; i++) must_record(ledger, &january);
    cr_assert_eq(sqlite3_exec(ledger->db, "VACUUM INTO 'copy.db'", NULL, NULL, NULL), SQLITE_OK);
    tilt__ledger_free(ledger);
    size_t n = read_bytes("copy.db");
    tilt__random random = tilt__random_stream(9, 0, 0);
    for (int round = 0; round < 150; round++) {
        unsigned char kept[64];
        size_t at[64], changes = 1 + (size_t)tilt__random_below(&random, 64);
        for (size_t i = 0; i < changes; i++) {
            at[i] = (size_t)tilt__random_below(&random, n);
            kept[i] = bytes[at[i]];
            bytes[at[i]] = (unsigned char)tilt__random_below(&random, 256);
        }
        write_bytes("copy.db", round % 10 == 9 ? n / 2 : n);
        use("copy.db");
        for (size_t i = changes; i-- > 0;) bytes[at[i]] = kept[i];
    }
}

/* ---- packs ---- */

static void make_pack(void) {
    tilt_error err = {0};
    tilt__ledger *ledger = open_ledger("l.db");
    must_record(ledger, &january);
    tilt__members none = {NULL, 0, 0};
    cr_assert_eq(tilt__pack_write(ledger, 1, &none, "p.zip", &err), TILT_OK, "%s", err.message);
    tilt__ledger_free(ledger);
}

/* Whether the pack is taken as it is. */
static bool is_whole(const char *path) {
    tilt__arena arena = {0};
    tilt__members members;
    cJSON *manifest = NULL;
    tilt__buf why = TILT__BUF_INIT;
    tilt_error err = {0};
    tilt_status status = tilt__pack_read(path, &arena, &members, &manifest, &why, &err);
    bool whole = status == TILT_OK && why.length == 0;
    cJSON_Delete(manifest);
    tilt__buf_free(&why);
    tilt__arena_free(&arena);
    return whole;
}

static void pack_close(void) {
    (void)unlink("p.zip");
    (void)unlink("q.zip");
    ledger_close();
}
#define PACK .init = folder_open, .fini = pack_close

/* Bytes of a ZIP that say nothing (times, versions) may differ; a pack that is taken must say the same. */
static bool same_members(const char *a, const char *b) {
    tilt__arena arena = {0};
    tilt__members members[2];
    cJSON *manifest[2] = {NULL, NULL};
    tilt__buf why = TILT__BUF_INIT;
    tilt_error err = {0};
    bool same = tilt__pack_read(a, &arena, &members[0], &manifest[0], &why, &err) == TILT_OK &&
                tilt__pack_read(b, &arena, &members[1], &manifest[1], &why, &err) == TILT_OK &&
                members[0].n == members[1].n;
    for (size_t i = 0; same && i < members[0].n; i++) {
        const tilt__member *other = tilt__member_find(&members[1], members[0].items[i].name);
        same = other != NULL && other->n == members[0].items[i].n &&
               memcmp(other->bytes, members[0].items[i].bytes, other->n) == 0;
    }
    cJSON_Delete(manifest[0]);
    cJSON_Delete(manifest[1]);
    tilt__buf_free(&why);
    tilt__arena_free(&arena);
    return same;
}

Test(hostile, a_pack_with_one_byte_changed_is_not_whole_or_says_the_same, PACK, .timeout = 60) {
    make_pack();
    cr_assert(is_whole("p.zip"));
    size_t n = read_bytes("p.zip"), refused = 0;
    tilt__random random = tilt__random_stream(10, 0, 0);
    enum { PLACES = 400 };
    for (int i = 0; i < PLACES; i++) {
        size_t at = (size_t)tilt__random_below(&random, n);
        unsigned char kept = bytes[at];
        bytes[at] = (unsigned char)(kept ^ (1 + tilt__random_below(&random, 255)));
        write_bytes("q.zip", n);
        if (is_whole("q.zip"))
            cr_expect(same_members("p.zip", "q.zip"), "place %zu", at);
        else
            refused++;
        bytes[at] = kept;
    }
    cr_expect_gt(refused, PLACES / 2);
}

static void add(zip_t *zip, const char *name, const char *text, size_t n) {
    zip_source_t *source = zip_source_buffer(zip, text, n, 0);
    cr_assert(source != NULL && zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) >= 0);
}

static zip_t *new_zip(void) {
    int code = 0;
    zip_t *zip = zip_open("q.zip", ZIP_CREATE | ZIP_TRUNCATE, &code);
    cr_assert(zip != NULL);
    return zip;
}

/* Members are read into memory and never written anywhere, so that a name that climbs out of a folder does
 * nothing but make the pack one that the manifest does not describe. */
Test(hostile, a_pack_that_names_files_outside_writes_none, PACK) {
    zip_t *zip = new_zip();
    static const char manifest[] = "{\"schema\": \"tiltmeter.pack/1\", \"files\": []}";
    add(zip, "manifest.json", manifest, sizeof manifest - 1);
    add(zip, "../escaped.txt", "x", 1);
    add(zip, "/escaped.txt", "x", 1);
    cr_assert_eq(zip_close(zip), 0);
    cr_expect_not(is_whole("q.zip"));
    cr_expect_neq(access("../escaped.txt", F_OK), 0);
}

Test(hostile, a_pack_with_thousands_of_members_is_refused, PACK) {
    zip_t *zip = new_zip();
    for (int i = 0; i < 3000; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m%d", i);
        add(zip, name, "", 0);
    }
    cr_assert_eq(zip_close(zip), 0);
    cr_expect_not(is_whole("q.zip"));
}

/* A gigabyte of zeros packs into a megabyte; together the members of a pack may not ask for that much memory.
 */
Test(hostile, a_pack_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked, PACK, .timeout = 60) {
    enum { SIZE = 200 << 20 };
    char *zeros = calloc(SIZE, 1);
    cr_assert_not_null(zeros);
    zip_t *zip = new_zip();
    static const char manifest[] = "{\"schema\": \"tiltmeter.pack/1\", \"files\": []}";
    add(zip, "manifest.json", manifest, sizeof manifest - 1);
    for (int i = 0; i < 6; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "zeros%d", i);
        add(zip, name, zeros, SIZE);
    }
    cr_assert_eq(zip_close(zip), 0);
    free(zeros);
    tilt__arena arena = {0};
    tilt__members members;
    cJSON *tree = NULL;
    tilt__buf why = TILT__BUF_INIT;
    tilt_error err = {0};
    cr_expect_eq(tilt__pack_read("q.zip", &arena, &members, &tree, &why, &err), TILT_ESPEC);
    cr_expect(strstr(err.message, "unpack") != NULL, "%s", err.message);
    cJSON_Delete(tree);
    tilt__buf_free(&why);
    tilt__arena_free(&arena);
}
