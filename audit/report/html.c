/* report/html.c - the page: head with a content-security policy, title and strip, sections, foot, script.
 *
 * The policy allows two things, the style sheet and the script with these very hashes (report/page.js); there
 * are no inline style attributes and no inline handlers, and nothing is fetched.
 */
#include <string.h>

#include "base/hash.h"
#include "report/escape.h"
#include "report/render.h"

/* report/page.js, made part of the library by tilt_embed. */
extern const unsigned char tilt__page_script[];
extern const size_t tilt__page_script_size;

static unsigned hex_digit(char c) {
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* SHA-256 in base64, as a policy wants it. */
static bool put_hash(const void *bytes_of, size_t n, tilt__buf *out) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char hex[TILT__SHA256_HEX];
    if (!tilt__sha256_hex(bytes_of, n, hex)) return false;
    unsigned char bytes[33] = {0};
    for (size_t i = 0; i < 32; i++)
        bytes[i] = (unsigned char)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    for (size_t i = 0; i < 33; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
        for (unsigned k = 0; k < (i == 30 ? 3 : 4); k++)
            tilt__buf_char(out, digits[group >> (18 - 6 * k) & 63]);
    }
    tilt__buf_char(out, '='); /* 32 bytes leave one place empty */
    return true;
}

static bool put_head(const tilt__doc *doc, const char *style, tilt__buf *out) {
    tilt__buf_text(
        out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
    if (!put_hash(style, strlen(style), out)) return false;
    tilt__buf_text(out, "'; script-src 'sha256-");
    if (!put_hash(tilt__page_script, tilt__page_script_size, out)) return false;
    tilt__buf_text(out, "'; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" "
                        "content=\"width=device-width, initial-scale=1\">\n"
                        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" "
                        "content=\"no-referrer\">\n"
                        "<meta name=\"generator\" content=\"");
    tilt__escape_html(doc->generator, out);
    tilt__buf_text(out, "\">\n<title>");
    tilt__escape_html(doc->title, out);
    tilt__buf_text(out, "</title>\n<style>");
    tilt__buf_text(out, style);
    tilt__buf_text(out, "</style>\n</head>\n");
    return true;
}

/* The shapes of the marks, drawn once and used by reference. The undetermined one is open, so that it differs
 * in grey. */
static const char shapes[] =
    "<svg width=\"0\" height=\"0\" class=\"vh\" aria-hidden=\"true\" focusable=\"false\"><defs>"
    "<symbol id=\"m-t\" viewBox=\"0 0 12 12\"><path class=\"f-tilt\" d=\"M6 1 11.5 11H.5Z\"/></symbol>"
    "<symbol id=\"m-u\" viewBox=\"0 0 12 12\"><path class=\"f-paper e-und\" stroke-width=\"1.8\" d=\"M6 1 11 "
    "6 6 11 1 6Z\"/></symbol>"
    "<symbol id=\"m-l\" viewBox=\"0 0 12 12\"><circle class=\"f-lev\" cx=\"6\" cy=\"6\" r=\"5\"/></symbol>"
    "<symbol id=\"m-x\" viewBox=\"0 0 12 12\"><circle class=\"f-paper e-mut\" stroke-width=\"1.4\" cx=\"6\" "
    "cy=\"6\" r=\"4\"/></symbol>"
    "<symbol id=\"m-y\" viewBox=\"0 0 12 12\"><path class=\"f-none e-lev\" stroke-width=\"2\" d=\"M1.5 6.5 "
    "4.5 9.5 10.5 2.5\"/></symbol>"
    "<symbol id=\"m-n\" viewBox=\"0 0 12 12\"><path class=\"f-tilt\" d=\"M5 .5h2l-.3 7.2H5.3ZM5 "
    "9.2h2v2.3H5Z\"/></symbol>"
    "</defs></svg>\n";

static void put_masthead(const tilt__doc *doc, tilt__buf *out) {
    tilt__buf_text(out, "<header>\n<h1>");
    tilt__escape_html_bdi(doc->title, out);
    tilt__buf_text(out, "</h1>\n<p class=\"meta\">");
    tilt__escape_html_bdi(doc->meta, out);
    tilt__buf_text(out, "</p>\n<ul class=\"strip\" aria-label=\"Verdicts\">\n");
    for (size_t i = 0; i < TILT__STRIP; i++) {
        const tilt__strip_item *item = &doc->strip[i];
        tilt__buf_format(out, "<li><a href=\"#%s\">", item->href);
        tilt__html_mark(item->mark, out);
        tilt__buf_format(out, " %zu %s</a></li>\n", item->count, item->text);
    }
    tilt__buf_text(out, "</ul>\n<nav aria-label=\"Sections\"><ul class=\"toc\">\n");
    for (size_t s = 0; s < doc->n_sections; s++) {
        tilt__buf_format(out, "<li><a href=\"#%s\">", doc->sections[s].id);
        tilt__escape_html(doc->sections[s].title, out);
        tilt__buf_text(out, "</a></li>\n");
    }
    tilt__buf_text(out, "</ul></nav>\n</header>\n");
}

bool tilt__render_html(const tilt__doc *doc, const tilt_render_opts *opts, tilt__buf *out) {
    (void)opts;
    tilt__buf style = TILT__BUF_INIT;
    tilt__html_style(&style);
    bool headed = !style.failed && put_head(doc, tilt__buf_get(&style), out);
    out->failed = out->failed || style.failed;
    tilt__buf_free(&style);
    if (!headed) return false;
    tilt__buf_text(out, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the findings</a>\n");
    tilt__buf_text(out, shapes);
    put_masthead(doc, out);
    tilt__buf_text(out, "<main id=\"main\">\n");
    for (size_t s = 0; s < doc->n_sections; s++) {
        const tilt__section *section = &doc->sections[s];
        tilt__buf_format(out, "<section id=\"%s\" aria-labelledby=\"h-%s\">\n<h2 id=\"h-%s\">", section->id,
                         section->id, section->id);
        tilt__escape_html(section->title, out);
        tilt__buf_text(out, "</h2>\n");
        for (size_t b = 0; b < section->n_blocks; b++) tilt__html_block(&section->blocks[b], out);
        tilt__buf_text(out, "</section>\n");
    }
    tilt__buf_text(out, "</main>\n<footer><p>Made with ");
    tilt__escape_html(doc->generator, out);
    tilt__buf_text(out, ". This page fetches nothing and stores nothing; its script sorts, filters and shows "
                        "numbers in another way.</p></footer>\n<script>");
    tilt__buf_add(out, (const char *)tilt__page_script, tilt__page_script_size);
    tilt__buf_text(out, "</script>\n</body>\n</html>\n");
    return true;
}
