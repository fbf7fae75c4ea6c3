/* tests/privacy/program.h - linear programs of a reader who attacks hidden counts, solved by GLPK. */
#ifndef TILT_TESTS_PROGRAM_H
#define TILT_TESTS_PROGRAM_H

#include <criterion/criterion.h>
#include <glpk.h>
#include <math.h>
#include <stdlib.h>

/* Unknown numbers >= 0 and what is known of their sums. */
typedef struct program {
    glp_prob *problem;
    int n;
} program;

static inline program program_new(void) {
    program p = {glp_create_prob(), 0};
    glp_term_out(GLP_OFF);
    return p;
}

/* The same unknowns and rows, and the same starting point. */
static inline program program_copy(const program *from) {
    program p = {glp_create_prob(), from->n};
    glp_copy_prob(p.problem, from->problem, GLP_OFF);
    return p;
}

static inline void program_free(program *p) {
    glp_delete_prob(p->problem);
}

/* A new unknown with its number, from 0 to `most` (HUGE_VAL: no limit). */
static inline int program_unknown(program *p, double most) {
    p->n = glp_add_cols(p->problem, 1);
    if (isinf(most))
        glp_set_col_bnds(p->problem, p->n, GLP_LO, 0, 0);
    else
        glp_set_col_bnds(p->problem, p->n, most > 0 ? GLP_DB : GLP_FX, 0, most);
    return p->n;
}

/* An unknown is at least so much. */
static inline void program_at_least(program *p, int unknown, double least) {
    double most = glp_get_col_ub(p->problem, unknown);
    bool limited = glp_get_col_type(p->problem, unknown) == GLP_DB;
    glp_set_col_bnds(p->problem, unknown, limited ? GLP_DB : GLP_LO, least, limited ? most : 0);
}

typedef enum program_side {
    PROGRAM_IS = GLP_FX,
    PROGRAM_AT_MOST = GLP_UP,
    PROGRAM_AT_LEAST = GLP_LO
} program_side;

/* sum of weights[i] * unknown[i] = value (or at most, or at least). */
static inline void program_row(program *p, const int *unknowns, const double *weights, int n,
                               program_side side, double value) {
    int row = glp_add_rows(p->problem, 1);
    int *at = calloc((size_t)n + 1, sizeof *at);
    double *weight = calloc((size_t)n + 1, sizeof *weight);
    cr_assert(at != NULL && weight != NULL);
    for (int i = 0; i < n; i++) {
        at[i + 1] = unknowns[i];
        weight[i + 1] = weights[i];
    }
    glp_set_row_bnds(p->problem, row, side, value, value);
    glp_set_mat_row(p->problem, row, n, at, weight);
    free(at);
    free(weight);
}

static inline void program_sum(program *p, const int *unknowns, const double *weights, int n, double value) {
    program_row(p, unknowns, weights, n, PROGRAM_IS, value);
}

/* One run from where the last one ended, whose point still holds; from the start if that fails. */
static inline int program_solve(program *p) {
    glp_smcp how;
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    int failed = glp_simplex(p->problem, &how), status = glp_get_status(p->problem);
    if (failed == 0 && (status == GLP_OPT || status == GLP_UNBND)) return status;
    glp_std_basis(p->problem);
    cr_assert_eq(glp_simplex(p->problem, &how), 0, "the solver gave up");
    return glp_get_status(p->problem);
}

/* Smallest or largest value of a sum of unknowns; HUGE_VAL when nothing bounds it. */
static inline double program_limit_of(program *p, const int *unknowns, const double *weights, int n,
                                      bool largest) {
    for (int j = 1; j <= p->n; j++) glp_set_obj_coef(p->problem, j, 0);
    for (int i = 0; i < n; i++)
        glp_set_obj_coef(p->problem, unknowns[i], glp_get_obj_coef(p->problem, unknowns[i]) + weights[i]);
    glp_set_obj_dir(p->problem, largest ? GLP_MAX : GLP_MIN);
    int status = program_solve(p);
    if (status == GLP_UNBND) return HUGE_VAL;
    cr_assert_eq(status, GLP_OPT, "what is published contradicts itself (status %d)", status);
    return glp_get_obj_val(p->problem);
}

static inline double program_width_of(program *p, const int *unknowns, const double *weights, int n) {
    return program_limit_of(p, unknowns, weights, n, true) - program_limit_of(p, unknowns, weights, n, false);
}

static inline double program_limit(program *p, int unknown, bool largest) {
    static const double one = 1;
    return program_limit_of(p, &unknown, &one, 1, largest);
}

static inline double program_width(program *p, int unknown) {
    return program_limit(p, unknown, true) - program_limit(p, unknown, false);
}

#endif
