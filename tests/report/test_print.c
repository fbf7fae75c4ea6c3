/* What draws, as the shared library sees it: a module that is mapped when a PDF or PNG is made, and not
 * before. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiltmeter/report.h"

static tilt_report *open_report(const char *name) {
    char path[512];
    static char json[1 << 20];
    (void)snprintf(path, sizeof path, TILT_TEST_DIR "/report/fixtures/%s.json", name);
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL);
    size_t n = fread(json, 1, sizeof json, file);
    cr_assert(n > 0 && n < sizeof json);
    cr_assert_eq(fclose(file), 0);
    tilt_error err = {.status = TILT_OK};
    tilt_report *report = tilt_report_from_json(json, n, &err);
    cr_assert(report != NULL, "%s", err.message);
    return report;
}

/* Lines of this process's maps that name one of the libraries that draw, or the module. */
static size_t mapped(void) {
    static const char *const words[] = {"libcairo", "libpango", "libqpdf", "libglib", "tiltmeter-print"};
    char line[4096];
    size_t n = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    cr_assert(maps != NULL);
    while (fgets(line, sizeof line, maps) != NULL)
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) n += strstr(line, words[i]) != NULL;
    cr_assert_eq(fclose(maps), 0);
    return n;
}

static void check_format(const tilt_report *report, tilt_format format) {
    tilt_error err = {.status = TILT_OK};
    char *text = NULL;
    size_t n = 0;
    cr_assert_eq(tilt_report_render(report, format, NULL, &text, &n, &err), TILT_OK, "%s", err.message);
    cr_assert(n > 0);
    free(text);
}

Test(print, is_mapped_by_no_format_that_draws_nothing) {
    tilt_report *report = open_report("funnel");
    static const tilt_format plain[] = {TILT_FORMAT_HTML, TILT_FORMAT_MARKDOWN, TILT_FORMAT_TERMINAL,
                                        TILT_FORMAT_CSV, TILT_FORMAT_XLSX};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        check_format(report, plain[i]);
        cr_assert_eq(mapped(), 0, "%s", tilt_format_at(plain[i])->name);
    }
    check_format(report, TILT_FORMAT_PDF);
    cr_assert(mapped() >= 5, "the libraries have other names: this test could not fail");
    tilt_report_free(report);
}

Test(print, is_mapped_for_a_chart) {
    tilt_report *report = open_report("funnel");
    tilt_error err = {.status = TILT_OK};
    const char *name;
    char *bytes = NULL;
    size_t n = 0;
    cr_assert(tilt_report_chart_count(report) > 0);
    cr_assert_eq(mapped(), 0);
    cr_assert_eq(tilt_report_chart_png(report, 0, &name, &bytes, &n, &err), TILT_OK, "%s", err.message);
    cr_assert(n > 8 && memcmp(bytes, "\x89PNG", 4) == 0);
    cr_assert(mapped() > 0);
    free(bytes);
    tilt_report_free(report);
}

enum { THREADS = 6 };
typedef struct drawn {
    const tilt_report *report;
    char *bytes;
    size_t n;
    tilt_status status;
} drawn;

static void *draw(void *argument) {
    drawn *d = argument;
    d->status = tilt_report_render(d->report, TILT_FORMAT_PDF, NULL, &d->bytes, &d->n, NULL);
    return NULL;
}

Test(print, is_loaded_once_by_threads_that_all_come_first) {
    tilt_report *report = open_report("level");
    drawn all[THREADS];
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        all[i] = (drawn){.report = report};
        cr_assert_eq(pthread_create(&threads[i], NULL, draw, &all[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) cr_assert_eq(pthread_join(threads[i], NULL), 0);
    for (size_t i = 0; i < THREADS; i++) {
        cr_assert_eq(all[i].status, TILT_OK);
        cr_assert(all[i].n == all[0].n && memcmp(all[i].bytes, all[0].bytes, all[0].n) == 0);
        if (i > 0) free(all[i].bytes);
    }
    free(all[0].bytes);
    tilt_report_free(report);
}
