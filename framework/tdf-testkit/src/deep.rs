//! Programs nested beyond all measure.

use tdf_domain::{Domain, MAX_DEPTH, Program, depth};

use crate::Fixture;

/// Programs nested too deeply come back as errors and do not overflow the stack; the deepest that is allowed is drawn.
/// `nested(count)` is the text of a program with `count` constructs inside each other.
///
/// # Panics
/// If they are not refused, or the deepest is.
///
/// # Examples
///
/// ```
/// use tdf_rainbow::Rainbow;
/// use tdf_testkit::{Fixture, deep};
///
/// let nested = |count| format!("{}(Box red){}", "(Arrange h (Box red) ".repeat(count), ")".repeat(count));
/// deep(&Fixture::<Rainbow>::new(), nested);
/// ```
pub fn deep<D: Domain + Default>(fixture: &Fixture<D>, nested: impl Fn(usize) -> String)
where
    D::Program: std::str::FromStr<Err = tdf_domain::ParseError> + std::fmt::Display + std::fmt::Debug,
{
    let parse = |count| match fixture.language().parse(fixture.erased.start(), &nested(count)) {
        Ok(tree) => tree,
        Err(error) => panic!("{error}: {}", nested(count)),
    };
    let levels = |count| depth(fixture.grammar(), parse(count).nodes());
    let (one, far) = (levels(1), 100_000);
    let per_construct = levels(2) - one;
    let tree = parse(far);
    let mut image = vec![0; fixture.erased.observation_spec().bytes()];
    let error = fixture.erased.render(tree.nodes(), &mut image).err();
    let expected = format!(
        "the program is nested {} levels deep; programs of at most {MAX_DEPTH} levels can be drawn",
        one + per_construct * (far as u32 - 1)
    );
    assert_eq!(error.map(|e| e.to_string()), Some(expected));
    assert!(fixture.erased.observe_target(tree.nodes(), 0, &mut image).is_err());
    assert!(fixture.erased.observe_current(tree.nodes(), 0, &mut image).is_err());
    assert!(fixture.erased.svg(tree.nodes()).is_none());
    let refused = nested(far).parse::<D::Program>().map_err(|e| e.message);
    let expected = format!("the program is nested more than {MAX_DEPTH} levels deep");
    assert_eq!(refused.err(), Some(expected));

    let most = 1 + ((MAX_DEPTH - one) / per_construct) as usize;
    let tree = parse(most);
    fixture.render(&tree);
    assert_eq!(
        D::Program::from_nodes(&fixture.language().to_written(tree.nodes())).to_string(),
        fixture.language().print(tree.nodes())
    );
    assert!(nested(most).parse::<D::Program>().is_ok());
    assert!(nested(most + 1).parse::<D::Program>().is_err());
}
