"""Exact masks in a generation loop of Hugging Face's form: `processor(input_ids, scores)` forbids what cannot come next.

    python logits_processor.py

The model is a toy, a GRU with random weights. Its vocabulary is that of the language and an end. A model with a vocabulary of its own
needs a map between the two.
"""

import argparse

import tdf
import torch
from torch import nn


class GrammarLogitsProcessor:
    """Forbids all ids that no program within the budget continues with. One object serves one call of `generate`."""

    def __init__(self, masks, budget=None):
        self.masks, self.budget = masks, budget
        self.batch = None

    def __call__(self, input_ids, scores):
        """`input_ids` `[B, T]` are the prompt and what was generated, `scores` `[B, vocabulary]` those of the next id."""
        if self.batch is None:
            self.batch = self.masks.batch(len(input_ids), budget=self.budget)
        else:
            self.batch.advance(input_ids[:, -1].cpu().numpy())
        allowed = torch.from_numpy(self.batch.mask()).to(scores.device)
        # A finished program goes on with ends.
        finished = torch.from_numpy(self.batch.done).to(scores.device)
        allowed[finished, self.masks.end] = True
        return scores.masked_fill(~allowed, -torch.inf)


class Toy(nn.Module):
    """A language model that knows nothing. It has an id more than the language: the beginning."""

    def __init__(self, ids, width=32):
        super().__init__()
        self.embedding, self.gru, self.head = nn.Embedding(ids + 1, width), nn.GRU(width, width, batch_first=True), nn.Linear(width, ids)

    def forward(self, input_ids):
        return self.head(self.gru(self.embedding(input_ids))[0][:, -1])


@torch.no_grad()
def generate(model, processor, count, longest):
    """Samples ids as `generate` does, `[count, longest]` at most; the first is the beginning."""
    input_ids = torch.full((count, 1), processor.masks.width)
    for _ in range(longest):
        scores = processor(input_ids, model(input_ids))
        input_ids = torch.cat([input_ids, torch.multinomial(scores.softmax(1), 1)], 1)
        if (input_ids[:, -1] == processor.masks.end).all():
            break
    return input_ids


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--domain", default="csg2d")
    parser.add_argument("--budget", type=int, default=5)
    parser.add_argument("--count", type=int, default=64)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    domain = tdf.Domain(arguments.domain)
    masks = tdf.Masks(domain)
    processor = GrammarLogitsProcessor(masks, arguments.budget)
    ids = generate(Toy(masks.width), processor, arguments.count, 10_000)
    programs = [domain.language.parse_tokens([id for id in row[1:].tolist() if id != masks.end]) for row in ids]
    sizes = [domain.parse(str(program)).size() for program in programs]
    assert max(sizes) <= arguments.budget
    print(f"{len(programs)} programs of sizes {min(sizes)} to {max(sizes)}, such as {programs[0]}")


if __name__ == "__main__":
    main()
