/* tests/engines/make_rows.c - a seeded table of N rows as CSV on standard output: what an engine reduces and
 * we reduce too. make_rows N: a log of delivery; make_rows N people: decisions, scores, labels and weights of
 * persons. Names and values hold quotes, commas, semicolons, comments, blanks and letters of other scripts on
 * purpose, and columns are called what a query might call its own. */
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

int main(int argc, char **argv) {
    unsigned long long n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;
    int ok = argc > 2 && strcmp(argv[2], "people") == 0 ? put_people(n) : put_delivery(n);
    return fclose(stdout) == 0 && ok ? 0 : 1;
}
