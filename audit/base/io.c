/* base/io.c - whole-file read and atomic write.
 * A reader of a report must never meet half of one: data go to a temporary file in the same
 * directory, are flushed to disk, and only then take the target's name. */
#define _POSIX_C_SOURCE 200809L
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"

tilt_status tilt__read_file(const char *path, size_t ceiling, tilt__buf *out, tilt_error *err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return tilt__fail(err, TILT_EIO, "%s: cannot open: %s", path, strerror(errno));
    char chunk[65536];
    size_t total = 0;
    tilt_status status = TILT_OK;
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) status = tilt__fail(err, TILT_EIO, "%s: cannot read: %s", path, strerror(errno));
        if (n <= 0) break;
        total += (size_t)n;
        if (total > ceiling) {
            status = tilt__fail(err, TILT_ETOOBIG, "%s: larger than %zu bytes", path, ceiling);
            break;
        }
        tilt__buf_add(out, chunk, (size_t)n);
    }
    (void)close(fd);
    if (status == TILT_OK && out->failed) status = tilt__fail_memory(err);
    return status;
}

static tilt_status write_all(int fd, const char *bytes, size_t n, const char *path, tilt_error *err) {
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return tilt__fail(err, TILT_EIO, "%s: cannot write: %s", path, strerror(errno));
        bytes += done;
        n -= (size_t)done;
    }
    return TILT_OK;
}

/* Devices and pipes (/dev/full, /dev/stdout) cannot be replaced by a rename. */
static bool is_special(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

static tilt_status write_special(const char *path, const void *bytes, size_t n, tilt_error *err) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return tilt__fail(err, TILT_EIO, "%s: cannot open: %s", path, strerror(errno));
    tilt_status status = write_all(fd, bytes, n, path, err);
    if (close(fd) != 0 && status == TILT_OK)
        status = tilt__fail(err, TILT_EIO, "%s: cannot write: %s", path, strerror(errno));
    return status;
}

/* Writes a complete temporary file beside `path`; *out_name (owned by the caller) gets its name. */
static tilt_status write_beside(const tilt__file *file, tilt__buf *out_name, tilt_error *err) {
    const char *path = file->path;
    tilt__buf_format(out_name, "%s.XXXXXX", path);
    if (out_name->failed) return tilt__fail_memory(err);
    int fd = mkstemp(out_name->data);
    if (fd < 0) {
        tilt__buf_reset(out_name);
        return tilt__fail(err, TILT_EIO, "%s: cannot write here: %s", path, strerror(errno));
    }
    mode_t mask = umask(0);
    (void)umask(mask);
    tilt_status status = write_all(fd, file->bytes, file->n, path, err);
    if (status == TILT_OK && (fchmod(fd, (file->own_only ? 0600 : 0666) & ~mask) != 0 || fsync(fd) != 0))
        status = tilt__fail(err, TILT_EIO, "%s: cannot write: %s", path, strerror(errno));
    if (close(fd) != 0 && status == TILT_OK)
        status = tilt__fail(err, TILT_EIO, "%s: cannot write: %s", path, strerror(errno));
    return status;
}

tilt_status tilt__write_files(const tilt__file *files, size_t n_files, tilt_error *err) {
    tilt__buf *names = tilt__alloc(n_files, sizeof *names);
    if (names == NULL) return tilt__fail_memory(err);
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < n_files && status == TILT_OK; i++) {
        names[i] = (tilt__buf)TILT__BUF_INIT;
        status = write_beside(&files[i], &names[i], err);
    }
    for (size_t i = 0; i < n_files && status == TILT_OK; i++) {
        if (rename(names[i].data, files[i].path) == 0)
            tilt__buf_reset(&names[i]);
        else
            status = tilt__fail(err, TILT_EIO, "%s: cannot put in place: %s", files[i].path, strerror(errno));
    }
    for (size_t i = 0; i < n_files; i++) {
        if (names[i].length > 0) (void)unlink(names[i].data);
        tilt__buf_free(&names[i]);
    }
    free(names);
    return status;
}

static tilt_status write_one(const tilt__file *file, tilt_error *err) {
    if (is_special(file->path)) return write_special(file->path, file->bytes, file->n, err);
    return tilt__write_files(file, 1, err);
}

tilt_status tilt__write_file(const char *path, const void *bytes, size_t n, tilt_error *err) {
    tilt__file file = {.path = path, .bytes = bytes, .n = n};
    return write_one(&file, err);
}

tilt_status tilt__write_private_file(const char *path, const void *bytes, size_t n, tilt_error *err) {
    tilt__file file = {.path = path, .bytes = bytes, .n = n, .own_only = true};
    return write_one(&file, err);
}

const char *tilt__temporary_folder(void) {
    const char *folder = getenv("TMPDIR"); /* NOLINT(concurrency-mt-unsafe): nobody here sets it */
    return folder != NULL && *folder != '\0' ? folder : "/tmp";
}

tilt_status tilt__temporary_file(tilt__buf *out_path, tilt_error *err) {
    tilt__buf_format(out_path, "%s/tiltmeter-XXXXXX", tilt__temporary_folder());
    if (out_path->failed) return tilt__fail_memory(err);
    int fd = mkstemp(out_path->data);
    if (fd < 0)
        return tilt__fail(err, TILT_EIO, "%s: cannot write temporary files here: %s",
                          tilt__temporary_folder(), strerror(errno));
    (void)close(fd);
    return TILT_OK;
}

void tilt__remove_file(const char *path) {
    (void)unlink(path);
}

void tilt__remove_directory(const char *path) {
    (void)rmdir(path);
}

tilt_status tilt__make_directory(const char *path, bool *out_made, tilt_error *err) {
    struct stat info;
    *out_made = mkdir(path, 0777) == 0;
    if (*out_made) return TILT_OK;
    int reason = errno;
    if (reason == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) return TILT_OK;
    return tilt__fail(err, TILT_EIO, "%s: cannot make this directory: %s", path, strerror(reason));
}
