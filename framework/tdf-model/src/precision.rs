//! The number format of a network.

use tch::Kind;
use tdf_config::Precision;

/// The type of tensors; [`Precision::resolve`] has resolved it.
pub(crate) fn kind_of(precision: Precision) -> Kind {
    match precision {
        Precision::Fp32 | Precision::Auto => Kind::Float,
        Precision::Bf16 => Kind::BFloat16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product_kinds::kinds;
    use crate::testing::{CANVAS, examples, model, narrow, small, whole};
    use crate::{Attention, ModelConfig, Position};
    use tch::Tensor;

    fn configurations() -> [ModelConfig; 4] {
        let other = ModelConfig {
            attention: Attention::Prefix,
            position: Position::Pointer,
            ..narrow()
        };
        [small(), narrow(), whole(), other]
    }

    /// Every matrix product, convolution and attention of a training step takes and gives bf16, and nothing else does.
    #[test]
    fn products_are_in_the_kind_asked_for() {
        for config in configurations() {
            let model = model(&config, CANVAS, 1);
            let batch = examples(CANVAS, 12, 5, 1);
            let count = |precision| {
                let model = model.shallow_clone().with_precision(precision);
                let (result, kinds) = kinds(|| model.gradient(&batch, 1));
                let (gradient, loss) = result.unwrap();
                assert_eq!(gradient.kind(), Kind::Float);
                assert_eq!(loss.total.kind(), Kind::Float);
                assert!(
                    kinds.iter().all(|&kind| kind == kind_of(precision)),
                    "{config:?}: {kinds:?}"
                );
                kinds.len()
            };
            let products = count(Precision::Bf16);
            assert_eq!(products, count(Precision::Fp32));
            // Matrices and kernels of the network; inputs, weights and outputs of each.
            let matrices = model.layout().iter().filter(|(_, shape, _)| shape.len() > 1);
            assert!(products >= 3 * (matrices.count() - 6), "{products}");
        }
    }

    fn relative(a: &Tensor, b: &Tensor) -> f64 {
        ((a - b).norm() / b.norm()).double_value(&[])
    }

    /// bf16 has 8 bits, so that a number is off by up to 2^-9 of itself; errors of some tens of products add up. Were the
    /// products in fp32, nothing would differ; were sums in bf16, more would.
    #[test]
    fn results_differ_as_much_as_bf16_rounds() {
        for config in configurations() {
            let exact = model(&config, CANVAS, 2);
            // Branches of the encoder begin as nothing: they are to take part.
            tch::no_grad(|| {
                let flat = exact.flat().shallow_clone();
                let noise = flat.sin() * 0.05;
                let _ = exact.flat().shallow_clone().g_add_(&noise);
            });
            let rounded = exact.shallow_clone().with_precision(Precision::Bf16);
            let batch = examples(CANVAS, 12, 16, 2);
            let (right, loss) = exact.gradient(&batch, 1).unwrap();
            let (gradient, bf16) = rounded.gradient(&batch, 1).unwrap();
            let (of_loss, of_gradient) = (relative(&bf16.total, &loss.total), relative(&gradient, &right));
            assert!(of_loss > 0.0 && of_loss < 0.01, "{config:?}: loss {of_loss}");
            assert!(
                of_gradient > 1e-3 && of_gradient < 0.1,
                "{config:?}: gradient {of_gradient}"
            );
        }
    }

    #[test]
    fn updates_smaller_than_bf16_are_kept() {
        let model = model(&small(), CANVAS, 3).with_precision(Precision::Bf16);
        let before = model.flat().detach().copy();
        tch::no_grad(|| {
            let change = &before * 1e-5;
            let _ = model.flat().shallow_clone().g_add_(&change);
        });
        assert!((model.flat().detach() - before).abs().max().double_value(&[]) > 0.0);
    }
}
