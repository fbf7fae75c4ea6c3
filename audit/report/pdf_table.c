/* report/pdf_table.c - tables on paper: columns as wide as they need, heads again on every page.
 *
 * Widths are estimated from the texts (report/surface.c), which is fast and errs on the wide side; the cells
 * themselves are set by Pango and wrap where the estimate was not enough. When the columns do not fit, the
 * letters get smaller, and those that can wrap give way down to the width of their longest word.
 */
#include <math.h>
#include <string.h>

#include "report/pdf_flow.h"

enum { MARK = 11 };
/* What is tried, one after another, until the columns fit. */
static const struct { double size, least_short; } steps[] = {{8, 72}, {7, 72}, {8, 0}, {7, 0}, {6.2, 0}};
#define GAP 9.0
#define PLOT_WIDTH 112.0

typedef struct grid {
    const tilt__sheet *table;
    double size; /* of the letters */
    double x[TILT__CELLS_MOST], width[TILT__CELLS_MOST];
    size_t n;
} grid;

static bool wraps(tilt__column_kind kind) {
    return kind == TILT__COLUMN_NAME || kind == TILT__COLUMN_TEXT || kind == TILT__COLUMN_VERDICT;
}

static bool is_right(tilt__column_kind kind) {
    return kind == TILT__COLUMN_NUMBER || kind == TILT__COLUMN_ESTIMATE;
}

/* Width in points of a text at a size; the estimate is made for letters of 12. */
static double text_width(const char *text, double size) {
    return tilt__text_width(text, TILT__FACE_SMALL) * size / tilt__face_size(TILT__FACE_SMALL);
}

/* The longest run without a blank. */
static double word_width(const char *text, double size) {
    double widest = 0;
    char word[64];
    size_t n = 0;
    for (const char *p = text;; p++) {
        bool part = *p != '\0' && *p != ' ';
        if (part && n + 1 < sizeof word) word[n++] = *p;
        if (part) continue;
        word[n] = '\0';
        if (n > 0) widest = fmax(widest, text_width(word, size));
        n = 0;
        if (*p == '\0') return widest;
    }
}

typedef struct need {
    double least, wanted;
} need;

/* least_short: names and words up to this wide stay on one line. */
static need need_of(const tilt__sheet *table, size_t c, double size, double least_short) {
    tilt__column_kind kind = table->columns[c].kind;
    if (kind == TILT__COLUMN_PLOT) return (need){PLOT_WIDTH, PLOT_WIDTH};
    double head = word_width(table->columns[c].head, size * 0.94);
    need needed = {head, fmax(head, fmin(text_width(table->columns[c].head, size * 0.94), 70))};
    for (size_t r = 0; r < table->n_rows; r++) {
        if (table->n_folded > 0 && r == table->fold_from) r += table->n_folded;
        if (r >= table->n_rows) break;
        const tilt__cell *cell = &table->cells[r * table->n_columns + c];
        double extra = kind == TILT__COLUMN_VERDICT ? MARK : 0;
        double whole = text_width(cell->text, size) + extra, below = 0;
        double least = whole; /* short names stay on one line */
        if (wraps(kind)) least = fmin(whole, fmax(word_width(cell->text, size) + extra, least_short));
        if (cell->missing) least = word_width(cell->text, size);
        if (cell->missing) whole = fmin(whole, 90);
        if (cell->sub != NULL) {
            below = text_width(cell->sub, size * 0.88);
            least = fmax(least, is_right(kind) ? below : word_width(cell->sub, size * 0.88) + extra);
            below = is_right(kind) ? below : fmin(below, 90) + extra;
        }
        needed.least = fmax(needed.least, least);
        needed.wanted = fmax(needed.wanted, fmax(whole, below));
    }
    /* a word of a hundred letters is broken */
    needed.least = fmin(needed.least, 110);
    needed.wanted = fmax(needed.least, needed.wanted);
    return needed;
}

/* Shares out `room` among the columns. True when each gets at least what it cannot do without. */
static bool share_out(const need *needed, size_t n, double room, bool by_force, double *out) {
    double least = 0, wanted = 0;
    for (size_t c = 0; c < n; c++) {
        least += needed[c].least;
        wanted += needed[c].wanted;
    }
    if (least > room && !by_force) return false;
    for (size_t c = 0; c < n; c++) {
        double part = wanted > least ? (needed[c].wanted - needed[c].least) / (wanted - least) : 0;
        if (wanted <= room)
            out[c] = needed[c].wanted;
        else if (least <= room)
            out[c] = needed[c].least + part * (room - least);
        else
            out[c] = needed[c].least * room / least;
    }
    return true;
}

static grid make_grid(const tilt__sheet *table, double factor) {
    grid made = {.table = table,
                 .n = table->n_columns < TILT__CELLS_MOST ? table->n_columns : TILT__CELLS_MOST};
    double room = TILT__PAPER_INNER - GAP * (double)(made.n - 1);
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        need needed[TILT__CELLS_MOST];
        made.size = steps[s].size * factor;
        bool last = s + 1 == sizeof steps / sizeof *steps;
        for (size_t c = 0; c < made.n; c++) needed[c] = need_of(table, c, made.size, steps[s].least_short);
        if (share_out(needed, made.n, room, last, made.width)) break;
    }
    double used = 0, x = TILT__PAPER_LEFT;
    for (size_t c = 0; c < made.n; c++) used += made.width[c];
    /* what is left goes between the columns, but not so much that the eye loses the row */
    double spare = made.n > 1 ? fmin((room - used) / (double)(made.n - 1), 26) : 0;
    for (size_t c = 0; c < made.n; c++) {
        made.x[c] = x;
        x += made.width[c] + GAP + fmax(spare, 0);
    }
    return made;
}

/* ---- rows ---- */

static double set_layout(tilt__flow *flow, PangoLayout *layout, double size, bool strong, bool right,
                         double width, const char *text) {
    tilt__pen_face(&flow->pen, size, strong);
    pango_layout_set_font_description(layout, flow->pen.face);
    pango_layout_set_auto_dir(layout, false);
    pango_layout_set_width(layout, (int)(fmax(width, 4) * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout, right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    tilt__pen_set(&flow->pen, layout, text);
    int height = 0;
    pango_layout_get_size(layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

static void show_layout(tilt__flow *flow, PangoLayout *layout, tilt__paint paint, double x, double y) {
    if (flow->silent) return;
    tilt__pen_paint(&flow->pen, paint);
    cairo_move_to(flow->pen.cr, x, y);
    pango_cairo_show_layout(flow->pen.cr, layout);
    cairo_new_path(flow->pen.cr);
}

static void put_head(tilt__flow *flow, const grid *g, bool tagged) {
    double heights[TILT__CELLS_MOST], height = 0;
    for (size_t c = 0; c < g->n; c++) {
        const tilt__column *column = &g->table->columns[c];
        heights[c] = set_layout(flow, flow->cells[c], g->size * 0.94, false, is_right(column->kind),
                                g->width[c], column->head);
        if (column->kind == TILT__COLUMN_PLOT) heights[c] = 17;
        height = fmax(height, heights[c]);
    }
    if (tagged) tilt__flow_tag(flow, "THead");
    if (tagged) tilt__flow_tag(flow, "TR");
    for (size_t c = 0; c < g->n; c++) {
        if (tagged) tilt__flow_tag(flow, "TH");
        if (g->table->columns[c].kind == TILT__COLUMN_PLOT && g->table->chart != NULL) {
            tilt__surface axis = tilt__cairo_surface(&flow->pen, g->x[c], flow->y + height - 17,
                                                     g->width[c] / TILT__FOREST_COLUMN_WIDTH);
            if (!flow->silent) tilt__forest_axis(g->table->chart, &axis);
        } else {
            show_layout(flow, flow->cells[c], TILT__PAINT_MUTED, g->x[c], flow->y + height - heights[c]);
        }
        if (tagged) tilt__flow_untag(flow, "TH");
    }
    if (tagged) tilt__flow_untag(flow, "TR");
    if (tagged) tilt__flow_untag(flow, "THead");
    flow->y += height + 2.5;
    tilt__flow_rule(flow, TILT__PAPER_LEFT, TILT__PAPER_WIDTH - TILT__PAPER_LEFT, flow->y, TILT__PAINT_MUTED,
                    0.6);
    flow->y += 2.5;
}

/* A page of its own where the row does not fit, with the head again; that one is not read out twice. */
static void need_row(tilt__flow *flow, const grid *g, double height) {
    if (flow->y + height <= flow->bottom || flow->y <= TILT__PAPER_TOP) return;
    tilt__flow_page(flow);
    put_head(flow, g, false);
}

typedef struct row_size {
    double text[TILT__CELLS_MOST], sub[TILT__CELLS_MOST];
    double height;
} row_size;

static row_size measure(tilt__flow *flow, const grid *g, const tilt__cell *cells) {
    row_size size = {.height = 0};
    for (size_t c = 0; c < g->n; c++) {
        tilt__column_kind kind = g->table->columns[c].kind;
        bool right = is_right(kind);
        double shift = kind == TILT__COLUMN_VERDICT ? MARK : 0, width = g->width[c] - shift;
        if (kind == TILT__COLUMN_PLOT) {
            size.height = fmax(size.height, 44 * g->width[c] / TILT__FOREST_COLUMN_WIDTH - 5);
            continue;
        }
        size.text[c] = set_layout(flow, flow->cells[c], g->size, false, right, width, cells[c].text);
        if (cells[c].sub != NULL)
            size.sub[c] = set_layout(flow, flow->subs[c], g->size * 0.88, false, right, width, cells[c].sub);
        size.height = fmax(size.height, size.text[c] + size.sub[c]);
    }
    return size;
}

static void put_cell(tilt__flow *flow, const grid *g, const tilt__cell *cell, size_t row, size_t c,
                     const row_size *size, bool muted) {
    tilt__column_kind kind = g->table->columns[c].kind;
    if (kind == TILT__COLUMN_PLOT) {
        double scale = g->width[c] / TILT__FOREST_COLUMN_WIDTH;
        tilt__surface plot =
            tilt__cairo_surface(&flow->pen, g->x[c], flow->y + size->height / 2 - 22 * scale, scale);
        if (g->table->chart != NULL && !flow->silent) tilt__forest_row(g->table->chart, row, &plot);
        return;
    }
    double x = g->x[c], y = flow->y + (size->height - size->text[c] - size->sub[c]) / 2;
    if (kind == TILT__COLUMN_VERDICT) {
        tilt__flow_mark(flow, cell->mark, x + 4, y + g->size * 0.62, g->size * 0.38);
        x += MARK;
    }
    bool pale = muted || cell->missing;
    show_layout(flow, flow->cells[c], pale ? TILT__PAINT_MUTED : TILT__PAINT_INK, x, y);
    if (cell->sub != NULL) show_layout(flow, flow->subs[c], TILT__PAINT_MUTED, x, y + size->text[c]);
}

static void put_row(tilt__flow *flow, const grid *g, size_t row) {
    const tilt__cell *cells = &g->table->cells[row * g->table->n_columns];
    bool muted = row >= g->table->n_rows - g->table->n_foot;
    row_size size = measure(flow, g, cells);
    double before = flow->y;
    need_row(flow, g, size.height + 5);
    if (flow->y != before) size = measure(flow, g, cells); /* NOLINT: the head took the layouts */
    tilt__flow_tag(flow, "TR");
    for (size_t c = 0; c < g->n; c++) {
        const char *tag = g->table->columns[c].kind == TILT__COLUMN_NAME ? "TH" : "TD";
        tilt__flow_tag(flow, tag);
        put_cell(flow, g, &cells[c], row, c, &size, muted);
        tilt__flow_untag(flow, tag);
    }
    tilt__flow_untag(flow, "TR");
    flow->y += size.height + 2.2;
    tilt__flow_rule(flow, TILT__PAPER_LEFT, TILT__PAPER_WIDTH - TILT__PAPER_LEFT, flow->y, TILT__PAINT_RULE,
                    0.5);
    flow->y += 2.2;
}

/* A line across all columns. */
static void put_note(tilt__flow *flow, const char *text) {
    tilt__flow_tag(flow, "TR");
    tilt__flow_text(flow, (tilt__prose){.tag = "TD", .size = 8, .paint = TILT__PAINT_MUTED, .after = 4},
                    text);
    tilt__flow_untag(flow, "TR");
}

void tilt__flow_table(tilt__flow *flow, const tilt__sheet *table, bool captioned) {
    grid g = make_grid(table, flow->factor);
    flow->y += 4 * flow->factor;
    tilt__flow_need(flow, captioned ? 84 : 64);
    tilt__flow_tag(flow, "Table");
    if (captioned)
        tilt__flow_text(
            flow,
            (tilt__prose){
                .tag = "Caption", .size = 8.5, .strong = true, .paint = TILT__PAINT_INK, .after = 4},
            table->caption);
    put_head(flow, &g, true);
    tilt__flow_tag(flow, "TBody");
    for (size_t r = 0; r < table->n_rows; r++) {
        if (table->n_folded > 0 && r == table->fold_from) {
            put_note(flow, table->folded);
            r += table->n_folded - 1;
            continue;
        }
        put_row(flow, &g, r);
    }
    if (table->n_rows == 0) put_note(flow, "No rows.");
    tilt__flow_untag(flow, "TBody");
    tilt__flow_untag(flow, "Table");
    flow->y += 6 * flow->factor;
}
