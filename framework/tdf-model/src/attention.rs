//! Attention: cutting into heads, what may be seen, and mixing.

use tch::{Kind, Tensor};

use crate::Attention;
use crate::flop_count::record_flops;

/// Queries, keys and values of one layer, `[B, H, T, W / H]` each.
pub(crate) struct Projected {
    pub q: Tensor,
    pub k: Tensor,
    pub v: Tensor,
}

/// Cuts `[B, T, 3 W]` into heads.
pub(crate) fn heads(qkv: &Tensor, heads: i64) -> Projected {
    let size = qkv.size();
    let (batch, length, width) = (size[0], size[1], size[2] / 3);
    let parts = qkv.view([batch, length, 3, heads, width / heads]).unbind(2);
    match <[Tensor; 3]>::try_from(parts) {
        Ok(parts) => {
            let [q, k, v] = parts.map(|part| part.transpose(1, 2));
            Projected { q, k, v }
        }
        Err(_) => unreachable!("there are three parts"),
    }
}

/// What may be seen where attention is not causal: position `j` from position `t` if `j` is in the first `prefix` positions of its
/// sequence, or `j <= t`. Positions behind the end of a sequence are seen by none in it. Additive, `[B, 1, T, T]`;
/// `None` stands for `j <= t`. Positions of one of several edits see nothing of the others ([`TokenBatch::groups`]).
/// The mask has to be of the kind that is attended in.
pub(crate) fn attention_mask(
    attention: Attention,
    prefix: &Tensor,
    groups: Option<&Tensor>,
    length: i64,
    kind: Kind,
) -> Option<Tensor> {
    if attention == Attention::Causal && groups.is_none() {
        return None;
    }
    let device = prefix.device();
    let position = Tensor::arange(length, (Kind::Int64, device));
    let in_prefix = position
        .unsqueeze(0)
        .lt_tensor(&prefix.unsqueeze(1))
        .view([-1, 1, 1, length]);
    let before = position.unsqueeze(0).le_tensor(&position.unsqueeze(1));
    let mut seen = match attention {
        Attention::Prefix => in_prefix.logical_or(&before),
        Attention::Causal => before.unsqueeze(0).unsqueeze(0),
    };
    if let Some(groups) = groups {
        let common = groups.eq(0.0).unsqueeze(1);
        let same = groups.unsqueeze(2).eq_tensor(&groups.unsqueeze(1));
        seen = seen.logical_and(&common.logical_or(&same).unsqueeze(1));
    }
    let hidden = seen.logical_not();
    Some(Tensor::zeros([1], (kind, device)).masked_fill(&hidden, f64::NEG_INFINITY))
}

/// Attention under what [`attention_mask`] gave; heads side by side again, `[B, T, W]`.
pub(crate) fn attend(projected: &Projected, mask: Option<&Tensor>) -> Tensor {
    let Projected { q, k, v } = projected;
    let mixed = Tensor::scaled_dot_product_attention(q, k, v, mask, 0.0, mask.is_none(), None, false);
    // A product of queries and keys, and one of weights and values; what is between them need not go through memory.
    record_flops(&[q, k, v], &mixed, 2 * k.size()[2]);
    mixed.transpose(1, 2).flatten(2, 3)
}
