"""Initials: programs that take a text and give a text."""

import tdf_serve

WORDS = "ada alan bo cy dora grace ida joy kay lee max nina otto pia".split()


class Initials:
    name = "initials"
    arguments = (1, 1)
    argument_kinds = output_kinds = ["text"]

    def run(self, program, x):
        run = lambda part: self.run(part, x)
        if program.label == "Input":
            return x
        if program.label == "Constant":
            return program.text[1:-1]
        if program.label == "Join":
            left, right = run(program.left), run(program.right)
            return None if left is None or right is None else left + right
        text = run(program.of)
        if text is None or program.label == "First":
            return text[:1] if text else None
        if program.label == "Word":
            words, number = text.split(), int(program.number.text)
            return words[number] if number < len(words) else None
        return text.upper() if program.label == "Upper" else text.lower()

    def sample_inputs(self, random):
        count = random.randint(1, 3)
        return [[" ".join(random.choices(WORDS, k=count)).title()] for _ in range(5)]


if __name__ == "__main__":
    tdf_serve.serve(Initials)
