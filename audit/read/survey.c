/* read/survey.c - what the cells of every column look like, from a first pass over the beginning of the rows.
 * A megabyte is enough to see decimal marks and content; where a column of dates still reads both as day
 * first and as month first, the pass goes on to the end of the file, because one cell may decide it. */
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "read/chars.h"
#include "read/range.h"
#include "read/state.h"
#include "read/totals.h"

enum { WINDOW = 1 << 20, LONGEST = 160, SHORT = 16, KNOWN = 256, MOST_KNOWN = 1 << 14 };

/* What one cell looks like: 0 or 1 of each. */
typedef struct look {
    unsigned char filled, numbers, ranges, counts, flags, points, commas, damaged, personal, wholes;
    unsigned char decimals; /* where it has any */
    tilt__date_votes dates;
} look;

/* What cells look like, counted. */
typedef struct looks {
    uint64_t filled, numbers, ranges, counts, flags, points, commas, damaged, personal, wholes;
    tilt__date_votes dates;
    unsigned char fewest_decimals; /* of the cells that have any */
} looks;

/* A short cell that was met, and what it looks like: most columns hold few distinct ones. */
typedef struct known_cell {
    uint64_t text[SHORT / sizeof(uint64_t)];
    size_t length;  /* 0: free */
    uint64_t times; /* met since it stands here and not counted yet */
    look look;
} known_cell;

typedef struct column_seen {
    looks all;
    bool met_text, met_number; /* filled cells that are no number, that are one */
    size_t same_header;        /* an earlier column with this header */
    uint64_t differs;          /* rows in which the two differ */
    bool currency;
    tilt_cell constant; /* its first value */
    bool varies;
} column_seen;

typedef struct survey {
    tilt_source *source;
    column_seen *seen;
    known_cell *known; /* by column, n_known of each by hash; the latest stays */
    size_t n_known;    /* a power of two */
    uint64_t rows;
    char above[160]; /* first cell of the row before, where it is short */
    size_t above_n;
} survey;

static bool is_whole_count(const tilt__number *number) {
    return tilt__decimal_is_integer(number->value) &&
           tilt__decimal_compare(number->value, tilt__decimal_from_int(0)) >= 0 && !number->percent;
}

/* `1,000 - 4,999` or `< 1,000`, whatever the mark means. */
static bool is_range(const tilt_cell *cell) {
    tilt__number number;
    return tilt__number_parse(cell->text, cell->length, '.', &number) == TILT__NUMBER_INTERVAL ||
           tilt__number_parse(cell->text, cell->length, ',', &number) == TILT__NUMBER_INTERVAL;
}

static void see_decimals(look *seen, const tilt_cell *cell, char mark) {
    size_t at = cell->length;
    if (mark == 0) return;
    while (at > 0 && cell->text[at - 1] != mark) at--;
    size_t decimals = at == 0 ? 0 : strspn(cell->text + at, "0123456789");
    if (decimals > cell->length - at) decimals = cell->length - at;
    if (decimals <= 200) seen->decimals = (unsigned char)decimals;
}

static void see_number(look *seen, const tilt_cell *cell) {
    tilt__number number;
    tilt__number_kind kind = tilt__number_parse(cell->text, cell->length, 0, &number);
    if (kind == TILT__NUMBER_INTERVAL) {
        seen->numbers = 1;
        seen->ranges = !number.percent;
    }
    if (kind == TILT__NUMBER_AMBIGUOUS) {
        seen->numbers = 1;
        seen->counts = 1; /* a whole number, should the mark set off thousands */
        seen->ranges = is_range(cell);
    }
    if (kind != TILT__NUMBER) return;
    seen->numbers = 1;
    seen->points = number.decimal_shown == '.';
    seen->commas = number.decimal_shown == ',';
    see_decimals(seen, cell, number.decimal_shown);
    if (!is_whole_count(&number)) return;
    seen->counts = 1;
    seen->flags = tilt__decimal_compare(number.value, tilt__decimal_from_int(1)) <= 0;
}

/* Digits alone that can be nothing but a whole number: those of five and of eight may be days. */
static bool is_plain_count(const tilt_cell *cell) {
    if (cell->length > 12 || cell->length == 5 || cell->length == 8) return false;
    for (size_t i = 0; i < cell->length; i++)
        if (cell->text[i] < '0' || cell->text[i] > '9') return false;
    return true;
}

/* What tilt__number_parse() and tilt__date_observe() would find, which a test holds them to. */
static void see_plain_count(look *seen, const tilt_cell *cell) {
    bool flag = cell->text[cell->length - 1] <= '1';
    for (size_t i = 0; i + 1 < cell->length; i++) flag = flag && cell->text[i] == '0';
    seen->numbers = seen->counts = 1;
    seen->flags = flag;
    seen->dates.n = 1;
}

static look look_at(const tilt_source *source, const tilt_cell *cell) {
    look one = {0};
    if (tilt__source_is_missing(source, cell)) return one;
    one.filled = 1;
    if (is_plain_count(cell)) {
        see_plain_count(&one, cell);
        return one;
    }
    one.wholes = tilt__cell_is_whole(cell);
    if (cell->length > LONGEST) return one;
    see_number(&one, cell);
    tilt__date_observe(&one.dates, cell->text, cell->length);
    one.personal = tilt__value_is_personal(cell->text, cell->length);
    one.damaged = tilt__number_is_damaged_id(cell->text, cell->length);
    return one;
}

/* Adds what cells look like that were met `times` times. */
static void add_looks(looks *all, const look *one, uint64_t times) {
    all->filled += one->filled * times;
    all->numbers += one->numbers * times;
    all->ranges += one->ranges * times;
    all->counts += one->counts * times;
    all->flags += one->flags * times;
    all->points += one->points * times;
    all->commas += one->commas * times;
    all->wholes += one->wholes * times;
    tilt__date_votes_add(&all->dates, &one->dates, times);
    bool fewer = all->fewest_decimals == 0 || one->decimals < all->fewest_decimals;
    if (one->decimals > 0 && fewer) all->fewest_decimals = one->decimals;
}

static void settle_known(column_seen *seen, known_cell *known) {
    if (known->times > 0) add_looks(&seen->all, &known->look, known->times);
    known->times = 0;
}

/* The place of a short cell among the known ones of its column, filled with what it looks like. */
static known_cell *know(const survey *s, size_t column, const tilt_cell *cell) {
    uint64_t text[SHORT / sizeof(uint64_t)] = {0};
    memcpy(text, cell->text, cell->length);
    uint64_t hash = (text[0] ^ text[1] * 0xd6e8feb86659fd93u) * 0x9e3779b97f4a7c15u >> 32;
    known_cell *known = &s->known[column * s->n_known + (hash & (s->n_known - 1))];
    if (known->length != cell->length || memcmp(known->text, text, sizeof text) != 0) {
        settle_known(&s->seen[column], known);
        known->look = look_at(s->source, cell);
        known->length = cell->length;
        memcpy(known->text, text, sizeof text);
    }
    known->times++;
    return known;
}

/* Cells are held against persons' details from the first that is no number on, and against damaged ids from
 * the first that is one on. */
static void see_suspect(column_seen *seen, const look *one) {
    seen->met_number = seen->met_number || one->numbers > 0;
    seen->met_text = seen->met_text || one->filled > one->numbers;
    if (seen->met_text) seen->all.personal += one->personal;
    if (seen->met_number) seen->all.damaged += one->damaged;
}

/* False when it stands for no value, or is too long to be looked at. */
static bool see_cell(const survey *s, size_t column, const tilt_cell *cell) {
    if (cell->length == 0) return false;
    column_seen *seen = &s->seen[column];
    if (cell->length <= SHORT) {
        const look *found = &know(s, column, cell)->look;
        see_suspect(seen, found);
        return found->filled > 0;
    }
    look one = look_at(s->source, cell);
    add_looks(&seen->all, &one, 1);
    see_suspect(seen, &one);
    return one.filled > 0 && cell->length <= LONGEST;
}

static tilt_status see_constant(survey *s, column_seen *seen, const tilt_cell *cell, tilt_error *err) {
    if (seen->constant.text == NULL && cell->length < 16) {
        const char *copy = tilt__arena_text(&s->source->arena, cell->text, cell->length);
        if (copy == NULL) return tilt__fail_memory(err);
        seen->constant = (tilt_cell){copy, cell->length};
        return TILT_OK;
    }
    seen->varies = seen->varies || seen->constant.text == NULL || cell->length != seen->constant.length ||
                   memcmp(cell->text, seen->constant.text, cell->length) != 0;
    return TILT_OK;
}

/* "Spring Total" below a row of "Spring", and nothing else named in it. */
static void see_subtotal(survey *s, const tilt_row *row) {
    size_t label;
    const char *text = row->cells[0].text;
    size_t n = row->cells[0].length;
    tilt__trim(&text, &n);
    if (tilt__subtotal_here(s->source, row->cells, row->n_cells, &label) && label == 0) {
        size_t prefix = tilt__subtotal_prefix(&row->cells[0]);
        bool same = prefix == s->above_n && memcmp(text, s->above, prefix) == 0;
        s->source->has_subtotals = s->source->has_subtotals || same;
    } else if (n > 0) {
        s->above_n = n < sizeof s->above ? n : 0;
        memcpy(s->above, text, s->above_n);
    }
}

static tilt_status see_row(void *user, const tilt_row *row, tilt_error *err) {
    survey *s = user;
    if (row->kind == TILT_ROW_TOTAL) return TILT_OK;
    s->rows++;
    see_subtotal(s, row);
    for (size_t i = 0; i < row->n_cells; i++) {
        column_seen *seen = &s->seen[i];
        const tilt_cell *cell = &row->cells[i];
        if (seen->same_header != TILT_NO_COLUMN) {
            const tilt_cell *other = &row->cells[seen->same_header];
            seen->differs +=
                cell->length != other->length || memcmp(cell->text, other->text, cell->length) != 0;
        }
        if (!see_cell(s, i, cell)) continue;
        if (seen->currency && see_constant(s, seen, cell, err) != TILT_OK) return TILT_ENOMEM;
    }
    return TILT_OK;
}

static bool knows_dates(const tilt_column *c) {
    return c->role == TILT_ROLE_TIME;
}

static tilt_content content_of(const column_seen *seen, tilt__date_style style) {
    if (seen->all.filled == 0) return TILT_CONTENT_EMPTY;
    if (style != TILT__DATE_NONE && seen->all.dates.n_dates == seen->all.dates.n) return TILT_CONTENT_DATE;
    if (seen->all.numbers < seen->all.filled) return TILT_CONTENT_TEXT;
    if (seen->all.flags == seen->all.filled) return TILT_CONTENT_FLAG;
    return seen->all.counts == seen->all.filled ? TILT_CONTENT_COUNT : TILT_CONTENT_NUMBER;
}

static tilt__date_style style_of(const tilt_source *source, const tilt_column *c, const column_seen *seen) {
    tilt__date_style style = tilt__date_decide(&seen->all.dates, knows_dates(c));
    char order = source->opts.date_order != 0 ? source->opts.date_order : source->platform->date_order;
    if (style == TILT__DATE_AMBIGUOUS && order != 0) return order == 'D' ? TILT__DATE_DMY : TILT__DATE_MDY;
    return style;
}

/* The decimal mark of the file, where all its columns agree; and the comma of localised exports with
 * semicolons. */
static char mark_of_file(const survey *s) {
    uint64_t points = 0, commas = 0;
    for (size_t i = 0; i < s->source->n_columns; i++) {
        points += s->seen[i].all.points;
        commas += s->seen[i].all.commas;
    }
    if (points > 0 && commas == 0) return '.';
    if (commas > 0 && points == 0) return ',';
    bool localised =
        strcmp(s->source->dialect.language, "en") != 0 && strcmp(s->source->dialect.language, "ko") != 0;
    return points == 0 && localised && s->source->parts[0].delimiter == ';' ? ',' : 0;
}

static void settle_marks(survey *s) {
    char of_file = s->source->opts.decimal_mark != 0 ? s->source->opts.decimal_mark : mark_of_file(s);
    s->source->dialect.decimal_mark = of_file;
    for (size_t i = 0; i < s->source->n_columns; i++) {
        const column_seen *seen = &s->seen[i];
        char own = seen->all.points > 0 && seen->all.commas == 0   ? '.'
                   : seen->all.commas > 0 && seen->all.points == 0 ? ','
                                                                   : 0;
        s->source->columns[i].shows_decimals = seen->all.points + seen->all.commas > 0;
        bool contradictory = seen->all.points > 0 && seen->all.commas > 0;
        s->source->columns[i].decimal_mark = s->source->opts.decimal_mark != 0 ? of_file
                                             : contradictory                   ? 0
                                             : own != 0                        ? own
                                                                               : of_file;
    }
}

static void settle_copy(tilt_source *source, tilt_column *c, const column_seen *seen) {
    if (seen->same_header == TILT_NO_COLUMN) return;
    if (seen->differs > 0) {
        c->same_header = seen->same_header;
        c->note = "another column has the same header and other cells";
        return;
    }
    c->copy_of = seen->same_header;
    source->has_copies = true;
    c->role = TILT_ROLE_IGNORE;
    c->note = "the same as an earlier column";
}

/* What the cells say against what the header promised. */
static void settle_role(tilt_column *c, const column_seen *seen) {
    c->damaged = seen->all.damaged > 0 &&
                 (c->role == TILT_ROLE_IDENTIFIER || seen->all.damaged * 2 > seen->all.filled);
    if (c->damaged) {
        c->note = "ids damaged to scientific notation by a spreadsheet";
        if (c->role == TILT_ROLE_IGNORE) c->role = TILT_ROLE_IDENTIFIER;
    }
    if (seen->all.personal * 10 >= seen->all.filled && seen->all.personal > 0) {
        c->guarded = true;
        c->role = TILT_ROLE_IGNORE;
        c->note = "holds e-mail addresses or telephone numbers: not loaded unless it is given a role";
    }
    bool numeric = c->role == TILT_ROLE_STAGE || c->role == TILT_ROLE_COST || c->role == TILT_ROLE_WEIGHT ||
                   c->role == TILT_ROLE_SCORE;
    if (numeric && seen->all.filled > 0 && seen->all.numbers == 0) {
        c->role = TILT_ROLE_IGNORE;
        c->note = "its header names a number, its cells are text";
    }
}

/* A column of counts some of whose cells are ranges (`1K-5K`, `< 1000`) is carried as bounds, all of it. */
static tilt_status settle_ranges(tilt_source *source, tilt_column *c, const column_seen *seen,
                                 tilt_error *err) {
    bool counted = c->role == TILT_ROLE_STAGE || c->role == TILT_ROLE_COST;
    if (!counted || seen->all.ranges == 0 || tilt__range_split(c->name, NULL) != TILT__RANGE_NONE)
        return TILT_OK;
    const char *name =
        tilt__arena_format(&source->arena, "%s:%s", c->name, tilt__range_part_name(TILT__RANGE_CELL));
    if (name == NULL) return tilt__fail_memory(err);
    c->name = name;
    return TILT_OK;
}

/* 0 and 1 under "selected" are decisions about persons; larger numbers are counts of them, under "approved"
 * too. */
static void settle_persons(tilt_source *source) {
    static const char *const words[] = {"selected", "hired", "admitted"};
    bool counts = false, persons = false;
    for (size_t i = 0; i < source->n_columns; i++) {
        tilt_column *c = &source->columns[i];
        bool counted = c->role == TILT_ROLE_DECISION && c->content == TILT_CONTENT_COUNT &&
                       tilt__same_word(c->normal, strlen(c->normal), "approved");
        if (!counted) continue;
        c->role = TILT_ROLE_STAGE;
        c->name = "approved";
    }
    for (size_t i = 0; i < source->n_columns; i++)
        counts = counts || (source->columns[i].role == TILT_ROLE_STAGE &&
                            source->columns[i].content == TILT_CONTENT_COUNT);
    for (size_t i = 0; i < source->n_columns; i++) {
        tilt_column *c = &source->columns[i];
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            if (!counts && c->role == TILT_ROLE_STAGE && c->content == TILT_CONTENT_FLAG &&
                strcmp(c->normal, words[w]) == 0)
                c->role = TILT_ROLE_DECISION;
        persons = persons || c->role == TILT_ROLE_DECISION || c->role == TILT_ROLE_SCORE ||
                  c->role == TILT_ROLE_LABEL;
    }
    if (persons && source->platform->bit == TILT__GENERIC) source->dialect.kind = "persons";
}

/* A file whose only counts are sizes of audiences tells who was targeted. */
static void settle_kind(tilt_source *source) {
    bool sizes = false, delivery = false;
    for (size_t i = 0; i < source->n_columns; i++) {
        const tilt_column *c = &source->columns[i];
        if (c->role != TILT_ROLE_STAGE) continue;
        size_t n;
        (void)tilt__range_split(c->name, &n);
        bool size = tilt__same_word(c->name, n, "targeted") || tilt__same_word(c->name, n, "eligible") ||
                    tilt__same_word(c->name, n, "population");
        sizes = sizes || size;
        delivery = delivery || !size;
    }
    if (sizes && !delivery) source->dialect.kind = "targeting";
}

/* A label in English, a day in German: the cells tell. */
static void settle_tag(tilt_source *source, size_t i) {
    tilt_column *c = &source->columns[i];
    if (c->role != TILT_ROLE_FACTOR || c->content != TILT_CONTENT_DATE || strcmp(c->normal, "tag") != 0)
        return;
    c->role = TILT_ROLE_TIME;
    c->name = "day";
    source->n_keys -= source->is_key[i];
    source->is_key[i] = false;
}

/* "All" beside women and men. Where nothing else stands in the column, it is what the file is about. */
static void settle_wholes(survey *s) {
    tilt_source *source = s->source;
    if (strcmp(source->dialect.kind, "targeting") == 0)
        return; /* a library of rules; sizes are known later */
    for (size_t i = 0; i < source->n_columns; i++) {
        source->has_wholes[i] = s->seen[i].all.wholes > 0 && s->seen[i].all.wholes < s->seen[i].all.filled;
        source->n_wholes += source->has_wholes[i];
    }
}

static void settle_currency(survey *s) {
    const char *unit = NULL;
    bool mixed = false;
    for (size_t i = 0; i < s->source->n_columns; i++) {
        const tilt_column *c = &s->source->columns[i];
        if (c->unit[0] == '\0' || c->unit[0] == '%') continue;
        mixed = mixed || (unit != NULL && strcmp(unit, c->unit) != 0);
        unit = c->unit;
    }
    for (size_t i = 0; i < s->source->n_columns && unit == NULL; i++)
        if (s->seen[i].constant.text != NULL && !s->seen[i].varies) unit = s->seen[i].constant.text;
    if (unit != NULL && !mixed) s->source->dialect.currency = unit;
}

static bool dates_are_open(const survey *s) {
    for (size_t i = 0; i < s->source->n_columns; i++)
        if (style_of(s->source, &s->source->columns[i], &s->seen[i]) == TILT__DATE_AMBIGUOUS) return true;
    return false;
}

static tilt_status start_columns(survey *s, tilt_error *err) {
    size_t n = s->source->n_columns;
    s->rows = 0;
    s->above_n = 0;
    free(s->seen);
    free(s->known);
    s->n_known = KNOWN;
    while (s->n_known > 1 && n * s->n_known > MOST_KNOWN) s->n_known /= 2;
    s->seen = tilt__alloc(n, sizeof *s->seen);
    s->known = tilt__alloc(n * s->n_known, sizeof *s->known);
    if (s->seen == NULL || s->known == NULL) return tilt__fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        s->seen[i].same_header = TILT_NO_COLUMN;
        s->seen[i].currency = strcmp(s->source->columns[i].name, "currency") == 0;
        for (size_t j = 0; j < i && s->source->columns[i].header[0] != '\0'; j++) {
            const tilt_column *a = &s->source->columns[i], *b = &s->source->columns[j];
            if (strcmp(a->normal, b->normal) != 0 || strcmp(a->unit, b->unit) != 0) continue;
            s->seen[i].same_header = j;
            break;
        }
    }
    return TILT_OK;
}

/* One pass, by the fast scanner if it can be done. */
static tilt_status read_rows(survey *s, tilt__pass *pass, tilt_error *err) {
    const tilt__pass begun = *pass;
    bool had_subtotals = s->source->has_subtotals;
    tilt_status status = start_columns(s, err);
    if (status != TILT_OK || tilt__pass_plain(s->source, pass)) return status;
    *pass = begun;
    s->source->has_subtotals = had_subtotals;
    status = start_columns(s, err);
    return status == TILT_OK ? tilt__pass_run(s->source, pass, err) : status;
}

static tilt_status run(survey *s, uint64_t window, tilt__pass *pass, tilt_error *err) {
    tilt__buf footer = pass->footer;
    tilt__buf_reset(&footer);
    *pass = (tilt__pass){.fn = see_row, .user = s, .stop_after = window, .footer = footer};
    tilt_status status = read_rows(s, pass, err);
    for (size_t i = 0; status == TILT_OK && i < s->source->n_columns * s->n_known; i++)
        settle_known(&s->seen[i / s->n_known], &s->known[i]);
    return status;
}

/* Nothing in a cube is guessed: only what the cells look like is kept. */
static tilt_status settle_cube(survey *s) {
    tilt_source *source = s->source;
    source->dialect.decimal_mark = '.';
    for (size_t i = 0; i < source->n_columns; i++) {
        tilt_column *c = &source->columns[i];
        c->n_filled = (size_t)s->seen[i].all.filled;
        c->decimal_mark = '.';
        source->date_styles[i] = style_of(source, c, &s->seen[i]);
        c->content = content_of(&s->seen[i], source->date_styles[i]);
    }
    settle_currency(s);
    return TILT_OK;
}

static tilt_status settle(survey *s, const tilt__pass *pass, tilt_error *err) {
    tilt_source *source = s->source;
    settle_marks(s);
    if (source->is_cube) return settle_cube(s);
    for (size_t i = 0; i < source->n_columns; i++) {
        tilt_column *c = &source->columns[i];
        c->n_filled = (size_t)s->seen[i].all.filled;
        source->fewest_decimals[i] = s->seen[i].all.fewest_decimals;
        source->date_styles[i] = style_of(source, c, &s->seen[i]);
        settle_copy(source, c, &s->seen[i]);
        settle_role(c, &s->seen[i]);
        if (settle_ranges(source, c, &s->seen[i], err) != TILT_OK) return TILT_ENOMEM;
        c->content = content_of(&s->seen[i], source->date_styles[i]);
        settle_tag(source, i);
    }
    settle_persons(source);
    settle_wholes(s);
    settle_kind(source);
    settle_currency(s);
    source->dialect.totals_rows = pass->counts.totals_rows;
    source->dialect.footer_lines = pass->counts.footer_lines;
    source->dialect.repeated_headers = pass->counts.repeated_headers;
    source->dialect.blocks = pass->blocks;
    return tilt__footer_read(source, &pass->footer, err);
}

tilt_status tilt__survey(tilt_source *source, tilt_error *err) {
    survey s = {.source = source};
    tilt__pass pass = {.footer = TILT__BUF_INIT};
    tilt_status status = run(&s, WINDOW, &pass, err);
    if (status == TILT_OK && pass.stopped && dates_are_open(&s)) status = run(&s, 0, &pass, err);
    if (status == TILT_OK && s.rows == 0 && !pass.stopped) {
        tilt__place place = {.source = source->parts[0].source, .row = source->parts[0].header_line};
        status = tilt__fail_at(err, TILT_ECSV, &place, "a header and no rows of data below it");
    }
    if (status == TILT_OK) status = settle(&s, &pass, err);
    tilt__buf_free(&pass.footer);
    free(s.seen);
    free(s.known);
    return status;
}
