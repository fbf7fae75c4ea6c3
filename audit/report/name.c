/* report/name.c - names from files and groups in words.
 *
 * Names are made safe once, here, as Unicode text: afterwards no control, bidirectional or zero-width mark is
 * left in them except our own isolates. Renderers still escape what their format gives a meaning to.
 */
#include "report/name.h"

#include <string.h>

/* ---- characters ---- */

uint32_t tilt__utf8_next(const char *text, size_t n, size_t *out_length) {
    const unsigned char *p = (const unsigned char *)text;
    *out_length = 1;
    if (p[0] < 0x80) return p[0];
    if (p[0] < 0xC2 || p[0] > 0xF4) return 0xFFFD;
    size_t length = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (length > n) return 0xFFFD;
    uint32_t code = p[0] & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0xFFFD;
        code = code << 6 | (p[i] & 0x3Fu);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return 0xFFFD;
    *out_length = length;
    return code;
}

void tilt__utf8_put(uint32_t code, tilt__buf *out) {
    if (code < 0x80) {
        tilt__buf_char(out, (char)code);
    } else if (code < 0x800) {
        tilt__buf_char(out, (char)(0xC0 | code >> 6));
        tilt__buf_char(out, (char)(0x80 | (code & 0x3F)));
    } else if (code < 0x10000) {
        tilt__buf_char(out, (char)(0xE0 | code >> 12));
        tilt__buf_char(out, (char)(0x80 | (code >> 6 & 0x3F)));
        tilt__buf_char(out, (char)(0x80 | (code & 0x3F)));
    } else {
        tilt__buf_char(out, (char)(0xF0 | code >> 18));
        tilt__buf_char(out, (char)(0x80 | (code >> 12 & 0x3F)));
        tilt__buf_char(out, (char)(0x80 | (code >> 6 & 0x3F)));
        tilt__buf_char(out, (char)(0x80 | (code & 0x3F)));
    }
}

typedef struct span {
    uint32_t from, to;
} span;

static bool within(uint32_t code, const span *spans, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (code >= spans[i].from && code <= spans[i].to) return true;
    return false;
}
#define WITHIN(code, spans) within(code, spans, sizeof(spans) / sizeof *(spans))

int tilt__utf8_columns(uint32_t code) {
    static const span none[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},
                                {0x064B, 0x065F}, {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F},
                                {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF}};
    static const span wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},
                                {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE4F},
                                {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
                                {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
    return WITHIN(code, none) ? 0 : WITHIN(code, wide) ? 2 : 1;
}

size_t tilt__text_columns(const char *text) {
    size_t n = strlen(text), columns = 0, length;
    for (size_t i = 0; i < n; i += length)
        columns += (size_t)tilt__utf8_columns(tilt__utf8_next(text + i, n - i, &length));
    return columns;
}

static bool is_right_to_left(uint32_t code) {
    static const span letters[] = {
        {0x0590, 0x08FF}, {0xFB1D, 0xFDFF}, {0xFE70, 0xFEFE}, {0x10800, 0x10FFF}, {0x1E800, 0x1EFFF}};
    return WITHIN(code, letters);
}

/* Marks that change how text around them reads, or cannot be seen. Joiners (U+200C, U+200D) stay: scripts
 * need them. */
static bool is_hidden(uint32_t code) {
    static const span hidden[] = {{0x061C, 0x061C}, {0x00AD, 0x00AD},  {0x180E, 0x180E}, {0x200B, 0x200B},
                                  {0x200E, 0x200F}, {0x202A, 0x202E},  {0x2060, 0x206F}, {0xFEFF, 0xFEFF},
                                  {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};
    return WITHIN(code, hidden);
}

static void put_visible(uint32_t code, tilt__buf *out) {
    if (code == '\n' || code == 0x2028 || code == 0x2029)
        tilt__utf8_put(0x23CE, out);
    else if (code == '\t')
        tilt__utf8_put(0x21E5, out);
    else if (code < 0x20 || (code >= 0x7F && code < 0xA0) || is_hidden(code))
        tilt__buf_format(out, "\xE2\x9F\xA8U+%04X\xE2\x9F\xA9", code);
    else
        tilt__utf8_put(code, out);
}

static int visible_columns(uint32_t code) {
    if (code == '\n' || code == '\t') return 1;
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || is_hidden(code) ? 8 : tilt__utf8_columns(code);
}

void tilt__name_put(const char *name, size_t columns, tilt__buf *out) {
    size_t n = strlen(name), length, used = 0, cut = n;
    bool isolate = false;
    /* find where to cut: the last place at which the ellipsis still fits, if the whole does not */
    size_t fits = 0;
    for (size_t i = 0; i < n; i += length) {
        uint32_t code = tilt__utf8_next(name + i, n - i, &length);
        used += (size_t)visible_columns(code);
        if (columns > 0 && used + 1 <= columns) fits = i + length;
        if (columns > 0 && used > columns) {
            cut = fits;
            break;
        }
        isolate = isolate || is_right_to_left(code);
    }
    if (n == 0) tilt__buf_text(out, "(empty)");
    if (isolate) tilt__utf8_put(0x2068, out);
    for (size_t i = 0; i < cut; i += length) put_visible(tilt__utf8_next(name + i, n - i, &length), out);
    if (cut < n) tilt__buf_text(out, "\xE2\x80\xA6");
    if (isolate) tilt__utf8_put(0x2069, out);
}

/* ---- groups ---- */

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_word(const char *a, const char *b) {
    while (*a != '\0' && lower(*a) == lower(*b)) a++, b++;
    return lower(*a) == lower(*b);
}

static bool one_of(const char *word, const char *const *words) {
    for (; *words != NULL; words++)
        if (same_word(word, *words)) return true;
    return false;
}

typedef enum part_kind { PART_WOMEN, PART_MEN, PART_AGE, PART_OTHER } part_kind;

static part_kind kind_of(const char *attribute, const char *label) {
    static const char *const gender[] = {"gender", "sex", "geschlecht", "genre", NULL};
    static const char *const women[] = {"female", "f",     "woman",  "women", "females", "weiblich", "frau",
                                        "frauen", "femme", "femmes", "mujer", "mujeres", NULL};
    static const char *const men[] = {
        "male",  "m",      "man",    "men",     "males", "m\xC3\xA4nnlich", "mann", "m\xC3\xA4nner",
        "homme", "hommes", "hombre", "hombres", NULL};
    static const char *const age[] = {"age", "age range", "age_range", "age group", NULL};
    if (one_of(attribute, gender) && one_of(label, women)) return PART_WOMEN;
    if (one_of(attribute, gender) && one_of(label, men)) return PART_MEN;
    if (one_of(attribute, age) && label[0] >= '0' && label[0] <= '9' && strlen(label) < 12) return PART_AGE;
    return PART_OTHER;
}

static const char *label_at(const cJSON *node) {
    return cJSON_IsString(node) ? node->valuestring : "";
}

/* Ages as words: "25-34" is "aged 25 to 34", "65+" is "aged 65 or over", anything else as it stands. */
static void put_age(const char *label, tilt__buf *out) {
    size_t first = strspn(label, "0123456789");
    const char *mark = label + first;
    size_t dash = *mark == '-' ? 1 : strncmp(mark, "\xE2\x80\x93", 3) == 0 ? 3 : 0;
    size_t second = dash > 0 ? strspn(mark + dash, "0123456789") : 0;
    tilt__buf_text(out, "aged ");
    if (second > 0 && mark[dash + second] == '\0') {
        tilt__buf_add(out, label, first);
        tilt__buf_text(out, " to ");
        tilt__buf_text(out, mark + dash);
    } else if (strcmp(mark, "+") == 0) {
        tilt__buf_add(out, label, first);
        tilt__buf_text(out, " or over");
    } else {
        tilt__name_put(label, TILT__NAME_COLUMNS, out);
    }
}

static void put_age_short(const char *label, tilt__buf *out) {
    size_t first = strspn(label, "0123456789");
    if (label[first] == '-' && strspn(label + first + 1, "0123456789") == strlen(label + first + 1)) {
        tilt__buf_add(out, label, first);
        tilt__buf_text(out, "\xE2\x80\x93");
        tilt__buf_text(out, label + first + 1);
    } else {
        tilt__name_put(label, TILT__NAME_COLUMNS, out);
    }
}

bool tilt__key_is(const cJSON *key, const char *word) {
    const cJSON *first = tilt__json_first(key);
    return first != NULL && first->next == NULL && strcmp(label_at(first), word) == 0;
}

bool tilt__key_equal(const cJSON *a, const cJSON *b) {
    const cJSON *p = tilt__json_first(a), *q = tilt__json_first(b);
    for (; p != NULL && q != NULL; p = p->next, q = q->next)
        if (strcmp(label_at(p), label_at(q)) != 0) return false;
    return p == NULL && q == NULL;
}

static const char *attribute_at(const cJSON *attribute) {
    return attribute == NULL ? "" : label_at(attribute);
}

/* Quoted labels in front, then the noun, then the age: "“Black” women aged 25 to 34". */
void tilt__name_group(const cJSON *audience, const cJSON *key, tilt__buf *out) {
    if (tilt__key_is(key, "rest") || tilt__key_is(key, "population")) {
        tilt__buf_text(out, tilt__key_is(key, "rest") ? "everyone else" : "everyone");
        return;
    }
    const char *noun = NULL, *age = NULL;
    size_t quoted = 0;
    const cJSON *attribute = tilt__json_first(audience);
    for (const cJSON *part = tilt__json_first(key); part != NULL; part = part->next) {
        const char *label = label_at(part);
        part_kind kind = kind_of(attribute_at(attribute), label);
        if (kind == PART_WOMEN || kind == PART_MEN) noun = kind == PART_WOMEN ? "women" : "men";
        if (kind == PART_AGE) age = label;
        if (kind == PART_OTHER) {
            if (quoted++ > 0) tilt__buf_text(out, ", ");
            tilt__buf_text(out, "\xE2\x80\x9C");
            tilt__name_put(label, TILT__NAME_COLUMNS, out);
            tilt__buf_text(out, "\xE2\x80\x9D");
        }
        attribute = attribute == NULL ? NULL : attribute->next;
    }
    if (noun == NULL && age != NULL) noun = "people";
    if (noun != NULL && quoted > 0) tilt__buf_char(out, ' ');
    if (noun != NULL) tilt__buf_text(out, noun);
    if (age != NULL) {
        tilt__buf_char(out, ' ');
        put_age(age, out);
    }
}

const char *tilt__name_group_noun(const cJSON *audience, const cJSON *key) {
    if (tilt__key_is(key, "rest") || tilt__key_is(key, "population")) return NULL;
    const cJSON *attribute = tilt__json_first(audience);
    const char *noun = NULL;
    for (const cJSON *part = tilt__json_first(key); part != NULL; part = part->next) {
        part_kind kind = kind_of(attribute_at(attribute), label_at(part));
        if (kind == PART_OTHER) return NULL;
        if (kind == PART_WOMEN || kind == PART_MEN)
            noun = kind == PART_WOMEN ? "women" : "men";
        else if (noun == NULL)
            noun = "people";
        attribute = attribute == NULL ? NULL : attribute->next;
    }
    return noun;
}

void tilt__name_group_short(const cJSON *audience, const cJSON *key, tilt__buf *out) {
    if (tilt__key_is(key, "rest") || tilt__key_is(key, "population")) {
        tilt__buf_text(out, tilt__key_is(key, "rest") ? "Everyone else" : "Everyone");
        return;
    }
    const cJSON *attribute = tilt__json_first(audience);
    part_kind before = PART_OTHER;
    for (const cJSON *part = tilt__json_first(key); part != NULL; part = part->next) {
        part_kind kind = kind_of(attribute_at(attribute), label_at(part));
        bool after_noun = kind == PART_AGE && (before == PART_WOMEN || before == PART_MEN);
        if (part != tilt__json_first(key)) tilt__buf_text(out, after_noun ? " " : " \xC2\xB7 ");
        if (kind == PART_WOMEN)
            tilt__buf_text(out, "Women");
        else if (kind == PART_MEN)
            tilt__buf_text(out, "Men");
        else if (kind == PART_AGE)
            put_age_short(label_at(part), out);
        else
            tilt__name_put(label_at(part), TILT__NAME_COLUMNS, out);
        before = kind;
        attribute = attribute == NULL ? NULL : attribute->next;
    }
}

void tilt__name_group_full(const cJSON *audience, const cJSON *key, tilt__buf *out) {
    const cJSON *attribute = tilt__json_first(audience);
    for (const cJSON *part = tilt__json_first(key); part != NULL; part = part->next) {
        if (part != tilt__json_first(key)) tilt__buf_text(out, ", ");
        if (attribute != NULL) {
            tilt__name_put(label_at(attribute), TILT__NAME_COLUMNS, out);
            tilt__buf_text(out, " = ");
        }
        tilt__name_put(label_at(part), 400, out);
        attribute = attribute == NULL ? NULL : attribute->next;
    }
}

void tilt__name_audience(const cJSON *audience, tilt__buf *out) {
    size_t n = tilt__json_count(audience), i = 0;
    for (const cJSON *part = tilt__json_first(audience); part != NULL; part = part->next, i++) {
        if (i > 0) tilt__buf_text(out, i + 1 == n ? " and " : ", ");
        tilt__buf plain = TILT__BUF_INIT;
        for (const char *p = label_at(part); *p != '\0'; p++) tilt__buf_char(&plain, *p == '_' ? ' ' : *p);
        tilt__name_put(tilt__buf_get(&plain), TILT__NAME_COLUMNS, out);
        tilt__buf_drop(&plain, out);
    }
}
