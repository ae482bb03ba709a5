//! Items, FIRST sets and closures.
//!
//! An *item* is a production with a dot in its right-hand side; the items of a production are numbered through from left
//! to right. Behind them stands one hidden item per nonterminal, `start = . N`, and one that all of these lead to:
//! `start = N .`, at which the program is complete.

use std::collections::VecDeque;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::columns::{Row, empty, grow, insert, unite};
use crate::{Grammar, LrProduction, NonterminalId, Symbol, TokenClassId};

/// A symbol as a number: token classes, then nonterminals.
pub(crate) type Code = u32;

/// No symbol: the dot is at the right end.
pub(crate) const END: Code = u32::MAX;

/// What the productions of a nonterminal begin with.
#[derive(Clone, Debug, Default)]
struct Begins {
    /// Nonterminals, what may follow each of them within the production (a row of [`Items::within`]), and whether what
    /// follows the whole may follow it too.
    nonterminals: Vec<(u32, u32, bool)>,
    /// Items behind the first symbol, by that symbol.
    advanced: Vec<(Code, u32)>,
    /// Productions with an empty right-hand side.
    empty: Vec<u32>,
}

/// The items of a grammar.
#[derive(Clone, Debug)]
pub(crate) struct Items {
    /// Columns: token classes, and the end of input.
    pub width: usize,
    nonterminals: usize,
    productions: usize,
    /// Symbol behind the dot.
    next: Vec<Code>,
    /// Production of each item; for hidden items the number of productions.
    production: Vec<u32>,
    /// Item with the dot at the left end.
    first: Vec<u32>,
    /// FIRST of what is behind the symbol behind the dot, if that is a nonterminal, and whether that derives the empty
    /// string.
    rest: Vec<Row>,
    rest_empty: Vec<bool>,
    /// FIRST of each nonterminal.
    firsts: Vec<Row>,
    begins: Vec<Begins>,
    within: Vec<Row>,
}

impl Items {
    pub fn new(grammar: &Grammar, productions: &[LrProduction]) -> Self {
        let width = grammar.token_classes.len() + 1;
        let nonterminals = grammar.nonterminals.len();
        let mut this = Self {
            width,
            nonterminals,
            productions: productions.len(),
            next: Vec::new(),
            production: Vec::new(),
            first: Vec::new(),
            rest: Vec::new(),
            rest_empty: Vec::new(),
            firsts: Vec::new(),
            begins: vec![Begins::default(); nonterminals],
            within: Vec::new(),
        };
        for (p, number) in productions.iter().zip(0..) {
            this.first.push(this.next.len() as u32);
            let codes: Vec<Code> = p.symbols.iter().map(|s| this.code(*s)).collect();
            this.next.extend(codes);
            this.next.push(END);
            this.production.resize(this.next.len(), number);
        }
        let token_classes = width - 1;
        this.next.extend((0..nonterminals).map(|n| (token_classes + n) as Code));
        this.next.push(END);
        this.production.resize(this.next.len(), productions.len() as u32);
        let (firsts, nullables) = this.solve_first(productions);
        this.add_rests(productions, &firsts, &nullables);
        this.firsts = firsts;
        this.add_begins(productions);
        this
    }

    /// The number of a symbol.
    pub fn code(&self, symbol: Symbol) -> Code {
        match symbol {
            Symbol::TokenClass(k) => k.0,
            Symbol::Nonterminal(n) => self.width as u32 - 1 + n.0,
        }
    }

    /// The nonterminal with this number, unless it is that of a token class.
    fn nonterminal(&self, code: Code) -> Option<NonterminalId> {
        let token_classes = self.width as u32 - 1;
        (code >= token_classes && code != END).then(|| NonterminalId(code - token_classes))
    }

    /// The symbol with this number.
    pub fn symbol(&self, code: Code) -> Symbol {
        match self.nonterminal(code) {
            Some(n) => Symbol::Nonterminal(n),
            None => Symbol::TokenClass(TokenClassId(code)),
        }
    }

    /// The item of `production` with the dot at the left end.
    pub fn first(&self, production: u32) -> u32 {
        self.first[production as usize]
    }

    /// What strings of `n` begin with.
    pub fn first_of(&self, n: NonterminalId) -> &[u64] {
        &self.firsts[n.index()]
    }

    /// What the strings behind the symbol behind the dot, a nonterminal, begin with, and whether one of them is empty.
    pub fn rest(&self, item: u32) -> (&[u64], bool) {
        (&self.rest[item as usize], self.rest_empty[item as usize])
    }

    /// FIRST of each nonterminal, and whether it derives the empty string.
    fn solve_first(&self, productions: &[LrProduction]) -> (Vec<Row>, Vec<bool>) {
        let mut first = vec![empty(self.width); self.nonterminals];
        let mut nullables = vec![false; self.nonterminals];
        let mut users: Vec<Vec<u32>> = vec![Vec::new(); self.nonterminals];
        for (p, number) in productions.iter().zip(0..) {
            for symbol in &p.symbols {
                if let Symbol::Nonterminal(n) = symbol {
                    users[n.index()].push(number);
                }
            }
        }
        let mut open: Vec<u32> = (0..productions.len() as u32).rev().collect();
        let mut waiting = vec![true; productions.len()];
        let mut found: Box<[u64]> = empty(self.width)[..].into();
        while let Some(number) = open.pop() {
            waiting[number as usize] = false;
            let p = &productions[number as usize];
            found.fill(0);
            let nullable = p.symbols.iter().all(|symbol| match symbol {
                Symbol::TokenClass(k) => {
                    insert(&mut found, k.index());
                    false
                }
                Symbol::Nonterminal(n) => {
                    unite(&mut found, &first[n.index()]);
                    nullables[n.index()]
                }
            });
            let n = p.nonterminal.index();
            let grown =
                unite(Rc::make_mut(&mut first[n]), &found) | (nullable && !std::mem::replace(&mut nullables[n], true));
            if grown {
                for &user in &users[n] {
                    if !std::mem::replace(&mut waiting[user as usize], true) {
                        open.push(user);
                    }
                }
            }
        }
        (first, nullables)
    }

    fn add_rests(&mut self, productions: &[LrProduction], firsts: &[Row], nullables: &[bool]) {
        let nothing = empty(self.width);
        self.rest = vec![Rc::clone(&nothing); self.next.len()];
        self.rest_empty = vec![true; self.next.len()];
        let mut known: FxHashSet<Row> = FxHashSet::default();
        for (p, &begin) in productions.iter().zip(&self.first) {
            let mut found = Rc::clone(&nothing);
            // A terminal alone is behind the dot. Most of them have another terminal before them, which needs no set.
            let mut single = None;
            let mut nullable = true;
            for (dot, symbol) in p.symbols.iter().enumerate().rev() {
                let item = begin as usize + dot;
                self.rest_empty[item] = nullable;
                let n = match symbol {
                    Symbol::TokenClass(k) => {
                        single = Some(k.index());
                        nullable = false;
                        continue;
                    }
                    Symbol::Nonterminal(n) => n.index(),
                };
                if let Some(column) = single.take() {
                    found = Rc::clone(&nothing);
                    insert(Rc::make_mut(&mut found), column);
                }
                self.rest[item] = match known.get(&found) {
                    Some(row) => Rc::clone(row),
                    None => {
                        known.insert(Rc::clone(&found));
                        Rc::clone(&found)
                    }
                };
                if nullables[n] {
                    grow(&mut found, &firsts[n]);
                } else {
                    found = Rc::clone(&firsts[n]);
                    nullable = false;
                }
            }
        }
    }

    fn add_begins(&mut self, productions: &[LrProduction]) {
        let mut known: FxHashMap<(NonterminalId, NonterminalId), usize> = FxHashMap::default();
        for (p, number) in productions.iter().zip(0..) {
            let item = self.first[number as usize];
            let begins = &mut self.begins[p.nonterminal.index()];
            let Some(&symbol) = p.symbols.first() else {
                begins.empty.push(number);
                continue;
            };
            begins.advanced.push((self.next[item as usize], item + 1));
            if let Symbol::Nonterminal(n) = symbol {
                let inherits = self.rest_empty[item as usize];
                let rest = &self.rest[item as usize];
                let place = *known.entry((p.nonterminal, n)).or_insert(begins.nonterminals.len());
                match begins.nonterminals.get_mut(place) {
                    Some((_, row, all)) => {
                        grow(&mut self.within[*row as usize], rest);
                        *all |= inherits;
                    }
                    None => {
                        let row = self.within.len() as u32;
                        self.within.push(Rc::clone(rest));
                        begins.nonterminals.push((n.0, row, inherits));
                    }
                }
            }
        }
    }

    /// The hidden item `start = . N`.
    pub fn start(&self, n: NonterminalId) -> u32 {
        (self.next.len() - 1 - self.nonterminals) as u32 + n.0
    }

    /// The hidden item `start = N .`.
    pub fn complete(&self) -> u32 {
        self.next.len() as u32 - 1
    }

    /// The symbol behind the dot.
    pub fn next(&self, item: u32) -> Code {
        self.next[item as usize]
    }

    /// The item after the symbol behind the dot.
    pub fn advance(&self, item: u32) -> u32 {
        if self.production[item as usize] as usize == self.productions {
            self.complete()
        } else {
            item + 1
        }
    }

    /// The production of `item` and the place of its dot, unless it is hidden.
    pub fn production(&self, item: u32) -> Option<(u32, u32)> {
        let p = self.production[item as usize];
        let first = self.first.get(p as usize)?;
        Some((p, item - first))
    }

    /// Fills `closure` with the nonterminals that may begin at the dots of `kernel`, whose look-aheads are `looks`.
    pub fn close(&self, kernel: &[u32], looks: &[Row], closure: &mut Closure) {
        closure.clear();
        for (&item, look) in kernel.iter().zip(looks) {
            if let Some(n) = self.nonterminal(self.next(item)) {
                let inherited = self.rest_empty[item as usize].then_some(look);
                closure.add(n.0, &self.rest[item as usize], inherited);
            }
        }
        while let Some(n) = closure.open.pop_front() {
            closure.waiting[n as usize] = false;
            let inherited = Rc::clone(&closure.follow[n as usize]);
            for &(next, row, inherits) in &self.begins[n as usize].nonterminals {
                closure.add(next, &self.within[row as usize], inherits.then_some(&inherited));
            }
        }
    }

    /// The items that the productions of `n` lead to after their first symbol, with that symbol.
    pub fn advanced(&self, n: u32) -> &[(Code, u32)] {
        &self.begins[n as usize].advanced
    }

    /// The productions of `n` with an empty right-hand side.
    pub fn empty(&self, n: u32) -> &[u32] {
        &self.begins[n as usize].empty
    }
}

/// The nonterminals that may begin in a state, and what may follow each.
#[derive(Clone, Debug)]
pub(crate) struct Closure {
    /// In the order in which they were met.
    pub nonterminals: Vec<u32>,
    /// A set per nonterminal of the grammar.
    follow: Vec<Row>,
    nothing: Row,
    met: Vec<bool>,
    open: VecDeque<u32>,
    waiting: Vec<bool>,
}

impl Closure {
    pub fn new(items: &Items) -> Self {
        Self {
            nonterminals: Vec::new(),
            follow: vec![empty(items.width); items.nonterminals],
            nothing: empty(items.width),
            met: vec![false; items.nonterminals],
            open: VecDeque::new(),
            waiting: vec![false; items.nonterminals],
        }
    }

    /// What may follow `n`.
    pub fn follow(&self, n: u32) -> &Row {
        &self.follow[n as usize]
    }

    fn clear(&mut self) {
        for n in self.nonterminals.drain(..) {
            self.met[n as usize] = false;
            self.follow[n as usize] = Rc::clone(&self.nothing);
        }
    }

    fn add(&mut self, n: u32, columns: &Row, more: Option<&Row>) {
        let row = &mut self.follow[n as usize];
        // What is inherited is often all there is, and may be shared then.
        let mut grown = more.is_some_and(|more| grow(row, more));
        grown |= grow(row, columns);
        if !std::mem::replace(&mut self.met[n as usize], true) {
            self.nonterminals.push(n);
            grown = true;
        }
        if grown && !std::mem::replace(&mut self.waiting[n as usize], true) {
            self.open.push_back(n);
        }
    }
}
