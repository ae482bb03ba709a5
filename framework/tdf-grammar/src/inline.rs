//! The productions of the automaton: those of the grammar, some nonterminals inlined into their users.
//!
//! LALRPOP inlines every nonterminal that is [`inline`](crate::Nonterminal::inline) before it builds a parser, so that
//! nothing has to be decided at the end of an `X?` or before the first `X` of an `X*`. Pasting multiplies productions
//! (30 optional parts in a row make 2^30 of them), and without a conflict it changes nothing: here only what takes part
//! in a conflict is inlined.

use crate::limits::{MAX_INLINED_PRODUCTIONS, MAX_INLINED_SYMBOLS};
use crate::{Diagnostic, Grammar, GrammarError, NonterminalId, NonterminalKind, ProductionId, Symbol};

/// A production of the automaton: a production of the grammar with others inlined in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LrProduction {
    /// Left-hand side.
    pub nonterminal: NonterminalId,
    /// Right-hand side.
    pub symbols: Vec<Symbol>,
    /// The nodes that a reduction by it makes, and the places of the nonterminals of `symbols` among them, in pre-order.
    pub pieces: Vec<Piece>,
}

/// A part of what a reduction makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A node.
    Node {
        /// Its production.
        production: ProductionId,
        /// Index in [`LrProduction::symbols`] of the first symbol that it derives. If the production is a leaf, the
        /// node's token is there.
        begin: u32,
    },
    /// The subtree of the next nonterminal of the right-hand side.
    Child,
}

impl LrProduction {
    /// The productions of the nodes that a reduction makes, in pre-order; the first is that of the root.
    pub fn nodes(&self) -> impl Iterator<Item = ProductionId> + '_ {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Node { production, .. } => Some(*production),
            Piece::Child => None,
        })
    }
}

/// A production in the making.
#[derive(Clone, Debug)]
struct Part {
    symbols: Vec<Symbol>,
    pieces: Vec<Piece>,
}

impl Part {
    fn len(&self) -> usize {
        self.symbols.len() + self.pieces.len()
    }
}

/// The nonterminals that may be inlined, each behind those that it holds itself: what LALRPOP inlines, and choices of a
/// token, which LALRPOP's lexer makes without a nonterminal. Those that hold themselves are left out.
pub(crate) fn inlinable(grammar: &Grammar) -> Vec<NonterminalId> {
    let count = grammar.nonterminals.len();
    let may = |n: NonterminalId| {
        let n = &grammar.nonterminals[n.index()];
        n.inline || n.kind == NonterminalKind::Lexeme
    };
    // How many places in each still hold one that is not in the order yet, and who holds whom.
    let mut missing = vec![0u32; count];
    let mut users: Vec<Vec<NonterminalId>> = vec![Vec::new(); count];
    for p in grammar.productions.iter().filter(|p| may(p.nonterminal)) {
        for symbol in &p.symbols {
            if let Symbol::Nonterminal(n) = symbol
                && may(*n)
            {
                missing[p.nonterminal.index()] += 1;
                users[n.index()].push(p.nonterminal);
            }
        }
    }
    let all = (0..count).map(NonterminalId::new);
    let mut order: Vec<NonterminalId> = all.filter(|n| may(*n) && missing[n.index()] == 0).collect();
    let mut at = 0;
    while at < order.len() {
        for user in &users[order[at].index()] {
            missing[user.index()] -= 1;
            if missing[user.index()] == 0 {
                order.push(*user);
            }
        }
        at += 1;
    }
    order
}

/// The productions of the automaton in the order of the grammar's, `inlined` nonterminals (in the order of [`inlinable`])
/// inlined into their users. They have productions too, since a program may be one of them.
pub(crate) fn inline(grammar: &Grammar, inlined: &[NonterminalId]) -> Result<Vec<LrProduction>, GrammarError> {
    let mut parts: Vec<Option<Vec<Part>>> = vec![None; grammar.nonterminals.len()];
    let most = (
        grammar.productions.len() + MAX_INLINED_PRODUCTIONS,
        grammar
            .productions
            .iter()
            .map(|p| 1 + 2 * p.symbols.len())
            .sum::<usize>()
            + MAX_INLINED_SYMBOLS,
    );
    let (mut productions, mut symbols) = (0, 0);
    let mut expanded = |nonterminal: NonterminalId, parts: &[Option<Vec<Part>>]| {
        let mut all = Vec::new();
        for id in grammar.productions_of(nonterminal) {
            let before = all.len();
            expand(grammar, id, parts, &mut all);
            productions += all.len() - before;
            symbols += all[before..].iter().map(Part::len).sum::<usize>();
            if productions > most.0 || symbols > most.1 {
                return Err(too_many(grammar, id));
            }
        }
        Ok(all)
    };
    for &n in inlined {
        let all = expanded(n, &parts)?;
        parts[n.index()] = Some(all);
    }
    let mut result = Vec::new();
    for n in (0..grammar.nonterminals.len()).map(NonterminalId::new) {
        let all = match &parts[n.index()] {
            Some(all) => all.clone(),
            None => expanded(n, &parts)?,
        };
        result.extend(all.into_iter().map(|part| LrProduction {
            nonterminal: n,
            symbols: part.symbols,
            pieces: part.pieces,
        }));
    }
    Ok(result)
}

/// Appends what `production` becomes.
fn expand(grammar: &Grammar, production: ProductionId, parts: &[Option<Vec<Part>>], out: &mut Vec<Part>) {
    let mut open = vec![Part {
        symbols: Vec::new(),
        pieces: vec![Piece::Node { production, begin: 0 }],
    }];
    for &symbol in &grammar.production(production).symbols {
        let inner = match symbol {
            Symbol::TokenClass(_) => None,
            Symbol::Nonterminal(n) => parts[n.index()].as_ref(),
        };
        match inner {
            None => {
                for part in &mut open {
                    part.symbols.push(symbol);
                    if matches!(symbol, Symbol::Nonterminal(_)) {
                        part.pieces.push(Piece::Child);
                    }
                }
            }
            // What is cut off here is too much in any case.
            Some(inner) => {
                let pairs = open
                    .iter()
                    .flat_map(|part| inner.iter().map(move |inner| join(part, inner)));
                open = pairs.take(MAX_INLINED_PRODUCTIONS + 1).collect();
            }
        }
    }
    out.append(&mut open);
}

fn join(part: &Part, inner: &Part) -> Part {
    let offset = part.symbols.len() as u32;
    let moved = inner.pieces.iter().map(|piece| match *piece {
        Piece::Node { production, begin } => Piece::Node {
            production,
            begin: begin + offset,
        },
        Piece::Child => Piece::Child,
    });
    Part {
        symbols: [&part.symbols[..], &inner.symbols].concat(),
        pieces: part.pieces.iter().copied().chain(moved).collect(),
    }
}

fn too_many(grammar: &Grammar, production: ProductionId) -> GrammarError {
    let alternative = grammar.alternative_of(production);
    let span = alternative.offset..alternative.offset + alternative.length;
    let message = "too many optional parts: it cannot be told early enough which of them are there, and this alternative \
                   stands for too many combinations of them";
    let finding = Diagnostic::new(span, message)
        .note(format!(
            "more than {MAX_INLINED_PRODUCTIONS} productions would be needed"
        ))
        .help("begin each optional part with a keyword of its own, or put them into rules of their own");
    GrammarError::new(&grammar.file, &grammar.source, vec![finding])
}
