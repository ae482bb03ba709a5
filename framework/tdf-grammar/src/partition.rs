//! Which states of an automaton have the same words: partition refinement (J. Hopcroft, An n log n algorithm for minimizing
//! states in a finite automaton, 1971).

/// No state.
pub(crate) const NONE: u32 = u32::MAX;

/// Blocks of states, each a contiguous part of one list.
struct Partition {
    /// All states, those of a block side by side.
    states: Vec<u32>,
    /// Place of each state in `states`.
    place: Vec<u32>,
    /// Block of each state.
    block: Vec<u32>,
    /// Where each block begins, how much of its beginning is marked, and where it ends.
    begin: Vec<u32>,
    marked: Vec<u32>,
    end: Vec<u32>,
}

impl Partition {
    /// One block of `count` states.
    fn new(count: usize) -> Self {
        Self {
            states: (0..count as u32).collect(),
            place: (0..count as u32).collect(),
            block: vec![0; count],
            begin: vec![0],
            marked: vec![0],
            end: vec![count as u32],
        }
    }

    fn of_block(&self, block: u32) -> &[u32] {
        &self.states[self.begin[block as usize] as usize..self.end[block as usize] as usize]
    }

    /// Moves `state` to the marked part of its block, which joins `touched` with its first one.
    fn mark(&mut self, state: u32, touched: &mut Vec<u32>) {
        let block = self.block[state as usize];
        let (from, to) = (
            self.place[state as usize],
            self.begin[block as usize] + self.marked[block as usize],
        );
        if from < to {
            return;
        }
        if self.marked[block as usize] == 0 {
            touched.push(block);
        }
        let other = self.states[to as usize];
        self.states.swap(from as usize, to as usize);
        self.place[state as usize] = to;
        self.place[other as usize] = from;
        self.marked[block as usize] += 1;
    }

    /// Makes the marked part of `block` and the other one two blocks; gives the new one, which is not the larger one. `None`
    /// if all is marked.
    fn split(&mut self, block: u32) -> Option<u32> {
        let (begin, end) = (self.begin[block as usize], self.end[block as usize]);
        let middle = begin + std::mem::take(&mut self.marked[block as usize]);
        if middle == end {
            return None;
        }
        let new = self.begin.len() as u32;
        let part = if middle - begin <= end - middle {
            self.begin[block as usize] = middle;
            begin..middle
        } else {
            self.end[block as usize] = middle;
            middle..end
        };
        self.begin.push(part.start);
        self.end.push(part.end);
        self.marked.push(0);
        for &state in &self.states[part.start as usize..part.end as usize] {
            self.block[state as usize] = new;
        }
        Some(new)
    }
}

/// For one letter, from where each state is reached.
struct Sources {
    begins: Vec<u32>,
    sources: Vec<u32>,
}

impl Sources {
    fn new(states: usize, target: impl Fn(usize) -> u32) -> Self {
        let mut begins = vec![0u32; states + 1];
        for state in 0..states {
            begins[target(state) as usize + 1] += 1;
        }
        for state in 0..states {
            begins[state + 1] += begins[state];
        }
        let mut at = begins.clone();
        let mut sources = vec![0u32; states];
        for state in 0..states {
            let at = &mut at[target(state) as usize];
            sources[*at as usize] = state as u32;
            *at += 1;
        }
        Self { begins, sources }
    }

    fn of(&self, state: u32) -> &[u32] {
        &self.sources[self.begins[state as usize] as usize..self.begins[state as usize + 1] as usize]
    }
}

/// The block of each state: two states share one if the same words are accepted from them. `next[state * letters + letter]`
/// is the state behind a letter, or [`NONE`].
pub(crate) fn refine(count: usize, letters: usize, next: &[u32], accepting: &[bool]) -> Vec<u32> {
    // The missing steps lead to a state of their own, which accepts nothing.
    let sink = count as u32;
    let states = count + 1;
    let target = |state: usize, letter: usize| match next.get(state * letters + letter) {
        None | Some(&NONE) => sink,
        Some(&next) => next,
    };
    let mut partition = Partition::new(states);
    let mut touched = Vec::new();
    for state in (0..count).filter(|s| accepting[*s]) {
        partition.mark(state as u32, &mut touched);
    }
    let mut open: Vec<u32> = Vec::new();
    for block in touched.drain(..) {
        open.extend(partition.split(block));
    }
    let before: Vec<Sources> = (0..letters)
        .map(|letter| Sources::new(states, |state| target(state, letter)))
        .collect();
    let mut splitter: Vec<u32> = Vec::new();
    while let Some(block) = open.pop() {
        splitter.clear();
        splitter.extend_from_slice(partition.of_block(block));
        for before in &before {
            for &source in splitter.iter().flat_map(|state| before.of(*state)) {
                partition.mark(source, &mut touched);
            }
            // A new block is not larger than what is left of the old one: to look at one of the two is enough.
            for block in touched.drain(..) {
                open.extend(partition.split(block));
            }
        }
    }
    partition.block.truncate(count);
    partition.block
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of up to six letters that are accepted from `state`.
    fn words(state: u32, next: &[u32], accepting: &[bool]) -> Vec<bool> {
        let mut level = vec![state];
        let mut found = Vec::new();
        for _ in 0..=6 {
            found.extend(level.iter().map(|s| *s != NONE && accepting[*s as usize]));
            let steps = |s: &u32| match *s {
                NONE => [NONE; 2],
                s => [next[s as usize * 2], next[s as usize * 2 + 1]],
            };
            level = level.iter().flat_map(steps).collect();
        }
        found
    }

    /// Of seven states any two that differ do so within six letters.
    #[test]
    fn states_share_a_block_if_their_words_are_equal() {
        let mut x = 1u32;
        let mut draw = move |n: u32| {
            x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (x >> 16) % n
        };
        let mut shared = 0;
        for _ in 0..3000 {
            let count = 1 + draw(6);
            let next: Vec<u32> = (0..2 * count)
                .map(|_| draw(count + 1))
                .map(|s| if s < count { s } else { NONE })
                .collect();
            let accepting: Vec<bool> = (0..count).map(|_| draw(3) == 0).collect();
            let blocks = refine(count as usize, 2, &next, &accepting);
            let words: Vec<_> = (0..count).map(|s| words(s, &next, &accepting)).collect();
            for a in 0..count as usize {
                for b in 0..a {
                    assert_eq!(
                        blocks[a] == blocks[b],
                        words[a] == words[b],
                        "{next:?} {accepting:?} {a} {b}"
                    );
                    shared += u32::from(blocks[a] == blocks[b]);
                }
            }
        }
        assert!(shared > 1000, "{shared}");
    }
}
