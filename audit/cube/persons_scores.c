/* cube/persons_scores.c - what scores show while they come in, on whatever thread and in whatever order. */
#include "cube/persons.h"

void tilt__scores_seen_start(tilt__scores_seen *seen) {
    *seen = (tilt__scores_seen){.out_of_unit = false};
    for (size_t k = 0; k < TILT__MAX_MODELS; k++)
        seen->agreement[k] = (tilt__agreement){0, (double)INFINITY, -(double)INFINITY};
}

void tilt__scores_seen_add(tilt__persons *persons, const tilt__scores_seen *seen) {
    persons->out_of_unit = persons->out_of_unit || seen->out_of_unit;
    for (size_t k = 0; k < persons->people->n_models; k++) {
        tilt__agreement *into = &persons->agreement[k];
        const tilt__agreement *more = &seen->agreement[k];
        persons->no_score[k] += seen->no_score[k];
        into->disagree += more->disagree;
        into->lowest_selected = fmin(into->lowest_selected, more->lowest_selected);
        into->highest_rejected = fmax(into->highest_rejected, more->highest_rejected);
    }
}

void tilt__scores_start(const tilt__persons *persons, size_t n, tilt__scored *out) {
    tilt__scored_start_part(out, persons->scored.width, persons->weighted, persons->score_memory, n);
}

void tilt__persons_free(const tilt__persons *persons) {
    if (persons == NULL) return;
    tilt__scored rows = persons->scored;
    tilt__scored_free(&rows);
}
