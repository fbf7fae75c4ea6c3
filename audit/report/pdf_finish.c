/* report/pdf_finish.c - what Cairo cannot write into a PDF, by qpdf: words for pictures, the language,
 * whether a head is one of a column or of a row, and that readers show the title instead of the file's name.
 *
 * The tree of tags is walked in reading order; its nth picture gets the nth words. Objects go into compressed
 * streams, which halves a file of many tags.
 */
#include <qpdf/qpdf-c.h>
#include <string.h>

#include "report/pdf_flow.h"

typedef struct walk {
    qpdf_data file;
    const char *const *alts;
    size_t n_alts, n_figures;
    int head_depth; /* inside how many THead */
} walk;

enum { DEEPEST = 32 };

static void put_scope(const walk *w, qpdf_oh node) {
    qpdf_oh scope = qpdf_oh_parse(w->file, w->head_depth > 0 ? "<< /O /Table /Scope /Column >>"
                                                             : "<< /O /Table /Scope /Row >>");
    qpdf_oh_replace_key(w->file, node, "/A", scope);
    qpdf_oh_release(w->file, scope);
}

static void put_alt(walk *w, qpdf_oh node) {
    if (w->n_figures < w->n_alts) {
        qpdf_oh alt = qpdf_oh_new_unicode_string(w->file, w->alts[w->n_figures]);
        qpdf_oh_replace_key(w->file, node, "/Alt", alt);
        qpdf_oh_release(w->file, alt);
    }
    w->n_figures++;
}

/* The children of a tag: one, a list, or numbers of pieces of the page's content, which have no tags. The
 * tree is our own and shallow. */
static void visit(walk *w, qpdf_oh node, int depth);           /* NOLINT(misc-no-recursion) */
static void visit_children(walk *w, qpdf_oh node, int depth) { /* NOLINT(misc-no-recursion) */
    qpdf_oh children = qpdf_oh_get_key(w->file, node, "/K");
    if (qpdf_oh_is_array(w->file, children) == QPDF_TRUE) {
        int n = qpdf_oh_get_array_n_items(w->file, children);
        for (int i = 0; i < n; i++) {
            qpdf_oh child = qpdf_oh_get_array_item(w->file, children, i);
            visit(w, child, depth + 1);
            qpdf_oh_release(w->file, child);
        }
    } else {
        visit(w, children, depth + 1);
    }
    qpdf_oh_release(w->file, children);
}

static void visit(walk *w, qpdf_oh node, int depth) { /* NOLINT(misc-no-recursion) */
    if (depth > DEEPEST || qpdf_oh_is_dictionary(w->file, node) != QPDF_TRUE) return;
    qpdf_oh tag = qpdf_oh_get_key(w->file, node, "/S");
    const char *name = qpdf_oh_is_name(w->file, tag) == QPDF_TRUE ? qpdf_oh_get_name(w->file, tag) : "";
    bool head = strcmp(name, "/THead") == 0, picture = strcmp(name, "/Figure") == 0;
    bool leaf = picture || strcmp(name, "/TD") == 0 || strcmp(name, "/TH") == 0 || strcmp(name, "/P") == 0;
    if (strcmp(name, "/TH") == 0) put_scope(w, node);
    qpdf_oh_release(w->file, tag);
    if (picture) put_alt(w, node);
    if (leaf) return;
    w->head_depth += head;
    visit_children(w, node, depth);
    w->head_depth -= head;
}

static void put_into_root(qpdf_data file) {
    qpdf_oh root = qpdf_get_root(file), language = qpdf_oh_new_unicode_string(file, "en"),
            shown = qpdf_oh_parse(file, "<< /DisplayDocTitle true >>");
    qpdf_oh_replace_key(file, root, "/Lang", language);
    qpdf_oh_replace_key(file, root, "/ViewerPreferences", shown);
    qpdf_oh_release(file, shown);
    qpdf_oh_release(file, language);
    qpdf_oh_release(file, root);
}

static void drop_date(qpdf_data file) {
    qpdf_oh trailer = qpdf_get_trailer(file), info = qpdf_oh_get_key(file, trailer, "/Info");
    if (qpdf_oh_is_dictionary(file, info) == QPDF_TRUE) qpdf_oh_remove_key(file, info, "/CreationDate");
    qpdf_oh_release(file, info);
    qpdf_oh_release(file, trailer);
}

static bool write_file(qpdf_data file, tilt__buf *out) {
    if (qpdf_init_write_memory(file) >= QPDF_ERRORS) return false;
    qpdf_set_deterministic_ID(file, QPDF_TRUE);
    qpdf_set_object_stream_mode(file, qpdf_o_generate);
    if (qpdf_write(file) >= QPDF_ERRORS) return false;
    tilt__buf_add(out, (const char *)qpdf_get_buffer(file), qpdf_get_buffer_length(file));
    return true;
}

bool tilt__pdf_finish(const tilt__buf *pdf, const char *const *alts, size_t n_alts, bool dated,
                      tilt__buf *out) {
    walk w = {.file = qpdf_init(), .alts = alts, .n_alts = n_alts};
    if (w.file == NULL) return false;
    qpdf_silence_errors(w.file);
    qpdf_set_suppress_warnings(w.file, QPDF_TRUE);
    bool ok = qpdf_read_memory(w.file, "report", pdf->data, pdf->length, NULL) < QPDF_ERRORS;
    if (ok) {
        put_into_root(w.file);
        if (!dated) drop_date(w.file);
        qpdf_oh root = qpdf_get_root(w.file), tree = qpdf_oh_get_key(w.file, root, "/StructTreeRoot");
        if (qpdf_oh_is_dictionary(w.file, tree) == QPDF_TRUE) visit_children(&w, tree, 0);
        qpdf_oh_release(w.file, tree);
        qpdf_oh_release(w.file, root);
        /* a picture without words, or words without a picture, is a mistake of ours */
        ok = w.n_figures == n_alts && qpdf_has_error(w.file) == QPDF_FALSE && write_file(w.file, out);
    }
    qpdf_cleanup(&w.file);
    return ok;
}
