/* tests/read/damage_shape.c - damage to delimiters, quotes, rows, header and lines; see damage.h. */
#include "read/damage_tools.h"

static bool all_delimiters_become_semicolons(wound *w) {
    return redelimit(w, 0, 9999, ';');
}

static bool all_delimiters_become_tabs(wound *w) {
    return redelimit(w, 0, 9999, '\t');
}

static bool all_delimiters_become_bars(wound *w) {
    return redelimit(w, 0, 9999, '|');
}

static bool all_delimiters_become_colons(wound *w) {
    return redelimit(w, 0, 9999, ':');
}

static bool delimiters_of_one_row_become_bars(wound *w) {
    return redelimit(w, w->line, w->line, '|');
}

static bool delimiters_of_the_header_become_bars(wound *w) {
    return redelimit(w, w->header, w->header, '|');
}

static bool delimiters_become_bars_from_one_row_on(wound *w) {
    return redelimit(w, w->line, last_data(w), '|');
}

static bool a_delimiter_is_doubled_in_the_middle_of_a_row(wound *w) {
    range cell = number_cell(w);
    char one[2] = {w->delimiter, 0};
    return insert(w, cell.start, one);
}

static bool a_delimiter_begins_a_row(wound *w) {
    char one[2] = {w->delimiter, 0};
    return insert(w, target_line(w).start, one);
}

static bool a_delimiter_ends_one_row(wound *w) {
    char one[2] = {w->delimiter, 0};
    return insert(w, target_line(w).end, one);
}

static bool a_delimiter_ends_every_line(wound *w) {
    char one[2] = {w->delimiter, 0};
    return each_line(w, "", one, "\n");
}

static bool a_delimiter_is_lost(wound *w) {
    range cell = number_cell(w);
    return replace(w, cell.end, cell.end + 1, "");
}

static bool a_note_sep_stands_on_top(wound *w) {
    char note[] = "sep=,\n";
    note[4] = w->delimiter;
    return insert(w, 0, note);
}

static bool an_opening_quote_is_lost(wound *w) {
    range cell = label_cell(w);
    return has_quotes(w, cell) && replace(w, cell.start, cell.start + 1, "");
}

static bool a_closing_quote_is_lost(wound *w) {
    range cell = label_cell(w);
    return has_quotes(w, cell) && replace(w, cell.end - 1, cell.end, "");
}

static bool both_quotes_of_a_cell_are_lost(wound *w) {
    range cell = label_cell(w);
    if (!has_quotes(w, cell)) return false;
    put(w, 0, cell.start);
    put(w, cell.start + 1, cell.end - 1);
    put(w, cell.end, w->n);
    return true;
}

static bool a_quote_too_many_begins_a_number(wound *w) {
    return insert(w, number_cell(w).start, "\"");
}

static bool a_quote_stands_inside_a_number(wound *w) {
    return insert(w, number_cell(w).start + 2, "\"");
}

static bool a_quote_too_many_ends_a_number(wound *w) {
    return insert(w, number_cell(w).end, "\"");
}

static bool a_quote_stands_inside_a_quoted_cell(wound *w) {
    range cell = label_cell(w);
    return has_quotes(w, cell) && insert(w, cell.start + 3, "\"");
}

static bool the_quotes_of_a_cell_are_doubled(wound *w) {
    range cell = label_cell(w);
    if (!has_quotes(w, cell)) return false;
    put(w, 0, cell.start);
    put_text(w, "\"");
    put(w, cell.start, cell.end);
    put_text(w, "\"");
    put(w, cell.end, w->n);
    return true;
}

static bool single_quotes_take_the_place_of_quotes(wound *w) {
    for (size_t i = 0; i < w->n; i++) tilt__buf_char(&w->out, w->text[i] == '"' ? '\'' : w->text[i]);
    return true;
}

static bool typographic_quotes_take_the_place_of_quotes(wound *w) {
    for (size_t i = 0; i < w->n; i++) {
        if (w->text[i] == '"')
            put_text(w, "\xe2\x80\x9c");
        else
            tilt__buf_char(&w->out, w->text[i]);
    }
    return true;
}

static bool quotes_inside_a_cell_are_escaped_with_backslashes(wound *w) {
    range cell = label_cell(w);
    return has_quotes(w, cell) && insert(w, cell.start + 4, "\\\"wide\\\"");
}

static bool every_line_is_put_in_quotes_as_a_whole(wound *w) {
    for (size_t l = 0; line_at(w, l).start < w->n; l++) {
        range line = line_at(w, l);
        put_text(w, "\"");
        for (size_t i = line.start; i < line.end; i++) {
            if (w->text[i] == '"') put_text(w, "\"");
            put(w, i, i + 1);
        }
        put_text(w, "\"\n");
    }
    return true;
}

static bool every_cell_is_put_in_quotes(wound *w) {
    for (size_t l = 0; line_at(w, l).start < w->n; l++) {
        range line = line_at(w, l);
        for (size_t c = 0;; c++) {
            range cell = cell_at(w, line, c);
            bool bare = !has_quotes(w, cell);
            put_text(w, bare ? "\"" : "");
            put(w, cell.start, cell.end);
            put_text(w, bare ? "\"" : "");
            if (cell.end >= line.end) break;
            put(w, cell.end, cell.end + 1);
        }
        put_text(w, "\n");
    }
    return true;
}

static bool a_cell_too_many_ends_a_row(wound *w) {
    char more[] = ",9";
    more[0] = w->delimiter;
    return insert(w, target_line(w).end, more);
}

static bool a_cell_is_missing_at_the_end_of_a_row(wound *w) {
    range line = target_line(w), cell = cell_at(w, line, 99);
    return replace(w, cell.start - 1, line.end, "");
}

static bool a_cell_is_missing_in_the_middle_of_a_row(wound *w) {
    range cell = number_cell(w);
    return replace(w, cell.start, cell.end + 1, "");
}

static bool a_row_ends_behind_its_first_cell(wound *w) {
    range cell = cell_at(w, target_line(w), 0);
    return replace(w, cell.end, target_line(w).end, "");
}

static bool a_row_is_broken_in_two(wound *w) {
    range cell = number_cell(w);
    return replace(w, cell.start - 1, cell.start, "\n");
}

static bool two_rows_are_joined(wound *w) {
    return replace(w, target_line(w).end, target_line(w).end + 1, "");
}

static bool two_rows_are_joined_by_a_delimiter(wound *w) {
    char one[2] = {w->delimiter, 0};
    return replace(w, target_line(w).end, target_line(w).end + 1, one);
}

static bool the_header_stands_at_the_end(wound *w) {
    return move_header(w, w->data_lines);
}

static bool the_header_stands_below_the_first_row(wound *w) {
    return move_header(w, 1);
}

static bool the_header_stands_in_the_middle(wound *w) {
    return move_header(w, w->data_lines / 2);
}

static bool the_header_is_repeated_in_the_middle(wound *w) {
    range line = target_line(w);
    put(w, 0, line.end + 1);
    put_line(w, w->header);
    put(w, line.end + 1, w->n);
    return true;
}

static bool the_header_is_repeated_above_every_row(wound *w) {
    put(w, 0, header_line(w).start);
    for (size_t i = 1; i <= w->data_lines; i++) {
        put_line(w, w->header);
        put_line(w, w->header + i);
    }
    put(w, line_at(w, last_data(w)).end + 1, w->n);
    return true;
}

static bool the_header_stands_there_twice(wound *w) {
    put(w, 0, header_line(w).start);
    put_line(w, w->header);
    put(w, header_line(w).start, w->n);
    return true;
}

static bool the_header_is_missing(wound *w) {
    return replace(w, header_line(w).start, header_line(w).end + 1, "");
}

static bool the_header_is_in_capitals(wound *w) {
    range line = header_line(w);
    for (size_t i = 0; i < w->n; i++) {
        bool lower = i >= line.start && i < line.end && w->text[i] >= 'a' && w->text[i] <= 'z';
        tilt__buf_char(&w->out, lower ? (char)(w->text[i] - 'a' + 'A') : w->text[i]);
    }
    return true;
}

static bool the_header_has_blanks_around_its_names(wound *w) {
    range line = header_line(w);
    put(w, 0, line.start);
    for (size_t c = 0;; c++) {
        range cell = cell_at(w, line, c);
        put_text(w, "  ");
        put(w, cell.start, cell.end);
        put_text(w, " ");
        if (cell.end >= line.end) break;
        put(w, cell.end, cell.end + 1);
    }
    put(w, line.end, w->n);
    return true;
}

static bool the_header_is_cut(wound *w) {
    range line = header_line(w);
    return replace(w, cell_at(w, line, 1).end, line.end, "");
}

static bool blanks_end_every_line(wound *w) {
    return each_line(w, "", "   ", "\n");
}

static bool blanks_begin_every_line(wound *w) {
    return each_line(w, "   ", "", "\n");
}

static bool a_tab_ends_every_line(wound *w) {
    return each_line(w, "", "\t", "\n");
}

static bool blanks_stand_around_a_number(wound *w) {
    range cell = number_cell(w);
    put(w, 0, cell.start);
    put_text(w, "  ");
    put(w, cell.start, cell.end);
    put_text(w, "  ");
    put(w, cell.end, w->n);
    return true;
}

static bool a_no_break_space_stands_before_a_number(wound *w) {
    range cell = number_cell(w);
    return w->text[cell.start] != '"' && insert(w, cell.start, "\xc2\xa0");
}

static bool lines_end_with_cr_lf(wound *w) {
    return each_line(w, "", "", "\r\n");
}

static bool lines_end_with_cr(wound *w) {
    return each_line(w, "", "", "\r");
}

static bool lines_end_with_cr_cr_lf(wound *w) {
    return each_line(w, "", "", "\r\r\n");
}

static bool lines_end_with_lf_cr(wound *w) {
    return each_line(w, "", "", "\n\r");
}

static bool line_ends_are_mixed(wound *w) {
    for (size_t i = 0; line_at(w, i).start < w->n; i++) {
        static const char *const ends[] = {"\n", "\r\n", "\r"};
        range line = line_at(w, i);
        put(w, line.start, line.end);
        put_text(w, ends[i % 3]);
    }
    return true;
}

static bool empty_lines_stand_between_rows(wound *w) {
    return insert(w, target_line(w).start, "\n\n");
}

static bool every_second_line_is_empty(wound *w) {
    return each_line(w, "", "\n", "\n");
}

static bool empty_lines_stand_on_top(wound *w) {
    return insert(w, 0, "\n\n\n");
}

static bool empty_lines_stand_at_the_end(wound *w) {
    put(w, 0, w->n);
    put_text(w, "\n\n \n");
    return true;
}

static bool a_line_of_blanks_stands_between_rows(wound *w) {
    return insert(w, target_line(w).start, "    \n");
}

static bool a_line_of_delimiters_stands_between_rows(wound *w) {
    put(w, 0, target_line(w).start);
    for (size_t c = 1; cell_at(w, header_line(w), c - 1).end < header_line(w).end; c++)
        tilt__buf_char(&w->out, w->delimiter);
    put_text(w, "\n");
    put(w, target_line(w).start, w->n);
    return true;
}

static bool a_form_feed_stands_between_rows(wound *w) {
    return insert(w, target_line(w).start, "\f\n");
}

static bool a_comment_stands_between_rows(wound *w) {
    return insert(w, target_line(w).start, "# checked by hand\n");
}

const damage damages_of_shape[] = {
    {"all delimiters become semicolons", all_delimiters_become_semicolons, CLEAN_OR_ERROR},
    {"all delimiters become tabs", all_delimiters_become_tabs, CLEAN_OR_ERROR},
    {"all delimiters become bars", all_delimiters_become_bars, CLEAN_OR_ERROR},
    {"all delimiters become colons", all_delimiters_become_colons, MUST_BE_ERROR},
    {"delimiters of one row become bars", delimiters_of_one_row_become_bars, MUST_BE_ERROR},
    {"delimiters of the header become bars", delimiters_of_the_header_become_bars, MUST_BE_ERROR},
    {"delimiters become bars from one row on", delimiters_become_bars_from_one_row_on, MUST_BE_ERROR},
    {"a delimiter is doubled in the middle of a row", a_delimiter_is_doubled_in_the_middle_of_a_row,
     MUST_BE_ERROR},
    {"a delimiter begins a row", a_delimiter_begins_a_row, MUST_BE_ERROR},
    {"a delimiter ends one row", a_delimiter_ends_one_row, MUST_BE_ERROR},
    {"a delimiter ends every line", a_delimiter_ends_every_line, CLEAN_OR_ERROR},
    {"a delimiter is lost", a_delimiter_is_lost, CLEAN_OR_ERROR},
    {"a note \"sep=\" stands on top", a_note_sep_stands_on_top, CLEAN_OR_ERROR},
    {"an opening quote is lost", an_opening_quote_is_lost, MUST_BE_ERROR},
    {"a closing quote is lost", a_closing_quote_is_lost, MUST_BE_ERROR},
    {"both quotes of a cell are lost", both_quotes_of_a_cell_are_lost, MUST_BE_ERROR},
    {"a quote too many begins a number", a_quote_too_many_begins_a_number, MUST_BE_ERROR},
    {"a quote stands inside a number", a_quote_stands_inside_a_number, MUST_BE_ERROR},
    {"a quote too many ends a number", a_quote_too_many_ends_a_number, MUST_BE_ERROR},
    {"a quote stands inside a quoted cell", a_quote_stands_inside_a_quoted_cell, MUST_BE_ERROR},
    {"the quotes of a cell are doubled", the_quotes_of_a_cell_are_doubled, MUST_BE_ERROR},
    {"single quotes take the place of quotes", single_quotes_take_the_place_of_quotes, MUST_BE_ERROR},
    {"typographic quotes take the place of quotes", typographic_quotes_take_the_place_of_quotes,
     MUST_BE_ERROR},
    {"quotes inside a cell are escaped with backslashes", quotes_inside_a_cell_are_escaped_with_backslashes,
     MUST_BE_ERROR},
    {"every line is put in quotes as a whole", every_line_is_put_in_quotes_as_a_whole, MUST_BE_ERROR},
    {"every cell is put in quotes", every_cell_is_put_in_quotes, MUST_BE_CLEAN},
    {"a cell too many ends a row", a_cell_too_many_ends_a_row, MUST_BE_ERROR},
    {"a cell is missing at the end of a row", a_cell_is_missing_at_the_end_of_a_row, MUST_BE_ERROR},
    {"a cell is missing in the middle of a row", a_cell_is_missing_in_the_middle_of_a_row, MUST_BE_ERROR},
    {"a row ends behind its first cell", a_row_ends_behind_its_first_cell, MUST_BE_ERROR},
    {"a row is broken in two", a_row_is_broken_in_two, MUST_BE_ERROR},
    {"two rows are joined", two_rows_are_joined, MUST_BE_ERROR},
    {"two rows are joined by a delimiter", two_rows_are_joined_by_a_delimiter, MUST_BE_ERROR},
    {"the header stands at the end", the_header_stands_at_the_end, MUST_BE_ERROR},
    {"the header stands below the first row", the_header_stands_below_the_first_row, MUST_BE_ERROR},
    {"the header stands in the middle", the_header_stands_in_the_middle, MUST_BE_ERROR},
    {"the header is repeated in the middle", the_header_is_repeated_in_the_middle, MUST_BE_CLEAN},
    {"the header is repeated above every row", the_header_is_repeated_above_every_row, MUST_BE_CLEAN},
    {"the header stands there twice", the_header_stands_there_twice, MUST_BE_CLEAN},
    {"the header is missing", the_header_is_missing, MUST_BE_ERROR},
    {"the header is in capitals", the_header_is_in_capitals, MUST_BE_CLEAN},
    {"the header has blanks around its names", the_header_has_blanks_around_its_names, MUST_BE_CLEAN},
    {"the header is cut", the_header_is_cut, MUST_BE_ERROR},
    {"blanks end every line", blanks_end_every_line, MUST_BE_CLEAN},
    {"blanks begin every line", blanks_begin_every_line, CLEAN_OR_ERROR},
    {"a tab ends every line", a_tab_ends_every_line, CLEAN_OR_ERROR},
    {"blanks stand around a number", blanks_stand_around_a_number, MUST_BE_CLEAN},
    {"a no-break space stands before a number", a_no_break_space_stands_before_a_number, MUST_BE_CLEAN},
    {"lines end with CR LF", lines_end_with_cr_lf, MUST_BE_CLEAN},
    {"lines end with CR", lines_end_with_cr, MUST_BE_CLEAN},
    {"lines end with CR CR LF", lines_end_with_cr_cr_lf, CLEAN_OR_ERROR},
    {"lines end with LF CR", lines_end_with_lf_cr, CLEAN_OR_ERROR},
    {"line ends are mixed", line_ends_are_mixed, MUST_BE_CLEAN},
    {"empty lines stand between rows", empty_lines_stand_between_rows, MUST_BE_CLEAN},
    {"every second line is empty", every_second_line_is_empty, CLEAN_OR_ERROR},
    {"empty lines stand on top", empty_lines_stand_on_top, MUST_BE_CLEAN},
    {"empty lines stand at the end", empty_lines_stand_at_the_end, MUST_BE_CLEAN},
    {"a line of blanks stands between rows", a_line_of_blanks_stands_between_rows, MUST_BE_CLEAN},
    {"a line of delimiters stands between rows", a_line_of_delimiters_stands_between_rows, MUST_BE_CLEAN},
    {"a form feed stands between rows", a_form_feed_stands_between_rows, MUST_BE_ERROR},
    {"a comment stands between rows", a_comment_stands_between_rows, MUST_BE_ERROR},
};
const size_t n_damages_of_shape = sizeof damages_of_shape / sizeof *damages_of_shape;
