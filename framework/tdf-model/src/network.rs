//! The network as functions over a struct of parameters.
//!
//! A sequence is `image tokens | program | edit`. The edit is causal and sees everything before it; the rest is causal,
//! too, or its positions see each other in both directions. Shapes in comments: B examples, T positions in a sequence, W width,
//! H heads.

use tch::{Device, Kind, Tensor};

use crate::Position;
use crate::batch::TokenBatch;
use crate::blocks::{Linear, Norm, Parameter, product};
use crate::dimensions::Dimensions;
use crate::encoder::Encoder;
use crate::flop_count::record_flops;
use crate::init::{Init, Make};
use crate::layer::{GAIN, Layer};
use crate::numbers::FOURIER_FEATURES;

/// The parameters. Built by one function whatever `T` is, so that layout and views cannot disagree.
#[derive(Debug)]
pub(crate) struct Network<T> {
    pub encoder: Encoder<T>,
    tokens: T,
    positions: T,
    layers: Vec<Layer<T>>,
    norm: Norm<T>,
    sites: EditSites<T>,
    output: Linear<T>,
    value: [Linear<T>; 3],
}

/// What chooses a site.
#[derive(Debug)]
enum EditSites<T> {
    Pointer { query: T, key: T },
    Tokens(Linear<T>),
}

/// Hidden width of the value head (paper, appendix F: two layers of 128).
const VALUE_WIDTH: i64 = 128;

impl<T: Parameter> Network<T> {
    pub fn build(dimensions: &Dimensions, make: Make<'_, T>) -> Self {
        let Dimensions { config, outputs, .. } = dimensions;
        let width = config.width;
        // What a residual branch adds shrinks with their number: the sum over all layers keeps its scale.
        let branch = GAIN / (2.0 * config.layers as f64).sqrt();
        let embedding = Init::Embedding(EMBEDDING);
        let encoder = Encoder::build(dimensions, embedding, make);
        let mut tokens = make("tokens".into(), &[dimensions.ids(), width], embedding);
        if !dimensions.fourier.is_empty() {
            let shape = [FOURIER_FEATURES as i64, width];
            let weights = make(
                "tokens.fourier".into(),
                &shape,
                Init::Embedding(EMBEDDING / f64::sqrt(FOURIER_FEATURES as f64)),
            );
            tokens = T::ordered(tokens, weights, &dimensions.fourier);
        }
        Self {
            encoder,
            tokens,
            positions: make("positions".into(), &[dimensions.positions(), width], embedding),
            layers: (0..config.layers)
                .map(|i| Layer::build(&format!("layers.{i}"), width, branch, make))
                .collect(),
            norm: Norm::build("norm", width, make),
            sites: match config.position {
                Position::Pointer => EditSites::Pointer {
                    query: make("pointer.query".into(), &[width, width], Init::Matrix(GAIN)),
                    key: make("pointer.key".into(), &[width, width], Init::Matrix(GAIN)),
                },
                Position::Token => EditSites::Tokens(Linear::build("sites", &[config.context, width], GAIN, make)),
            },
            output: {
                let mut output = Linear::build("output", &[*outputs, width], GAIN, make);
                if !dimensions.fourier.is_empty() {
                    let shape = [FOURIER_FEATURES as i64, width];
                    // Begins at 0: like the weights of numbers apart.
                    let weights = make("output.fourier".into(), &shape, Init::Zero);
                    output.weight = T::ordered(output.weight, weights, &dimensions.fourier);
                }
                output
            },
            value: [
                Linear::build("value.0", &[VALUE_WIDTH, dimensions.features], GAIN, make),
                Linear::build("value.1", &[VALUE_WIDTH, VALUE_WIDTH], GAIN, make),
                Linear::build("value.2", &[1, VALUE_WIDTH], GAIN, make),
            ],
        }
    }
}

/// Standard deviation of embeddings at the beginning: they are added in pairs to a stream that layers add to.
const EMBEDDING: f64 = 0.5;

impl Network<Tensor> {
    /// Predicted edit distances `[B]` in fp32, from the image encoder's features.
    pub fn value(&self, features: &Tensor) -> Tensor {
        let [first, second, last] = &self.value;
        let x = first.forward(&features.flatten(1, -1)).gelu("none");
        last.forward(&second.forward(&x).gelu("none"))
            .squeeze_dim(1)
            .to_kind(Kind::Float)
    }

    pub fn device(&self) -> Device {
        self.tokens.device()
    }

    /// The kind that matrix products are in.
    pub fn kind(&self) -> Kind {
        self.tokens.kind()
    }

    /// Embeddings of ids at positions, both of one shape; one dimension more. The stream that layers add to is in fp32.
    pub fn embed(&self, ids: &Tensor, positions: &Tensor) -> Tensor {
        let tokens = Tensor::embedding(&self.tokens, ids, -1, false, false);
        tokens.to_kind(Kind::Float) + Tensor::embedding(&self.positions, positions, -1, false, false)
    }

    pub fn layers(&self) -> usize {
        self.layers.len()
    }

    /// Layer `index` on `x` (`[.., W]`); `attend` mixes what the positions see of each other and returns the same shape.
    pub fn layer(&self, index: usize, x: &Tensor, attend: impl FnOnce(Tensor) -> Tensor) -> Tensor {
        self.layers[index].forward(x, attend)
    }

    /// The final states of what the last layer returned.
    pub fn finish(&self, x: &Tensor) -> Tensor {
        self.norm.forward(x)
    }

    /// Scores `[B, longest text]` of positions in texts, in fp32, from the final states of their rows.
    pub fn point(&self, dimensions: &Dimensions, states: &Tensor, text: &TokenBatch) -> Tensor {
        let asking = states.index_select(0, &text.edits);
        let image = dimensions.image_tokens;
        let longest = text.packing.length() - image;
        let scores = match &self.sites {
            EditSites::Pointer { query, key } => {
                let width = asking.size()[1] as f64;
                // (K s) . (Q a) = s . (K^T Q a): the positions need no projection of their own.
                let query = product(&product(&asking, query, None), &key.tr(), None) / width.sqrt();
                let states = text.packing.table(states).narrow(1, image, longest);
                let scores = states.bmm(&query.unsqueeze(2)).squeeze_dim(2);
                record_flops(&[&states, &query], &scores, query.size()[1]);
                scores
            }
            EditSites::Tokens(sites) => {
                let scores = sites.forward(&asking);
                // Texts may be longer than any program.
                let missing = (longest - scores.size()[1]).max(0);
                scores.constant_pad_nd([0, missing]).narrow(1, 0, longest)
            }
        };
        scores.to_kind(Kind::Float)
    }

    /// Scores of the ids that can be decided, in fp32, from states `[.., W]`.
    pub fn decide(&self, states: &Tensor) -> Tensor {
        self.output.forward(states).to_kind(Kind::Float)
    }
}
