"""Records what timm's nf_resnet26 makes of given weights and pictures: `python record.py > expected.json`.

timm 1.0.31, torch 2.11.0 (on the CPU, fp32), numpy 2.4.6; `src/nf_resnet.rs` compares. Neither weights nor pictures are stored:
both sides work them out, number `i` of tensor `t` from a hash of `i` and `t`. Tensors are numbered in the order of the
Rust side: stem, then block by block the shortcut's convolution (if there is one) and the three of the branch, each with
weight, bias and gain; then weight and bias of the last, linear layer.
"""

import json
import sys

import numpy as np
import timm
import torch
from timm.models.nfnet import NfCfg, NormFreeNet, model_cfgs

TOKENS = 4
PICTURES = 1000


def uniform(tensor, count):
    """Numbers in [-1, 1)."""
    x = np.arange(count, dtype=np.uint32) + np.uint32(tensor * 0x9E3779B9 % 2**32)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x ^= x >> np.uint32(shift)
        x *= np.uint32(factor)
    x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 2.0**31 - 1.0


def fill(net):
    convolutions = [net.stem.conv]
    for stage in net.stages:
        for block in stage:
            if block.downsample is not None:
                convolutions.append(block.downsample.conv)
            convolutions += [block.conv1, block.conv2, block.conv3]
    parameters = []
    for convolution in convolutions:
        parameters += [(convolution.weight, 0, 1), (convolution.bias, 0, 0.1), (convolution.gain, 1, 0.2)]
    parameters += [(net.head.fc.weight, 0, 0.05), (net.head.fc.bias, 0, 0.1)]
    for number, (parameter, offset, factor) in enumerate(parameters):
        values = offset + factor * uniform(number, parameter.numel())
        parameter.data = torch.from_numpy(values.astype(np.float32)).view_as(parameter)
    assert len(parameters) == len(list(net.parameters()))
    return [parameter for parameter, _, _ in parameters]


def planes(canvas, examples):
    """Current, target and absolute difference, from -1 to 1, [B, 3 * channels, rows, columns]."""
    width, height, channels = canvas
    stacks = []
    for example in range(examples):
        pair = []
        for picture in range(2):
            values = uniform(PICTURES + 2 * example + picture, width * height * channels)
            samples = np.floor((values + 1) * 128) / 255
            pair.append(samples.reshape(height, width, channels).transpose(2, 0, 1))
        stacks.append(np.concatenate([*pair, np.abs(pair[0] - pair[1])]))
    return torch.from_numpy(np.stack(stacks)).float() * 2 - 1


def summary(tensor):
    """Shape, mean, root of the mean square, and 32 values evenly apart, of [B, C, rows, columns]."""
    flat = tensor.detach().double().flatten()
    return {
        "shape": list(tensor.shape),
        "mean": flat.mean().item(),
        "deviation": flat.square().mean().sqrt().item(),
        "values": rounded(flat[:: max(1, flat.numel() // 32)][:32]),
    }


def rounded(tensor):
    return [float(f"{x:.7g}") for x in tensor.detach().flatten().tolist()]


def record(net, channels, width, canvas, examples, gradients):
    parameters = fill(net)
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
        "parameters": sum(p.numel() for p in parameters),
        "stages": [summary(output) for output in outputs],
        "features": rounded(features)[:512],
        "tokens": rounded(tokens)[:512],
    }
    if gradients:
        tokens.square().mean().backward()
        result["gradients"] = [[p.grad.norm().item(), *rounded(p.grad.flatten()[:4])] for p in parameters]
    return result


torch.manual_seed(0)
narrow = NfCfg(
    depths=(2, 2, 2, 2), channels=(32, 64, 128, 256), stem_type="7x7_pool", stem_chs=8, bottle_ratio=0.25, act_layer="relu"
)
full = model_cfgs["nf_resnet26"]
print("timm", timm.__version__, "torch", torch.__version__, full, file=sys.stderr)
cases = [
    record(NormFreeNet(narrow, num_classes=TOKENS * 16, in_chans=9), narrow.channels, 16, (36, 28, 3), 2, True),
    record(
        timm.create_model("nf_resnet26", num_classes=TOKENS * 256, in_chans=3), full.channels, 256, (128, 128, 1), 2, False
    ),
]
json.dump(cases, sys.stdout, separators=(",", ":"))
print()
