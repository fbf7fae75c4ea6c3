/* bench/generate/people.c - writes made-up person rows for measuring speed: 50 campaigns (or --campaigns), 51
 * regions, 6 age bands, 3 genders (45,900 cells) and four counts, beside two columns that an audit does not
 * read and two that describe a model. Row i depends on the seed and on i alone, in integer arithmetic, so
 * that the same options give the same bytes everywhere and a longer file begins with the shorter one.
 * Usage: people [--rows N] [--seed N] [--campaigns N] [--quoted] [--spend] [--score DIGITS] [--models N]
 * [--weight]
 * [-o FILE] */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_CAMPAIGNS = 2000,
    REGIONS = 51,
    AGES = 6,
    GENDERS = 3,
    MOST_MODELS = 8,
    ROW_MOST = 512,
    BLOCK = 1 << 20
};

typedef struct options {
    uint64_t rows, seed, campaigns;
    bool quoted; /* campaigns and regions are quoted: some hold separators, quotes and line ends */
    bool spend;  /* a decimal column behind the others */
    int digits;  /* of a score in [0,1] behind those, 0: none, at most 17 */
    uint64_t
        models;  /* with a decision each, and a score where there are scores; the first is `shortlisted` */
    bool weight; /* a weight of 0.5 to 1.5 in steps of 0.01, last */
    const char *path;
} options;

typedef struct words {
    char campaign[MOST_CAMPAIGNS][48], region[REGIONS][48];
} words;

/* Shares of ages, of 64, and of genders, of 256, added up. */
static const char *const ages[AGES] = {"18-24", "25-34", "35-44", "45-54", "55-64", "65+"};
static const unsigned age_up_to[AGES] = {8, 20, 32, 43, 53, 64};
static const char *const genders[GENDERS] = {"female", "male", "other"};
static const unsigned gender_up_to[GENDERS] = {124, 246, 256};
/* How many of 1,024 people are reached, before what campaign and qualification add. */
static const unsigned reached[GENDERS][AGES] = {
    {420, 410, 400, 380, 340, 300}, {440, 440, 430, 420, 400, 380}, {420, 410, 400, 390, 360, 330}};

/* Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators": the finaliser of
 * SplitMix64. */
static uint64_t mix(uint64_t x) {
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

/* The next `bits` of what is left. */
static unsigned draw(uint64_t *from, unsigned bits) {
    unsigned value = (unsigned)(*from & ((UINT64_C(1) << bits) - 1));
    *from >>= bits;
    return value;
}

static size_t level(const unsigned *up_to, unsigned x) {
    size_t i = 0;
    while (x >= up_to[i]) i++;
    return i;
}

/* Of quoted texts every third holds a separator, every fifth a quote, every seventh a line end. */
static void word_make(char *out, size_t room, const char *text, size_t i, bool quoted) {
    if (quoted) {
        (void)snprintf(out, room, "\"%s%02zu%s%s%s\"", text, i + 1, i % 3 == 0 ? ", spring" : "",
                       i % 5 == 0 ? " \"\"b\"\"" : "", i % 7 == 0 ? "\n2" : "");
    } else {
        (void)snprintf(out, room, "%s%02zu", text, i + 1);
    }
}

static void words_make(words *w, bool quoted, size_t n_campaigns) {
    for (size_t i = 0; i < n_campaigns; i++) {
        word_make(w->campaign[i], sizeof w->campaign[i], "campaign-", i, quoted);
    }
    for (size_t i = 0; i < REGIONS; i++) word_make(w->region[i], sizeof w->region[i], "R", i, quoted);
}

static char *put(char *at, const char *text) {
    size_t n = strlen(text);
    memcpy(at, text, n);
    at[n] = ',';
    return at + n + 1;
}

static char *put_number(char *at, uint64_t value, int n_digits) {
    for (int i = n_digits - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
    at[n_digits] = ',';
    return at + n_digits + 1;
}

static char *put_session(char *at, uint64_t a, uint64_t b) {
    for (size_t i = 0; i < 24; i++) {
        at[i] = "0123456789abcdef"[(i < 16 ? a >> 4 * i : b >> 4 * (i - 16)) & 15];
    }
    at[24] = ',';
    return at + 25;
}

static char *put_decimal(char *at, unsigned whole, uint64_t fraction, int n_digits) {
    at = put_number(at, whole, 1);
    at[-1] = '.';
    return put_number(at, fraction, n_digits);
}

/* Those shortlisted have the larger of two draws. */
static char *put_score(char *at, uint64_t a, bool shortlisted, int n_digits) {
    uint64_t scale = 1, b = mix(a);
    for (int i = 0; i < n_digits; i++) scale *= 10;
    if (!shortlisted || b % scale < a % scale) b = a;
    return put_decimal(at, 0, b % scale, n_digits);
}

/* A further model: it agrees with the first about three people in four. */
static char *put_model(char *at, uint64_t a, bool shortlisted, int n_digits) {
    if (draw(&a, 2) == 0) shortlisted = draw(&a, 1) != 0;
    at = put_number(at, shortlisted, 1);
    return n_digits > 0 ? put_score(at, mix(a), shortlisted, n_digits) : at;
}

static size_t row_put(char *start, const options *o, const words *w, uint64_t i) {
    uint64_t a = mix(o->seed ^ mix(i)), b = mix(a), left = b;
    size_t campaign = (size_t)((a >> 32) * o->campaigns >> 32),
           region = (size_t)((a & UINT32_MAX) * REGIONS >> 32), age = level(age_up_to, draw(&left, 6)),
           gender = level(gender_up_to, draw(&left, 8));
    bool qualified = draw(&left, 2) == 0,
         reach = draw(&left, 10) < reached[gender][age] + campaign % 50 * 4 + (qualified ? 60 : 0),
         shortlisted = draw(&left, 10) < (qualified ? 700U : 150U) + (reach ? 40U : 0);
    unsigned impressions = reach ? 1 + draw(&left, 2) + draw(&left, 1) : 0,
             clicks = impressions > 0 && draw(&left, 4) == 0;
    char *at = put_number(start, 100000000 + i, 9);
    at = put_session(at, mix(b), a);
    at = put(at, w->campaign[campaign]);
    at = put(at, w->region[region]);
    at = put(at, ages[age]);
    at = put(at, genders[gender]);
    at = put_number(at, 1, 1);
    at = put_number(at, reach, 1);
    at = put_number(at, impressions, 1);
    at = put_number(at, clicks, 1);
    at = put_number(at, qualified, 1);
    at = put_number(at, shortlisted, 1);
    if (o->spend) at = put_decimal(at, impressions, draw(&left, 9), 3);
    if (o->digits > 0) at = put_score(at, mix(~b), shortlisted, o->digits);
    for (uint64_t k = 1; k < o->models; k++) at = put_model(at, mix(~b + k), shortlisted, o->digits);
    if (o->weight) {
        unsigned hundredths = 50 + (unsigned)((mix(b ^ a) >> 32) * 101 >> 32);
        at = put_decimal(at, hundredths / 100, hundredths % 100, 2);
    }
    at[-1] = '\n';
    return (size_t)(at - start);
}

static bool write_all(const options *o, FILE *out) {
    static char block[BLOCK + ROW_MOST];
    static words w;
    words_make(&w, o->quoted, (size_t)o->campaigns);
    (void)fprintf(out,
                  "person_id,session,campaign,region,age,gender,eligible,reach,impressions,clicks,qualified,"
                  "shortlisted%s%s",
                  o->spend ? ",spend" : "", o->digits > 0 ? ",score" : "");
    for (uint64_t k = 2; k <= o->models; k++) {
        (void)fprintf(out, ",shortlisted%" PRIu64, k);
        if (o->digits > 0) (void)fprintf(out, ",score%" PRIu64, k);
    }
    (void)fprintf(out, "%s\n", o->weight ? ",weight" : "");
    size_t n = 0;
    for (uint64_t i = 0; i < o->rows; i++) {
        n += row_put(block + n, o, &w, i);
        if (n < BLOCK && i + 1 < o->rows) continue;
        if (fwrite(block, 1, n, out) != n) return false;
        n = 0;
    }
    return fflush(out) == 0 && !ferror(out);
}

static bool number(const char *text, uint64_t most, uint64_t *out) {
    char *end = NULL;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && text[0] != '-' && *out <= most;
}

static bool options_read(options *o, int argc, char **argv) {
    *o = (options){.rows = 10000000, .seed = 1, .campaigns = 50, .models = 1};
    uint64_t digits = 0;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--quoted") == 0) {
            o->quoted = true;
            continue;
        }
        if (strcmp(argv[i], "--spend") == 0) {
            o->spend = true;
            continue;
        }
        if (strcmp(argv[i], "--weight") == 0) {
            o->weight = true;
            continue;
        }
        bool good = false;
        if (strcmp(argv[i], "-o") == 0) {
            o->path = value;
            good = value[0] != '\0';
        } else if (strcmp(argv[i], "--rows") == 0) {
            good = number(value, 899999999, &o->rows);
        } else if (strcmp(argv[i], "--seed") == 0) {
            good = number(value, UINT64_MAX, &o->seed);
        } else if (strcmp(argv[i], "--campaigns") == 0) {
            good = number(value, MOST_CAMPAIGNS, &o->campaigns) && o->campaigns > 0;
        } else if (strcmp(argv[i], "--score") == 0) {
            good = number(value, 17, &digits);
        } else if (strcmp(argv[i], "--models") == 0) {
            good = number(value, MOST_MODELS, &o->models) && o->models > 0;
        }
        if (!good) return false;
        i++;
    }
    o->digits = (int)digits;
    return true;
}

int main(int argc, char **argv) {
    options o;
    if (!options_read(&o, argc, argv)) {
        (void)fputs("usage: people [--rows N] [--seed N] [--campaigns N] [--quoted] [--spend] [--score "
                    "DIGITS] [--models N] [--weight] [-o FILE]\n",
                    stderr);
        return 2;
    }
    FILE *out = o.path != NULL ? fopen(o.path, "wb") : stdout;
    bool good = out != NULL && write_all(&o, out);
    if (out != NULL && out != stdout && fclose(out) != 0) good = false;
    if (!good) perror(o.path != NULL ? o.path : "people");
    return good ? 0 : 4;
}
