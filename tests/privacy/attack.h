/* tests/privacy/attack.h - random files, audited to be published, and what a reader who knows every printed
 * count, share, rate and sum at once can work out by linear programs (tests/privacy/published.h, GLPK). */
#ifndef TILT_TESTS_ATTACK_H
#define TILT_TESTS_ATTACK_H

#include "audited.h"

#include "privacy/published.h"
#include "stat/random.h"

typedef struct file {
    people people;
    char csv[1 << 16];
    char names[KIND_ATTRIBUTES][8][16];
    int levels[KIND_ATTRIBUTES];
} file;

static inline double draw_count(tilt__random *random, double small) {
    double u = tilt__random_uniform(random), v = tilt__random_uniform(random);
    if (u < 0.08) return 0;
    if (u < 0.08 + small) return 1 + floor(v * 9);
    return 10 + floor(v * (u < 0.8 ? 80 : 1500));
}

/* Labels "a1", "a2" ... of an attribute, the last of them unknown when `unknown`. */
static inline void name_levels(file *f, int a, char letter, int n, bool unknown) {
    f->levels[a] = n;
    for (int i = 0; i < n; i++) {
        if (unknown && i == n - 1)
            (void)snprintf(f->names[a][i], sizeof f->names[a][i], "unknown");
        else
            (void)snprintf(f->names[a][i], sizeof f->names[a][i], "%c%d", letter, i + 1);
    }
}

static inline void fill_kinds(file *f, tilt__random *random, double small, double rate) {
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

static inline void write_csv(file *f, const char *head, bool spend) {
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
static inline void add_campaigns(const people *p, program *lp, const cJSON *result) {
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
static inline bool next_key(const file *f, const crossing *c, int *at, const char **labels) {
    for (int a = 0; a < c->n; a++) labels[a] = f->names[c->attributes[a]][at[a]];
    return true;
}

static inline bool step(const file *f, const crossing *c, int *at) {
    for (int a = 0; a < c->n; a++) {
        if (++at[a] < f->levels[c->attributes[a]]) return true;
        at[a] = 0;
    }
    return false;
}

/* A rule that names the group with the highest rate, and a reference that is the largest group, say something
 * of every other group that they could have named. Eligible: as design.md has it, by the true numbers. */
static inline bool is_eligible(const file *f, const crossing *c, const char *const *labels) {
    double known = 0, own = true_people(&f->people, c->attributes, labels, c->n, true);
    for (int i = 0; i < f->people.n; i++) {
        bool in = true;
        for (int a = 0; a < c->n; a++)
            in = in && !is_unknown_label(f->people.kinds[i].labels[c->attributes[a]]);
        if (in) known += f->people.kinds[i].counted + f->people.kinds[i].left;
    }
    for (int a = 0; a < c->n; a++)
        if (is_unknown_label(labels[a])) return false;
    return own >= 30 && own >= 0.02 * known;
}

/* counted(group) - rate * base(group) <= 0, and base(group) <= base of the reference. */
static inline void add_choices_of(file *f, program *lp, const crossing *c, double highest, double largest) {
    int at[KIND_ATTRIBUTES] = {0};
    const char *labels[KIND_ATTRIBUTES];
    do {
        next_key(f, c, at, labels);
        if (!is_eligible(f, c, labels)) continue;
        terms t = {.n = 0};
        add_people(&f->people, c->attributes, labels, c->n, false, 1, &t);
        add_people(&f->people, c->attributes, labels, c->n, true, -highest, &t);
        if (highest > 0) add_limit(lp, &t, PROGRAM_AT_MOST, 1e-6);
        t.n = 0;
        add_people(&f->people, c->attributes, labels, c->n, true, 1, &t);
        if (largest > 0) add_limit(lp, &t, PROGRAM_AT_MOST, largest);
    } while (step(f, c, at));
}

/* Number of a group's base, or its rate; 0 when it is not printed. */
static inline double printed_of(const cJSON *view, const cJSON *key, const char *what) {
    const cJSON *group;
    double value = 0;
    cJSON_ArrayForEach(group, member(view, "groups")) {
        if (cJSON_Compare(member(group, "key"), key, true)) (void)number_at(group, what, &value);
    }
    return value;
}

static inline void add_choices(file *f, program *lp, const cJSON *result) {
    const cJSON *view;
    cJSON_ArrayForEach(view, member(result, "views")) {
        crossing c = {.n = 0};
        const cJSON *name, *first = cJSON_GetArrayItem(member(view, "comparisons"), 0);
        cJSON_ArrayForEach(name, member(view, "audience")) c.attributes[c.n++] =
            attribute_at(&f->people, name->valuestring);
        bool rates = side_of(&f->people, cJSON_GetStringValue(member(member(view, "rate"), "of"))) == 0 &&
                     side_of(&f->people, cJSON_GetStringValue(member(member(view, "rate"), "per"))) == 1;
        if (first == NULL || !rates || strcmp(member(view, "mode")->valuestring, "funnel") != 0) continue;
        bool is_largest = strcmp(member(view, "reference_rule")->valuestring, "largest") == 0;
        const cJSON *named = member(member(first, "rule"), "reference");
        if (!cJSON_IsArray(named)) named = member(member(view, "rule_of_reference"), "reference");
        if (cJSON_IsArray(member(first, "reference")) &&
            strcmp(member(view, "reference_rule")->valuestring, "highest") == 0)
            named = member(first, "reference");
        double highest = cJSON_IsArray(named) ? printed_of(view, named, "rate") : 0;
        double largest = is_largest ? printed_of(view, member(first, "reference"), "base") : 0;
        add_choices_of(f, lp, &c, highest, largest);
    }
}

/* Everything that the result says. */
static inline program whole_program(file *f, const cJSON *result) {
    program lp = published_program(&f->people, result);
    add_campaigns(&f->people, &lp, result);
    add_choices(f, &lp, result);
    return lp;
}

/* What is known of one sum, but no narrower than `enough` if it is at least that: the true value is possible,
 * so where the largest one is far enough above it nobody has to look for the smallest. */
static inline double width_from(program *lp, const terms *goal, double value, double enough) {
    double most = program_limit_of(lp, goal->unknowns, goal->weights, goal->n, true);
    if (most - value >= enough) return most - value;
    return most - program_limit_of(lp, goal->unknowns, goal->weights, goal->n, false);
}

/* Holds every small count of a crossing against what can be worked out. counted/left say which number. lp:
 * everything the result says. */
static inline void attack_numbers(file *f, program *lp, const crossing *c, bool counted, bool left, double k,
                                  size_t number, tally *sum) {
    int at[KIND_ATTRIBUTES] = {0};
    const char *labels[KIND_ATTRIBUTES];
    do {
        next_key(f, c, at, labels);
        double all = true_people(&f->people, c->attributes, labels, c->n, true);
        double x = true_people(&f->people, c->attributes, labels, c->n, false);
        double value = counted && left ? all : counted ? x : all - x;
        if (value <= 0 || value >= k) continue;
        terms goal = {.n = 0};
        add_part(&f->people, c->attributes, labels, c->n, counted, left, &goal);
        double width = width_from(lp, &goal, value, k);
        sum->small++;
        sum->known += width < k - 1e-4;
        if (sum->only_counts) continue;
        cr_expect(width >= k - 1e-4, "file %zu: %g people (%s%s%s %s) are known within %g", number, value,
                  labels[0], c->n > 1 ? " " : "", c->n > 1 ? labels[1] : "",
                  counted ? left ? "base" : "count" : "not counted", width);
    } while (step(f, c, at));
}

/* Small counts of some crossings, and rows of what a reader knows of them beforehand. */
typedef struct knowledge {
    terms goals[MOST_KINDS];
    double values[MOST_KINDS]; /* the true ones */
    int n;
} knowledge;

/* Every small count is below k; not_zero: and no hidden one is 0, since zeros are shown. */
static inline void add_knowledge(file *f, program *lp, const crossing *crossings, size_t n, double k,
                                 bool not_zero, knowledge *to) {
    to->n = 0;
    for (size_t c = 0; c < n; c++) {
        int at[KIND_ATTRIBUTES] = {0};
        const char *labels[KIND_ATTRIBUTES];
        do {
            next_key(f, &crossings[c], at, labels);
            for (int base = 0; base < 2 && to->n < MOST_KINDS; base++) {
                double value =
                    true_people(&f->people, crossings[c].attributes, labels, crossings[c].n, base == 1);
                if (value <= 0) continue;
                terms *t = &to->goals[to->n];
                t->n = 0;
                add_people(&f->people, crossings[c].attributes, labels, crossings[c].n, base == 1, 1, t);
                if (not_zero) add_limit(lp, t, PROGRAM_AT_LEAST, 1);
                if (value >= k) continue;
                add_limit(lp, t, PROGRAM_AT_MOST, k - 1);
                to->values[to->n++] = value;
            }
        } while (step(f, &crossings[c], at));
    }
}

/* A second reader knows that every small count of these crossings is below k: each could still be three
 * numbers. A third knows, too, that none is 0: each could still be two, unless which ones are 0 tells it by
 * itself (three groups of somebody cannot be two people). */
static inline void attack_knowing(file *f, const program *said, const crossing *crossings, size_t n, double k,
                                  size_t number) {
    static knowledge known;
    for (int not_zero = 0; not_zero < 2; not_zero++) {
        program lp = program_copy(said), before = {NULL, 0};
        add_knowledge(f, &lp, crossings, n, k, not_zero == 1, &known);
        double wanted = not_zero == 1 ? 1 : 2;
        for (int i = 0; i < known.n; i++) {
            double width = width_from(&lp, &known.goals[i], known.values[i], wanted);
            if (width >= wanted - 1e-4) continue;
            if (before.problem == NULL) {
                static knowledge same;
                before = published_program(&f->people, NULL);
                add_knowledge(f, &before, crossings, n, k, true, &same);
            }
            bool told = not_zero == 1 &&
                        width_from(&before, &known.goals[i], known.values[i], wanted) < wanted - 1e-4;
            cr_expect(told, "file %zu: a count below %g is known within %g (reader %d)", number, k, width,
                      2 + not_zero);
        }
        program_free(&lp);
        if (before.problem != NULL) program_free(&before);
    }
}

static inline void count_file(const cJSON *result, tally *sum) {
    sum->files++;
    double hidden = 0;
    cr_assert(number_at(member(result, "privacy"), "suppressed_cells", &hidden));
    sum->hidden_files += hidden > 0;
    sum->shown += (size_t)cJSON_GetArraySize(member(result, "findings"));
}

#endif
