/* What a published result says of models, attacked: the unknowns are how many people of each kind had each of
 * the four outcomes, and every printed count that is a sum of these is a row. */
#include "audited.h"

#include "privacy/program.h"
#include "stat/random.h"

TestSuite(models, FOLDER);

enum { SEXES = 2, REGIONS = 3, OUTCOMES = 4, FILES = 24 };
enum { TP = 1, FP = 2, FN = 4, TN = 8 };
static const double k = 10;

typedef struct people {
    double n[SEXES][REGIONS][OUTCOMES]; /* tp, fp, fn, tn */
    int unknown[SEXES][REGIONS][OUTCOMES];
} people;

/* Which outcomes a measure counts. */
static unsigned outcomes_of(const char *measure) {
    static const struct {
        const char *name;
        unsigned outcomes;
    } measures[] = {{"selected", TP | FP},
                    {"predicted_positives", TP | FP},
                    {"rows", TP | FP | FN | TN},
                    {"labelled", TP | FP | FN | TN},
                    {"positives", TP | FN},
                    {"negatives", FP | TN},
                    {"true_positives", TP},
                    {"false_positives", FP},
                    {"predicted_negatives", FN | TN},
                    {"correct", TP | TN}};
    for (size_t i = 0; measure != NULL && i < sizeof measures / sizeof *measures; i++) {
        size_t n = strlen(measures[i].name);
        if (strncmp(measure, measures[i].name, n) == 0 && (measure[n] == '\0' || measure[n] == ' '))
            return measures[i].outcomes;
    }
    return 0;
}

/* Adds value = the people of these labels (NULL: all) with these outcomes. */
static int terms_of(const people *p, const char *sex, const char *region, unsigned outcomes, int *unknowns) {
    int n = 0;
    for (int s = 0; s < SEXES; s++)
        for (int r = 0; r < REGIONS; r++) {
            char own_sex[16], own_region[16];
            (void)snprintf(own_sex, sizeof own_sex, "s%d", s);
            (void)snprintf(own_region, sizeof own_region, "r%d", r);
            if ((sex != NULL && strcmp(sex, own_sex) != 0) ||
                (region != NULL && strcmp(region, own_region) != 0))
                continue;
            for (int o = 0; o < OUTCOMES; o++)
                if (outcomes & (1u << o)) unknowns[n++] = p->unknown[s][r][o];
        }
    return n;
}

static void know(const people *p, program *lp, const cJSON *audience, const cJSON *key, unsigned outcomes,
                 const cJSON *value) {
    const char *labels[2] = {NULL, NULL};
    const cJSON *name = audience->child, *label = key->child;
    for (; name != NULL && label != NULL; name = name->next, label = label->next)
        labels[strcmp(name->valuestring, "region") == 0] = label->valuestring;
    int unknowns[SEXES * REGIONS * OUTCOMES];
    double ones[SEXES * REGIONS * OUTCOMES];
    if (!cJSON_IsNumber(value) || outcomes == 0) return;
    int n = terms_of(p, labels[0], labels[1], outcomes, unknowns);
    for (int i = 0; i < n; i++) ones[i] = 1;
    program_sum(lp, unknowns, ones, n, value->valuedouble);
}

static program published(people *p, const cJSON *result, size_t *inout_outcomes) {
    static const char *const names[OUTCOMES] = {"tp", "fp", "fn", "tn"};
    program lp = program_new();
    const cJSON *view, *group, *part, *sum, *input;
    for (int s = 0; s < SEXES; s++)
        for (int r = 0; r < REGIONS; r++)
            for (int o = 0; o < OUTCOMES; o++) p->unknown[s][r][o] = program_unknown(&lp, HUGE_VAL);
    cJSON_ArrayForEach(view, item(result, "views")) {
        const cJSON *rate = item(view, "rate"), *audience = item(view, "audience");
        cJSON_ArrayForEach(group, item(view, "groups")) {
            know(p, &lp, audience, item(group, "key"), outcomes_of(cJSON_GetStringValue(item(rate, "of"))),
                 item(group, "count"));
            know(p, &lp, audience, item(group, "key"), outcomes_of(cJSON_GetStringValue(item(rate, "per"))),
                 item(group, "base"));
        }
    }
    cJSON_ArrayForEach(part, item(item(result, "model"), "parts")) {
        cJSON_ArrayForEach(group, item(part, "groups")) {
            for (int o = 0; o < OUTCOMES; o++) {
                know(p, &lp, item(part, "audience"), item(group, "key"), 1u << o, item(group, names[o]));
                *inout_outcomes += cJSON_IsNumber(item(group, names[o])) ? 1 : 0;
            }
            know(p, &lp, item(part, "audience"), item(group, "key"), TP | FP, item(group, "selected"));
            know(p, &lp, item(part, "audience"), item(group, "key"), TP | FP | FN | TN, item(group, "rows"));
        }
    }
    cJSON *none = cJSON_CreateArray();
    cJSON_ArrayForEach(input, item(result, "inputs")) {
        cJSON_ArrayForEach(sum, item(input, "sums")) know(p, &lp, none, none, outcomes_of(sum->string), sum);
    }
    cJSON_Delete(none);
    return lp;
}

static void draw_people(people *p, tilt__random *random) {
    for (int s = 0; s < SEXES; s++)
        for (int r = 0; r < REGIONS; r++)
            for (int o = 0; o < OUTCOMES; o++) {
                double u = tilt__random_uniform(random), v = tilt__random_uniform(random);
                p->n[s][r][o] = u < 0.12 ? floor(v * 10) : 10 + floor(v * 60);
            }
}

static void write_people(const people *p) {
    static char csv[1 << 16];
    static const char *const ends[OUTCOMES] = {"1,1", "1,0", "0,1", "0,0"}; /* decision, label */
    size_t used = (size_t)snprintf(csv, sizeof csv, "sex,region,decision,label\n");
    for (int s = 0; s < SEXES; s++)
        for (int r = 0; r < REGIONS; r++)
            for (int o = 0; o < OUTCOMES; o++)
                for (double i = 0; i < p->n[s][r][o]; i++)
                    used += (size_t)snprintf(csv + used, sizeof csv - used, "s%d,r%d,%s\n", s, r, ends[o]);
    cr_assert(used < sizeof csv);
    folder_put("people.csv", csv);
}

/* A number of people that the result prints under `outcomes` for these labels, or would: small ones are
 * unknown within less than k. */
static size_t attack(const people *p, program *lp, unsigned outcomes, size_t number) {
    size_t small = 0;
    for (int s = -1; s < SEXES; s++)
        for (int r = -1; r < REGIONS; r++) {
            char sex[16], region[16];
            int unknowns[SEXES * REGIONS * OUTCOMES];
            double ones[SEXES * REGIONS * OUTCOMES], value = 0;
            (void)snprintf(sex, sizeof sex, "s%d", s);
            (void)snprintf(region, sizeof region, "r%d", r);
            int n = terms_of(p, s < 0 ? NULL : sex, r < 0 ? NULL : region, outcomes, unknowns);
            for (int i = 0; i < n; i++) ones[i] = 1;
            for (int i = 0; i < SEXES; i++)
                for (int j = 0; j < REGIONS; j++)
                    for (int o = 0; (s < 0 || s == i) && (r < 0 || r == j) && o < OUTCOMES; o++)
                        if (outcomes & (1u << o)) value += p->n[i][j][o];
            if (value <= 0 || value >= k) continue;
            small++;
            double width = program_width_of(lp, unknowns, ones, n);
            cr_expect(width >= k - 1e-4, "file %zu: %g people of %s %s, outcomes %u, are known within %g",
                      number, value, s < 0 ? "all" : sex, r < 0 ? "all" : region, outcomes, width);
        }
    return small;
}

Test(models, no_small_count_of_24_models_can_be_worked_out) {
    tilt__random random = tilt__random_stream(416, 0, 0);
    static people p;
    size_t small = 0, shown = 0, files = 0;
    for (size_t number = 0; number < FILES; number++) {
        draw_people(&p, &random);
        write_people(&p);
        tilt_error err;
        cJSON *result = audited_try(
            "{\"sources\": [{\"file\": \"people.csv\", \"columns\": {\"sex\": \"audience:sex\", \"region\": "
            "\"audience:region\", \"decision\": \"decision\", \"label\": \"label\"}}], \"audience\": "
            "[\"sex\", "
            "\"region\", [\"sex\", \"region\"]], \"threads\": 1, \"privacy\": {\"publish\": true}}",
            NULL, &err);
        cr_assert(result != NULL, "%s", err.message);
        program lp = published(&p, result, &shown);
        /* what views print by themselves; the two others follow from them (a rate that leaves 3 or more) */
        static const unsigned printed[] = {TP, FP, TP | FN, FP | TN, TP | FP, TP | FP | FN | TN};
        for (size_t i = 0; i < sizeof printed / sizeof *printed; i++)
            small += attack(&p, &lp, printed[i], number);
        program_free(&lp);
        cJSON_Delete(result);
        files++;
    }
    printf("%zu files, %zu small counts attacked, %zu outcomes shown\n", files, small, shown);
    cr_assert(files == FILES && small > 25 && shown > 300);
}
