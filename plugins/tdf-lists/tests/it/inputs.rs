//! Random inputs, and tasks that show too little.

use std::collections::BTreeSet;

use tdf_domain::{FunctionDomain, Value};
use tdf_lists::Lists;

use crate::{domain, inputs, list};

#[test]
fn random_inputs_fit_the_signature() {
    let domain = domain();
    let (mut columns, mut rows, mut lengths) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for index in 0..2000 {
        let inputs = inputs(&*domain, index);
        Lists::default().signature().check(&inputs).unwrap();
        let kinds = |row: &[Value]| row.iter().map(Value::kind).collect::<Vec<_>>();
        columns.insert(inputs.rows()[0].len());
        rows.insert(inputs.rows().len());
        for row in inputs.rows() {
            assert_eq!(kinds(row), kinds(&inputs.rows()[0]));
            for value in row {
                match value {
                    Value::Integer(number) => assert!((0..=5).contains(number)),
                    Value::Integers(items) => {
                        lengths.insert(items.len());
                        assert!(items.iter().all(|item| (-50..=50).contains(item)));
                    }
                    other => panic!("{other}"),
                }
            }
        }
    }
    assert_eq!(columns, BTreeSet::from([1, 2, 3]));
    assert_eq!(rows, BTreeSet::from([2, 3, 4, 5]));
    assert_eq!(lengths, (0..=10).collect());
    assert_eq!(inputs(&*domain, 3), inputs(&*domain, 3));
}

#[test]
fn rows_differ() {
    let domain = domain();
    let differ = |index: &u64| {
        let inputs = inputs(&*domain, *index);
        inputs.rows().iter().any(|row| *row != inputs.rows()[0])
    };
    assert!((0..2000).filter(differ).count() >= 1990);
}

#[test]
fn tasks_that_show_too_little() {
    let inputs: Vec<Vec<Value>> = [&[1, 2][..], &[], &[5]].map(|items| vec![list(items)]).to_vec();
    for (outputs, expected) in [
        ([Some(&[2, 1][..]), Some(&[]), Some(&[5])], false),
        ([Some(&[1, 2]), Some(&[]), Some(&[5])], true),
        ([Some(&[2, 1]), Some(&[]), None], true),
        ([Some(&[2, 1]), Some(&[]), Some(&[])], true),
        ([Some(&[]), Some(&[]), Some(&[])], true),
        ([Some(&[2]), Some(&[]), Some(&[5])], false),
    ] {
        let outputs = outputs.map(|items| items.map(list));
        assert_eq!(
            Lists::default().is_uninformative(&inputs, &outputs),
            expected,
            "{outputs:?}"
        );
    }
}
