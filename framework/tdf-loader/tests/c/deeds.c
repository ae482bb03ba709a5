/* A plugin whose programs say what the renderer is to do, right and wrong. */

#define _POSIX_C_SOURCE 199309L
#include <math.h>
#include <time.h>

#include "tdf_plugin.h"

static const char GRAMMAR[] =
    "grammar;\n"
    "pub Deed = {\n"
    "    \"draw\" <r\"-?[0-9](\\.[0-9]+)?\"> => Deed::Draw(<>),\n"
    "    \"none\" => Deed::None,\n"
    "    \"mute\" => Deed::Mute,\n"
    "    \"fault\" => Deed::Fault,\n"
    "    \"quiet\" => Deed::Quiet,\n"
    "    \"short\" => Deed::Short,\n"
    "    \"odd\" => Deed::Odd,\n"
    "    \"nan\" => Deed::Nan,\n"
    "    \"untouched\" => Deed::Untouched,\n"
    "    \"slow\" => Deed::Slow,\n"
    "    \"loop\" => Deed::Loop,\n"
    "    \"many\" <Other*> => Deed::Many(<>),\n"
    "    \"nothing\" => Deed::Nothing,\n"
    "};\n"
    "Other = { \"draw\" => Other::Draw, r\"[a-c]\" => Other::Letter(<>) };\n";

enum deed { DRAW, NONE, MUTE, FAULT, QUIET, SHORT, ODD, NAN_, UNTOUCHED, SLOW, LOOP, MANY, COUNT };

static const char *const DEEDS[COUNT] = {"Draw", "None", "Mute",      "Fault", "Quiet", "Short",
                                         "Odd",  "Nan",  "Untouched", "Slow",  "Loop",  "Many"};

static void *open_deeds(const void *context, const tdf_names *names, const char *const *values, const tdf_sink *message)
{
    (void)context, (void)values, (void)message;
    return (void *)names;
}

static void canvas(void *domain, tdf_canvas *canvas)
{
    tdf_canvas form = {4, 2, 1, 0};
    (void)domain;
    *canvas = form;
}

/* The length that is returned, for images of `length` bytes or samples whose first is `*value`. */
static int64_t deed(const tdf_names *names, const tdf_node *node, size_t length, double *value, const tdf_sink *message)
{
    struct timespec while_asleep = {1, 300000000};
    volatile int goes_on = 1;
    *value = 0.0;
    switch (tdf_find(names->productions[node->production], DEEDS, COUNT)) {
    case DRAW:
        *value = tdf_number(names, tdf_child(node, 0));
        break;
    case NONE:
        tdf_say(message, "there is %s to be seen", "nothing");
        return TDF_NO_IMAGE;
    case MUTE:
        return TDF_NO_IMAGE;
    case FAULT:
        tdf_say(message, "out of %s", "paint");
        return TDF_FAULT;
    case QUIET:
        return TDF_FAULT;
    case SHORT:
        return (int64_t)length - 1;
    case ODD:
        return -77;
    case NAN_:
        *value = NAN;
        break;
    case UNTOUCHED:
        *value = -1000.0;
        break;
    case SLOW:
        nanosleep(&while_asleep, NULL);
        break;
    case LOOP:
        while (goes_on)
            ;
        break;
    case MANY:
        *value = tdf_child(node, 0)->len;
        break;
    default:
        tdf_say(message, "no such deed");
        return TDF_FAULT;
    }
    return (int64_t)length;
}

static int64_t render(void *domain, const tdf_node *nodes, size_t count, uint8_t *image, size_t bytes,
                      const tdf_sink *message)
{
    double value;
    int64_t drawn = deed((const tdf_names *)domain, nodes, bytes, &value, message);
    memset(image, (uint8_t)count, bytes);
    image[0] = (uint8_t)(value * 10.0);
    return drawn;
}

static int64_t render_samples(void *domain, const tdf_node *nodes, size_t count, float *samples, size_t length,
                              const tdf_sink *message)
{
    double value;
    int64_t drawn = deed((const tdf_names *)domain, nodes, length, &value, message);
    size_t i;
    (void)count;
    for (i = 0; i < length - 1; i++)
        samples[i] = (float)value;
    if (value > -1000.0)
        samples[length - 1] = 1.0f;
    return drawn;
}

static int64_t observe_target(void *domain, const tdf_node *nodes, size_t count, uint64_t seed, uint8_t *image, size_t bytes,
                       const tdf_sink *message)
{
    int64_t drawn = render(domain, nodes, count, image, bytes, message);
    memcpy(image, &seed, sizeof seed);
    return drawn;
}

static int64_t observe_current(void *domain, const tdf_node *nodes, size_t count, uint64_t seed, uint8_t *image, size_t bytes,
                    const tdf_sink *message)
{
    return observe_target(domain, nodes, count, ~seed, image, bytes, message);
}

/* Answers with the first byte, or the second for the second criterion; with a fault if it is 254. */
static int64_t answer(uint8_t byte, const tdf_sink *message)
{
    if (byte == 254) {
        tdf_say(message, "no answer");
        return TDF_FAULT;
    }
    return byte == 255 ? TDF_NO_IMAGE : byte;
}

static int64_t solved(void *domain, uint32_t criterion, const uint8_t *image, const uint8_t *target, size_t bytes,
                      const tdf_sink *message)
{
    (void)domain;
    return memcmp(image + 2, target + 2, bytes - 2) != 0 ? 0 : answer(image[criterion], message);
}

/* The byte of the criterion, which is to be at least 1; bytes from 251 on ask for what is no measure. */
static int64_t measure(void *domain, uint32_t criterion, const uint8_t *image, const uint8_t *target, size_t bytes,
                       tdf_measure *measure, const tdf_sink *name, const tdf_sink *message)
{
    tdf_measure measured = {0.0, 1.0, TDF_AT_LEAST};
    measured.value = image[criterion];
    (void)domain, (void)target, (void)bytes;
    switch (image[criterion]) {
    case 255:
        return 0;
    case 254:
        tdf_say(message, "no ruler");
        return TDF_FAULT;
    case 253:
        measured.value = NAN;
        break;
    case 252:
        measured.comparison = 4;
        break;
    }
    *measure = measured;
    tdf_say(name, "byte %d", (int)criterion);
    return 1;
}

/* The difference of the first bytes; the second byte of the image asks for what is no distance. */
static double distance(void *domain, const uint8_t *image, const uint8_t *target, size_t bytes, const tdf_sink *message)
{
    (void)domain, (void)bytes;
    switch (image[1]) {
    case 254:
        tdf_say(message, "no ruler");
        return TDF_FAULT;
    case 253:
        return -1.0;
    case 252:
        return NAN;
    case 251:
        return INFINITY;
    }
    return fabs(image[0] / 2.0 - target[0] / 2.0);
}

static int64_t is_uninformative(void *domain, const uint8_t *image, size_t bytes, const tdf_sink *message)
{
    (void)domain;
    return answer(image[bytes - 1], message);
}

static int64_t svg(void *domain, const tdf_node *nodes, size_t count, const tdf_sink *svg, const tdf_sink *message)
{
    const tdf_names *names = (const tdf_names *)domain;
    char text[8];
    size_t i;
    switch (tdf_find(names->productions[nodes->production], DEEDS, COUNT)) {
    case NONE:
        return 0;
    case FAULT:
        tdf_say(message, "out of %s", "ink");
        return TDF_FAULT;
    case ODD:
        return 3;
    }
    for (i = 0; i < count; i++)
        tdf_say(svg, "%s::%s %d|", names->rules[nodes[i].production], names->productions[nodes[i].production],
                (int)nodes[i].len);
    tdf_say(svg, "%d=", (int)tdf_text(names, nodes, text, sizeof text));
    tdf_say(svg, "%s", text);
    return 1;
}

/* All drawings are one; the deed "fault" has a form that is no program. */
static int64_t canonical(void *domain, const tdf_node *nodes, size_t count, const tdf_sink *text, const tdf_sink *message)
{
    const tdf_names *names = (const tdf_names *)domain;
    (void)count;
    switch (tdf_find(names->productions[nodes->production], DEEDS, COUNT)) {
    case NONE:
        return 0;
    case FAULT:
        tdf_say(text, "draw %s", "draw");
        return 1;
    case ODD:
        tdf_say(message, "out of %s", "ink");
        return TDF_FAULT;
    }
    tdf_say(text, "draw 5");
    return 1;
}

static void weights(void *domain, uint32_t *weights, size_t count)
{
    const tdf_names *names = (const tdf_names *)domain;
    size_t i;
    for (i = 0; i < count; i++)
        weights[i] = strcmp(names->rules[i], "Deed") == 0 ? 3 : 1;
    weights[tdf_find_production(names, "Other::Draw")] = 7;
}

static const char *const CRITERIA[] = {"first-byte", "second-byte"};

/* In the order of the fields, as C++ before C++20 writes it. */
static const tdf_domain DOMAINS[] = {
    {NULL, "bytes", "deeds", GRAMMAR, NULL, 0, NULL, NULL, 0, NULL, 0, NULL, 0, "Deed,Other", NULL, open_deeds, NULL, canvas, NULL, render,
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL},
    {NULL, "samples", "deeds", GRAMMAR, NULL, 0, NULL, NULL, 0, NULL, 0, NULL, 0, "tokens", NULL, open_deeds, NULL, canvas, NULL, NULL,
     render_samples, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL},
    {NULL, "whole", "deeds", GRAMMAR, NULL, 0, NULL, NULL, 0, NULL, 0, CRITERIA, 2, "ignored", NULL, open_deeds, NULL, canvas, weights,
     render, NULL, observe_target, observe_current, solved, measure, distance, is_uninformative, svg, canonical, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL},
};

static const tdf_table TABLE = {TDF_API, NULL, DOMAINS, 3};

const tdf_table *tdf_plugin(void)
{
    return &TABLE;
}
