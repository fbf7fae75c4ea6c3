/* tests/read/damage_bytes.c - damage to bytes, sizes and numbers, and what stands around the table; see
 * damage.h. */
#include "read/damage_tools.h"

static bool a_nul_byte_stands_in_a_number(wound *w) {
    put(w, 0, number_cell(w).start + 1);
    tilt__buf_char(&w->out, 0);
    put(w, number_cell(w).start + 1, w->n);
    return true;
}

static bool a_nul_byte_ends_the_file(wound *w) {
    put(w, 0, w->n);
    tilt__buf_char(&w->out, 0);
    return true;
}

static bool a_nul_byte_stands_in_the_header(wound *w) {
    put(w, 0, header_line(w).start + 1);
    tilt__buf_char(&w->out, 0);
    put(w, header_line(w).start + 1, w->n);
    return true;
}

static bool a_control_z_ends_the_file(wound *w) {
    put(w, 0, w->n);
    put_text(w, "\x1a");
    return true;
}

static bool a_byte_order_mark_begins_the_file(wound *w) {
    return insert(w, 0, "\xef\xbb\xbf");
}

static bool a_byte_order_mark_begins_a_row(wound *w) {
    return insert(w, target_line(w).start, "\xef\xbb\xbf");
}

static bool the_file_is_in_utf_16_little_end_first(wound *w) {
    return convert(w, "UTF-16LE", "\xff\xfe", 2, 0);
}

static bool the_file_is_in_utf_16_big_end_first(wound *w) {
    return convert(w, "UTF-16BE", "\xfe\xff", 2, 0);
}

static bool the_file_is_in_utf_16_without_a_mark(wound *w) {
    return convert(w, "UTF-16LE", "", 0, 0);
}

static bool the_file_is_in_utf_16_and_half_a_character_is_lost(wound *w) {
    return convert(w, "UTF-16LE", "\xff\xfe", 2, 1);
}

static bool the_file_is_in_utf_32(wound *w) {
    return convert(w, "UTF-32LE", "\xff\xfe\0\0", 4, 0);
}

static bool the_file_is_in_windows_1252(wound *w) {
    return convert(w, "WINDOWS-1252", "", 0, 0);
}

static bool the_file_is_in_windows_1252_with_the_mark_of_utf_8(wound *w) {
    return convert(w, "WINDOWS-1252", "\xef\xbb\xbf", 3, 0);
}

static bool one_row_is_in_windows_1252(wound *w) {
    const char *umlaut = strstr(w->text + target_line(w).end, "\xc3\xbc");
    if (umlaut == NULL) return false;
    size_t at = (size_t)(umlaut - w->text);
    return replace(w, at, at + 2, "\xfc");
}

static bool a_high_byte_stands_in_a_number(wound *w) {
    return insert(w, number_cell(w).start + 1, "\xb2");
}

static bool a_zero_width_space_stands_in_a_number(wound *w) {
    return insert(w, number_cell(w).start + 1, "\xe2\x80\x8b");
}

static bool a_number_is_in_full_width_digits(wound *w) {
    range cell = number_cell(w);
    return replace(w, cell.start, cell.end, "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x90\xef\xbc\x90");
}

static bool garbage_ends_the_file(wound *w) {
    put(w, 0, w->n);
    tilt__buf_add(&w->out, "\x07\x03\xff\xfe\x9c\x01garbage\x02", 14);
    return true;
}

static bool the_last_line_end_is_lost(wound *w) {
    put(w, 0, w->n - 1);
    return true;
}

static bool the_file_is_cut_behind_the_first_cell_of_its_last_row(wound *w) {
    put(w, 0, cell_at(w, line_at(w, last_data(w)), 0).end);
    return true;
}

static bool the_file_is_cut_inside_a_quoted_cell(wound *w) {
    range cell = cell_at(w, line_at(w, last_data(w)), w->label);
    put(w, 0, cell.start + 3);
    return true;
}

static bool the_file_is_cut_inside_a_number(wound *w) {
    range cell = cell_at(w, line_at(w, last_data(w)), w->number);
    put(w, 0, cell.start + 2);
    return true;
}

static bool the_file_is_cut_behind_the_header(wound *w) {
    put(w, 0, header_line(w).end + 1);
    return true;
}

static bool the_file_is_cut_inside_the_header(wound *w) {
    put(w, 0, header_line(w).start + 9);
    return true;
}

static bool the_file_is_empty(wound *w) {
    (void)w;
    return true;
}

static bool the_header_has_100_000_columns(wound *w) {
    put(w, 0, header_line(w).end);
    for (int i = 0; i < 100000; i++) tilt__buf_format(&w->out, "%cextra %d", w->delimiter, i);
    put(w, header_line(w).end, w->n);
    return true;
}

static bool a_row_has_100_000_cells(wound *w) {
    char one[3] = {w->delimiter, '1', 0};
    put(w, 0, target_line(w).end);
    (void)repeat(w, one, 100000);
    put(w, target_line(w).end, w->n);
    return true;
}

static bool a_row_has_a_cell_of_10_mb(wound *w) {
    put(w, 0, number_cell(w).end);
    (void)repeat(w, "0123456789", 1 << 20);
    put(w, number_cell(w).end, w->n);
    return true;
}

static bool a_line_of_100_mb_stands_on_top(wound *w) {
    (void)repeat(w, "0123456789abcdef", 6 << 20);
    put_text(w, "\n");
    put(w, 0, w->n);
    return true;
}

static bool a_line_of_100_mb_stands_between_rows(wound *w) {
    put(w, 0, target_line(w).start);
    (void)repeat(w, "0123456789abcdef", 6 << 20);
    put_text(w, "\n");
    put(w, target_line(w).start, w->n);
    return true;
}

static bool three_lines_of_text_stand_on_top(wound *w) {
    return insert(w, 0, "Board report\nall campaigns, draft\n\n");
}

static bool a_hundred_lines_of_text_stand_on_top(wound *w) {
    (void)repeat(w, "a line of text\n", 100);
    put(w, 0, w->n);
    return true;
}

static bool a_footnote_stands_below_an_empty_line(wound *w) {
    put(w, 0, w->n);
    put_text(w, "\nSource: our own exports\n");
    return true;
}

static bool a_footnote_follows_the_last_row(wound *w) {
    put(w, 0, w->n);
    put_text(w, "-- end of file --\n");
    return true;
}

static bool rows_stand_below_a_footnote(wound *w) {
    put(w, 0, w->n);
    put_text(w, "\nSource: our own exports\n");
    put_line(w, w->line);
    return true;
}

static bool a_web_page_stands_on_top(wound *w) {
    return insert(w, 0, "<html><body>please sign in</body></html>\n");
}

static bool a_row_of_another_file_stands_between_rows(wound *w) {
    return insert(w, target_line(w).start, "2024-01-01|a|b|c\n");
}

static bool a_number_has_the_letter_o_for_a_zero(wound *w) {
    range cell = number_cell(w);
    return replace(w, cell.start + 1, cell.start + 2, "O");
}

static bool a_number_has_a_blank_in_it(wound *w) {
    return respell(w, "", " ", "");
}

static bool a_number_has_a_comma_for_its_thousands(wound *w) {
    return respell(w, "\"", ",", "\"");
}

static bool a_number_has_a_point_for_its_thousands(wound *w) {
    return respell(w, "\"", ".", "\"");
}

static bool a_number_has_an_apostrophe_for_its_thousands(wound *w) {
    return respell(w, "", "'", "");
}

static bool a_number_has_a_comma_and_is_not_quoted(wound *w) {
    return w->delimiter == ',' && respell(w, "", ",", "");
}

static bool a_number_has_two_points(wound *w) {
    return respell(w, "", "..", "");
}

static bool a_number_is_in_parentheses(wound *w) {
    return respell(w, "(", "", ")");
}

static bool a_number_is_in_scientific_notation(wound *w) {
    return respell(w, "", "", "E+0");
}

static bool a_number_has_a_letter_behind_it(wound *w) {
    return respell(w, "", "", "k");
}

static bool a_number_has_a_decimal_zero_behind_it(wound *w) {
    return respell(w, "", "", ".0");
}

static bool a_number_is_a_formula(wound *w) {
    return respell(w, "=", "", "");
}

static bool a_number_has_an_apostrophe_before_it(wound *w) {
    return respell(w, "'", "", "");
}

static bool a_number_has_an_underscore_in_it(wound *w) {
    return respell(w, "", "_", "");
}

static bool a_number_is_a_spreadsheet_error(wound *w) {
    range cell = number_cell(w);
    return replace(w, cell.start, cell.end, "#REF!");
}

static bool a_number_is_a_word(wound *w) {
    range cell = number_cell(w);
    return replace(w, cell.start, cell.end, "many");
}

static bool a_number_is_n_a(wound *w) {
    range cell = number_cell(w);
    return replace(w, cell.start, cell.end, "n/a");
}

static bool a_number_is_a_bound(wound *w) {
    return respell(w, "< ", "", "");
}

static bool a_number_is_infinite(wound *w) {
    range cell = number_cell(w);
    return replace(w, cell.start, cell.end, "inf");
}

static bool a_number_has_forty_digits(wound *w) {
    range cell = number_cell(w);
    return replace(w, cell.start, cell.end, "1234567890123456789012345678901234567890");
}

static bool a_number_and_a_label_change_places(wound *w) {
    range a = label_cell(w), b = number_cell(w);
    put(w, 0, a.start);
    put(w, b.start, b.end);
    put(w, a.end, b.start);
    put(w, a.start, a.end);
    put(w, b.end, w->n);
    return a.end < b.start;
}

static bool the_rows_are_in_another_order(wound *w) {
    put(w, 0, header_line(w).end + 1);
    for (size_t i = w->data_lines; i > 0; i--) put_line(w, w->header + i);
    put(w, line_at(w, last_data(w)).end + 1, w->n);
    return true;
}

const damage damages_of_bytes[] = {
    {"a NUL byte stands in a number", a_nul_byte_stands_in_a_number, MUST_BE_ERROR},
    {"a NUL byte ends the file", a_nul_byte_ends_the_file, MUST_BE_ERROR},
    {"a NUL byte stands in the header", a_nul_byte_stands_in_the_header, MUST_BE_ERROR},
    {"a control-Z ends the file", a_control_z_ends_the_file, CLEAN_OR_ERROR},
    {"a byte-order mark begins the file", a_byte_order_mark_begins_the_file, MUST_BE_CLEAN},
    {"a byte-order mark begins a row", a_byte_order_mark_begins_a_row, CLEAN_OR_ERROR},
    {"the file is in UTF-16, little end first", the_file_is_in_utf_16_little_end_first, MUST_BE_CLEAN},
    {"the file is in UTF-16, big end first", the_file_is_in_utf_16_big_end_first, MUST_BE_CLEAN},
    {"the file is in UTF-16 without a mark", the_file_is_in_utf_16_without_a_mark, MUST_BE_CLEAN},
    {"the file is in UTF-16 and half a character is lost", the_file_is_in_utf_16_and_half_a_character_is_lost,
     MUST_BE_ERROR},
    {"the file is in UTF-32", the_file_is_in_utf_32, MUST_BE_ERROR},
    {"the file is in Windows-1252", the_file_is_in_windows_1252, MUST_BE_CLEAN},
    {"the file is in Windows-1252 with the mark of UTF-8", the_file_is_in_windows_1252_with_the_mark_of_utf_8,
     MUST_BE_ERROR},
    {"one row is in Windows-1252", one_row_is_in_windows_1252, CLEAN_OR_ERROR},
    {"a high byte stands in a number", a_high_byte_stands_in_a_number, MUST_BE_ERROR},
    {"a zero-width space stands in a number", a_zero_width_space_stands_in_a_number, MUST_BE_ERROR},
    {"a number is in full-width digits", a_number_is_in_full_width_digits, MUST_BE_ERROR},
    {"garbage ends the file", garbage_ends_the_file, MUST_BE_ERROR},
    {"the last line end is lost", the_last_line_end_is_lost, MUST_BE_CLEAN},
    {"the file is cut behind the first cell of its last row",
     the_file_is_cut_behind_the_first_cell_of_its_last_row, MUST_BE_ERROR},
    {"the file is cut inside a quoted cell", the_file_is_cut_inside_a_quoted_cell, MUST_BE_ERROR},
    {"the file is cut inside a number", the_file_is_cut_inside_a_number, MAY_BE_FLAGGED},
    {"the file is cut behind the header", the_file_is_cut_behind_the_header, MUST_BE_ERROR},
    {"the file is cut inside the header", the_file_is_cut_inside_the_header, MUST_BE_ERROR},
    {"the file is empty", the_file_is_empty, MUST_BE_ERROR},
    {"the header has 100,000 columns", the_header_has_100_000_columns, MUST_BE_ERROR},
    {"a row has 100,000 cells", a_row_has_100_000_cells, MUST_BE_ERROR},
    {"a row has a cell of 10 MB", a_row_has_a_cell_of_10_mb, MUST_BE_ERROR},
    {"a line of 100 MB stands on top", a_line_of_100_mb_stands_on_top, MUST_BE_ERROR},
    {"a line of 100 MB stands between rows", a_line_of_100_mb_stands_between_rows, MUST_BE_ERROR},
    {"three lines of text stand on top", three_lines_of_text_stand_on_top, CLEAN_OR_ERROR},
    {"a hundred lines of text stand on top", a_hundred_lines_of_text_stand_on_top, CLEAN_OR_ERROR},
    {"a footnote stands below an empty line", a_footnote_stands_below_an_empty_line, CLEAN_OR_ERROR},
    {"a footnote follows the last row", a_footnote_follows_the_last_row, CLEAN_OR_ERROR},
    {"rows stand below a footnote", rows_stand_below_a_footnote, MUST_BE_ERROR},
    {"a web page stands on top", a_web_page_stands_on_top, MUST_BE_ERROR},
    {"a row of another file stands between rows", a_row_of_another_file_stands_between_rows, MUST_BE_ERROR},
    {"a number has the letter O for a zero", a_number_has_the_letter_o_for_a_zero, MUST_BE_ERROR},
    {"a number has a blank in it", a_number_has_a_blank_in_it, MUST_BE_CLEAN},
    {"a number has a comma for its thousands", a_number_has_a_comma_for_its_thousands, CLEAN_OR_ERROR},
    {"a number has a point for its thousands", a_number_has_a_point_for_its_thousands, CLEAN_OR_ERROR},
    {"a number has an apostrophe for its thousands", a_number_has_an_apostrophe_for_its_thousands,
     MUST_BE_CLEAN},
    {"a number has a comma and is not quoted", a_number_has_a_comma_and_is_not_quoted, MUST_BE_ERROR},
    {"a number has two points", a_number_has_two_points, MUST_BE_ERROR},
    {"a number is in parentheses", a_number_is_in_parentheses, MUST_BE_ERROR},
    {"a number is in scientific notation", a_number_is_in_scientific_notation, MUST_BE_CLEAN},
    {"a number has a letter behind it", a_number_has_a_letter_behind_it, MUST_BE_ERROR},
    {"a number has a decimal zero behind it", a_number_has_a_decimal_zero_behind_it, CLEAN_OR_ERROR},
    {"a number is a formula", a_number_is_a_formula, MUST_BE_ERROR},
    {"a number has an apostrophe before it", a_number_has_an_apostrophe_before_it, MUST_BE_ERROR},
    {"a number has an underscore in it", a_number_has_an_underscore_in_it, MUST_BE_ERROR},
    {"a number is a spreadsheet error", a_number_is_a_spreadsheet_error, MUST_BE_ERROR},
    {"a number is a word", a_number_is_a_word, MUST_BE_ERROR},
    {"a number is n/a", a_number_is_n_a, MUST_BE_ERROR},
    {"a number is a bound", a_number_is_a_bound, MUST_BE_ERROR},
    {"a number is infinite", a_number_is_infinite, MUST_BE_ERROR},
    {"a number has forty digits", a_number_has_forty_digits, MUST_BE_ERROR},
    {"a number and a label change places", a_number_and_a_label_change_places, MUST_BE_ERROR},
    {"the rows are in another order", the_rows_are_in_another_order, MUST_BE_CLEAN},
};
const size_t n_damages_of_bytes = sizeof damages_of_bytes / sizeof *damages_of_bytes;
