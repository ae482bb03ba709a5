//! Programs as text, as nodes, as typed trees, and what they give.

use tdf_domain::{FunctionDomain, Program, bind, rng_stream};
use tdf_regress::Regress;
use tdf_regress::ast::Formula;

use crate::{domain, programs};

#[test]
fn printed_programs_are_read_again() {
    let domain = domain();
    let language = domain.language();
    for program in programs(&*domain, 3000) {
        let text = language.print(program.nodes());
        assert_eq!(language.parse(domain.start(), &text).as_ref(), Ok(&program), "{text}");
        let written = language.to_written(program.nodes());
        let typed = Formula::from_nodes(&written);
        assert_eq!(typed.to_nodes(), *written, "{text}");
        assert_eq!(text.parse().as_ref(), Ok(&typed), "{text}");
    }
}

#[test]
fn python_has_brackets_and_numpy() {
    let shown = |text: &str| Regress.shown(&text.parse().unwrap()).unwrap();
    assert_eq!(shown("((x1 + 2.5e-20) * sqrt(x2))"), "((x1 + 2.5e-20) * np.sqrt(x2))");
    assert_eq!(shown("pow(neg(x3), inv(square(2)))"), "((-x3) ** (1.0 / (2.0 ** 2)))");
    assert_eq!(shown("tanh((pi * cube(x8)))"), "np.tanh((np.pi * (x8 ** 3)))");
}

#[test]
fn a_size_counts_operators_variables_and_constants() {
    let domain = domain();
    for (text, size) in [
        ("x1", 1),
        ("x3", 1),
        ("1.25e-10", 1),
        ("sqrt(2)", 2),
        ("((x1 * 3.5) + 1)", 5),
    ] {
        let program = domain.language().parse(domain.start(), text).unwrap();
        assert_eq!(domain.size().of(program.nodes()), size, "{text}");
    }
}

#[test]
fn wrong_texts_are_refused() {
    let domain = domain();
    for text in [
        "",
        "x9",
        "x0",
        "-1",
        "1 + 2",
        "(x1 + )",
        "pow(x1)",
        "1e",
        "1.",
        "12345678901234567",
        "sin x1",
    ] {
        assert!(domain.language().parse(domain.start(), text).is_err(), "{text}");
    }
}

#[test]
fn random_programs_run_on_random_tables() {
    let domain = domain();
    let (mut values, mut informative) = (0, 0);
    let all = programs(&*domain, 4000);
    for (index, program) in (0..).zip(&all) {
        let inputs = domain.sample_inputs(&mut rng_stream(7, index));
        let (columns, points) = (inputs.rows()[0].len(), &inputs.rows()[0][0]);
        assert!(inputs.rows().len() == 1 && (1..=4).contains(&columns), "{points}");
        let bound = bind(&domain, &inputs).unwrap();
        let mut observation = bound.observation_spec().blank();
        bound.render(program.nodes(), &mut observation).unwrap();
        values += usize::from(observation[0] != 0);
        informative += usize::from(!bound.is_uninformative(&observation));
        // Constants are programs.
        let suggested = Regress.constants(inputs.rows(), &[]);
        assert_eq!(bound.constants(&observation).len(), suggested.len(), "{suggested:?}");
    }
    assert!(values > 1000 && informative > 500, "{values} {informative}");
}
