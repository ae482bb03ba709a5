/* A plugin that is right unless a definition on the command line of the compiler makes something of it wrong. */

#include "tdf_plugin.h"

#ifndef API
#define API TDF_API
#endif
#ifndef BUILD
#define BUILD NULL
#endif
#ifndef TABLE
#define TABLE &table
#endif
#ifndef DOMAINS
#define DOMAINS domains
#endif
#ifndef DOMAIN_COUNT
#define DOMAIN_COUNT 1
#endif
#ifndef NAME
#define NAME "table"
#endif
#ifndef GRAMMAR_NAME
#define GRAMMAR_NAME "table"
#endif
#ifndef GRAMMAR
#define GRAMMAR "grammar;\npub A = { \"a\" => A::End, \"(\" <A> \")\" => A::More(<>) };\n"
#endif
#ifndef FINGERPRINT
#define FINGERPRINT NULL
#endif
#ifndef OPTION
#define OPTION {"side", "8", NULL, NULL, 0, 1, 64}
#endif
#ifndef PALETTE_COUNT
#define PALETTE_COUNT 0
#endif
#ifndef CRITERIA
#define CRITERIA NULL
#endif
#ifndef CRITERION_COUNT
#define CRITERION_COUNT 0
#endif
#ifndef SIZE
#define SIZE NULL
#endif
#ifndef SCOPE
#define SCOPE NULL
#endif
#ifndef OPEN
#define OPEN open_table
#endif
#ifndef CANVAS
#define CANVAS canvas
#endif
#ifndef FORM
#define FORM {8, 8, 1, 0}
#endif
#ifndef WEIGHTS
#define WEIGHTS NULL
#endif
#ifndef PARTIAL_PROGRAMS
#define PARTIALS NULL
#else
#define PARTIALS &partial
static const tdf_partial_programs partial = PARTIAL_PROGRAMS;
#endif
#ifndef SIGNATURE
#define SIGNATURE NULL
#endif
#ifndef BIND
#define BIND NULL
#endif
#ifndef SAMPLE_INPUTS
#define SAMPLE_INPUTS NULL
#endif
#ifndef SIGNED
#define SIGNED {1, 1, 1 << TDF_TEXT, 1 << TDF_TEXT, TDF_TEXT, 8}
#endif
#ifndef RENDER
#define RENDER render
#endif

static int64_t render(void *domain, const tdf_node *nodes, size_t count, uint8_t *image, size_t bytes,
                      const tdf_sink *message)
{
    (void)domain, (void)nodes, (void)count, (void)message;
    memset(image, 9, bytes);
    return (int64_t)bytes;
}

static void canvas(void *domain, tdf_canvas *canvas)
{
    tdf_canvas form = FORM;
    (void)domain;
    *canvas = form;
}

static void signature(void *domain, tdf_signature *signature)
{
    tdf_signature form = SIGNED;
    (void)domain;
    *signature = form;
}

static void *bind(void *domain, const tdf_inputs *inputs, const tdf_sink *message)
{
    (void)inputs, (void)message;
    return domain;
}

static int64_t sample_inputs(void *domain, uint64_t seed, const tdf_row_sink *rows, const tdf_sink *message)
{
    (void)domain, (void)seed, (void)rows, (void)message;
    return 0;
}

static void weightless(void *domain, uint32_t *weights, size_t count)
{
    (void)domain;
    memset(weights, 0, count * sizeof *weights);
}

static void heavy(void *domain, uint32_t *weights, size_t count)
{
    size_t i;
    (void)domain;
    for (i = 0; i < count; i++)
        weights[i] = 10000 + (uint32_t)i;
}

static void silent(void *domain, uint32_t *weights, size_t count)
{
    (void)domain, (void)weights, (void)count;
}

static void *open_table(const void *context, const tdf_names *names, const char *const *values, const tdf_sink *message)
{
    (void)names, (void)values, (void)message;
    return (void *)context;
}

static void *refuse(const void *context, const tdf_names *names, const char *const *values, const tdf_sink *message)
{
    (void)context, (void)names;
    tdf_say(message, "a side of %s does not suit me", values[0]);
    return NULL;
}

static void *sulk(const void *context, const tdf_names *names, const char *const *values, const tdf_sink *message)
{
    (void)context, (void)names, (void)values, (void)message;
    return NULL;
}

static const tdf_option options[] = {OPTION};

#define DOMAIN                                                                                                       \
    {                                                                                                                \
        &options, NAME, GRAMMAR_NAME, GRAMMAR, NULL, 0, FINGERPRINT, options, 1, NULL, PALETTE_COUNT, CRITERIA, CRITERION_COUNT, SIZE, SCOPE, OPEN, \
            NULL, CANVAS, WEIGHTS, RENDER, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, PARTIALS,            \
            SIGNATURE, BIND, SAMPLE_INPUTS, NULL, NULL, NULL                                                          \
    }

static const tdf_domain domains[] = {DOMAIN, DOMAIN};

static const tdf_table table = {API, BUILD, DOMAINS, DOMAIN_COUNT};

/* What a definition does not choose is not left unused. */
const void *const others[] = {(const void *)&table, (const void *)domains};
void (*const functions[])(void *, uint32_t *, size_t) = {weightless, heavy, silent};
void *(*const openings[])(const void *, const tdf_names *, const char *const *, const tdf_sink *) = {open_table, refuse,
                                                                                                     sulk};
int64_t (*const drawings[])(void *, const tdf_node *, size_t, uint8_t *, size_t, const tdf_sink *) = {render};
void (*const canvases[])(void *, tdf_canvas *) = {canvas};
void (*const signatures[])(void *, tdf_signature *) = {signature};
void *(*const bindings[])(void *, const tdf_inputs *, const tdf_sink *) = {bind};
int64_t (*const samplings[])(void *, uint64_t, const tdf_row_sink *, const tdf_sink *) = {sample_inputs};

#ifndef NO_SYMBOL
const tdf_table *tdf_plugin(void)
{
    return TABLE;
}
#endif
