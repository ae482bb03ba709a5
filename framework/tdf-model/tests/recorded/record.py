"""Records what other code makes of given weights and inputs: `python record.py > expected.json`.

timm 1.0.31, torch 2.11.0 (on a CPU, in fp32), numpy 2.4.6. `src/recorded.rs` compares. The image encoder is timm's
nf_resnet26, whole and narrow; the rest is made of torch.nn's transformer layers. Neither weights nor inputs are stored:
both sides work them out, number `i` of tensor `t` from a hash of `i` and `t`. Parameters are numbered in the order of
the Rust side's layout.
"""

import json
import sys

import numpy as np
import timm
import torch
from timm.models.nfnet import NfCfg, NormFreeNet, model_cfgs
from torch import nn

TOKENS = 4
IMAGES = 1000
PROGRAMS = 2000
STEPS = 3000


def uniform(tensor, count):
    """Numbers in [-1, 1)."""
    x = np.arange(count, dtype=np.uint32) + np.uint32(tensor * 0x9E3779B9 % 2**32)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x ^= x >> np.uint32(shift)
        x *= np.uint32(factor)
    x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 2.0**31 - 1.0


def below(bound, tensor, count):
    """Whole numbers from 0 to bound - 1."""
    return [int((u + 1) / 2 * bound) for u in uniform(tensor, count)]


def fill(parameters):
    """Gives parameters their values: those of kind "gain" around 1, biases around 0, weights of variance 1 / inputs."""
    for number, (parameter, kind) in enumerate(parameters):
        inputs = parameter[0].numel()
        offset, factor = {"weight": (0, (3 / inputs) ** 0.5), "bias": (0, 0.1), "gain": (1, 0.2)}[kind]
        values = offset + factor * uniform(number, parameter.numel())
        parameter.data = torch.from_numpy(values.astype(np.float32)).view_as(parameter)


def linear(module):
    return [(module.weight, "weight"), (module.bias, "bias")]


def norm(module):
    return [(module.weight, "gain"), (module.bias, "bias")]


def encoder_parameters(net):
    convolutions = [net.stem.conv]
    for stage in net.stages:
        for block in stage:
            if block.downsample is not None:
                convolutions.append(block.downsample.conv)
            convolutions += [block.conv1, block.conv2, block.conv3]
    parameters = []
    for convolution in convolutions:
        parameters += [*linear(convolution), (convolution.gain, "gain")]
    parameters += linear(net.head.fc)
    assert len(parameters) == len(list(net.parameters()))
    return parameters


def planes(canvas, examples):
    """Current, target and absolute difference, from -1 to 1, [B, 3 * channels, rows, columns]."""
    width, height, channels = canvas
    stacks = []
    for example in range(examples):
        pair = []
        for image in range(2):
            values = uniform(IMAGES + 2 * example + image, width * height * channels)
            samples = np.floor((values + 1) * 128) / 255
            pair.append(samples.reshape(height, width, channels).transpose(2, 0, 1))
        stacks.append(np.concatenate([*pair, np.abs(pair[0] - pair[1])]))
    return torch.from_numpy(np.stack(stacks)).float() * 2 - 1


def rounded(tensor):
    return [float(f"{x:.7g}") for x in tensor.detach().flatten().tolist()]


def summary(tensor):
    """Shape, mean, root of the mean square, and 32 values evenly apart, of [B, C, rows, columns]."""
    flat = tensor.detach().double().flatten()
    return {
        "shape": list(tensor.shape),
        "mean": flat.mean().item(),
        "deviation": flat.square().mean().sqrt().item(),
        "values": rounded(flat[:: max(1, flat.numel() // 32)][:32]),
    }


def record_encoder(net, channels, width, canvas, examples, gradients):
    parameters = encoder_parameters(net)
    fill(parameters)
    x = planes(canvas, examples)
    outputs = []
    hooks = [part.register_forward_hook(lambda *a: outputs.append(a[2])) for part in [net.stem, *net.stages]]
    features = net.forward_head(net.forward_features(x), pre_logits=True)
    for hook in hooks:
        hook.remove()
    tokens = net(x)
    result = {
        "channels": channels,
        "width": width,
        "canvas": canvas,
        "examples": examples,
        "parameters": sum(p.numel() for p in net.parameters()),
        "stages": [summary(output) for output in outputs],
        "features": rounded(features)[:512],
        "tokens": rounded(tokens)[:512],
    }
    if gradients:
        tokens.square().mean().backward()
        result["gradients"] = [[p.grad.norm().item(), *rounded(p.grad.flatten()[:4])] for p, _ in parameters]
    return result


def record_network(channels, width, layers, heads, context, canvas, vocabulary, outputs, programs, steps):
    """Scores of positions (by tokens) and decisions and values, of programs and edits of these lengths, one at a time."""
    encoder = NormFreeNet(narrow(channels), num_classes=TOKENS * width, in_chans=3 * canvas[2])
    # Ids of programs, the one that asks for a position, a token for each position.
    ids = nn.Embedding(vocabulary + 1 + context, width)
    positions = nn.Embedding(context, width)
    blocks = [
        nn.TransformerEncoderLayer(width, heads, 4 * width, 0.0, "gelu", batch_first=True, norm_first=True)
        for _ in range(layers)
    ]
    last = nn.LayerNorm(width)
    sites, decisions = nn.Linear(width, context), nn.Linear(width, outputs)
    value = [nn.Linear(channels[-1], 128), nn.Linear(128, 128), nn.Linear(128, 1)]
    parameters = encoder_parameters(encoder) + [(ids.weight, "weight"), (positions.weight, "weight")]
    for block in blocks:
        attention = block.self_attn
        parameters += norm(block.norm1)
        parameters += [(attention.in_proj_weight, "weight"), (attention.in_proj_bias, "bias")]
        parameters += linear(attention.out_proj) + norm(block.norm2) + linear(block.linear1) + linear(block.linear2)
    parameters += norm(last) + linear(sites) + linear(decisions)
    for layer in value:
        parameters += linear(layer)
    fill(parameters)

    result = {"positions": [], "decisions": [], "values": []}
    stack = planes(canvas, len(programs))
    for example, (length, count) in enumerate(zip(programs, steps)):
        features = encoder.forward_head(encoder.forward_features(stack[example : example + 1]), pre_logits=True)
        program = below(vocabulary, PROGRAMS + example, length)
        taken = below(outputs, STEPS + example, count)
        # The site to edit is the last token but one.
        text = [*program, vocabulary, vocabulary + 1 + length - 2, *taken[:-1]][: length + 1 + count]
        embedded = ids(torch.tensor([text])) + positions(torch.arange(len(text)))
        x = torch.cat([encoder.head.fc(features).view(1, TOKENS, width), embedded], 1)
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
        for block in blocks:
            x = block(x, mask)
        x = last(x)[0, TOKENS:]
        result["positions"] += rounded(sites(x[length])[:length])
        result["decisions"] += rounded(decisions(x[length + 1 :]))
        hidden = nn.functional.gelu(value[0](features))
        result["values"] += rounded(value[2](nn.functional.gelu(value[1](hidden))))
    return {
        "channels": channels,
        "width": width,
        "layers": layers,
        "heads": heads,
        "context": context,
        "canvas": canvas,
        "vocabulary": vocabulary,
        "outputs": outputs,
        "programs": programs,
        "steps": steps,
        **result,
    }


def narrow(channels):
    return NfCfg(
        depths=(2, 2, 2, 2),
        channels=channels,
        stem_type="7x7_pool",
        stem_chs=channels[0] // 4,
        bottle_ratio=0.25,
        act_layer="relu",
    )


torch.manual_seed(0)
full = model_cfgs["nf_resnet26"]
print("timm", timm.__version__, "torch", torch.__version__, full, file=sys.stderr)
channels = (32, 64, 128, 256)
whole = timm.create_model("nf_resnet26", num_classes=TOKENS * 256, in_chans=3)
recorded = {
    "encoders": [
        record_encoder(
            NormFreeNet(narrow(channels), num_classes=TOKENS * 16, in_chans=9), channels, 16, (36, 28, 3), 2, True
        ),
        record_encoder(whole, full.channels, 256, (128, 128, 1), 2, False),
    ],
    "network": record_network(channels, 32, 3, 4, 24, (36, 28, 1), 11, 10, [5, 12, 3], [3, 1, 6]),
}
json.dump(recorded, sys.stdout, separators=(",", ":"))
print()
