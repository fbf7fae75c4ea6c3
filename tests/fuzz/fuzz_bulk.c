/* Fuzz target: the fast reader against the slow one. The first bytes say how the file is asked about, how
 * many threads read it, whether it is packed, how large tiles are, how many scores are counted and how bytes
 * are looked at; the rest is the file. Everything that loading gives must be the same, messages too. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "cube/bulk_both.h"
#include "fuzz/fuzz.h"
#include "map/spec.h"

enum { FRONT = 4 };

static const char filtered[] = ", \"audience\": [\"group\"], \"rates\": [\"hits/base\"], "
                               "\"where\": [{\"column\": \"where\", \"value\": \"a\"}]";
static const char *const asked[] = {
    "",
    ", \"audience\": [\"group\"], \"rates\": [\"hits/base\"]",
    ", \"audience\": [\"group\"], \"decision\": \"d\", \"label\": \"l\"",
    ", \"audience\": [\"group\"], \"decision\": \"d\", \"label\": \"l\", \"weight\": \"w\"",
    ", \"audience\": [\"group\"], \"score\": \"s\", \"label\": \"l\", \"threshold\": 0.3",
    filtered,
    ", \"missing\": [\"n/a\", \"0\"]",
    ", \"skip_bad_rows\": true",
    ", \"audience\": [\"group\"], \"score\": \"s\", \"label\": \"l\", \"weight\": \"w\"",
    ", \"audience\": [\"group\"], \"decision\": [\"d\", \"e\"], \"score\": [\"s\", \"t\"], \"label\": \"l\"",
    ", \"audience\": [\"group\"], \"score\": [\"s\", \"t\", \"u\"], \"weight\": \"w\", \"threshold\": 0.5",
    ", \"audience\": [\"group\"], \"decision\": \"d\", \"score\": \"s\", \"label\": \"l\", \"score_bins\": "
    "20",
    ", \"audience\": [\"group\"], \"decision\": [\"d\", \"e\"], \"score\": [\"s\", \"s\"]"};
enum { AS_TABLE = 128 /* people are kept as a table */ };

static char *read_as(const char *path, unsigned how, double threads, const tilt__bulk_settings *settings,
                     size_t *out_bulk) {
    unsigned question = how % AS_TABLE % (sizeof asked / sizeof *asked);
    char json[512];
    tilt_error err = {0};
    (void)snprintf(json, sizeof json, "{\"sources\": [\"%s\"]%s}", path, asked[question]);
    tilt_spec *spec = tilt_spec_from_json(json, strlen(json), NULL, &err);
    if (spec == NULL) {
        (void)fprintf(stderr, "%s\n", err.message);
        abort();
    }
    spec->threads = threads;
    spec->reduce = how >= AS_TABLE;
    char *text = both_read(spec, settings, out_bulk);
    tilt_spec_free(spec);
    return text;
}

static void put(int fd, const void *bytes, size_t n) {
    if (write(fd, bytes, n) != (ssize_t)n) abort();
}

static void put_gzip(int fd, const uint8_t *text, size_t n) {
    gzFile out = gzdopen(dup(fd), "wb1");
    if (out == NULL || (n > 0 && gzwrite(out, text, (unsigned)n) != (int)n) || gzclose(out) != Z_OK) abort();
}

static void put_zstd(int fd, const uint8_t *text, size_t n) {
    size_t room = ZSTD_compressBound(n);
    char *packed = malloc(room);
    if (packed == NULL) abort();
    size_t length = ZSTD_compress(packed, room, text, n, 1);
    if (ZSTD_isError(length)) abort();
    put(fd, packed, length);
    free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const double thread_counts[] = {1, 2, 3, 8};
    char path[64];
    size_t bulk;
    if (n < FRONT) return 0;
    int fd = memfd_create("export", 0);
    if (fd < 0) return 0;
    unsigned packing = data[1] / 4 % 4;
    if (packing == 2)
        put_gzip(fd, data + FRONT, n - FRONT);
    else if (packing == 3)
        put_zstd(fd, data + FRONT, n - FRONT);
    else
        put(fd, data + FRONT, n - FRONT);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    unsigned level = data[3] % TILT__N_SCAN_LEVEL;
    while (!tilt__scan_level_runs((tilt__scan_level)level)) level--;
    tilt__bulk_settings slow = {.when = TILT__BULK_NEVER};
    tilt__bulk_settings fast = {TILT__BULK_ALWAYS, (size_t)TILT__SCAN_BLOCK * (1 + data[2] % 8), true,
                                (tilt__scan_level)level, data[2] / 8};
    char *one = read_as(path, data[0], 1, &slow, &bulk);
    char *other = read_as(path, data[0], thread_counts[data[1] % 4], &fast, &bulk);
    if (one != NULL && other != NULL && strcmp(one, other) != 0) {
        (void)fprintf(stderr, "row by row:\n%s\nfast:\n%s\n", one, other);
        abort();
    }
    free(one);
    free(other);
    (void)close(fd);
    return 0;
}
