"""my-dsl: what its programs draw, and what counts as their size."""

import tdf_serve

# Red, green and blue of the colours.
COLORS = {"Red": (220, 50, 47), "Yellow": (250, 200, 60), "Green": (60, 160, 80), "Blue": (40, 90, 200)}

# Width and height of an image in pixels.
SIDE = 64


class MyDsl:
    name = "my-dsl"
    canvas = (SIDE, SIDE, 3)
    palette = [*COLORS.values(), (255, 255, 255)]
    # Tiles and discs count, so that there are finitely many programs of a size: what can contain itself any number of times has to
    # hold something that counts.
    size = "Tile,Disc"

    def render(self, program):
        """Rows from the top, three bytes a pixel."""
        image = bytearray([255] * (3 * SIDE * SIDE))
        draw(program, (0, 0, SIDE, SIDE), image)
        return image


def draw(scene, area, image):
    """`area` is left, top, right and bottom in pixels."""
    left, top, right, bottom = area
    x, y = (left + right) // 2, (top + bottom) // 2
    if scene.label == "Beside":
        draw(scene.left, (left, top, x, bottom), image)
        draw(scene.right, (x, top, right, bottom), image)
    elif scene.label == "Above":
        draw(scene.top, (left, top, right, y), image)
        draw(scene.bottom, (left, y, right, bottom), image)
    else:
        paint(scene, area, image)


def paint(shape, area, image):
    """Colours a shape in its area, but for a margin of one pixel."""
    left, top, right, bottom = area
    color = bytes(COLORS[shape.color.label])
    radius = min(right - left, bottom - top) / 2 - 1
    for row in range(top + 1, bottom - 1):
        half = (right - left) / 2 - 1
        if shape.label == "Disc":
            half = max(radius**2 - (row + 0.5 - (top + bottom) / 2) ** 2, 0) ** 0.5
        first, last = round((left + right) / 2 - half), round((left + right) / 2 + half)
        at = 3 * (row * SIDE + first)
        image[at : at + 3 * (last - first)] = color * (last - first)


if __name__ == "__main__":
    tdf_serve.serve(MyDsl)
