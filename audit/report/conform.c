/* report/conform.c - a value against a schema, depth first, up to the first place that does not fit.
 * Alternatives (oneOf, anyOf) are tried without words; where none fits, the one that is most likely meant is
 * held against the value again for its message: one of the value's type, and of its constants. */
#include "report/conform.h"

#include <math.h>
#include <regex.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"

typedef struct checking {
    const cJSON *root; /* the schema */
    tilt__buf path;    /* "views[0].groups" */
    tilt__buf words;   /* what is said about it */
    bool failed;       /* words are there */
    size_t quiet;      /* alternatives being tried: no words */
} checking;

static bool conforms(checking *c, const cJSON *schema, const cJSON *value);

static const cJSON *at(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const cJSON *resolve(const checking *c, const cJSON *schema) {
    const cJSON *reference = at(schema, "$ref");
    static const char start[] = "#/$defs/";
    for (int hops = 0; cJSON_IsString(reference) && hops < 8; hops++) {
        if (strncmp(reference->valuestring, start, sizeof start - 1) != 0) return schema;
        schema = at(at(c->root, "$defs"), reference->valuestring + sizeof start - 1);
        reference = at(schema, "$ref");
    }
    return schema;
}

static const cJSON *alternatives(const cJSON *schema) {
    const cJSON *list = at(schema, "oneOf");
    return list != NULL ? list : at(schema, "anyOf");
}

/* ---- words ---- */

static const struct {
    const char *name, *words;
    int type; /* of cJSON */
} types[] = {{"object", "an object", cJSON_Object},
             {"array", "a list", cJSON_Array},
             {"string", "a text", cJSON_String},
             {"number", "a number", cJSON_Number},
             {"integer", "a whole number", cJSON_Number},
             {"boolean", "true or false", cJSON_True | cJSON_False},
             {"null", "null", cJSON_NULL}};
enum { N_TYPE = sizeof types / sizeof *types };

static void put_found(const cJSON *value, tilt__buf *out) {
    enum { MOST = 60 };
    if (cJSON_IsObject(value) || cJSON_IsArray(value)) {
        tilt__buf_text(out, cJSON_IsObject(value) ? "an object" : "a list");
    } else if (cJSON_IsString(value)) {
        tilt__buf_format(out, "the text \"%.*s\"", MOST, value->valuestring);
        if (strlen(value->valuestring) > MOST) tilt__buf_text(out, "...");
    } else if (cJSON_IsNumber(value)) {
        tilt__buf_format(out, "the number %.17g", value->valuedouble);
    } else {
        tilt__buf_text(out, cJSON_IsTrue(value) ? "true" : cJSON_IsFalse(value) ? "false" : "null");
    }
}

static void put_or(tilt__buf *out, size_t before) {
    if (out->length > before) tilt__buf_text(out, " or ");
}

static void put_words_of(const cJSON *list, tilt__buf *out) {
    enum { MOST = 8 };
    int n = cJSON_GetArraySize(list), i = 0;
    const cJSON *word;
    if (n > 1) tilt__buf_text(out, "one of ");
    cJSON_ArrayForEach(word, list) {
        if (i++ == MOST) break;
        tilt__buf_format(out, "%s\"%s\"", i > 1 ? ", " : "",
                         cJSON_IsString(word) ? word->valuestring : "null");
    }
    if (n > MOST) tilt__buf_format(out, " and %d more", n - MOST);
}

static void put_type(const char *name, tilt__buf *out) {
    for (size_t t = 0; t < N_TYPE; t++)
        if (strcmp(types[t].name, name) == 0) tilt__buf_text(out, types[t].words);
}

/* What a schema accepts, without what is inside. */
static void put_accepted(const checking *c, const cJSON *schema, tilt__buf *out) {
    size_t before = out->length;
    schema = resolve(c, schema);
    const cJSON *type = at(schema, "type"), *constant = at(schema, "const"), *words = at(schema, "enum"),
                *other;
    cJSON_ArrayForEach(other, alternatives(schema)) {
        put_or(out, before);
        put_accepted(c, other, out);
    }
    if (words != NULL) {
        put_words_of(words, out);
    } else if (cJSON_IsString(constant)) {
        tilt__buf_format(out, "\"%s\"", constant->valuestring);
    } else if (constant != NULL) {
        tilt__buf_text(out, cJSON_IsTrue(constant) ? "true" : "another value");
    } else if (cJSON_IsString(type)) {
        put_or(out, before);
        put_type(type->valuestring, out);
    } else {
        cJSON_ArrayForEach(other, type) {
            put_or(out, before);
            put_type(other->valuestring, out);
        }
    }
}

/* Begins the message: what stands before it is the path. False, always. */
static bool fail(checking *c) {
    c->failed = true;
    return false;
}

static bool fail_found(checking *c, const cJSON *schema, const cJSON *value) {
    if (c->quiet > 0) return false;
    tilt__buf_text(&c->words, "found ");
    put_found(value, &c->words);
    tilt__buf_text(&c->words, ", expected ");
    put_accepted(c, schema, &c->words);
    return fail(c);
}

static bool fail_limit(checking *c, const cJSON *value, const char *what, const cJSON *limit) {
    if (c->quiet > 0) return false;
    tilt__buf_text(&c->words, "found ");
    put_found(value, &c->words);
    tilt__buf_format(&c->words, ", expected %s %g", what, limit->valuedouble);
    return fail(c);
}

/* ---- paths ---- */

static size_t step_in(checking *c, const char *name) {
    size_t before = c->path.length;
    tilt__buf_format(&c->path, "%s%.80s", before > 0 ? "." : "", name);
    return before;
}

static size_t step_to(checking *c, size_t i) {
    size_t before = c->path.length;
    tilt__buf_format(&c->path, "[%zu]", i);
    return before;
}

/* A place stays named once something is said about it. */
static void step_out(checking *c, size_t before) {
    if (!c->failed && c->path.data != NULL && !c->path.failed) c->path.data[c->path.length = before] = '\0';
}

/* ---- one value ---- */

static bool is_type(const cJSON *value, const char *name) {
    for (size_t t = 0; t < N_TYPE; t++) {
        if (strcmp(types[t].name, name) != 0) continue;
        bool whole = strcmp(name, "integer") != 0 || floor(value->valuedouble) == value->valuedouble;
        return (value->type & types[t].type) != 0 && whole;
    }
    return false;
}

static bool type_fits(const cJSON *type, const cJSON *value) {
    const cJSON *one;
    if (type == NULL) return true;
    if (cJSON_IsString(type)) return is_type(value, type->valuestring);
    cJSON_ArrayForEach(one, type) if (is_type(value, one->valuestring)) return true;
    return false;
}

static bool words_fit(const cJSON *words, const cJSON *value) {
    const cJSON *word;
    if (words == NULL) return true;
    cJSON_ArrayForEach(word, words) if (cJSON_Compare(word, value, true)) return true;
    return false;
}

static bool limits_fit(checking *c, const cJSON *schema, const cJSON *value) {
    const cJSON *least = at(schema, "minimum"), *most = at(schema, "maximum"),
                *above = at(schema, "exclusiveMinimum"), *below = at(schema, "exclusiveMaximum");
    double number = value->valuedouble;
    if (!cJSON_IsNumber(value)) return true;
    if (least != NULL && !(number >= least->valuedouble)) return fail_limit(c, value, "at least", least);
    if (most != NULL && !(number <= most->valuedouble)) return fail_limit(c, value, "at most", most);
    if (above != NULL && !(number > above->valuedouble)) return fail_limit(c, value, "more than", above);
    if (below != NULL && !(number < below->valuedouble)) return fail_limit(c, value, "less than", below);
    return true;
}

static bool pattern_fits(checking *c, const cJSON *pattern, const cJSON *value) {
    regex_t compiled;
    if (!cJSON_IsString(pattern) || !cJSON_IsString(value)) return true;
    if (regcomp(&compiled, pattern->valuestring, REG_EXTENDED | REG_NOSUB) != 0) return true;
    bool fits = regexec(&compiled, value->valuestring, 0, NULL, 0) == 0;
    regfree(&compiled);
    if (fits || c->quiet > 0) return fits;
    tilt__buf_text(&c->words, "found ");
    put_found(value, &c->words);
    tilt__buf_format(&c->words, ", expected a text of the form %s", pattern->valuestring);
    return fail(c);
}

/* ---- lists and objects ---- */

static bool list_fits(checking *c, const cJSON *schema, const cJSON *value) {
    const cJSON *items = at(schema, "items"), *least = at(schema, "minItems"), *most = at(schema, "maxItems");
    const cJSON *item;
    size_t i = 0;
    cJSON_ArrayForEach(item, value) {
        size_t before = step_to(c, i++);
        bool fits = items == NULL || conforms(c, items, item);
        step_out(c, before);
        if (!fits) return false;
    }
    bool short_of = least != NULL && (double)i < least->valuedouble,
         beyond = most != NULL && (double)i > most->valuedouble;
    if ((!short_of && !beyond) || c->quiet > 0) return !short_of && !beyond;
    tilt__buf_format(&c->words, "found a list of %zu, expected at %s %g", i, short_of ? "least" : "most",
                     (short_of ? least : most)->valuedouble);
    return fail(c);
}

/* The one pattern of names that schemas have: the reason beside a number that cannot be had. */
static const cJSON *by_pattern(const cJSON *schema, const char *name) {
    static const char ending[] = "_reason";
    size_t n = strlen(name), m = sizeof ending - 1;
    const cJSON *pattern = at(schema, "patternProperties");
    bool reason = n > m && strcmp(name + n - m, ending) == 0;
    return pattern != NULL && reason && strncmp(name, "cube_", 5) != 0 ? pattern->child : NULL;
}

static bool fail_unknown(checking *c, const cJSON *properties, const char *name) {
    enum { MOST = 128 };
    const char *names[MOST];
    size_t n = 0;
    const cJSON *known;
    if (c->quiet > 0) return false;
    cJSON_ArrayForEach(known, properties) if (n < MOST) names[n++] = known->string;
    const char *near = tilt__text_nearest(name, names, n);
    tilt__buf_format(&c->words, "there is no \"%.60s\" here", name);
    if (near != NULL) tilt__buf_format(&c->words, ", expected \"%s\"", near);
    tilt__buf_text(&c->words, near != NULL ? "" : "; was this made by a newer tiltmeter?");
    return fail(c);
}

static bool member_fits(checking *c, const cJSON *schema, const cJSON *object, const cJSON *member) {
    const cJSON *properties = at(schema, "properties"), *rule = at(properties, member->string),
                *others = at(schema, "additionalProperties");
    if (at(object, member->string) != member) {
        if (c->quiet > 0) return false;
        tilt__buf_format(&c->words, "\"%.60s\" is there twice, expected once", member->string);
        return fail(c);
    }
    if (rule == NULL) rule = by_pattern(schema, member->string);
    if (rule == NULL && cJSON_IsFalse(others)) return fail_unknown(c, properties, member->string);
    if (rule == NULL) rule = others;
    if (!cJSON_IsObject(rule)) return true;
    size_t before = step_in(c, member->string);
    bool fits = conforms(c, rule, member);
    step_out(c, before);
    return fits;
}

static bool object_fits(checking *c, const cJSON *schema, const cJSON *value) {
    const cJSON *name, *member;
    cJSON_ArrayForEach(name, at(schema, "required")) {
        if (at(value, name->valuestring) != NULL) continue;
        if (c->quiet > 0) return false;
        tilt__buf_format(&c->words, "\"%s\" is missing, expected ", name->valuestring);
        put_accepted(c, at(at(schema, "properties"), name->valuestring), &c->words);
        return fail(c);
    }
    cJSON_ArrayForEach(member, value) if (!member_fits(c, schema, value, member)) return false;
    return true;
}

/* ---- alternatives ---- */

/* How likely a value is meant to be this: 0 not of its type, 2 with a constant of its own. */
static int likeness(const checking *c, const cJSON *schema, const cJSON *value) {
    const cJSON *property;
    schema = resolve(c, schema);
    if (!type_fits(at(schema, "type"), value) || !words_fit(at(schema, "enum"), value)) return 0;
    cJSON_ArrayForEach(property, at(schema, "properties")) {
        const cJSON *constant = at(property, "const");
        if (constant != NULL && cJSON_Compare(constant, at(value, property->string), true)) return 2;
    }
    return 1;
}

static bool one_fits(checking *c, const cJSON *schema, const cJSON *list, const cJSON *value) {
    const cJSON *one, *likely = NULL;
    int most = 0;
    c->quiet++;
    bool fits = false;
    cJSON_ArrayForEach(one, list) {
        int like = likeness(c, one, value);
        if (like > most) most = like, likely = one;
        fits = fits || (like > 0 && conforms(c, one, value));
    }
    c->quiet--;
    if (fits || c->quiet > 0) return fits;
    return likely == NULL ? fail_found(c, schema, value) : conforms(c, likely, value);
}

static bool conforms(checking *c, const cJSON *schema, const cJSON *value) {
    schema = resolve(c, schema);
    const cJSON *list = alternatives(schema), *constant = at(schema, "const");
    if (list != NULL && !one_fits(c, schema, list, value)) return false;
    bool fits = type_fits(at(schema, "type"), value) && words_fit(at(schema, "enum"), value) &&
                (constant == NULL || cJSON_Compare(constant, value, true));
    if (!fits) return fail_found(c, schema, value);
    if (!limits_fit(c, schema, value) || !pattern_fits(c, at(schema, "pattern"), value)) return false;
    if (cJSON_IsArray(value)) return list_fits(c, schema, value);
    return !cJSON_IsObject(value) || object_fits(c, schema, value);
}

tilt_status tilt__conform(const cJSON *schema, const cJSON *value, tilt_error *err) {
    checking c = {.root = schema, .path = TILT__BUF_INIT, .words = TILT__BUF_INIT};
    tilt_status status = TILT_OK;
    if (!conforms(&c, schema, value))
        status = c.path.failed || c.words.failed
                     ? tilt__fail_memory(err)
                     : tilt__fail(err, TILT_EUSAGE, "%s%s%s", tilt__buf_get(&c.path),
                                  c.path.length > 0 ? ": " : "", tilt__buf_get(&c.words));
    tilt__buf_free(&c.path);
    tilt__buf_free(&c.words);
    return status;
}
