/* generate.c - writes the person rows of two models and the truth about them.
 *
 *     generate DIR [SEED]
 *
 * Everything the bytes depend on is integer arithmetic on fixed-width types and a counter-based generator of
 * our own (a draw is a hash of what it is for), so the same bytes come out on every machine.
 *
 * Every person has a chance of taking part that depends on the region and on nothing else. Both models score
 * that chance with an error; planted, and nothing else: the current model's score is lower for women by a
 * fixed amount. The candidate's error is smaller and the same for everybody.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { FEMALE, MALE, N_GENDER, N_REGION = 3, N_MODEL = 2, N_PEOPLE = 2400 };
enum { FOR_GENDER = 1, FOR_REGION, FOR_CHANCE, FOR_LABEL, FOR_MISSING, FOR_ERROR };

static const char *const genders[N_GENDER] = {"female", "male"};
static const char *const regions[N_REGION] = {"North", "South", "East"};
static const char *const models[N_MODEL] = {"current", "candidate"};

/* The plan, in permille. */
static const uint64_t women = 480;
static const uint64_t region_upto[N_REGION] = {450, 800, 1000};
static const int64_t region_chance[N_REGION] = {0, 0, 120}; /* added to everybody's chance there */
static const int64_t error_of[N_MODEL] = {150, 90};         /* largest error of a score */
static const int64_t lowered_for_women[N_MODEL] = {100, 0};
static const int64_t threshold = 500;
static const uint64_t missing_labels = 10;

typedef struct person {
    int gender, region, label; /* label 2: missing */
    int64_t score[N_MODEL];
} person;

/* Finaliser of splitmix64 (Steele, Lea and Flood 2014) over what the draw is for. */
static uint64_t draw(uint64_t seed, uint64_t who, uint64_t what, uint64_t limit) {
    uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) + who * UINT64_C(0xd1b54a32d192ed03) + what;
    for (int round = 0; round < 2; round++) {
        x += UINT64_C(0x9e3779b97f4a7c15);
        x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
        x ^= x >> 31;
    }
    return (x >> 11) % limit; /* a bias of limit / 2^53: nothing here can see it */
}

static int64_t clamp(int64_t value, int64_t low, int64_t high) {
    return value < low ? low : value > high ? high : value;
}

static person make(uint64_t seed, uint64_t who) {
    person p = {.gender = draw(seed, who, FOR_GENDER, 1000) < women ? FEMALE : MALE};
    uint64_t at = draw(seed, who, FOR_REGION, 1000);
    while (at >= region_upto[p.region]) p.region++;
    /* the sum of two draws: most chances are in the middle */
    int64_t chance = (int64_t)(draw(seed, who, FOR_CHANCE, 500) + draw(seed, who, FOR_CHANCE + 100, 500));
    chance = clamp(chance + region_chance[p.region], 10, 990);
    p.label = (int64_t)draw(seed, who, FOR_LABEL, 1000) < chance;
    if (draw(seed, who, FOR_MISSING, 1000) < missing_labels) p.label = 2;
    for (uint64_t m = 0; m < N_MODEL; m++) {
        int64_t error =
            (int64_t)draw(seed, who, FOR_ERROR + m, (uint64_t)(2 * error_of[m] + 1)) - error_of[m];
        p.score[m] = chance + error - (p.gender == FEMALE ? lowered_for_women[m] : 0);
        p.score[m] = clamp(p.score[m], 1, 999);
    }
    return p;
}

static void print_row(FILE *file, const person *p) {
    static const char *const labels[] = {"0", "1", ""};
    (void)fprintf(file, "%s,%s,%s", genders[p->gender], regions[p->region], labels[p->label]);
    for (size_t m = 0; m < N_MODEL; m++)
        (void)fprintf(file, ",%d,0.%03" PRId64, p->score[m] >= threshold, p->score[m]);
    (void)fputc('\n', file);
}

static bool write_people(const char *folder, uint64_t seed) {
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/people.csv", folder);
    FILE *file = fopen(path, "wb");
    if (file == NULL) return false;
    (void)fprintf(file, "gender,region,took_part,current,current_score,candidate,candidate_score\n");
    for (uint64_t who = 0; who < N_PEOPLE; who++) {
        person p = make(seed, who);
        print_row(file, &p);
    }
    return fclose(file) == 0;
}

/* By model and gender: people selected, and decisions against labels. */
typedef struct tally {
    uint64_t people, selected, table[2][2]; /* label, decision */
} tally;

static void print_tally(FILE *file, const tally *t, const char *gender, bool last) {
    (void)fprintf(file,
                  "      \"%s\": {\"people\": %" PRIu64 ", \"selected\": %" PRIu64 ", \"tp\": %" PRIu64
                  ", \"fp\": %" PRIu64 ", \"fn\": %" PRIu64 ", \"tn\": %" PRIu64 "}%s\n",
                  gender, t->people, t->selected, t->table[1][1], t->table[0][1], t->table[1][0],
                  t->table[0][0], last ? "" : ",");
}

static bool write_truth(const char *folder, uint64_t seed) {
    char path[4096];
    tally all[N_MODEL][N_GENDER] = {{{0, 0, {{0}}}}};
    (void)snprintf(path, sizeof path, "%s/truth.json", folder);
    FILE *file = fopen(path, "wb");
    if (file == NULL) return false;
    for (uint64_t who = 0; who < N_PEOPLE; who++) {
        person p = make(seed, who);
        for (size_t m = 0; m < N_MODEL; m++) {
            tally *t = &all[m][p.gender];
            int decision = p.score[m] >= threshold;
            t->people++;
            t->selected += (uint64_t)decision;
            if (p.label < 2) t->table[p.label][decision]++;
        }
    }
    (void)fprintf(file,
                  "{\n  \"seed\": %" PRIu64 ",\n  \"planted\": {\"model\": \"%s\", \"group\": \"%s\", "
                  "\"score_lowered_by\": 0.%03" PRId64 "},\n  \"drawn\": {\n",
                  seed, models[0], genders[FEMALE], lowered_for_women[0]);
    for (size_t m = 0; m < N_MODEL; m++) {
        (void)fprintf(file, "    \"%s\": {\n", models[m]);
        for (size_t g = 0; g < N_GENDER; g++) print_tally(file, &all[m][g], genders[g], g + 1 == N_GENDER);
        (void)fprintf(file, "    }%s\n", m + 1 < N_MODEL ? "," : "");
    }
    (void)fprintf(file, "  }\n}\n");
    return fclose(file) == 0;
}

int main(int argc, char **argv) {
    if (argc < 2 || argc > 3) {
        (void)fprintf(stderr, "usage: generate DIR [SEED]\n");
        return 2;
    }
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    if (write_people(argv[1], seed) && write_truth(argv[1], seed)) return 0;
    perror(argv[1]);
    return 1;
}
