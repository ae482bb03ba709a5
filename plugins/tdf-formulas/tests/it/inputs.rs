//! Random inputs, and constants that examples suggest.

use std::collections::BTreeSet;

use tdf_domain::{FunctionDomain, Inputs, Program, Value};
use tdf_formulas::Formulas;
use tdf_formulas::ast::Formula;

use crate::{domain, inputs, programs};

#[test]
fn random_inputs_fit_the_signature() {
    let domain = domain();
    let mut columns = BTreeSet::new();
    let mut rows = BTreeSet::new();
    for index in 0..2000 {
        let inputs = inputs(&*domain, index);
        Formulas.signature().check(&inputs).unwrap();
        columns.insert(inputs.rows()[0].len());
        rows.insert(inputs.rows().len());
        for value in inputs.rows().iter().flatten() {
            let Value::Text(cell) = value else { panic!("{value}") };
            assert!(cell.len() <= 60, "{cell:?}");
            assert!(!cell.is_empty() || inputs.rows()[0].len() > 1, "{inputs:?}");
            assert!(cell.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{cell:?}");
        }
    }
    assert_eq!(columns, BTreeSet::from([1, 2, 3]));
    assert_eq!(rows, BTreeSet::from([2, 3, 4, 5, 6]));
    assert_eq!(inputs(&*domain, 3), inputs(&*domain, 3));
}

#[test]
fn rows_differ() {
    let domain = domain();
    let differ = |inputs: &Inputs| inputs.rows().iter().any(|row| *row != inputs.rows()[0]);
    assert!((0..2000).filter(|&index| differ(&inputs(&*domain, index))).count() >= 1990);
}

#[test]
fn suggested_constants_are_programs() {
    let domain = domain();
    for (number, program) in programs(&*domain, 2000).iter().enumerate() {
        let inputs = inputs(&*domain, number as u64);
        let typed = Formula::from_nodes(&domain.language().to_written(program.nodes()));
        let outputs: Vec<Option<Value>> = inputs.rows().iter().map(|row| Formulas.run(&typed, row)).collect();
        let constants = Formulas.constants(inputs.rows(), &outputs);
        assert!(constants.len() <= 7 + 16);
        let different: BTreeSet<&String> = constants.iter().collect();
        assert_eq!(different.len(), constants.len(), "{constants:?}");
        for text in &constants {
            let parsed = domain.language().parse(domain.start(), text);
            let tree = parsed.unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(domain.size().of(tree.nodes()), 1, "{text}");
        }
    }
}
