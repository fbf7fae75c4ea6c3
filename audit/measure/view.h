/* measure/view.h - one audience attribute or crossing at one rate: its groups, its comparisons, and
 * everything measured about them. Later stages fill the verdict and the drivers in. All text and arrays live
 * in the audit's arena. */
#ifndef TILT_MEASURE_VIEW_H
#define TILT_MEASURE_VIEW_H

#include "cube/facts.h"
#include "map/policy.h"
#include "map/rate.h"
#include "map/spec.h"
#include "stat/cluster.h"
#include "stat/distance.h"
#include "stat/reference.h"
#include "stat/rule.h"
#include "stat/simpson.h"
#include "stat/strata.h"
#include "stat/table.h"
#include "stat/table2x2.h"
#include "stat/types.h"
#include "stat/unknown.h"

#define TILT__ID_LENGTH 12
#define TILT__NO_INDEX UINT32_MAX
#define TILT__MAX_NOTES 10

typedef enum tilt__mode {
    TILT__MODE_FUNNEL,
    TILT__MODE_SHARE,
    TILT__MODE_RELATIVE,
    TILT__N_MODES
} tilt__mode;
extern const char *const tilt__mode_names[TILT__N_MODES];

/* What the uncertainty of a comparison rests on. */
typedef enum tilt__basis {
    TILT__BASIS_PERSON,   /* independent people: score statistics */
    TILT__BASIS_CLUSTERS, /* delete-one-cluster jackknife, t with G_eff - 1 */
    TILT__BASIS_QUASI,    /* quasi-Poisson over cells; does not decide alone */
    TILT__BASIS_NAIVE,    /* assumes independent impressions; does not decide alone */
    TILT__BASIS_NONE,     /* no uncertainty can be had: money without clusters */
    TILT__N_BASES
} tilt__basis;
extern const char *const tilt__basis_names[TILT__N_BASES];

typedef enum tilt__verdict { TILT__UNDETERMINED, TILT__LEVEL, TILT__TILTED, TILT__N_VERDICTS } tilt__verdict;
extern const char *const tilt__verdict_names[TILT__N_VERDICTS];

typedef struct tilt__group {
    const char *key[TILT__MAX_CROSSING]; /* labels, verbatim */
    tilt__decimal count;
    tilt__decimal base; /* has_base only */
    bool has_base;
    bool unknown;         /* some attribute of the key is not known */
    const char *excluded; /* "small_base", "small_share", or NULL: may be judged */
    double share;         /* of the known count, or of the base where there is one; NaN for unknown groups */
    double count_share;   /* of the known count; NaN for unknown groups */
    double base_share;    /* of the known base or the benchmark; NaN */
    tilt_estimate rate;   /* count per base; in share mode the share of the known count */
    double benchmark;     /* share mode: its share in the benchmark, < 0 when it has none */
    double squares;       /* weighted people: sum of squared weights of the base; else 0 */
    double kish;          /* effective people per unit of weight; 1 without weights */
} tilt__group;

/* One ad (or what --unit names) of a relative view. */
typedef struct tilt__relative_group {
    size_t group;
    tilt__decimal count;
    tilt_estimate share;
    size_t comparison; /* index in the view's comparisons */
} tilt__relative_group;

typedef struct tilt__relative {
    const char *unit;
    tilt__relative_group *groups;
    size_t n_groups;
    tilt__decimal known, unknown;
    tilt__bounds *bounds;   /* of the share of each group, in order of `groups` */
    double total_variation; /* of its known mix against the pooled rest; NaN */
} tilt__relative;

typedef struct tilt__stratified {
    const char *factor;
    tilt__strata_stats stats;
    tilt__reversal reversal;
} tilt__stratified;

typedef struct tilt__cluster_note {
    const char *unit; /* "campaign*day", NULL when there are no clusters */
    size_t count;
    double effective;
    const char *depends_on; /* label of the cluster without which the ratio is undefined; NULL */
} tilt__cluster_note;

/* Other ways to allow for events that move together; shown beside the interval that decides. */
typedef struct tilt__alternatives {
    tilt_estimate quasi; /* of the ratio, dispersion over cells (McCullagh and Nelder 1989): quasi-binomial,
                            or quasi-Poisson for ratio kinds */
    double dispersion;   /* Pearson's statistic per degree; NaN */
    tilt_estimate sandwich;    /* linearised over clusters */
    tilt__rao_scott rao_scott; /* equality of rates over clusters (Rao and Scott 1984) */
} tilt__alternatives;

/* The same comparison of people by other methods, for readers who know them; no verdict rests on them. */
typedef struct tilt__other_methods {
    tilt_estimate koopman, katz;                              /* impact ratio */
    tilt_estimate difference_score, difference_agresti_caffo; /* difference */
    tilt_estimate woolf, exact, mid_p;                        /* odds ratio */
    tilt__test g, boschloo;
} tilt__other_methods;

struct tilt__driver;
struct tilt__campaigns;
struct tilt__shape;

/* The bare rule of one group: its rate against the highest of those that may be judged. */
typedef struct tilt__bare_rule {
    bool known; /* false: there is none, rule.reason says why */
    tilt__rule rule;
    size_t highest; /* index in view->groups */
} tilt__bare_rule;

typedef struct tilt__comparison {
    char id[TILT__ID_LENGTH + 1];
    size_t unit;                /* index in view->relative, SIZE_MAX outside relative mode */
    size_t group;               /* index in view->groups */
    size_t reference;           /* index in view->groups, SIZE_MAX: reference_rule says who */
    const char *reference_name; /* "rest", "population" where reference is SIZE_MAX */
    tilt__pair pair;
    tilt__rule_counts exact;
    bool proportion; /* x cannot exceed n: score statistics apply */
    bool benchmark;  /* share mode: the bases are known shares, not counts */
    bool amount;     /* the count is money: its unit is arbitrary, so nothing may rest on its size */
    const char *excluded;
    double loose_a, loose_r;   /* tag of a view: counts of the two sides of which it is not known */
    tilt__bounds loose_bounds; /* of the ratio, whatever they carry; reason set when there are none */

    tilt__basis basis;
    tilt_estimate impact_ratio, difference, odds_ratio;
    tilt_estimate naive_ratio; /* beside a clustered or quasi interval; reason not_requested when the same */
    double log_ratio, se, df;  /* on the log scale; NaN. df 0: normal */
    tilt__value cohens_h, shortfall;
    tilt__test z, chi_square;
    tilt__fisher fisher;
    double design_effect;            /* NaN */
    double break_even_design_effect; /* NaN */
    tilt__cluster_note clusters;
    tilt__alternatives alternatives; /* event kinds; else reasons */
    tilt__other_methods *methods;    /* of people; NULL: not made */

    tilt__bare_rule rule;

    /* judge fills these */
    double p_edge, p_edge_adjusted; /* NaN; Holm over the view's comparisons that may be judged */
    double p_inside;                /* larger p of the two one-sided tests of lying inside the band; NaN */
    double p_edge_bh, p_edge_by;    /* the same family as a screening list; no verdict rests on them */
    tilt__value probability_below_tau, needed_base, detectable_ratio;
    tilt__verdict verdict;
    bool unexplained, unread; /* one of too many: no drivers; of far too many: no chances either */
    const char *notes[TILT__MAX_NOTES];
    size_t n_notes;

    tilt__stratified *stratified;
    size_t n_stratified;
    size_t pairs_tried;                /* pairs of factors looked at for a reversal */
    struct tilt__campaigns *campaigns; /* NULL: campaigns_reason says why */
    tilt_reason campaigns_reason;
    struct tilt__driver *drivers; /* explain fills these */
    size_t n_drivers;
} tilt__comparison;

typedef struct tilt__overall {
    tilt__table_stats table; /* reason set: not a proportion, single group ... */
    tilt__test chi_square;
    tilt__monte_carlo monte_carlo; /* of the chi-square where the table is sparse; TILT_NOT_REQUESTED */
    tilt__distances distances;     /* delivered against base, benchmark or the rest */
    tilt__value earth_mover, theil, gini, group_cv, group_cv_net; /* net: what sampling adds is taken off */
    tilt__null_distance chance;                                   /* distances that chance alone gives; NaN */
    struct tilt__layer *layers; /* three or more groups within the levels of a factor */
    size_t n_layers;
} tilt__overall;

/* Generalised Cochran-Mantel-Haenszel tests of a view's groups within the levels of a factor. */
typedef struct tilt__layer {
    const char *factor;
    tilt__generalised_cmh tests;
} tilt__layer;

typedef struct tilt__group_bounds {
    size_t group;
    tilt__bounds bounds;
} tilt__group_bounds;

typedef struct tilt__unknown_part {
    tilt__decimal count, base;
    bool has_base;
    double share;         /* of the count, unknown included; NaN for an empty view */
    double base_share;    /* NaN without a base */
    bool bounds_of_ratio; /* else of the group's share of the count */
    tilt__group_bounds *bounds;
    size_t n_bounds;
    /* How much of the unknown would change the verdict of the comparison furthest from 1. breakdown_of_share:
     * the share of the unknown count that would have to belong to breakdown_group; else the part of the way
     * from an even split (each unknown person as the known are) to the worst case. */
    tilt__value breakdown;
    bool breakdown_of_share;
    size_t breakdown_group;
} tilt__unknown_part;

/* Cells by a number each of them has: list[start[k]] .. list[start[k + 1]]. start NULL: not made. */
typedef struct tilt__cell_lists {
    size_t *start;
    uint32_t *list; /* TILT__MAX_CELLS is below 2^32 */
} tilt__cell_lists;

/* Cells of the cube that belong to the view, as arrays, so that every projection is one pass. The arrays are
 * those of measure/pool.h, where views share them. */
typedef struct tilt__view_cells {
    size_t n;
    const size_t *cell;    /* in the cube */
    const uint32_t *group; /* index of the view's group */
    uint32_t *unit;        /* index in view->relative, TILT__NO_INDEX; relative views have their own */
    const double *x, *b;   /* count and base; people with weights have their own */
    struct tilt__cell_list *list;
    const struct tilt__index *groups; /* of the audience: its rows are the view's groups */
} tilt__view_cells;

/* What has been summed for a view so far, for all its comparisons (measure/index.h). */
typedef struct tilt__indexes {
    tilt__arena scratch;
    struct tilt__view_sums *sums;
    struct tilt__stage_table *stages; /* of explain/stages.c */
    tilt__cell_row *rows;             /* room of measure/contrast.c, for n_rows */
    size_t n_rows;
    tilt__cell_lists of_unit;   /* relative mode */
    struct tilt__indexes *next; /* of another view */
} tilt__indexes;

typedef struct tilt__view {
    char id[TILT__ID_LENGTH + 1];
    const tilt__policy *policy; /* what it is judged under: the audit's, or what that says for this view */
    const tilt__facts *facts;
    const char *slice_name, *slice_value; /* NULL: everything */
    const char *audience[TILT__MAX_CROSSING];
    size_t dims[TILT__MAX_CROSSING];
    size_t n_audience;
    const char *of, *per; /* per NULL where there is no base */
    size_t of_measure, per_measure;
    tilt__rate_kind kind;
    size_t repeat; /* this many views before it have the same audience, rate and slice, from other tables */
    const char *model;      /* rates of a model: its name; NULL */
    size_t model_index;     /* in the people of its table */
    size_t model_rate;      /* tilt__confusion_rate */
    bool weighted;          /* counts are sums of weights */
    size_t squared_measure; /* then: squared weights of the base */
    bool several_models;    /* the name is part of the view's id */
    bool estimates_only;    /* stands in the model's tables alone: estimates and verdicts, nothing else */
    bool kind_changed;      /* counts above their base: an event rate became a ratio */
    tilt__mode mode;
    size_t n_explained; /* of many comparisons the clearest have drivers; set by the judge */
    const char *reference_rule;
    size_t rule_group;             /* the group that all others are compared with; SIZE_MAX: there is none */
    tilt__bare_rule rule_of_group; /* its own; it is nobody's focal group, so no comparison has it */
    bool unstable_reference;       /* rule `highest`: small, or hardly above the second (methods 1.4) */
    tilt__max_selected max_selected; /* rule `highest`: p that allows for the choice; reason otherwise */
    tilt__group *groups;
    size_t n_groups;
    tilt__unknown_part unknown;
    tilt__comparison *comparisons;
    size_t n_comparisons;
    size_t family_size;          /* comparisons that count in the family of p_edge */
    const char *unit_name;       /* relative mode: "ad_set" ... */
    const struct tilt__tag *tag; /* exposure to what carries it (cube/content.h); NULL */
    size_t loose_measure;        /* then: counts of which it is not known */
    const char *spread;          /* relative mode over platforms or partners: that factor; NULL for ads */
    tilt__relative *relative;
    size_t n_relative;
    tilt__overall overall;
    struct tilt__shape *shape; /* residuals and trend */
    tilt__view_cells cells;
    tilt__indexes *indexes; /* of the cells */
} tilt__view;

typedef struct tilt__views {
    tilt__view *items;
    size_t n, capacity;
    tilt__arena *arenas; /* n, one per view, for what its own thread makes; NULL: the audit's is used */
} tilt__views;

/* What every measuring function needs to know. */
typedef struct tilt__context {
    const tilt_spec *spec;
    const tilt__policy *policy;
    tilt__arena *arena;
    tilt__checks *checks;
    tilt_error *err;
} tilt__context;

/* Decides which views the tables allow (design: What is computed), and then measures them side by side on so
 * many threads. Results live in the context's arena and in out->arenas, which the caller frees, also after a
 * failure. TILT_ESPEC when a rate or an attribute that was asked for cannot be had, or there is only one
 * group. */
tilt_status tilt__views_make(const tilt__context *context, const tilt__tables *tables, size_t n_threads,
                             tilt__views *out) TILT_NODISCARD;
/* Whether an earlier view has the audience of view v in the same table and slice. Views differ by rate too.
 */
bool tilt__views_seen(const tilt__views *views, size_t v);

/* Adds to `out` the view of another rate (tilt__confusion_rate) of the model, audience and slice of `like`,
 * measured but not judged; *out_made false when these data cannot make it. */
tilt_status tilt__views_of_model(const tilt__context *context, const tilt__view *like, size_t rate,
                                 tilt__views *out, bool *out_made) TILT_NODISCARD;

/* Adds a note (static text) unless it is there. */
void tilt__comparison_note(tilt__comparison *comparison, const char *note);
bool tilt__comparison_has_note(const tilt__comparison *comparison, const char *note);

#endif
