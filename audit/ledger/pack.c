/* ledger/pack.c - the ZIP of an audit, written in memory and put in place at once, and read back. Times in it
 * are fixed, so that the bytes depend on the audit alone. */
#include "ledger/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/io.h"
#include "ledger/chain.h"
#include "ledger/record.h"
#include "ledger/review.h"
#include "ledger/series.h"
#include "report/result.h"

enum { MOST_MEMBERS = 64, MOST_SHRUNK = 1100 };   /* deflate makes text at most 1032 times smaller */
static const zip_uint16_t first_day = 1 << 5 | 1; /* 1980-01-01, the first a ZIP can hold, at 0:00 */

const tilt__member *tilt__member_find(const tilt__members *members, const char *name) {
    for (size_t i = 0; i < members->n; i++)
        if (strcmp(members->items[i].name, name) == 0) return &members->items[i];
    return NULL;
}

static tilt_status add_member(tilt__arena *arena, tilt__members *members, const char *name, const char *bytes,
                              size_t n, tilt_error *err) {
    tilt__member *member =
        tilt__arena_push(arena, (void **)&members->items, &members->n, &members->capacity, sizeof *member);
    if (member == NULL) return tilt__fail_memory(err);
    *member = (tilt__member){tilt__arena_copy(arena, name), tilt__arena_text(arena, bytes, n), n};
    return member->name != NULL && member->bytes != NULL ? TILT_OK : tilt__fail_memory(err);
}

static tilt_status add_tree(tilt__arena *arena, tilt__members *members, const char *name, const cJSON *tree,
                            tilt_error *err) {
    tilt__buf text = TILT__BUF_INIT;
    tilt_status status = tree != NULL ? tilt__json_print(tree, &text, err) : tilt__fail_memory(err);
    if (status == TILT_OK) status = add_member(arena, members, name, tilt__buf_get(&text), text.length, err);
    tilt__buf_free(&text);
    return status;
}

static tilt_status add_stored(tilt__ledger *ledger, int64_t audit, const char *kind, const char *name,
                              tilt__arena *arena, tilt__members *members, tilt_error *err) {
    tilt__buf text = TILT__BUF_INIT;
    bool found = false;
    tilt_status status = tilt__ledger_get(ledger, audit, kind, &text, &found, err);
    if (status == TILT_OK && found)
        status = add_member(arena, members, name, tilt__buf_get(&text), text.length, err);
    tilt__buf_free(&text);
    return status;
}

/* ---- what goes in ---- */

static tilt_status add_entry(void *context, const tilt__entry *entry, tilt_error *err) {
    cJSON *node = context;
    (void)cJSON_AddNumberToObject(node, "entry", (double)entry->seq);
    tilt__put_text(node, "kind", entry->kind);
    tilt__put_text(node, "subject", entry->subject);
    tilt__put_text(node, "body", entry->body);
    tilt__put_text(node, "hash", entry->hash);
    return tilt__json_get(node, "hash") != NULL ? TILT_OK : tilt__fail_memory(err);
}

static tilt_status add_chain(tilt__ledger *ledger, int64_t audit, tilt__arena *arena, tilt__members *members,
                             cJSON *manifest, tilt_error *err) {
    char subject[24];
    tilt__ledger_head head;
    (void)snprintf(subject, sizeof subject, "%lld", (long long)audit);
    cJSON *entry = cJSON_CreateObject();
    tilt_status status = entry != NULL ? TILT_OK : tilt__fail_memory(err);
    if (status == TILT_OK)
        status = tilt__chain_each(ledger, TILT__ENTRY_AUDIT, subject, add_entry, entry, err);
    if (status == TILT_OK) status = tilt__chain_head(ledger, &head, err);
    if (status == TILT_OK) status = add_tree(arena, members, "entry.json", entry, err);
    if (status == TILT_OK) {
        cJSON *node = tilt__put_object(manifest, "ledger");
        tilt__put_text(node, "head", head.hash);
        (void)cJSON_AddNumberToObject(node, "length", (double)head.length);
    }
    cJSON_Delete(entry);
    return status;
}

/* Reviews as they stand now, not only those the report could know of. */
static tilt_status add_reviews(tilt__ledger *ledger, const cJSON *result, tilt__arena *arena,
                               tilt__members *members, tilt_error *err) {
    tilt__reviews reviews;
    tilt_status status = tilt__reviews_read(ledger, NULL, arena, &reviews, err);
    if (status != TILT_OK) return status;
    cJSON *list = tilt__reviews_node(&reviews, result, err);
    status = list != NULL ? add_tree(arena, members, "reviews.json", list, err) : TILT_ENOMEM;
    cJSON_Delete(list);
    return status;
}

static void put_member(cJSON *list, const tilt__member *member) {
    char hash[TILT__SHA256_HEX];
    cJSON *row = cJSON_CreateObject();
    cJSON_AddItemToArray(list, row);
    tilt__put_text(row, "name", member->name);
    (void)cJSON_AddNumberToObject(row, "bytes", (double)member->n);
    tilt__put_text(row, "sha256", tilt__sha256_hex(member->bytes, member->n, hash) ? hash : NULL);
}

static void put_head(cJSON *manifest, const cJSON *result, int64_t audit) {
    tilt__put_text(manifest, "schema", TILT__PACK_SCHEMA);
    cJSON *tool = tilt__put_object(manifest, "tool");
    tilt__put_text(tool, "name", "tiltmeter");
    tilt__put_text(tool, "version", tilt__json_text(tilt__json_object(result, "tool"), "version"));
    (void)cJSON_AddNumberToObject(manifest, "audit", (double)audit);
    tilt__put_text(manifest, "title", tilt__json_text(result, "title"));
    tilt__put_text(manifest, "date", tilt__json_text(result, "date"));
    tilt__record_put_inputs(manifest, result);
}

static tilt_status collect(tilt__ledger *ledger, int64_t audit, const tilt__members *reports,
                           tilt__arena *arena, tilt__members *members, tilt_error *err) {
    tilt_status status = add_stored(ledger, audit, TILT__CONTENT_RESULT, "result.json", arena, members, err);
    const tilt__member *text = status == TILT_OK ? tilt__member_find(members, "result.json") : NULL;
    if (status == TILT_OK && text == NULL)
        return tilt__fail(err, TILT_EIO, "%s: audit %lld has no stored result", ledger->path,
                          (long long)audit);
    cJSON *result = status == TILT_OK ? tilt__result_parse("stored result", text->bytes, text->n, err) : NULL;
    if (status == TILT_OK && result == NULL) return err != NULL ? err->status : TILT_EIO;
    cJSON *manifest = cJSON_CreateObject();
    put_head(manifest, result, audit);
    if (status == TILT_OK)
        status = add_stored(ledger, audit, TILT__CONTENT_SPEC, "spec.json", arena, members, err);
    if (status == TILT_OK)
        status = add_stored(ledger, audit, TILT__CONTENT_POLICY, "policy-file.json", arena, members, err);
    if (status == TILT_OK)
        status = add_tree(arena, members, "policy.json", tilt__json_object(result, "policy"), err);
    if (status == TILT_OK) status = add_reviews(ledger, result, arena, members, err);
    if (status == TILT_OK) status = add_chain(ledger, audit, arena, members, manifest, err);
    for (size_t i = 0; i < reports->n && status == TILT_OK; i++)
        status = add_member(arena, members, reports->items[i].name, reports->items[i].bytes,
                            reports->items[i].n, err);
    cJSON *list = tilt__put_array(manifest, "files");
    for (size_t i = 0; i < members->n; i++) put_member(list, &members->items[i]);
    if (status == TILT_OK) status = add_tree(arena, members, "manifest.json", manifest, err);
    cJSON_Delete(manifest);
    cJSON_Delete(result);
    return status;
}

/* ---- writing ---- */

static tilt_status fail_zip(const char *path, zip_error_t *error, tilt_error *err) {
    tilt_status status =
        tilt__fail(err, TILT_EIO, "%s: cannot write the pack: %s", path, zip_error_strerror(error));
    return status;
}

static bool add_to_zip(zip_t *zip, const tilt__member *member) {
    zip_source_t *source = zip_source_buffer(zip, member->bytes, member->n, 0);
    if (source == NULL) return false;
    zip_int64_t at = zip_file_add(zip, member->name, source, ZIP_FL_ENC_UTF_8);
    if (at < 0) {
        zip_source_free(source);
        return false;
    }
    return zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_DEFLATE, 9) == 0 &&
           zip_file_set_dostime(zip, (zip_uint64_t)at, 0, first_day, 0) == 0;
}

/* The whole archive into memory; the source outlives the archive object that writes to it. */
static tilt_status make_zip(const tilt__members *members, const char *path, tilt__buf *out, tilt_error *err) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = source != NULL ? zip_open_from_source(source, ZIP_TRUNCATE, &error) : NULL;
    if (zip == NULL) {
        if (source != NULL) zip_source_free(source);
        return fail_zip(path, &error, err);
    }
    zip_source_keep(source);
    bool ok = true;
    for (size_t i = 0; i < members->n && ok; i++) ok = add_to_zip(zip, &members->items[i]);
    tilt_status status = ok ? TILT_OK : fail_zip(path, zip_get_error(zip), err);
    if (status != TILT_OK || zip_close(zip) != 0) {
        if (status == TILT_OK) status = fail_zip(path, zip_get_error(zip), err);
        zip_discard(zip);
    }
    char chunk[1 << 14];
    if (status == TILT_OK && zip_source_open(source) == 0) {
        for (zip_int64_t n; (n = zip_source_read(source, chunk, sizeof chunk)) > 0;)
            tilt__buf_add(out, chunk, (size_t)n);
        (void)zip_source_close(source);
    }
    zip_source_free(source);
    zip_error_fini(&error);
    if (status == TILT_OK && (out->failed || out->length == 0)) status = tilt__fail_memory(err);
    return status;
}

tilt_status tilt__pack_write(tilt__ledger *ledger, int64_t audit, const tilt__members *reports,
                             const char *path, tilt_error *err) {
    tilt__arena arena = {0};
    tilt__members members = {NULL, 0, 0};
    tilt__buf bytes = TILT__BUF_INIT;
    tilt_status status = tilt__ledger_begin_read(ledger, err);
    if (status == TILT_OK) status = tilt__series_of(ledger, audit, err);
    if (status == TILT_OK) status = collect(ledger, audit, reports, &arena, &members, err);
    tilt__ledger_rollback(ledger);
    if (status == TILT_OK) status = make_zip(&members, path, &bytes, err);
    if (status == TILT_OK) status = tilt__write_private_file(path, tilt__buf_get(&bytes), bytes.length, err);
    tilt__buf_free(&bytes);
    tilt__arena_free(&arena);
    return status;
}

/* ---- reading ---- */

/* What all members say they unpack to; a pack of packed zeros is refused before any memory is taken. A member
 * that says less than it holds is read only so far, and then does not fit its hash. */
static tilt_status check_sizes(zip_t *zip, zip_int64_t n, const char *path, tilt_error *err) {
    zip_uint64_t all = 0;
    for (zip_int64_t i = 0; i < n; i++) {
        zip_stat_t info;
        bool known = zip_stat_index(zip, (zip_uint64_t)i, 0, &info) == 0 && (info.valid & ZIP_STAT_SIZE) != 0;
        if (known && info.size <= TILT__LEDGER_CEILING) all += info.size;
        if (!known || info.size > TILT__LEDGER_CEILING || all > TILT__LEDGER_CEILING)
            return tilt__fail(err, TILT_ESPEC,
                              "%s: its members unpack to more than %zu MiB, which no pack does", path,
                              TILT__LEDGER_CEILING >> 20);
    }
    return TILT_OK;
}

/* What we write: a name, no path. A pack may be unpacked by other tools, and these follow names. */
static bool is_plain_name(const char *name) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return name[0] != '\0' && name[0] != '.' && name[strspn(name, plain)] == '\0';
}

/* *inout_room: bytes that all members together may still have. */
static tilt_status read_member(zip_t *zip, zip_uint64_t at, const char *path, tilt__arena *arena,
                               tilt__members *out, size_t *inout_room, tilt_error *err) {
    zip_stat_t info;
    const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
    bool known = zip_stat_index(zip, at, 0, &info) == 0 && (info.valid & needed) == needed;
    if (known && !is_plain_name(info.name))
        return tilt__fail(err, TILT_ESPEC, "%s: a member is named \"%.80s\"; expected a file name, no path",
                          path, info.name);
    if (known && tilt__member_find(out, info.name) != NULL)
        return tilt__fail(err, TILT_ESPEC, "%s: two members are named \"%.80s\"", path, info.name);
    known = known && info.size <= *inout_room && info.size / MOST_SHRUNK <= info.comp_size;
    if (known) *inout_room -= (size_t)info.size;
    zip_file_t *file = known ? zip_fopen_index(zip, at, 0) : NULL;
    char *bytes = file != NULL ? tilt__arena_alloc(arena, (size_t)info.size + 1, 1) : NULL;
    zip_int64_t n = bytes != NULL ? zip_fread(file, bytes, info.size) : -1;
    bool whole = n >= 0 && (zip_uint64_t)n == info.size;
    char rest; /* only at its end is a member held against its checksum */
    whole = whole && zip_fread(file, &rest, 1) == 0;
    if (file != NULL) whole = zip_fclose(file) == 0 && whole;
    if (!whole) return tilt__fail(err, TILT_ESPEC, "%s: a member of the pack cannot be read", path);
    tilt__member *member =
        tilt__arena_push(arena, (void **)&out->items, &out->n, &out->capacity, sizeof *member);
    if (member == NULL) return tilt__fail_memory(err);
    *member = (tilt__member){tilt__arena_copy(arena, info.name), bytes, (size_t)info.size};
    return member->name != NULL ? TILT_OK : tilt__fail_memory(err);
}

/* Every member is in the manifest with its hash, and everything in the manifest is there. */
static void check_members(const tilt__members *members, const cJSON *manifest, tilt__buf *why) {
    size_t listed = 0;
    for (const cJSON *row = tilt__json_first(tilt__json_array(manifest, "files")); row != NULL;
         row = row->next, listed++) {
        char hash[TILT__SHA256_HEX];
        const char *name = tilt__json_text_or(row, "name", "");
        const tilt__member *member = tilt__member_find(members, name);
        if (member == NULL)
            tilt__buf_format(why, "%.80s is missing\n", name);
        else if (!tilt__sha256_hex(member->bytes, member->n, hash) ||
                 strcmp(hash, tilt__json_text_or(row, "sha256", "")) != 0)
            tilt__buf_format(why, "%.80s is not the file the manifest names\n", name);
    }
    if (members->n != listed + 1) tilt__buf_text(why, "there are files that the manifest does not name\n");
}

/* The entry's hashes must be those of the result and the spec beside it. */
static void check_entry(const tilt__members *members, tilt__buf *why) {
    const tilt__member *text = tilt__member_find(members, "entry.json");
    cJSON *entry = text != NULL ? tilt__json_parse(text->bytes, text->n, NULL) : NULL;
    const char *body_text = tilt__json_text(entry, "body");
    cJSON *body = body_text != NULL ? tilt__json_parse(body_text, strlen(body_text), NULL) : NULL;
    static const char *const pairs[][2] = {{"result.json", "result_sha256"}, {"spec.json", "spec_sha256"}};
    if (body == NULL) tilt__buf_text(why, "the entry of the audit is missing\n");
    for (size_t i = 0; body != NULL && i < 2; i++) {
        char hash[TILT__SHA256_HEX];
        const tilt__member *member = tilt__member_find(members, pairs[i][0]);
        const char *wanted = tilt__json_text(body, pairs[i][1]);
        if (member == NULL && wanted == NULL) continue;
        if (member == NULL || wanted == NULL || !tilt__sha256_hex(member->bytes, member->n, hash) ||
            strcmp(hash, wanted) != 0)
            tilt__buf_format(why, "%s is not what the ledger's entry holds\n", pairs[i][0]);
    }
    cJSON_Delete(body);
    cJSON_Delete(entry);
}

tilt_status tilt__pack_read(const char *path, tilt__arena *arena, tilt__members *out, cJSON **out_manifest,
                            tilt__buf *out_why, tilt_error *err) {
    int code = 0;
    *out = (tilt__members){NULL, 0, 0};
    *out_manifest = NULL;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
    if (zip == NULL)
        return tilt__fail(
            err, code == ZIP_ER_NOENT || code == ZIP_ER_OPEN || code == ZIP_ER_READ ? TILT_EIO : TILT_ESPEC,
            "%s: not a pack that can be opened (expected a ZIP file made by `tiltmeter ledger "
            "export --pack`)",
            path);
    zip_int64_t n = zip_get_num_entries(zip, 0);
    tilt_status status =
        n > 0 && n <= MOST_MEMBERS
            ? TILT_OK
            : tilt__fail(err, TILT_ESPEC, "%s: not a pack: it has %lld members", path, (long long)n);
    if (status == TILT_OK) status = check_sizes(zip, n, path, err);
    size_t room = TILT__LEDGER_CEILING;
    for (zip_int64_t i = 0; i < n && status == TILT_OK; i++)
        status = read_member(zip, (zip_uint64_t)i, path, arena, out, &room, err);
    zip_discard(zip);
    const tilt__member *manifest = status == TILT_OK ? tilt__member_find(out, "manifest.json") : NULL;
    if (manifest != NULL) *out_manifest = tilt__json_parse(manifest->bytes, manifest->n, NULL);
    const char *schema = tilt__json_text_or(*out_manifest, "schema", "");
    if (status == TILT_OK && strcmp(schema, TILT__PACK_SCHEMA) != 0)
        status = tilt__fail(err, TILT_ESPEC, "%s: not a pack of tiltmeter: it has no manifest", path);
    if (status != TILT_OK) return status;
    check_members(out, *out_manifest, out_why);
    check_entry(out, out_why);
    return out_why->failed ? tilt__fail_memory(err) : TILT_OK;
}
