/* read/bytes.c - where the bytes come from.
 * Everything is read with pread from one descriptor, never mapped: a file that is cut while it is mapped
 * would kill the process. Standard input and pipes go to an unlinked temporary file first, because a source
 * is read twice (its head, then its rows) and memory must not grow with it. */
#define _POSIX_C_SOURCE 200809L
#include "read/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>
#include <zlib.h>
#include <zstd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/io.h"
#include "base/mem.h"
#include "read/chars.h"

enum { IN_SIZE = 65536, MAX_PARTS = 1000 };

typedef enum packing { PLAIN, GZIP, ZSTD, ZIPPED, N_PACKING } packing;
static const char *const packing_names[] = {
    [PLAIN] = "none", [GZIP] = "gzip", [ZSTD] = "zstd", [ZIPPED] = "zip"};

typedef struct part {
    const char *name;   /* for messages */
    const char *member; /* inside a ZIP */
    zip_uint64_t index;
} part;

struct tilt__bytes {
    int fd;
    packing packing;
    struct stat info;
    tilt__arena arena;
    const char *name;
    part *parts;
    size_t n_parts, parts_capacity, current;
    size_t limit;
    off_t offset;        /* of the next byte to read from fd */
    atomic_ullong taken; /* the same, for other threads to look at */
    z_stream gzip;
    bool gzip_open, gzip_between; /* between two members of a gzip file */
    ZSTD_DStream *zstd;
    size_t zstd_need; /* what ZSTD_decompressStream returned last; 0 at the end of a frame */
    zip_t *zip;
    zip_file_t *member;
    size_t in_used, in_n; /* compressed bytes waiting in `in` */
    char in[IN_SIZE];
};

const char *tilt__bytes_compression(const tilt__bytes *bytes) {
    return packing_names[bytes->packing];
}

size_t tilt__bytes_parts(const tilt__bytes *bytes) {
    return bytes->n_parts;
}

const char *tilt__bytes_name(const tilt__bytes *bytes, size_t part_number) {
    return part_number < bytes->n_parts ? bytes->parts[part_number].name : bytes->name;
}

uint64_t tilt__bytes_size(const tilt__bytes *bytes) {
    return (uint64_t)bytes->info.st_size;
}

uint64_t tilt__bytes_taken(const tilt__bytes *bytes) {
    return bytes->packing == ZIPPED ? 0 : (uint64_t)atomic_load_explicit(&bytes->taken, memory_order_relaxed);
}

void tilt__bytes_limit(tilt__bytes *bytes, size_t n) {
    bytes->limit = n;
}

static void close_streams(tilt__bytes *bytes) {
    if (bytes->gzip_open) (void)inflateEnd(&bytes->gzip);
    bytes->gzip_open = false;
    if (bytes->member != NULL) (void)zip_fclose(bytes->member);
    bytes->member = NULL;
}

void tilt__bytes_free(tilt__bytes *bytes) {
    if (bytes == NULL) return;
    close_streams(bytes);
    (void)ZSTD_freeDStream(bytes->zstd);
    if (bytes->zip != NULL) zip_discard(bytes->zip);
    if (bytes->fd >= 0) (void)close(bytes->fd);
    tilt__arena_free(&bytes->arena);
    free(bytes);
}

static tilt_status cannot_read(const tilt__bytes *bytes, const char *why, tilt_error *err) {
    return tilt__fail(err, TILT_EIO, "%.200s: cannot read: %s", tilt__bytes_name(bytes, bytes->current), why);
}

static tilt_status read_at(const tilt__bytes *bytes, char *out, size_t capacity, off_t offset, size_t *out_n,
                           tilt_error *err) {
    ssize_t n;
    do n = pread(bytes->fd, out, capacity, offset);
    while (n < 0 && errno == EINTR);
    if (n < 0) return cannot_read(bytes, strerror(errno), err);
    *out_n = (size_t)n;
    return TILT_OK;
}

static void advance(tilt__bytes *bytes, size_t n) {
    bytes->offset += (off_t)n;
    atomic_store_explicit(&bytes->taken, (unsigned long long)bytes->offset, memory_order_relaxed);
}

/* Copies what cannot be read twice to a temporary file without a name. */
static tilt_status spool(tilt__bytes *bytes, tilt_error *err) {
    char path[512];
    int n = snprintf(path, sizeof path, "%s/tiltmeter-XXXXXX", tilt__temporary_folder());
    if (n < 0 || (size_t)n >= sizeof path) return cannot_read(bytes, "TMPDIR is too long", err);
    int copy = mkstemp(path);
    if (copy < 0) return cannot_read(bytes, strerror(errno), err);
    (void)unlink(path);
    tilt_status status = TILT_OK;
    while (status == TILT_OK) {
        ssize_t got = read(bytes->fd, bytes->in, sizeof bytes->in);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) status = cannot_read(bytes, strerror(errno), err);
        if (got <= 0) break;
        for (ssize_t done = 0; done < got && status == TILT_OK;) {
            ssize_t put = write(copy, bytes->in + done, (size_t)(got - done));
            if (put < 0 && errno == EINTR) continue;
            if (put <= 0)
                status = cannot_read(bytes, strerror(errno), err);
            else
                done += put;
        }
    }
    (void)close(bytes->fd);
    bytes->fd = copy;
    return status;
}

static tilt_status open_descriptor(tilt__bytes *bytes, const char *path, tilt_error *err) {
    bool standard_input = strcmp(path, "-") == 0;
    bytes->fd = standard_input ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (bytes->fd < 0)
        return tilt__fail(err, TILT_EIO, "%.200s: cannot open: %s", bytes->name, strerror(errno));
    if (fstat(bytes->fd, &bytes->info) != 0) return cannot_read(bytes, strerror(errno), err);
    if (S_ISDIR(bytes->info.st_mode)) return cannot_read(bytes, "it is a directory", err);
    if (S_ISREG(bytes->info.st_mode) && !standard_input) return TILT_OK;
    tilt_status status = spool(bytes, err);
    if (status == TILT_OK && fstat(bytes->fd, &bytes->info) != 0)
        return cannot_read(bytes, strerror(errno), err);
    return status;
}

/* Kinds of file that people take for an export, told by their first bytes. */
static const struct {
    const char *magic;
    size_t n;
    const char *what;
} foreign[] = {{"\x89PNG", 4, "a PNG image"},
               {"\xff\xd8\xff", 3, "a JPEG image"},
               {"GIF8", 4, "a GIF image"},
               {"%PDF", 4, "a PDF document"},
               {"\xd0\xcf\x11\xe0", 4, "an old Excel workbook; save it as CSV"},
               {"PAR1", 4, "a Parquet file; export it as CSV"},
               {"SQLite format 3", 15, "an SQLite database"},
               {"\x7f"
                "ELF",
                4, "a program"},
               {"<!doctype", 9, "an HTML page, not an export"},
               {"<!DOCTYPE", 9, "an HTML page, not an export"},
               {"<html", 5, "an HTML page, not an export"},
               {"<?xml", 5, "an XML file; export it as CSV"},
               {"7z\xbc\xaf", 4, "a 7-Zip archive; unpack it"},
               {"BZh", 3, "a bzip2 file; unpack it, or use gzip or zstd"},
               {"\xfd"
                "7zXZ",
                5, "an xz file; unpack it, or use gzip or zstd"}};

static tilt_status find_packing(tilt__bytes *bytes, tilt_error *err) {
    char head[16] = {0};
    size_t n = 0;
    tilt_status status = read_at(bytes, head, sizeof head, 0, &n, err);
    if (status != TILT_OK) return status;
    if (n == 0) return tilt__fail(err, TILT_ECSV, "%.200s: the file is empty", bytes->name);
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (n >= foreign[i].n && memcmp(head, foreign[i].magic, foreign[i].n) == 0)
            return tilt__fail(err, TILT_ECSV, "%.200s: this is %s", bytes->name, foreign[i].what);
    if (n >= 3 && memcmp(head, "\x1f\x8b\x08", 3) == 0) bytes->packing = GZIP;
    if (n >= 4 && memcmp(head, "\x28\xb5\x2f\xfd", 4) == 0) bytes->packing = ZSTD;
    if (n >= 4 && (memcmp(head, "PK\x03\x04", 4) == 0 || memcmp(head, "PK\x05\x06", 4) == 0))
        bytes->packing = ZIPPED;
    return TILT_OK;
}

static bool ends_with(const char *name, const char *end) {
    size_t n = strlen(name), length = strlen(end);
    return n >= length && tilt__same_word(name + n - length, length, end);
}

static bool is_table_member(const char *name) {
    const char *slash = strrchr(name, '/');
    const char *base = slash != NULL ? slash + 1 : name;
    if (base[0] == '\0' || base[0] == '.' || strncmp(name, "__MACOSX/", 9) == 0) return false;
    return ends_with(name, ".csv") || ends_with(name, ".tsv") || ends_with(name, ".txt");
}

static int by_member(const void *a, const void *b) {
    const part *left = a, *right = b;
    return strcmp(left->member, right->member);
}

static tilt_status add_part(tilt__bytes *bytes, const char *member, zip_uint64_t index, tilt_error *err) {
    void *items = bytes->parts;
    part *added =
        tilt__arena_push(&bytes->arena, &items, &bytes->n_parts, &bytes->parts_capacity, sizeof *added);
    bytes->parts = items;
    if (added == NULL) return tilt__fail_memory(err);
    added->index = index;
    added->name = bytes->name;
    if (member == NULL) return TILT_OK;
    added->member = tilt__arena_copy(&bytes->arena, member);
    added->name = tilt__arena_format(&bytes->arena, "%s/%s", bytes->name, member);
    return added->member == NULL || added->name == NULL ? tilt__fail_memory(err) : TILT_OK;
}

static tilt_status open_zip(tilt__bytes *bytes, tilt_error *err) {
    int code = 0, copy = dup(bytes->fd);
    if (copy < 0) return cannot_read(bytes, strerror(errno), err);
    bytes->zip = zip_fdopen(copy, 0, &code);
    if (bytes->zip == NULL) {
        (void)close(copy);
        return cannot_read(bytes, "the ZIP archive is damaged", err);
    }
    zip_int64_t n = zip_get_num_entries(bytes->zip, 0);
    for (zip_int64_t i = 0; i < n; i++) {
        const char *member = zip_get_name(bytes->zip, (zip_uint64_t)i, ZIP_FL_ENC_GUESS);
        if (member == NULL) continue;
        if (strcmp(member, "[Content_Types].xml") == 0)
            return tilt__fail(err, TILT_ECSV, "%.200s: this is a workbook; save its sheet as CSV",
                              bytes->name);
        if (!is_table_member(member)) continue;
        if (bytes->n_parts >= MAX_PARTS)
            return tilt__fail(err, TILT_ETOOBIG, "%.200s: more than %d CSV files in it", bytes->name,
                              (int)MAX_PARTS);
        tilt_status status = add_part(bytes, member, (zip_uint64_t)i, err);
        if (status != TILT_OK) return status;
    }
    if (bytes->n_parts == 0)
        return tilt__fail(err, TILT_ECSV, "%.200s: no CSV file in this ZIP archive", bytes->name);
    qsort(bytes->parts, bytes->n_parts, sizeof *bytes->parts, by_member);
    return TILT_OK;
}

tilt__bytes *tilt__bytes_open(const char *path, tilt_error *err) {
    tilt__bytes *bytes = tilt__alloc(1, sizeof *bytes);
    if (bytes == NULL) return (void)tilt__fail_memory(err), NULL;
    bytes->fd = -1;
    bytes->name = tilt__arena_copy(&bytes->arena, strcmp(path, "-") == 0 ? "standard input" : path);
    tilt_status status = bytes->name == NULL ? tilt__fail_memory(err) : open_descriptor(bytes, path, err);
    if (status == TILT_OK) status = find_packing(bytes, err);
    if (status == TILT_OK)
        status = bytes->packing == ZIPPED ? open_zip(bytes, err) : add_part(bytes, NULL, 0, err);
    if (status == TILT_OK) return bytes;
    tilt__bytes_free(bytes);
    return NULL;
}

tilt_status tilt__bytes_start(tilt__bytes *bytes, size_t part_number, tilt_error *err) {
    close_streams(bytes);
    bytes->current = part_number;
    bytes->offset = 0;
    bytes->in_used = bytes->in_n = 0;
    if (bytes->packing == GZIP) {
        bytes->gzip = (z_stream){0};
        if (inflateInit2(&bytes->gzip, 15 + 16) != Z_OK) return tilt__fail_memory(err);
        bytes->gzip_open = true;
        bytes->gzip_between = false;
    }
    if (bytes->packing == ZSTD) {
        if (bytes->zstd == NULL) bytes->zstd = ZSTD_createDStream();
        if (bytes->zstd == NULL) return tilt__fail_memory(err);
        bytes->zstd_need = ZSTD_initDStream(bytes->zstd);
    }
    if (bytes->packing == ZIPPED) {
        bytes->member = zip_fopen_index(bytes->zip, bytes->parts[part_number].index, 0);
        if (bytes->member == NULL) return cannot_read(bytes, zip_strerror(bytes->zip), err);
    }
    return TILT_OK;
}

/* Makes compressed bytes available; *out_end when the file has no more. */
static tilt_status refill(tilt__bytes *bytes, bool *out_end, tilt_error *err) {
    *out_end = false;
    if (bytes->in_used < bytes->in_n) return TILT_OK;
    bytes->in_used = 0;
    tilt_status status = read_at(bytes, bytes->in, sizeof bytes->in, bytes->offset, &bytes->in_n, err);
    if (status != TILT_OK) return status;
    advance(bytes, bytes->in_n);
    *out_end = bytes->in_n == 0;
    return TILT_OK;
}

static tilt_status read_gzip(tilt__bytes *bytes, char *out, size_t capacity, size_t *out_n, tilt_error *err) {
    z_stream *z = &bytes->gzip;
    *out_n = 0;
    while (*out_n == 0) {
        bool end;
        tilt_status status = refill(bytes, &end, err);
        if (status != TILT_OK) return status;
        if (end && bytes->gzip_between) return TILT_OK;
        if (end) return cannot_read(bytes, "the compressed data end too early", err);
        if (bytes->gzip_between && inflateReset(z) != Z_OK) return cannot_read(bytes, "inflate failed", err);
        bytes->gzip_between = false;
        z->next_in = (unsigned char *)bytes->in + bytes->in_used;
        z->avail_in = (unsigned)(bytes->in_n - bytes->in_used);
        z->next_out = (unsigned char *)out;
        z->avail_out = (unsigned)capacity;
        int code = inflate(z, Z_NO_FLUSH);
        bytes->in_used = bytes->in_n - z->avail_in;
        *out_n = capacity - z->avail_out;
        if (code == Z_STREAM_END)
            bytes->gzip_between = true;
        else if (code != Z_OK && code != Z_BUF_ERROR)
            return cannot_read(bytes, "the compressed data are damaged", err);
    }
    return TILT_OK;
}

static tilt_status read_zstd(tilt__bytes *bytes, char *out, size_t capacity, size_t *out_n, tilt_error *err) {
    ZSTD_outBuffer to = {out, capacity, 0};
    while (to.pos == 0) {
        bool end;
        tilt_status status = refill(bytes, &end, err);
        if (status != TILT_OK) return status;
        if (end && bytes->zstd_need == 0) break;
        ZSTD_inBuffer from = {bytes->in, bytes->in_n, bytes->in_used};
        size_t need = ZSTD_decompressStream(bytes->zstd, &to, &from);
        if (ZSTD_isError(need)) return cannot_read(bytes, "the compressed data are damaged", err);
        if (end && to.pos == 0) return cannot_read(bytes, "the compressed data end too early", err);
        bytes->in_used = from.pos;
        bytes->zstd_need = need;
    }
    *out_n = to.pos;
    return TILT_OK;
}

tilt_status tilt__bytes_read(tilt__bytes *bytes, char *out, size_t capacity, size_t *out_n, tilt_error *err) {
    *out_n = 0;
    if (bytes->limit > 0 && capacity > bytes->limit) capacity = bytes->limit;
    if (bytes->packing == GZIP) return read_gzip(bytes, out, capacity, out_n, err);
    if (bytes->packing == ZSTD) return read_zstd(bytes, out, capacity, out_n, err);
    if (bytes->packing == ZIPPED) {
        zip_int64_t n = zip_fread(bytes->member, out, capacity);
        if (n < 0) return cannot_read(bytes, zip_file_strerror(bytes->member), err);
        *out_n = (size_t)n;
        return TILT_OK;
    }
    tilt_status status = read_at(bytes, out, capacity, bytes->offset, out_n, err);
    if (status == TILT_OK) advance(bytes, *out_n);
    return status;
}

tilt_status tilt__bytes_at(const tilt__bytes *bytes, uint64_t offset, char *out, size_t capacity,
                           size_t *out_n, tilt_error *err) {
    *out_n = 0;
    while (*out_n < capacity) {
        size_t n = 0;
        tilt_status status =
            read_at(bytes, out + *out_n, capacity - *out_n, (off_t)(offset + *out_n), &n, err);
        if (status != TILT_OK) return status;
        if (n == 0) break;
        *out_n += n;
    }
    return TILT_OK;
}

tilt_status tilt__bytes_unchanged(const tilt__bytes *bytes, tilt_error *err) {
    struct stat now;
    if (fstat(bytes->fd, &now) != 0) return cannot_read(bytes, strerror(errno), err);
    if (now.st_size == bytes->info.st_size && now.st_mtim.tv_sec == bytes->info.st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == bytes->info.st_mtim.tv_nsec)
        return TILT_OK;
    return tilt__fail(err, TILT_EIO, "%.200s: the file changed while it was read", bytes->name);
}

tilt_status tilt__bytes_sha256(const tilt__bytes *bytes, char out_hex[TILT__SHA256_HEX], tilt_error *err) {
    tilt__hasher *hasher = tilt__hasher_new();
    char *chunk = tilt__alloc(IN_SIZE, 1);
    tilt_status status = hasher == NULL || chunk == NULL ? tilt__fail_memory(err) : TILT_OK;
    off_t offset = 0;
    while (status == TILT_OK) {
        size_t n = 0;
        status = read_at(bytes, chunk, IN_SIZE, offset, &n, err);
        if (status != TILT_OK || n == 0) break;
        offset += (off_t)n;
        if (!tilt__hasher_add(hasher, chunk, n)) status = cannot_read(bytes, "hashing failed", err);
    }
    if (status == TILT_OK && !tilt__hasher_hex(hasher, out_hex))
        status = cannot_read(bytes, "hashing failed", err);
    free(chunk);
    tilt__hasher_free(hasher);
    return status;
}
