/* report/pdf_board.c - the two pages for a board. Each is one page: its sizes are taken back step by step
 * until everything is on it, and what still does not fit is in the appendix anyway. */
#include <math.h>
#include <string.h>

#include "report/pdf_flow.h"

static const double factors[] = {1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7};

/* ---- page 1 ---- */

static double figure_at(tilt__flow *flow, const tilt__figure *figure, double x, double width) {
    double size = figure->missing ? 13 : 23, y = flow->y;
    double value_width = width;
    if (tilt__mark_word(figure->mark) != NULL && !figure->missing) {
        tilt__flow_mark(flow, figure->mark, x + 7 * flow->factor, y + 15 * flow->factor, 6.5 * flow->factor);
        value_width -= 20 * flow->factor;
    }
    double shift = width - value_width;
    if (figure->missing) y += 9 * flow->factor;
    y += tilt__flow_text_at(flow,
                            (tilt__prose){.tag = "P",
                                          .size = size,
                                          .strong = true,
                                          .paint = figure->missing ? TILT__PAINT_MUTED : TILT__PAINT_INK,
                                          .width = value_width},
                            x + shift, y, figure->value);
    const double leading = 2; /* lines of two sizes stand as far apart as those of one */
    if (figure->span[0] != '\0')
        y += leading + tilt__flow_text_at(
                           flow,
                           (tilt__prose){.tag = "P", .size = 8.5, .paint = TILT__PAINT_INK, .width = width},
                           x, y, figure->span);
    y += tilt__flow_text_at(flow,
                            (tilt__prose){.tag = "P", .size = 8, .paint = TILT__PAINT_MUTED, .width = width},
                            x, y, figure->label);
    return y;
}

static void put_figures(tilt__flow *flow, const tilt__board *board) {
    const double gap = 18, width = (TILT__PAPER_INNER - 2 * gap) / TILT__FIGURES;
    double lowest = flow->y;
    flow->y += 4 * flow->factor;
    for (size_t i = 0; i < TILT__FIGURES; i++) {
        double x = TILT__PAPER_LEFT + (width + gap) * (double)i;
        lowest = fmax(lowest, figure_at(flow, &board->figures[i], x, width));
    }
    flow->y = lowest + 4 * flow->factor;
}

/* A line to write on, with what is to be written below it. */
static void put_line(tilt__flow *flow, double x, double width, double y, const char *what) {
    tilt__flow_rule(flow, x, x + width, y, TILT__PAINT_MUTED, 0.6);
    (void)tilt__flow_text_at(
        flow, (tilt__prose){.tag = "P", .size = 7.5, .paint = TILT__PAINT_MUTED, .width = width}, x, y + 1.5,
        what);
}

static void put_lines(tilt__flow *flow) {
    const double third = (TILT__PAPER_INNER - 30) / 3;
    flow->y += 20 * flow->factor;
    put_line(flow, TILT__PAPER_LEFT, TILT__PAPER_INNER, flow->y, "Decided");
    flow->y += 30 * flow->factor;
    put_line(flow, TILT__PAPER_LEFT, third, flow->y, "Who sees to it");
    put_line(flow, TILT__PAPER_LEFT + third + 15, third, flow->y, "By when");
    put_line(flow, TILT__PAPER_LEFT + 2 * (third + 15), third, flow->y, "Looked at again on");
    flow->y += 16 * flow->factor;
}

static void first_page(tilt__flow *flow) {
    const tilt__doc *doc = flow->doc;
    const tilt__board *board = &doc->board;
    tilt__flow_title(flow);
    tilt__flow_heading(flow, 1, "Verdicts");
    tilt__flow_list(flow, &board->verdicts);
    if (board->more[0] != '\0')
        tilt__flow_text(flow, (tilt__prose){.tag = "P", .size = 8, .paint = TILT__PAINT_MUTED, .after = 2},
                        board->more);
    tilt__flow_heading(flow, 1, "In three numbers");
    put_figures(flow, board);
    if (board->forest != NULL) {
        tilt__flow_heading(flow, 1, "How far from parity");
        tilt__flow_chart(flow, board->forest);
    }
    if (board->unknown.n_items > 0) {
        tilt__flow_heading(flow, 1, "What we do not know");
        tilt__flow_list(flow, &board->unknown);
    }
    tilt__flow_heading(flow, 1, "Decision asked");
    if (board->asked.n_items > 0)
        tilt__flow_list(flow, &board->asked);
    else
        tilt__flow_text(flow, (tilt__prose){.tag = "P", .size = 9.5, .paint = TILT__PAINT_INK, .after = 4},
                        board->no_asked);
    put_lines(flow);
}

/* ---- page 2 ---- */

static void put_drivers(tilt__flow *flow, const tilt__board *board) {
    if (board->whose != NULL && board->whose[0] != '\0')
        tilt__flow_text(flow, (tilt__prose){.tag = "P", .size = 8, .paint = TILT__PAINT_MUTED, .after = 4},
                        board->whose);
    if (board->drivers.n_items == 0) {
        tilt__flow_text(flow, (tilt__prose){.tag = "P", .size = 9.5, .paint = TILT__PAINT_INK, .after = 4},
                        board->no_drivers);
        return;
    }
    tilt__flow_tag(flow, "L");
    for (size_t i = 0; i < board->drivers.n_items; i++) {
        const tilt__item *item = &board->drivers.items[i];
        tilt__flow_tag(flow, "LI");
        if (item->lead[0] != '\0') {
            tilt__surface box = tilt__cairo_surface(&flow->pen, 0, 0, 1);
            tilt__flow_tag(flow, "Lbl");
            box.ops->rect(
                &box, TILT__PAPER_LEFT, flow->y + 1, 12 * flow->factor, 12 * flow->factor, 2,
                (tilt__area){.fill = TILT__PAINT_PAPER, .edge = TILT__PAINT_MUTED, .edge_width = 0.7});
            tilt__pen_face(&flow->pen, 8 * flow->factor, true);
            tilt__pen_paint(&flow->pen, TILT__PAINT_INK);
            (void)tilt__pen_text(&flow->pen, TILT__PAPER_LEFT + 6 * flow->factor,
                                 flow->y + 1 + 9 * flow->factor, item->lead, TILT__MIDDLE);
            tilt__flow_untag(flow, "Lbl");
        }
        tilt__flow_text(
            flow,
            (tilt__prose){.tag = "LBody", .size = 9.5, .paint = TILT__PAINT_INK, .indent = 20, .after = 4},
            item->text);
        tilt__flow_untag(flow, "LI");
    }
    tilt__flow_untag(flow, "L");
}

/* Who prepared, reviewed and approved: three rows to write in. */
static void put_signatures(tilt__flow *flow) {
    static const char *const roles[] = {"Prepared", "Reviewed", "Approved"};
    static const char *const heads[] = {"Name and position", "Date", "Signature"};
    static const double widths[] = {180, 70, 140};
    tilt__flow_tag(flow, "Table");
    for (size_t r = 0; r < sizeof roles / sizeof *roles; r++) {
        double x = TILT__PAPER_LEFT + 66;
        flow->y += 20 * flow->factor;
        tilt__flow_tag(flow, "TR");
        (void)tilt__flow_text_at(
            flow,
            (tilt__prose){.tag = "TH", .size = 9, .strong = true, .paint = TILT__PAINT_INK, .width = 64},
            TILT__PAPER_LEFT, flow->y - 11 * flow->factor, roles[r]);
        for (size_t c = 0; c < sizeof heads / sizeof *heads; c++) {
            tilt__flow_rule(flow, x, x + widths[c], flow->y, TILT__PAINT_MUTED, 0.6);
            (void)tilt__flow_text_at(
                flow, (tilt__prose){.tag = "TD", .size = 7.5, .paint = TILT__PAINT_MUTED, .width = widths[c]},
                x, flow->y + 1.5, heads[c]);
            x += widths[c] + 18;
        }
        tilt__flow_untag(flow, "TR");
        flow->y += 12 * flow->factor;
    }
    tilt__flow_untag(flow, "Table");
}

static void second_page(tilt__flow *flow) {
    const tilt__board *board = &flow->doc->board;
    const tilt__prose plain = {.tag = "P", .size = 9.5, .paint = TILT__PAINT_INK, .after = 4};
    tilt__flow_heading(flow, 1, "Where the gap arises");
    if (board->stages != NULL)
        tilt__flow_chart(flow, board->stages);
    else
        tilt__flow_text(flow, plain, board->no_stages);
    tilt__flow_heading(flow, 1, "What goes with it");
    put_drivers(flow, board);
    if (board->spread.n_items > 0)
        tilt__flow_heading(flow, 1, "Platforms, partners, and what creatives hold");
    for (size_t i = 0; i < board->spread.n_items; i++)
        tilt__flow_text(flow, plain, board->spread.items[i].text);
    tilt__flow_heading(flow, 1, "Since the last audit");
    tilt__flow_text(flow, plain, board->change);
    tilt__flow_heading(flow, 1, "Reviews, and until when they hold");
    if (board->reviews != NULL)
        tilt__flow_table(flow, board->reviews, false);
    else
        tilt__flow_text(flow, plain, board->no_reviews);
    if (board->more_reviews[0] != '\0')
        tilt__flow_text(flow, (tilt__prose){.tag = "P", .size = 8, .paint = TILT__PAINT_MUTED, .after = 2},
                        board->more_reviews);
    tilt__flow_heading(flow, 1, "Prepared, reviewed, approved");
    put_signatures(flow);
}

/* ---- fitting ---- */

/* The largest of the factors with which the page is not too high. */
static double fitting(const tilt__flow *flow, void (*page)(tilt__flow *)) {
    size_t last = sizeof factors / sizeof *factors - 1;
    for (size_t i = 0; i < last; i++) {
        tilt__flow trial;
        bool fits = tilt__flow_open_endless(&trial, flow->doc, factors[i]);
        if (fits) {
            page(&trial);
            fits = trial.y <= flow->bottom;
        }
        tilt__flow_close(&trial);
        if (fits) return factors[i];
    }
    return factors[last];
}

static void put_page(tilt__flow *flow, void (*page)(tilt__flow *)) {
    flow->factor = fitting(flow, page);
    page(flow);
    flow->factor = 1;
}

void tilt__board_first(tilt__flow *flow) {
    put_page(flow, first_page);
}

void tilt__board_second(tilt__flow *flow) {
    put_page(flow, second_page);
}
