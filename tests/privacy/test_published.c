/* 1,000 random files, audited to be published; then what is printed is attacked with linear programs that
 * know every printed count, share, rate and sum at once (tests/privacy/published.h, GLPK). */
#include "audited.h"

#include "privacy/published.h"
#include "stat/random.h"

enum { N_PERSON = 700, N_DELIVERY = 300 };
static const double part = 3; /* of a base, not counted */

typedef struct file {
    people people;
    char csv[1 << 16];
    char names[KIND_ATTRIBUTES][8][16];
    int levels[KIND_ATTRIBUTES];
} file;

static double draw_count(tilt__random *random, double small) {
    double u = tilt__random_uniform(random), v = tilt__random_uniform(random);
    if (u < 0.08) return 0;
    if (u < 0.08 + small) return 1 + floor(v * 9);
    return 10 + floor(v * (u < 0.8 ? 80 : 1500));
}

/* Labels "a1", "a2" ... of an attribute, the last of them unknown when `unknown`. */
static void name_levels(file *f, int a, char letter, int n, bool unknown) {
    f->levels[a] = n;
    for (int i = 0; i < n; i++) {
        if (unknown && i == n - 1)
            (void)snprintf(f->names[a][i], sizeof f->names[a][i], "unknown");
        else
            (void)snprintf(f->names[a][i], sizeof f->names[a][i], "%c%d", letter, i + 1);
    }
}

static void fill_kinds(file *f, tilt__random *random, double small, double rate) {
    people *p = &f->people;
    p->n = 0;
    int n = 1;
    for (int a = 0; a < p->n_attributes; a++) n *= f->levels[a];
    for (int i = 0; i < n; i++) {
        kind *k = &p->kinds[p->n++];
        int rest = i;
        for (int a = 0; a < p->n_attributes; a++) {
            k->labels[a] = f->names[a][rest % f->levels[a]];
            rest /= f->levels[a];
        }
        double all = draw_count(random, small);
        k->counted = floor(all * fmin(1, rate * 2 * tilt__random_uniform(random)));
        k->left = all - k->counted;
    }
}

static void write_csv(file *f, const char *head, bool spend) {
    char *to = f->csv;
    size_t room = sizeof f->csv;
    int used = snprintf(to, room, "%s\n", head);
    for (int i = 0; i < f->people.n; i++) {
        const kind *k = &f->people.kinds[i];
        for (int a = 0; a < f->people.n_attributes; a++)
            used += snprintf(to + used, room - (size_t)used, "%s,", k->labels[a]);
        used += snprintf(to + used, room - (size_t)used, "%.0f,%.0f", k->counted + k->left, k->counted);
        if (spend) used += snprintf(to + used, room - (size_t)used, ",%.2f", 0.01 * (k->counted + k->left));
        used += snprintf(to + used, room - (size_t)used, "\n");
    }
    cr_assert((size_t)used < room);
    folder_put("data.csv", f->csv);
}

/* Campaign rows of comparisons: the counts of two groups in every ad. */
static void add_campaigns(const people *p, program *lp, const cJSON *result) {
    const cJSON *view, *comparison, *row;
    cJSON_ArrayForEach(view, member(result, "views")) {
        cJSON_ArrayForEach(comparison, member(view, "comparisons")) {
            const cJSON *campaigns = member(comparison, "campaigns");
            const char *factor = cJSON_GetStringValue(member(campaigns, "factor"));
            int in_ad = factor == NULL ? -1 : attribute_at(p, factor);
            int of = side_of(p, cJSON_GetStringValue(member(member(view, "rate"), "of")));
            int per = side_of(p, cJSON_GetStringValue(member(member(view, "rate"), "per")));
            cJSON_ArrayForEach(row, member(campaigns, "rows")) {
                static const char *const keys[2][2] = {{"count", "reference_count"},
                                                       {"base", "reference_base"}};
                for (int side = 0; in_ad >= 0 && side < 2; side++) {
                    for (int who = 0; who < 2; who++) {
                        int attributes[KIND_ATTRIBUTES], n;
                        const char *labels[KIND_ATTRIBUTES];
                        double value;
                        terms t = {.n = 0};
                        int measure = side == 0 ? of : per;
                        if (measure < 0 || !read_key(p, member(view, "audience"),
                                                     member(comparison, who == 0 ? "group" : "reference"),
                                                     attributes, labels, &n))
                            continue;
                        attributes[n] = in_ad;
                        labels[n++] = member(row, "name")->valuestring;
                        if (!number_at(row, keys[side][who], &value)) continue;
                        add_people(p, attributes, labels, n, measure == 1, 1, &t);
                        add_row(lp, &t, value);
                    }
                }
            }
        }
    }
}

/* One set of attributes of which counts are printed. */
typedef struct crossing {
    int attributes[KIND_ATTRIBUTES];
    int n;
} crossing;

typedef struct tally {
    size_t small, known, files, hidden_files, shown;
    bool only_counts; /* known cells are counted and are no failure */
} tally;

/* Every combination of labels of a crossing in turn. */
static bool next_key(const file *f, const crossing *c, int *at, const char **labels) {
    for (int a = 0; a < c->n; a++) labels[a] = f->names[c->attributes[a]][at[a]];
    return true;
}

static bool step(const file *f, const crossing *c, int *at) {
    for (int a = 0; a < c->n; a++) {
        if (++at[a] < f->levels[c->attributes[a]]) return true;
        at[a] = 0;
    }
    return false;
}

/* Holds every small count of a crossing against what can be worked out. counted/left say which number. */
static void attack_numbers(file *f, const cJSON *result, const crossing *c, bool counted, bool left, double k,
                           size_t number, tally *sum) {
    int at[KIND_ATTRIBUTES] = {0};
    const char *labels[KIND_ATTRIBUTES];
    program lp = {NULL, 0};
    do {
        next_key(f, c, at, labels);
        double all = true_people(&f->people, c->attributes, labels, c->n, true);
        double x = true_people(&f->people, c->attributes, labels, c->n, false);
        double value = counted && left ? all : counted ? x : all - x;
        if (value <= 0 || value >= k) continue;
        if (lp.problem == NULL) {
            lp = published_program(&f->people, result);
            add_campaigns(&f->people, &lp, result);
        }
        double width = width_of(&f->people, &lp, c->attributes, labels, c->n, counted, left);
        sum->small++;
        sum->known += width < k - 1e-4;
        if (sum->only_counts) continue;
        cr_expect(width >= k - 1e-4, "file %zu: %g people (%s%s%s %s) are known within %g", number, value,
                  labels[0], c->n > 1 ? " " : "", c->n > 1 ? labels[1] : "",
                  counted ? left ? "base" : "count" : "not counted", width);
    } while (step(f, c, at));
    if (lp.problem != NULL) program_free(&lp);
}

/* A second reader knows that every small count of these crossings is below k: none is known exactly. */
static void attack_knowing(file *f, const cJSON *result, const crossing *crossings, size_t n, double k,
                           size_t number) {
    program lp = published_program(&f->people, result);
    add_campaigns(&f->people, &lp, result);
    int goals[MOST_KINDS], n_goals = 0;
    for (size_t c = 0; c < n; c++) {
        int at[KIND_ATTRIBUTES] = {0};
        const char *labels[KIND_ATTRIBUTES];
        do {
            next_key(f, &crossings[c], at, labels);
            for (int base = 0; base < 2 && n_goals < MOST_KINDS; base++) {
                double value =
                    true_people(&f->people, crossings[c].attributes, labels, crossings[c].n, base == 1);
                if (value <= 0 || value >= k) continue;
                terms t = {.n = 0};
                add_people(&f->people, crossings[c].attributes, labels, crossings[c].n, base == 1, 1, &t);
                int goal = program_unknown(&lp, k - 1);
                t.unknowns[t.n] = goal;
                t.weights[t.n++] = -1;
                add_row(&lp, &t, 0);
                goals[n_goals++] = goal;
            }
        } while (step(f, &crossings[c], at));
    }
    for (int i = 0; i < n_goals; i++) {
        double width = program_width(&lp, goals[i]);
        cr_expect(width >= 2 - 1e-4, "file %zu: a count below %g is known within %g", number, k, width);
    }
    program_free(&lp);
}

static void count_file(const cJSON *result, tally *sum) {
    sum->files++;
    double hidden = 0;
    cr_assert(number_at(member(result, "privacy"), "suppressed_cells", &hidden));
    sum->hidden_files += hidden > 0;
    sum->shown += (size_t)cJSON_GetArraySize(member(result, "findings"));
}

TestSuite(published, FOLDER);

Test(published, no_small_count_of_700_files_of_people_can_be_worked_out) {
    tilt__random random = tilt__random_stream(411, 0, 0);
    static file f;
    tally sum = {0};
    for (size_t number = 0; number < N_PERSON; number++) {
        double k = number % 4 == 0 ? 5 : 10;
        f.people = (people){.names = {"sex", "region", "band"}, .count = "selected", .base = "applicants"};
        f.people.n_attributes = number % 5 == 0 ? 3 : 2;
        name_levels(&f, 0, 's', 2 + (int)(number % 2), number % 2 == 1);
        name_levels(&f, 1, 'r', 2 + (int)(tilt__random_uniform(&random) * 4), number % 3 == 0);
        name_levels(&f, 2, 'b', 2, false);
        fill_kinds(&f, &random, 0.05 + 0.3 * tilt__random_uniform(&random),
                   0.15 + 0.3 * (double)(number % 3));
        bool three = f.people.n_attributes == 3;
        write_csv(&f, three ? "sex,region,band,applicants,selected" : "sex,region,applicants,selected",
                  false);
        char spec[1024];
        (void)snprintf(spec, sizeof spec,
                       "{\"sources\": [{\"file\": \"data.csv\", \"columns\": {\"sex\": \"audience:sex\", "
                       "\"region\": \"audience:region\", %s\"applicants\": \"stage:applicants\", "
                       "\"selected\": \"stage:selected\"}}], \"audience\": [\"sex\", \"region\", "
                       "[\"sex\", \"region\"]%s], \"rates\": [\"selected/applicants\"], \"threads\": 1, "
                       "\"privacy\": {\"publish\": true, \"min_cell\": %.0f}}",
                       three ? "\"band\": \"audience:band\", " : "",
                       three ? ", \"band\", [\"sex\", \"band\"], [\"sex\", \"region\", \"band\"]" : "", k);
        tilt_error err;
        cJSON *result = audited_try(spec, NULL, &err);
        if (result == NULL) continue; /* a file with one group only has nothing to compare */
        static const crossing crossings[] = {{{0}, 1}, {{1}, 1},    {{0, 1}, 2},
                                             {{2}, 1}, {{0, 2}, 2}, {{0, 1, 2}, 3}};
        for (size_t c = 0; c < (three ? 6 : 3); c++) {
            attack_numbers(&f, result, &crossings[c], true, true, k, number, &sum);
            attack_numbers(&f, result, &crossings[c], true, false, k, number, &sum);
            attack_numbers(&f, result, &crossings[c], false, true, part, number, &sum);
        }
        attack_knowing(&f, result, crossings, three ? 6 : 3, k, number);
        count_file(result, &sum);
        cJSON_Delete(result);
    }
    printf("%zu files, %zu with hidden counts, %zu small counts attacked, %zu findings shown\n", sum.files,
           sum.hidden_files, sum.small, sum.shown);
    cr_assert(sum.files > N_PERSON * 9 / 10 && sum.small > 3000 && sum.shown > 500);
}

Test(published, no_small_count_of_300_files_of_ads_can_be_worked_out) {
    tilt__random random = tilt__random_stream(412, 0, 0);
    static file f;
    tally sum = {0};
    for (size_t number = 0; number < N_DELIVERY; number++) {
        double k = 10;
        f.people = (people){.names = {"gender", "ad", "age"}, .count = "clicks", .base = "impressions"};
        bool ages = number % 3 == 0;
        f.people.n_attributes = ages ? 3 : 2;
        name_levels(&f, 0, 'g', 3, true);
        name_levels(&f, 1, 'a', 2 + (int)(tilt__random_uniform(&random) * 6), false);
        name_levels(&f, 2, 'y', 2 + (int)(number % 2), false);
        fill_kinds(&f, &random, 0.05 + 0.3 * tilt__random_uniform(&random), 0.1 + 0.3 * (double)(number % 2));
        write_csv(&f, ages ? "gender,ad,age,impressions,clicks,spend" : "gender,ad,impressions,clicks,spend",
                  true);
        char spec[1024];
        (void)snprintf(
            spec, sizeof spec,
            "{\"sources\": [{\"file\": \"data.csv\", \"columns\": {\"gender\": \"audience:gender\", "
            "\"ad\": \"factor:ad\", %s\"impressions\": \"stage:impressions\", "
            "\"clicks\": \"stage:clicks\", \"spend\": \"cost\"}}], \"audience\": [\"gender\"%s], "
            "\"threads\": 1, \"privacy\": {\"publish\": true}}",
            ages ? "\"age\": \"audience:age\", " : "", ages ? ", \"age\", [\"gender\", \"age\"]" : "");
        tilt_error err;
        cJSON *result = audited_try(spec, NULL, &err);
        if (result == NULL) continue;
        static const crossing crossings[] = {{{0}, 1},    {{0, 1}, 2}, {{2}, 1},
                                             {{2, 1}, 2}, {{0, 2}, 2}, {{0, 2, 1}, 3}};
        for (size_t c = 0; c < (ages ? 6 : 2); c++) {
            attack_numbers(&f, result, &crossings[c], true, true, k, number, &sum);
            attack_numbers(&f, result, &crossings[c], true, false, k, number, &sum);
        }
        attack_knowing(&f, result, crossings, ages ? 6 : 2, k, number);
        count_file(result, &sum);
        cJSON_Delete(result);
    }
    printf("%zu files, %zu with hidden counts, %zu small counts attacked, %zu findings shown\n", sum.files,
           sum.hidden_files, sum.small, sum.shown);
    cr_assert(sum.files > N_DELIVERY * 9 / 10 && sum.small > 1000 && sum.shown > 200);
}

/* The attack is one: on results that are not to be published it finds what is there to be found. */
Test(published, the_attack_finds_small_counts_where_nothing_is_hidden) {
    tilt__random random = tilt__random_stream(413, 0, 0);
    static file f;
    tally sum = {.only_counts = true};
    for (size_t number = 0; number < 20; number++) {
        f.people = (people){.names = {"sex", "region"}, .count = "selected", .base = "applicants"};
        f.people.n_attributes = 2;
        name_levels(&f, 0, 's', 2, false);
        name_levels(&f, 1, 'r', 4, false);
        fill_kinds(&f, &random, 0.3, 0.3);
        write_csv(&f, "sex,region,applicants,selected", false);
        tilt_error err;
        cJSON *result =
            audited_try("{\"sources\": [{\"file\": \"data.csv\", \"columns\": {\"sex\": "
                        "\"audience:sex\", \"region\": \"audience:region\", \"applicants\": "
                        "\"stage:applicants\", \"selected\": \"stage:selected\"}}], \"audience\": "
                        "[[\"sex\", \"region\"]], \"rates\": [\"selected/applicants\"]}",
                        NULL, &err);
        cr_assert(result != NULL, "%s", err.message);
        static const crossing both = {{0, 1}, 2};
        attack_numbers(&f, result, &both, true, true, 10, number, &sum);
        attack_numbers(&f, result, &both, true, false, 10, number, &sum);
        cJSON_Delete(result);
    }
    cr_assert(sum.small > 50);
    cr_expect_eq(sum.known, sum.small, "%zu of %zu", sum.known, sum.small);
}
