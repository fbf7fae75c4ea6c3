/* base/io.h - whole-file read, and atomic write: temporary file beside the target, fsync, rename. */
#ifndef TILT_BASE_IO_H
#define TILT_BASE_IO_H

#include "base/buf.h"

/* Appends the whole of a file to `out`; at most `ceiling` bytes (TILT_ETOOBIG beyond).
 * TILT_EIO when it cannot be opened or read, or is a directory. */
tilt_status tilt__read_file(const char *path, size_t ceiling, tilt__buf *out, tilt_error *err) TILT_NODISCARD;

/* Writes n bytes so that `path` is either the old file or the complete new one, never a part.
 * TILT_EIO on any failure, with nothing left behind. */
tilt_status tilt__write_file(const char *path, const void *bytes, size_t n, tilt_error *err) TILT_NODISCARD;

/* The same, readable by its owner only. */
tilt_status tilt__write_private_file(const char *path, const void *bytes, size_t n,
                                     tilt_error *err) TILT_NODISCARD;

/* One of several files to be written together. */
typedef struct tilt__file {
    const char *path;
    const void *bytes;
    size_t n;
    bool own_only; /* nobody but its owner may read it: small cells */
} tilt__file;

/* Writes several files so that a failure (a full disk, say) leaves every path as it was: all are written
 * beside their targets first, and only then do they take their names. TILT_EIO, TILT_ENOMEM. */
tilt_status tilt__write_files(const tilt__file *files, size_t n_files, tilt_error *err) TILT_NODISCARD;

/* Makes an empty file in the folder for temporary files (TMPDIR, else /tmp), for libraries that write to a
 * path only. Its name goes to the empty `out_path`; the caller removes the file with tilt__remove_file.
 * TILT_EIO, TILT_ENOMEM. */
tilt_status tilt__temporary_file(tilt__buf *out_path, tilt_error *err) TILT_NODISCARD;
/* Takes a file away; silently does nothing when it is not there. */
void tilt__remove_file(const char *path);
/* The folder for temporary files: TMPDIR, else /tmp. Static or of the environment. */
const char *tilt__temporary_folder(void);

/* Makes one directory if it is not there; its parent must exist. *out_made: whether it was made now, so that
 * a failure later on can take it away again. */
tilt_status tilt__make_directory(const char *path, bool *out_made, tilt_error *err) TILT_NODISCARD;
/* Takes an empty directory away; silently does nothing when it is not empty or not there. */
void tilt__remove_directory(const char *path);

#endif
