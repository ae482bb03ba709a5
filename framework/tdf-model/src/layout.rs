//! The offset of each parameter in the flat tensor, derived from the network, and the initial values.

use rand::RngExt as _;
use tch::{Kind, Tensor};
use tdf_tree::rng_stream;

use crate::dimensions::Dimensions;
use crate::init::Init;
use crate::network::Network;

/// Names, shapes and offsets of the parameters in their order, and how they begin.
#[derive(Debug)]
pub(crate) struct Layout {
    pub entries: Vec<(String, Vec<i64>, i64)>,
    init: Vec<Init>,
    sizes: Vec<i64>,
}

impl Layout {
    pub fn new(dimensions: &Dimensions) -> Self {
        let mut layout = Self {
            entries: Vec::new(),
            init: Vec::new(),
            sizes: Vec::new(),
        };
        let mut offset = 0;
        let _: Network<()> = Network::build(dimensions, &mut |name, shape, init| {
            let size = shape.iter().product();
            layout.entries.push((name, shape.to_vec(), offset));
            layout.init.push(init);
            layout.sizes.push(size);
            offset += size;
        });
        layout
    }

    /// Number of parameters.
    pub fn len(&self) -> i64 {
        self.sizes.iter().sum()
    }

    /// The parameters in `kind` as views of `flat`: two operations of the graph, so that gradients arrive in one buffer.
    pub fn views(&self, dimensions: &Dimensions, flat: &Tensor, kind: Kind) -> Network<Tensor> {
        let mut parts = flat.to_kind(kind).split_with_sizes(&self.sizes, 0).into_iter();
        Network::build(dimensions, &mut |_, shape, _| match parts.next() {
            Some(part) => part.view(shape),
            None => unreachable!("Network::build asks for the same parameters every time"),
        })
    }

    /// Fresh parameters. They depend on nothing but the layout and the seed.
    pub fn initial(&self, seed: u64) -> Vec<f32> {
        let mut values = Vec::with_capacity(self.len() as usize);
        for (index, ((_, shape, _), init)) in self.entries.iter().zip(&self.init).enumerate() {
            let size = shape.iter().product::<i64>() as usize;
            let deviation = match *init {
                Init::Zero => {
                    values.resize(values.len() + size, 0.0);
                    continue;
                }
                Init::One => {
                    values.resize(values.len() + size, 1.0);
                    continue;
                }
                Init::Embedding(deviation) => deviation,
                Init::Matrix(gain) => gain / (shape[1..].iter().product::<i64>() as f64).sqrt(),
            };
            let mut rng = rng_stream(seed, index as u64);
            values.extend((0..size).map(|_| {
                // Box and Muller; the first number is in (0, 1].
                let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
                (deviation * (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()) as f32
            }));
        }
        values
    }

    /// 1 for matrices and kernels, 0 for the rest.
    pub fn decay(&self) -> Vec<f32> {
        let decays = |init: &Init| f32::from(u8::from(matches!(init, Init::Matrix(_))));
        self.sizes
            .iter()
            .zip(&self.init)
            .flat_map(|(&size, init)| std::iter::repeat_n(decays(init), size as usize))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CANVAS, tiny};
    use tdf_config::preset;
    use tdf_domain::Canvas;

    /// The paper's code has 14.5 M parameters in its encoder and 6.7 M in its transformer.
    #[test]
    fn the_paper_preset() {
        let canvas = Canvas {
            width: 128,
            height: 128,
            channels: 1,
            background: 0,
        };
        let config = preset("paper").unwrap();
        let (vocabulary, outputs) = (50, 49);
        let layout = Layout::new(&Dimensions::new(&config, canvas, vocabulary, outputs, 9).unwrap());
        let count = |prefix: &str| -> i64 {
            let entries = layout.entries.iter().filter(|(name, ..)| name.starts_with(prefix));
            entries.map(|(_, shape, _)| shape.iter().product::<i64>()).sum()
        };
        // The convolutions of timm's nf_resnet26 for three planes.
        assert_eq!(count("encoder."), 13_946_176);
        // From its 2048 features to four tokens. The code has one token, and with it 14,470,720 in its encoder.
        assert_eq!(count("image."), 4 * (2048 + 1) * 256);
        assert_eq!(13_946_176 + (2048 + 1) * 256, 14_470_720);
        // As in the code: layers with biases, and a norm behind them.
        assert_eq!(count("layers.") + count("norm."), 8 * 789_760 + 512);
        // 512 positions; as tokens, as outputs with a bias, and as positions.
        let embedded = count("tokens") + count("positions");
        assert_eq!(embedded, (vocabulary + 1 + 512 + 512) * 256);
        assert_eq!(count("sites.") + count("output."), (512 + outputs) * (256 + 1));
        let transformer = layout.len() - count("encoder.") - count("image.") - count("value.");
        assert_eq!(transformer, 6_737_969);
        // 2048 features, two layers of 128, one number.
        assert_eq!(count("value."), 2049 * 128 + 129 * 128 + 129);
    }

    #[test]
    fn the_tiny_preset() {
        let layout = Layout::new(&Dimensions::new(&tiny(), CANVAS, 16, 15, 7).unwrap());
        let mut end = 0;
        for (name, shape, offset) in &layout.entries {
            assert_eq!(*offset, end, "{name}");
            end += shape.iter().product::<i64>();
        }
        assert_eq!(end, layout.len());
        assert!((400_000..600_000).contains(&end), "{end}");
        let names: Vec<&str> = layout.entries.iter().map(|(name, ..)| name.as_str()).collect();
        assert!(names.contains(&"layers.0.attention.qkv.weight"));
        let distinct: std::collections::BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(distinct.len(), names.len());

        let (values, decay) = (layout.initial(3), layout.decay());
        assert_eq!(values.len() as i64, end);
        assert_eq!(decay.len() as i64, end);
        for (name, shape, offset) in &layout.entries {
            let range = *offset as usize..(*offset + shape.iter().product::<i64>()) as usize;
            let decays = name.ends_with(".weight") && shape.len() > 1 || name.starts_with("pointer.");
            assert!(
                decay[range.clone()].iter().all(|&d| d == f32::from(u8::from(decays))),
                "{name}"
            );
            let mean = values[range.clone()].iter().sum::<f32>() / range.len() as f32;
            let expected = if name.ends_with("norm.weight") { 1.0 } else { 0.0 };
            assert!((mean - expected).abs() < 0.1, "{name}: {mean}");
        }
    }
}
