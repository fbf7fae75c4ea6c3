/* map/range.c - which columns are the ends, the shares and the wholes of one stage. */
#include "map/range.h"

#include <string.h>

#include "base/error.h"
#include "map/melt.h"

static const char counted_beside[] = "the number itself stands in another column";
static const char half_a_range[] = "one end of a range without the other";
static const char range_beside[] = "its range is read instead, as the spec says";

static bool has(const tilt__range *range, tilt__range_part part) {
    return range->columns[part] != TILT_NO_COLUMN;
}

bool tilt__range_has_columns(const tilt__range *range) {
    for (unsigned p = 0; p < TILT__N_RANGE_PART; p++)
        if (range->columns[p] != TILT_NO_COLUMN) return true;
    return false;
}

bool tilt__range_has_shares(const tilt__range *range) {
    return has(range, TILT__RANGE_SHARE) || has(range, TILT__RANGE_PERCENT) ||
           has(range, TILT__RANGE_EXACT_SHARE);
}

bool tilt__range_is_share_only(const tilt__range *range) {
    return tilt__range_has_shares(range) && !has(range, TILT__RANGE_WHOLE) &&
           !has(range, TILT__RANGE_WHOLE_MIN);
}

bool tilt__range_is_exact(const tilt__range *range) {
    return has(range, TILT__RANGE_EXACT_SHARE) && has(range, TILT__RANGE_WHOLE);
}

/* The part that a column is, and the length of its stage's name. */
static tilt__range_part part_of(const tilt__mapping *m, size_t i, size_t *out_stem) {
    const tilt__mapped *column = &m->columns[i];
    bool wide =
        m->wide != NULL && m->wide->columns[i].stage != NULL && strstr(column->name, TILT__WIDE_MARK) == NULL;
    bool counted = column->role == TILT_ROLE_STAGE || column->role == TILT_ROLE_COST;
    return column->read && counted && !wide ? tilt__range_split(column->name, out_stem) : TILT__RANGE_NONE;
}

static bool is_stage(const char *stage, const char *name, size_t n) {
    return strlen(stage) == n && memcmp(stage, name, n) == 0;
}

bool tilt__ranges_have(const tilt__mapping *m, const char *stage) {
    for (size_t i = 0; i < m->n_columns; i++) {
        size_t n;
        if (part_of(m, i, &n) != TILT__RANGE_NONE && is_stage(stage, m->columns[i].name, n)) return true;
    }
    return false;
}

const tilt__range *tilt__range_of_column(const tilt__mapping *m, size_t column) {
    for (size_t r = 0; r < m->n_ranges; r++) {
        for (unsigned p = 0; p < TILT__N_RANGE_PART; p++)
            if (m->ranges[r].columns[p] == column) return &m->ranges[r];
    }
    return NULL;
}

static tilt__range *range_for(tilt__mapping *m, size_t column, size_t n_stem, tilt__arena *arena) {
    const tilt__mapped *mapped = &m->columns[column];
    for (size_t r = 0; r < m->n_ranges; r++)
        if (is_stage(m->ranges[r].stage, mapped->name, n_stem)) return &m->ranges[r];
    tilt__range *range = &m->ranges[m->n_ranges];
    range->stage = tilt__arena_text(arena, mapped->name, n_stem);
    range->role = mapped->role;
    for (unsigned p = 0; p < TILT__N_RANGE_PART; p++) range->columns[p] = TILT_NO_COLUMN;
    if (range->stage == NULL) return NULL;
    m->n_ranges++;
    return range;
}

static void leave_out(tilt__mapping *m, tilt__range *range, const char *why_not) {
    for (unsigned p = 0; p < TILT__N_RANGE_PART; p++) {
        if (range->columns[p] == TILT_NO_COLUMN) continue;
        m->columns[range->columns[p]].read = false;
        m->columns[range->columns[p]].why_not = why_not;
        range->columns[p] = TILT_NO_COLUMN;
    }
}

static bool is_named(const tilt__mapping *m, const tilt__range *range) {
    for (unsigned p = 0; p < TILT__N_RANGE_PART; p++)
        if (range->columns[p] != TILT_NO_COLUMN && m->columns[range->columns[p]].named_by_user) return true;
    return false;
}

static tilt_status refuse(const tilt__mapping *m, const tilt__range *range, const char *expected,
                          tilt_error *err) {
    tilt__place place = {.source = tilt_source_name(m->source)};
    return tilt__fail_at(
        err, TILT_ESPEC, &place,
        "the columns of %.*s do not make one range; expected %s, or one of them with the role "
        "ignore",
        (int)strcspn(range->stage, TILT__WIDE_MARK), range->stage, expected);
}

/* The count itself and its range: the count is read, unless only the range was named. */
static tilt_status choose_plain(tilt__mapping *m, tilt__range *range, tilt_error *err) {
    size_t plain = tilt__mapping_find(m, range->role, range->stage);
    if (plain == TILT_NO_COLUMN) return TILT_OK;
    if (!is_named(m, range)) {
        leave_out(m, range, counted_beside);
        return TILT_OK;
    }
    if (m->columns[plain].named_by_user) return refuse(m, range, "either the count or its range", err);
    if (tilt__range_is_share_only(range))
        return refuse(m, range, "what the shares are of as \"stage:NAME:whole\"", err);
    m->columns[plain].read = false;
    m->columns[plain].why_not = range_beside;
    return TILT_OK;
}

/* Both ends or none. */
static tilt_status check_ends(tilt__mapping *m, tilt__range *range, tilt__range_part low,
                              tilt__range_part high, tilt_error *err) {
    if (has(range, low) == has(range, high)) return TILT_OK;
    if (is_named(m, range)) return refuse(m, range, "both a least (min) and a most (max)", err);
    leave_out(m, range, half_a_range);
    return TILT_OK;
}

static tilt_status check_range(tilt__mapping *m, tilt__range *range, tilt_error *err) {
    tilt_status status = choose_plain(m, range, err);
    if (status == TILT_OK) status = check_ends(m, range, TILT__RANGE_MIN, TILT__RANGE_MAX, err);
    if (status == TILT_OK) status = check_ends(m, range, TILT__RANGE_WHOLE_MIN, TILT__RANGE_WHOLE_MAX, err);
    if (status != TILT_OK) return status;
    int shares =
        has(range, TILT__RANGE_SHARE) + has(range, TILT__RANGE_PERCENT) + has(range, TILT__RANGE_EXACT_SHARE);
    int wholes = has(range, TILT__RANGE_WHOLE) + has(range, TILT__RANGE_WHOLE_MIN);
    int ways = has(range, TILT__RANGE_MIN) + has(range, TILT__RANGE_CELL) + shares;
    if (ways > 1)
        return refuse(m, range,
                      "one of min and max, range, or a share (what shares are of is \"stage:NAME:whole\")",
                      err);
    if (wholes > 1) return refuse(m, range, "one whole", err);
    if (wholes > 0 && shares == 0)
        return refuse(m, range, "a share of the whole as \"stage:NAME:share\"", err);
    if (has(range, TILT__RANGE_OPEN)) return refuse(m, range, "min, max, range, share or whole", err);
    return TILT_OK;
}

/* Shares in wide columns are of the whole that stands in one plain column beside them. */
static void share_whole(tilt__mapping *m) {
    static const tilt__range_part wholes[] = {TILT__RANGE_WHOLE, TILT__RANGE_WHOLE_MIN,
                                              TILT__RANGE_WHOLE_MAX};
    bool used[TILT__N_RANGE_PART] = {false};
    for (size_t w = 0; w < m->n_ranges; w++) {
        tilt__range *whole = &m->ranges[w];
        size_t n = strlen(whole->stage), shared = 0;
        if (strstr(whole->stage, TILT__WIDE_MARK) != NULL || tilt__range_has_shares(whole)) continue;
        for (size_t r = 0; r < m->n_ranges; r++) {
            tilt__range *wide = &m->ranges[r];
            bool of_it =
                strcspn(wide->stage, TILT__WIDE_MARK) == n && strncmp(wide->stage, whole->stage, n) == 0;
            if (r == w || !of_it || !tilt__range_has_shares(wide)) continue;
            for (size_t p = 0; p < sizeof wholes / sizeof *wholes; p++) {
                used[wholes[p]] = has(whole, wholes[p]);
                if (has(whole, wholes[p])) wide->columns[wholes[p]] = whole->columns[wholes[p]];
            }
            shared++;
        }
        for (unsigned p = 0; p < TILT__N_RANGE_PART && shared > 0; p++)
            if (used[p]) whole->columns[p] = TILT_NO_COLUMN;
    }
}

tilt_status tilt__ranges_map(tilt__mapping *m, tilt__arena *arena, tilt_error *err) {
    size_t most = 0, n;
    for (size_t i = 0; i < m->n_columns; i++) most += part_of(m, i, &n) != TILT__RANGE_NONE;
    bool is_cube = strcmp(tilt_source_dialect(m->source)->kind, "cube") == 0; /* has every end as a measure */
    if (most == 0 || is_cube) return TILT_OK;
    m->ranges = tilt__arena_alloc(arena, most, sizeof *m->ranges);
    if (m->ranges == NULL) return tilt__fail_memory(err);
    for (size_t i = 0; i < m->n_columns; i++) {
        tilt__range_part part = part_of(m, i, &n);
        if (part == TILT__RANGE_NONE) continue;
        tilt__range *range = range_for(m, i, n, arena);
        if (range == NULL) return tilt__fail_memory(err);
        range->columns[part] = i;
    }
    share_whole(m);
    for (size_t r = 0; r < m->n_ranges; r++) {
        tilt_status status = check_range(m, &m->ranges[r], err);
        if (status != TILT_OK) return status;
    }
    return TILT_OK;
}
