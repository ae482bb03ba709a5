//! The functions, one by one.

use tdf_domain::FunctionDomain as _;
use tdf_domain::{Options, Value, erase_function_with};
use tdf_lists::Lists;

use crate::{list, value};

#[test]
fn lists_of_one_list() {
    for (text, argument, expected) in [
        ("x0", &[3, -1][..], Some(&[3, -1][..])),
        ("Reverse x0", &[1, 2, 3], Some(&[3, 2, 1])),
        ("Reverse x0", &[], Some(&[])),
        ("Sort x0", &[3, -1, 2, -1], Some(&[-1, -1, 2, 3])),
        ("Map (+1) x0", &[-1, 49], Some(&[0, 50])),
        ("Map (+1) x0", &[1, 50], None),
        ("Map (+1) x0", &[], Some(&[])),
        ("Map (-1) x0", &[0, -49], Some(&[-1, -50])),
        ("Map (-1) x0", &[-50], None),
        ("Map (*2) x0", &[-25, 25], Some(&[-50, 50])),
        ("Map (*2) x0", &[26], None),
        ("Map (/2) x0", &[5, -5, -1, 0], Some(&[2, -3, -1, 0])),
        ("Map (*(-1)) x0", &[5, -50, 0], Some(&[-5, 50, 0])),
        ("Map (**2) x0", &[7, -3], Some(&[49, 9])),
        ("Map (**2) x0", &[8], None),
        ("Map (*3) x0", &[16, -1], Some(&[48, -3])),
        ("Map (/3) x0", &[8, -7, -9], Some(&[2, -3, -3])),
        ("Map (*4) x0", &[12, -2], Some(&[48, -8])),
        ("Map (/4) x0", &[7, -7, -8], Some(&[1, -2, -2])),
        ("Filter (>0) x0", &[1, 0, -1, 2], Some(&[1, 2])),
        ("Filter (<0) x0", &[1, 0, -1, -2], Some(&[-1, -2])),
        ("Filter (%2==0) x0", &[1, 0, -1, -2], Some(&[0, -2])),
        ("Filter (%2==1) x0", &[1, 0, -1, -2, 3], Some(&[1, -1, 3])),
        ("Scanl1 (+) x0", &[1, 2, 3], Some(&[1, 3, 6])),
        ("Scanl1 (-) x0", &[1, 0, 6, 9, 1], Some(&[1, 1, -5, -14, -15])),
        ("Scanl1 (*) x0", &[2, 3, 4], Some(&[2, 6, 24])),
        ("Scanl1 (*) x0", &[2, 30], None),
        ("Scanl1 (*) x0", &[10, 10, 0], None),
        ("Scanl1 (min) x0", &[3, 4, 1, 2], Some(&[3, 3, 1, 1])),
        ("Scanl1 (max) x0", &[3, 4, 1, 5], Some(&[3, 4, 4, 5])),
        ("Scanl1 (+) x0", &[], Some(&[])),
        ("ZipWith (-) x0 Reverse x0", &[1, 2, 5], Some(&[-4, 0, 4])),
        ("Map (/2) Map (*2) x0", &[26], None),
        ("y0 = Sort x0; ZipWith (-) y0 x0", &[2, 1], Some(&[-1, 1])),
        ("y0 = Sort x0; m0 = Head y0; y1 = Drop m0 y0; y1", &[2, 1], Some(&[2])),
        ("y0 = Map (**2) x0; x0", &[8], None),
        ("m0 = Head x0; x0", &[], None),
    ] {
        assert_eq!(
            value(text, &[list(argument)]),
            expected.map(list),
            "{text} of {argument:?}"
        );
    }
}

#[test]
fn numbers_of_one_list() {
    for (text, argument, expected) in [
        ("Head x0", &[3, 1][..], Some(3)),
        ("Head x0", &[], None),
        ("Last x0", &[3, 1], Some(1)),
        ("Last x0", &[], None),
        ("Minimum x0", &[3, -1, 2], Some(-1)),
        ("Minimum x0", &[], None),
        ("Maximum x0", &[-3, -1, -2], Some(-1)),
        ("Maximum x0", &[], None),
        ("Sum x0", &[20, 30], Some(50)),
        ("Sum x0", &[20, 31], None),
        ("Sum x0", &[30, 30, -30], Some(30)),
        ("Sum x0", &[], Some(0)),
        ("Count (>0) x0", &[1, 0, -1, 2], Some(2)),
        ("Count (<0) x0", &[], Some(0)),
        ("Count (%2==0) x0", &[1, 0, -4], Some(2)),
        ("Count (%2==1) x0", &[1, -3, -4], Some(2)),
        ("Access Head x0 x0", &[2, 5, 7], Some(7)),
        ("Access Head x0 x0", &[3, 5, 7], None),
        ("Access Head x0 x0", &[-1, 5, 7], None),
        ("m0 = Sum x0; m0", &[1, 2], Some(3)),
    ] {
        assert_eq!(
            value(text, &[list(argument)]),
            expected.map(Value::Integer),
            "{text} of {argument:?}"
        );
    }
}

#[test]
fn a_number_comes_before_the_list() {
    let items = [4, 5, 6, 7];
    for (count, taken, dropped) in [
        (0, &[][..], &[4, 5, 6, 7][..]),
        (1, &[4], &[5, 6, 7]),
        (4, &[4, 5, 6, 7], &[]),
        (5, &[4, 5, 6, 7], &[]),
        (-1, &[4, 5, 6], &[7]),
        (-4, &[], &[4, 5, 6, 7]),
        (-9, &[], &[4, 5, 6, 7]),
    ] {
        let row = [Value::Integer(count), list(&items)];
        assert_eq!(value("Take n0 x1", &row), Some(list(taken)), "{count}");
        assert_eq!(value("Drop n0 x1", &row), Some(list(dropped)), "{count}");
        let item = usize::try_from(count).ok().and_then(|at| items.get(at));
        assert_eq!(
            value("Access n0 x1", &row),
            item.copied().map(Value::Integer),
            "{count}"
        );
    }
}

#[test]
fn pairs_end_with_the_shorter_list() {
    let row = [list(&[1, 2, 3]), list(&[10, -20])];
    for (operator, expected) in [
        ("(+)", Some(&[11, -18][..])),
        ("(-)", Some(&[-9, 22])),
        ("(*)", Some(&[10, -40])),
        ("(min)", Some(&[1, -20])),
        ("(max)", Some(&[10, 2])),
    ] {
        assert_eq!(value(&format!("ZipWith {operator} x0 x1"), &row), expected.map(list));
    }
    // The numbers that are left out do not fail.
    assert_eq!(
        value("ZipWith (*) x0 x1", &[list(&[1, 50]), list(&[2])]),
        Some(list(&[2]))
    );
    assert_eq!(value("ZipWith (+) x0 x1", &[list(&[1]), list(&[])]), Some(list(&[])));
}

#[test]
fn arguments_of_another_kind_fail() {
    let row = [list(&[1]), Value::Integer(2)];
    for (text, expected) in [
        ("x0", Some(list(&[1]))),
        ("x1", None),
        ("x2", None),
        ("n0", None),
        ("n1", Some(Value::Integer(2))),
        ("n2", None),
        ("Take n1 x0", Some(list(&[1]))),
        ("Take n0 x0", None),
    ] {
        assert_eq!(value(text, &row), expected, "{text}");
    }
}

#[test]
fn arguments_beyond_the_limits_fail() {
    for (argument, expected) in [
        (vec![1; 20], true),
        (vec![1; 21], false),
        (vec![50, -50], true),
        (vec![51], false),
        (vec![i64::MIN, i64::MAX], false),
    ] {
        assert_eq!(value("x0", &[Value::Integers(argument)]).is_some(), expected);
    }
    assert_eq!(value("n0", &[Value::Integer(i64::MIN)]), None);
    assert_eq!(value("n0", &[Value::Integer(-50)]), Some(Value::Integer(-50)));
}

#[test]
fn the_greatest_number_is_an_option() {
    let options = Options::new(Lists::OPTIONS, [("greatest", "10000")]).unwrap();
    let domain = erase_function_with(Lists::default(), options).unwrap();
    let program = domain.language().parse(domain.start(), "Map (**2) x0").unwrap();
    let inputs = tdf_domain::Inputs::new(vec![vec![list(&[100, -99])], vec![list(&[101])]]);
    assert_eq!(
        crate::outputs(&domain, &inputs, &program),
        [Some(list(&[10_000, 9801])), None]
    );
    // Sums of twenty such numbers do not overflow.
    let text = "ZipWith (*) x0 x0";
    let program = domain.language().parse(domain.start(), text).unwrap();
    let inputs = tdf_domain::Inputs::new(vec![vec![list(&[10_000; 20])]]);
    assert_eq!(crate::outputs(&domain, &inputs, &program), [None]);
    assert!(Options::new(Lists::OPTIONS, [("greatest", "10001")]).is_err());
}
