/* cube/bulk.c - when the fast reader is taken, and its threads. */
#include "cube/bulk.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "cube/bulk_merge.h"

enum { TILE = 1 << 18, MOST_WORKERS = 64, PACKED = 8 /* times smaller, about */, MOST_SCORES = 1 << 16 };
#define LARGE ((uint64_t)1 << 20) /* below, libcsv is as fast as anybody can notice */

static tilt__bulk_settings settings = {.when = TILT__BULK_LARGE};

void tilt__bulk_set(const tilt__bulk_settings *wanted) {
    settings = *wanted;
}

typedef struct crew {
    const tilt__bulk_plan *plan;
    tilt__tiles *tiles;
    tilt__worker *workers;
    size_t n;
} crew;

static void dismiss(crew *c) {
    for (size_t i = 0; c->workers != NULL && i < c->n; i++) tilt__worker_free(&c->workers[i]);
    free(c->workers);
    tilt__tiles_free(c->tiles);
    *c = (crew){.n = 0};
}

static bool hire(crew *c, const tilt__bulk_plan *plan, size_t n) {
    tilt__scan_level level = settings.level_given ? settings.level : tilt__scan_level_best();
    *c = (crew){.plan = plan, .n = n};
    c->tiles = tilt__tiles_new(&plan->body, level, settings.tile_bytes > 0 ? settings.tile_bytes : TILE);
    c->workers = tilt__alloc(n, sizeof *c->workers);
    bool ok = c->tiles != NULL && c->workers != NULL;
    for (size_t i = 0; i < n && ok; i++) ok = tilt__worker_start(&c->workers[i], plan, c->tiles);
    return ok;
}

static tilt_status work(void *context, size_t i, tilt_error *err) {
    crew *c = context;
    (void)err;
    tilt__worker_run(&c->workers[i]);
    return TILT_OK;
}

/* The reason of the worker that stopped the others; theirs is that they were stopped. */
static tilt__bulk_outcome outcome_of(const crew *c) {
    tilt__bulk_outcome outcome = TILT__BULK_DONE;
    for (size_t i = 0; i < c->n; i++) {
        tilt__bulk_outcome own = c->workers[i].outcome;
        if (own > outcome) outcome = own;
    }
    return outcome;
}

/* Sources are read side by side, and so are the tiles of each. */
static size_t threads_for(const tilt_spec *spec, const tilt__body *body) {
    size_t n = spec->threads > 0 ? (size_t)spec->threads : tilt__processors();
    size_t tile = settings.tile_bytes > 0 ? settings.tile_bytes : TILE;
    if (spec->n_sources > 1) n = n / spec->n_sources;
    uint64_t tiles = body->packed ? MOST_WORKERS : (body->end - body->begin) / tile + 1;
    if (n > tiles) n = (size_t)tiles;
    if (n > MOST_WORKERS) n = MOST_WORKERS;
    return n < 1 ? 1 : n;
}

static bool is_large(const tilt__body *body) {
    if (body->packed) return tilt__bytes_size(body->bytes) >= LARGE / PACKED;
    return body->end - body->begin >= LARGE;
}

static tilt_status finish(tilt__loader *l, tilt_source *source, const tilt__bulk_plan *plan, crew *c,
                          bool *out_done, tilt_error *err) {
    tilt_status status = tilt__bulk_merge(l, plan, c->workers, c->n, out_done, err);
    if (status != TILT_OK || !*out_done) return status;
    bool open = plan->body.packed ? tilt__tiles_open(c->tiles) : plan->last_row_open;
    return tilt__source_rows_read(source, l->out->rows, open, err);
}

static tilt_status attempt(tilt__loader *l, tilt_source *source, tilt__bulk_plan *plan, bool *out_done,
                           tilt__bulk_outcome *out, tilt_error *err) {
    crew c;
    tilt_status status = TILT_OK;
    if (hire(&c, plan, plan->n_workers)) {
        status = tilt__parallel_for(c.n, c.n, work, &c, err);
        tilt__bulk_outcome outcome = outcome_of(&c);
        *out = outcome;
        if (status == TILT_OK && outcome == TILT__BULK_STOPPED) status = tilt__reading_stopped(err);
        if (status == TILT_OK && outcome == TILT__BULK_MEMORY) status = tilt__fail_memory(err);
        if (status == TILT_OK && outcome == TILT__BULK_DONE)
            status = finish(l, source, plan, &c, out_done, err);
    } else {
        status = tilt__fail_memory(err);
    }
    dismiss(&c);
    return status;
}

tilt_status tilt__bulk_load(tilt__loader *l, tilt_source *source, bool *out_done, tilt_error *err) {
    *out_done = false;
    if (settings.when == TILT__BULK_NEVER) return TILT_OK;
    tilt__bulk_plan *plan = tilt__alloc(1, sizeof *plan);
    if (plan == NULL) return tilt__fail_memory(err);
    tilt_status status = TILT_OK;
    bool wide = false, alone = false, again = true;
    while (again && status == TILT_OK) {
        tilt__bulk_outcome outcome = TILT__BULK_DECLINED;
        bool fits = tilt__bulk_plan_make(l, wide, plan);
        bool large = fits && (settings.when == TILT__BULK_ALWAYS || is_large(&plan->body));
        plan->n_workers = fits && !alone ? threads_for(l->spec, &plan->body) : 1;
        plan->most_scores = settings.most_scores > 0 ? settings.most_scores : MOST_SCORES;
        if (fits && large) status = attempt(l, source, plan, out_done, &outcome, err);
        again = outcome == TILT__BULK_WIDER || outcome == TILT__BULK_CROWDED;
        wide = wide || outcome == TILT__BULK_WIDER;
        alone = alone || outcome == TILT__BULK_CROWDED;
    }
    free(plan);
    return status;
}
