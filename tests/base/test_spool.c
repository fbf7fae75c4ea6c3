/* Texts that wait in a file without a name. */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/mem.h"
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

/* Three texts that grow side by side and get their places one after the other; `most` bytes of them may be in
 * the file. */
static void expect_side_by_side(size_t most) {
    tilt__spool spool = TILT__SPOOL_INIT;
    tilt__spooled spooled[3] = {{NULL, 0, 0}, {NULL, 0, 0}, {NULL, 0, 0}};
    tilt__buf text[3] = {TILT__BUF_INIT, TILT__BUF_INIT, TILT__BUF_INIT};
    tilt__buf own[3] = {TILT__BUF_INIT, TILT__BUF_INIT, TILT__BUF_INIT};
    tilt__buf rest = TILT__BUF_INIT, whole = TILT__BUF_INIT;
    tilt_error err;
    for (size_t i = 0; i < 900; i++) {
        size_t k = (i * 7 + i / 5) % 3;
        tilt__buf_format(&text[k], "%zu of %zu\n", i, k);
        tilt__buf_format(&own[k], "%zu of %zu\n", i, k);
        spool.full = spool.full || spool.n >= most;
        if (i % 4 == 3) tilt__spool_put(&spool, &spooled[k], &text[k]);
    }
    for (size_t k = 0; k < 3; k++) {
        tilt__buf_format(&rest, "text %zu\n", k);
        cr_expect_eq(tilt__spool_append(&spool, &rest, &spooled[k], &err), TILT_OK);
        tilt__buf_add(&rest, tilt__buf_get(&text[k]), text[k].length);
        tilt__buf_format(&whole, "text %zu\n", k);
        tilt__buf_add(&whole, tilt__buf_get(&own[k]), own[k].length);
    }
    cr_expect_eq(spool.full, most < whole.length, "%zu bytes of %zu", most, whole.length);
    expect_whole(&spool, &rest, &whole);
    for (size_t k = 0; k < 3; k++) {
        tilt__spooled_free(&spooled[k]);
        tilt__buf_free(&text[k]);
        tilt__buf_free(&own[k]);
    }
    tilt__spool_free(&spool);
    tilt__buf_free(&rest);
    tilt__buf_free(&whole);
}

Test(spool, texts_that_grow_side_by_side_come_out_one_after_the_other) {
    expect_side_by_side(SIZE_MAX);
}

/* Of some texts there are parts in the file and parts in memory. */
Test(spool, a_disk_that_fills_up_between_texts_loses_nothing) {
    for (size_t most = 0; most < 8000; most += 250) expect_side_by_side(most);
}

Test(spool, text_stays_where_no_memory_is_left_for_its_place) {
    tilt__spool spool = TILT__SPOOL_INIT;
    tilt__spooled spooled = {NULL, 0, 0};
    tilt__buf text = TILT__BUF_INIT;
    tilt__buf_text(&text, "first");
    tilt__spool_put(&spool, &spooled, &text);
    cr_expect_eq(text.length, 0);
    tilt__buf_text(&text, "second");
    tilt__fail_allocation(1);
    tilt__spool_take(&spool, &text);
    tilt__fail_allocation(0);
    cr_expect(spool.full);
    cr_expect_str_eq(tilt__buf_get(&text), "second");
    tilt__spooled_free(&spooled);
    tilt__spool_free(&spool);
    tilt__buf_free(&text);
}
