/* Blocks: a domain in plain C. A program divides a square into halves of halves and gives each a colour. */

#include "tdf_plugin.h"

/* What `make` turns blocks.lalrpop into. */
static const char GRAMMAR[] =
#include "blocks.inc"
    ;

static const char *const COLOURS[] = {"black", "blue", "gold", "green", "red", "white"};
static const uint8_t RGB[][3] = {{0, 0, 0}, {40, 80, 200}, {240, 190, 40}, {40, 150, 70}, {210, 50, 40}, {255, 255, 255}};
enum { COUNT = sizeof RGB / sizeof *RGB };

struct blocks {
    const tdf_names *names;
    uint32_t side;                       /* of the canvas, in pixels */
    uint32_t plain, frame, over, beside; /* productions */
    uint32_t colour_token[COUNT];
};

struct area {
    uint32_t left, top, width, height;
};

static void *open_blocks(const void *context, const tdf_names *names, const char *const *values, const tdf_sink *message)
{
    struct blocks *blocks = malloc(sizeof *blocks);
    (void)context;
    if (blocks == NULL) {
        tdf_say(message, "out of memory");
        return NULL;
    }
    blocks->names = names;
    blocks->side = (uint32_t)strtoul(values[0], NULL, 10);
    blocks->plain = tdf_find_production(names, "Block::Plain");
    blocks->frame = tdf_find_production(names, "Block::Frame");
    blocks->over = tdf_find_production(names, "Block::Over");
    blocks->beside = tdf_find_production(names, "Block::Beside");
    for (int i = 0; i < COUNT; i++)
        blocks->colour_token[i] = tdf_find_token(names, COLOURS[i]);
    return blocks;
}

static void canvas(void *domain, tdf_canvas *canvas)
{
    struct blocks *blocks = domain;
    canvas->width = canvas->height = blocks->side;
    canvas->channels = 3;
    canvas->background = 255;
}

static void fill(const struct blocks *blocks, uint8_t *image, struct area area, const tdf_node *colour)
{
    int i = 0;
    while (i < COUNT - 1 && blocks->colour_token[i] != colour->token)
        i++;
    for (uint32_t y = area.top; y < area.top + area.height; y++)
        for (uint32_t x = area.left; x < area.left + area.width; x++)
            memcpy(image + 3 * ((size_t)y * blocks->side + x), RGB[i], 3);
}

static void draw(const struct blocks *blocks, uint8_t *image, struct area area, const tdf_node *node)
{
    const tdf_node *first = tdf_child(node, 0), *second = tdf_child(node, 1);
    struct area rest = area;
    if (node->production == blocks->plain) {
        fill(blocks, image, area, first);
    } else if (node->production == blocks->frame) {
        fill(blocks, image, area, first);
        if (area.width > 2 && area.height > 2)
            draw(blocks, image, (struct area){area.left + 1, area.top + 1, area.width - 2, area.height - 2}, second);
    } else {
        if (node->production == blocks->over) {
            rest.top += area.height /= 2;
            rest.height -= area.height;
        } else {
            rest.left += area.width /= 2;
            rest.width -= area.width;
        }
        draw(blocks, image, area, first);
        draw(blocks, image, rest, second);
    }
}

static int64_t render(void *domain, const tdf_node *nodes, size_t count, uint8_t *image, size_t bytes,
                      const tdf_sink *message)
{
    const struct blocks *blocks = domain;
    struct area all = {0, 0, blocks->side, blocks->side};
    (void)count;
    (void)message;
    draw(blocks, image, all, nodes);
    return (int64_t)bytes;
}

/* Four quarters can be written in two ways: two columns of two, or two rows of two. The canonical program has the rows. A
 * column moves outwards until nothing is left to be swapped, so that the order of swapping does not matter. */
struct block {
    uint32_t production;
    const tdf_node *colour;       /* of a plain block and of a frame */
    struct block *first, *second; /* of two halves; of a frame the second */
};

/* Takes the next free block from `free_block` for the program at `node`. */
static struct block *build(const struct blocks *blocks, const tdf_node *node, struct block **free_block)
{
    struct block *block = (*free_block)++;
    int halves = node->production == blocks->over || node->production == blocks->beside;
    block->production = node->production;
    block->colour = halves ? NULL : tdf_child(node, 0);
    block->first = halves ? build(blocks, tdf_child(node, 0), free_block) : NULL;
    block->second = node->production == blocks->plain ? NULL : build(blocks, tdf_child(node, 1), free_block);
    return block;
}

static void settle(const struct blocks *blocks, struct block *block)
{
    struct block *left = block->first, *right = block->second, *top_right;
    if (left != NULL)
        settle(blocks, left);
    if (right != NULL)
        settle(blocks, right);
    if (block->production != blocks->beside || left->production != blocks->over || right->production != blocks->over)
        return;
    top_right = right->first;
    right->first = left->second;
    left->second = top_right;
    left->production = right->production = blocks->beside;
    block->production = blocks->over;
    settle(blocks, left);
    settle(blocks, right);
}

static void say(const struct blocks *blocks, const struct block *block, const tdf_sink *text)
{
    if (block->production == blocks->plain) {
        tdf_say(text, "%s", blocks->names->tokens[block->colour->token]);
        return;
    }
    if (block->production == blocks->frame) {
        tdf_say(text, "(frame %s ", blocks->names->tokens[block->colour->token]);
    } else {
        tdf_say(text, block->production == blocks->over ? "(over " : "(beside ");
        say(blocks, block->first, text);
        tdf_say(text, " ");
    }
    say(blocks, block->second, text);
    tdf_say(text, ")");
}

static int64_t canonical(void *domain, const tdf_node *nodes, size_t count, const tdf_sink *text, const tdf_sink *message)
{
    const struct blocks *blocks = domain;
    struct block *all = malloc(count * sizeof *all), *free_block = all, *root;
    if (all == NULL) {
        tdf_say(message, "out of memory");
        return TDF_FAULT;
    }
    root = build(blocks, nodes, &free_block);
    settle(blocks, root);
    say(blocks, root, text);
    free(all);
    return 1;
}

static const tdf_option OPTIONS[] = {{"side", "64", "side of the canvas in pixels", NULL, 0, 16, 256}};

static const tdf_domain DOMAINS[] = {{
    .name = "blocks",
    .grammar_name = "blocks",
    .grammar = GRAMMAR,
    .options = OPTIONS,
    .option_count = 1,
    .palette = RGB,
    .palette_count = COUNT,
    .size = "Plain,Frame",
    .open = open_blocks,
    .close = free,
    .canvas = canvas,
    .render = render,
    .canonical = canonical,
}};

static const tdf_table TABLE = {TDF_API, NULL, DOMAINS, 1};

const tdf_table *tdf_plugin(void)
{
    return &TABLE;
}
