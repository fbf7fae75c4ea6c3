/* read/bytes.h - the bytes of an export wherever they lie: a file, standard input or a pipe, compressed or
 * not, or the members of a ZIP. Read in chunks, from the start of a part, as often as wanted. */
#ifndef TILT_READ_BYTES_H
#define TILT_READ_BYTES_H

#include "base/hash.h"
#include "tiltmeter/base.h"

typedef struct tilt__bytes tilt__bytes;
void tilt__bytes_free(tilt__bytes *bytes);

/* Opens a path ("-": standard input). What is not a regular file is copied to an unlinked temporary file.
 * gzip, zstd and ZIP are told by their first bytes. NULL with *err: TILT_EIO, TILT_ECSV (empty; a ZIP without
 * CSV files; a workbook, PDF or image, which is named), TILT_ENOMEM. */
tilt__bytes *tilt__bytes_open(const char *path, tilt_error *err) TILT_OWNED_BY(tilt__bytes_free);

/* "none", "gzip", "zstd" or "zip". Static. */
const char *tilt__bytes_compression(const tilt__bytes *bytes);
/* Parts are the CSV members of a ZIP in the order of their names; else there is one. */
size_t tilt__bytes_parts(const tilt__bytes *bytes);
/* Name for messages: the path, or "pack.zip/member.csv". Borrowed. */
const char *tilt__bytes_name(const tilt__bytes *bytes, size_t part);
/* Size on disk (not of what is inside). */
uint64_t tilt__bytes_size(const tilt__bytes *bytes);

/* Of them, those that have been read since the start of the part; 0 in a ZIP. */
uint64_t tilt__bytes_taken(const tilt__bytes *bytes);

/* Goes to the start of a part. */
tilt_status tilt__bytes_start(tilt__bytes *bytes, size_t part, tilt_error *err) TILT_NODISCARD;
/* The next up to `capacity` bytes; *out_n is 0 at the end. TILT_EIO also for damaged or cut compressed data.
 */
tilt_status tilt__bytes_read(tilt__bytes *bytes, char *out, size_t capacity, size_t *out_n,
                             tilt_error *err) TILT_NODISCARD;
/* Tests: gives at most n bytes per read; 0 turns it off. */
void tilt__bytes_limit(tilt__bytes *bytes, size_t n);

/* Bytes of a file that is not compressed, wherever the reading above stands and from any thread; *out_n is
 * less than `capacity` at the end of the file only. */
tilt_status tilt__bytes_at(const tilt__bytes *bytes, uint64_t offset, char *out, size_t capacity,
                           size_t *out_n, tilt_error *err) TILT_NODISCARD;

/* TILT_EIO when the file has another size or time than when it was opened. */
tilt_status tilt__bytes_unchanged(const tilt__bytes *bytes, tilt_error *err) TILT_NODISCARD;
/* SHA-256 of the file as it lies on disk. */
tilt_status tilt__bytes_sha256(const tilt__bytes *bytes, char out_hex[TILT__SHA256_HEX],
                               tilt_error *err) TILT_NODISCARD;

#endif
