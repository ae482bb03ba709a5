/* A plugin that does harm at one place: -DPLACE=RENDER -DHARM=LOOP. Without definitions it does none. */

#define _XOPEN_SOURCE 600
#include <unistd.h>

#include "tdf_plugin.h"

enum place {
    NOWHERE,
    LOADING,
    TABLE,
    OPEN,
    CANVAS,
    WEIGHTS,
    RENDER,
    SAMPLES,
    OBSERVE,
    VIEW,
    SOLVED,
    MEASURE,
    DISTANCE,
    EMPTY,
    SVG,
    CANONICAL,
    CLOSE,
    /* From here on programs take inputs. */
    SIGNATURE,
    BIND,
    SAMPLE_INPUTS,
    CONSTANTS,
    REFINED,
    SHOWN
};
enum harm { LOOP, EXIT, QUICK_EXIT, CHDIR, BEHIND, BEFORE, COUNT, TURN, SPARE };

#ifndef PLACE
#define PLACE NOWHERE
#endif
#ifndef HARM
#define HARM LOOP
#endif
/* Bytes that are written outside of a buffer. */
#ifndef REACH
#define REACH 64
#endif

/* C99 has no such function; the system has. */
extern void quick_exit(int status);

/* `buffer` has `bytes` bytes that are right so far. */
static void harm(enum place place, void *buffer, size_t bytes)
{
    static volatile int calls = 0;
    uint8_t *start = (uint8_t *)buffer;
    if (place != PLACE)
        return;
    calls++;
    switch (HARM) {
    case LOOP:
        for (;;)
            usleep(1000);
    case EXIT:
        exit(0);
    case QUICK_EXIT:
        quick_exit(0);
        break;
    case CHDIR:
        if (chdir("elsewhere") != 0 && chdir("/") != 0)
            abort();
        break;
    case BEHIND:
        if (start != NULL)
            memset(start + bytes, 1, REACH);
        break;
    case BEFORE:
        if (start != NULL)
            memset(start - REACH, 1, REACH);
        break;
    case COUNT: /* Another image every time. */
        start[1] = (uint8_t)calls;
        break;
    case TURN: /* Another image after some time. */
        start[1] = calls > 5;
        break;
    case SPARE: /* See `render`. */
        break;
    }
}

static int64_t render(void *domain, const tdf_node *nodes, size_t count, uint8_t *image, size_t bytes,
                      const tdf_sink *message)
{
    (void)domain, (void)nodes, (void)message;
    /* SPARE leaves the last byte as it is. */
    memset(image, (int)count, PLACE == RENDER && HARM == SPARE ? bytes - 1 : bytes);
    harm(RENDER, image, bytes);
    return (int64_t)bytes;
}

static int64_t render_samples(void *domain, const tdf_node *nodes, size_t count, float *samples, size_t length,
                              const tdf_sink *message)
{
    size_t i;
    (void)domain, (void)nodes, (void)count, (void)message;
    for (i = 0; i < length; i++)
        samples[i] = 0.5f;
    harm(SAMPLES, samples, length * sizeof *samples);
    return (int64_t)length;
}

static int64_t observe_target(void *domain, const tdf_node *nodes, size_t count, uint64_t seed, uint8_t *image, size_t bytes,
                       const tdf_sink *message)
{
    (void)domain, (void)nodes, (void)count, (void)message;
    memset(image, (int)seed, bytes);
    harm(OBSERVE, image, bytes);
    return (int64_t)bytes;
}

static int64_t observe_current(void *domain, const tdf_node *nodes, size_t count, uint64_t seed, uint8_t *image, size_t bytes,
                    const tdf_sink *message)
{
    (void)domain, (void)nodes, (void)count, (void)message;
    memset(image, (int)seed, bytes);
    harm(VIEW, image, bytes);
    return (int64_t)bytes;
}

static void canvas(void *domain, tdf_canvas *canvas)
{
    tdf_canvas form = {5, 5, 1, 0};
    (void)domain;
    *canvas = form;
    harm(CANVAS, canvas, sizeof *canvas);
}

static void weights(void *domain, uint32_t *weights, size_t count)
{
    size_t i;
    (void)domain;
    for (i = 0; i < count; i++)
        weights[i] = 1;
    harm(WEIGHTS, weights, count * sizeof *weights);
}

static int64_t solved(void *domain, uint32_t criterion, const uint8_t *image, const uint8_t *target, size_t bytes,
                      const tdf_sink *message)
{
    (void)domain, (void)criterion, (void)image, (void)target, (void)bytes, (void)message;
    harm(SOLVED, NULL, 0);
    return 1;
}

static int64_t measure(void *domain, uint32_t criterion, const uint8_t *image, const uint8_t *target, size_t bytes,
                       tdf_measure *measure, const tdf_sink *name, const tdf_sink *message)
{
    (void)domain, (void)criterion, (void)image, (void)target, (void)bytes, (void)measure, (void)name, (void)message;
    harm(MEASURE, NULL, 0);
    return 0;
}

static double distance(void *domain, const uint8_t *image, const uint8_t *target, size_t bytes, const tdf_sink *message)
{
    (void)domain, (void)image, (void)target, (void)bytes, (void)message;
    harm(DISTANCE, NULL, 0);
    return 0.0;
}

static int64_t is_uninformative(void *domain, const uint8_t *image, size_t bytes, const tdf_sink *message)
{
    (void)domain, (void)image, (void)bytes, (void)message;
    harm(EMPTY, NULL, 0);
    return 0;
}

static int64_t svg(void *domain, const tdf_node *nodes, size_t count, const tdf_sink *svg, const tdf_sink *message)
{
    (void)domain, (void)nodes, (void)count, (void)svg, (void)message;
    harm(SVG, NULL, 0);
    return 0;
}

static int64_t canonical(void *domain, const tdf_node *nodes, size_t count, const tdf_sink *text, const tdf_sink *message)
{
    (void)domain, (void)nodes, (void)count, (void)text, (void)message;
    harm(CANONICAL, NULL, 0);
    return 0;
}

static void *open_harm(const void *context, const tdf_names *names, const char *const *values, const tdf_sink *message)
{
    (void)context, (void)values, (void)message;
    harm(OPEN, NULL, 0);
    return (void *)names;
}

static void close_harm(void *domain)
{
    (void)domain;
    harm(CLOSE, NULL, 0);
}

static void signature(void *domain, tdf_signature *signature)
{
    tdf_signature form = {1, 1, 1 << TDF_INTEGER, 1 << TDF_INTEGER, TDF_INTEGER, 8};
    (void)domain;
    *signature = form;
    harm(SIGNATURE, signature, sizeof *signature);
}

static void *bind(void *domain, const tdf_inputs *inputs, const tdf_sink *message)
{
    (void)inputs, (void)message;
    harm(BIND, NULL, 0);
    return domain;
}

static int64_t sample_inputs(void *domain, uint64_t seed, const tdf_row_sink *rows, const tdf_sink *message)
{
    int64_t number = 1;
    tdf_value value = {TDF_INTEGER, 1, NULL};
    (void)domain, (void)seed, (void)message;
    value.data = &number;
    rows->row(rows->to, &value, 1);
    harm(SAMPLE_INPUTS, NULL, 0);
    return 0;
}

static int64_t constants(void *domain, const uint8_t *target, size_t bytes, const tdf_sink *texts,
                         const tdf_sink *message)
{
    (void)domain, (void)target, (void)bytes, (void)texts, (void)message;
    harm(CONSTANTS, NULL, 0);
    return 0;
}

static int64_t refined(void *domain, const tdf_node *nodes, size_t count, const uint8_t *target, size_t bytes,
                       const tdf_sink *text, uint32_t *runs, const tdf_sink *message)
{
    (void)domain, (void)nodes, (void)count, (void)target, (void)bytes, (void)text, (void)message;
    *runs = 1;
    harm(REFINED, NULL, 0);
    return 0;
}

static int64_t shown(void *domain, const tdf_node *nodes, size_t count, const tdf_sink *text, const tdf_sink *message)
{
    (void)domain, (void)nodes, (void)count, (void)text, (void)message;
    harm(SHOWN, NULL, 0);
    return 0;
}

static const char GRAMMAR[] = "grammar;\npub A = { \"a\" => A::End, \"(\" <A> \")\" => A::More(<>) };\n";

static const tdf_domain DOMAIN = {
    NULL, "harm", "harm", GRAMMAR, NULL, 0, NULL, NULL, 0, NULL, 0, NULL, 0, NULL, NULL, open_harm, close_harm, canvas, weights,
    PLACE == SAMPLES ? NULL : render, render_samples, observe_target, observe_current, solved, measure, distance, is_uninformative, svg,
    canonical, NULL, NULL, NULL, NULL, NULL, NULL, NULL};

static const tdf_domain FUNCTIONS = {
    NULL, "harm", "harm", GRAMMAR, NULL, 0, NULL, NULL, 0, NULL, 0, NULL, 0, NULL, NULL, open_harm, NULL, NULL, NULL,
    render, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, signature, bind, sample_inputs, constants, refined,
    shown};

static const tdf_table TABLES = {TDF_API, NULL, PLACE < SIGNATURE ? &DOMAIN : &FUNCTIONS, 1};

#if defined(__GNUC__)
__attribute__((constructor))
#endif
void loading(void);

void loading(void)
{
    harm(LOADING, NULL, 0);
}

const tdf_table *tdf_plugin(void)
{
    harm(TABLE, NULL, 0);
    return &TABLES;
}
