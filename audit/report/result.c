/* report/result.c - the frame of the result: what was read, under which settings, and the cube when it is
 * small. cJSON gives NULL when memory runs out and ignores what is added to NULL, so the last key of the tree
 * stands for all. */
#include "report/result.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "map/melt.h"
#include "measure/coverage.h"
#include "read/date.h"
#include "read/range.h"
#include "read/source.h"
#include "report/json.h"

enum { MOST_INLINE_CELLS = 20000 };

/* What only a policy file can say. */
static void put_policy_file(cJSON *object, const tilt__policy *policy) {
    if (policy->level > 0) tilt__put_number(object, "level", policy->level, TILT_REASON_NONE);
    if (policy->warning > 0) tilt__put_number(object, "warning", policy->warning, TILT_REASON_NONE);
    cJSON *rows = tilt__put_array(object, "overrides");
    for (size_t i = 0; i < policy->n_overrides; i++) {
        const tilt__policy_override *o = &policy->overrides[i];
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(rows, row);
        tilt__put_text(row, o->attribute != NULL ? "attribute" : "rate",
                       o->attribute != NULL ? o->attribute : o->rate);
        if (!isnan(o->tau)) tilt__put_number(row, "threshold", o->tau, TILT_REASON_NONE);
        if (!isnan(o->min_base)) tilt__put_number(row, "min_base", o->min_base, TILT_REASON_NONE);
        if (!isnan(o->min_share)) tilt__put_number(row, "min_share", o->min_share, TILT_REASON_NONE);
    }
    rows = tilt__put_array(object, "exclusions");
    for (size_t i = 0; i < policy->n_exclusions; i++) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(rows, row);
        tilt__put_text(row, "attribute", policy->exclusions[i].attribute);
        tilt__put_text(row, "group", policy->exclusions[i].group);
        tilt__put_text(row, "reason", policy->exclusions[i].reason);
    }
}

/* Waivers of a policy file stand among the reviews, with the day they end; a ledger adds its own. */
static void put_waivers(cJSON *root, const tilt__policy *policy) {
    cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "reviews");
    const char *day = tilt__json_text(root, "date");
    for (size_t i = 0; i < policy->n_waivers; i++) {
        const tilt__policy_waiver *w = &policy->waivers[i];
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(list, row);
        tilt__put_text(row, "finding", w->finding);
        tilt__put_text(row, "decision", "accept-risk");
        tilt__put_text(row, "reason", w->reason);
        tilt__put_text(row, "by", w->by);
        tilt__put_text(row, "date", w->date);
        tilt__put_text(row, "until", w->until);
        tilt__put_text(row, "state",
                       day == NULL                 ? "undated"
                       : strcmp(day, w->date) < 0  ? "not_yet"
                       : strcmp(w->until, day) < 0 ? "expired"
                                                   : "in_force");
        tilt__put_text(row, "source", "policy");
    }
}

static bool put_policy(cJSON *root, const tilt__policy *policy) {
    cJSON *object = tilt__put_object(root, "policy");
    char hash[TILT__SHA256_HEX];
    tilt__put_text(object, "name", policy->name);
    bool hashed = tilt__policy_hash(policy, hash);
    tilt__put_text(object, "sha256", hashed ? hash : NULL);
    tilt__put_text(object, "title", policy->title);
    tilt__put_text(object, "source", policy->source);
    tilt__put_text(object, "year", policy->date);
    tilt__put_number(object, "threshold", policy->tau, TILT_REASON_NONE);
    tilt__put_number(object, "min_base", policy->min_base, TILT_REASON_NONE);
    tilt__put_number(object, "min_share", policy->min_share, TILT_REASON_NONE);
    tilt__put_number(object, "assumed_design_effect", policy->assumed_design_effect, TILT_REASON_NONE);
    if (policy->text != NULL) put_policy_file(object, policy);
    return hashed;
}

/* First and last day of the sources that state any; texts are YYYY-MM-DD. */
static bool period_of(const tilt__outcome *o, char from[16], char to[16]) {
    bool any = false;
    from[0] = to[0] = '\0';
    for (size_t i = 0; i < o->n_sources; i++) {
        char first[16] = "", last[16] = "";
        const tilt_dialect *dialect = tilt_source_dialect(o->mappings[i].source);
        if (o->loaded != NULL && o->loaded[i].has_period) {
            tilt__day_print(o->loaded[i].period_from, first);
            tilt__day_print(o->loaded[i].period_to, last);
        } else if (strlen(dialect->period_from) == 10 && strlen(dialect->period_to) == 10) {
            memcpy(first, dialect->period_from, 11);
            memcpy(last, dialect->period_to, 11);
        } else {
            continue;
        }
        if (!any || strcmp(first, from) < 0) memcpy(from, first, sizeof first);
        if (!any || strcmp(last, to) > 0) memcpy(to, last, sizeof last);
        any = true;
    }
    return any;
}

static void put_period(cJSON *root, const tilt__outcome *o) {
    char from[16], to[16];
    bool any = period_of(o, from, to);
    const char *date = o->spec->date != NULL ? o->spec->date : any ? to : NULL;
    cJSON_ReplaceItemInObjectCaseSensitive(root, "date",
                                           date != NULL ? cJSON_CreateString(date) : cJSON_CreateNull());
    if (!any) {
        tilt__put_null(root, "period");
        return;
    }
    cJSON *period = tilt__put_object(root, "period");
    tilt__put_text(period, "from", from);
    tilt__put_text(period, "to", to);
}

static void put_dialect(cJSON *input, const tilt_source *source) {
    const tilt_dialect *d = tilt_source_dialect(source);
    const tilt_source_counts *counts = tilt_source_get_counts(source);
    char delimiter[2] = {d->delimiter, '\0'}, mark[2] = {d->decimal_mark, '\0'};
    cJSON *object = tilt__put_object(input, "dialect");
    tilt__put_text(object, "platform", d->platform);
    tilt__put_text(object, "platform_name", d->platform_name);
    tilt__put_number(object, "confidence", d->confidence, TILT_REASON_NONE);
    tilt__put_text(object, "why", d->why);
    tilt__put_text(object, "kind", d->kind);
    tilt__put_text(object, "language", d->language);
    tilt__put_text(object, "encoding", d->encoding);
    tilt__put_text(object, "compression", d->compression);
    tilt__put_text(object, "delimiter", delimiter);
    tilt__put_text(object, "decimal_mark", mark[0] != '\0' ? mark : NULL);
    tilt__put_number(object, "preamble_lines", (double)d->preamble_lines, TILT_REASON_NONE);
    tilt__put_number(object, "header_line", (double)d->header_line, TILT_REASON_NONE);
    tilt__put_number(object, "totals_rows", (double)counts->totals_rows, TILT_REASON_NONE);
    tilt__put_number(object, "footer_lines", (double)counts->footer_lines, TILT_REASON_NONE);
    tilt__put_text(object, "currency", d->currency[0] != '\0' ? d->currency : NULL);
    tilt__put_text(object, "time_zone", d->time_zone[0] != '\0' ? d->time_zone : NULL);
}

static void put_columns(cJSON *input, const tilt__mapping *m) {
    cJSON *list = tilt__put_array(input, "columns");
    for (size_t i = 0; i < m->n_columns; i++) {
        const tilt_column *column = tilt_source_column(m->source, i);
        const tilt__mapped *mapped = &m->columns[i];
        cJSON *object = cJSON_CreateObject();
        cJSON_AddItemToArray(list, object);
        tilt__put_text(object, "name", column->header);
        tilt__put_text(object, "role", tilt_role_name(mapped->read ? mapped->role : TILT_ROLE_IGNORE));
        tilt__put_text(object, "as", mapped->read ? mapped->name : NULL);
        tilt__put_flag(object, "assumed", mapped->read && (!mapped->named_by_user || mapped->assumed));
        if (!mapped->read) tilt__put_text(object, "why_not_read", mapped->why_not);
        if (column->damaged) tilt__put_flag(object, "damaged_ids", true);
        if (m->wide != NULL && m->wide->columns[i].stage != NULL)
            tilt__put_text(object, "melt", m->wide->columns[i].pattern);
    }
}

static void put_checks(cJSON *parent, const tilt__checks *checks) {
    cJSON *list = tilt__put_array(parent, "checks");
    for (size_t failed = 0; failed < 2; failed++) { /* failed first */
        for (size_t i = 0; i < checks->n; i++) {
            if (checks->items[i].ok != (failed == 1)) continue;
            cJSON *object = cJSON_CreateObject();
            cJSON_AddItemToArray(list, object);
            tilt__put_text(object, "id", checks->items[i].id);
            tilt__put_flag(object, "ok", checks->items[i].ok);
            tilt__put_text(object, "detail", checks->items[i].detail);
        }
    }
}

static void put_totals(cJSON *input, const tilt__loaded *loaded) {
    cJSON *list = tilt__put_array(input, "totals");
    for (size_t i = 0; i < loaded->totals.n; i++) {
        const tilt__total *total = &loaded->totals.items[i];
        if (loaded->totals.rows[total->row].named || total->covers != TILT__COVERS_ALL) continue;
        cJSON *object = cJSON_CreateObject();
        cJSON_AddItemToArray(list, object);
        tilt__put_text(object, "label", total->label);
        tilt__put_text(object, "measure", tilt__cube_measure(loaded->cube, total->measure)->name);
        tilt__put_decimal(object, "value", total->value);
    }
    cJSON *sums = tilt__put_object(input, "sums");
    for (size_t m = 0; m < tilt__cube_n_measures(loaded->cube); m++) {
        const char *name = tilt__cube_measure(loaded->cube, m)->name;
        bool no_open =
            tilt__range_split(name, NULL) == TILT__RANGE_OPEN && tilt__decimal_is_zero(loaded->all_rows[m]);
        if (!no_open)
            (void)tilt__put_named(sums, name,
                                  cJSON_CreateNumber(tilt__decimal_to_double(loaded->all_rows[m])));
    }
}

/* What of a ZIP was read, without the folder the ZIP lies in. */
static void put_members(cJSON *input, const tilt_source *source) {
    if (strcmp(tilt_source_dialect(source)->compression, "zip") != 0) return;
    cJSON *list = tilt__put_array(input, "members");
    size_t whole = strlen(tilt_source_name(source));
    for (size_t i = 0; i < tilt__source_parts(source); i++) {
        const char *name = tilt__source_part_name(source, i);
        cJSON_AddItemToArray(list, cJSON_CreateString(strlen(name) > whole ? name + whole + 1 : name));
    }
}

cJSON *tilt__result_inputs(const tilt__outcome *o, tilt_error *err) {
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < o->n_sources; i++) {
        const tilt__mapping *m = &o->mappings[i];
        const tilt_source_counts *counts = tilt_source_get_counts(m->source);
        cJSON *input = cJSON_CreateObject();
        cJSON_AddItemToArray(list, input);
        tilt__put_text(input, "file", m->source_spec->name);
        tilt__put_number(input, "bytes", (double)counts->bytes, TILT_REASON_NONE);
        tilt__put_number(input, "rows", (double)counts->rows, TILT_REASON_NONE);
        tilt__put_number(input, "rows_used", (double)o->loaded[i].rows_used, TILT_REASON_NONE);
        tilt__put_text(input, "sha256", counts->sha256);
        put_members(input, m->source);
        put_dialect(input, m->source);
        put_columns(input, m);
        put_checks(input, &o->source_checks[i]);
        put_totals(input, &o->loaded[i]);
    }
    if (list == NULL) (void)tilt__fail_memory(err);
    return list;
}

/* Columns of which all are read, or none, and if none, only for checks or not even that. */
static void put_names(cJSON *parent, const char *key, const tilt__outcome *o, bool read, bool checked) {
    cJSON *list = tilt__put_array(parent, key);
    for (size_t i = 0; i < o->n_sources; i++) {
        for (size_t c = 0; c < o->mappings[i].n_columns; c++) {
            const tilt_column *column = tilt_source_column(o->mappings[i].source, c);
            const tilt__mapped *mapped = &o->mappings[i].columns[c];
            if (mapped->read != read || (!read && mapped->checked != checked) || column->guarded) continue;
            cJSON_AddItemToArray(list, cJSON_CreateString(column->header));
        }
    }
}

static void put_data_use(cJSON *root, const tilt__outcome *o) {
    cJSON *use = tilt__put_object(root, "data_use");
    put_names(use, "read", o, true, false);
    put_names(use, "checked", o, false, true);
    put_names(use, "not_read", o, false, false);
    cJSON *guarded = tilt__put_array(use, "guarded");
    for (size_t i = 0; i < o->n_sources; i++) {
        for (size_t c = 0; c < o->mappings[i].n_columns; c++) {
            const tilt_column *column = tilt_source_column(o->mappings[i].source, c);
            if (column->guarded) cJSON_AddItemToArray(guarded, cJSON_CreateString(column->header));
        }
    }
}

static void put_settings(cJSON *root, const tilt__outcome *o) {
    const tilt_spec *spec = o->spec;
    cJSON *object = tilt__put_object(root, "settings");
    tilt__put_number(object, "level", spec->level, TILT_REASON_NONE);
    tilt__put_text(object, "interval", spec->interval != NULL ? spec->interval : "wilson");
    tilt__put_text(object, "reference", spec->reference != NULL ? spec->reference : "largest");
    cJSON *unit = tilt__put_array(object, "unit");
    for (size_t i = 0; i < spec->unit.n; i++)
        cJSON_AddItemToArray(unit, cJSON_CreateString(spec->unit.names[i]));
    tilt__put_number(object, "min_base", spec->min_base >= 0 ? spec->min_base : o->policy->min_base,
                     TILT_REASON_NONE);
    tilt__put_number(object, "min_share", spec->min_share >= 0 ? spec->min_share : o->policy->min_share,
                     TILT_REASON_NONE);
    cJSON *where = tilt__put_array(object, "where");
    for (size_t i = 0; i < spec->n_where; i++) {
        cJSON *condition = cJSON_CreateObject();
        cJSON_AddItemToArray(where, condition);
        tilt__put_text(condition, "column", spec->where[i].column);
        tilt__put_text(condition, "value", spec->where[i].value);
    }
    tilt__put_text(object, "by", spec->by);
    tilt__put_flag(object, "skip_bad_rows", spec->skip_bad_rows);
}

static void put_cell(cJSON *cells, const tilt_cube *cube, size_t c) {
    cJSON *row = cJSON_CreateArray();
    cJSON_AddItemToArray(cells, row);
    const uint32_t *key = tilt__cube_key(cube, c);
    for (size_t d = 0; d < tilt__cube_n_dims(cube); d++)
        cJSON_AddItemToArray(row, key[d] == 0 ? cJSON_CreateNull()
                                              : cJSON_CreateString(tilt__cube_label(cube, d, key[d], NULL)));
    for (size_t m = 0; m < tilt__cube_n_measures(cube); m++)
        cJSON_AddItemToArray(row,
                             tilt__cube_has(cube, c, m)
                                 ? cJSON_CreateNumber(tilt__decimal_to_double(tilt__cube_value(cube, c, m)))
                                 : cJSON_CreateNull());
}

static bool has_covariates(const tilt_cube *cube) {
    for (size_t d = 0; d < tilt__cube_n_dims(cube); d++) {
        if (tilt__cube_dim(cube, d)->kind == TILT__DIM_COVARIATE) return true;
    }
    return false;
}

cJSON *tilt__result_cube(const tilt__outcome *o, tilt_error *err) {
    cJSON *object = cJSON_CreateObject();
    cJSON *tables = tilt__put_array(object, "tables");
    for (size_t t = 0; t < o->tables->n; t++) {
        const tilt_cube *cube = o->tables->facts[t].cube;
        if (has_covariates(cube)) continue; /* nearly persons: kept nowhere */
        cJSON *table = cJSON_CreateObject();
        cJSON_AddItemToArray(tables, table);
        cJSON *dims = tilt__put_array(table, "dims"), *measures = tilt__put_array(table, "measures");
        for (size_t d = 0; d < tilt__cube_n_dims(cube); d++)
            cJSON_AddItemToArray(dims, cJSON_CreateString(tilt__cube_dim(cube, d)->name));
        for (size_t m = 0; m < tilt__cube_n_measures(cube); m++)
            cJSON_AddItemToArray(measures, cJSON_CreateString(tilt__cube_measure(cube, m)->name));
        cJSON *cells = tilt__put_array(table, "cells");
        for (size_t c = 0; c < tilt__cube_n_cells(cube); c++) put_cell(cells, cube, c);
    }
    if (tables == NULL) {
        cJSON_Delete(object);
        (void)tilt__fail_memory(err);
        return NULL;
    }
    return object;
}

/* Written inline when all tables together are small, and never with covariates: cells over years of
 * experience and the like are nearly persons. */
static void put_cube(cJSON *root, const tilt__outcome *o, tilt_error *err) {
    size_t n = 0;
    bool covariates = false;
    for (size_t t = 0; t < o->tables->n; t++) {
        n += tilt__cube_n_cells(o->tables->facts[t].cube);
        covariates = covariates || has_covariates(o->tables->facts[t].cube);
    }
    if (!covariates && n <= MOST_INLINE_CELLS) {
        cJSON_AddItemToObject(root, "cube", tilt__result_cube(o, err));
        return;
    }
    tilt__put_null(root, "cube");
    tilt__put_text(root, "cube_reason", covariates ? "has_covariates" : "too_many_cells");
}

static void put_tiers(cJSON *object, const tilt__coverage_tier *all) {
    cJSON *tiers = tilt__put_array(object, "tiers");
    for (size_t k = 0; k < TILT__N_TIERS; k++) {
        const tilt__coverage_tier *tier = &all[k];
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(tiers, row);
        tilt__put_number(row, "minimum", tier->minimum, TILT_REASON_NONE);
        tilt__put_number(row, "ads", (double)tier->ads, TILT_REASON_NONE);
        tilt__put_number(row, "within_5", tier->within_5, TILT_TOO_FEW);
        tilt__put_number(row, "within_10", tier->within_10, TILT_TOO_FEW);
        tilt__put_number(row, "weighted_5", tier->weighted_5, TILT_TOO_FEW);
        tilt__put_number(row, "weighted_10", tier->weighted_10, TILT_TOO_FEW);
    }
}

/* The same of every view that can have it: impressions and reach, each attribute. */
static bool put_coverages(cJSON *object, const tilt__views *views, tilt_error *err) {
    cJSON *list = tilt__put_array(object, "views");
    for (size_t v = 0; v < views->n; v++) {
        const tilt__view *view = &views->items[v];
        tilt__coverage_tier tiers[TILT__N_TIERS];
        if (!tilt__coverage_applies(view)) continue;
        if (tilt__coverage_of(view, tiers, NULL, err) != TILT_OK) return false;
        cJSON *entry = cJSON_CreateObject();
        cJSON_AddItemToArray(list, entry);
        tilt__put_text(entry, "view", view->id);
        tilt__put_text(entry, "of", view->of);
        cJSON *audience = tilt__put_array(entry, "audience");
        for (size_t a = 0; a < view->n_audience; a++)
            cJSON_AddItemToArray(audience, cJSON_CreateString(view->audience[a]));
        put_tiers(entry, tiers);
    }
    return true;
}

static void put_coverage(cJSON *root, const tilt__views *views, tilt_error *err) {
    tilt__coverage found;
    if (tilt__coverage_measure(views, &found, err) != TILT_OK) return; /* the missing key tells */
    if (found.reason != TILT_REASON_NONE) {
        tilt__put_none(root, "coverage", found.reason);
        return;
    }
    cJSON *object = cJSON_CreateObject();
    tilt__put_text(object, "view", found.view->id);
    tilt__put_text(object, "of", found.view->of);
    put_tiers(object, found.tiers);
    cJSON *bins = tilt__put_array(object, "histogram");
    for (size_t b = 0; b < TILT__VARIANCE_BINS; b++) {
        if (found.bins[b] == 0) continue;
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(bins, row);
        tilt__put_number(row, "from", (double)b / 100, TILT_REASON_NONE);
        tilt__put_number(row, "to", (double)(b + 1) / 100, TILT_REASON_NONE);
        tilt__put_number(row, "ads", (double)found.bins[b], TILT_REASON_NONE);
    }
    if (put_coverages(object, views, err))
        cJSON_AddItemToObject(root, "coverage", object);
    else
        cJSON_Delete(object);
}

static void put_not_requested(cJSON *root) {
    static const char *const keys[] = {"change"};
    static const char *const lists[] = {"reviews"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) tilt__put_none(root, keys[i], TILT_NOT_REQUESTED);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) (void)tilt__put_array(root, lists[i]);
}

cJSON *tilt__result_head(const tilt__outcome *o, tilt_error *err) {
    cJSON *root = cJSON_CreateObject();
    tilt__put_text(root, "schema", "tiltmeter.result/1");
    cJSON *tool = tilt__put_object(root, "tool");
    tilt__put_text(tool, "name", "tiltmeter");
    tilt__put_text(tool, "version", tilt_version());
    tilt__put_text(root, "title", o->spec->title != NULL ? o->spec->title : o->mappings[0].source_spec->name);
    tilt__put_null(root, "date");
    tilt__put_text(root, "command", o->command);
    tilt__put_number(root, "seed", o->spec->seed, TILT_REASON_NONE);
    bool ok = put_policy(root, o->policy);
    put_period(root, o);
    cJSON_AddItemToObject(root, "inputs", tilt__result_inputs(o, err));
    put_settings(root, o);
    if (ok && tilt__put_array(root, "views") != NULL) return root;
    cJSON_Delete(root);
    (void)tilt__fail_memory(err);
    return NULL;
}

tilt_status tilt__result_rest(cJSON *root, const tilt__outcome *o, tilt_error *err) {
    put_coverage(root, o->views, err);
    put_not_requested(root);
    put_waivers(root, o->policy);
    tilt__put_further(root, o);
    tilt__put_model(root, o);
    tilt__put_pairs(root, o->pairs);
    tilt__put_costs(root, o->costs);
    tilt__put_concentrations(root, o);
    tilt__put_inferred(root, o->inferred);
    put_cube(root, o, err);
    put_data_use(root, o);
    cJSON *warnings = tilt__put_array(root, "warnings");
    for (size_t i = 0; i < o->n_warnings; i++)
        cJSON_AddItemToArray(warnings, cJSON_CreateString(o->warnings[i]));
    put_checks(root, o->checks);
    bool whole = cJSON_GetObjectItemCaseSensitive(root, "checks") != NULL &&
                 cJSON_GetObjectItemCaseSensitive(root, "coverage") != NULL;
    return whole ? TILT_OK : tilt__fail_memory(err);
}
