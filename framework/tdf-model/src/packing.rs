//! Sequences of different lengths side by side, without padding.

use tch::{Device, Tensor};

/// Where the positions of `B` sequences are. As *rows*, `[R, ..]`, there is no padding: the image tokens of all sequences, then
/// their texts. In a *table*, `[B, T, ..]`, each sequence has a line as long as the longest; what stands behind a
/// shorter one is arbitrary. All of the network works on rows but for attention.
#[derive(Debug)]
pub(crate) struct Packing {
    sequences: i64,
    length: i64,
    /// The row of each position of the table, `[B * T]`.
    rows: Tensor,
    /// The position in the table of each row, `[R]`.
    table: Tensor,
}

/// [`Packing`] in numbers.
#[derive(Debug)]
pub(crate) struct PackedRows {
    image: usize,
    pub rows: Vec<i64>,
    pub table: Vec<i64>,
    sequences: usize,
    length: usize,
}

impl PackedRows {
    /// Of texts of these lengths, each behind `image` tokens.
    pub fn new(image: usize, lengths: impl ExactSizeIterator<Item = usize> + Clone) -> Self {
        let sequences = lengths.len();
        let length = image + lengths.clone().max().unwrap_or(0);
        let (mut rows, mut table) = (Vec::with_capacity(sequences * length), Vec::new());
        table.extend((0..sequences).flat_map(|s| (s * length..s * length + image).map(|row| row as i64)));
        for (sequence, text) in lengths.enumerate() {
            let line = sequence * length;
            rows.extend((sequence * image..(sequence + 1) * image).map(|row| row as i64));
            rows.extend((table.len()..table.len() + text).map(|row| row as i64));
            rows.resize(line + length, (sequence * image) as i64);
            table.extend((line + image..line + image + text).map(|row| row as i64));
        }
        Self {
            image,
            rows,
            table,
            sequences,
            length,
        }
    }

    /// Rows in front of the texts.
    pub fn texts(&self) -> usize {
        self.sequences * self.image
    }

    /// The packing, from `rows` and `table` on a device.
    pub fn packing(&self, rows: Tensor, table: Tensor) -> Packing {
        Packing {
            sequences: self.sequences as i64,
            length: self.length as i64,
            rows,
            table,
        }
    }
}

impl Packing {
    pub fn length(&self) -> i64 {
        self.length
    }

    /// `[B, T, C]` of rows `[R, C]`.
    pub fn table(&self, rows: &Tensor) -> Tensor {
        pick(rows, &self.rows).view([self.sequences, self.length, -1])
    }

    /// `[R, C]` of a table `[B, T, C]`.
    pub fn rows(&self, table: &Tensor) -> Tensor {
        pick(&table.flatten(0, 1), &self.table)
    }
}

/// Rows of `from`. On a CPU as an embedding: there, the way back of `index_select` takes a call for each row. On a GPU that
/// of an embedding sorts, and that of `index_select` is one kernel.
fn pick(from: &Tensor, rows: &Tensor) -> Tensor {
    if from.device() != Device::Cpu {
        return from.index_select(0, rows);
    }
    Tensor::embedding(from, rows, -1, false, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Kind;

    #[test]
    fn there_and_back() {
        let lengths = [3, 1, 4];
        let packed = PackedRows::new(2, lengths.into_iter());
        assert_eq!(packed.texts(), 6);
        let send = |numbers: &Vec<i64>| Tensor::from_slice(numbers);
        let packing = packed.packing(send(&packed.rows), send(&packed.table));
        let rows = Tensor::arange(6 + 8, (Kind::Float, Device::Cpu)).view([-1, 1]);
        let table = packing.table(&rows);
        assert_eq!(table.size(), [3, 6, 1]);
        assert_eq!(packing.rows(&table), rows);
        let lines: Vec<Vec<f32>> = (0..3)
            .map(|line| Vec::try_from(table.get(line).view([-1])).unwrap())
            .collect();
        assert_eq!(lines[0][..5], [0.0, 1.0, 6.0, 7.0, 8.0]);
        assert_eq!(lines[1][..3], [2.0, 3.0, 9.0]);
        assert_eq!(lines[2], [4.0, 5.0, 10.0, 11.0, 12.0, 13.0]);
    }
}
