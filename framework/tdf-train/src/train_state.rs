//! `state.safetensors`: all that a training needs to go on as if it had never stopped.

use std::path::Path;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};
use tdf_model::{digest, is_finite};

use crate::RunError;
use crate::best::Best;
use crate::error::Naming;

/// How far a training is. The streams of examples are functions of the seed and the number of an example, so that no
/// state of a random generator belongs here.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counters {
    /// Steps made.
    pub step: u64,
    /// Examples seen.
    pub examples: u64,
    /// Seconds of training.
    pub seconds: f64,
    /// Examples and seconds when the last row of the metrics was written.
    pub row_examples: u64,
    /// See `row_examples`.
    pub row_seconds: f64,
    /// The bits of the learning rate of this step, if the evaluation after it is still to be made: the training was stopped
    /// before its end.
    #[serde(default)]
    pub due: Option<u64>,
    /// The best evaluation so far.
    #[serde(default)]
    pub best: Option<Best>,
}

impl Counters {
    /// Whether a training can stand here: what is counted with them cannot overflow.
    fn is_possible(&self) -> bool {
        // Beyond it fp64 does not count by one.
        const MOST: u64 = 1 << 53;
        let times = [0.0, self.row_seconds, self.seconds, MOST as f64];
        self.step <= MOST && self.row_examples <= self.examples && self.examples <= MOST && times.is_sorted()
    }

    /// The counters as bytes, bit for bit.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let (seconds, row_seconds) = (self.seconds.to_bits(), self.row_seconds.to_bits());
        let mut numbers = vec![self.step, self.examples, seconds, self.row_examples, row_seconds];
        numbers.extend([u64::from(self.due.is_some()), self.due.unwrap_or_default()]);
        let best = self.best.map(|best| {
            [
                best.solved,
                best.tasks,
                best.step,
                best.evaluations_without_progress,
                best.settings,
            ]
        });
        numbers.extend([u64::from(best.is_some())].into_iter().chain(best.unwrap_or_default()));
        numbers.into_iter().flat_map(u64::to_le_bytes).collect()
    }

    /// What [`Counters::to_bytes`] gave; `None` for anything else.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut numbers = bytes.chunks(8).map(|b| b.try_into().map(u64::from_le_bytes));
        let mut next = || numbers.next()?.ok();
        let counters = Self {
            step: next()?,
            examples: next()?,
            seconds: f64::from_bits(next()?),
            row_examples: next()?,
            row_seconds: f64::from_bits(next()?),
            due: None,
            best: None,
        };
        let (is_due, due, has_best) = (next()? > 0, next()?, next()? > 0);
        let best = Best {
            solved: next()?,
            tasks: next()?,
            step: next()?,
            evaluations_without_progress: next()?,
            settings: next()?,
        };
        Some(Self {
            due: is_due.then_some(due),
            best: has_best.then_some(best),
            ..counters
        })
    }
}

/// Numbers of fp32 from their bytes.
pub(crate) fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// The state of a training; tensors are flat.
#[derive(Debug)]
pub(crate) struct State {
    pub counters: Counters,
    /// Parameters of the network.
    pub parameters: Tensor,
    /// First moment of the optimiser.
    pub first: Tensor,
    /// Second moment of the optimiser.
    pub second: Tensor,
    /// Moving average of the parameters.
    pub average: Tensor,
    /// Losses since the last row of the metrics, [`LossAccumulator::WIDTH`](crate::loss_accumulator::LossAccumulator::WIDTH) a step.
    pub window: Vec<f32>,
}

/// The metadata of the file. One entry, so that equal states are equal files.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    format: u32,
    /// See [`tdf_model::digest`].
    digest: String,
    /// Fingerprint of the grammar.
    grammar: String,
    counters: Counters,
}

/// Raised when a file of an earlier tdf can no longer be read.
const FORMAT: u32 = 3;
const KEY: &str = "tdf";

/// What the header and the window of losses take at most, in bytes: the window has 2 MB, see `train.log_every`.
const SMALL: u64 = 16 << 20;

impl State {
    /// The tensors of parameters with their names.
    fn tensors(&self) -> [(&'static str, &Tensor); 4] {
        [
            ("parameters", &self.parameters),
            ("first_moment", &self.first),
            ("second_moment", &self.second),
            ("average", &self.average),
        ]
    }

    /// The first tensor that a training cannot go on from: one with an infinity, or with what is not a number.
    pub(crate) fn not_finite(&self) -> Option<&'static str> {
        let tensors = self.tensors();
        let broken = tensors.into_iter().find(|(_, tensor)| !is_finite(tensor));
        broken.map(|(name, _)| name)
    }

    /// Writes the state to `file`, whole or not at all.
    pub(crate) fn write(&self, file: &Path, grammar: &str) -> Result<(), RunError> {
        let bytes = |tensor: &Tensor| {
            let tensor = tensor.detach().to_device(Device::Cpu).to_kind(Kind::Float).contiguous();
            let mut bytes = vec![0; tensor.numel() * 4];
            tensor.copy_data_u8(&mut bytes, tensor.numel());
            bytes
        };
        let mut buffers: Vec<(&str, Vec<u8>)> = Vec::new();
        buffers.extend(self.tensors().map(|(name, tensor)| (name, bytes(tensor))));
        buffers.push(("window", self.window.iter().flat_map(|x| x.to_le_bytes()).collect()));
        let mut views = Vec::new();
        for (name, bytes) in &buffers {
            let view = TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes);
            views.push((*name, view.map_err(|e| RunError::file("write", file, &e))?));
        }
        let header = Header {
            format: FORMAT,
            digest: digest::UNSEALED.to_owned(),
            grammar: grammar.to_owned(),
            counters: self.counters,
        };
        let header = serde_json::to_string(&header).map_err(|e| RunError::file("write", file, &e))?;
        let metadata = [(KEY.to_owned(), header)].into_iter().collect();
        let mut bytes = safetensors::serialize(views, Some(metadata)).map_err(|e| RunError::file("write", file, &e))?;
        digest::seal(&mut bytes).map_err(|e| RunError::file("write", file, &e))?;
        tdf_files::write_atomically(file, &bytes).naming("write", file)
    }

    /// Reads the state of a network with `parameters` parameters; `None` if there is no such file.
    pub(crate) fn read(file: &Path, grammar: &str, parameters: usize) -> Result<Option<Self>, RunError> {
        // Four tensors of fp32.
        let limit = 16 * parameters as u64 + SMALL;
        let bytes = match tdf_files::read(file, limit) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            bytes => bytes.naming("read", file)?,
        };
        let name = file.display();
        let damaged = |what: &dyn std::fmt::Display| {
            RunError::Damaged(format!(
                "{name} is damaged ({what}): remove the folder `checkpoints` to begin the run anew"
            ))
        };
        let tensors = SafeTensors::deserialize(&bytes).map_err(|e| damaged(&e))?;
        let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(|e| damaged(&e))?;
        let header = metadata
            .metadata()
            .as_ref()
            .and_then(|m| m.get(KEY))
            .ok_or_else(|| damaged(&"no header"))?;
        let format = serde_json::from_str::<serde_json::Value>(header)
            .ok()
            .and_then(|h| h.get("format")?.as_u64());
        if format != Some(u64::from(FORMAT)) {
            let format = format.map_or("none".to_owned(), |f| f.to_string());
            return Err(RunError::OtherVersion(format!(
                "{name} has format {format}, this tdf {} reads format {FORMAT}",
                env!("CARGO_PKG_VERSION")
            )));
        }
        let header: Header = serde_json::from_str(header).map_err(|e| damaged(&e))?;
        digest::verify(&bytes, &header.digest)
            .map_err(|_| damaged(&"its bytes do not have the digest that it names"))?;
        if header.grammar != grammar {
            return Err(RunError::OtherGrammar(format!(
                "{name} belongs to the grammar with fingerprint {}, this one has {grammar}",
                header.grammar
            )));
        }
        if !header.counters.is_possible() {
            return Err(damaged(&"its counters are none of a training"));
        }
        let data = |tensor: &str| {
            let view = tensors.tensor(tensor).map_err(|e| damaged(&e))?;
            if view.dtype() != Dtype::F32 {
                Err(damaged(&format!("{tensor} is not f32")))
            } else {
                Ok(view.data())
            }
        };
        let flat = |tensor: &str| {
            let data = data(tensor)?;
            if data.len() != parameters * 4 {
                let found = data.len() / 4;
                return Err(RunError::OtherConfig(format!(
                    "{name} holds {found} parameters, the network has {parameters}"
                )));
            }
            Ok(Tensor::from_data_size(data, &[parameters as i64], Kind::Float))
        };
        let window = floats(data("window")?).collect();
        let state = Self {
            counters: header.counters,
            parameters: flat("parameters")?,
            first: flat("first_moment")?,
            second: flat("second_moment")?,
            average: flat("average")?,
            window,
        };
        match state.not_finite() {
            None => Ok(Some(state)),
            Some(tensor) => Err(RunError::Damaged(format!(
                "{name}: a number of `{tensor}` is infinite or not a number: no training can go on from it. Remove the folder \
                 `checkpoints` to begin the run anew, or begin another run"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        let tensor = |from: f32| Tensor::from_slice(&[from, from + 0.5, -from]);
        let counters = Counters {
            step: 7,
            examples: 56,
            seconds: 0.1,
            row_examples: 40,
            row_seconds: 0.05,
            due: Some(1.5e-3_f64.to_bits()),
            best: Some(Best {
                solved: 3,
                tasks: 4,
                step: 5,
                evaluations_without_progress: 1,
                settings: 9,
            }),
        };
        State {
            counters,
            parameters: tensor(1.0),
            first: tensor(2.0),
            second: tensor(3.0),
            average: tensor(4.0),
            window: vec![0.25, 0.5],
        }
    }

    #[test]
    fn reads_what_it_writes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.safetensors");
        assert!(State::read(&file, "g", 3).unwrap().is_none());
        state().write(&file, "g").unwrap();
        let read = State::read(&file, "g", 3).unwrap().unwrap();
        assert_eq!(read.counters, state().counters);
        assert_eq!(read.parameters, state().parameters);
        assert_eq!(read.average, state().average);
        assert_eq!(read.window, state().window);
        let once = std::fs::read(&file).unwrap();
        read.write(&file, "g").unwrap();
        assert_eq!(once, std::fs::read(&file).unwrap());
    }

    #[test]
    fn counters_keep_their_bits() {
        let counters = Counters {
            seconds: 0.1 + 0.2,
            ..state().counters
        };
        assert_eq!(Counters::from_bytes(&counters.to_bytes()), Some(counters));
        let bytes = counters.to_bytes();
        assert_eq!(Counters::from_bytes(&bytes[..bytes.len() - 1]), None);
        let first = Counters {
            due: None,
            best: None,
            ..counters
        };
        assert_eq!(Counters::from_bytes(&first.to_bytes()), Some(first));
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.safetensors");
        state().write(&file, "g").unwrap();
        let error = |grammar: &str, parameters| State::read(&file, grammar, parameters).unwrap_err().to_string();
        assert!(error("h", 3).contains("fingerprint g, this one has h"));
        assert!(error("g", 4).contains("holds 3 parameters, the network has 4"));
        let whole = std::fs::read(&file).unwrap();
        for length in [0, 1, 8, 50, whole.len() - 1] {
            std::fs::write(&file, &whole[..length]).unwrap();
            let error = State::read(&file, "g", 3).unwrap_err().to_string();
            assert!(error.contains("damaged"), "{length}: {error}");
        }
    }

    #[test]
    fn no_byte_may_be_another() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.safetensors");
        state().write(&file, "g").unwrap();
        let whole = std::fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            std::fs::write(&file, flipped).unwrap();
            assert!(State::read(&file, "g", 3).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_number_that_is_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.safetensors");
        let broken = || Tensor::from_slice(&[1.0f32, f32::NAN, f32::INFINITY]);
        let states = [
            State {
                parameters: broken(),
                ..state()
            },
            State {
                first: broken(),
                ..state()
            },
            State {
                second: broken(),
                ..state()
            },
            State {
                average: broken(),
                ..state()
            },
        ];
        for (state, tensor) in states
            .iter()
            .zip(["parameters", "first_moment", "second_moment", "average"])
        {
            assert_eq!(state.not_finite(), Some(tensor));
            state.write(&file, "g").unwrap();
            let error = State::read(&file, "g", 3).unwrap_err().to_string();
            let said = format!("state.safetensors: a number of `{tensor}` is infinite or not a number: ");
            assert!(error.contains(&said) && error.contains("begin"), "{error}");
        }
    }

    #[test]
    fn counters_of_no_training_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.safetensors");
        let counters = state().counters;
        for counters in [
            Counters {
                step: u64::MAX,
                ..counters
            },
            Counters {
                examples: u64::MAX,
                ..counters
            },
            Counters {
                row_examples: counters.examples + 1,
                ..counters
            },
            Counters {
                seconds: 1e300,
                ..counters
            },
            Counters {
                row_seconds: -1.0,
                ..counters
            },
        ] {
            State { counters, ..state() }.write(&file, "g").unwrap();
            let error = State::read(&file, "g", 3).unwrap_err().to_string();
            assert!(error.contains("its counters are none of a training"), "{error}");
        }
    }
}
