/* The interface between tdf and a shared library with domains, version 7. C99 and later, C++11 and later; this file is
 * all that is needed. Copy it, or compile with -I framework/tdf-domain/include. The same in Rust: tdf_domain::abi.
 *
 * A plugin is a shared library that exports one function, tdf_plugin, which returns a table of domains. A domain is a
 * grammar, a size function and a renderer; tdf reads the grammar, makes programs, and asks the plugin to render them.
 * examples/blocks-c is a whole plugin in C; examples/series-c is one whose programs take inputs.
 *
 *   cc -std=c99 -O2 -fPIC -shared -I framework/tdf-domain/include -o libblocks.so blocks.c
 *   tdf render --plugin ./libblocks.so ...
 *
 * Texts        UTF-8, ended by a zero byte, unless a length is given.
 * Memory       Whatever a table of the plugin points to stays as it is as long as the process lives: use static data.
 *              Libraries are never unloaded. What a function gets is tdf's and may be used until the function returns;
 *              the exceptions are tdf_names, which stays for good, and tdf_inputs, which stays until `close` of the
 *              domain that `bind` made with it.
 * Threads      Every function may be called by many threads at once, also with the same `domain`: all may read what
 *              `open` made, and have to lock whatever they write there. `close` comes after everything else with its
 *              `domain`. Threads of tdf have 2 MiB of stack; programs are nested at most 500 levels deep.
 * Determinism  The same program (and seed) always renders to the same image bytes, all of them. tdf renders some programs
 *              twice.
 * Process      A function may not end the process, nor change its working folder.
 * Time         A call that takes longer than `limit` seconds (10, unless the .toml beside the grammar says otherwise) ends
 *              the process with a message that names the program. Code that runs on loading and tdf_plugin count, too.
 * Failure      A C++ exception or a longjmp may not leave a function of the plugin: catch it and return TDF_FAULT.
 *              A crash of the plugin is a crash of tdf.
 */
#ifndef TDF_PLUGIN_H
#define TDF_PLUGIN_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Version of this interface. tdf refuses plugins of any other. */
#define TDF_API 7

/* A node that is no leaf has this token; functions that look for an id return it if there is none. */
#define TDF_NONE UINT32_MAX

/* The program has no image, for the reason in `message`. Nothing is wrong: another program is taken. */
#define TDF_NO_IMAGE (-1)

/* The plugin failed, as `message` says. tdf goes on with other programs, counts such calls and tells of them. */
#define TDF_FAULT (-2)

/* A node of a syntax tree: one use of a production, that is, of an alternative of a rule.
 *
 * A program is an array of nodes in pre-order; the root is nodes[0]. A subtree is contiguous: the first child of a node
 * stands behind it, and `len` nodes behind a node stands its next sibling. The children are the parts of the alternative
 * that are not fixed by it, in the order of the grammar; "(" or "beside" have no nodes. Hence walking without recursion
 * is a loop over the array.
 *
 * A regular expression inside a longer alternative is a child. X* and X? are children that have one child, or none if
 * there is no X. X+ has its last element as its last child; if it has two children, the first is the X+ of the elements
 * before. */
typedef struct tdf_node {
    uint32_t production; /* an index into the first two lists of tdf_names */
    uint32_t token;      /* the token that was chosen, an index into tdf_names.tokens; TDF_NONE if there was no choice */
    uint32_t len;        /* number of nodes of the subtree, this one included */
} tdf_node;

/* Takes text from the plugin: write(to, bytes, length), any number of times. See tdf_say. */
typedef struct tdf_sink {
    void *to;
    void (*write)(void *to, const uint8_t *bytes, size_t length);
} tdf_sink;

/* What the numbers in a node mean. They follow from the grammar: look them up by name, once, in `open`. */
typedef struct tdf_names {
    /* By production: the label of its alternative (`Over` for `=> Block::Over`), or `rules` again if it has none. The
     * alternatives of different rules may share a label. An alternative that is a terminal and nothing else may have
     * several productions, one after the other. The nodes of X* and X? are called None and Some, those of X+ First and
     * Next, of a regular expression inside a longer alternative Lexeme, of further characters More and End. */
    const char *const *productions;
    /* By production: the name of its rule; for parts of an alternative what they stand for, such as "X*". */
    const char *const *rules;
    size_t production_count;
    /* By token: its text. A terminal without a greatest length (names, real numbers) has a token per character, and its
     * node has more nodes with characters below it: see tdf_text. */
    const char *const *tokens;
    size_t token_count;
} tdf_names;

/* The form of all images of a domain: width * height * channels samples, rows from the top, pixels from the left,
 * the channels of a pixel side by side. */
typedef struct tdf_canvas {
    uint32_t width;      /* pixels in a row, 1 to 4096 */
    uint32_t height;     /* rows, 1 to 4096 */
    uint32_t channels;   /* 1 (grey) or 3 (red, green, blue) */
    uint32_t background; /* value of every sample of an empty image, 0 to 255 */
} tdf_canvas;

/* Something about a domain that a user may set, with `--set domain.NAME=VALUE`. */
typedef struct tdf_option {
    const char *name;          /* lower case */
    const char *default_value; /* one of the values that may be set */
    const char *about;         /* what it is, in one line; may be null */
    const char *const *words;  /* the words that may be set; null for an option of whole numbers */
    size_t word_count;         /* their number; 0 for an option of whole numbers */
    uint32_t least;            /* the least number that may be set */
    uint32_t greatest;         /* the greatest */
} tdf_option;

/* How a partial program grows by a piece, for methods that add one shape after the other. An alternative of the start
 * symbol has the program so far as one child and the piece as another; its other children are generated with the piece. */
typedef struct tdf_partial_programs {
    const char *alternative; /* its label: `Over` for `=> Block::Over` */
    uint32_t partial;        /* which child is the program so far; the first is 0 */
    uint32_t piece;          /* which child is the piece */
    uint32_t size;           /* the greatest size of a piece, less than the least of a program of the alternative */
} tdf_partial_programs;

/* How near an image comes to meeting a success criterion: the value has to compare with the threshold. */
typedef struct tdf_measure {
    double value;
    double threshold;
    uint32_t comparison; /* TDF_AT_LEAST, TDF_MORE_THAN, TDF_AT_MOST or TDF_LESS_THAN */
} tdf_measure;

#define TDF_AT_LEAST 0
#define TDF_MORE_THAN 1
#define TDF_AT_MOST 2
#define TDF_LESS_THAN 3

/* A value that a program takes or gives. */
typedef struct tdf_value {
    uint32_t kind;    /* TDF_TEXT, TDF_INTEGER, TDF_INTEGERS, TDF_NUMBERS or TDF_BOOLEAN */
    uint32_t length;  /* bytes of a text, numbers in a list, else 1 */
    const void *data; /* UTF-8 without a zero byte; int64_t for TDF_INTEGER and TDF_INTEGERS; double for TDF_NUMBERS; a byte,
                       * 1 or 0, for TDF_BOOLEAN */
} tdf_value;

#define TDF_TEXT 1
#define TDF_INTEGER 2
#define TDF_INTEGERS 3
#define TDF_NUMBERS 4
#define TDF_BOOLEAN 5

/* The inputs of a task: the arguments of one run in each row. The arguments of row r are
 * values[r * arguments] to values[r * arguments + arguments - 1]. */
typedef struct tdf_inputs {
    const tdf_value *values;
    size_t rows;
    size_t arguments; /* the same in all rows */
} tdf_inputs;

/* Takes rows of inputs from the plugin: row(to, values, count), once for each row. */
typedef struct tdf_row_sink {
    void *to;
    void (*row)(void *to, const tdf_value *values, size_t count);
} tdf_row_sink;

/* What programs take and give. Sets of kinds have the bit 1 << kind of each kind: 1 << TDF_TEXT | 1 << TDF_INTEGER. */
typedef struct tdf_signature {
    uint32_t least_arguments;    /* at most greatest_arguments */
    uint32_t greatest_arguments; /* 1 to 64 */
    uint32_t argument_kinds;
    uint32_t output_kinds;
    uint32_t usual_output; /* the usual kind of an output, one of output_kinds */
    uint32_t max_output;   /* bytes of the longest output, 1 to 65535: a text has its bytes, lists and numbers 8 a number */
} tdf_signature;

/* Outputs. Programs with inputs have no image but outputs: a slot for each row, one after the other, each of 4 + max_output
 * bytes. A slot has the kind of the value (0: the program failed on this row), a zero, the number of bytes of the value (two
 * bytes, the lower one first), and the value as in tdf_value, numbers with the lowest byte first. Bytes behind it are 0. So
 * equal outputs are equal bytes. tdf_put writes a slot. Where a function takes an `image` and `bytes`, it
 * gets these. */

/* Renders the program `nodes`, `count` of them, into `image`, which has room for `bytes` bytes: those of the canvas.
 * What was in there before is undefined. Returns the number of bytes of the image, which has to be `bytes`, or
 * TDF_NO_IMAGE or TDF_FAULT, having written why into `message`. */
typedef int64_t (*tdf_render)(void *domain, const tdf_node *nodes, size_t count, uint8_t *image, size_t bytes,
                            const tdf_sink *message);

/* The same into `length` samples from 0 (black) to 1; what lies beyond is cut, NaN is a failure. Returns the number of
 * samples. */
typedef int64_t (*tdf_render_samples)(void *domain, const tdf_node *nodes, size_t count, float *samples, size_t length,
                                    const tdf_sink *message);

/* tdf_render with a seed for whatever is random in the image. */
typedef int64_t (*tdf_render_seeded)(void *domain, const tdf_node *nodes, size_t count, uint64_t seed, uint8_t *image,
                                   size_t bytes, const tdf_sink *message);

/* A domain. Required are name, grammar_name, grammar, open, canvas, and render or render_samples; everything else may be
 * zero. If programs take inputs, required are name, grammar_name, grammar, open, render, signature, bind and sample_inputs. `{.name = "blocks", ...}` leaves out the rest in C and in C++20. */
typedef struct tdf_domain {
    /* Whatever the plugin likes: the first argument of `open`. */
    const void *context;
    /* Name on the command line: lower-case letters, digits, - and _. */
    const char *name;
    /* Name of the grammar: its file without `.lalrpop`. */
    const char *grammar_name;
    /* Text of the grammar file. A file that the user names has to have the same grammar (comments may differ). */
    const char *grammar;
    /* Names that `#[cfg(feature = "...")]` in the grammar asks for. */
    const char *const *features;
    size_t feature_count;
    /* Only for plugins with a reader of their own: the fingerprint by which they know the grammar. */
    const char *fingerprint;
    const tdf_option *options;
    size_t option_count;
    /* Colours (red, green, blue, 0 to 255) that shapes may have; each pixel of a target image from a file becomes the
     * nearest of them. In a grey domain red, green and blue are equal. Null: colours stay as they are. */
    const uint8_t (*palette)[3];
    size_t palette_count;
    /* Names of the success criteria, the default first. tdf adds the criterion `exact`, unless it is among them. Null: pixels-0.99 and public-code, or the one name solved if the
     * function `solved` is set. */
    const char *const *criteria;
    size_t criterion_count;
    /* The size of a program: labels or rules with weights, such as "Circle,Quad=2", or "nodes" or "tokens". Null: nodes.
     * Not read if there is a function `weights`. A .toml beside the grammar may overrule both. */
    const char *size;
    /* Which alternatives bind names: a TOML document with the table `scope` (docs/scopes.md). Null: names are tokens like
       others. Functions get programs of the grammar as it is written, in which every name is in scope. */
    const char *scope;
    /* Makes a domain, for `values` of all options in their order: the argument `domain` of all other functions. Null,
     * having written why into `message`, if it cannot; so a domain without memory of its own is anything but null. */
    void *(*open)(const void *context, const tdf_names *names, const char *const *values, const tdf_sink *message);
    /* Frees what `open` made. Not called for domains that are in use when the process ends. */
    void (*close)(void *domain);
    /* Says what images look like. Asked once. */
    void (*canvas)(void *domain, tdf_canvas *canvas);
    /* Writes the weight of each of the `count` productions, at most 10000. Asked once. */
    void (*weights)(void *domain, uint32_t *weights, size_t count);
    tdf_render render;
    /* Called if `render` is null. */
    tdf_render_samples render_samples;
    /* Renders the observation of a target, if it differs from the image (noise, a drawing by hand). Null: the image. */
    tdf_render_seeded observe_target;
    /* Renders the observation of the current program, which a network sees beside that of the target. Null: the image. */
    tdf_render_seeded observe_current;
    /* Whether `image` equals `target`: 1 or 0; TDF_FAULT counts as 0. `criterion` is an index into `criteria`.
     * Null: the criteria for colour images. */
    int64_t (*solved)(void *domain, uint32_t criterion, const uint8_t *image, const uint8_t *target, size_t bytes,
                      const tdf_sink *message);
    /* How near `image` comes to `target` by the measure of a criterion, for people who look at a result. It writes the measure,
     * and a name of a few words, such as IoU, into `name`. The value compares with the threshold exactly if `solved` is 1.
     * Returns 1 if it has written one, 0 if there is none; TDF_FAULT counts as 0. Null: that of the criteria for colour images
     * if `solved` is null too, else none. */
    int64_t (*measure)(void *domain, uint32_t criterion, const uint8_t *image, const uint8_t *target, size_t bytes,
                       tdf_measure *measure, const tdf_sink *name, const tdf_sink *message);
    /* How far `image` is from `target`: searches rank programs by it. In a domain with an observation model it gets two
     * observations, or two images. 0 for equal images, finite, not negative, and it depends on the arguments alone. The unit
     * is the domain's own. TDF_FAULT, every other negative number, infinity and NaN are failures, which count as the greatest
     * distance. Null: the mean absolute difference of samples, 0 to 255. */
    double (*distance)(void *domain, const uint8_t *image, const uint8_t *target, size_t bytes, const tdf_sink *message);
    /* Whether an image shows too little to be a target: 1 or 0; TDF_FAULT counts as 0. Null: if over 99 % of the pixels
     * are the same. */
    int64_t (*is_uninformative)(void *domain, const uint8_t *image, size_t bytes, const tdf_sink *message);
    /* Writes the program as an SVG document, whose size in user units is the canvas: 1 if it has, 0 if there is none;
     * TDF_FAULT counts as 0. */
    int64_t (*svg)(void *domain, const tdf_node *nodes, size_t count, const tdf_sink *svg, const tdf_sink *message);
    /* Writes the text of the canonical form, one for this program and other programs with the same image. It renders to the
     * same image, is no larger, and is its own canonical form. Returns 1 if it has written one, 0 if there is none; TDF_FAULT
     * counts as 0. A text that is no program counts as a fault. */
    int64_t (*canonical)(void *domain, const tdf_node *nodes, size_t count, const tdf_sink *text,
                         const tdf_sink *message);
    /* How partial programs grow, for networks that generate programs piece by piece (train.objective = "repl"). Null: they do
     * not. Whether it fits the grammar is looked at when such a network is asked for. */
    const tdf_partial_programs *partial_programs;

    /* ---- Programs with inputs. All null in a domain of images. ---- */

    /* Says what programs take and give. Asked once. */
    void (*signature)(void *domain, tdf_signature *signature);
    /* Makes a domain whose programs run on `inputs`, of one that `open` made. `render`, which writes the output of each row, and
     * the functions that get outputs (`image`, `target`) get what `bind` made. All others get either. The inputs stay until `close` of it, so there is no need to copy
     * them. `domain` is closed later than all that was made of it. Null, having written why into `message`, if it cannot.
     * It is called for each task and each example of a training. */
    void *(*bind)(void *domain, const tdf_inputs *inputs, const tdf_sink *message);
    /* Makes random inputs to learn from, the same for the same seed: calls rows->row for each row, at most 1024 times. Returns 0,
     * or TDF_FAULT. */
    int64_t (*sample_inputs)(void *domain, uint64_t seed, const tdf_row_sink *rows, const tdf_sink *message);
    /* Writes constants that the outputs `target` suggest, as the texts of programs, each with a zero byte behind it: a search
     * tries them before others. Returns 0, or TDF_FAULT. */
    int64_t (*constants)(void *domain, const uint8_t *target, size_t bytes, const tdf_sink *texts,
                         const tdf_sink *message);
    /* Fits the constants of a program to the outputs `target`. Writes the text of the fitted program, and into `runs` how often
     * a program was run on all rows. Returns 1 if it has written a program, 0 if it found no better one; TDF_FAULT counts as
     * 0. Null if there is nothing to fit. */
    int64_t (*refined)(void *domain, const tdf_node *nodes, size_t count, const uint8_t *target, size_t bytes,
                       const tdf_sink *text, uint32_t *runs, const tdf_sink *message);
    /* Writes the program in the form that other software takes: 1 if it has, 0 if that is the text of the program; TDF_FAULT
     * counts as 0. */
    int64_t (*shown)(void *domain, const tdf_node *nodes, size_t count, const tdf_sink *text, const tdf_sink *message);
} tdf_domain;

/* What a plugin offers. */
typedef struct tdf_table {
    uint32_t api;              /* TDF_API */
    const char *build;         /* null, except in plugins that are written in Rust */
    const tdf_domain *domains; /* the domains */
    size_t domain_count;       /* their number */
} tdf_table;

#if defined(_WIN32)
#define TDF_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define TDF_EXPORT __attribute__((visibility("default")))
#else
#define TDF_EXPORT
#endif

/* The function that every plugin defines. Called once, or again: it returns the same. */
TDF_EXPORT const tdf_table *tdf_plugin(void);

/* ---- Helpers. A plugin may do without. ---- */

/* The index of `text` in `list`, or TDF_NONE. */
static inline uint32_t tdf_find(const char *text, const char *const *list, size_t count)
{
    size_t i;
    for (i = 0; i < count; i++)
        if (strcmp(list[i], text) == 0)
            return (uint32_t)i;
    return TDF_NONE;
}

/* The first production with this label, or TDF_NONE. `name` may hold the rule as well, as in "Block::Over". */
static inline uint32_t tdf_find_production(const tdf_names *names, const char *name)
{
    size_t i;
    for (i = 0; i < names->production_count; i++) {
        const char *label = name;
        size_t rule = strlen(names->rules[i]);
        if (strncmp(name, names->rules[i], rule) == 0 && strncmp(name + rule, "::", 2) == 0)
            label = name + rule + 2;
        if (strcmp(label, names->productions[i]) == 0)
            return (uint32_t)i;
    }
    return TDF_NONE;
}

/* The token with this text, or TDF_NONE. */
static inline uint32_t tdf_find_token(const tdf_names *names, const char *text)
{
    return tdf_find(text, names->tokens, names->token_count);
}

/* for (TDF_CHILDREN(child, node)) { ... } */
#define TDF_CHILDREN(child, node) \
    const tdf_node *child = (node) + 1; child < (node) + (node)->len; child += child->len

/* The child number `index`, from 0, or null. */
static inline const tdf_node *tdf_child(const tdf_node *node, size_t index)
{
    for (TDF_CHILDREN(child, node))
        if (index-- == 0)
            return child;
    return NULL;
}

/* Writes the text that was chosen in the subtree of `node` into `text`, which has room for `size` bytes, the zero byte
 * included, and returns the length of the whole: what does not fit is cut, as snprintf does. For a terminal that is the
 * member, also where it has a node per character. */
static inline size_t tdf_text(const tdf_names *names, const tdf_node *node, char *text, size_t size)
{
    size_t length = 0;
    uint32_t i;
    for (i = 0; i < node->len; i++) {
        const char *part;
        if (node[i].token == TDF_NONE)
            continue;
        for (part = names->tokens[node[i].token]; *part != 0; part++, length++)
            if (length + 1 < size)
                text[length] = *part;
    }
    if (size > 0)
        text[length < size ? length : size - 1] = 0;
    return length;
}

/* The number that was chosen in the subtree of `node`: see tdf_text. */
static inline double tdf_number(const tdf_names *names, const tdf_node *node)
{
    char text[128];
    tdf_text(names, node, text, sizeof text);
    return strtod(text, NULL);
}

/* Writes the output of row `row` of `rows` rows into `outputs`, which has `bytes` bytes: `value`, or that the program failed if it
 * is null. Returns 1; or 0 if the value is too long, and then the output is a failure. */
static inline int tdf_put(uint8_t *outputs, size_t bytes, size_t rows, size_t row, const tdf_value *value)
{
    size_t slot = bytes / rows, length, i;
    uint8_t *to = outputs + row * slot;
    memset(to, 0, slot);
    if (value == NULL)
        return 1;
    length = value->kind == TDF_TEXT || value->kind == TDF_BOOLEAN ? value->length : (size_t)8 * value->length;
    if (length > slot - 4 || length > 65535)
        return 0;
    to[0] = (uint8_t)value->kind;
    to[2] = (uint8_t)(length & 255);
    to[3] = (uint8_t)(length >> 8);
    if (value->kind == TDF_TEXT || value->kind == TDF_BOOLEAN) {
        if (length > 0)
            memcpy(to + 4, value->data, length);
        return 1;
    }
    for (i = 0; i < length; i++) {
        uint64_t word; /* integers and doubles have the same order of bytes */
        memcpy(&word, (const uint8_t *)value->data + i / 8 * 8, 8);
        to[4 + i] = (uint8_t)(word >> (8 * (i % 8)));
    }
    return 1;
}

/* Writes into a sink as printf does, at most 1023 bytes. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static inline void tdf_say(const tdf_sink *sink, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length > 0)
        sink->write(sink->to, (const uint8_t *)text,
                    (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

#ifdef __cplusplus
}
#endif
#endif
