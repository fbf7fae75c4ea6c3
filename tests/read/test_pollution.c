/* Clean files, damaged in every way we could think of. Each damaged file gives the clean rows, or an error
 * that names the file (and the row, where there is one); never other numbers. The table of outcomes is
 * printed. */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <unistd.h>

#include "read/damage.h"
#include "read/tally.h"

/* Columns of each: where a number of four digits stands, and a quoted label with a delimiter in it. */
static const wound clean_files[] = {
    {.text = "gender,campaign,ad set,impressions,clicks,cost\n"
             "female,\"Spring, early\",Fr\xc3\xbch,1200,30,4.25\n"
             "male,\"Spring, early\",Fr\xc3\xbch,1350,28,4.75\n"
             "female,\"Autumn, late\",Herbst,2210,41,8.5\n"
             "male,\"Autumn, late\",Fr\xc3\xbch,1987,37,7.25\n"
             "unknown,\"Autumn, late\",Herbst,1004,1,0.75\n"
             "female,\"Winter, late\",Fr\xc3\xbch,1999,33,6\n",
     .delimiter = ',',
     .header = 0,
     .data_lines = 6,
     .number = 3,
     .label = 1},
    {.text = "\"Ad Set Name\",\"Campaign Name\",Gender,\"Delivery Level\",Reach,Impressions,\"Link "
             "Clicks\",\"Amount Spent "
             "(EUR)\",\"Reporting Starts\",\"Reporting Ends\"\n"
             "\"Jobs, north\",Fr\xc3\xbch,female,adset,1100,1204,21,4.25,2024-03-01,2024-03-31\n"
             "\"Jobs, north\",Fr\xc3\xbch,male,adset,1300,1411,,4.5,2024-03-01,2024-03-31\n"
             "\"Jobs, south\",Fr\xc3\xbch,female,adset,2100,2320,40,9.75,2024-03-01,2024-03-31\n"
             "\"Jobs, south\",Fr\xc3\xbch,male,adset,1900,2017,35,8,2024-03-01,2024-03-31\n"
             "\"Jobs, south\",Fr\xc3\xbch,unknown,adset,1007,1009,,0.25,2024-03-01,2024-03-31\n",
     .delimiter = ',',
     .header = 0,
     .data_lines = 5,
     .number = 5,
     .label = 0},
    {.text = "Gender report\nAll time\n"
             "Demographic status,Gender,Campaign,Ad group,Status,Clicks,Impr.,CTR,Currency code,Cost\n"
             "Enabled,Male,\"Truck, Fr\xc3\xbch\",Group 1,Eligible,27,9236,0.29%,EUR,12.89\n"
             "Enabled,Female,\"Truck, Fr\xc3\xbch\",Group 1,Eligible,33,7067,0.47%,EUR,16.79\n"
             "Enabled,Unknown,\"Truck, Fr\xc3\xbch\",Group 1,Eligible,11,7986,0.14%,EUR,5.30\n"
             "Enabled,Male,\"Nurse, Fr\xc3\xbch\",Group 1,Eligible,3,1200,0.25%,EUR,1.10\n"
             "Total: Account,,,,,74,\"25,489\",0.29%,EUR,36.08\n",
     .delimiter = ',',
     .header = 2,
     .data_lines = 4,
     .number = 6,
     .label = 2},
    {.text = "Geschlecht;Kampagne;Anzeigengruppe;Impressionen;Klicks;Kosten\n"
             "weiblich;\"Fr\xc3\xbch; Nord\";A;1200;30;4,25\n"
             "m\xc3\xa4nnlich;\"Fr\xc3\xbch; Nord\";A;1350;28;1.004,75\n"
             "weiblich;\"Herbst; S\xc3\xbc"
             "d\";B;2210;41;8,5\n"
             "m\xc3\xa4nnlich;\"Herbst; S\xc3\xbc"
             "d\";B;1987;37;7,25\n",
     .delimiter = ';',
     .header = 0,
     .data_lines = 4,
     .number = 3,
     .label = 1}};

enum { FILES = sizeof clean_files / sizeof *clean_files };

static char path[] = "/tmp/tilt-pollution-XXXXXX";

static void put(const char *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, n, file), n);
    (void)fclose(file);
}

/* The rows that `bytes` give, or NULL with *err. Caller frees. */
static char *rows_of(const char *bytes, size_t n, tilt_error *err, bool *out_open) {
    tally t;
    put(bytes, n);
    *err = (tilt_error){0};
    tilt_status status = tally_read(path, NULL, 0, &t, err);
    char *rows = status == TILT_OK ? tally_text(&t) : NULL;
    *out_open = status == TILT_OK && tilt_source_get_counts(t.source)->last_row_open;
    tally_free(&t);
    return rows;
}

typedef struct score {
    int clean, refused, flagged, wrong, untried;
    char example[160];
} score;

static void try_damage(const damage *kind, const wound *clean, size_t line, const char *clean_rows,
                       score *s) {
    wound w = *clean;
    tilt_error err;
    bool open;
    w.line = w.header + line;
    w.out = (tilt__buf)TILT__BUF_INIT;
    if (!kind->spoil(&w)) {
        s->untried++;
        tilt__buf_free(&w.out);
        return;
    }
    cr_assert_not(w.out.failed);
    char *rows = rows_of(tilt__buf_get(&w.out), w.out.length, &err, &open);
    bool same = rows != NULL && strcmp(rows, clean_rows) == 0;
    bool named =
        rows == NULL && strstr(err.message, "tilt-pollution-") != NULL && strchr(err.message, '\n') == NULL;
    if (same)
        s->clean++;
    else if (named)
        s->refused++;
    else if (rows != NULL && open && kind->expected == MAY_BE_FLAGGED)
        s->flagged++;
    else
        s->wrong++;
    cr_expect(same || named || (rows != NULL && open && kind->expected == MAY_BE_FLAGGED),
              "%s: other rows, or no place named\n--- file\n%.600s\n--- rows\n%s\n--- error %s", kind->name,
              tilt__buf_get(&w.out), rows == NULL ? "" : rows, err.message);
    if (kind->expected == MUST_BE_CLEAN)
        cr_expect(same, "%s: %s\n%.300s", kind->name, err.message, tilt__buf_get(&w.out));
    if (kind->expected == MUST_BE_ERROR)
        cr_expect(named, "%s was accepted\n%.300s", kind->name, tilt__buf_get(&w.out));
    const char *said = rows == NULL ? strstr(err.message, "tilt-pollution-") : NULL;
    if (said != NULL && s->example[0] == '\0')
        (void)snprintf(s->example, sizeof s->example, "%.150s", said + strlen("tilt-pollution-XXXXXX"));
    free(rows);
    tilt__buf_free(&w.out);
}

static bool is_huge(const damage *kind) {
    return strstr(kind->name, "100 MB") != NULL || strstr(kind->name, "10 MB") != NULL;
}

static void print_outcome(const damage *kind, const score *s) {
    printf("%-56s clean %2d  refused %2d  flagged %2d  wrong %d  %s\n", kind->name, s->clean, s->refused,
           s->flagged, s->wrong, s->example);
}

/* One kind of damage in every file and every row of it. */
static void try_everywhere(const damage *kind, char *const clean_rows[FILES]) {
    score s = {0};
    for (size_t f = 0; f < (is_huge(kind) ? 1 : (size_t)FILES); f++) {
        wound w = clean_files[f];
        w.n = strlen(w.text);
        size_t last = is_huge(kind) ? 1 : w.data_lines - 1;
        for (size_t line = 1; line <= last; line++) try_damage(kind, &w, line, clean_rows[f], &s);
    }
    print_outcome(kind, &s);
    cr_expect_gt(s.clean + s.refused + s.flagged, 0, "%s could not be tried", kind->name);
}

Test(pollution, damage_gives_the_clean_rows_or_an_error_never_other_numbers, .timeout = 540) {
    char *clean_rows[FILES];
    tilt_error err;
    bool open;
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    (void)close(fd);
    for (size_t f = 0; f < FILES; f++) {
        clean_rows[f] = rows_of(clean_files[f].text, strlen(clean_files[f].text), &err, &open);
        cr_assert_not_null(clean_rows[f], "clean file %zu: %s", f, err.message);
    }
    for (size_t d = 0; d < n_damages_of_shape; d++) try_everywhere(&damages_of_shape[d], clean_rows);
    for (size_t d = 0; d < n_damages_of_bytes; d++) try_everywhere(&damages_of_bytes[d], clean_rows);
    for (size_t f = 0; f < FILES; f++) free(clean_rows[f]);
    (void)unlink(path);
    cr_expect_geq(n_damages_of_shape + n_damages_of_bytes, 60u);
}
