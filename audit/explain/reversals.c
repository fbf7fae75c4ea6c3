/* explain/reversals.c - strata of two factors crossed. A pair is kept only when it reverses the gap:
 * sixty-six pairs of strata that say nothing new would bury the one that does. */
#include "explain/reversals.h"

#include <string.h>

#include "base/error.h"
#include "measure/contrast.h"
#include "measure/overall.h"

static const double most_work = 1e8; /* cells projected for one view */

/* Strata of both factors crossed; *out_found false when they do not reverse the gap. */
static tilt_status check_pair(const tilt__context *context, const tilt__view *view, const tilt__comparison *c,
                              const size_t *dims, tilt__arena *scratch, tilt__stratified *out,
                              bool *out_found) {
    tilt__projection rows;
    *out_found = false;
    tilt_status status = tilt__contrast_project(view, c, dims, 2, false, scratch, &rows, context->err);
    if (status != TILT_OK || rows.n_rows < 2 || !tilt__simpson_turns(rows.pairs, rows.n_rows)) return status;
    out->reversal = tilt__reversal_of(context, c, rows.pairs, rows.n_rows, NULL);
    if (out->reversal == TILT__NO_REVERSAL) return TILT_OK;
    out->stats = tilt__strata_measure(rows.pairs, rows.n_rows, context->spec->level);
    const tilt_cube *cube = view->facts->cube;
    out->factor = tilt__arena_format(context->arena, "%s%s%s", tilt__cube_dim(cube, dims[0])->name,
                                     TILT__CROSSING_MARK, tilt__cube_dim(cube, dims[1])->name);
    if (out->factor == NULL) return tilt__fail_memory(context->err);
    *out_found = true;
    return TILT_OK;
}

tilt_status tilt__reversals_find(const tilt__context *context, const tilt__view *view, tilt__comparison *c,
                                 double *inout_work) {
    size_t n = c->n_stratified, n_all = n;
    if (view->mode != TILT__MODE_FUNNEL || n < 2) return TILT_OK;
    tilt__stratified *all = tilt__arena_alloc(context->arena, n + n * (n - 1) / 2, sizeof *all);
    if (all == NULL) return tilt__fail_memory(context->err);
    memcpy(all, c->stratified, n * sizeof *all);
    tilt__arena scratch = {NULL};
    tilt_status status = TILT_OK;
    for (size_t i = 0; i < n && status == TILT_OK; i++) {
        for (size_t j = i + 1; j < n && status == TILT_OK && *inout_work < most_work; j++) {
            bool found;
            size_t dims[2] = {tilt__cube_find_dim(view->facts->cube, c->stratified[i].factor),
                              tilt__cube_find_dim(view->facts->cube, c->stratified[j].factor)};
            status = check_pair(context, view, c, dims, &scratch, &all[n_all], &found);
            n_all += found;
            c->pairs_tried++;
            *inout_work += (double)view->cells.n;
        }
        tilt__arena_free(&scratch);
    }
    c->stratified = all;
    c->n_stratified = n_all;
    return status;
}
