/* report/audit.c - the pipeline from left to right: export, read, map, cube, measure, judge, explain, result.
 * Arenas hold what the stages make (one of the run, and one for everything that a thread makes on its own);
 * sources and cubes are freed by their own calls. */
#include "tiltmeter/audit.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "cube/allowed.h"
#include "cube/attach.h"
#include "cube/content.h"
#include "cube/harmonise.h"
#include "cube/melt.h"
#include "cube/write.h"
#include "judge/ranged.h"
#include "judge/verdict.h"
#include "map/benchmark.h"
#include "map/inferred.h"
#include "map/range.h"
#include "measure/checks.h"
#include "measure/many.h"
#include "measure/pool.h"
#include "report/audit_text.h"
#include "report/json.h"
#include "report/result.h"
#include "report/sentences.h"

enum { MOST_SOURCES = 1000 };

struct tilt_audit {
    tilt__spool spool; /* the beginning of the result, where the spec wants it there */
    tilt__buf result;
    tilt__buf cube; /* empty unless it is to be kept */
    bool tilted;
};

/* What is open while an audit runs. */
typedef struct run {
    tilt_spec *spec;
    const char *command;
    tilt_error *err;
    tilt__arena arena;
    const tilt__policy *policy;
    tilt_source **sources;
    tilt__mapping *mappings;
    tilt__loaded *loaded;
    size_t n_loaded;
    tilt__tables tables;
    tilt__tags tags;
    tilt__views views;
    tilt__ranged_views ranged;
    tilt__model model;
    tilt__costs costs;
    tilt__concentrations concentrations;
    tilt__pairs pairs;
    tilt__inferred_list inferred;
    tilt__explanation **explanations;
    tilt__further further;
    tilt__checks checks;
    tilt__checks *source_checks;
    tilt__arena *source_arenas; /* n_loaded, one per source */
    tilt__arena *view_arenas;   /* views.n: what explains each, freed as soon as it is written */
    tilt__arena model_arena;
} run;

void tilt_audit_free(tilt_audit *audit) {
    if (audit == NULL) return;
    tilt__spool_free(&audit->spool);
    tilt__buf_free(&audit->result);
    tilt__buf_free(&audit->cube);
    free(audit);
}

tilt_status tilt__audit_read(const tilt_audit *audit, tilt__piece_fn piece, void *context, tilt_error *err) {
    tilt_status status = tilt__spool_read(&audit->spool, piece, context, err);
    if (status == TILT_OK) (void)piece(context, tilt__buf_get(&audit->result), audit->result.length);
    return status;
}

const char *tilt_audit_result(const tilt_audit *audit, size_t *out_n) {
    if (out_n != NULL) *out_n = audit->result.length;
    return tilt__buf_get(&audit->result);
}

const char *tilt_audit_cube(const tilt_audit *audit, size_t *out_n) {
    if (out_n != NULL) *out_n = audit->cube.length;
    return audit->cube.length > 0 ? tilt__buf_get(&audit->cube) : NULL;
}

bool tilt_audit_is_tilted(const tilt_audit *audit) {
    return audit->tilted;
}

static void close_run(run *r) {
    tilt__pools_close(&r->tables);
    tilt__tables_free(&r->tables);
    for (size_t i = 0; i < r->n_loaded; i++) tilt__loaded_free(&r->loaded[i]);
    for (size_t i = 0; r->sources != NULL && i < r->spec->n_sources; i++) tilt_source_free(r->sources[i]);
    for (size_t v = 0; r->view_arenas != NULL && v < r->views.n; v++) tilt__arena_free(&r->view_arenas[v]);
    for (size_t v = 0; r->views.arenas != NULL && v < r->views.n; v++) tilt__arena_free(&r->views.arenas[v]);
    for (size_t i = 0; r->source_arenas != NULL && i < r->n_loaded; i++)
        tilt__arena_free(&r->source_arenas[i]);
    tilt__arena_free(&r->model_arena);
    tilt__arena_free(&r->arena);
}

/* --targeting FILE and "content" are one more source each, of their kinds. */
static tilt_status add_named_sources(run *r) {
    tilt_spec *spec = r->spec;
    tilt_status status = TILT_OK;
    if (spec->targeting_file != NULL) {
        status = tilt_spec_add_source(spec, spec->targeting_file, r->err);
        if (status == TILT_OK) spec->sources[spec->n_sources - 1].kind = TILT__KIND_TARGETING;
    }
    if (status == TILT_OK && spec->content != NULL) {
        status = tilt_spec_add_source(spec, spec->content->file, r->err);
        if (status == TILT_OK) spec->sources[spec->n_sources - 1] = *spec->content;
    }
    spec->targeting_file = NULL;
    spec->content = NULL;
    return status;
}

static tilt_status open_sources(run *r) {
    const tilt_spec *spec = r->spec;
    size_t n = spec->n_sources;
    if (n == 0)
        return tilt__fail(r->err, TILT_EUSAGE,
                          "no export given; expected one or more CSV files, or a spec with \"sources\"");
    if (n > MOST_SOURCES) return tilt__fail(r->err, TILT_ETOOBIG, "%zu exports; at most %d", n, MOST_SOURCES);
    r->sources = tilt__arena_alloc(&r->arena, n, sizeof(tilt_source *));
    r->mappings = tilt__arena_alloc(&r->arena, n, sizeof *r->mappings);
    r->loaded = tilt__arena_alloc(&r->arena, n, sizeof *r->loaded);
    r->source_checks = tilt__arena_alloc(&r->arena, n, sizeof *r->source_checks);
    r->source_arenas = tilt__arena_alloc(&r->arena, n, sizeof *r->source_arenas);
    if (r->sources == NULL || r->mappings == NULL || r->loaded == NULL || r->source_checks == NULL ||
        r->source_arenas == NULL)
        return tilt__fail_memory(r->err);
    for (size_t i = 0; i < n; i++) {
        const tilt__source_spec *source = &spec->sources[i];
        bool over = spec->platform != NULL && (source->platform == NULL || source->platform_assumed);
        tilt_source_opts opts = {.platform = over ? spec->platform : source->platform,
                                 .platform_assumed = source->platform_assumed && !over,
                                 .block = source->block < UINT32_MAX ? (uint32_t)source->block : UINT32_MAX,
                                 .missing = spec->missing,
                                 .n_missing = spec->n_missing,
                                 .skip_bad_rows = spec->skip_bad_rows,
                                 .sha256 = spec->sha256};
        r->sources[i] = tilt_source_open(source->file, &opts, r->err);
        if (r->sources[i] == NULL) return r->err->status;
    }
    return TILT_OK;
}

/* A targeting export whose only count has no known stage name holds audience sizes. */
static void name_audience_size(tilt__mapping *m) {
    size_t only = TILT_NO_COLUMN;
    if (m->source_spec->kind != TILT__KIND_TARGETING || tilt__is_library(m->source)) return;
    for (size_t i = 0; i < m->n_columns; i++) {
        if (!m->columns[i].read || m->columns[i].role != TILT_ROLE_STAGE) continue;
        if (tilt__range_of_column(m, i) != NULL) return; /* named with its part, or not at all */
        const tilt__stage *stage = tilt__stage_find(m->columns[i].name);
        if (only != TILT_NO_COLUMN || (stage != NULL && stage->base)) return;
        only = i;
    }
    if (only != TILT_NO_COLUMN) m->columns[only].name = "targeted";
}

/* A political-ads library beside delivery, or named as targeting, is neither counted nor a base: it has
 * rules. */
static tilt_status use_libraries(run *r) {
    size_t n = r->spec->n_sources, n_other = 0;
    bool any = false;
    if (r->sources == NULL) return TILT_OK; /* never: map_sources has them */
    for (size_t i = 0; i < n; i++) n_other += !tilt__is_library(r->sources[i]);
    for (size_t i = 0; i < n; i++) {
        const tilt__source_spec *source = &r->spec->sources[i];
        bool rules = tilt__is_library(r->sources[i]) && !tilt__kind_is_sidecar(source->kind) &&
                     (n_other > 0 || source->kind == TILT__KIND_TARGETING);
        if (!rules) continue;
        tilt__allowed_map(&r->mappings[i], true);
        tilt__source_spec *own =
            tilt__arena_alloc(&r->arena, 1, sizeof *own); /* the spec may be used again */
        if (own == NULL) return tilt__fail_memory(r->err);
        *own = *source;
        own->kind = TILT__KIND_FACTS;
        r->mappings[i].source_spec = own;
        any = true;
    }
    for (size_t i = 0; i < n && any; i++)
        if (!tilt__is_library(r->sources[i])) tilt__allowed_map(&r->mappings[i], false);
    return TILT_OK;
}

static bool has_rules(const run *r, size_t i) {
    return tilt__is_facts(&r->loaded[i]) && tilt__is_library(r->sources[i]) &&
           r->mappings[i].key == TILT_NO_COLUMN;
}

/* What was delivered, held against the rules of every library. */
static tilt_status check_allowed(run *r) {
    for (size_t l = 0; l < r->n_loaded; l++) {
        if (!has_rules(r, l)) continue;
        for (size_t i = 0; i < r->n_loaded; i++) {
            if (tilt__is_facts(&r->loaded[i])) continue;
            if (!tilt__allowed_check(&r->loaded[l], &r->loaded[i], &r->arena, &r->checks))
                return tilt__fail_memory(r->err);
        }
    }
    return TILT_OK;
}

static tilt_status map_sources(run *r) {
    size_t n = r->spec->n_sources;
    for (size_t i = 0; r->sources != NULL && i < n; i++) {
        tilt_status status = tilt__mapping_make(r->sources[i], &r->spec->sources[i], r->spec, &r->arena,
                                                &r->mappings[i], r->err);
        if (status != TILT_OK) return status;
        name_audience_size(&r->mappings[i]);
    }
    if (use_libraries(r) != TILT_OK) return r->err->status;
    return tilt__mapping_check(r->mappings, n, r->spec, r->err);
}

static size_t threads_of(const run *r) {
    return r->spec->threads > 0 ? (size_t)r->spec->threads : tilt__processors();
}

static tilt_status load_source(void *context, size_t i, tilt_error *err) {
    run *r = context;
    tilt__arena *arena = &r->source_arenas[i];
    tilt_status status = tilt__load(r->sources[i], &r->mappings[i], r->spec, arena, &r->loaded[i], err);
    if (status == TILT_OK) status = tilt__checks_source(&r->loaded[i], arena, &r->source_checks[i], err);
    if (status == TILT_OK && has_rules(r, i) &&
        !tilt__allowed_rules(&r->loaded[i], arena, &r->source_checks[i]))
        status = tilt__fail_memory(err);
    if (status == TILT_OK) status = tilt__melt(&r->loaded[i], &r->mappings[i], r->spec, arena, err);
    return status;
}

/* Sources are read side by side, each into storage of its own. */
/* `inspect` shows the columns of such a file, so that one can be named. */
static tilt_status check_counts(const run *r, size_t i) {
    bool sidecar = tilt__kind_is_sidecar(r->spec->sources[i].kind);
    if (sidecar || tilt__cube_n_measures(r->loaded[i].cube) > 0) return TILT_OK;
    tilt__place place = {.source = tilt_source_name(r->sources[i])};
    return tilt__fail_at(r->err, TILT_ESPEC, &place,
                         "no column is recognised as a count; name one with --rate OF/PER or in a spec "
                         "(`tiltmeter inspect` lists the columns)");
}

static tilt_status load_sources(run *r) {
    r->n_loaded = r->spec->n_sources;
    return tilt__parallel_for(threads_of(r), r->n_loaded, load_source, r, r->err);
}

/* Verdicts and drivers of one view. Views are explained side by side, and each is written and let go of
 * before the next: what explains them all would be most of the memory of an audit. */
static tilt_status explain_view(void *context, size_t v, tilt_error *err) {
    run *r = context;
    tilt__view *view = &r->views.items[v];
    tilt__context own = {r->spec, view->policy != NULL ? view->policy : r->policy, &r->view_arenas[v],
                         &r->checks, err};
    r->explanations[v] = tilt__arena_alloc(own.arena, view->n_comparisons, sizeof **r->explanations);
    if (r->explanations[v] == NULL) return tilt__fail_memory(err);
    tilt_status status = tilt__verdicts_judge(&own, view);
    for (size_t c = 0; c < view->n_comparisons && status == TILT_OK; c++)
        status = tilt__many_measure(&own, view, &view->comparisons[c]);
    for (size_t c = 0; c < view->n_comparisons && status == TILT_OK; c++)
        status = tilt__drivers_make(&own, view, &view->comparisons[c], &r->explanations[v][c]);
    if (status == TILT_OK) status = tilt__further_view_make(&own, view, &r->further.views[v]);
    if (status == TILT_OK)
        status = tilt__further_view_signals(&own, &r->views, v, &r->costs, &r->further.views[v]);
    tilt__view_release(view);
    return status;
}

/* A view that is written. */
static tilt_status let_go_of_view(void *context, size_t v, tilt_error *err) {
    run *r = context;
    tilt__context kept = {r->spec, r->policy, &r->views.arenas[v], &r->checks, err};
    tilt_status status = tilt__drivers_keep(&kept, &r->views.items[v]);
    tilt__arena_free(&r->view_arenas[v]);
    return status;
}

static tilt_status explain_all(void *context, tilt_error *err) {
    run *r = context;
    tilt__context own = {r->spec, r->policy, &r->arena, &r->checks, err};
    return tilt__further_close(&own, &r->views, &r->further);
}

/* What models say beyond their views, with the verdicts of their further rates. They read of the views what
 * explaining and writing leave alone, and so are measured beside that. */
static tilt_status measure_models(void *context, tilt_error *err) {
    run *r = context;
    tilt__context own = {r->spec, r->policy, &r->model_arena, &r->checks, err};
    tilt_status status = tilt__model_make(&own, &r->views, &r->model);
    for (size_t v = 0; v < r->model.extra.n && status == TILT_OK; v++)
        status = tilt__verdicts_judge(&own, &r->model.extra.items[v]);
    return status;
}

/* Rules of targeting and nothing delivered beside them. */
static tilt_status refuse_rules_alone(const run *r) {
    for (size_t i = 0; i < r->n_loaded; i++)
        if (!tilt__is_library(r->sources[i])) return TILT_OK;
    const tilt__checks *checks = &r->source_checks[0];
    const char *said = "";
    for (size_t i = 0; i < checks->n && said[0] == '\0'; i++)
        if (strcmp(checks->items[i].id, "addressed_to") == 0) said = checks->items[i].detail;
    return tilt__fail(r->err, TILT_ESPEC,
                      "%.300s%sNo groups can be compared by it alone; expected what was delivered beside it "
                      "(`tiltmeter inspect` tells the rules)",
                      said, said[0] != '\0' ? " " : "");
}

static tilt_status analyse(run *r) {
    tilt__context context = {r->spec, r->policy, &r->arena, &r->checks, r->err};
    tilt_status status = refuse_rules_alone(r);
    if (status == TILT_OK) status = check_allowed(r);
    if (status == TILT_OK) status = tilt__facts_attach(r->loaded, r->n_loaded, &r->arena, &r->checks, r->err);
    if (status == TILT_OK)
        status = tilt__content_attach(r->loaded, r->n_loaded, &r->arena, &r->checks, &r->tags, r->err);
    if (status == TILT_OK)
        status = tilt__platforms_harmonise(r->loaded, r->n_loaded, &r->arena, &r->checks, r->err);
    if (status == TILT_OK)
        status = tilt__tables_make(r->loaded, r->n_loaded, &r->arena, &r->checks, &r->tables, r->err);
    for (size_t t = 0; t < r->tables.n; t++) r->tables.facts[t].tags = &r->tags;
    if (status == TILT_OK)
        status = tilt__checks_tables(&r->tables, r->loaded, r->n_loaded, &r->arena, &r->checks, r->err);
    if (status == TILT_OK) tilt__tables_take_over(&r->tables, r->loaded, r->n_loaded);
    if (status == TILT_OK) status = tilt__pools_open(&r->tables, r->err);
    if (status == TILT_OK) status = tilt__views_make(&context, &r->tables, threads_of(r), &r->views);
    if (status == TILT_OK) status = tilt__ranged_make(&context, &r->tables, &r->views, &r->ranged);
    for (size_t v = 0; v < r->ranged.n && status == TILT_OK; v++)
        status = tilt__ranged_judge(&context, &r->ranged.items[v]);
    if (status == TILT_OK) status = tilt__models_check(&context, &r->views);
    if (status == TILT_OK) status = tilt__costs_make(&context, &r->views, r->loaded, &r->costs);
    if (status == TILT_OK)
        status = tilt__concentration_measure(&context, &r->views, r->loaded, &r->concentrations);
    if (status == TILT_OK) status = tilt__pairs_make(&context, &r->views, &r->pairs);
    if (status == TILT_OK) status = tilt__inferred_measure(&context, &r->views, &r->inferred);
    if (status != TILT_OK) return status;
    r->explanations = tilt__arena_alloc(&r->arena, r->views.n, sizeof(tilt__explanation *));
    r->view_arenas = tilt__arena_alloc(&r->arena, r->views.n, sizeof *r->view_arenas);
    if (r->explanations == NULL || r->view_arenas == NULL) return tilt__fail_memory(r->err);
    return tilt__further_open(&context, &r->views, &r->further);
}

static tilt__outcome outcome_of(const run *r) {
    return (tilt__outcome){.spec = r->spec,
                           .policy = r->policy,
                           .command = r->command,
                           .mappings = r->mappings,
                           .loaded = r->loaded,
                           .n_sources = r->n_loaded,
                           .tables = &r->tables,
                           .views = &r->views,
                           .ranged = &r->ranged,
                           .model = &r->model,
                           .costs = &r->costs,
                           .concentrations = &r->concentrations,
                           .pairs = &r->pairs,
                           .inferred = &r->inferred,
                           .explanations = r->explanations,
                           .further = &r->further,
                           .checks = &r->checks,
                           .source_checks = r->source_checks};
}

static bool is_tilted(const tilt__view *view) {
    for (size_t c = 0; c < view->n_comparisons; c++) {
        if (view->comparisons[c].verdict == TILT__TILTED) return true;
    }
    return false;
}

static bool any_tilted(const run *r) {
    bool any = false;
    for (size_t v = 0; v < r->views.n; v++) any = any || is_tilted(&r->views.items[v]);
    for (size_t v = 0; v < r->ranged.n; v++) any = any || is_tilted(&r->ranged.items[v].view);
    return any;
}

static tilt_status write_result(run *r, tilt_audit *audit) {
    tilt__outcome outcome = outcome_of(r);
    tilt__explainer explainer = {measure_models, explain_view, let_go_of_view, explain_all, r};
    tilt__result_text text = {&audit->result, &audit->spool, r->spec->spool_from};
    tilt_status status = tilt__result_write(&outcome, &explainer, threads_of(r), &text, r->err);
    if (status != TILT_OK || !r->spec->keep_cube) return status;
    cJSON *cube = tilt__result_cube(&outcome, r->err);
    if (cube == NULL) return TILT_ENOMEM;
    status = tilt__json_print(cube, &audit->cube, r->err);
    cJSON_Delete(cube);
    return status;
}

static tilt_audit *new_audit(tilt_error *err) {
    tilt_audit *audit = tilt__alloc(1, sizeof *audit);
    if (audit == NULL)
        (void)tilt__fail_memory(err);
    else
        *audit = (tilt_audit){.spool = TILT__SPOOL_INIT, .result = TILT__BUF_INIT, .cube = TILT__BUF_INIT};
    return audit;
}

tilt_audit *tilt_audit_run(tilt_spec *spec, const char *command, tilt_error *err) {
    tilt_error own;
    tilt_audit *audit = new_audit(err);
    if (audit == NULL) return NULL;
    run r = {.spec = spec, .command = command, .err = err != NULL ? err : &own};
    tilt_status status = add_named_sources(&r);
    if (status == TILT_OK && spec->policy_text != NULL)
        r.policy =
            tilt__policy_parse(spec->policy, spec->policy_text, spec->n_policy_text, &spec->arena, r.err);
    else if (status == TILT_OK)
        r.policy = tilt__policy_open(spec->policy, &spec->arena, r.err);
    if (status == TILT_OK && r.policy == NULL) status = r.err->status;
    if (status == TILT_OK && r.policy != NULL && !spec->level_given && r.policy->level > 0)
        spec->level = r.policy->level;
    if (status == TILT_OK) status = tilt__benchmark_read(spec, r.err);
    if (status == TILT_OK) status = tilt__inferred_read(spec, r.err);
    if (status == TILT_OK) status = open_sources(&r);
    if (status == TILT_OK) status = map_sources(&r);
    if (status == TILT_OK) status = load_sources(&r);
    for (size_t i = 0; i < r.n_loaded && status == TILT_OK; i++) status = check_counts(&r, i);
    if (status == TILT_OK) status = analyse(&r);
    if (status == TILT_OK) status = write_result(&r, audit);
    if (status == TILT_OK && r.arena.failed)
        status = tilt__fail_memory(r.err); /* a sentence without its number */
    audit->tilted = any_tilted(&r);
    close_run(&r);
    if (status == TILT_OK) return audit;
    tilt_audit_free(audit);
    return NULL;
}

tilt_audit *tilt_audit_inspect(tilt_spec *spec, tilt_error *err) {
    tilt_error own;
    tilt_audit *audit = new_audit(err);
    if (audit == NULL) return NULL;
    run r = {.spec = spec, .err = err != NULL ? err : &own};
    tilt_status status = add_named_sources(&r);
    if (status == TILT_OK) status = open_sources(&r);
    if (status == TILT_OK) status = map_sources(&r);
    if (status == TILT_OK) status = load_sources(&r);
    if (status == TILT_OK) {
        tilt__outcome outcome = outcome_of(&r);
        cJSON *tree = cJSON_CreateObject();
        cJSON *inputs = tilt__result_inputs(&outcome, r.err);
        bool ok = inputs != NULL && cJSON_AddStringToObject(tree, "schema", "tiltmeter.inspect/1") != NULL &&
                  cJSON_AddItemToObject(tree, "inputs", inputs);
        if (!ok) cJSON_Delete(inputs);
        status = ok ? tilt__sentences_print(tree, &audit->result, r.err) : tilt__fail_memory(r.err);
        cJSON_Delete(tree);
    }
    close_run(&r);
    if (status == TILT_OK) return audit;
    tilt_audit_free(audit);
    return NULL;
}

/* The one table that the sources make, and nothing that a cube file could not hold. */
static tilt_status reduce(run *r, tilt__buf *out) {
    for (size_t i = 0; i < r->n_loaded; i++)
        if (r->spec->sources[i].kind == TILT__KIND_CONTENT)
            return tilt__fail(
                r->err, TILT_ESPEC,
                "tags of creatives are not reduced; expected delivery alone: give \"content\" to "
                "`tiltmeter audit` beside the cube");
    tilt_status status = tilt__facts_attach(r->loaded, r->n_loaded, &r->arena, &r->checks, r->err);
    if (status == TILT_OK)
        status = tilt__platforms_harmonise(r->loaded, r->n_loaded, &r->arena, &r->checks, r->err);
    if (status == TILT_OK)
        status = tilt__tables_make(r->loaded, r->n_loaded, &r->arena, &r->checks, &r->tables, r->err);
    if (status != TILT_OK) return status;
    if (r->tables.n != 1)
        return tilt__fail(r->err, TILT_ESPEC,
                          "the sources break down what was delivered in %zu ways; expected one: write a cube "
                          "of each",
                          r->tables.n);
    if (r->tables.facts[0].has_targeting)
        return tilt__fail(
            r->err, TILT_ESPEC,
            "audience sizes are not reduced; expected delivery alone: give the targeting export "
            "to `tiltmeter audit` beside the cube");
    return tilt__cube_write(&r->tables.facts[0], r->loaded, r->spec, out, r->err);
}

tilt_audit *tilt_audit_reduce(tilt_spec *spec, tilt_error *err) {
    tilt_error own;
    tilt_audit *audit = new_audit(err);
    if (audit == NULL) return NULL;
    run r = {.spec = spec, .err = err != NULL ? err : &own};
    spec->reduce = true;
    tilt_status status = add_named_sources(&r);
    if (status == TILT_OK) status = open_sources(&r);
    if (status == TILT_OK) status = map_sources(&r);
    if (status == TILT_OK) status = load_sources(&r);
    for (size_t i = 0; i < r.n_loaded && status == TILT_OK; i++) status = check_counts(&r, i);
    if (status == TILT_OK) status = reduce(&r, &audit->result);
    spec->reduce = false;
    close_run(&r);
    if (status == TILT_OK) return audit;
    tilt_audit_free(audit);
    return NULL;
}
