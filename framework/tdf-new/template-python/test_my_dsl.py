"""The images are what they should be: `python3 -m unittest`."""

import unittest

from my_dsl import SIDE, MyDsl
from tdf_serve import Node


def shape(label, color):
    return Node(label, "Scene", [Node(color, "Color", [], {}, None)], {"color": 0}, None)


def pixel(program, column, row):
    at = 3 * (row * SIDE + column)
    return tuple(MyDsl().render(program)[at : at + 3])


class Images(unittest.TestCase):
    def test_halves_are_where_they_should_be(self):
        halves = [shape("Tile", "Red"), shape("Disc", "Blue")]
        program = Node("Beside", "Scene", halves, {"left": 0, "right": 1}, None)
        self.assertEqual(pixel(program, 16, 32), (220, 50, 47))
        self.assertEqual(pixel(program, 48, 32), (40, 90, 200))
        self.assertEqual(pixel(program, 48, 2), (255, 255, 255), "discs are round")


if __name__ == "__main__":
    unittest.main()
