/* stat/ranking.c - rows in order become lists of distinct scores with what there is of each class. */
#include "stat/ranking.h"

#include <math.h>

#include "base/mem.h"
#include "stat/sum.h"

typedef struct builder {
    const tilt__scores *data;
    const size_t *order;
    tilt__ranking *out;
} builder;

static size_t class_of(const builder *b, size_t row) {
    return row < b->out->labelled ? b->data->label[row] : TILT__RANK_ALL;
}

static bool starts(const builder *b, size_t i) {
    return i == 0 || b->data->score[b->order[i]] > b->data->score[b->order[i - 1]];
}

static bool make_lists(builder *b) {
    tilt__ranking *r = b->out;
    for (size_t i = 0; i < b->data->n; i++) r->n += starts(b, i);
    size_t lists = r->weighted ? 1 + 3 * TILT__RANK_CLASSES : 1 + TILT__RANK_CLASSES, n = r->n + 1;
    double *at = tilt__alloc(n, lists * sizeof *at);
    r->block = r->score = at;
    if (at == NULL) return false;
    for (size_t k = 0; k < TILT__RANK_CLASSES; k++) {
        r->w[k] = r->w2[k] = at += n;
        if (!r->weighted) continue;
        r->w2[k] = at += n;
        r->top[k] = at += n;
    }
    r->score[r->n] = (double)INFINITY;
    return true;
}

static void add_rows(const builder *b) {
    const tilt__scores *data = b->data;
    tilt__ranking *r = b->out;
    size_t at = 0;
    for (size_t i = 0; i < data->n; i++) {
        size_t row = b->order[i], class = class_of(b, row);
        double w = tilt__weight_at(data, row), w2 = tilt__weight2_at(data, row);
        at += i > 0 && starts(b, i);
        r->score[at] = data->score[row] + 0.0;
        r->w[TILT__RANK_ALL][at] += w;
        if (class != TILT__RANK_ALL) r->w[class][at] += w;
        if (!r->weighted) continue;
        r->w2[TILT__RANK_ALL][at] += w2;
        if (class != TILT__RANK_ALL) r->w2[class][at] += w2;
    }
}

/* Downwards, row by row. */
static void add_from_top(const builder *b) {
    const tilt__scores *data = b->data;
    tilt__ranking *r = b->out;
    size_t at = r->n;
    for (size_t i = data->n; i > 0; i--) {
        size_t row = b->order[i - 1], class = class_of(b, row);
        double w = tilt__weight_at(data, row);
        r->total[TILT__RANK_ALL] += w;
        if (class != TILT__RANK_ALL) r->total[class] += w;
        if (!starts(b, i - 1)) continue;
        at--;
        for (size_t k = 0; k < TILT__RANK_CLASSES; k++) r->top[k][at] = r->total[k];
    }
}

static void add_in_order(const builder *b) {
    tilt__ranking *r = b->out;
    r->plain_w = r->plain_w2 = 0.0;
    for (size_t k = 0; k < TILT__RANK_CLASSES; k++) r->total[k] = 0.0;
    add_from_top(b);
    for (size_t i = 0; i < b->data->n; i++) {
        r->plain_w += tilt__weight_at(b->data, i);
        r->plain_w2 += tilt__weight2_at(b->data, i);
    }
}

static void add_up(tilt__ranking *r) {
    for (size_t k = 0; k < TILT__RANK_CLASSES; k++) {
        tilt__sum w = {0, 0}, w2 = {0, 0};
        for (size_t i = 0; i < r->n; i++) {
            tilt__sum_add(&w, r->w[k][i]);
            tilt__sum_add(&w2, r->w2[k][i]);
        }
        r->sum_w[k] = r->total[k] = tilt__sum_total(w);
        r->sum_w2[k] = tilt__sum_total(w2);
    }
    r->plain_w = r->plain_w2 = r->total[TILT__RANK_ALL];
}

static void find_moments(tilt__ranking *r) {
    const double *w = r->w[TILT__RANK_ALL];
    double people = r->sum_w[TILT__RANK_ALL];
    tilt__sum wx = {0, 0}, square = {0, 0};
    for (size_t i = 0; i < r->n; i++) tilt__sum_add(&wx, w[i] * r->score[i]);
    r->mean = tilt__sum_total(wx) / people;
    for (size_t i = 0; i < r->n; i++) {
        double gap = r->score[i] - r->mean;
        tilt__sum_add(&square, w[i] * gap * gap);
    }
    double room = people - r->sum_w2[TILT__RANK_ALL] / people; /* n - 1 without weights */
    r->variance = room > 1e-9 * people ? tilt__sum_total(square) / room : (double)NAN;
}

tilt_status tilt__ranking_in_order(const tilt__scores *data, size_t labelled, const size_t *order,
                                   tilt__ranking *out) {
    tilt__scores checked = *data;
    *out = (tilt__ranking){.weighted = data->weight != NULL, .labelled = labelled};
    if (labelled < data->n) checked.label = NULL;
    out->reason = tilt__scores_check(&checked);
    if (out->reason != TILT_REASON_NONE) return TILT_OK;
    builder b = {.data = data, .order = order, .out = out};
    if (!make_lists(&b)) return TILT_ENOMEM;
    add_rows(&b);
    add_up(out); /* of whole numbers any other sum is the same */
    if (out->weighted) add_in_order(&b);
    find_moments(out);
    return TILT_OK;
}

tilt_status tilt__ranking_new(const tilt__scores *data, size_t labelled, tilt__ranking *out) {
    size_t *order = NULL;
    *out = (tilt__ranking){.n = 0};
    tilt_status status = tilt__order(data->score, data->n, &order);
    if (status == TILT_OK) status = tilt__ranking_in_order(data, labelled, order, out);
    free(order);
    return status;
}

void tilt__ranking_free(tilt__ranking *ranking) {
    free(ranking->block);
    *ranking = (tilt__ranking){.n = 0};
}
