/* tests/engines/make_rows.c - a seeded table of N rows as CSV on standard output: what an engine reduces and
 * we reduce too. make_rows N: a log of delivery; make_rows N people: decisions, scores, labels and weights of
 * persons. Names and values hold quotes, commas, semicolons, comments, blanks and letters of other scripts on
 * purpose, and columns are called what a query might call its own. Two more are for tables whose columns have
 * types, with empty cells in all of them: `typed` (delivery) and `staff` (people). `names` has the worst
 * names and values. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 20250101;

/* splitmix64 (Steele, Lea and Flood 2014) */
static uint64_t draw(void) {
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static unsigned below(unsigned n) {
    return (unsigned)(draw() % n);
}

static const char *const campaigns[] = {"Autumn",
                                        "it's spring",
                                        "\"say \"\"x\"\"\"",
                                        "; DROP TABLE events; --",
                                        "/* sale */",
                                        "Frühling für Größe",
                                        "back\\slash",
                                        "\"comma, semicolon; tab\there\"",
                                        "\"two\nlines\"",
                                        "{%s} $1 50%",
                                        "Totally new",
                                        "${spark.app.name} \\'",
                                        "春 \xf0\x9f\x8c\xb8"};
static const char *const ages[] = {"18-24", "25-34", "35-44", "45-54", "55-64", "65+"};
static const char *const genders[] = {"female", "male", "female", "male", "female", "male", "male", ""};
enum { CAMPAIGNS = sizeof campaigns / sizeof *campaigns };

static int put_delivery(unsigned long long n) {
    int ok = puts("\"the \"\"campaign`s\"\" name\",age,gender,region,day,eligible,clicks,Spend (EUR)") >= 0;
    for (unsigned long long i = 0; i < n && ok; i++) {
        const char *gender = genders[below(8)];
        unsigned campaign = below(CAMPAIGNS),
                 clicked = below(1000) < 40 + campaign + (gender[0] == 'f' ? 0 : 8);
        ok = printf("%s,%s,%s,region %02u,2025-03-%02u,1,%u,%u.%04u\n", campaigns[campaign], ages[below(6)],
                    gender, below(20), 1 + below(14), clicked, below(2), below(10000)) >= 0;
    }
    return ok;
}

/* A score of many lengths: some lie at the end of a bin, some next to it, some have more digits than are
 * kept. */
static void put_score(double mean, char out[32]) {
    static const char *const odd[] = {
        "", "n/a", "0.5", "0.4999999999999995", "0.37", "0.3699999999999999", "1", "0", "0.001", "1e-5"};
    double score = mean + (double)below(1000000) / 2000000;
    if (below(50) == 0)
        (void)snprintf(out, 32, "%s", odd[below(10)]);
    else
        (void)snprintf(out, 32, "%.*f", 2 + (int)below(16), score < 1 ? score : 1.0);
}

static int put_people(unsigned long long n) {
    static const char *const decisions[] = {"1", "0", "true", "No", "YES", "false", "1.0", ""};
    static const char *const labels[] = {"it's a \"\"yes\"\"; --", "no", "NULL", "", "n/a"};
    static const char *const points[] = {"0", "0.25", "1", "1.0004", "-0.25", "2.5", "0.3705", "0.3704999"};
    static const char *const weights[] = {"1", "0.5", "2.25", "1.50", "", "0", "n/a"};
    static const unsigned worst[] = {1, 3, 8, 11, 12};
    int ok = puts("label_1,\"amount_1; DROP TABLE events; --\",given,gender,\"he said \"\"hired\"\" `it's`\","
                  "score_1,second,points,outcome,weight") >= 0;
    for (unsigned long long i = 0; i < n && ok; i++) {
        const char *gender = genders[below(8)];
        unsigned good = below(2), campaign = worst[below(5)];
        char score[32];
        put_score((gender[0] == 'f' ? 0.2 : 0.22) + 0.2 * good, score);
        double value = strtod(score, NULL);
        const char *decision = below(20) == 0 ? decisions[below(8)] : value >= 0.5 ? "1" : "0";
        ok = printf("%s,%s,%s,%s,%s,%s,%u,%s,\"%s\",%s\n", ages[below(6)], campaigns[campaign],
                    below(3) == 0 ? "a" : "b", gender, decision, score, below(3) == 0, points[below(8)],
                    below(20) == 0 ? labels[below(5)] : labels[good ? 0 : 1],
                    weights[below(10) == 0 ? below(7) : 0]) >= 0;
    }
    return ok;
}

/* One of n texts; every fifth time none. */
static const char *some(const char *const *texts, unsigned n) {
    return below(5) == 0 ? "" : texts[below(n)];
}
#define SOME(texts) some(texts, sizeof(texts) / sizeof *(texts))

static const char *const truths[] = {"true", "false"}, *const countries[] = {"DE", "FR", "AT"},
                         *const sexes[] = {"female", "male", "female", "n/a"};

static int put_typed(unsigned long long n) {
    static const char *const
        bids[] = {"0.25", "0.1", "1.5", "12.75"},
        *const fees[] = {"0.1", "0.2", "12345.678", "1e-05", "0.30000000000000004"},
        *const years[] = {"20", "30", "40", "50", "60"}, *const places[] = {"feed", "story", "search", "n/a"},
        *const clicks[] = {"0", "1", "2", "3", "n/a", "withheld"}, *const weeks[] = {"2025-W09", "2025-W10"};
    int ok = puts("stamp,week,Sex,years,married,place,bid,country,ad,live,trial,eligible,impressions,clicks,"
                  "spend (EUR),fee,until,since") >= 0;
    for (unsigned long long i = 0; i < n && ok; i++) {
        char stamp[32] = "", since[16] = "", until[16] = "", ad[8] = "", eligible[8] = "", seen[16] = "",
             spent[16] = "";
        unsigned day = 1 + below(9);
        if (below(20) > 0)
            (void)snprintf(stamp, sizeof stamp, "2025-03-%02u %02u:%02u:00", day, below(24), below(60));
        (void)snprintf(since, sizeof since, "2025-03-%02u", day);
        (void)snprintf(until, sizeof until, "2025-03-%02u", day + (below(4) == 0));
        if (below(20) > 0) (void)snprintf(ad, sizeof ad, "%u", 1 + below(8));
        if (below(20) > 0) (void)snprintf(eligible, sizeof eligible, "%u", 10 + below(10));
        if (below(20) > 0) (void)snprintf(seen, sizeof seen, "%u.5", below(40));
        if (below(20) > 0) (void)snprintf(spent, sizeof spent, "%u.%04u", below(3), below(10000));
        ok = printf("%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%u,%s,%s,%s,%s,%s,%s,%s\n", stamp, SOME(weeks),
                    SOME(sexes), SOME(years), SOME(truths), SOME(places), SOME(bids), SOME(countries), ad,
                    truths[below(3) == 0], below(4) == 0, eligible, seen, SOME(clicks), spent, SOME(fees),
                    below(20) == 0 ? "" : until, below(20) == 0 ? "" : since) >= 0;
    }
    return ok;
}

static int put_staff(unsigned long long n) {
    static const char *const hours[] = {"7.5", "20.25", "37.5", "38.75"}, *const grades[] = {"1", "2", "3"},
                             *const sites[] = {"north", "south; --", "n/a"},
                             *const weights[] = {"0.1", "1.25", "2.5", "0.333333333333333314", "1e-3"};
    int ok = puts("Sex,grade,site,hours,country,hired,risk,second,points,outcome,w,dept") >= 0;
    for (unsigned long long i = 0; i < n && ok; i++) {
        char risk[32] = "", points[16] = "";
        unsigned good = below(2), high = below(10) < 4 + good;
        if (below(20) > 0) (void)snprintf(risk, sizeof risk, "%.15g", (double)(1 + below(9999)) / 10007);
        if (below(20) > 0)
            (void)snprintf(points, sizeof points, "%s%u.%04u", below(9) == 0 ? "-" : "", below(2),
                           below(10000));
        ok = printf("%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", SOME(sexes), SOME(grades), SOME(sites),
                    SOME(hours), SOME(countries), below(20) == 0 ? "" : truths[!high], risk,
                    below(20) == 0 ? ""
                    : high         ? "1"
                                   : "0",
                    points,
                    below(20) == 0 ? ""
                    : good         ? "1"
                                   : "0",
                    SOME(weights), below(3) == 0 ? "it" : "sales") >= 0;
    }
    return ok;
}

/* As a cell of CSV. */
static int put_cell(const char *text, int last) {
    int ok = putchar('"') != EOF;
    for (const char *c = text; *c != '\0' && ok; c++)
        ok = putchar(*c) != EOF && (*c != '"' || putchar('"') != EOF);
    return ok && fputs(last ? "\"\n" : "\",", stdout) >= 0;
}

#define LETTERS_50 "abcdefghijklmnopqrstuvwxyabcdefghijklmnopqrstuvwxy"
#define LETTERS_300 LETTERS_50 LETTERS_50 LETTERS_50 LETTERS_50 LETTERS_50 LETTERS_50

static int put_names(unsigned long long n) {
    static const char *const columns[] = {"select",
                                          "from \"where\"",
                                          "two\nlines",
                                          "a;b--c /* d */",
                                          "\\'`$1 :p ? {x} %s",
                                          "пол 性別 🌸",
                                          "NULL",
                                          "Col",
                                          "col",
                                          LETTERS_300,
                                          LETTERS_50 "_sixty_three",
                                          "keep;--",
                                          "clicks\\\"'",
                                          "clicks",
                                          "eligible"};
    static const char *const values[] = {"\\N",
                                         "\\0",
                                         "NULL",
                                         "null",
                                         "%00",
                                         "\\x00",
                                         "\\u0000",
                                         "x'00'",
                                         "'",
                                         "''",
                                         "\"",
                                         "--",
                                         "/*",
                                         "*/",
                                         ";",
                                         "${spark.app.name}",
                                         "{{x}}",
                                         "{x:String}",
                                         "🌸",
                                         "é",
                                         "e\xcc\x81",
                                         "Straße",
                                         "STRASSE",
                                         "strasse",
                                         "a\xc2\xa0"
                                         "b",
                                         "line\nfeed",
                                         "\\",
                                         "\\\\",
                                         "\\'",
                                         "=1+1",
                                         "\xe2\x80\xaeright to left",
                                         "unit\x1fmark",
                                         "'; DROP TABLE events; --",
                                         "\"; DROP TABLE events; --",
                                         LETTERS_300,
                                         ""};
    enum { COLUMNS = sizeof columns / sizeof *columns, VALUES = sizeof values / sizeof *values };
    int ok = 1;
    for (unsigned k = 0; k < COLUMNS && ok; k++) ok = put_cell(columns[k], k + 1 == COLUMNS);
    for (unsigned long long i = 0; i < n && ok; i++) {
        for (unsigned k = 0; k < COLUMNS - 4 && ok; k++)
            ok = put_cell(values[k == 0 ? below(VALUES) : (below(2) * 7 + k * 3) % VALUES], 0);
        ok = ok && put_cell(below(3) == 0 ? "no" : "'; DROP TABLE events; --\\", 0) &&
             put_cell(below(9) == 0 ? "1" : "0", 0) && put_cell(below(5) == 0 ? "1" : "0", 0) &&
             put_cell("1", 1);
    }
    return ok;
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        int (*put)(unsigned long long n);
    } kinds[] = {{"delivery", put_delivery},
                 {"people", put_people},
                 {"typed", put_typed},
                 {"staff", put_staff},
                 {"names", put_names}};
    unsigned long long n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;
    const char *kind = argc > 2 ? argv[2] : "delivery";
    int ok = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (strcmp(kind, kinds[k].name) == 0) ok = kinds[k].put(n);
    return fclose(stdout) == 0 && ok ? 0 : 1;
}
