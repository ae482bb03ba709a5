/* A plugin with inputs whose programs, inputs and seeds say what it is to do, right and wrong. */

#include "tdf_plugin.h"

static const char GRAMMAR[] =
    "grammar;\n"
    "pub Deed = {\n"
    "    \"length\" => Deed::Length,\n"
    "    \"echo\" => Deed::Echo,\n"
    "    \"fail\" => Deed::Fail,\n"
    "    \"fault\" => Deed::Fault,\n"
    "    \"short\" => Deed::Short,\n"
    "    \"kind\" => Deed::Kind,\n"
    "    \"long\" => Deed::Long,\n"
    "    \"rest\" => Deed::Rest,\n"
    "    \"count\" => Deed::Count,\n"
    "};\n";

enum deed { LENGTH, ECHO, FAIL, FAULT, SHORT, KIND, LONG, REST, COUNT, DEEDS };
static const char *const NAMES[DEEDS] = {"Length", "Echo", "Fail", "Fault", "Short", "Kind", "Long", "Rest", "Count"};

struct domain {
    const tdf_names *names;
    struct domain *from; /* null in what `open` made */
    const tdf_inputs *inputs;
    int bound; /* how many domains are bound to inputs, in what `open` made */
};

static void *open_domain(const void *context, const tdf_names *names, const char *const *values,
                         const tdf_sink *message)
{
    struct domain *domain = (struct domain *)calloc(1, sizeof *domain);
    (void)context, (void)values, (void)message;
    domain->names = names;
    return domain;
}

static int is_text(const tdf_value *value, const char *text)
{
    return value->length == strlen(text) && memcmp(value->data, text, value->length) == 0;
}

static void *bind(void *from, const tdf_inputs *inputs, const tdf_sink *message)
{
    struct domain *domain;
    if (is_text(inputs->values, "refuse")) {
        tdf_say(message, "not with me");
        return NULL;
    }
    if (is_text(inputs->values, "mute"))
        return NULL;
    domain = (struct domain *)calloc(1, sizeof *domain);
    domain->from = (struct domain *)from;
    domain->names = domain->from->names;
    domain->inputs = inputs;
    domain->from->bound++;
    return domain;
}

/* Ends the process if the order of closing is wrong, or if the inputs are gone. */
static void close_domain(void *which)
{
    struct domain *domain = (struct domain *)which;
    if (domain->from == NULL) {
        if (domain->bound != 0)
            abort();
    } else {
        size_t i;
        for (i = 0; i < domain->inputs->rows * domain->inputs->arguments; i++)
            if (domain->inputs->values[i].kind != TDF_TEXT)
                abort();
        domain->from->bound--;
    }
    free(domain);
}

static void signature(void *domain, tdf_signature *signature)
{
    (void)domain;
    signature->least_arguments = 1;
    signature->greatest_arguments = 2;
    signature->argument_kinds = 1 << TDF_TEXT;
    signature->output_kinds = 1 << TDF_INTEGER | 1 << TDF_TEXT;
    signature->usual_output = TDF_INTEGER;
    signature->max_output = 12;
}

static int64_t sample_inputs(void *domain, uint64_t seed, const tdf_row_sink *rows, const tdf_sink *message)
{
    tdf_value values[2] = {{TDF_TEXT, 1, "a"}, {TDF_TEXT, 2, "bc"}};
    int i;
    (void)domain;
    switch (seed) {
    case 1:
        tdf_say(message, "no dice");
        return TDF_FAULT;
    case 2:
        values[1].kind = 9;
        break;
    case 3:
        rows->row(rows->to, values, 1);
        break;
    case 4:
        for (i = 0; i < 2000; i++)
            rows->row(rows->to, values, 2);
        break;
    case 5:
        return 7;
    case 6:
        return 0;
    case 7:
        values[1].kind = TDF_BOOLEAN;
        values[1].length = 1;
        break;
    }
    rows->row(rows->to, values, 2);
    rows->row(rows->to, values, 2);
    return 0;
}

static int deed_of(const struct domain *domain, const tdf_node *node)
{
    return (int)tdf_find(domain->names->productions[node->production], NAMES, DEEDS);
}

static int64_t render(void *which, const tdf_node *nodes, size_t count, uint8_t *outputs, size_t bytes,
                      const tdf_sink *message)
{
    static int64_t times;
    const struct domain *domain = (const struct domain *)which;
    const tdf_inputs *inputs = domain->inputs;
    size_t row;
    int deed = deed_of(domain, nodes);
    (void)count;
    if (deed == FAULT) {
        tdf_say(message, "out of paper");
        return TDF_FAULT;
    }
    for (row = 0; row < inputs->rows; row++) {
        const tdf_value *first = &inputs->values[row * inputs->arguments];
        int64_t number = deed == COUNT ? ++times : first->length;
        tdf_value length = {TDF_INTEGER, 1, NULL};
        length.data = &number;
        tdf_put(outputs, bytes, inputs->rows, row, deed == FAIL ? NULL : deed == ECHO ? first : &length);
    }
    row = bytes / inputs->rows;
    if (deed == KIND)
        outputs[row] = 4;
    if (deed == LONG)
        outputs[2] = 13;
    if (deed == REST)
        outputs[row - 1] = 1;
    return (int64_t)bytes - (deed == SHORT);
}

static int64_t constants(void *domain, const uint8_t *target, size_t bytes, const tdf_sink *texts,
                         const tdf_sink *message)
{
    static const char TEXTS[] = "echo\0nonsense\0length\0fail";
    (void)domain, (void)bytes, (void)message;
    if (target[0] == TDF_TEXT)
        return 1;
    texts->write(texts->to, (const uint8_t *)TEXTS, sizeof TEXTS - 1);
    return 0;
}

static int64_t refined(void *domain, const tdf_node *nodes, size_t count, const uint8_t *target, size_t bytes,
                       const tdf_sink *text, uint32_t *runs, const tdf_sink *message)
{
    (void)count, (void)target, (void)bytes;
    *runs = 3;
    switch (deed_of((const struct domain *)domain, nodes)) {
    case LENGTH:
        tdf_say(text, "echo");
        return 1;
    case FAIL:
        tdf_say(text, "nonsense");
        return 1;
    case FAULT:
        tdf_say(message, "does not fit");
        return TDF_FAULT;
    default:
        return 0;
    }
}

static int64_t shown(void *domain, const tdf_node *nodes, size_t count, const tdf_sink *text, const tdf_sink *message)
{
    int deed = deed_of((const struct domain *)domain, nodes);
    (void)count, (void)message;
    tdf_say(text, "=%s()", NAMES[deed]);
    return deed != FAIL;
}

/* In the order of the fields, as C++ before C++20 writes it. */
static const tdf_domain DOMAINS[] = {
    {NULL, "functions", "functions", GRAMMAR, NULL, 0, NULL, NULL, 0, NULL, 0, NULL, 0, NULL, NULL, open_domain, close_domain, NULL, NULL,
     render, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, signature, bind, sample_inputs, constants, refined, shown},
};

static const tdf_table TABLE = {TDF_API, NULL, DOMAINS, 1};

const tdf_table *tdf_plugin(void)
{
    return &TABLE;
}
