/* stat/logistic.c - logistic regression: rows in, coefficients with covariances out.
 * A step solves min |sqrt(V)(X step) - residual / sqrt(V)| by QR, V the working weights w mu (1 - mu).
 * Maximum likelihood halves steps that raise the deviance. Separation is seen as what it is: linear
 * predictors beyond 30 that go on growing although the likelihood has nothing left to gain. Firth's score
 * adds h (1/2 - mu) per row, h the leverage; its steps are limited, since the penalised likelihood is not
 * concave. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "stat/design.h"
#include "stat/tail.h"

enum { MAX_MLE = 100, MAX_FIRTH = 2000 };

/* Where an iteration stands. eta, mu, nu = 1 - mu, h: n_rows each; beta: k. held: a used column whose
 * coefficient is not to move, or k. */
typedef struct state {
    tilt__model *m;
    double *eta, *mu, *nu, *h, *try_beta;
    double *beta;
    size_t held;
} state;

static bool state_open(tilt__model *m, state *out) {
    size_t n = m->design->n_rows;
    *out = (state){.m = m, .held = m->k};
    out->eta = tilt__alloc(4 * n, sizeof *out->eta);
    out->beta = tilt__alloc(2 * m->k, sizeof *out->beta);
    if (out->eta == NULL || out->beta == NULL) return false;
    out->mu = out->eta + n;
    out->nu = out->mu + n;
    out->h = out->nu + n;
    out->try_beta = out->beta + m->k;
    return true;
}

static void state_close(state *s) {
    free(s->eta);
    free(s->beta);
}

static double predictor(const state *s, size_t i, const double *beta) {
    const tilt__model *m = s->m;
    const double *x = m->design->x + i * m->design->n_columns;
    double sum = 0;
    for (size_t j = 0; j < m->k; j++) sum += x[m->used[j]] * beta[j];
    return sum;
}

static void set_means(state *s, const double *beta) {
    for (size_t i = 0; i < s->m->design->n_rows; i++) {
        double eta = predictor(s, i, beta);
        s->eta[i] = eta;
        s->mu[i] = 1 / (1 + exp(-eta));
        s->nu[i] = 1 / (1 + exp(eta));
    }
}

/* ln mu without loss far out. */
static double log_mean(double eta) {
    return eta > 0 ? -log1p(exp(-eta)) : eta - log1p(exp(eta));
}

static double log_likelihood(const state *s) {
    const tilt__design *d = s->m->design;
    double sum = 0;
    for (size_t i = 0; i < d->n_rows; i++) {
        double w = tilt__design_weight(d, i), y = d->y[i];
        if (w > 0) sum += w * (y * log_mean(s->eta[i]) + (1 - y) * log_mean(-s->eta[i]));
    }
    return sum;
}

/* Twice the log likelihood of the outcomes themselves: 0 for 0/1 outcomes. */
static double saturated(const tilt__design *d) {
    double sum = 0;
    for (size_t i = 0; i < d->n_rows; i++) {
        double y = d->y[i];
        if (y > 0 && y < 1) sum += 2 * tilt__design_weight(d, i) * (y * log(y) + (1 - y) * log1p(-y));
    }
    return sum;
}

/* Factors the information at the present means. */
static void factor(state *s) {
    for (size_t i = 0; i < s->m->design->n_rows; i++) {
        s->m->root[i] = sqrt(tilt__design_weight(s->m->design, i) * s->mu[i] * s->nu[i]);
    }
    tilt__model_factor(s->m);
}

static void set_leverages(state *s) {
    tilt__model *m = s->m;
    for (size_t i = 0; i < m->design->n_rows; i++) {
        tilt__model_row(m, i, m->row);
        for (size_t j = 0; j < m->k; j++) m->row[j] *= m->root[i];
        tilt__qr_whiten(&m->qr, m->row, m->work);
        s->h[i] = 0;
        for (size_t j = 0; j < m->k; j++) s->h[i] += m->work[j] * m->work[j];
    }
}

/* Residual of row i: w (y - mu), and h (1/2 - mu) with leverages; (y - mu) as y nu - (1 - y) mu keeps its
 * digits. */
static double residual(const state *s, size_t i, bool firth) {
    const tilt__design *d = s->m->design;
    double plain = tilt__design_weight(d, i) * (d->y[i] * s->nu[i] - (1 - d->y[i]) * s->mu[i]);
    return firth ? plain + s->h[i] * (s->nu[i] - s->mu[i]) / 2 : plain;
}

/* Newton step into m->solution from the present factors. With a held column, the step is the one within the
 * others: the score of the others times the inverse of their own information, by QR of their columns alone.
 */
static void solve_step(state *s, bool firth) {
    tilt__model *m = s->m;
    for (size_t i = 0; i < m->design->n_rows; i++) {
        m->v[i] = m->root[i] > 0 ? residual(s, i, firth) / m->root[i] : 0;
    }
    tilt__qr_solve(&m->qr, m->v, m->solution);
}

/* Largest change of a linear predictor by the step. */
static double reach(const state *s) {
    double largest = 0;
    for (size_t i = 0; i < s->m->design->n_rows; i++) {
        if (tilt__design_weight(s->m->design, i) == 0) continue;
        largest = fmax(largest, fabs(predictor(s, i, s->m->solution)));
    }
    return largest;
}

static void move(state *s, double part) {
    for (size_t j = 0; j < s->m->k; j++) s->try_beta[j] = s->beta[j] + part * s->m->solution[j];
    set_means(s, s->try_beta);
}

static void accept(state *s) {
    memcpy(s->beta, s->try_beta, s->m->k * sizeof *s->beta);
}

static double largest_predictor(const state *s) {
    double largest = 0;
    for (size_t i = 0; i < s->m->design->n_rows; i++) {
        if (tilt__design_weight(s->m->design, i) > 0) largest = fmax(largest, fabs(s->eta[i]));
    }
    return largest;
}

static tilt_reason fit_mle(state *s, uint32_t *out_iterations) {
    memset(s->beta, 0, s->m->k * sizeof *s->beta);
    set_means(s, s->beta);
    double loglik = log_likelihood(s);
    for (uint32_t k = 1; k <= MAX_MLE; k++) {
        *out_iterations = k;
        factor(s);
        solve_step(s, false);
        double change = reach(s), part = 1, now;
        if (!isfinite(change)) return TILT_SEPARATION;
        move(s, part);
        now = log_likelihood(s);
        while (now < loglik - 1e-9 * (fabs(loglik) + 1) && part > 1e-6) {
            part /= 2;
            move(s, part);
            now = log_likelihood(s);
        }
        accept(s);
        if (largest_predictor(s) > 30 && change > 0.1) {
            if (now - loglik < 1e-6 * (fabs(loglik) + 0.1)) return TILT_SEPARATION;
        }
        loglik = now;
        if (change < 1e-8) return TILT_REASON_NONE; /* the step just taken leaves an error of its square */
    }
    return TILT_NOT_CONVERGED;
}

/* Penalised log likelihood at the present means, leaving the factors there. */
static double penalised(state *s) {
    factor(s);
    return log_likelihood(s) + tilt__qr_log_det(&s->m->qr) / 2;
}

/* With a column held: takes out of the step what would move it, along the direction in which the information
 * ties the others to it. inverse: (X'VX)^-1, k x k. */
static void hold(state *s, const double *inverse) {
    size_t k = s->m->k, c = s->held;
    double excess = s->m->solution[c] / inverse[c * k + c];
    for (size_t j = 0; j < k; j++) s->m->solution[j] -= excess * inverse[j * k + c];
    s->m->solution[c] = 0;
}

/* Maximises the penalised likelihood from s->beta, the held column staying. inverse: room for k x k, or NULL
 * when nothing is held. */
static tilt_reason fit_firth(state *s, double *inverse, double *out_penalised, uint32_t *out_iterations) {
    set_means(s, s->beta);
    double best = penalised(s);
    tilt_reason reason = TILT_NOT_CONVERGED;
    for (uint32_t k = 1; k <= MAX_FIRTH && reason != TILT_REASON_NONE; k++) {
        *out_iterations = k;
        set_leverages(s);
        solve_step(s, true);
        if (inverse != NULL) {
            tilt__qr_inverse(&s->m->qr, s->m->work, inverse);
            hold(s, inverse);
        }
        double change = reach(s), part = change > 5 ? 5 / change : 1;
        if (!isfinite(change)) return TILT_NOT_CONVERGED;
        move(s, part);
        double now = penalised(s);
        for (size_t half = 0; half < 30 && !(now >= best - 1e-10 * (fabs(best) + 1)); half++) {
            part /= 2;
            move(s, part);
            now = penalised(s);
        }
        accept(s);
        best = now;
        if (change < 1e-12) reason = TILT_REASON_NONE;
    }
    *out_penalised = best;
    return reason;
}

static double null_deviance(const tilt__model *m, double saturated_twice) {
    const tilt__design *d = m->design;
    double y = 0;
    for (size_t i = 0; i < d->n_rows; i++) y += tilt__design_weight(d, i) * d->y[i];
    double n = m->weight - y;
    double loglik = (y > 0 ? y * log(y / m->weight) : 0) + (n > 0 ? n * log(n / m->weight) : 0);
    return saturated_twice - 2 * loglik;
}

static bool finish(state *s, tilt__fit *fit) {
    tilt__model *m = s->m;
    double twice = saturated(m->design), y = 0;
    for (size_t i = 0; i < m->design->n_rows; i++) y += tilt__design_weight(m->design, i) * m->design->y[i];
    fit->rarer = fmin(y, m->weight - y);
    fit->null_deviance = null_deviance(m, twice);
    if (fit->reason != TILT_REASON_NONE) return true;
    factor(s);
    if (fit->firth) set_leverages(s);
    for (size_t i = 0; i < m->design->n_rows; i++) m->v[i] = residual(s, i, fit->firth);
    tilt__fit_set_beta(m, s->beta, fit);
    fit->loglik = log_likelihood(s);
    fit->deviance = twice - 2 * fit->loglik;
    return tilt__fit_set_covariance(m, 1, m->v, fit);
}

static tilt__fit *run(tilt__model *m, tilt__fit_method method, tilt_error *err) {
    state s;
    tilt__fit *fit = tilt__fit_alloc(m);
    bool ok = state_open(m, &s) && fit != NULL;
    if (ok && m->k == 0) fit->reason = TILT_TOO_FEW;
    if (ok && m->k > 0 && method != TILT__FIT_FIRTH) {
        fit->reason = fit_mle(&s, &fit->n_iterations);
        fit->separation = fit->reason == TILT_SEPARATION;
    }
    if (ok && m->k > 0 && (method == TILT__FIT_FIRTH || (method == TILT__FIT_AUTO && fit->separation))) {
        fit->firth = true;
        memset(s.beta, 0, m->k * sizeof *s.beta);
        fit->reason = fit_firth(&s, NULL, &fit->penalised, &fit->n_iterations);
    }
    ok = ok && finish(&s, fit);
    state_close(&s);
    if (ok) return fit;
    tilt__fit_free(fit);
    (void)tilt__fail_memory(err);
    return NULL;
}

tilt__fit *tilt__logistic_new(const tilt__design *design, tilt__fit_method method, tilt_error *err) {
    if (tilt__design_check(design, true, err) != TILT_OK) return NULL;
    tilt__model m;
    tilt_status status = tilt__model_open(design, &m, err);
    tilt__fit *fit = status == TILT_OK ? run(&m, method, err) : NULL;
    tilt__model_close(&m);
    return fit;
}

/* Excess of the profile at one value of the held coefficient over what the interval allows. */
typedef struct profile {
    state *s;
    const double *start; /* the fit's coefficients, used columns */
    double *inverse;
    double target;
} profile;

static double profile_at(double value, void *context) {
    profile *p = context;
    uint32_t iterations;
    double reached;
    memcpy(p->s->beta, p->start, p->s->m->k * sizeof *p->start);
    p->s->beta[p->s->held] = value;
    if (fit_firth(p->s, p->inverse, &reached, &iterations) != TILT_REASON_NONE) return NAN;
    return reached - p->target;
}

/* The end on one side: doubles the distance from the estimate until the profile is below the target, then
 * halves the bracket. */
static double profile_end(profile *p, double estimate, double step) {
    double inside = estimate, outside = estimate + step;
    double value = profile_at(outside, p);
    for (size_t k = 0; k < 40 && value > 0; k++) {
        inside = outside;
        outside = estimate + (outside - estimate) * 2;
        value = profile_at(outside, p);
    }
    if (!(value <= 0)) return step > 0 ? (double)INFINITY : -(double)INFINITY;
    for (size_t k = 0; k < 200 && fabs(outside - inside) > 1e-10 * fmax(1, fabs(outside)); k++) {
        double middle = (inside + outside) / 2;
        if (profile_at(middle, p) > 0) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    return (inside + outside) / 2;
}

static void run_profile(state *s, const tilt__fit *fit, size_t column, double level, double *room,
                        tilt_estimate *out) {
    size_t k = s->m->k;
    double z = tilt__z_of_level(level);
    profile p = {.s = s, .start = room, .inverse = room + k, .target = fit->penalised - z * z / 2};
    for (size_t j = 0; j < k; j++) {
        room[j] = fit->beta[s->m->used[j]];
        if (s->m->used[j] == column) s->held = j;
    }
    out->lower = profile_end(&p, out->value, -2 * fit->se[column]);
    out->upper = profile_end(&p, out->value, 2 * fit->se[column]);
}

bool tilt__firth_profile(const tilt__design *design, const tilt__fit *fit, size_t column, double level,
                         tilt_estimate *out) {
    static const char method[] = "firth_profile";
    *out = tilt__undefined(TILT_OUT_OF_RANGE, method, level);
    if (!fit->firth || column >= fit->n_columns || fit->dropped[column] || !tilt__level_ok(level))
        return true;
    if (fit->reason != TILT_REASON_NONE) {
        out->reason = fit->reason;
        return true;
    }
    *out = (tilt_estimate){fit->beta[column], NAN, NAN, level, method, TILT_REASON_NONE};
    tilt__model m;
    state s = {0};
    bool ok = tilt__model_open(design, &m, NULL) == TILT_OK;
    ok = ok && state_open(&m, &s);
    double *room = tilt__alloc(m.k + m.k * m.k, sizeof *room);
    ok = ok && room != NULL;
    if (ok) run_profile(&s, fit, column, level, room, out);
    free(room);
    state_close(&s);
    tilt__model_close(&m);
    return ok;
}
