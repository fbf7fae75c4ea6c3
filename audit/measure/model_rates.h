/* measure/model_rates.h - the confusion family as rates of counts in the cube. */
#ifndef TILT_MEASURE_MODEL_RATES_H
#define TILT_MEASURE_MODEL_RATES_H

#include "cube/persons.h"
#include "measure/view.h"
#include "stat/confusion.h"

typedef struct tilt__model_rate {
    tilt__head of, per;
    bool view;  /* a view of its own; the others stand in the result's model part */
    bool label; /* needs one */
} tilt__model_rate;

/* By tilt__confusion_rate. */
extern const tilt__model_rate tilt__model_rates[TILT__N_CONFUSION_RATE];

/* The rate of a model in one audience (and slice), ready to be measured: view->model_rate and the measures
 * are set. False when the cube has no such counts. TILT_ENOMEM. */
tilt_status tilt__model_view_start(const tilt__context *context, tilt__confusion_rate rate, size_t model,
                                   tilt__view *view, bool *out_possible) TILT_NODISCARD;

/* Effective people per unit of weight (Kish 1965), pooled over both sides of what a comparison is against. */
double tilt__kish_of_reference(const tilt__view *view, const tilt__comparison *comparison);
/* Sets group->kish of every group and scales the view's cells by it. */
tilt_status tilt__kish_apply(const tilt__context *context, tilt__view *view) TILT_NODISCARD;

#endif
