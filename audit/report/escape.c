/* report/escape.c - text made inert in HTML, Markdown, terminals and CSV. Names were made safe already
 * (report/name.c); this is the second fence, so it trusts nothing. */
#include "report/escape.h"

#include <string.h>

#include "report/name.h"

/* The next character with control characters shown as pictures and bidirectional overrides as U+FFFD. */
static uint32_t next_safe(const char *text, size_t n, size_t *out_length) {
    uint32_t code = tilt__utf8_next(text, n, out_length);
    if (code < 0x20) return 0x2400 + code;
    if (code == 0x7F) return 0x2421;
    if ((code >= 0x80 && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
        (code >= 0x2066 && code <= 0x2067) || code == 0x2028 || code == 0x2029 || code == 0xFEFF ||
        code == 0xFFFE || code == 0xFFFF)
        return 0xFFFD;
    return code;
}

static void put_html(const char *text, bool elements, tilt__buf *out) {
    size_t n = strlen(text), length, open = 0;
    for (size_t i = 0; i < n; i += length) {
        uint32_t code = next_safe(text + i, n - i, &length);
        if (code == '&')
            tilt__buf_text(out, "&amp;");
        else if (code == '<')
            tilt__buf_text(out, "&lt;");
        else if (code == '>')
            tilt__buf_text(out, "&gt;");
        else if (code == '"')
            tilt__buf_text(out, "&quot;");
        else if (code == '\'')
            tilt__buf_text(out, "&#39;");
        else if (code == 0x2068 && elements) {
            tilt__buf_text(out, "<bdi>");
            open++;
        } else if (code == 0x2069 && elements) {
            if (open > 0) tilt__buf_text(out, "</bdi>");
            open -= open > 0;
        } else
            tilt__utf8_put(code, out);
    }
    while (open-- > 0) tilt__buf_text(out, "</bdi>");
}

void tilt__escape_html(const char *text, tilt__buf *out) {
    put_html(text, false, out);
}

void tilt__escape_html_bdi(const char *text, tilt__buf *out) {
    put_html(text, true, out);
}

/* A character that could start a construct anywhere is escaped everywhere; those that matter only at the
 * start of a line
 * ("1.", "-", "#", "+") are escaped there. */
void tilt__escape_markdown(const char *text, tilt__buf *out) {
    size_t n = strlen(text), length;
    size_t digits = strspn(text, "0123456789");
    for (size_t i = 0; i < n; i += length) {
        uint32_t code = next_safe(text + i, n - i, &length);
        if (code == '<')
            tilt__buf_text(out, "&lt;");
        else if (code == '>')
            tilt__buf_text(out, "&gt;");
        else if (code == '&')
            tilt__buf_text(out, "&amp;");
        else {
            bool always = code < 0x80 && strchr("\\`*_{}[]|~!$@", (char)code) != NULL;
            bool first = i == 0 && code < 0x80 && strchr("#+-=", (char)code) != NULL;
            bool ordinal = i > 0 && i == digits && (code == '.' || code == ')') && text[i + 1] == ' ';
            /* a bare address would become a link */
            bool link = code == ':' && strncmp(text + i, "://", 3) == 0;
            if (link)
                tilt__buf_text(out, "&#58;");
            else if (code == '@')
                tilt__buf_text(out, "&#64;");
            else {
                if (always || first || ordinal) tilt__buf_char(out, '\\');
                tilt__utf8_put(code, out);
            }
        }
    }
}

void tilt__escape_terminal(const char *text, tilt__buf *out) {
    size_t n = strlen(text), length;
    for (size_t i = 0; i < n; i += length) tilt__utf8_put(next_safe(text + i, n - i, &length), out);
}

void tilt__escape_csv(const char *text, tilt__buf *out) {
    size_t n = strlen(text), length, blank = strspn(text, " \t\r\n");
    bool formula = n > blank && strchr("=+-@", text[blank]) != NULL;
    if (n > 0 && (text[0] == '\t' || text[0] == '\r')) formula = true;
    /* the full-width forms are formulas to some programs as well */
    static const char *const wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
    for (size_t i = 0; i < 4; i++) formula = formula || strncmp(text + blank, wide[i], 3) == 0;
    bool quote =
        formula || strpbrk(text, "\",;\t\r\n'") != NULL || (n > 0 && (text[0] == ' ' || text[n - 1] == ' '));
    if (quote) tilt__buf_char(out, '"');
    if (formula) tilt__buf_char(out, '\'');
    for (size_t i = 0; i < n; i += length) {
        uint32_t code = next_safe(text + i, n - i, &length);
        if (code == '"') tilt__buf_char(out, '"');
        tilt__utf8_put(code, out);
    }
    if (quote) tilt__buf_char(out, '"');
}
