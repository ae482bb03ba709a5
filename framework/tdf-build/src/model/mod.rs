//! The typed syntax tree as data: which types there are, and what they hold.

mod cycles;
pub mod hops;
mod naming;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use tdf_grammar::{
    Alternative, AlternativeId, Field, Grammar, Label, NonterminalId, NonterminalKind, ProductionId, Symbol,
    TerminalId, TokenClassId,
};

use crate::Error;
use crate::names::camel;

/// Index of a [`Class`].
pub type ClassId = usize;

/// The types of a grammar.
#[derive(Debug)]
pub struct Model<'g> {
    pub grammar: &'g Grammar,
    pub classes: Vec<Class>,
    /// Class of every nonterminal that is a rule.
    pub class_of: Vec<Option<ClassId>>,
    /// What each alternative becomes.
    pub parts: Vec<Parts>,
    /// Strongly connected components of the classes that hold each other without a `Vec` between: equal numbers are on
    /// one cycle, if they hold each other at all.
    cycles: Vec<usize>,
    /// Whether values of each class can be copied.
    copied: Vec<bool>,
    /// Types of nonterminals and terminals, as far as they have been asked for: most are asked for many times.
    types: Vec<OnceCell<Type>>,
    terminal_types: Vec<OnceCell<Type>>,
    /// Names of the generated types.
    names: BTreeSet<String>,
}

/// A type: the rules that alternatives `=> <>` join. Most have one member.
#[derive(Debug)]
pub struct Class {
    pub name: String,
    /// Rules, in the order of the file; the first names the class.
    pub members: Vec<NonterminalId>,
    /// Their alternatives that make a node in the typed tree; one makes a struct, several an enum.
    pub alternatives: Vec<AlternativeId>,
}

/// What an alternative holds.
#[derive(Debug, Default)]
pub struct Parts {
    /// Name of the variant; empty for `=> <>`.
    pub variant: String,
    /// Data in order.
    pub fields: Vec<Part>,
    /// Whether fields have names.
    pub named: bool,
}

/// A field.
#[derive(Debug)]
pub struct Part {
    /// Name, if the author gave one.
    pub name: Option<String>,
    pub ty: Type,
}

/// A type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A literal.
    Unit,
    /// A terminal whose members are whole numbers: name of the integer type.
    Number(&'static str),
    /// Any other terminal whose members are listed.
    Text,
    /// An open terminal; whether its members are numbers.
    Open {
        numbers: bool,
    },
    Class(ClassId),
    List(Box<Type>),
    /// A literal several times.
    Count,
    Option(Box<Type>),
    /// A literal or nothing.
    Flag,
    Tuple(Vec<Type>),
}

impl<'g> Model<'g> {
    pub fn new(file: &str, grammar: &'g Grammar) -> Result<Self, Error> {
        grammar.require_typed()?;
        let class_of = join(grammar);
        let rules = grammar.nonterminals.iter().filter(|n| n.kind == NonterminalKind::Rule);
        let mut model = Self {
            grammar,
            classes: Vec::new(),
            class_of,
            parts: Vec::new(),
            cycles: Vec::new(),
            copied: Vec::new(),
            types: vec![OnceCell::new(); grammar.nonterminals.len()],
            terminal_types: vec![OnceCell::new(); grammar.terminals.len()],
            names: rules.map(|rule| camel(&rule.name)).collect(),
        };
        model.name_classes(file)?;
        for index in 0..grammar.alternatives.len() {
            let parts = model.parts_of(file, &grammar.alternatives[index])?;
            model.parts.push(parts);
        }
        model.check_variants(file)?;
        model.find_cycles();
        Ok(model)
    }

    /// The only production of an alternative that is not a leaf.
    pub fn production(&self, alternative: AlternativeId) -> ProductionId {
        ProductionId(self.grammar.alternatives[alternative.index()].productions.start)
    }

    /// Whether a generated type has this name.
    pub fn defines(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Type of the values of `nonterminal`.
    pub fn type_of(&self, nonterminal: NonterminalId) -> Type {
        let ty = &self.types[nonterminal.index()];
        ty.get_or_init(|| self.find_type(nonterminal)).clone()
    }

    /// Parts of hidden nonterminals are never those nonterminals themselves: a way back leads through a rule.
    fn find_type(&self, nonterminal: NonterminalId) -> Type {
        let grammar = self.grammar;
        let alternatives = alternatives_of(grammar, nonterminal);
        match grammar.nonterminals[nonterminal.index()].kind {
            NonterminalKind::Rule => self.class_of[nonterminal.index()].map_or(Type::Unit, Type::Class),
            // No value is made of it: it is a part of the text of the whole member.
            NonterminalKind::Suffix => Type::Unit,
            NonterminalKind::Lexeme => {
                let leaf = alternatives.iter().find_map(|a| grammar.alternatives[a.index()].leaf);
                leaf.map_or(Type::Text, |t| self.type_of_terminal(t))
            }
            NonterminalKind::Star | NonterminalKind::Plus => match self.element(nonterminal) {
                Type::Unit => Type::Count,
                element => Type::List(Box::new(element)),
            },
            NonterminalKind::Optional => match self.element(nonterminal) {
                Type::Unit => Type::Flag,
                element => Type::Option(Box::new(element)),
            },
            NonterminalKind::Group => {
                let mut parts = self.raw_parts(&grammar.alternatives[alternatives[0].index()]);
                match parts.len() {
                    0 => Type::Unit,
                    1 => parts.swap_remove(0).ty,
                    _ => Type::Tuple(parts.into_iter().map(|p| p.ty).collect()),
                }
            }
        }
    }

    /// Type of what a repetition repeats.
    fn element(&self, nonterminal: NonterminalId) -> Type {
        let grammar = self.grammar;
        let kind = grammar.nonterminals[nonterminal.index()].kind;
        let symbols = |p: ProductionId| &grammar.production(p).symbols[..];
        let productions = grammar.productions_of(nonterminal).map(symbols);
        let single = productions.filter(|s| s.len() == 1).find_map(|s| s.first().copied());
        match single {
            // `X*` is made of `X+`; `(X+)?` is a list or nothing.
            Some(Symbol::Nonterminal(n)) if kind == NonterminalKind::Star => self.element(n),
            Some(Symbol::Nonterminal(n)) => self.type_of(n),
            Some(Symbol::TokenClass(_)) | None => Type::Unit,
        }
    }

    /// Members of a terminal as integers, if all of them are.
    pub fn numbers(&self, terminal: TerminalId) -> Option<Vec<i128>> {
        let tokens = &self.grammar.terminals[terminal.index()].tokens;
        let number = |text: &str| text.parse::<i128>().ok().filter(|n| n.to_string() == text);
        let numbers: Option<Vec<i128>> = tokens.iter().map(|&t| number(self.grammar.text(t))).collect();
        numbers.filter(|n| integer(n).is_some())
    }

    /// Type of the members of a terminal.
    pub fn type_of_terminal(&self, terminal: TerminalId) -> Type {
        let ty = &self.terminal_types[terminal.index()];
        ty.get_or_init(|| self.find_type_of_terminal(terminal)).clone()
    }

    fn find_type_of_terminal(&self, terminal: TerminalId) -> Type {
        if self.grammar.is_open(terminal) {
            return Type::Open {
                numbers: self.grammar.is_number(terminal),
            };
        }
        self.numbers(terminal)
            .and_then(|n| integer(&n))
            .map_or(Type::Text, Type::Number)
    }

    /// The data of an alternative; nameless ones included.
    fn raw_parts(&self, alternative: &Alternative) -> Vec<Part> {
        if let Some(terminal) = alternative.leaf {
            let name = alternative.fields.first().and_then(|f| f.name.clone());
            return vec![Part {
                name,
                ty: self.type_of_terminal(terminal),
            }];
        }
        let production = ProductionId(alternative.productions.start);
        let part = |field: &Field| {
            let ty = self.kept(production, field.position as usize)?;
            let name = field.name.clone();
            Some(Part { name, ty })
        };
        alternative.fields.iter().filter_map(part).collect()
    }

    /// Type of a symbol of a right-hand side; `None` if it carries no data, even if it was chosen by name: a literal, or a
    /// group of literals.
    pub fn kept(&self, production: ProductionId, position: usize) -> Option<Type> {
        match self.grammar.production(production).symbols.get(position) {
            Some(Symbol::Nonterminal(n)) => Some(self.type_of(*n)).filter(|ty| *ty != Type::Unit),
            _ => None,
        }
    }

    /// Whether the grammar has open terminals. Then there is no LALRPOP parser: it would need a rule for each rest of
    /// a member.
    pub fn has_open_terminals(&self) -> bool {
        self.grammar.end_of_member().is_some()
    }

    /// The nonterminals that values are made of.
    pub fn nonterminals(&self) -> impl Iterator<Item = NonterminalId> + use<'_, 'g> {
        let all = (0..self.grammar.nonterminals.len()).map(NonterminalId::new);
        all.filter(|n| self.grammar.nonterminals[n.index()].kind != NonterminalKind::Suffix)
    }
}

pub fn alternatives_of(grammar: &Grammar, nonterminal: NonterminalId) -> Vec<AlternativeId> {
    grammar.nonterminals[nonterminal.index()]
        .alternatives
        .clone()
        .map(AlternativeId)
        .collect()
}

/// The rule whose value an alternative `=> <>` passes on.
pub fn transparent_child(grammar: &Grammar, alternative: &Alternative) -> Option<NonterminalId> {
    if alternative.label != Label::Transparent || alternative.leaf.is_some() {
        return None;
    }
    let kind = |n: NonterminalId| grammar.nonterminals[n.index()].kind;
    if kind(alternative.nonterminal) != NonterminalKind::Rule {
        return None;
    }
    let production = &grammar.productions[alternative.productions.start as usize];
    let mut nonterminals = alternative
        .fields
        .iter()
        .filter_map(|f| match production.symbols[f.position as usize] {
            Symbol::Nonterminal(n) => Some(n),
            Symbol::TokenClass(_) => None,
        });
    let child = nonterminals.next().filter(|&n| kind(n) == NonterminalKind::Rule);
    child.filter(|_| nonterminals.next().is_none())
}

/// The root of the class of every rule, its first member: rules joined by `=> <>` share one.
fn join(grammar: &Grammar) -> Vec<Option<usize>> {
    let count = grammar.nonterminals.len();
    let mut parent: Vec<usize> = (0..count).collect();
    for alternative in &grammar.alternatives {
        if let Some(child) = transparent_child(grammar, alternative) {
            let a = root(&mut parent, alternative.nonterminal.index());
            let b = root(&mut parent, child.index());
            parent[a.max(b)] = a.min(b);
        }
    }
    let is_rule = |n: usize| grammar.nonterminals[n].kind == NonterminalKind::Rule;
    (0..count).map(|n| is_rule(n).then(|| root(&mut parent, n))).collect()
}

/// The root of `at`; halves the way there for the next time.
fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

/// The smallest integer type that holds all `numbers`.
fn integer(numbers: &[i128]) -> Option<&'static str> {
    let (&low, &high) = (numbers.iter().min()?, numbers.iter().max()?);
    let fits = |min: i128, max: i128| low >= min && high <= max;
    [
        ("u8", 0, u8::MAX.into()),
        ("i8", i8::MIN.into(), i8::MAX.into()),
        ("u16", 0, u16::MAX.into()),
        ("i16", i16::MIN.into(), i16::MAX.into()),
        ("u32", 0, u32::MAX.into()),
        ("i32", i32::MIN.into(), i32::MAX.into()),
        ("u64", 0, u64::MAX.into()),
        ("i64", i64::MIN.into(), i64::MAX.into()),
    ]
    .into_iter()
    .find(|&(_, min, max)| fits(min, max))
    .map(|(name, ..)| name)
}

/// Tokens of one class among the members of a terminal, and the production that makes them.
pub fn leaves(grammar: &Grammar, alternative: &Alternative) -> Vec<(ProductionId, TokenClassId)> {
    alternative
        .productions
        .clone()
        .map(ProductionId)
        .filter_map(|p| match grammar.production(p).symbols[..] {
            [Symbol::TokenClass(token_class)] => Some((p, token_class)),
            _ => None,
        })
        .collect()
}
