/* stat/design.c - rows in; checked columns, factors and covariances out. */
#include "stat/design.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

double tilt__design_weight(const tilt__design *design, size_t row) {
    return design->w != NULL ? design->w[row] : 1;
}

static tilt_status check_row(const tilt__design *d, size_t i, bool logistic, tilt_error *err) {
    double w = tilt__design_weight(d, i), y = d->y[i];
    if (!(w >= 0) || isinf(w)) return tilt__fail(err, TILT_EUSAGE, "row %zu has a weight of %g", i, w);
    if (!isfinite(y) || (logistic && !(y >= 0 && y <= 1))) {
        return tilt__fail(err, TILT_EUSAGE, "row %zu has an outcome of %g", i, y);
    }
    for (size_t j = 0; j < d->n_columns; j++) {
        if (isfinite(d->x[i * d->n_columns + j])) continue;
        return tilt__fail(err, TILT_EUSAGE, "row %zu has no number in column %zu", i, j);
    }
    if (d->cluster != NULL && d->cluster[i] >= d->n_clusters) {
        return tilt__fail(err, TILT_EUSAGE, "row %zu names cluster %u of %zu", i, d->cluster[i],
                          d->n_clusters);
    }
    return TILT_OK;
}

tilt_status tilt__design_check(const tilt__design *d, bool logistic, tilt_error *err) {
    if (d->n_rows == 0 || d->n_columns == 0)
        return tilt__fail(err, TILT_EUSAGE, "a regression without rows or columns");
    for (size_t i = 0; i < d->n_rows; i++) {
        tilt_status status = check_row(d, i, logistic, err);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}

void tilt__model_row(const tilt__model *model, size_t row, double *out) {
    const double *x = model->design->x + row * model->design->n_columns;
    for (size_t j = 0; j < model->k; j++) out[j] = x[model->used[j]];
}

void tilt__model_factor(tilt__model *m) {
    size_t n = m->design->n_rows, k = m->k;
    for (size_t j = 0; j < k; j++) {
        double largest = 0;
        for (size_t i = 0; i < n; i++) {
            double value = m->root[i] * m->design->x[i * m->design->n_columns + m->used[j]];
            m->qr.a[i * k + j] = value;
            largest = fmax(largest, fabs(value));
        }
        m->qr.scale[j] = largest > 0 ? largest : 1;
        for (size_t i = 0; i < n; i++) m->qr.a[i * k + j] /= m->qr.scale[j];
    }
    tilt__qr_factor(&m->qr);
}

/* Length of each used column after weighting and scaling. */
static void set_norms(const tilt__model *m, double *norms) {
    for (size_t j = 0; j < m->k; j++) {
        double largest = 0, sum = 0;
        for (size_t i = 0; i < m->design->n_rows; i++) {
            largest = fmax(largest, fabs(m->root[i] * m->design->x[i * m->design->n_columns + m->used[j]]));
        }
        for (size_t i = 0; largest > 0 && i < m->design->n_rows; i++) {
            double value = m->root[i] * m->design->x[i * m->design->n_columns + m->used[j]] / largest;
            sum += value * value;
        }
        norms[j] = sqrt(sum);
    }
}

/* Drops columns, first to last, until the rest are independent. */
static void drop_dependent(tilt__model *m) {
    for (size_t i = 0; i < m->design->n_rows; i++) m->root[i] = sqrt(tilt__design_weight(m->design, i));
    for (;;) {
        if (m->k > m->design->n_rows) m->k = m->design->n_rows;
        m->qr.k = m->k;
        tilt__model_factor(m);
        set_norms(m, m->work);
        size_t bad = tilt__qr_dependent(&m->qr, m->work);
        if (bad == m->k) return;
        m->k--;
        memmove(m->used + bad, m->used + bad + 1, (m->k - bad) * sizeof *m->used);
    }
}

tilt_status tilt__model_open(const tilt__design *design, tilt__model *out, tilt_error *err) {
    size_t n = design->n_rows, k = design->n_columns;
    *out = (tilt__model){.design = design, .k = k};
    out->used = tilt__alloc(k, sizeof *out->used);
    out->row = tilt__alloc(3 * k, sizeof *out->row);
    out->v = tilt__alloc(2 * n, sizeof *out->v);
    bool ok = tilt__qr_open(n, k, &out->qr);
    if (!ok || out->used == NULL || out->row == NULL || out->v == NULL) return tilt__fail_memory(err);
    out->solution = out->row + k;
    out->work = out->solution + k;
    out->root = out->v + n;
    for (size_t j = 0; j < k; j++) out->used[j] = j;
    for (size_t i = 0; i < n; i++) {
        double w = tilt__design_weight(design, i);
        out->weight += w;
        out->n_live += w > 0;
    }
    drop_dependent(out);
    return TILT_OK;
}

void tilt__model_close(tilt__model *model) {
    free(model->used);
    free(model->row);
    free(model->v);
    tilt__qr_close(&model->qr);
}

void tilt__fit_free(tilt__fit *fit) {
    if (fit == NULL) return;
    free(fit->beta);
    free(fit->se_clusters);
    free(fit->dropped);
    free(fit);
}

tilt__fit *tilt__fit_alloc(const tilt__model *model) {
    size_t k = model->design->n_columns, n = 2 * k + k * k;
    tilt__fit *fit = tilt__alloc(1, sizeof *fit);
    if (fit == NULL) return NULL;
    fit->n_columns = k;
    fit->n_used = model->k;
    fit->n_dropped = k - model->k;
    fit->beta = tilt__alloc(n, sizeof *fit->beta);
    fit->dropped = tilt__alloc(k, sizeof *fit->dropped);
    bool clusters = model->design->cluster != NULL;
    if (clusters) fit->se_clusters = tilt__alloc(k + k * k, sizeof *fit->se_clusters);
    if (fit->beta == NULL || fit->dropped == NULL || (clusters && fit->se_clusters == NULL)) {
        tilt__fit_free(fit);
        return NULL;
    }
    fit->se = fit->beta + k;
    fit->covariance = fit->se + k;
    for (size_t i = 0; i < n; i++) fit->beta[i] = NAN;
    if (clusters) fit->covariance_clusters = fit->se_clusters + k;
    for (size_t i = 0; clusters && i < k + k * k; i++) fit->se_clusters[i] = NAN;
    for (size_t j = 0; j < k; j++) fit->dropped[j] = true;
    for (size_t j = 0; j < model->k; j++) fit->dropped[model->used[j]] = false;
    fit->deviance = fit->null_deviance = fit->loglik = fit->penalised = NAN;
    return fit;
}

void tilt__fit_set_beta(const tilt__model *model, const double *beta, tilt__fit *fit) {
    for (size_t j = 0; j < model->k; j++) fit->beta[model->used[j]] = beta[j];
}

/* k x k over the used columns -> n_columns^2 and its square-rooted diagonal. */
static void spread(const tilt__model *m, const double *small, double factor, double *se, double *covariance) {
    size_t k = m->k, all = m->design->n_columns;
    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j < k; j++) covariance[m->used[i] * all + m->used[j]] = factor * small[i * k + j];
        se[m->used[i]] = sqrt(factor * small[i * k + i]);
    }
}

/* Sum over clusters of (inverse * score)(inverse * score)'. scores: n_clusters x k. */
static void add_scores(const tilt__model *m, const double *residuals, double *scores) {
    const tilt__design *d = m->design;
    for (size_t i = 0; i < d->n_rows; i++) {
        double *score = scores + d->cluster[i] * m->k;
        tilt__model_row(m, i, m->row);
        for (size_t j = 0; j < m->k; j++) score[j] += residuals[i] * m->row[j];
    }
}

static void sandwich(const tilt__model *m, const double *inverse, const double *scores, double *out) {
    size_t k = m->k;
    memset(out, 0, k * k * sizeof *out);
    for (size_t g = 0; g < m->design->n_clusters; g++) {
        const double *score = scores + g * k;
        for (size_t i = 0; i < k; i++) {
            m->work[i] = 0;
            for (size_t j = 0; j < k; j++) m->work[i] += inverse[i * k + j] * score[j];
        }
        for (size_t i = 0; i < k; i++) {
            for (size_t j = 0; j < k; j++) out[i * k + j] += m->work[i] * m->work[j];
        }
    }
}

static size_t count_clusters(const tilt__design *d, bool *seen) {
    size_t n = 0;
    for (size_t i = 0; i < d->n_rows; i++) {
        if (tilt__design_weight(d, i) == 0 || seen[d->cluster[i]]) continue;
        seen[d->cluster[i]] = true;
        n++;
    }
    return n;
}

bool tilt__fit_set_covariance(const tilt__model *m, double factor, const double *residuals, tilt__fit *fit) {
    const tilt__design *d = m->design;
    size_t k = m->k, n_scores = d->cluster != NULL ? d->n_clusters : 0;
    double *inverse = tilt__alloc(2 * k * k, sizeof *inverse), *meat = inverse + k * k;
    double *scores = tilt__alloc(n_scores * k, sizeof *scores);
    bool *seen = tilt__alloc(n_scores, sizeof *seen), ok = inverse != NULL && scores != NULL && seen != NULL;
    if (ok) {
        tilt__qr_inverse(&m->qr, m->work, inverse);
        spread(m, inverse, factor, fit->se, fit->covariance);
    }
    if (ok && n_scores > 0) {
        fit->n_clusters = count_clusters(d, seen);
        add_scores(m, residuals, scores);
        sandwich(m, inverse, scores, meat);
        double g = (double)fit->n_clusters, n = (double)m->n_live;
        double adjust = g > 1 && n > (double)k ? g / (g - 1) * ((n - 1) / (n - (double)k)) : (double)NAN;
        spread(m, meat, adjust, fit->se_clusters, fit->covariance_clusters);
    }
    free(inverse);
    free(scores);
    free(seen);
    return ok;
}
