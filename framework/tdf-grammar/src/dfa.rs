//! Deterministic automata over the letters of an alphabet.

use rustc_hash::FxHashMap;

use crate::limits::MAX_DFA_STATES;
use crate::partition::refine;

/// A deterministic automaton; letters are numbers from zero. State 0 is the start. Of every state an accepting one can
/// be reached, unless the automaton accepts nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dfa {
    letters: usize,
    /// `next[state * letters + letter]`, or [`DEAD`].
    next: Vec<u32>,
    accepting: Vec<bool>,
}

/// The state that is none.
const DEAD: u32 = crate::partition::NONE;

/// An automaton of more than [`MAX_DFA_STATES`] states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

impl Dfa {
    /// The state where a text begins.
    pub const START: u32 = 0;

    /// Number of states.
    pub fn states(&self) -> usize {
        self.accepting.len()
    }

    /// Number of letters.
    pub fn letters(&self) -> usize {
        self.letters
    }

    /// The state after `letter`; `None` if no member goes on like this.
    pub fn next(&self, state: u32, letter: usize) -> Option<u32> {
        let next = self.next[state as usize * self.letters + letter];
        (next != DEAD).then_some(next)
    }

    /// Whether a text that ends in `state` is a member.
    pub fn is_accepting(&self, state: u32) -> bool {
        self.accepting[state as usize]
    }

    /// Whether nothing is a member.
    pub fn is_empty(&self) -> bool {
        !self.accepting.contains(&true)
    }

    /// Where `word` leads, if it begins a member.
    pub fn run(&self, word: impl IntoIterator<Item = usize>) -> Option<u32> {
        word.into_iter()
            .try_fold(Self::START, |state, letter| self.next(state, letter))
    }

    /// The steps out of `state`, letters ascending.
    pub fn steps(&self, state: u32) -> impl Iterator<Item = (usize, u32)> + '_ {
        let row = &self.next[state as usize * self.letters..(state as usize + 1) * self.letters];
        row.iter()
            .enumerate()
            .filter(|(_, next)| **next != DEAD)
            .map(|(letter, next)| (letter, *next))
    }

    /// Letters that lead from each state to the nearest accepting one.
    pub fn shortest(&self) -> Vec<u32> {
        let mut shortest = vec![u32::MAX; self.states()];
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); self.states()];
        for state in 0..self.states() as u32 {
            for (_, next) in self.steps(state) {
                before[next as usize].push(state);
            }
        }
        let mut queue: std::collections::VecDeque<u32> =
            (0..self.states() as u32).filter(|s| self.is_accepting(*s)).collect();
        for &state in &queue {
            shortest[state as usize] = 0;
        }
        while let Some(state) = queue.pop_front() {
            for &user in &before[state as usize] {
                if shortest[user as usize] == u32::MAX {
                    shortest[user as usize] = shortest[state as usize] + 1;
                    queue.push_back(user);
                }
            }
        }
        shortest
    }

    /// Letters of the longest way on from each state; `None` where there is no longest.
    pub fn longest(&self) -> Vec<Option<u32>> {
        // States all of whose steps lead to settled ones are settled; the others lead to circles.
        let mut longest = vec![None; self.states()];
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); self.states()];
        let mut missing = vec![0usize; self.states()];
        for state in 0..self.states() as u32 {
            for (_, next) in self.steps(state) {
                before[next as usize].push(state);
                missing[state as usize] += 1;
            }
        }
        let mut open: Vec<u32> = (0..self.states() as u32)
            .filter(|s| missing[*s as usize] == 0)
            .collect();
        while let Some(state) = open.pop() {
            longest[state as usize] = Some(
                self.steps(state)
                    .filter_map(|(_, n)| longest[n as usize])
                    .max()
                    .map_or(0, |n| n + 1),
            );
            for &user in &before[state as usize] {
                missing[user as usize] -= 1;
                if missing[user as usize] == 0 {
                    open.push(user);
                }
            }
        }
        longest
    }

    /// The automaton that `step` spans from `start`: states are numbered as a breadth-first walk meets them.
    pub fn explore<S: Clone + Eq + std::hash::Hash>(
        letters: usize,
        start: S,
        mut accepting: impl FnMut(&S) -> bool,
        mut step: impl FnMut(&S, usize) -> Option<S>,
    ) -> Result<Self, TooLarge> {
        let mut numbers: FxHashMap<S, u32> = FxHashMap::default();
        numbers.insert(start.clone(), 0);
        let mut states = vec![start];
        let mut dfa = Self {
            letters,
            next: Vec::new(),
            accepting: Vec::new(),
        };
        while let Some(state) = states.get(dfa.accepting.len()).cloned() {
            dfa.accepting.push(accepting(&state));
            for letter in 0..letters {
                let next = step(&state, letter).map_or(DEAD, |next| {
                    *numbers.entry(next).or_insert_with_key(|next| {
                        states.push(next.clone());
                        states.len() as u32 - 1
                    })
                });
                dfa.next.push(next);
            }
            if states.len() > MAX_DFA_STATES {
                return Err(TooLarge);
            }
        }
        Ok(dfa.trim())
    }

    /// The automaton of these words.
    pub fn of_words(letters: usize, words: &[Vec<usize>]) -> Result<Self, TooLarge> {
        Self::of_folded_words(letters, words, |letter| letter)
    }

    /// The automaton of the words that become one of `words` if `fold` changes their letters.
    pub fn of_folded_words(
        letters: usize,
        words: &[Vec<usize>],
        fold: impl Fn(usize) -> usize,
    ) -> Result<Self, TooLarge> {
        // A state is a range of the sorted words and how much of them has been read.
        let mut words: Vec<&[usize]> = words.iter().map(Vec::as_slice).collect();
        words.sort_unstable();
        words.dedup();
        Self::explore(
            letters,
            (0, words.len(), 0),
            |&(from, to, read)| from < to && words[from].len() == read,
            |&(from, to, read), letter| {
                let letter = fold(letter);
                let from = from + words[from..to].partition_point(|w| w.get(read).is_none_or(|&l| l < letter));
                let to = from + words[from..to].partition_point(|w| w[read] == letter);
                (from < to).then_some((from, to, read + 1))
            },
        )
    }

    /// The automaton of the words that begin with a member and `letter` behind it.
    pub fn going_on_with(&self, letter: usize) -> Result<Self, TooLarge> {
        Self::explore(
            self.letters,
            Some(Self::START),
            Option::is_none,
            |state, next| match state {
                None => Some(None),
                Some(state) if next == letter && self.is_accepting(*state) => Some(None),
                Some(state) => self.next(*state, next).map(Some),
            },
        )
    }

    /// The members of `self` that are none of `other`.
    pub fn difference(&self, other: &Self) -> Result<Self, TooLarge> {
        let dfa = Self::explore(
            self.letters,
            (Self::START, Some(Self::START)),
            |&(a, b)| self.is_accepting(a) && !b.is_some_and(|b| other.is_accepting(b)),
            |&(a, b), letter| Some((self.next(a, letter)?, b.and_then(|b| other.next(b, letter)))),
        )?;
        Ok(dfa.minimize())
    }

    /// A shortest word that is a member of both.
    pub fn common(&self, other: &Self) -> Option<Vec<usize>> {
        type Pair = (u32, u32);
        let mut came: FxHashMap<Pair, Option<(Pair, usize)>> = FxHashMap::default();
        let mut queue = std::collections::VecDeque::from([(Self::START, Self::START)]);
        came.insert((Self::START, Self::START), None);
        while let Some(at) = queue.pop_front() {
            if self.is_accepting(at.0) && other.is_accepting(at.1) {
                let mut word = Vec::new();
                let mut back = at;
                while let Some((before, letter)) = came[&back] {
                    word.push(letter);
                    back = before;
                }
                word.reverse();
                return Some(word);
            }
            for (letter, a) in self.steps(at.0) {
                if let Some(b) = other.next(at.1, letter)
                    && !came.contains_key(&(a, b))
                {
                    came.insert((a, b), Some((at, letter)));
                    queue.push_back((a, b));
                }
            }
        }
        None
    }

    /// The same steps, accepting in other states.
    pub fn accepting_where(&self, accepting: impl Fn(u32) -> bool) -> Self {
        Self {
            accepting: (0..self.states() as u32).map(accepting).collect(),
            ..self.clone()
        }
    }

    /// The same automaton over the letters that `kept` lists, old numbers in the new order.
    pub fn with_letters(&self, kept: &[usize]) -> Self {
        let next = (0..self.states())
            .flat_map(|s| kept.iter().map(move |l| self.next[s * self.letters + l]))
            .collect();
        Self {
            letters: kept.len(),
            next,
            accepting: self.accepting.clone(),
        }
    }

    /// Without the states from which nothing is accepted.
    fn trim(self) -> Self {
        let alive = self.shortest();
        let mut numbers = vec![DEAD; self.states()];
        let mut kept = Vec::new();
        for state in 0..self.states() {
            // The start stays, whatever it leads to.
            if alive[state] != u32::MAX || state == 0 {
                numbers[state] = kept.len() as u32;
                kept.push(state);
            }
        }
        let number = |next: &u32| if *next == DEAD { DEAD } else { numbers[*next as usize] };
        let row = |s: &usize| self.next[s * self.letters..(s + 1) * self.letters].iter().map(number);
        Self {
            letters: self.letters,
            next: kept.iter().flat_map(row).collect(),
            accepting: kept.iter().map(|s| self.accepting[*s]).collect(),
        }
    }

    /// The least automaton with the same members.
    pub fn minimize(&self) -> Self {
        let refined = refine(self.states(), self.letters, &self.next, &self.accepting);
        // Blocks are numbered by their first states, so that the start stays state 0.
        let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
        let mut first: Vec<usize> = Vec::new();
        let mut block = Vec::with_capacity(self.states());
        for (state, old) in refined.into_iter().enumerate() {
            let fresh = first.len() as u32;
            let number = *numbers.entry(old).or_insert(fresh);
            if number == fresh {
                first.push(state);
            }
            block.push(number);
        }
        let number = |next: &u32| if *next == DEAD { DEAD } else { block[*next as usize] };
        let row = |s: &usize| self.next[s * self.letters..(s + 1) * self.letters].iter().map(number);
        Self {
            letters: self.letters,
            next: first.iter().flat_map(row).collect(),
            accepting: first.iter().map(|s| self.accepting[*s]).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All words up to `length` over `letters`, and whether `dfa` accepts them.
    fn language(dfa: &Dfa, length: usize) -> Vec<Vec<usize>> {
        let mut words = vec![Vec::new()];
        let mut found = Vec::new();
        while let Some(word) = words.pop() {
            if dfa.run(word.iter().copied()).is_some_and(|s| dfa.is_accepting(s)) {
                found.push(word.clone());
            }
            if word.len() < length {
                words.extend((0..dfa.letters()).map(|l| [&word[..], &[l]].concat()));
            }
        }
        found.sort();
        found
    }

    /// Automata of five states with steps drawn by a small generator.
    fn random(seed: u64) -> Dfa {
        let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut draw = move |n: u64| {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            x % n
        };
        let next: Vec<Option<u64>> = (0..15).map(|_| Some(draw(7)).filter(|n| *n < 5)).collect();
        let accepting: Vec<bool> = (0..5).map(|_| draw(3) == 0).collect();
        Dfa::explore(3, 0u64, |s| accepting[*s as usize], |s, l| next[*s as usize * 3 + l]).unwrap()
    }

    #[test]
    fn operations_agree_with_sets_of_words() {
        for seed in 1..300 {
            let (a, b) = (random(seed), random(seed + 1000));
            let (in_a, in_b) = (language(&a, 6), language(&b, 6));
            let minus: Vec<_> = in_a.iter().filter(|w| !in_b.contains(w)).cloned().collect();
            assert_eq!(language(&a.difference(&b).unwrap(), 6), minus, "seed {seed}");
            let both = in_a.iter().filter(|w| in_b.contains(w)).map(Vec::len).min();
            if let Some(least) = both {
                let word = a.common(&b).unwrap();
                assert_eq!(word.len(), least, "seed {seed}");
                assert!(in_a.contains(&word) && in_b.contains(&word));
            }
            assert_eq!(language(&a.minimize(), 6), in_a, "seed {seed}");
            assert!(a.minimize().states() <= a.states());
            assert_eq!(language(&Dfa::of_words(3, &in_a).unwrap(), 6), in_a, "seed {seed}");
        }
    }

    #[test]
    fn distances_agree_with_words() {
        for seed in 1..300 {
            let dfa = random(seed);
            let words = language(&dfa, 6);
            if words.is_empty() {
                continue;
            }
            assert_eq!(
                dfa.shortest()[0] as usize,
                words.iter().map(Vec::len).min().unwrap(),
                "seed {seed}"
            );
            let greatest = words.iter().map(Vec::len).max().unwrap();
            match dfa.longest()[0] {
                Some(longest) => assert_eq!(longest as usize, greatest, "seed {seed}"),
                // At most five states: whoever has a word of five letters or more runs in a circle.
                None => assert!(
                    greatest >= 5 || !language(&dfa, 9).iter().all(|w| w.len() <= 6),
                    "seed {seed}"
                ),
            }
        }
    }
}
