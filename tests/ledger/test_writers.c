/* Two processes that write at once, and processes killed while they write. */
#include "ledger.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>

#include "ledger/verify.h"
#include "stat/random.h"

static const made january = {"January", "2025-01-01", "2025-01-31", 400, 500, "level"};

/* Records without end and tells every commit through the pipe. */
static void write_without_end(int tell) {
    tilt_error err = {0};
    tilt__ledger *ledger = tilt__ledger_open("l.db", true, &err);
    for (;;) {
        int64_t audit;
        if (ledger == NULL || record_one(ledger, &january, &audit, &err) != TILT_OK) _exit(9);
        if (write(tell, "c", 1) != 1) _exit(9);
    }
}

static void wait_for(uint64_t microseconds) {
    struct timespec pause = {0, (long)microseconds * 1000};
    (void)nanosleep(&pause, NULL);
}

/* Starts a writer, kills it after a random moment, and returns how many commits it told. */
static size_t write_and_kill(tilt__random *random) {
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    cr_assert_neq(child, -1);
    if (child == 0) {
        (void)close(ends[0]);
        write_without_end(ends[1]);
    }
    (void)close(ends[1]);
    wait_for(200 + tilt__random_below(random, 15000));
    cr_assert_eq(kill(child, SIGKILL), 0);
    int state = 0;
    cr_assert_eq(waitpid(child, &state, 0), child);
    cr_assert(WIFSIGNALED(state), "the writer failed by itself");
    char told[4096];
    size_t n = 0;
    for (ssize_t got; (got = read(ends[0], told, sizeof told)) > 0;) n += (size_t)got;
    (void)close(ends[0]);
    return n;
}

Test(writers, a_writer_killed_at_200_random_moments_loses_no_commit, LEDGER, .timeout = 300) {
    tilt__random random = tilt__random_stream(88, 0, 0);
    size_t told = 0;
    for (int round = 0; round < 200; round++) {
        told += write_and_kill(&random);
        tilt_error err = {0};
        tilt__ledger *ledger = open_ledger("l.db");
        size_t held = 0;
        cr_assert_eq(tilt__ledger_count(ledger, &held, &err), TILT_OK, "%s", err.message);
        cr_expect_geq(held, told, "round %d", round);
        if (held > told + 1) cr_expect_leq(held, told + 1, "round %d: told %zu, held %zu", round, told, held);
        told = held; /* a commit may be whole and not yet told */
        if (round % 20 == 19) {
            tilt__verified found;
            cr_assert_eq(tilt__ledger_verify(ledger, NULL, NULL, &found, &err), TILT_OK, "%s", err.message);
            cr_expect(found.ok, "round %d: %s", round, found.why);
            tilt__ledger_free(ledger);
            cr_assert_eq(unlink("l.db"), 0);
            told = 0;
            continue;
        }
        tilt__ledger_free(ledger);
    }
}

/* Records `times` audits; the pipe's closing is the sign to begin, so that all writers open a new file at
 * once. */
static void write_some(int start, int times) {
    char sign;
    tilt_error err = {0};
    (void)read(start, &sign, 1);
    tilt__ledger *ledger = tilt__ledger_open("l.db", true, &err);
    int64_t audit;
    for (int i = 0; i < times; i++)
        if (ledger == NULL || record_one(ledger, &january, &audit, &err) != TILT_OK) {
            (void)fprintf(stderr, "writer: %s\n", err.message);
            _exit(1);
        }
    tilt__ledger_free(ledger);
    _exit(0);
}

enum { WRITERS = 4 };

static void write_at_once(int times) {
    pid_t children[WRITERS];
    int start[2];
    cr_assert_eq(pipe(start), 0);
    for (int i = 0; i < WRITERS; i++) {
        children[i] = fork();
        cr_assert_neq(children[i], -1);
        if (children[i] != 0) continue;
        (void)close(start[1]);
        write_some(start[0], times);
    }
    (void)close(start[0]);
    (void)close(start[1]);
    for (int i = 0; i < WRITERS; i++) {
        int state = 0;
        cr_assert_eq(waitpid(children[i], &state, 0), children[i]);
        cr_expect(WIFEXITED(state) && WEXITSTATUS(state) == 0, "writer %d", i);
    }
    tilt_error err = {0};
    size_t n = 0;
    tilt__verified found;
    tilt__ledger *ledger = open_ledger("l.db");
    cr_assert_eq(tilt__ledger_count(ledger, &n, &err), TILT_OK);
    cr_expect_eq(n, (size_t)(WRITERS * times));
    cr_assert_eq(tilt__ledger_verify(ledger, NULL, NULL, &found, &err), TILT_OK);
    cr_expect(found.ok, "%s", found.why);
    tilt__ledger_free(ledger);
    cr_assert_eq(unlink("l.db"), 0);
}

Test(writers, processes_that_write_at_once_all_succeed, LEDGER, .timeout = 120) {
    write_at_once(40);
}

Test(writers, processes_that_make_the_same_ledger_at_once_all_succeed, LEDGER, .timeout = 120) {
    for (int round = 0; round < 50; round++) write_at_once(1);
}

/* ---- a file that may not grow ---- */

/* Records until the limit on the size of files stops it, telling every commit. Ends with 3 when that was an
 * error in words. */
static void write_to_the_limit(int tell, rlim_t most) {
    tilt_error err = {0};
    int64_t audit;
    struct rlimit limit = {most, most};
    (void)signal(SIGXFSZ, SIG_IGN);
    tilt__ledger *ledger = tilt__ledger_open("l.db", true, &err);
    if (ledger == NULL || setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(9);
    for (int i = 0; i < 2000; i++) {
        tilt_status status = record_one(ledger, &january, &audit, &err);
        if (status == TILT_EIO && strstr(err.message, "nothing was recorded") != NULL) _exit(3);
        if (status != TILT_OK) (void)fprintf(stderr, "writer: %s\n", err.message);
        if (status != TILT_OK || write(tell, "c", 1) != 1) _exit(9);
    }
    _exit(0);
}

Test(writers, a_file_that_may_not_grow_is_an_error_and_loses_nothing, LEDGER, .timeout = 60) {
    static const rlim_t limits[] = {70000, 150000, 400001, 1000003};
    size_t told = 0;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        int ends[2], state = 0;
        char chunk[256];
        cr_assert_eq(pipe(ends), 0);
        pid_t child = fork();
        cr_assert_neq(child, -1);
        if (child == 0) write_to_the_limit(ends[1], limits[i]);
        (void)close(ends[1]);
        for (ssize_t got; (got = read(ends[0], chunk, sizeof chunk)) > 0;) told += (size_t)got;
        (void)close(ends[0]);
        cr_assert_eq(waitpid(child, &state, 0), child);
        cr_expect(WIFEXITED(state) && WEXITSTATUS(state) == 3, "limit %zu", (size_t)limits[i]);
        tilt_error err = {0};
        size_t held = 0;
        tilt__verified found;
        tilt__ledger *ledger = open_ledger("l.db");
        cr_assert_eq(tilt__ledger_count(ledger, &held, &err), TILT_OK, "%s", err.message);
        cr_expect_eq(held, told, "limit %zu", (size_t)limits[i]);
        cr_assert_eq(tilt__ledger_verify(ledger, NULL, NULL, &found, &err), TILT_OK, "%s", err.message);
        cr_expect(found.ok, "%s", found.why);
        tilt__ledger_free(ledger);
    }
}

/* ---- looking while another one writes ---- */

static tilt_status count_row(void *context, const tilt__audit_row *row, tilt_error *err) {
    size_t *n = context;
    (void)err;
    (*n)++;
    return row->id == (int64_t)*n ? TILT_OK : TILT_EINTERNAL;
}

Test(writers, a_list_taken_while_another_process_writes_is_whole, LEDGER, .timeout = 60) {
    int ends[2], state = 0;
    char told;
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    cr_assert_neq(child, -1);
    if (child == 0) write_without_end(ends[1]);
    (void)close(ends[1]);
    cr_assert_eq(read(ends[0], &told, 1), 1);
    size_t before = 0, grew = 0;
    for (int i = 0; i < 100; i++) {
        tilt_error err = {0};
        size_t n = 0;
        tilt__ledger *ledger = tilt__ledger_open("l.db", false, &err);
        cr_assert_not_null(ledger, "%s", err.message);
        cr_assert_eq(tilt__ledger_list(ledger, NULL, 0, count_row, &n, &err), TILT_OK, "%s", err.message);
        cr_expect_geq(n, before);
        grew += n > before;
        before = n;
        tilt__ledger_free(ledger);
        (void)read(ends[0], &told, 1);
    }
    cr_assert_eq(kill(child, SIGKILL), 0);
    cr_assert_eq(waitpid(child, &state, 0), child);
    cr_expect_gt(grew, 1, "the other one did write");
}
