/* tests/privacy/published.h - what a reader of a published result knows, as a linear program over the people
 * behind it. Written from the meaning of the result's fields, not from the code that hides them: the unknowns
 * are how many people of each finest kind were counted and were not, and every number that the result prints
 * and that is linear in them is a row. */
#ifndef TILT_TESTS_PUBLISHED_H
#define TILT_TESTS_PUBLISHED_H

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <string.h>

#include "privacy/program.h"

enum { KIND_ATTRIBUTES = 3, MOST_KINDS = 400, MOST_TERMS = 2 * MOST_KINDS };

/* One finest kind of people: a label per attribute ("" the attribute's unknown), truly counted and not. */
typedef struct kind {
    const char *labels[KIND_ATTRIBUTES];
    double counted, left;
    int counted_unknown, left_unknown; /* in the program */
} kind;

typedef struct people {
    const char *names[KIND_ATTRIBUTES]; /* of the attributes; the last may be the ad */
    int n_attributes;
    kind kinds[MOST_KINDS];
    int n;
    const char *count, *base; /* measures: base = counted + left; base NULL: there is none */
} people;

/* Terms of a sum, being put together. */
typedef struct terms {
    int unknowns[MOST_TERMS];
    double weights[MOST_TERMS];
    int n;
} terms;

static inline int attribute_at(const people *p, const char *name) {
    for (int a = 0; a < p->n_attributes; a++)
        if (strcmp(p->names[a], name) == 0) return a;
    return -1;
}

static inline bool is_unknown_label(const char *label) {
    return strcmp(label, "unknown") == 0;
}

/* Adds weight times the people of these labels (attribute numbers and labels; label NULL: any known). */
static inline void add_people(const people *p, const int *attributes, const char *const *labels, int n,
                              bool base, double weight, terms *to) {
    for (int i = 0; i < p->n; i++) {
        bool in = true;
        for (int a = 0; a < n; a++) {
            const char *own = p->kinds[i].labels[attributes[a]];
            in = in && (labels[a] != NULL ? strcmp(own, labels[a]) == 0 : !is_unknown_label(own));
        }
        if (!in) continue;
        to->unknowns[to->n] = p->kinds[i].counted_unknown;
        to->weights[to->n++] = weight;
        if (!base) continue;
        to->unknowns[to->n] = p->kinds[i].left_unknown;
        to->weights[to->n++] = weight;
    }
}

static inline double true_people(const people *p, const int *attributes, const char *const *labels, int n,
                                 bool base) {
    double sum = 0;
    for (int i = 0; i < p->n; i++) {
        bool in = true;
        for (int a = 0; a < n; a++) in = in && strcmp(p->kinds[i].labels[attributes[a]], labels[a]) == 0;
        if (in) sum += p->kinds[i].counted + (base ? p->kinds[i].left : 0);
    }
    return sum;
}

/* GLPK takes each unknown of a row once. */
static inline void add_limit(program *lp, const terms *t, program_side side, double value) {
    double *weight = calloc((size_t)lp->n + 1, sizeof *weight);
    int unknowns[MOST_TERMS], n = 0;
    double weights[MOST_TERMS];
    cr_assert(weight != NULL);
    for (int i = 0; i < t->n; i++) weight[t->unknowns[i]] += t->weights[i];
    for (int j = 1; j <= lp->n; j++) {
        if (weight[j] == 0) continue;
        unknowns[n] = j;
        weights[n++] = weight[j];
    }
    free(weight);
    if (n > 0) program_row(lp, unknowns, weights, n, side, value);
}

static inline void add_row(program *lp, const terms *t, double value) {
    add_limit(lp, t, PROGRAM_IS, value);
}

static inline const cJSON *member(const cJSON *node, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(node, key);
}

static inline bool number_at(const cJSON *node, const char *key, double *out) {
    const cJSON *value = member(node, key);
    if (cJSON_IsObject(value)) value = member(value, "value");
    if (!cJSON_IsNumber(value)) return false;
    *out = value->valuedouble;
    return true;
}

/* Which of the people's two numbers a measure is: 0 counted, 1 base, -1 neither. */
static inline int side_of(const people *p, const char *measure) {
    if (measure != NULL && strcmp(measure, p->count) == 0) return 0;
    if (measure != NULL && p->base != NULL && strcmp(measure, p->base) == 0) return 1;
    return -1;
}

/* Attributes and labels of a key; false when it names something else. */
static inline bool read_key(const people *p, const cJSON *audience, const cJSON *key, int *attributes,
                            const char **labels, int *out_n) {
    int n = cJSON_GetArraySize(key);
    *out_n = 0;
    for (int a = 0; a < n; a++) {
        attributes[a] = attribute_at(p, cJSON_GetArrayItem(audience, a)->valuestring);
        labels[a] = cJSON_GetArrayItem(key, a)->valuestring;
        if (attributes[a] < 0) return false;
    }
    *out_n = n;
    return n > 0;
}

/* value = share * all known: a printed share of the known. */
static inline void add_share(const people *p, program *lp, const int *attributes, const char *const *labels,
                             int n, int in_ad, const char *ad, bool base, double share) {
    terms t = {.n = 0};
    int with[KIND_ATTRIBUTES];
    const char *own[KIND_ATTRIBUTES], *any[KIND_ATTRIBUTES];
    for (int a = 0; a < n; a++) {
        with[a] = attributes[a];
        own[a] = labels[a];
        any[a] = NULL;
    }
    if (in_ad >= 0) {
        with[n] = in_ad;
        own[n] = any[n] = ad;
        n++;
    }
    add_people(p, with, own, n, base, 1, &t);
    add_people(p, with, any, n, base, -share, &t);
    add_row(lp, &t, 0);
}

static inline void add_view_group(const people *p, program *lp, const cJSON *view, const cJSON *group) {
    int attributes[KIND_ATTRIBUTES], n;
    const char *labels[KIND_ATTRIBUTES];
    if (!read_key(p, member(view, "audience"), member(group, "key"), attributes, labels, &n)) return;
    const char *per = cJSON_GetStringValue(member(member(view, "rate"), "per"));
    int of = side_of(p, cJSON_GetStringValue(member(member(view, "rate"), "of"))), to = side_of(p, per);
    double value;
    if (of >= 0 && number_at(group, "count", &value)) {
        terms t = {.n = 0};
        add_people(p, attributes, labels, n, of == 1, 1, &t);
        add_row(lp, &t, value);
    }
    if (to >= 0 && number_at(group, "base", &value)) {
        terms t = {.n = 0};
        add_people(p, attributes, labels, n, to == 1, 1, &t);
        add_row(lp, &t, value);
    }
    if (of >= 0 && to >= 0 && number_at(group, "rate", &value)) {
        terms t = {.n = 0};
        add_people(p, attributes, labels, n, of == 1, 1, &t);
        add_people(p, attributes, labels, n, to == 1, -value, &t);
        add_row(lp, &t, 0);
    }
    if (of >= 0 && per == NULL && number_at(group, "share", &value))
        add_share(p, lp, attributes, labels, n, -1, NULL, of == 1, value);
    if (to >= 0 && number_at(group, "base_share", &value))
        add_share(p, lp, attributes, labels, n, -1, NULL, to == 1, value);
}

static inline void add_ads(const people *p, program *lp, const cJSON *view) {
    int of = side_of(p, cJSON_GetStringValue(member(member(view, "rate"), "of")));
    const cJSON *ad, *group, *unit_name = member(view, "unit");
    if (of < 0 || !cJSON_IsString(unit_name)) return;
    int in_ad = attribute_at(p, unit_name->valuestring);
    cr_assert(in_ad >= 0, "unknown unit %s", unit_name->valuestring);
    cJSON_ArrayForEach(ad, member(view, "relative")) {
        const char *name = member(ad, "unit")->valuestring;
        double value;
        int attributes[KIND_ATTRIBUTES], n = 0;
        const char *labels[KIND_ATTRIBUTES];
        cJSON_ArrayForEach(group, member(ad, "groups")) {
            if (!read_key(p, member(view, "audience"), member(group, "key"), attributes, labels, &n))
                continue;
            if (number_at(group, "share", &value))
                add_share(p, lp, attributes, labels, n, in_ad, name, of == 1, value);
            attributes[n] = in_ad;
            labels[n++] = name;
            if (!number_at(group, "count", &value)) continue;
            terms t = {.n = 0};
            add_people(p, attributes, labels, n, of == 1, 1, &t);
            add_row(lp, &t, value);
        }
        if (n == 2 && number_at(member(ad, "unknown"), "count", &value)) {
            terms t = {.n = 0};
            labels[0] = "unknown";
            add_people(p, attributes, labels, n, of == 1, 1, &t);
            add_row(lp, &t, value);
        }
    }
}

/* Sums of the files: everybody. */
static inline void add_sums(const people *p, program *lp, const cJSON *result) {
    const cJSON *input;
    const char *measures[2] = {p->count, p->base};
    cJSON_ArrayForEach(input, member(result, "inputs")) {
        for (int side = 0; side < 2; side++) {
            double value;
            terms t = {.n = 0};
            if (measures[side] == NULL || !number_at(member(input, "sums"), measures[side], &value)) continue;
            add_people(p, NULL, NULL, 0, side == 1, 1, &t);
            add_row(lp, &t, value);
        }
    }
}

/* What the costs print of the people they paid for. */
static inline void add_cost(const people *p, program *lp, const cJSON *result) {
    const cJSON *row;
    cJSON_ArrayForEach(row, member(result, "cost")) {
        int attributes[KIND_ATTRIBUTES], n, of = side_of(p, cJSON_GetStringValue(member(row, "stage")));
        const char *labels[KIND_ATTRIBUTES];
        double value;
        if (of < 0 || !read_key(p, member(row, "audience"), member(row, "key"), attributes, labels, &n))
            continue;
        if (!number_at(row, "count", &value)) continue;
        terms t = {.n = 0};
        add_people(p, attributes, labels, n, of == 1, 1, &t);
        add_row(lp, &t, value);
    }
}

/* The program of everything a published result prints about these people. */
static inline program published_program(people *p, const cJSON *result) {
    program lp = program_new();
    const cJSON *view, *group;
    for (int i = 0; i < p->n; i++) {
        p->kinds[i].counted_unknown = program_unknown(&lp, HUGE_VAL);
        p->kinds[i].left_unknown = program_unknown(&lp, p->base == NULL ? 0 : HUGE_VAL);
    }
    cJSON_ArrayForEach(view, member(result, "views")) {
        cJSON_ArrayForEach(group, member(view, "groups")) add_view_group(p, &lp, view, group);
        if (cJSON_IsArray(member(view, "relative"))) add_ads(p, &lp, view);
    }
    add_sums(p, &lp, result);
    add_cost(p, &lp, result);
    return lp;
}

/* Adds the people of these labels: counted, left, or both, which is the base. */
static inline void add_part(const people *p, const int *attributes, const char *const *labels, int n,
                            bool counted, bool left, terms *t) {
    for (int i = 0; i < p->n; i++) {
        bool in = true;
        for (int a = 0; a < n; a++) in = in && strcmp(p->kinds[i].labels[attributes[a]], labels[a]) == 0;
        if (!in) continue;
        if (counted) t->unknowns[t->n] = p->kinds[i].counted_unknown, t->weights[t->n++] = 1;
        if (left) t->unknowns[t->n] = p->kinds[i].left_unknown, t->weights[t->n++] = 1;
    }
}

#endif
