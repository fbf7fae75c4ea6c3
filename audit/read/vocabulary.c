/* read/vocabulary.c - looking words up; the words themselves stand in words.c and words_local.c.
 * A header is compared in normal form, and once more with "AdGroupName" taken apart into "ad group name",
 * which is how scripted exports write. */
#include "read/vocabulary.h"

#include <string.h>

#include "read/chars.h"
#include "read/number.h"
#include "read/words.h"

size_t tilt__vocabulary_count(void) {
    return tilt__words_general_count + tilt__words_own_count + tilt__words_local_count;
}

const tilt__word *tilt__vocabulary_at(size_t i) {
    if (i < tilt__words_general_count) return &tilt__words_general[i];
    i -= tilt__words_general_count;
    return i < tilt__words_own_count ? &tilt__words_own[i] : &tilt__words_local[i - tilt__words_own_count];
}

/* "(EUR)", "($)", "(%)" at the end: true, with its length and the text inside. */
static bool find_unit(const char *text, size_t n, size_t *out_length, const char **out_unit, size_t *out_n) {
    if (n < 3 || text[n - 1] != ')') return false;
    size_t open = n - 1;
    while (open > 0 && text[open] != '(') open--;
    if (text[open] != '(' || open == 0) return false;
    const char *inside = text + open + 1;
    size_t length = n - open - 2;
    if (!(length == 1 && inside[0] == '%') && !tilt__is_currency(inside, length)) return false;
    *out_length = n - open;
    *out_unit = inside;
    *out_n = length;
    return true;
}

void tilt__header_normalise(const char *text, size_t n, tilt__buf *out, tilt__buf *out_unit) {
    const char *unit;
    size_t unit_n, unit_length;
    tilt__trim(&text, &n);
    if (find_unit(text, n, &unit_length, &unit, &unit_n)) {
        if (out_unit != NULL) tilt__buf_add(out_unit, unit, unit_n);
        n -= unit_length;
        tilt__trim(&text, &n);
    }
    bool blank = false;
    for (size_t i = 0; i < n;) {
        unsigned c = 0;
        size_t length = tilt__char_at(text + i, n - i, &c);
        size_t gap = tilt__blank_at(text + i, n - i);
        if (gap > 0 || c == '_' || c == '\n' || c == '\r') {
            blank = true;
            i += gap > 0 ? gap : 1;
            continue;
        }
        if (blank && tilt__buf_get(out)[0] != '\0') tilt__buf_char(out, ' ');
        blank = false;
        char bytes[4];
        if (length == 0) {
            tilt__buf_char(out, text[i++]);
            continue;
        }
        if (c == 0x2019) c = '\''; /* typographic apostrophe */
        tilt__buf_add(out, bytes, tilt__char_put(tilt__char_lower(c), bytes));
        i += length;
    }
}

static int count_bits(unsigned mask) {
    int n = 0;
    for (; mask != 0; mask &= mask - 1) n++;
    return n;
}

const tilt__word *tilt__vocabulary_find(const char *normal, unsigned platform) {
    const tilt__word *best = NULL;
    int best_rank = -1;
    for (size_t i = 0; i < tilt__vocabulary_count(); i++) {
        const tilt__word *word = tilt__vocabulary_at(i);
        if (word->normal[0] != normal[0] || strcmp(word->normal, normal) != 0) continue;
        /* a word of this very platform, then a word of any, then one of other platforms */
        int bits = count_bits(word->platforms);
        int rank = platform != 0 && (word->platforms & platform) != 0 ? 100 - bits : bits;
        if (rank > best_rank) {
            best = word;
            best_rank = rank;
        }
    }
    return best;
}

/* "AdGroupName" to "Ad Group Name", appended to `out`. */
static void take_apart(const char *text, size_t n, tilt__buf *out) {
    for (size_t i = 0; i < n; i++) {
        bool upper = text[i] >= 'A' && text[i] <= 'Z';
        if (i > 0 && upper && text[i - 1] >= 'a' && text[i - 1] <= 'z') tilt__buf_char(out, ' ');
        tilt__buf_char(out, text[i]);
    }
}

const tilt__word *tilt__vocabulary_find_header(const char *header, size_t n, unsigned platform,
                                               tilt__buf *scratch) {
    tilt__buf_reset(scratch);
    tilt__header_normalise(header, n, scratch, NULL);
    const tilt__word *word = tilt__vocabulary_find(tilt__buf_get(scratch), platform);
    if (word != NULL || n > 200) return word;
    tilt__buf apart = TILT__BUF_INIT, normal = TILT__BUF_INIT;
    take_apart(header, n, &apart);
    if (apart.length > n) {
        tilt__header_normalise(tilt__buf_get(&apart), apart.length, &normal, NULL);
        word = tilt__vocabulary_find(tilt__buf_get(&normal), platform);
    }
    if (apart.failed || normal.failed) scratch->failed = true;
    tilt__buf_free(&apart);
    tilt__buf_free(&normal);
    return word;
}

static bool among(const char *text, size_t n, const char *const *words, size_t n_words) {
    for (size_t i = 0; i < n_words; i++)
        if (tilt__same_word(text, n, words[i])) return true;
    return false;
}
#define AMONG(text, n, words) among(text, n, words, sizeof(words) / sizeof *(words))

bool tilt__value_is_unknown(const char *text, size_t n) {
    static const char *const words[] = {"unknown",
                                        "undetermined",
                                        "unspecified",
                                        "undisclosed",
                                        "not set",
                                        "(not set)",
                                        "not known",
                                        "not specified",
                                        "n/a",
                                        "na",
                                        "null",
                                        "none",
                                        "-",
                                        "--",
                                        "gender_undetermined",
                                        "age_range_undetermined",
                                        "gender_unspecified",
                                        "age_range_unspecified",
                                        "unbekannt",
                                        "nicht bekannt",
                                        "keine angabe",
                                        "inconnu",
                                        "inconnue",
                                        "non connu",
                                        "desconocido",
                                        "desconocida",
                                        "sin especificar",
                                        "onbekend",
                                        "sconosciuto",
                                        "desconhecido",
                                        "알 수 없음"};
    tilt__trim(&text, &n);
    return AMONG(text, n, words);
}

/* Same but for blanks and hyphens: "firstname", "first-name". */
static bool same_letters(const char *a, const char *b) {
    for (;; a++, b++) {
        while (*a == ' ' || *a == '-') a++;
        while (*b == ' ' || *b == '-') b++;
        if (*a != *b) return false;
        if (*a == '\0') return true;
    }
}

bool tilt__header_is_personal(const char *normal) {
    static const char *const words[] = {"name",
                                        "full name",
                                        "first name",
                                        "last name",
                                        "given name",
                                        "family name",
                                        "surname",
                                        "middle name",
                                        "person",
                                        "person name",
                                        "customer name",
                                        "client name",
                                        "user name",
                                        "username",
                                        "login",
                                        "contact",
                                        "contact name",
                                        "email",
                                        "e-mail",
                                        "email address",
                                        "e-mail address",
                                        "mail",
                                        "phone",
                                        "phone number",
                                        "telephone",
                                        "mobile",
                                        "mobile number",
                                        "cell phone",
                                        "fax",
                                        "user id",
                                        "userid",
                                        "user",
                                        "customer id",
                                        "person id",
                                        "member id",
                                        "visitor id",
                                        "cookie id",
                                        "cookie",
                                        "device id",
                                        "idfa",
                                        "gaid",
                                        "advertising id",
                                        "maid",
                                        "ip",
                                        "ip address",
                                        "street",
                                        "street address",
                                        "address",
                                        "home address",
                                        "billing address",
                                        "ssn",
                                        "social security number",
                                        "passport",
                                        "passport number",
                                        "national id",
                                        "date of birth",
                                        "birth date",
                                        "birthdate",
                                        "birthday",
                                        "dob",
                                        "iban",
                                        "account holder",
                                        "candidate ballot information",
                                        "vorname",
                                        "nachname",
                                        "telefon",
                                        "telefonnummer",
                                        "e-mail-adresse",
                                        "geburtsdatum",
                                        "benutzer-id",
                                        "prénom",
                                        "nom de famille",
                                        "téléphone",
                                        "adresse e-mail",
                                        "date de naissance",
                                        "nombre completo",
                                        "apellido",
                                        "apellidos",
                                        "teléfono",
                                        "correo electrónico",
                                        "fecha de nacimiento",
                                        "voornaam",
                                        "achternaam",
                                        "telefoon",
                                        "geboortedatum"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (same_letters(normal, words[i])) return true;
    return false;
}

static bool is_email(const char *text, size_t n) {
    const char *at = memchr(text, '@', n);
    if (at == NULL || at == text || n > 254) return false;
    size_t domain = n - (size_t)(at + 1 - text);
    if (domain < 4 || memchr(at + 1, '@', domain) != NULL || memchr(text, ' ', n) != NULL) return false;
    const char *dot = memchr(at + 1, '.', domain);
    return dot != NULL && dot > at + 1 && text[n - 1] != '.';
}

static bool is_phone(const char *text, size_t n) {
    size_t digits = 0, marks = 0;
    if (n < 9 || n > 24) return false;
    for (size_t i = 0; i < n; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        bool mark = (text[i] != '\0' && strchr("-() ./", text[i]) != NULL) || (text[i] == '+' && i == 0);
        if (!digit && !mark) return false;
        digits += digit;
        marks += mark;
    }
    tilt__number number;
    if (digits < 9 || digits > 15 || marks == 0) return false;
    return text[0] == '+' || tilt__number_parse(text, n, 0, &number) == TILT__NOT_A_NUMBER;
}

bool tilt__value_is_personal(const char *text, size_t n) {
    tilt__trim(&text, &n);
    return n > 0 && (is_email(text, n) || is_phone(text, n));
}

const char *tilt__result_stage(const char *type, size_t n) {
    static const struct {
        const char *start, *stage;
    } types[] = {{"link click", "clicks"},
                 {"actions:link_click", "clicks"},
                 {"link-klick", "clicks"},
                 {"linkklik", "clicks"},
                 {"clics sur un lien", "clicks"},
                 {"clics sur le lien", "clicks"},
                 {"clics en el enlace", "clicks"},
                 {"klikken op link", "clicks"},
                 {"reach", "reach"},
                 {"reichweite", "reach"},
                 {"couverture", "reach"},
                 {"alcance", "reach"},
                 {"bereik", "reach"},
                 {"impressions", "impressions"},
                 {"landing page view", "landing_page_views"},
                 {"actions:landing_page_view", "landing_page_views"},
                 {"actions:offsite_conversion.", "conversions"},
                 {"actions:lead", "conversions"},
                 {"website ", "conversions"},
                 {"leads", "conversions"},
                 {"on-facebook lead", "conversions"},
                 {"purchases", "conversions"},
                 {"app install", "conversions"},
                 {"mobile app install", "conversions"},
                 {"thruplay", "thruplays"},
                 {"post engagement", "engagements"},
                 {"actions:post_engagement", "engagements"}};
    tilt__trim(&type, &n);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (tilt__has_prefix(type, n, types[i].start)) return types[i].stage;
    return NULL;
}
