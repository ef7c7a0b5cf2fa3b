/* Tests of src/report/html.c: nothing that a text holds becomes markup, names are cut between
 * characters, figures carry their exact digits. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"
#include "report/html.h"

#include <math.h>
#include <stdlib.h>

#include "io/utf8.h"

static char *written;
static size_t written_size;

static FILE *open_text(void)
{
    free(written);
    written = NULL;
    FILE *stream = open_memstream(&written, &written_size);
    assert_non_null(stream);
    return stream;
}

static const char *close_text(FILE *stream)
{
    assert_int_equal(fclose(stream), 0);
    return written;
}

static const char *escaped(const char *text)
{
    FILE *stream = open_text();
    hpm_html_text(stream, text);
    return close_text(stream);
}

static void test_text(void **state)
{
    (void)state;
    assert_string_equal(escaped(""), "");
    assert_string_equal(escaped("</title><script>alert('x')</script>&amp;\""),
                        "&lt;/title&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;"
                        "&quot;");
    assert_string_equal(escaped("µ–日本\xF0\x9F\x98\x80"), "µ–日本\xF0\x9F\x98\x80");
    assert_string_equal(escaped("a\tb\nc"), "a\tb\nc");
    assert_string_equal(escaped("\x01\x1B[31m\x7F"), "\uFFFD\uFFFD[31m\uFFFD");
    assert_string_equal(escaped("\xC2\x85\xEF\xBF\xBE\xEF\xBF\xBF"), "\uFFFD\uFFFD\uFFFD");
    assert_string_equal(escaped("\xFFz\xC3"), "\uFFFDz\uFFFD");
    assert_string_equal(escaped("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD"); /* half a surrogate pair */
}

/* What a browser reads of escaped text; fails on markup. */
static void unescape(char *out, const char *text)
{
    static const struct {
        const char *name;
        char byte;
    } entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&#39;", '\''}};
    while (*text != '\0') {
        assert_null(strchr("<>\"'", *text));
        if (*text != '&') {
            *out++ = *text++;
            continue;
        }
        size_t i = 0;
        while (i < COUNT_OF(entities) &&
               strncmp(text, entities[i].name, strlen(entities[i].name)) != 0)
            i++;
        assert_true(i < COUNT_OF(entities));
        *out++ = entities[i].byte;
        text += strlen(entities[i].name);
    }
    *out = '\0';
}

static void check_utf8(const char *text)
{
    for (size_t length = strlen(text); length > 0;) {
        size_t size = hpm_utf8_length(text, length);
        assert_true(size > 0);
        text += size;
        length -= size;
    }
}

static uint64_t random_state = 88172645463325252u;

static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state % limit);
}

/* Pieces that are dangerous alone and in any order. */
static void random_text(char *text, size_t pieces)
{
    static const char *const parts[] = {
        "<",  ">",    "&",    "\"",     "'",      "<script>",
        "--", "]]>",  "&lt;", "&#x3c;", "<!--",   "</svg>",
        "a",  "é",    "日",   "\u202E", "\u0301", "\xF0\x9F\x98\x80",
        " ",  "\xC3", "\xFF", "\x80",   "\x02",   "%s"};
    text[0] = '\0';
    while (pieces-- > 0)
        strcat(text, parts[random_below(COUNT_OF(parts))]);
}

/* The text with what cannot be written replaced: what a reader must see. */
static void expected(char *out, const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        size_t size = hpm_utf8_length(text + i, length - i);
        int bad = size == 0 || (size == 1 && (unsigned char)text[i] < 0x20);
        memcpy(out, bad ? "\uFFFD" : text + i, bad ? 3 : size);
        out += bad ? 3 : size;
        i += size > 0 ? size : 1;
    }
    *out = '\0';
}

static void test_hostile_text(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[512], wanted[1600], read[1600];
        random_text(text, random_below(24));
        expected(wanted, text);
        unescape(read, escaped(text));
        assert_string_equal(read, wanted);
        check_utf8(read);
    }
}

static const char *named(const char *text, uint32_t characters)
{
    FILE *stream = open_text();
    hpm_html_name(stream, text, characters);
    return close_text(stream);
}

static void test_name(void **state)
{
    (void)state;
    assert_string_equal(named("BTC", 3), "<bdi>BTC</bdi>");
    assert_string_equal(named("a<b", 5), "<bdi>a&lt;b</bdi>");
    assert_string_equal(named("abcdefgh", 5), "<bdi title=\"abcdefgh\">ab…gh</bdi>");
    assert_string_equal(named("日本語日本語", 4), "<bdi title=\"日本語日本語\">日…本語</bdi>");
    assert_string_equal(named("\"<&>\"", 3), "<bdi title=\"&quot;&lt;&amp;&gt;&quot;\">&quot;…"
                                             "&quot;</bdi>");
    FILE *stream = open_text();
    hpm_svg_name(stream, "abcdefgh", 5);
    hpm_svg_name(stream, "abc", 5);
    assert_string_equal(close_text(stream), "<title>abcdefgh</title>ab…ghabc");
}

static size_t characters_of(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += (*text & 0xC0) != 0x80;
    return count;
}

/* The element holds at most so many characters, both its attribute and its content are whole
 * characters, and the attribute has all of the text. */
static void check_name(const char *text, uint32_t limit)
{
    char wanted[1600], read[1600], part[4096];
    const char *element = named(text, limit);
    const char *content = strchr(element, '>') + 1;
    const char *title = strstr(element, "<bdi title=\"");
    expected(wanted, text);
    snprintf(part, sizeof part, "%.*s", (int)(strlen(content) - strlen("</bdi>")), content);
    unescape(read, part);
    check_utf8(read);
    assert_true(characters_of(read) <= limit);
    if (title == NULL) {
        assert_string_equal(read, wanted);
        return;
    }
    title += strlen("<bdi title=\"");
    snprintf(part, sizeof part, "%.*s", (int)(strchr(title, '"') - title), title);
    unescape(read, part);
    assert_string_equal(read, wanted);
}

static void test_hostile_name(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[512];
        random_text(text, random_below(24));
        check_name(text, 3 + random_below(20));
    }
}

static void test_figures(void **state)
{
    (void)state;
    FILE *stream = open_text();
    hpm_html_money(stream, -123456789012, 2, "lines/%u/%s", 7u, "value");
    assert_string_equal(close_text(stream), "<data data-key=\"lines/7/value\" "
                                            "value=\"-1234.56789012\">-1,234.57</data>");
    stream = open_text();
    hpm_html_real(stream, 0.1, 4, "x");
    hpm_html_real(stream, NAN, 4, "x");
    hpm_html_real(stream, 1234567.891, HPM_HTML_SHORT, "x");
    hpm_html_real(stream, -12345678901.5, 2, "x");
    hpm_html_real(stream, -0.0, 2, "x");
    assert_string_equal(close_text(stream),
                        "<data data-key=\"x\" value=\"0.1\">0.1000</data>"
                        "<data data-key=\"x\" value=\"\">–</data>"
                        "<data data-key=\"x\" value=\"1234567.891\">1,234,568</data>"
                        "<data data-key=\"x\" value=\"-12345678901.5\">-12,345,678,902</data>"
                        "<data data-key=\"x\" value=\"0\">0.00</data>");
    stream = open_text();
    hpm_html_quantity(stream, -500000000, "x");
    hpm_html_quantity(stream, 123456700000, "x");
    assert_string_equal(close_text(stream), "<data data-key=\"x\" value=\"-5\">-5</data>"
                                            "<data data-key=\"x\" value=\"1234.567\">1,234.567"
                                            "</data>");
    stream = open_text();
    hpm_html_move(stream, 0.125, "x");
    hpm_html_share(stream, 0.90461, "x");
    hpm_html_share(stream, NAN, "x");
    assert_string_equal(close_text(stream), "<data data-key=\"x\" value=\"0.125\">+12.5 %</data>"
                                            "<data data-key=\"x\" value=\"0.90461\">90.5 %</data>"
                                            "<data data-key=\"x\" value=\"\">–</data>");
}

static void test_table(void **state)
{
    static const char *const titles[] = {"na<me", "P&L", NULL};
    hpm_html_table table;
    (void)state;
    FILE *stream = open_text();
    hpm_html_table_begin(&table, stream, "a \"table\"", titles);
    hpm_html_row_begin(&table, "total");
    hpm_html_cell_text(&table, "x>y");
    hpm_html_cell_begin(&table);
    hpm_html_plain(stream, 12.5, 2);
    hpm_html_cell_end(&table);
    hpm_html_row_end(&table);
    hpm_html_table_end(&table);
    assert_string_equal(close_text(stream),
                        "<div class=\"table\"><table aria-label=\"a &quot;table&quot;\">\n"
                        "<thead><tr><th scope=\"col\">na&lt;me</th><th scope=\"col\">P&amp;L</th>"
                        "</tr></thead>\n<tbody>\n"
                        "<tr class=\"total\"><th scope=\"row\">x&gt;y</th>"
                        "<td data-l=\"P&amp;L\">12.50</td></tr>\n</tbody>\n</table></div>\n");
}

static void test_bar(void **state)
{
    const hpm_scale scale = {-50, 150};
    (void)state;
    FILE *stream = open_text();
    hpm_html_bar(stream, &scale, 0, -25, hpm_html_sign(-25));
    assert_string_equal(close_text(stream),
                        "<svg class=\"bar\" aria-hidden=\"true\"><rect class=\"loss\" "
                        "x=\"12.50%\" width=\"12.50%\" height=\"100%\"/>"
                        "<line class=\"zero\" x1=\"25.00%\" x2=\"25.00%\" y2=\"100%\"/></svg>");
    free(written);
    written = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),    cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_name),    cmocka_unit_test(test_hostile_name),
        cmocka_unit_test(test_figures), cmocka_unit_test(test_table),
        cmocka_unit_test(test_bar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
