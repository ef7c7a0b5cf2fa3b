/* Lines of paths. A scanner for text that a parser has accepted already: it follows brackets and
 * strings only, and stays within the text whatever it is. */
#include "locate.h"

#include <string.h>

typedef struct scanner {
    const char *at, *end;
    int64_t line;
} scanner;

static void step(scanner *s)
{
    s->line += *s->at == '\n';
    s->at++;
}

static void skip_blanks(scanner *s)
{
    while (s->at < s->end && memchr(" \t\r\n", *s->at, 4))
        step(s);
}

/* Takes `wanted` if it comes next. */
static int take(scanner *s, char wanted)
{
    skip_blanks(s);
    if (s->at == s->end || *s->at != wanted) return 0;
    step(s);
    return 1;
}

/* Steps over the rest of a string whose opening quote has been taken; returns its length. */
static size_t skip_string(scanner *s)
{
    const char *begin = s->at;
    while (s->at < s->end && *s->at != '"') {
        if (*s->at == '\\' && s->at + 1 < s->end) step(s);
        step(s);
    }
    size_t length = (size_t)(s->at - begin);
    if (s->at < s->end) step(s);
    return length;
}

/* Steps over a value, up to the comma or bracket that ends it. */
static void skip_value(scanner *s)
{
    size_t depth = 0;
    while (s->at < s->end) {
        char c = *s->at;
        if (depth == 0 && (c == ',' || c == '}' || c == ']')) return;
        step(s);
        if (c == '"') skip_string(s);
        if (c == '{' || c == '[') depth++;
        if (c == '}' || c == ']') depth--;
    }
}

/* What is left of `path` behind the key, or NULL if it does not begin with it as a whole. */
static const char *behind_key(const char *path, const char *key, size_t length)
{
    if (strlen(path) < length || memcmp(path, key, length) != 0) return NULL;
    char next = path[length];
    return next == '\0' || next == '.' || next == '[' ? path + length : NULL;
}

/* Moves to the value of the member that the path names; *line is that of its key. Returns the rest
 * of the path, NULL if there is no such member. */
static const char *enter_object(scanner *s, const char *path, int64_t *line)
{
    do {
        skip_blanks(s);
        int64_t key_line = s->line;
        if (!take(s, '"')) return NULL;
        const char *key = s->at, *rest = behind_key(path, key, skip_string(s));
        if (!take(s, ':')) return NULL;
        if (rest) {
            *line = key_line;
            return rest;
        }
        skip_value(s);
    } while (take(s, ','));
    return NULL;
}

/* As enter_object, for an item "[3]". */
static const char *enter_array(scanner *s, const char *path, int64_t *line)
{
    uint32_t index = 0;
    if (*path++ != '[') return NULL;
    for (; *path >= '0' && *path <= '9'; path++)
        index = index * 10 + (uint32_t)(*path - '0');
    if (*path++ != ']') return NULL;
    for (; index > 0; index--) {
        skip_value(s);
        if (!take(s, ',')) return NULL;
    }
    skip_blanks(s);
    *line = s->line;
    return path;
}

int64_t hpm_json_line_of(const char *text, size_t length, const char *path)
{
    scanner s = {text, text + length, 1};
    int64_t line = 0;
    while (path && *path != '\0') {
        if (take(&s, '{'))
            path = enter_object(&s, *path == '.' ? path + 1 : path, &line);
        else if (take(&s, '['))
            path = enter_array(&s, path, &line);
        else
            return line;
    }
    return line;
}

void hpm_error_locate(hpm_error *error, const char *text, size_t length)
{
    if (error && error->line == 0) error->line = hpm_json_line_of(text, length, error->where);
}
