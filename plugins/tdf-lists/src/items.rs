//! Short lists of whole numbers, without allocation.

use tdf_domain::Value;

/// The most numbers of a list.
pub const MAX_ITEMS: usize = 20;

/// A list of at most [`MAX_ITEMS`] numbers.
#[derive(Clone, Copy, Debug)]
pub struct Items {
    length: usize,
    items: [i32; MAX_ITEMS],
}

impl Items {
    /// The empty list.
    pub const EMPTY: Self = Self {
        length: 0,
        items: [0; MAX_ITEMS],
    };

    /// The numbers of an argument. `None` if there are too many, or if one is beyond `greatest` or its negative.
    pub fn new(numbers: &[i64], greatest: i32) -> Option<Self> {
        let mut items = [0; MAX_ITEMS];
        for (item, number) in items.get_mut(..numbers.len())?.iter_mut().zip(numbers) {
            *item = within(i32::try_from(*number).ok()?, greatest)?;
        }
        Some(Self {
            length: numbers.len(),
            items,
        })
    }

    /// The numbers.
    pub fn get(&self) -> &[i32] {
        &self.items[..self.length]
    }

    /// The numbers, to be changed.
    pub fn get_mut(&mut self) -> &mut [i32] {
        &mut self.items[..self.length]
    }

    /// Leaves the first `length` numbers.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// Leaves the first `count` numbers out.
    pub fn skip(&mut self, count: usize) {
        let count = count.min(self.length);
        self.items.copy_within(count..self.length, 0);
        self.length -= count;
    }

    /// Leaves the numbers that `keeps` takes.
    pub fn retain(&mut self, keeps: impl Fn(i32) -> bool) {
        let mut length = 0;
        for at in 0..self.length {
            let item = self.items[at];
            self.items[length] = item;
            length += usize::from(keeps(item));
        }
        self.length = length;
    }
}

impl From<&Items> for Value {
    fn from(items: &Items) -> Self {
        Self::Integers(items.get().iter().map(|&item| i64::from(item)).collect())
    }
}

/// `number`, if it is not beyond `greatest` or its negative.
pub fn within(number: i32, greatest: i32) -> Option<i32> {
    (-greatest..=greatest).contains(&number).then_some(number)
}
