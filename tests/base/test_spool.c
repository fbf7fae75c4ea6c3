/* Texts that wait in a file without a name. */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/spool.h"

static bool append(void *context, const char *text, size_t n) {
    tilt__buf_add(context, text, n);
    return true;
}

/* Numbers up to n, one a line, in pieces that the spool takes; what it leaves stays in `rest`. */
static void fill(tilt__spool *spool, size_t n, tilt__buf *rest, tilt__buf *whole) {
    for (size_t i = 0; i < n; i++) {
        tilt__buf_format(rest, "%zu\n", i);
        tilt__buf_format(whole, "%zu\n", i);
        if (i % 1000 == 999) tilt__spool_take(spool, rest);
    }
}

static void expect_whole(const tilt__spool *spool, const tilt__buf *rest, const tilt__buf *whole) {
    tilt_error err;
    tilt__buf read = TILT__BUF_INIT;
    cr_expect_eq(tilt__spool_read(spool, append, &read, &err), TILT_OK);
    tilt__buf_add(&read, tilt__buf_get(rest), rest->length);
    cr_expect_str_eq(tilt__buf_get(&read), tilt__buf_get(whole));
    tilt__buf_free(&read);
}

Test(spool, gives_back_what_it_took) {
    tilt__spool spool = TILT__SPOOL_INIT;
    tilt__buf rest = TILT__BUF_INIT, whole = TILT__BUF_INIT;
    fill(&spool, 30500, &rest, &whole);
    cr_expect_gt(spool.n, 1 << 17, "more than the two pieces it is read in");
    cr_expect_eq(spool.n + rest.length, whole.length);
    expect_whole(&spool, &rest, &whole);
    expect_whole(&spool, &rest, &whole);
    tilt__spool_free(&spool);
    tilt__buf_free(&rest);
    tilt__buf_free(&whole);
}

Test(spool, leaves_text_in_memory_where_there_can_be_no_file) {
    tilt__spool spool = TILT__SPOOL_INIT;
    tilt__buf rest = TILT__BUF_INIT, whole = TILT__BUF_INIT;
    cr_assert_eq(setenv("TMPDIR", "/no/such/folder", 1), 0);
    fill(&spool, 2500, &rest, &whole);
    cr_expect(spool.full);
    cr_expect_eq(rest.length, whole.length);
    expect_whole(&spool, &rest, &whole);
    tilt__spool_free(&spool);
    tilt__buf_free(&rest);
    tilt__buf_free(&whole);
}

/* A limit on the size of files stands for a full disk: the write fails when some of it is done. */
Test(spool, a_disk_that_fills_up_loses_nothing) {
    tilt__spool spool = TILT__SPOOL_INIT;
    tilt__buf rest = TILT__BUF_INIT, whole = TILT__BUF_INIT;
    struct rlimit most = {10000, 10000};
    (void)signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &most), 0);
    fill(&spool, 4500, &rest, &whole);
    cr_expect(spool.full);
    cr_expect(spool.n > 0 && spool.n < 10000, "%zu bytes", (size_t)spool.n);
    expect_whole(&spool, &rest, &whole);
    tilt__spool_free(&spool);
    tilt__buf_free(&rest);
    tilt__buf_free(&whole);
}
