//! A small domain of functions: formulas over two texts.

use std::sync::{Arc, LazyLock};

use tdf_domain::{DynDomain, FunctionDomain, Inputs, Program, Signature, Value, ValueKind, erase_function};
use tdf_tree::{Language, Node, Rng};

/// Literals are few.
pub const CLOSED: bool = false;
/// Literals are many: quoted texts are an open terminal, and there are a hundred numbers.
pub const OPEN: bool = true;

/// The grammar, with the literals given.
macro_rules! grammar {
    ($quoted:literal, $number:literal) => {
        concat!(
            "grammar;\nmatch { r\"[ab]1\" => CELL } else { r\"",
            $quoted,
            "\" => QUOTED, r\"",
            $number,
            "\" => NUMBER, _ }\n",
            r#"
            pub Formula: Formula = {
                <text:Text> => Formula::Text(<>),
                <number:Number> => Formula::Number(<>),
            };
            Text: Text = {
                CELL => Text::Cell(<>),
                QUOTED => Text::Quoted(<>),
                "cat" "(" <first:Text> "," <second:Text> ")" => Text::Cat { <> },
                "left" "(" <text:Text> "," <count:Number> ")" => Text::Left { <> },
                "upper" "(" <text:Text> ")" => Text::Upper { <> },
                "or" "(" <text:Text> "," <otherwise:Text> ")" => Text::Or { <> },
                "if" "(" <left:Number> ">" <right:Number> "," <then:Text> "," <otherwise:Text> ")" => Text::If { <> },
            };
            Number: Number = {
                NUMBER => Number::Constant(<>),
                "len" "(" <text:Text> ")" => Number::Length { <> },
                "find" "(" <wanted:Text> "," <text:Text> ")" => Number::Find { <> },
                "(" <left:Number> "-" <right:Number> ")" => Number::Subtract { <> },
            };
            "#
        )
    };
}

const FEW: &str = grammar!("'[,b]?'", "[0-2]");
const MANY: &str = grammar!("'[a-z ,.]*'", "[0-9]|[1-9][0-9]");

static LANGUAGES: LazyLock<[Language; 2]> = LazyLock::new(|| {
    [FEW, MANY].map(|text| Language::new(tdf_reader::read_grammar("formula.lalrpop", text).unwrap()).unwrap())
});

/// A program, as nodes in pre-order.
#[derive(Debug)]
pub struct Formula<const LITERALS: bool>(Vec<Node>);

impl<const LITERALS: bool> Program for Formula<LITERALS> {
    const GRAMMAR_NAME: &'static str = "formula";
    const GRAMMAR: &'static str = if LITERALS { MANY } else { FEW };

    fn from_nodes(nodes: &[Node]) -> Self {
        Self(nodes.to_vec())
    }
}

/// The domain. What is wrong with it, and the constants that it suggests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Formulas<const LITERALS: bool> {
    /// `left` takes one character more.
    pub is_faulty: bool,
    pub constants: &'static [&'static str],
}

impl<const LITERALS: bool> Formulas<LITERALS> {
    pub fn open(self) -> Arc<dyn DynDomain> {
        erase_function(self).unwrap()
    }

    /// The value of the part at the front of `nodes`, which is passed over. Each part fails by itself.
    fn value(&self, nodes: &mut &[Node], row: &[Value]) -> Option<Value> {
        let grammar = LANGUAGES[usize::from(LITERALS)].grammar();
        let node = nodes[0];
        let part = &nodes[..node.len as usize];
        *nodes = &nodes[node.len as usize..];
        let alternative = grammar.alternative_of(node.production);
        let tdf_grammar::Label::Variant(label) = &alternative.label else {
            unreachable!()
        };
        let mut inner = &part[1..];
        let word = || -> String {
            let tokens = part.iter().filter(|node| node.token != Node::NO_TOKEN);
            tokens.map(|node| grammar.text(node.token)).collect()
        };
        let mut next = || self.value(&mut inner, row);
        let text = |value: Option<Value>| match value {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        };
        let number = |value: Option<Value>| match value {
            Some(Value::Integer(number)) => Some(number),
            _ => None,
        };
        match label.as_str() {
            "Text" if alternative.fields.len() == 1 && !part[1..].is_empty() => next(),
            "Number" => next(),
            "Cell" => row.get(usize::from(word() == "b1")).cloned(),
            "Quoted" => Some(Value::from(word().trim_matches('\''))),
            "Cat" => {
                let (first, second) = (text(next()), text(next()));
                Some(Value::Text(first? + &second?))
            }
            "Left" => {
                let (text, count) = (text(next()), number(next()));
                let count = usize::try_from(count?).ok()? + usize::from(self.is_faulty);
                Some(Value::Text(text?.chars().take(count).collect()))
            }
            "Upper" => Some(Value::Text(text(next())?.to_ascii_uppercase())),
            "Or" => {
                let (value, otherwise) = (next(), next());
                value.or(otherwise)
            }
            "If" => {
                let (left, right) = (number(next()), number(next()));
                let (then, otherwise) = (next(), next());
                if left? > right? { then } else { otherwise }
            }
            "Constant" => Some(Value::Integer(word().parse().ok()?)),
            "Length" => Some(Value::Integer(text(next())?.len() as i64)),
            "Find" => {
                let (wanted, text) = (text(next()), text(next()));
                Some(Value::Integer(text?.find(&wanted?)? as i64 + 1))
            }
            "Subtract" => {
                let (left, right) = (number(next()), number(next()));
                Some(Value::Integer(left? - right?))
            }
            other => unreachable!("{other}"),
        }
    }
}

impl<const LITERALS: bool> FunctionDomain for Formulas<LITERALS> {
    type Program = Formula<LITERALS>;

    const NAME: &'static str = "formula";

    fn signature(&self) -> Signature {
        Signature {
            arguments: (2, 2),
            argument_kinds: &[ValueKind::Text],
            output_kinds: &[ValueKind::Text, ValueKind::Integer],
            max_output: 32,
        }
    }

    fn run(&self, program: &Self::Program, arguments: &[Value]) -> Option<Value> {
        self.value(&mut &program.0[..], arguments)
    }

    fn sample_inputs(&self, _: &mut Rng) -> Vec<Vec<Value>> {
        vec![vec![Value::from("a"), Value::from("b")]]
    }

    fn constants(&self, _: &[Vec<Value>], _: &[Option<Value>]) -> Vec<String> {
        self.constants.iter().map(|text| (*text).to_owned()).collect()
    }
}

/// The inputs with these rows.
pub fn inputs(rows: &[[&str; 2]]) -> Inputs {
    Inputs::new(rows.iter().map(|row| row.map(Value::from).to_vec()).collect())
}

/// The outputs of the program `text` on `inputs`.
pub fn outputs(domain: &Arc<dyn DynDomain>, inputs: &Inputs, text: &str) -> Vec<u8> {
    let bound = tdf_domain::bind(domain, inputs).unwrap();
    let program = domain.language().parse(domain.start(), text).unwrap();
    let mut outputs = bound.observation_spec().blank();
    bound.render(program.nodes(), &mut outputs).unwrap();
    outputs
}
