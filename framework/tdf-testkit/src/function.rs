//! Programs with inputs: a domain under test, and what tdf relies on beyond its language.

use std::sync::Arc;

use tdf_domain::{
    Canvas, Criterion, Domain, DynDomain, FunctionDomain, Inputs, OptionSpec, Options, Program, RenderError, Value,
    ValueSpec, bind, erase_function,
};
use tdf_grammar::Grammar;
use tdf_tree::{Size, SizeError, Tree, rng_stream};

use crate::Fixture;

/// A [`FunctionDomain`] whose language is tested like that of a [`Domain`]: `Fixture<Function<D>>`.
#[derive(Debug, Default)]
pub struct Function<D>(pub D);

impl<D: FunctionDomain> Domain for Function<D> {
    type Program = D::Program;

    const NAME: &'static str = D::NAME;

    const OPTIONS: &'static [OptionSpec] = D::OPTIONS;

    const SCOPE: &'static str = D::SCOPE;

    fn configure(&mut self, options: &Options) {
        self.0.configure(options);
    }

    fn canvas(&self) -> Canvas {
        Canvas {
            width: 1,
            height: 1,
            channels: 1,
            background: 0,
        }
    }

    /// No check of images is made of a domain without images.
    fn render(&self, _: &D::Program, image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(0);
        Ok(())
    }

    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        self.0.size(grammar)
    }
}

/// Random inputs that programs run on.
const TASKS: u64 = 12;

/// Programs that run on each.
const PROGRAMS: usize = 40;

/// The domain, bound to some random inputs.
fn tasks<D: FunctionDomain + Default>(fixture: &Fixture<Function<D>>) -> Vec<Arc<dyn DynDomain>> {
    let domain = erase_function(D::default()).unwrap_or_else(|error| panic!("{error}"));
    let task = |index| {
        let inputs = domain.inputs_of_seed(fixture.seed.wrapping_add(index));
        bind(&domain, &inputs)
            .unwrap_or_else(|error| panic!("`sample_inputs` gives inputs that programs do not take: {error}"))
    };
    (0..TASKS).map(task).collect()
}

/// The form of outputs.
fn spec(domain: &dyn DynDomain) -> ValueSpec {
    let spec = domain.observation_spec().values();
    spec.unwrap_or_else(|| panic!("a domain of functions gives values"))
}

/// The outputs of a program.
fn outputs(domain: &dyn DynDomain, program: &Tree) -> Vec<u8> {
    let mut outputs = vec![0x55; domain.observation_spec().bytes()];
    let rendered = domain.render(program.nodes(), &mut outputs);
    rendered.unwrap_or_else(|error| panic!("{}: {error}", domain.language().print(program.nodes())));
    outputs
}

/// The outputs of a program, row by row.
fn typed<D: FunctionDomain + Default>(
    fixture: &Fixture<Function<D>>,
    program: &Tree,
    rows: &[Vec<Value>],
) -> Vec<Option<Value>> {
    let program = D::Program::from_nodes(&fixture.language().to_written(program.nodes()));
    rows.iter().map(|row| fixture.typed.0.run(&program, row)).collect()
}

/// Random inputs depend on the random stream alone, are taken by programs, and are not always the same.
pub fn sampled_inputs<D: FunctionDomain + Default>(fixture: &Fixture<Function<D>>) {
    let signature = fixture.typed.0.signature();
    let sampled = |index| Inputs::new(fixture.typed.0.sample_inputs(&mut rng_stream(fixture.seed, index)));
    let again = fixture.again();
    for index in 0..TASKS {
        let inputs = sampled(index);
        if let Err(error) = signature.check(&inputs) {
            panic!("`sample_inputs` gives inputs that `signature` does not allow: {error} {again}");
        }
        assert!(
            sampled(index) == inputs,
            "`sample_inputs` gives other inputs for the same random stream {again}"
        );
    }
}

/// A program gives the same outputs, whenever and in whatever thread it runs, of the kinds that the signature names. Some programs give
/// something, not all give the same, and some targets are worth learning from.
pub fn running<D: FunctionDomain + Default>(fixture: &Fixture<Function<D>>) {
    let again = fixture.again();
    let programs = fixture.programs(fixture.erased.start(), PROGRAMS);
    let (mut given, mut differ, mut informative) = (0, false, 0);
    for task in tasks(fixture) {
        let signature = fixture.typed.0.signature();
        let spec = spec(&*task);
        let first: Vec<Vec<u8>> = programs.iter().map(|program| outputs(&*task, program)).collect();
        let second = std::thread::scope(|scope| {
            let run = || {
                let backwards = programs.iter().rev().map(|program| outputs(&*task, program));
                backwards.collect::<Vec<_>>()
            };
            scope.spawn(run).join().unwrap_or_else(|_| panic!("`run` panics"))
        });
        for ((program, outputs), again_outputs) in programs.iter().zip(&first).zip(second.iter().rev()) {
            let text = || task.language().print(program.nodes());
            assert!(
                outputs == again_outputs,
                "`run` gives other outputs for the same program and inputs: {} {again}",
                text()
            );
            let values = spec.decode(outputs);
            let by_row = typed(fixture, program, task.inputs().rows());
            assert!(
                *outputs == spec.encode(&by_row),
                "`run_rows` gives other outputs than `run`: {} {again}",
                text()
            );
            for value in values.iter().flatten() {
                assert!(
                    signature.output_kinds.contains(&value.kind()),
                    "`run` gives an output of the kind {}, which `signature` does not name: {} {again}",
                    value.kind(),
                    text()
                );
            }
            given += values.iter().flatten().count();
            informative += usize::from(!task.is_uninformative(outputs));
        }
        differ |= first.iter().any(|outputs| *outputs != first[0]);
    }
    let runs = TASKS as usize * PROGRAMS;
    assert!(
        given > 0,
        "every output of {runs} random programs is a failure or too long {again}"
    );
    assert!(differ, "all random programs give the same outputs {again}");
    assert!(
        informative > 0,
        "`is_uninformative` says of the outputs of all {runs} random programs that they show too little to learn from {again}"
    );
}

/// Equal outputs solve each other under every criterion and have distance 0; other distances are finite and greater.
pub fn outputs_compare<D: FunctionDomain + Default>(fixture: &Fixture<Function<D>>) {
    let again = fixture.again();
    let programs = fixture.programs(fixture.erased.start(), PROGRAMS);
    for task in tasks(fixture) {
        let all: Vec<Vec<u8>> = programs.iter().map(|program| outputs(&*task, program)).collect();
        let failure = task.observation_spec().blank();
        for (i, target) in all.iter().enumerate() {
            let text = || task.language().print(programs[i].nodes());
            for (index, name) in task.criteria().iter().enumerate() {
                assert!(
                    task.solved(Criterion::new(index), target, target),
                    "`solved` says that outputs are not those of the target, which is the same, under {name}: {} {again}",
                    text()
                );
            }
            if task.is_uninformative(target) {
                continue;
            }
            for other in [&all[(i + 1) % all.len()], &all[(i + 7) % all.len()], target, &failure] {
                let distance = task.distance(other, target);
                assert!(
                    distance.is_finite() && distance >= 0.0,
                    "`distance` gives {distance}, which has to be finite and not negative; the target: {} {again}",
                    text()
                );
                assert!(
                    (distance == 0.0) == (other == target),
                    "`distance` is {distance}, which has to be 0 for equal outputs and for no others; the target: {} {again}",
                    text()
                );
            }
        }
    }
}

/// Constants are programs; fitted programs are no worse than before; canonical forms give the same outputs, are no larger, and are
/// their own canonical forms; other forms are not empty.
pub fn other_programs<D: FunctionDomain + Default>(fixture: &Fixture<Function<D>>) {
    let again = fixture.again();
    let programs = fixture.programs(fixture.erased.start(), PROGRAMS);
    for task in tasks(fixture).iter().take(5) {
        for (i, program) in programs.iter().enumerate() {
            let text = || task.language().print(program.nodes());
            let here = outputs(&**task, program);
            let target = outputs(&**task, &programs[(i + 1) % programs.len()]);
            let values = spec(&**task).decode(&target);
            let inputs: &[Vec<Value>] = task.inputs().rows();
            for constant in fixture.typed.0.constants(inputs, &values) {
                assert!(
                    task.language().parse(task.start(), &constant).is_ok(),
                    "`constants` gives {constant:?}, which is no program {again}"
                );
            }
            if let (Some(fitted), _) = task.refined(program.nodes(), &target) {
                let [before, after] =
                    [&here, &outputs(&**task, &fitted)].map(|outputs| task.distance(outputs, &target));
                assert!(
                    after <= before,
                    "`refined` makes the distance {before} to {after}: {} {again}",
                    text()
                );
            }
            if let Some(canonical) = task.canonical(program.nodes()) {
                let canonical = Tree::from_nodes(canonical);
                let form = task.language().print(canonical.nodes());
                assert!(
                    outputs(&**task, &canonical) == here,
                    "`canonical` gives a program with other outputs: {} and {form} {again}",
                    text()
                );
                assert!(
                    task.size().of(canonical.nodes()) <= task.size().of(program.nodes()),
                    "`canonical` gives a larger program: {} and {form} {again}",
                    text()
                );
                assert!(
                    task.canonical(canonical.nodes()).as_deref() == Some(canonical.nodes()),
                    "`canonical` gives a program whose canonical form is another one: {} and {form} {again}",
                    text()
                );
            }
            assert!(
                task.shown(program.nodes()).is_none_or(|shown| !shown.is_empty()),
                "`shown` gives an empty text: {} {again}",
                text()
            );
        }
    }
}
