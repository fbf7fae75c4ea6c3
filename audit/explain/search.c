/* explain/search.c - which views and attributes are searched, and what was found, with names.
 * Counts that are not of independent people are searched with overdispersed chance (beta-binomial; Poisson
 * with a dispersion): with plain chance every real campaign has a "significant" corner. */
#include "explain/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/text.h"
#include "explain/designed.h"
#include "explain/search_cells.h"
#include "measure/clusters.h"
#include "measure/contrast.h"
#include "measure/groups.h"

enum { MOST_SEARCHES = 12, MOST_CELLS = 16000, MOST_LABELS = 200, MOST_ATTRIBUTES = 8 };

typedef struct seeker {
    const tilt__context *context;
    const tilt__view *view;
    tilt__search_space space;
    tilt__arena scratch;
    tilt__search *out;
    tilt__scan_opts opts;
    size_t done, planned; /* searches, for progress */
} seeker;

static bool tell_progress(void *user, double part) {
    const seeker *s = user;
    const tilt_spec *spec = s->context->spec;
    if (spec->on_progress == NULL) return true;
    return spec->on_progress(spec->progress_user, "searching intersections",
                             ((double)s->done + part) / (double)s->planned);
}

/* ---- what is searched over ---- */

static bool is_named(const tilt_spec *spec, const char *name) {
    for (size_t f = 0; f < spec->n_factors; f++) {
        if (strcmp(spec->factors[f], name) == 0) return true;
    }
    return !spec->factors_named;
}

static bool is_searched(const seeker *s, size_t dim) {
    const tilt__view *view = s->view;
    const tilt__dim *d = tilt__cube_dim(view->facts->cube, dim);
    size_t n = tilt__cube_n_labels(view->facts->cube, dim);
    bool sliced = view->slice_name != NULL && strcmp(d->name, view->slice_name) == 0;
    bool other = d->kind == TILT__DIM_TIME || d->kind == TILT__DIM_COVARIATE;
    if (dim == view->dims[0] || other || sliced || n < 2 || n > MOST_LABELS) return false;
    if (d->kind == TILT__DIM_FACTOR && !is_named(s->context->spec, d->name)) return false;
    return view->mode == TILT__MODE_RELATIVE ? tilt__contrast_on_count(view, dim)
                                             : tilt__contrast_on_both(view, dim);
}

static tilt_status number_levels(seeker *s) {
    tilt__search_space *space = &s->space;
    const tilt__view *view = s->view;
    uint32_t n_focal = 0;
    space->level_of_group = tilt__arena_alloc(&s->scratch, view->n_groups, sizeof *space->level_of_group);
    if (space->level_of_group == NULL) return tilt__fail_memory(s->context->err);
    for (size_t g = 0; g < view->n_groups; g++) {
        bool focal = !view->groups[g].unknown && view->groups[g].excluded == NULL && g != space->reference;
        space->level_of_group[g] = focal ? n_focal++ : UINT32_MAX;
    }
    space->by_group = space->focal == SIZE_MAX && n_focal > 1;
    space->n_attributes = 0;
    if (space->by_group) space->n_levels[space->n_attributes++] = n_focal;
    for (size_t d = 0; d < space->n_dims; d++) {
        uint32_t n = (uint32_t)tilt__cube_n_labels(view->facts->cube, space->dims[d]);
        uint32_t *levels = tilt__arena_alloc(&s->scratch, n + 1, sizeof *levels);
        if (levels == NULL) return tilt__fail_memory(s->context->err);
        for (uint32_t l = 1; l <= n; l++) levels[l] = l - 1;
        levels[0] = n; /* "(none)" */
        space->level_of_label[d] = levels;
        space->n_levels[space->n_attributes++] = n + 1;
    }
    return TILT_OK;
}

static tilt_status leave_out(seeker *s, size_t d) {
    tilt__search *out = s->out;
    if (out->left_out == NULL)
        out->left_out = tilt__arena_alloc(s->context->arena, TILT__MAX_DIMS, sizeof *out->left_out);
    if (out->left_out == NULL) return tilt__fail_memory(s->context->err);
    out->left_out[out->n_left_out++] = tilt__cube_dim(s->view->facts->cube, s->space.dims[d])->name;
    memmove(s->space.dims + d, s->space.dims + d + 1, (s->space.n_dims - d - 1) * sizeof *s->space.dims);
    s->space.n_dims--;
    return TILT_OK;
}

static size_t finest(const seeker *s) {
    size_t best = 0;
    const tilt_cube *cube = s->view->facts->cube;
    for (size_t d = 1; d < s->space.n_dims; d++) {
        if (tilt__cube_n_labels(cube, s->space.dims[d]) >= tilt__cube_n_labels(cube, s->space.dims[best]))
            best = d;
    }
    return best;
}

/* Cells over as many attributes as fit; the finest are given up first. n_cells 0: nothing to search. */
static tilt_status gather_all(seeker *s, tilt__scan_cells *cells) {
    tilt_status status = TILT_OK;
    *cells = (tilt__scan_cells){0};
    for (;;) {
        status = number_levels(s);
        if (status != TILT_OK || s->space.n_attributes == 0) return status;
        status = tilt__search_gather(&s->space, -1, &s->scratch, cells, &s->out->n_smoothed, s->context->err);
        if (status != TILT_OK || cells->n_cells <= MOST_CELLS || s->space.n_dims == 0) return status;
        status = leave_out(s, finest(s));
        if (status != TILT_OK) return status;
    }
}

/* ---- what was found ---- */

static const char *level_name(const seeker *s, size_t attribute, uint32_t level) {
    if (s->space.by_group && attribute == 0) {
        for (size_t g = 0; g < s->view->n_groups; g++) {
            if (s->space.level_of_group[g] == level) return tilt__group_name(s->context->arena, s->view, g);
        }
    }
    size_t d = attribute - (s->space.by_group ? 1 : 0);
    size_t n, n_labels = tilt__cube_n_labels(s->view->facts->cube, s->space.dims[d]);
    if (level >= n_labels) return tilt__arena_copy(s->context->arena, "(none)");
    const char *text = tilt__cube_label(s->view->facts->cube, s->space.dims[d], level + 1, &n);
    return tilt__arena_text(s->context->arena, text, n);
}

/* Levels that occur in the cells; "(none)" and others may have a number and no cell. */
static bool *occurring(seeker *s, const tilt__scan_cells *cells) {
    size_t n = 0;
    size_t offsets[TILT__SEARCH_ATTRIBUTES];
    for (size_t j = 0; j < cells->n_attributes; j++) offsets[j] = n, n += cells->n_levels[j];
    bool *occurs = tilt__arena_alloc(&s->scratch, n, sizeof *occurs);
    for (size_t i = 0; occurs != NULL && i < cells->n_cells; i++) {
        for (size_t j = 0; j < cells->n_attributes; j++)
            occurs[offsets[j] + cells->levels[i * cells->n_attributes + j]] = true;
    }
    return occurs;
}

static tilt_status name_parts(seeker *s, const tilt__scan_cells *cells, const bool *members,
                              tilt__search_find *out) {
    const bool *occurs = occurring(s, cells);
    out->parts = tilt__arena_alloc(s->context->arena, cells->n_attributes, sizeof *out->parts);
    if (occurs == NULL || out->parts == NULL) return tilt__fail_memory(s->context->err);
    for (size_t j = 0, offset = 0; j < cells->n_attributes; offset += cells->n_levels[j++]) {
        bool restricted = false;
        for (uint32_t l = 0; l < cells->n_levels[j]; l++)
            restricted = restricted || (occurs[offset + l] && !members[offset + l]);
        if (!restricted) continue;
        tilt__search_part *part = &out->parts[out->n_parts++];
        part->attribute = s->out->attributes[j];
        part->levels = tilt__arena_alloc(s->context->arena, cells->n_levels[j], sizeof *part->levels);
        if (part->levels == NULL) return tilt__fail_memory(s->context->err);
        for (uint32_t l = 0; l < cells->n_levels[j]; l++) {
            if (!occurs[offset + l] || !members[offset + l]) continue;
            part->levels[part->n_levels] = level_name(s, j, l);
            if (part->levels[part->n_levels++] == NULL) return tilt__fail_memory(s->context->err);
        }
    }
    return TILT_OK;
}

static tilt_status take_find(seeker *s, const tilt__scan_cells *cells, const tilt__scan_find *find,
                             const bool *members, tilt__search_find *out) {
    *out = (tilt__search_find){.score = find->score,
                               .q = find->q,
                               .p = find->p,
                               .n = find->n,
                               .observed = find->observed,
                               .expected = find->expected,
                               .n_merged = find->n_merged};
    return name_parts(s, cells, members, out);
}

static tilt_status take_finds(seeker *s, const tilt__scan_cells *cells, const tilt__scan *scan) {
    tilt__search *out = s->out;
    out->exact = scan->exact;
    out->n_replicates = scan->n_replicates;
    out->finds = tilt__arena_alloc(s->context->arena, scan->n_finds, sizeof *out->finds);
    if (out->finds == NULL) return tilt__fail_memory(s->context->err);
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < scan->n_finds && status == TILT_OK; i++)
        status = take_find(s, cells, &scan->finds[i], scan->finds[i].members, &out->finds[out->n_finds++]);
    return status;
}

/* Searches one half of the clusters and measures what it found on the other. */
static tilt_status hold_out(seeker *s) {
    tilt__scan_cells halves[2];
    size_t smoothed;
    const char *unit = NULL;
    tilt_error *err = s->context->err;
    s->space.n_unit = tilt__clusters_unit(s->context, s->view, s->space.unit, &unit);
    if (s->space.n_unit == 0) return TILT_OK;
    for (int h = 0; h < 2; h++) {
        tilt_status status = tilt__search_gather(&s->space, h, &s->scratch, &halves[h], &smoothed, err);
        if (status != TILT_OK || halves[h].n_cells == 0) return status;
    }
    tilt__scan_opts opts = s->opts;
    opts.n_replicates = 0;
    opts.max_finds = 1;
    opts.progress = NULL;
    tilt__scan *scan = tilt__scan_new(&halves[0], &opts, err);
    if (scan == NULL) return err != NULL ? err->status : TILT_ENOMEM;
    tilt__scan_find held;
    tilt_status status = TILT_OK;
    if (!scan->finds[0].everything && scan->finds[0].score > 0) {
        status = tilt__scan_evaluate(&halves[1], &opts, scan->finds[0].members, &held)
                     ? take_find(s, &halves[0], &held, scan->finds[0].members, &s->out->held_out)
                     : tilt__fail_memory(err);
        s->out->has_held_out = status == TILT_OK && held.n > 0;
        s->out->held_unit = unit;
    }
    tilt__scan_free(scan);
    return status;
}

/* ---- one search ---- */

static void choose_model(seeker *s, const tilt__scan_cells *cells) {
    const char *method;
    double effect = 1;
    bool ratio = s->view->kind == TILT__RATE_RATIO;
    for (size_t c = 0; c < s->view->n_comparisons; c++)
        effect = fmax(effect, tilt__assumed_effect(s->context, &s->view->comparisons[c], &method));
    for (size_t i = 0; i < cells->n_cells; i++) ratio = ratio || cells->y[i] > cells->n[i];
    s->opts.model = ratio ? TILT__SCAN_POISSON : effect > 1 ? TILT__SCAN_BETA_BINOMIAL : TILT__SCAN_BERNOULLI;
    s->opts.dispersion = effect;
    s->out->model = ratio ? "poisson" : effect > 1 ? "beta_binomial" : "bernoulli";
    s->out->dispersion = effect;
}

static tilt_status name_attributes(seeker *s) {
    tilt__search *out = s->out;
    out->attributes = tilt__arena_alloc(s->context->arena, s->space.n_attributes, sizeof *out->attributes);
    if (out->attributes == NULL) return tilt__fail_memory(s->context->err);
    if (s->space.by_group) out->attributes[out->n_attributes++] = s->view->audience[0];
    for (size_t d = 0; d < s->space.n_dims; d++)
        out->attributes[out->n_attributes++] = tilt__cube_dim(s->view->facts->cube, s->space.dims[d])->name;
    return TILT_OK;
}

static tilt_status search_one(seeker *s, bool *out_done) {
    tilt__scan_cells cells;
    *out_done = false;
    tilt_status status = TILT_OK;
    for (size_t d = 0; status == TILT_OK && d < tilt__cube_n_dims(s->view->facts->cube); d++) {
        if (!is_searched(s, d)) continue;
        s->space.dims[s->space.n_dims++] = d;
        if (s->space.n_dims > MOST_ATTRIBUTES) status = leave_out(s, finest(s));
    }
    if (status == TILT_OK) status = gather_all(s, &cells);
    if (status != TILT_OK || cells.n_cells < 2) return status;
    status = name_attributes(s);
    if (status != TILT_OK) return status;
    choose_model(s, &cells);
    s->opts.progress = tell_progress;
    s->opts.context = s;
    s->out->n_cells = cells.n_cells;
    tilt__scan *scan = tilt__scan_new(&cells, &s->opts, s->context->err);
    if (scan == NULL) return s->context->err != NULL ? s->context->err->status : TILT_ENOMEM;
    status = take_finds(s, &cells, scan);
    tilt__scan_free(scan);
    if (status == TILT_OK) status = hold_out(s);
    *out_done = status == TILT_OK;
    return status;
}

/* ---- which searches ---- */

typedef struct job {
    size_t view, focal;
    bool over;
} job;

static bool is_headline(const tilt__views *views, const tilt__view *view) {
    const tilt__view *first = &views->items[0];
    bool same = strcmp(view->of, first->of) == 0 && tilt__text_same(view->per, first->per);
    return same && view->n_audience == 1 &&
           (view->mode == TILT__MODE_FUNNEL || view->mode == TILT__MODE_RELATIVE);
}

/* Two directions of every headline view; in a relative view of every group, where fewer of one of two groups
 * is more of the other. */
static size_t list_jobs(const tilt__views *views, job *jobs) {
    size_t n = 0;
    for (size_t v = 0; v < views->n; v++) {
        const tilt__view *view = &views->items[v];
        bool relative = view->mode == TILT__MODE_RELATIVE;
        size_t known = tilt__groups_known(view), taken = 0;
        if (!is_headline(views, view)) continue;
        for (size_t g = 0; g < (relative ? view->n_groups : 1); g++) {
            if (relative && (view->groups[g].unknown || view->groups[g].excluded != NULL)) continue;
            if (relative && known == 2 && taken++ > 0) continue;
            for (int over = 0; over < 2 && n < MOST_SEARCHES; over++)
                jobs[n++] = (job){v, relative ? g : SIZE_MAX, over == 1};
        }
    }
    return n;
}

static void set_best(tilt__searches *out) {
    out->p = NAN;
    for (size_t i = 0; i < out->n; i++) {
        const tilt__search_find *find = &out->items[i].finds[0], *best = &out->items[out->best].finds[0];
        bool lower = find->p < best->p || (find->p == best->p && find->score > best->score);
        if (lower) out->best = i;
    }
    if (out->n > 0) out->p = fmin(1, (double)out->n * out->items[out->best].finds[0].p);
}

static tilt_status run_jobs(const tilt__context *context, const tilt__views *views, const job *jobs, size_t n,
                            tilt__searches *out) {
    for (size_t k = 0; k < n; k++) {
        const tilt__view *view = &views->items[jobs[k].view];
        tilt__search *slot = &out->items[out->n];
        *slot = (tilt__search){.view = jobs[k].view, .focal = jobs[k].focal, .over = jobs[k].over};
        slot->against = jobs[k].focal != SIZE_MAX ? "overall" : "reference";
        seeker s = {.context = context, .view = view, .out = slot, .done = k, .planned = n};
        s.space = (tilt__search_space){.view = view, .focal = jobs[k].focal, .reference = SIZE_MAX};
        if (view->n_comparisons > 0) s.space.reference = view->comparisons[0].reference;
        s.opts = (tilt__scan_opts)TILT__SCAN_OPTS_INIT;
        s.opts.direction = jobs[k].over ? TILT__SCAN_OVER : TILT__SCAN_UNDER;
        s.opts.seed = out->seed + k;
        bool done = false;
        tilt_status status = search_one(&s, &done);
        tilt__arena_free(&s.scratch);
        out->n += done;
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

tilt_status tilt__searches_make(const tilt__context *context, const tilt__views *views, tilt__searches *out) {
    static const tilt__scan_opts defaults = TILT__SCAN_OPTS_INIT;
    *out = (tilt__searches){.reason = TILT_NOT_REQUESTED,
                            .seed = (uint64_t)context->spec->seed,
                            .n_replicates = defaults.n_replicates,
                            .n_restarts = defaults.n_restarts,
                            .penalty = defaults.penalty};
    if (!context->spec->scan || views->n == 0) return TILT_OK;
    job jobs[MOST_SEARCHES];
    size_t n = list_jobs(views, jobs);
    out->items = tilt__arena_alloc(context->arena, n, sizeof *out->items);
    if (out->items == NULL) return tilt__fail_memory(context->err);
    tilt_status status = run_jobs(context, views, jobs, n, out);
    out->reason = out->n > 0 ? TILT_REASON_NONE : TILT_TOO_FEW;
    set_best(out);
    return status;
}
