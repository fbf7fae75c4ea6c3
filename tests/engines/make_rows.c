/* tests/engines/make_rows.c - a seeded log of N rows as CSV on standard output: what an engine reduces and we
 * reduce too. Names hold quotes, commas, semicolons, comments and letters of other scripts on purpose. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

static const char *const campaigns[] = {
    "Autumn",         "it's spring",        "\"say \"\"x\"\"\"", "; DROP TABLE events; --",
    "/* sale */",     "Frühling für Größe", "back\\slash",       "\"comma, semicolon; tab\there\"",
    "\"two\nlines\"", "{%s} $1 50%",        "Totally new"};
static const char *const ages[] = {"18-24", "25-34", "35-44", "45-54", "55-64", "65+"};
static const char *const genders[] = {"female", "male", "female", "male", "female", "male", "male", ""};

int main(int argc, char **argv) {
    unsigned long long n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;
    enum { CAMPAIGNS = sizeof campaigns / sizeof *campaigns };
    if (puts("\"the \"\"campaign`s\"\" name\",age,gender,region,day,eligible,clicks,Spend (EUR)") < 0)
        return 1;
    for (unsigned long long i = 0; i < n; i++) {
        const char *gender = genders[below(8)];
        unsigned campaign = below(CAMPAIGNS),
                 clicked = below(1000) < 40 + campaign + (gender[0] == 'f' ? 0 : 8);
        if (printf("%s,%s,%s,region %02u,2025-03-%02u,1,%u,%u.%04u\n", campaigns[campaign], ages[below(6)],
                   gender, below(20), 1 + below(14), clicked, below(2), below(10000)) < 0)
            return 1;
    }
    return fclose(stdout) == 0 ? 0 : 1;
}
