/* report/result_write.c - the result as text, view after view.
 *
 * Views are nearly all of a result, and nine tenths of a view (drivers, levels, campaigns) no sentence is
 * made of. So each view is made, printed and cut down to what sentences need; the whole tree is never there.
 * Views are made side by side, and their texts appended in order. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "report/cut.h"
#include "report/json.h"
#include "report/publish.h"
#include "report/result.h"
#include "report/sentences.h"
#include "report/summaries.h"

enum { SHARES = 4 };

/* A view that is written and waits for those before it. */
typedef struct waiting {
    tilt__spooled spooled; /* the beginning of its text */
    tilt__buf text;
    cJSON *views; /* a list with the view cut down, or without any */
    bool ready;
} waiting;

typedef struct writing {
    const tilt__outcome *outcome;
    const tilt__explainer *explainer;
    size_t n_threads;
    cJSON *root, *views;          /* the tree, and its "views" */
    tilt__hidden *hidden;         /* made with the rest of the tree */
    tilt__publishing *publishing; /* NULL: everything is shown */
    tilt__json_printer *printer;
    const tilt__result_text *text;
    pthread_mutex_t lock; /* guards all that follows, the tree's list and the text */
    waiting *places;
    size_t next, n;   /* the first view that is not in the text yet */
    tilt__buf *rooms; /* n_rooms of those that texts were in, for the next ones: their pages are there */
    size_t n_rooms;
} writing;

static void cut_down(cJSON *comparison) {
    for (cJSON *member = comparison != NULL ? comparison->child : NULL, *next; member != NULL;
         member = next) {
        next = member->next;
        if (tilt__cut_drops(member->string)) cJSON_Delete(cJSON_DetachItemViaPointer(comparison, member));
    }
}

/* A view on its way into the text. */
typedef struct telling {
    writing *w;
    waiting *own;
    tilt__json_printer *printer;
    bool begun; /* within its list of comparisons */
} telling;

/* A part of what may be in memory is for each of the views that are written at once. */
static void spool_view(telling *t) {
    const tilt__result_text *to = t->w->text;
    if (to->spool_from == 0 || t->own->text.length < to->spool_from / SHARES) return;
    (void)pthread_mutex_lock(&t->w->lock);
    tilt__spool_put(to->spool, &t->own->spooled, &t->own->text);
    (void)pthread_mutex_unlock(&t->w->lock);
}

/* Members from `member` on, up to the one of this name, which is not printed. */
static const cJSON *put_members(tilt__json_printer *printer, const cJSON *member, const char *end) {
    for (; member != NULL && strcmp(member->string, end) != 0; member = member->next)
        tilt__json_put(printer, member->string, member);
    return member;
}

/* A comparison is printed and cut down before the next is made. */
static void take_comparison(void *context, cJSON *view, cJSON *comparison) {
    telling *t = context;
    if (!t->begun) {
        tilt__json_begin(t->printer, '{');
        (void)put_members(t->printer, view->child, "comparisons");
        tilt__json_key(t->printer, "comparisons");
        tilt__json_begin(t->printer, '[');
        t->begun = true;
    }
    tilt__json_put(t->printer, NULL, comparison);
    cut_down(comparison);
    spool_view(t);
}

/* What is not yet printed of a view. */
static void end_view(telling *t, cJSON *view) {
    cJSON *comparisons = cJSON_GetObjectItemCaseSensitive(view, "comparisons"), *each;
    if (!t->begun) {
        tilt__json_value_alone(t->printer, view);
        cJSON_ArrayForEach(each, comparisons) cut_down(each);
        return;
    }
    tilt__json_end(t->printer, ']');
    (void)put_members(t->printer, comparisons->next, "");
    tilt__json_end(t->printer, '}');
}

static tilt__buf take_room(writing *w) {
    (void)pthread_mutex_lock(&w->lock);
    tilt__buf room = w->n_rooms > 0 ? w->rooms[--w->n_rooms] : (tilt__buf)TILT__BUF_INIT;
    (void)pthread_mutex_unlock(&w->lock);
    return room;
}

/* No more of them than threads. */
static void give_room_back(writing *w, tilt__buf *room) {
    w->text->out->failed = w->text->out->failed || room->failed;
    if (w->n_rooms >= w->n_threads) {
        tilt__buf_free(room);
        return;
    }
    tilt__buf_reset(room);
    w->rooms[w->n_rooms++] = *room;
    *room = (tilt__buf)TILT__BUF_INIT;
}

/* Adds a text, and lets the spool take what has come together; in the order of the text, whatever the spool
 * can take. */
static tilt_status add_text(const tilt__result_text *to, waiting *place, tilt_error *err) {
    tilt__buf *text = &place->text;
    tilt_status status = tilt__spool_append(to->spool, to->out, &place->spooled, err);
    if (to->spool_from > 0 && to->out->length + text->length >= to->spool_from) {
        tilt__spool_take(to->spool, to->out);
        if (to->out->length == 0) tilt__spool_take(to->spool, text);
    }
    tilt__buf_add(to->out, tilt__buf_get(text), text->length);
    return status;
}

/* Appends what is complete, in order. */
static tilt_status append_ready(writing *w, tilt_error *err) {
    tilt_status status = TILT_OK;
    for (; w->next < w->n && w->places[w->next].ready && status == TILT_OK; w->next++) {
        waiting *place = &w->places[w->next];
        cJSON *view = cJSON_DetachItemFromArray(place->views, 0);
        if (view != NULL) {
            tilt__json_key(w->printer, NULL);
            status = add_text(w->text, place, err);
            cJSON_AddItemToArray(w->views, view);
        }
        give_room_back(w, &place->text);
        cJSON_Delete(place->views);
        place->views = NULL;
    }
    return status;
}

/* Makes view v as the one entry of `list`; what is to be published is printed after a look at all of it. */
static tilt_status make_view(writing *w, size_t v, cJSON *list, telling *t, tilt_error *err) {
    const tilt__outcome *o = w->outcome;
    bool explained = w->publishing != NULL || v >= o->views->n;
    tilt__comparison_taker taker = {take_comparison, t};
    tilt_status status = explained ? TILT_OK : w->explainer->view(w->explainer->context, v, err);
    if (status != TILT_OK) return status;
    if (v < o->views->n)
        tilt__put_view(list, o, &o->views->items[v], o->explanations[v],
                       w->publishing != NULL ? NULL : &taker);
    else
        tilt__put_ranged(list, &o->ranged->items[v - o->views->n]);
    if (tilt__json_first(list) == NULL) return tilt__fail_memory(err);
    return w->publishing != NULL ? tilt__publish_view(w->publishing, list, v, err) : TILT_OK;
}

/* Makes and prints it. */
static tilt_status tell_view(writing *w, size_t v, waiting *own, tilt_error *err) {
    telling t = {w, own, tilt__json_printer_new(&own->text, 2), false};
    if (t.printer == NULL) return tilt__fail_memory(err);
    tilt_status status = make_view(w, v, own->views, &t, err);
    cJSON *view = status == TILT_OK ? own->views->child : NULL; /* NULL too when it is not to be published */
    if (view != NULL) end_view(&t, view);
    if (own->text.failed) status = tilt__fail_memory(err);
    tilt__json_printer_free(t.printer);
    return status;
}

static tilt_status write_view(void *context, size_t v, tilt_error *err) {
    writing *w = context;
    waiting own = {.text = take_room(w), .views = cJSON_CreateArray(), .ready = true};
    tilt_status status = own.views != NULL ? tell_view(w, v, &own, err) : tilt__fail_memory(err);
    if (status == TILT_OK && v < w->outcome->views->n)
        status = w->explainer->written(w->explainer->context, v, err);
    (void)pthread_mutex_lock(&w->lock);
    w->places[v] = own;
    if (status == TILT_OK) status = append_ready(w, err);
    (void)pthread_mutex_unlock(&w->lock);
    return status;
}

/* The item that may take longest is the first. */
static tilt_status write_item(void *context, size_t i, tilt_error *err) {
    const writing *w = context;
    return i == 0 ? w->explainer->beside(w->explainer->context, err) : write_view(context, i - 1, err);
}

static tilt_status write_views(writing *w, tilt_error *err) {
    w->n = w->outcome->views->n + w->outcome->ranged->n;
    w->places = tilt__alloc(w->n, sizeof *w->places);
    w->rooms = tilt__alloc(w->n_threads, sizeof *w->rooms);
    if (w->places == NULL || w->rooms == NULL || pthread_mutex_init(&w->lock, NULL) != 0) {
        free(w->places);
        free(w->rooms);
        return tilt__fail_memory(err);
    }
    tilt__json_key(w->printer, "views");
    tilt__json_begin(w->printer, '[');
    /* What may be shown is remembered over all views, so these go one by one; all is explained by then. */
    tilt_status status = w->publishing != NULL
                             ? tilt__parallel_for(1, w->n, write_view, w, err)
                             : tilt__parallel_for(w->n_threads, w->n + 1, write_item, w, err);
    tilt__json_end(w->printer, ']');
    for (size_t v = w->next; v < w->n; v++) { /* after a failure */
        tilt__buf_free(&w->places[v].text);
        tilt__spooled_free(&w->places[v].spooled);
        cJSON_Delete(w->places[v].views);
    }
    while (w->n_rooms > 0) tilt__buf_free(&w->rooms[--w->n_rooms]);
    free(w->rooms);
    free(w->places);
    (void)pthread_mutex_destroy(&w->lock);
    return status;
}

/* What looks at all views, and beside it what is hidden of their counts. */
static tilt_status rest_item(void *context, size_t i, tilt_error *err) {
    writing *w = context;
    if (i == 0) {
        tilt_status status = w->explainer->all(w->explainer->context, err);
        return status == TILT_OK ? tilt__result_rest(w->root, w->outcome, err) : status;
    }
    w->hidden = tilt__hidden_find(w->outcome, w->outcome->spec->min_cell, err);
    return w->hidden != NULL ? TILT_OK : TILT_ENOMEM;
}

static tilt_status make_rest(writing *w, tilt_error *err) {
    return tilt__parallel_for(w->n_threads, 2, rest_item, w, err);
}

static tilt_status explain_item(void *context, size_t i, tilt_error *err) {
    const writing *w = context;
    const tilt__explainer *e = w->explainer;
    return i == 0 ? e->beside(e->context, err) : e->view(e->context, i - 1, err);
}

/* What is to be published is looked at as a whole before any of it is written. */
static tilt_status publish(writing *w, tilt_error *err) {
    tilt_status status = tilt__parallel_for(w->n_threads, w->outcome->views->n + 1, explain_item, w, err);
    if (status == TILT_OK) status = make_rest(w, err);
    if (status != TILT_OK) return status;
    w->publishing = tilt__publishing_new(w->root, w->hidden, err);
    return w->publishing != NULL ? tilt__publish_frame(w->publishing, w->root, err) : TILT_ENOMEM;
}

static tilt_status write_tree(writing *w, tilt_error *err) {
    const tilt_spec *spec = w->outcome->spec;
    tilt__json_begin(w->printer, '{');
    (void)put_members(w->printer, w->root->child, "views");
    tilt_status status = write_views(w, err);
    if (status == TILT_OK && w->hidden == NULL) status = make_rest(w, err);
    size_t gone = w->publishing != NULL ? tilt__publishing_gone(w->publishing) : 0;
    if (status == TILT_OK) status = tilt__put_privacy(w->root, w->hidden, spec->publish, gone, err);
    if (status == TILT_OK) status = tilt__summaries_add(w->root, spec, err);
    if (status == TILT_OK) status = tilt__sentences_add(w->root, err);
    if (status != TILT_OK) return status;
    (void)put_members(w->printer, w->views->next, "");
    tilt__json_end(w->printer, '}');
    tilt__buf_char(w->text->out, '\n');
    return w->text->out->failed ? tilt__fail_memory(err) : TILT_OK;
}

tilt_status tilt__result_write(const tilt__outcome *o, const tilt__explainer *explainer, size_t n_threads,
                               const tilt__result_text *text, tilt_error *err) {
    writing w = {.outcome = o, .explainer = explainer, .n_threads = n_threads, .text = text};
    w.root = tilt__result_head(o, err);
    if (w.root == NULL) return TILT_ENOMEM;
    w.views = cJSON_GetObjectItemCaseSensitive(w.root, "views");
    tilt_status status = o->spec->publish ? publish(&w, err) : TILT_OK;
    if (status == TILT_OK) {
        w.printer = tilt__json_printer_new(text->out, 0);
        status = w.printer != NULL ? write_tree(&w, err) : tilt__fail_memory(err);
    }
    tilt__json_printer_free(w.printer);
    tilt__publishing_free(w.publishing);
    tilt__hidden_free(w.hidden);
    cJSON_Delete(w.root);
    return status;
}
