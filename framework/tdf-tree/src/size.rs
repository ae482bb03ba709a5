//! Sizes of programs: the paper's sigma (section 3.1).

use tdf_grammar::{Grammar, NonterminalKind, Production, ProductionId, Symbol};

use crate::{Node, names, recursion};

/// An additive size: a weight per production, summed over the nodes of a tree.
///
/// # Examples
///
/// ```
/// use tdf_tree::{Language, Size};
///
/// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
/// let grammar = language.grammar();
/// let program = language.parse(grammar.start, "(Arrange h (Box red) (Ball blue))")?;
/// let of = |size: Size| size.of(program.nodes());
/// assert_eq!(of(Size::nodes(grammar)), 6);
/// assert_eq!(of(Size::tokens(grammar)), 12);
/// assert_eq!(of(Size::weighted(grammar, &[("Scene", 1), ("Arrange", 3)])?), 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    weights: Vec<u32>,
}

/// A size that cannot be used with a grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizeError {
    /// What is wrong and what to do.
    pub message: String,
}

impl std::fmt::Display for SizeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SizeError {}

impl Size {
    /// The greatest weight that a name may have: sizes of real programs then stay far inside `u32`.
    pub const MAX_WEIGHT: u32 = 10_000;

    /// Counts the nodes made by the alternatives with these labels (or by rules of these names): sigma_primitive.
    ///
    /// # Errors
    /// A name that is neither (names the nearest), or a size under which infinitely many programs have size zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_tree::{Language, Size};
    ///
    /// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
    /// let grammar = language.grammar();
    /// let shapes = Size::primitives(grammar, &["Box", "Ball"])?;
    /// let program = language.parse(grammar.start, "(Arrange h (Box red) (Ball blue))")?;
    /// assert_eq!(shapes.of(program.nodes()), 2);
    /// // Infinitely many programs would have size 0.
    /// assert!(Size::primitives(grammar, &["Color"]).is_ok());
    /// assert!(Size::primitives(grammar, &["Bax"]).unwrap_err().message.contains("Bax"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn primitives(grammar: &Grammar, names: &[&str]) -> Result<Self, SizeError> {
        let weights: Vec<(&str, u32)> = names.iter().map(|&name| (name, 1)).collect();
        Self::weighted(grammar, &weights)
    }

    /// Sums `weights` over the alternatives (or rules) they name; the others weigh nothing. A name is that of a rule
    /// (`Number`), the label of an alternative (`Box`), or both (`Scene::Box`); where several names apply to one
    /// alternative, the most specific one holds.
    ///
    /// # Errors
    /// As [`Size::primitives`]; also a weight above [`Size::MAX_WEIGHT`].
    pub fn weighted(grammar: &Grammar, weights: &[(&str, u32)]) -> Result<Self, SizeError> {
        for &(name, weight) in weights {
            if weight > Self::MAX_WEIGHT {
                let message = format!(
                    "the weight of `{name}` is {weight}; the greatest allowed is {}",
                    Self::MAX_WEIGHT
                );
                return Err(SizeError { message });
            }
        }
        let given = names::resolve(grammar, weights).map_err(|message| SizeError { message })?;
        let size = Self {
            weights: given.into_iter().map(Option::unwrap_or_default).collect(),
        };
        recursion::check(grammar, &size.weights).map_err(|message| SizeError { message })?;
        Ok(size)
    }

    /// The size that `text` describes: `nodes`, `tokens`, or names with weights, such as `Circle,Quad=2`; a name without
    /// a weight weighs 1.
    ///
    /// # Errors
    /// As [`Size::weighted`], and weights that are no whole numbers.
    pub fn parse(grammar: &Grammar, text: &str) -> Result<Self, SizeError> {
        match text {
            "nodes" => return Ok(Self::nodes(grammar)),
            "tokens" => return Ok(Self::tokens(grammar)),
            _ => {}
        }
        let weights = names::weights(text, 1u32, |text| text.parse().ok());
        Self::weighted(grammar, &weights.map_err(|message| SizeError { message })?)
    }

    /// Counts all nodes; a member of an open terminal is one, however long.
    pub fn nodes(grammar: &Grammar) -> Self {
        let kind = |p: &Production| grammar.nonterminals[p.nonterminal.index()].kind;
        let weight = |p: &Production| u32::from(kind(p) != NonterminalKind::Suffix);
        Self {
            weights: grammar.productions.iter().map(weight).collect(),
        }
    }

    /// Counts tokens; a member of an open terminal has as many as it has characters. A production that could repeat
    /// without any token would make the grammar ambiguous, so that every grammar with LR tables has finitely many
    /// programs of a number of tokens.
    pub fn tokens(grammar: &Grammar) -> Self {
        let end = grammar
            .end_of_member()
            .map(|end| Symbol::TokenClass(grammar.tokens[end.index()].token_class));
        let counts = |s: &&Symbol| matches!(s, Symbol::TokenClass(_)) && Some(**s) != end;
        let tokens = |symbols: &[Symbol]| symbols.iter().filter(counts).count() as u32;
        Self {
            weights: grammar.productions.iter().map(|p| tokens(&p.symbols)).collect(),
        }
    }

    /// Sums `weights`, one for each production of `grammar`.
    ///
    /// # Errors
    /// Another number of weights, a weight above [`Size::MAX_WEIGHT`], or a size under which infinitely many programs
    /// have size zero.
    pub fn from_weights(grammar: &Grammar, weights: Vec<u32>) -> Result<Self, SizeError> {
        let fail = |message: String| Err(SizeError { message });
        let (given, wanted) = (weights.len(), grammar.productions.len());
        if given != wanted {
            return fail(format!("{given} weights for {wanted} productions"));
        }
        if let Some(at) = weights.iter().position(|&weight| weight > Self::MAX_WEIGHT) {
            let (weight, most) = (weights[at], Self::MAX_WEIGHT);
            return fail(format!(
                "the weight of production {at} is {weight}; the greatest allowed is {most}"
            ));
        }
        let size = Self { weights };
        recursion::check(grammar, &size.weights).map_err(|message| SizeError { message })?;
        Ok(size)
    }

    pub(crate) fn of_weights(weights: Vec<u32>) -> Self {
        Self { weights }
    }

    /// Weight of each production, indexed by its id.
    pub fn weights(&self) -> &[u32] {
        &self.weights
    }

    /// Weight of one production.
    pub fn weight(&self, production: ProductionId) -> u32 {
        self.weights[production.index()]
    }

    /// Size of a subtree.
    pub fn of(&self, nodes: &[Node]) -> u32 {
        nodes.iter().map(|n| self.weights[n.production.index()]).sum()
    }

    /// The least size of a program of each nonterminal.
    pub fn least(&self, grammar: &Grammar) -> Vec<u32> {
        recursion::least(grammar, &self.weights, |_| true)
    }

    /// Sizes of all prefixes of `nodes`: the subtree at `i` has size `out[i + len] - out[i]`.
    pub(crate) fn prefix_sums(&self, nodes: &[Node], out: &mut Vec<u32>) {
        out.clear();
        out.reserve(nodes.len() + 1);
        let mut sum = 0;
        out.push(0);
        for node in nodes {
            sum += self.weights[node.production.index()];
            out.push(sum);
        }
    }
}
