"""Tree diffusion in plain PyTorch: trained from tdf's stream of examples, searched with by `tdf search`.

    python tree_diffusion.py --domain rainbow --size 2..=4 --minutes 10 --out runs/torch-rainbow
    tdf search --run runs/torch-rainbow --target image.png

The network is the one of the preset `tiny` (encoder `grid`, prefix attention, pointer), parameter by parameter, so that tdf reads its
weights. docs/python.md lists the tensors. Shapes in comments: B examples, T positions, W width.
"""

import argparse
import math
import time

import tdf
import torch
import torch.nn.functional as F
from torch import nn


class Convolution(nn.Conv2d):
    """A convolution, a norm over channels, GELU."""

    def __init__(self, inputs, outputs, side, stride):
        super().__init__(inputs, outputs, side, stride, padding=0 if side == 4 else 1)
        self.norm = nn.LayerNorm(outputs)

    def forward(self, x):
        x = super().forward(x).permute(0, 2, 3, 1)
        return F.gelu(self.norm(x)).permute(0, 3, 1, 2)


class ImageTokens(nn.Linear):
    """A token for each cell of the last convolution."""

    def __init__(self, channels, width, cells):
        super().__init__(channels, width)
        self.positions = nn.Parameter(0.5 * torch.randn(cells, width))

    def forward(self, features):
        return super().forward(features) + self.positions


class Layer(nn.ModuleDict):
    """Attention and a feed-forward part, each with a norm before it and a residual connection around it."""

    def __init__(self, width, heads):
        attention = {"norm": nn.LayerNorm(width), "qkv": nn.Linear(width, 3 * width), "output": nn.Linear(width, width)}
        mlp = {"norm": nn.LayerNorm(width), "up": nn.Linear(width, 4 * width), "down": nn.Linear(4 * width, width)}
        super().__init__({"attention": nn.ModuleDict(attention), "mlp": nn.ModuleDict(mlp)})
        self.heads = heads

    def forward(self, x, seen):
        attention, mlp = self["attention"], self["mlp"]
        qkv = attention["qkv"](attention["norm"](x)).unflatten(2, (3, self.heads, -1))
        q, k, v = (part.transpose(1, 2) for part in qkv.unbind(2))
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=seen)
        x = x + attention["output"](mixed.transpose(1, 2).flatten(2))
        return x + mlp["down"](F.gelu(mlp["up"](mlp["norm"](x))))


class Network(nn.Module):
    """`image tokens | program | query | edit`. The edit is causal and sees everything before it; the rest sees itself."""

    def __init__(self, stream, config):
        super().__init__()
        height, width_of_image, planes = stream.domain.shape
        self.background, self.context = stream.domain.background, config["model.context"]
        width, channels = config["model.width"], config["model.channels"]
        convolutions = [Convolution(3 * planes, channels[0], 4, 4)]
        convolutions += [Convolution(a, b, 3, 2) for a, b in zip(channels, channels[1:])]
        self.encoder = nn.ModuleList(convolutions)
        rows, columns = height // 4, width_of_image // 4
        for _ in channels[1:]:
            rows, columns = (rows + 1) // 2, (columns + 1) // 2
        self.image = ImageTokens(channels[-1], width, rows * columns)
        self.query_id, self.edit_id = stream.vocabulary, stream.vocabulary + 1
        self.tokens = nn.Parameter(0.5 * torch.randn(stream.vocabulary + 2, width))
        self.positions = nn.Parameter(0.5 * torch.randn(2 * self.context, width))
        self.layers = nn.ModuleList(Layer(width, config["model.heads"]) for _ in range(config["model.layers"]))
        self.norm = nn.LayerNorm(width)
        self.pointer = nn.ParameterDict({name: torch.randn(width, width) / math.sqrt(width) for name in ("query", "key")})
        self.output = nn.Linear(width, stream.vocabulary - 1)
        features = rows * columns * channels[-1]
        self.value = nn.ModuleList([nn.Linear(features, 128), nn.Linear(128, 128), nn.Linear(128, 1)])
        self.register_buffer("masks", torch.from_numpy(stream.mask_matrix()), persistent=False)

    def features(self, current, target):
        """`[B, rows, columns, channels]` of both images and their difference; the background is 0."""
        current, target = current.permute(0, 3, 1, 2).float(), target.permute(0, 3, 1, 2).float()
        sign = 1 if self.background < 128 else -1
        x = torch.cat([sign * (current - self.background), sign * (target - self.background), (current - target).abs()], 1) / 255
        for convolution in self.encoder:
            x = convolution(x)
        return x.permute(0, 2, 3, 1)

    def forward(self, batch):
        """Scores of positions `[B, l]` and of decisions `[B, d, outputs]`, and predicted distances `[B]`."""
        features = self.features(batch["current"], batch["target"])
        image = self.image(features.flatten(1, 2))
        ids, lengths, decisions = batch["ids"], batch["lengths"], batch["decisions"]
        (examples, longest), steps, cells = ids.shape, decisions.shape[1], image.shape[1]
        program = self.tokens[ids] + self.positions[:longest]
        query = self.tokens[self.query_id] + self.positions[self.context]
        # The first decision looks at what stands at the position, each further one at the id taken before it.
        taken = torch.cat([torch.full_like(decisions[:, :1], self.edit_id), decisions[:, :-1].clamp(min=0)], 1)
        edit = self.tokens[taken] + self.positions[self.context + 1 : self.context + 1 + steps]
        at = ids.gather(1, batch["position"][:, None])[:, 0]
        first = self.tokens[at] + self.positions[batch["position"]]
        edit = torch.cat([edit[:, :1] + first[:, None], edit[:, 1:]], 1)
        x = torch.cat([image, program, query.expand(examples, 1, -1), edit], 1)

        place = torch.arange(x.shape[1], device=x.device)
        there = (place < cells) | ((place < cells + lengths[:, None]) & (place < cells + longest)) | (place >= cells + longest)
        before = (place[None] <= place[:, None]) | (place[None] < cells + longest)
        seen = (before & there[:, None]) | torch.eye(len(place), dtype=torch.bool, device=x.device)
        for layer in self.layers:
            x = layer(x, seen[:, None])
        x = self.norm(x)

        asking = x[:, cells + longest] @ self.pointer["query"].T @ self.pointer["key"] / math.sqrt(x.shape[2])
        positions = (x[:, cells : cells + longest] @ asking[:, :, None])[:, :, 0].masked_fill(~batch["sites"], -math.inf)
        scores = self.output(x[:, cells + longest + 1 :]).masked_fill(~self.masks[batch["decision_masks"]], -math.inf)
        value = features.flatten(1)
        for linear in self.value[:2]:
            value = F.gelu(linear(value))
        return positions, scores, self.value[2](value)[:, 0]

    def loss(self, batch, value_weight):
        positions, scores, values = self(batch)
        position = F.cross_entropy(positions, batch["position"])
        tokens = F.cross_entropy(scores.flatten(0, 1), batch["decisions"].flatten(), reduction="sum") / len(positions)
        value = F.smooth_l1_loss(values, batch["distance"].float())
        right = (positions.argmax(1) == batch["position"]).float().mean()
        return position + tokens + value_weight * value, (position.item(), tokens.item(), value.item(), right.item())


NAMES = ["current", "target", "ids", "lengths", "sites", "position", "decisions", "decision_masks", "distance"]


def tensors_of(batch, device="cpu"):
    return {name: torch.from_numpy(getattr(batch, name)).to(device) for name in NAMES}


def train(stream, config, minutes, device="cpu", report=print, rate=1.5e-3, batch_size=32):
    """The averaged network after `minutes`, and the number of steps."""
    torch.manual_seed(stream.seed)
    network = Network(stream, config).to(device)
    matrices = [p for n, p in network.named_parameters() if p.dim() > 1 and "position" not in n and n != "tokens"]
    known = {id(p) for p in matrices}
    others = [p for p in network.parameters() if id(p) not in known]
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))
    average = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.999))
    begin, last, sums, step = time.monotonic(), 0.0, [], 0
    for step, batch in enumerate(stream.batches(batch_size), 1):
        done = (time.monotonic() - begin) / (60 * minutes)
        if done >= 1:
            break
        scale = min(done / 0.03, 1) * (0.5 + 0.5 * math.cos(math.pi * done))
        for group in optimizer.param_groups:
            group["lr"] = rate * scale
        loss, parts = network.loss(tensors_of(batch, device), config["model.value_weight"])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        average.update_parameters(network)
        sums.append(parts)
        if time.monotonic() - last > 10:
            last = time.monotonic()
            means = [sum(part) / len(sums) for part in zip(*sums)]
            sums.clear()
            report("step {:6}: position {:.3f}, tokens {:.3f}, value {:.3f}, right positions {:.3f}".format(step, *means))
    return average.module, step


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--domain", default="rainbow")
    parser.add_argument("--size", default="2..=4")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    domain = tdf.Domain(arguments.domain)
    config = tdf.Config("tiny", {"program.size": arguments.size, "train.seed": arguments.seed}, domain=domain)
    stream = tdf.ExampleStream(domain, config=config)
    network, steps = train(stream, config, arguments.minutes, arguments.device)
    tensors = {name: tensor.cpu().numpy() for name, tensor in network.state_dict().items()}
    run = tdf.Run.write(arguments.out, domain, config, tensors, steps=steps, examples=32 * steps)
    print(f"{run.folder}: {steps} steps, {sum(t.size for t in tensors.values())} parameters")


if __name__ == "__main__":
    main()
