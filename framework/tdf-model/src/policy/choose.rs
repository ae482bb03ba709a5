//! Choosing among what is allowed, by numbers between 0 and 1.
//!
//! On a CPU the scores are at hand, and few of them are allowed. From a GPU only what was chosen comes back.

use tch::{Device, Kind, Tensor};
use tdf_decode::{MaskId, Masks, VocabularyId};

use crate::ModelError;
use crate::transfer::{send, to_vec};

/// Where choices are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chooser {
    /// On the host, from scores that are copied to it.
    Host,
    /// Where the network is.
    Device,
}

/// What was chosen, and its log-probability at temperature 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Choice<T> {
    pub of: T,
    pub log_probability: f64,
}

/// The mask of a decision and the number that decides.
pub(super) type MaskedChoice = (MaskId, f64);

impl Chooser {
    pub fn of(device: Device) -> Self {
        match device {
            Device::Cuda(_) => Self::Device,
            _ => Self::Host,
        }
    }

    /// For every query as many of its `sites` (positions in its program, at least one) as it has numbers, which are equally many
    /// for all. `scores` are those of positions, `[Q, T]`.
    pub fn sites(
        self,
        scores: &Tensor,
        sites: &[Vec<u32>],
        numbers: &[Vec<f64>],
        temperature: f64,
    ) -> Result<Vec<Vec<Choice<usize>>>, ModelError> {
        let length = scores.size()[1] as usize;
        if self == Self::Host {
            let scores = to_vec(scores)?;
            let mut weights = Weights::default();
            let choose = |((scores, sites), numbers): ((&[f32], &Vec<u32>), &Vec<f64>)| {
                weights.set(sites.iter().map(|&position| scores[position as usize]), temperature);
                numbers.iter().map(|&number| weights.at(number)).collect()
            };
            return Ok(scores.chunks(length).zip(sites).zip(numbers).map(choose).collect());
        }
        let mut allowed = vec![f32::NEG_INFINITY; sites.len() * length];
        for (row, sites) in allowed.chunks_mut(length).zip(sites) {
            for &position in sites {
                row[position as usize] = 0.0;
            }
        }
        let allowed = send(&allowed, scores.device()).view([-1, length as i64]);
        let each = numbers.first().map_or(0, Vec::len);
        let numbers = send(&numbers.concat(), scores.device()).view([-1, each as i64]);
        let chosen = to_vec(&chosen(&(scores + allowed), &numbers, temperature))?;
        let (indices, logs) = chosen.split_at(chosen.len() / 2);
        let choices = indices
            .iter()
            .zip(logs)
            .zip((0..sites.len()).flat_map(|query| std::iter::repeat_n(query, each)));
        let mut all: Vec<Vec<Choice<usize>>> = vec![Vec::with_capacity(each); sites.len()];
        for ((&position, &log), query) in choices {
            let of = sites[query].binary_search(&(position as u32));
            let of = of.map_err(|_| ModelError::Torch(format!("position {position} was chosen, which is no site")))?;
            all[query].push(Choice {
                of,
                log_probability: f64::from(log),
            });
        }
        Ok(all)
    }

    /// An id for every decision that is due; `scores` has `outputs` numbers for each of `decisions`. `table` is `masks` where the
    /// network is: 0 or minus infinity, `[masks, outputs]`.
    pub fn ids(
        self,
        scores: &Tensor,
        decisions: &[Option<MaskedChoice>],
        (masks, table): (&Masks, &Tensor),
        temperature: f64,
    ) -> Result<Vec<Option<Choice<VocabularyId>>>, ModelError> {
        let outputs = table.size()[1];
        if self == Self::Host {
            let scores = to_vec(scores)?;
            let mut weights = Weights::default();
            let choose = |(scores, decision): (&[f32], &Option<MaskedChoice>)| {
                let (mask, number) = (*decision)?;
                let allowed = masks.allowed(mask);
                weights.set(allowed.iter().map(|&id| scores[id.index()]), temperature);
                let Choice { of, log_probability } = weights.at(number);
                Some(Choice {
                    of: allowed[of],
                    log_probability,
                })
            };
            return Ok(scores.chunks(outputs as usize).zip(decisions).map(choose).collect());
        }
        // What is not due is chosen like the first mask's, and forgotten.
        let of =
            |decision: &Option<MaskedChoice>| decision.map_or((0, 0.0), |(mask, number)| (i64::from(mask.0), number));
        let (ids, numbers): (Vec<i64>, Vec<f64>) = decisions.iter().map(of).unzip();
        let allowed = table.index_select(0, &send(&ids, scores.device()));
        let numbers = send(&numbers, scores.device()).unsqueeze(1);
        let chosen = to_vec(&chosen(&(scores.view([-1, outputs]) + allowed), &numbers, temperature))?;
        let (indices, logs) = chosen.split_at(decisions.len());
        let choice = |((&id, &log), decision): ((&f32, &f32), &Option<MaskedChoice>)| {
            decision.map(|_| Choice {
                of: VocabularyId(id as u32),
                log_probability: f64::from(log),
            })
        };
        Ok(indices.iter().zip(logs).zip(decisions).map(choice).collect())
    }
}

/// For each row of `scores` (`[n, k]`, minus infinity where nothing may be chosen) and each of its `numbers` (`[n, s]`, double) an
/// index and its log-probability: `[2, n, s]`, as [`Weights`] chooses, in the same precision.
fn chosen(scores: &Tensor, numbers: &Tensor, temperature: f64) -> Tensor {
    let scores = scores.to_kind(Kind::Double);
    let most = scores.amax([1i64].as_slice(), true);
    let weights = match temperature {
        t if t <= 0.0 => scores.eq_tensor(&most).to_kind(Kind::Double),
        t => ((&scores - &most) / t).exp(),
    };
    let sums = weights.cumsum(1, Kind::Double);
    let total = sums.narrow(1, sums.size()[1] - 1, 1);
    // Below the whole sum, however it is rounded: what is found has a weight.
    let at = (numbers * &total).minimum(&(&total * (1.0 - f64::EPSILON)));
    // Where nothing may be chosen at all, there is nothing to be found, and any index will do.
    let index = at
        .searchsorted::<&Tensor>(&sums, false, true, "right", None)
        .clamp_max(sums.size()[1] - 1);
    let logs = scores.log_softmax(1, Kind::Double).gather(1, &index, false);
    Tensor::stack(&[index.to_kind(Kind::Float), logs.to_kind(Kind::Float)], 0)
}

/// A distribution; its memory is used again.
#[derive(Debug, Default)]
struct Weights {
    /// Log-probabilities at temperature 1.
    logs: Vec<f64>,
    /// Running sums of unnormalised probabilities at the temperature.
    sums: Vec<f64>,
}

impl Weights {
    /// The softmax of `scores`, sharpened by `temperature`; at 0 all weight is on the highest.
    fn set(&mut self, scores: impl Iterator<Item = f32>, temperature: f64) {
        self.logs.clear();
        self.logs.extend(scores.map(f64::from));
        let most = self.logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = self.logs.iter().map(|log| (log - most).exp()).sum();
        self.sums.clear();
        let mut sum = 0.0;
        for log in &mut self.logs {
            let above = *log - most;
            sum += match above {
                0.0 => 1.0,
                _ if temperature <= 0.0 => 0.0,
                _ => (above / temperature).exp(),
            };
            self.sums.push(sum);
            *log = above - total.ln();
        }
    }

    /// The index at `number`, from 0 to 1, of the running sums.
    fn at(&self, number: f64) -> Choice<usize> {
        let total = self.sums.last().copied().unwrap_or(0.0);
        let at = number * total;
        let index = self.sums.partition_point(|&sum| sum <= at);
        let index = index.min(self.logs.len().saturating_sub(1));
        Choice {
            of: index,
            log_probability: self.logs[index],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounding::Rounding;
    use rand::RngExt as _;
    use tdf_tree::{Rng, rng_stream};

    fn scores(rng: &mut Rng, rows: i64, width: i64) -> Tensor {
        let random = |_| rng.random_range(-8.0..8.0f32);
        let scores: Vec<f32> = (0..rows * width).map(random).collect();
        Tensor::from_slice(&scores).view([rows, width])
    }

    /// Both work in fp64; what comes back from the device is rounded to fp32.
    fn close<T: PartialEq + std::fmt::Debug + Copy>(host: Choice<T>, device: Choice<T>) {
        assert_eq!(host.of, device.of);
        let (host, device) = (host.log_probability, device.log_probability);
        Rounding::of(1).check("log-probability", host, device, host.abs().max(1.0));
    }

    #[test]
    fn both_choose_the_same_sites() {
        let mut rng = rng_stream(1, 0);
        for temperature in [0.0, 0.1, 0.7, 1.0, 10.0] {
            let (queries, length) = (200, 30);
            let scores = scores(&mut rng, queries, length);
            let sites: Vec<Vec<u32>> = (0..queries)
                .map(|query| {
                    (0..length as u32)
                        .filter(|&p| i64::from(p) == query % length || rng.random_bool(0.3))
                        .collect()
                })
                .collect();
            let mut numbers: Vec<Vec<f64>> = sites.iter().map(|_| (0..7).map(|_| rng.random()).collect()).collect();
            // The last of the running sums differ by less than they are rounded where weights are below the unit of fp64.
            if temperature != 0.1 {
                numbers[0] = vec![0.0, 1.0 - f64::EPSILON / 2.0, 0.5, 0.0, 0.0, 0.0, 0.0];
            }
            let choose = |chooser: Chooser| chooser.sites(&scores, &sites, &numbers, temperature).unwrap();
            let (host, device) = (choose(Chooser::Host), choose(Chooser::Device));
            assert_eq!(host.len(), sites.len());
            for (host, device) in host.iter().flatten().zip(device.iter().flatten()) {
                close(*host, *device);
            }
            assert_eq!(device.iter().flatten().count(), 7 * sites.len());
        }
    }
}
