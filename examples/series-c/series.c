/* Series: programs with inputs in plain C. A program is a formula, its input is a whole number, its output the term with this
 * number. */

#include "tdf_plugin.h"

/* What `make` turns series.lalrpop into. */
static const char GRAMMAR[] =
#include "series.inc"
    ;

/* The first so many terms are the examples of a random target. */
enum { TERMS = 8 };

/* Greater terms are failures. Products of two allowed terms fit into 64 bits. */
static const int64_t GREATEST = 1000000000;

enum { SUM, DIFFERENCE, PRODUCT, QUOTIENT, REMAINDER, OPERATORS };
static const char *const LABELS[OPERATORS] = {"Term::Sum", "Term::Difference", "Term::Product", "Term::Quotient",
                                              "Term::Remainder"};
static const char SIGNS[OPERATORS] = {'+', '-', '*', '/', '%'};

/* A domain, or one whose programs run on inputs. */
struct series {
    const tdf_names *names;
    uint32_t number;               /* production of "n" */
    uint32_t operators[OPERATORS]; /* productions of the operators */
    const tdf_inputs *inputs;      /* null in what open_series makes */
};

static void *open_series(const void *context, const tdf_names *names, const char *const *values,
                         const tdf_sink *message)
{
    struct series *series = malloc(sizeof *series);
    int i;
    (void)context, (void)values;
    if (series == NULL) {
        tdf_say(message, "out of memory");
        return NULL;
    }
    series->names = names;
    series->number = tdf_find_production(names, "Term::Number");
    for (i = 0; i < OPERATORS; i++)
        series->operators[i] = tdf_find_production(names, LABELS[i]);
    series->inputs = NULL;
    return series;
}

/* tdf keeps the inputs until `free` of what this makes. */
static void *bind(void *domain, const tdf_inputs *inputs, const tdf_sink *message)
{
    struct series *bound = malloc(sizeof *bound);
    if (bound == NULL) {
        tdf_say(message, "out of memory");
        return NULL;
    }
    *bound = *(const struct series *)domain;
    bound->inputs = inputs;
    return bound;
}

static void signature(void *domain, tdf_signature *signature)
{
    (void)domain;
    signature->least_arguments = signature->greatest_arguments = 1;
    signature->argument_kinds = signature->output_kinds = 1 << TDF_INTEGER;
    signature->usual_output = TDF_INTEGER;
    signature->max_output = 8;
}

static int64_t sample_inputs(void *domain, uint64_t seed, const tdf_row_sink *rows, const tdf_sink *message)
{
    int64_t n;
    (void)domain, (void)seed, (void)message;
    for (n = 1; n <= TERMS; n++) {
        tdf_value value = {TDF_INTEGER, 1, NULL};
        value.data = &n;
        rows->row(rows->to, &value, 1);
    }
    return 0;
}

/* The operation of a node, or OPERATORS. */
static int operator_of(const struct series *series, const tdf_node *node)
{
    int i = 0;
    while (i < OPERATORS && series->operators[i] != node->production)
        i++;
    return i;
}

/* Whether there is a term, which is then in `term`. */
static int evaluate(const struct series *series, const tdf_node *node, int64_t n, int64_t *term)
{
    int64_t left, right;
    int operation = operator_of(series, node);
    if (operation == OPERATORS) {
        *term = node->production == series->number ? n : (int64_t)tdf_number(series->names, node);
        return *term >= -GREATEST && *term <= GREATEST;
    }
    if (!evaluate(series, tdf_child(node, 0), n, &left) || !evaluate(series, tdf_child(node, 1), n, &right))
        return 0;
    if (right == 0 && (operation == QUOTIENT || operation == REMAINDER))
        return 0;
    switch (operation) {
    case SUM:
        *term = left + right;
        break;
    case DIFFERENCE:
        *term = left - right;
        break;
    case PRODUCT:
        *term = left * right;
        break;
    case QUOTIENT:
        *term = left / right - (left % right != 0 && (left < 0) != (right < 0));
        break;
    default:
        *term = left % right;
        if (*term < 0)
            *term += right < 0 ? -right : right;
    }
    return *term >= -GREATEST && *term <= GREATEST;
}

/* Writes the term of each row. */
static int64_t render(void *domain, const tdf_node *nodes, size_t count, uint8_t *outputs, size_t bytes,
                      const tdf_sink *message)
{
    const struct series *series = domain;
    const tdf_inputs *inputs = series->inputs;
    size_t row;
    (void)count, (void)message;
    for (row = 0; row < inputs->rows; row++) {
        const int64_t *n = inputs->values[row].data;
        int64_t term;
        tdf_value value = {TDF_INTEGER, 1, NULL};
        value.data = &term;
        tdf_put(outputs, bytes, inputs->rows, row, evaluate(series, nodes, *n, &term) ? &value : NULL);
    }
    return (int64_t)bytes;
}

/* Writes a formula without the outer brackets. */
static void write_formula(const struct series *series, const tdf_node *node, int is_outer, const tdf_sink *text)
{
    int operation = operator_of(series, node);
    char digit[8];
    if (operation == OPERATORS) {
        tdf_text(series->names, node, digit, sizeof digit);
        tdf_say(text, "%s", node->production == series->number ? "n" : digit);
        return;
    }
    tdf_say(text, "%s", is_outer ? "" : "(");
    write_formula(series, tdf_child(node, 0), 0, text);
    tdf_say(text, " %c ", SIGNS[operation]);
    write_formula(series, tdf_child(node, 1), 0, text);
    tdf_say(text, "%s", is_outer ? "" : ")");
}

static int64_t shown(void *domain, const tdf_node *nodes, size_t count, const tdf_sink *text, const tdf_sink *message)
{
    (void)count, (void)message;
    tdf_say(text, "a(n) = ");
    write_formula(domain, nodes, 1, text);
    return 1;
}

static const tdf_domain DOMAINS[] = {{
    .name = "series",
    .grammar_name = "series",
    .grammar = GRAMMAR,
    .open = open_series,
    .close = free,
    .render = render,
    .signature = signature,
    .bind = bind,
    .sample_inputs = sample_inputs,
    .shown = shown,
}};

static const tdf_table TABLE = {TDF_API, NULL, DOMAINS, sizeof DOMAINS / sizeof *DOMAINS};

const tdf_table *tdf_plugin(void)
{
    return &TABLE;
}
