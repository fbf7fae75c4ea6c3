/* report/print_module.c - finds the module that draws, loads it once, and keeps it.
 *
 * The module is looked for in places that are fixed relative to this code (where an installation puts it,
 * then beside it, as in a build): neither the current directory nor the environment has a say in what is
 * run. The file is a whole path for dlopen, and is never unloaded, since glib does not bear it. A failure is
 * not remembered: whoever installs what was missing need not start a long-running program anew.
 */
#define _GNU_SOURCE /* dladdr1 */
#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "report/print.h"

/* TILT_PRINT_FOLDER: from the folder of this code to that of the module, as installed (CMakeLists.txt). */
static const char *const places[] = {TILT_PRINT_FOLDER "/" TILT_PRINT_FILE, TILT_PRINT_FILE};
enum { N_PLACES = sizeof places / sizeof *places };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const tilt__print *loaded; /* under the lock; NULL: not yet */

/* The folder of the program or shared library that holds this code, into out[PATH_MAX]; ends in '/'. */
static bool own_folder(char *out) {
    Dl_info info;
    void *found = NULL;
    if (dladdr1((const void *)places, &info, &found, RTLD_DL_LINKMAP) == 0 || found == NULL) return false;
    const char *name = ((const struct link_map *)found)->l_name; /* "" for the program */
    const char *path = name[0] == '\0' ? "/proc/self/exe" : name;
    if (path[0] != '/' || realpath(path, out) == NULL) return false;
    strrchr(out, '/')[1] = '\0';
    return true;
}

/* The first place that has the file. */
static tilt_status find(tilt__buf *out, tilt_error *err) {
    char folder[PATH_MAX];
    if (!own_folder(folder))
        return tilt__fail(err, TILT_EIO,
                          "PDF and PNG are drawn by " TILT_PRINT_FILE ", which is looked for beside this "
                          "library; where that lies is not known: load it by a whole path");
    for (size_t i = 0; i < N_PLACES; i++) {
        tilt__buf_reset(out);
        tilt__buf_format(out, "%s%s", folder, places[i]);
        if (out->failed) return tilt__fail_memory(err);
        if (access(tilt__buf_get(out), F_OK) == 0) return TILT_OK;
    }
    return tilt__fail(err, TILT_EIO,
                      "PDF and PNG are drawn by " TILT_PRINT_FILE ", which is missing: expected %s%s "
                      "(or beside tiltmeter itself); install tiltmeter anew, or ask for other formats",
                      folder, places[0]);
}

static tilt_status load(const char *path, tilt_error *err) {
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const tilt__print *table = module == NULL ? NULL : dlsym(module, "tilt__print_table");
    if (table == NULL) {
        const char *why = dlerror();
        return tilt__fail(err, TILT_EIO,
                          "PDF and PNG are drawn by %s, which does not load (%s); it needs Cairo, Pango and "
                          "qpdf: on Debian libcairo2, libpangocairo-1.0-0, libqpdf29",
                          path, why != NULL ? why : "no reason given");
    }
    if (strcmp(table->version, TILT_VERSION) != 0 || table->doc_size != sizeof(tilt__doc) ||
        table->chart_size != sizeof(tilt__chart))
        return tilt__fail(err, TILT_EIO,
                          "PDF and PNG are drawn by %s, which is of another build (%s, expected %s); install "
                          "tiltmeter anew",
                          path, table->version, TILT_VERSION);
    loaded = table;
    return TILT_OK;
}

tilt_status tilt__print_get(const tilt__print **out_table, tilt_error *err) {
    tilt_status status = TILT_OK;
    (void)pthread_mutex_lock(&lock);
    if (loaded == NULL) {
        tilt__buf path = TILT__BUF_INIT;
        status = find(&path, err);
        if (status == TILT_OK) status = load(tilt__buf_get(&path), err);
        tilt__buf_free(&path);
    }
    *out_table = loaded;
    (void)pthread_mutex_unlock(&lock);
    return status;
}
