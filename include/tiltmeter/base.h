/* tiltmeter/base.h - the types and macros every other public header needs.
 *
 * Conventions of the whole library: see docs/conventions.md. In short: a constructor returns the
 * object or NULL and fills a caller-owned tilt_error; everything else that can fail returns a
 * tilt_status; the library never prints, exits, changes the locale or installs a GSL handler.
 */
#ifndef TILTMETER_BASE_H
#define TILTMETER_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TILT_VERSION "0.1.0"

#if defined(__GNUC__)
#define TILT_API __attribute__((visibility("default")))
#define TILT_NODISCARD __attribute__((warn_unused_result))
#define TILT_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define TILT_API
#define TILT_NODISCARD
#define TILT_PRINTF(fmt, args)
#endif
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 11
#define TILT_OWNED_BY(free_fn) __attribute__((malloc, malloc(free_fn, 1), warn_unused_result))
#else
#define TILT_OWNED_BY(free_fn) TILT_NODISCARD
#endif

/* Outcome of a call that can fail. 0 is success; tilt_status_name() gives the word. */
typedef enum tilt_status {
    TILT_OK = 0,
    TILT_EUSAGE,     /* the caller's options or arguments */
    TILT_EIO,        /* could not open, read or write */
    TILT_ENOMEM,     /* memory ran out */
    TILT_ECSV,       /* the bytes are not a table we can read */
    TILT_ETYPE,      /* a cell is not of the type its role needs */
    TILT_ESPEC,      /* the spec, a policy or a column name is wrong */
    TILT_ETOOBIG,    /* past a documented ceiling */
    TILT_ENUMERIC,   /* a numeric routine did not converge */
    TILT_ERENDER,    /* a report could not be made */
    TILT_EINTERNAL,  /* our own mistake */
    TILT_ECANCELLED, /* the caller's progress function said stop */
    TILT_N_STATUS
} tilt_status;

/* What went wrong, where. Lives with the caller; every function accepts NULL for it.
 * row: 1-based physical line of the file, the header counted, 0 when not about a row.
 * column: 1-based, 0 when not about a column. */
typedef struct tilt_error {
    tilt_status status;
    uint64_t row;
    uint32_t column;
    char source[256];
    char message[512];
} tilt_error;

/* Why a value could not be had. A result is never NaN by accident: `reason` says why it is none. */
typedef enum tilt_reason {
    TILT_REASON_NONE = 0, /* the value is there */
    TILT_EMPTY_GROUP,     /* base of zero */
    TILT_ZERO_MARGIN,     /* a margin of the table is zero */
    TILT_ZERO_REFERENCE,  /* the reference rate is zero */
    TILT_SINGLE_GROUP,    /* nothing to compare with */
    TILT_SEPARATION,      /* a covariate predicts the outcome perfectly */
    TILT_TOO_FEW_CLUSTERS,
    TILT_NO_OVERLAP, /* no cell that both groups share */
    TILT_NOT_A_PROPORTION,
    TILT_DEPENDS_ON_CLUSTER, /* undefined without one cluster */
    TILT_NOT_INTEGER,        /* an exact test needs whole counts */
    TILT_NOT_REQUESTED,
    TILT_NO_BASE,      /* these data have no denominator */
    TILT_TOO_FEW,      /* too few units for this statistic */
    TILT_OUT_OF_RANGE, /* an argument is outside the domain */
    TILT_NOT_CONVERGED,
    TILT_NOT_ORDERED,     /* needs an ordered attribute */
    TILT_MIXED_SIGNS,     /* shares of a sum whose terms cancel would mislead */
    TILT_UNREACHABLE,     /* no sample size or ratio reaches the asked power */
    TILT_BELOW_MIN_BASE,  /* policy: group too small to be judged */
    TILT_SUPPRESSED,      /* hidden to protect the people counted */
    TILT_NO_UNKNOWN,      /* nothing is unknown, so nothing can change */
    TILT_GAP_UNCERTAIN,   /* shares of a gap that is within two standard errors of 0 */
    TILT_OUT_OF_MEMORY,   /* memory ran out while it was computed */
    TILT_NO_LABEL,        /* no labels, or none of two classes */
    TILT_NO_SCORE,        /* no scores */
    TILT_NO_PROBABILITY,  /* a score outside 0..1 */
    TILT_ILL_CONDITIONED, /* the correction would blow up what little is known */
    TILT_INFEASIBLE,      /* the correction gives counts that cannot be */
    TILT_TOO_MANY,        /* left out where there are more comparisons than anybody reads */
    TILT_IS_REFERENCE,    /* the group is itself what others are compared with */
    TILT_RANGE_ONLY,      /* counts are known within limits only: there are bounds, and no one number */
    TILT_SCORES_IN_BINS,  /* scores are known in bins only, and there is no bound on what that changes */
    TILT_TIES,            /* equal values, and the method needs them distinct */
    TILT_UNKNOWN_GROUP,   /* people of an unknown group are compared with nobody */
    TILT_PART_OF_WHOLE,   /* the test needs two separate groups, and one is part of the other */
    TILT_N_REASON
} tilt_reason;

/* A number with its uncertainty. value/lower/upper may be infinite, never NaN when
 * reason is TILT_REASON_NONE. If only the interval cannot be had, lower and upper are NaN,
 * value is valid, and reason says why. level: 0..1, e.g. 0.95. method: static text. */
typedef struct tilt_estimate {
    double value;
    double lower;
    double upper;
    double level;
    const char *method;
    tilt_reason reason;
} tilt_estimate;

/* Machine-readable name of a status ("io", "spec", ...) or reason ("empty_group", ...). Static. */
TILT_API const char *tilt_status_name(tilt_status status);
TILT_API const char *tilt_reason_name(tilt_reason reason);

/* "tiltmeter" version of the library in use, e.g. "0.1.0". Static. */
TILT_API const char *tilt_version(void);

#ifdef __cplusplus
}
#endif
#endif
