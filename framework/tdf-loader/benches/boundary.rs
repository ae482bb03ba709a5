//! What the boundary of a shared library costs: domains drawn through it beside the same domains linked into this program,
//! and a call into a plugin in C that draws nothing.
//!
//! Without criterion, which compares means of one side with means of the other: what is looked for is far below what the
//! clock rate of a machine and its other work change from one to the next.

#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use tdf_domain::{DynDomain, builtin};
use tdf_loader::{DomainOverrides, build_plugin, load_library, load_this_program};
use tdf_tree::{Sampler, Tree, Weighting, rng_stream};

use tdf_csg2d as _;
use tdf_logo as _;
use tdf_plot as _;
use tdf_rainbow as _;
use tdf_tinysvg as _;
use tdf_words as _;

/// Turns that the two sides of a comparison take.
const ROUNDS: usize = 2000;

/// Programs are drawn this many at a time, other ones each time, as in training: of a few a processor learns the branches by
/// heart.
const SHARE: usize = 64;
const SHARES: usize = 500;

/// A plugin that leaves the image as it is.
const EMPTY: &str = r#"
#include "tdf_plugin.h"
static void *open_empty(const void *c, const tdf_names *n, const char *const *v, const tdf_sink *m)
{ (void)c, (void)v, (void)m; return (void *)n; }
static void canvas(void *d, tdf_canvas *c) { (void)d; c->width = c->height = 64; c->channels = 1; }
static int64_t render(void *d, const tdf_node *n, size_t c, uint8_t *p, size_t bytes, const tdf_sink *m)
{ (void)d, (void)n, (void)c, (void)p, (void)m; return (int64_t)bytes; }
static const tdf_domain domain = {.name = "empty", .grammar_name = "empty", .grammar = "grammar;\npub A = \"a\";\n",
                                  .open = open_empty, .canvas = canvas, .render = render};
static const tdf_table table = {TDF_API, NULL, &domain, 1};
const tdf_table *tdf_plugin(void) { return &table; }
"#;

fn open(library: &Path) -> Arc<dyn DynDomain> {
    let exported = load_library(library).expect("a plugin").remove(0);
    let overrides = DomainOverrides::of(library.to_owned());
    exported.open(&[], &overrides).expect("a domain")
}

fn empty() -> Arc<dyn DynDomain> {
    let folder = tempfile::tempdir().expect("a folder");
    let (source, library) = (folder.path().join("empty.c"), folder.path().join("libempty.so"));
    std::fs::write(&source, EMPTY).expect("a file");
    let built = Command::new("cc")
        .args(["-std=c99", "-O2", "-fPIC", "-shared", "-I"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../tdf-domain/include"))
        .args([Path::new("-o"), &library, &source])
        .status();
    assert!(built.expect("a C compiler").success());
    open(&library)
}

/// Random programs of up to `most` of what the domain counts.
fn programs(domain: &dyn DynDomain, most: u32) -> Vec<Tree> {
    let sampler = Sampler::new(domain.language().grammar(), domain.size(), most, Weighting::Rules);
    let sizes = sampler.feasible(domain.start(), 1..=most).expect("programs");
    (0..(SHARE * SHARES) as u64)
        .map(|index| sampler.sample(domain.start(), &sizes, &mut rng_stream(1, index)))
        .collect()
}

/// Nanoseconds that drawing one program takes, over all programs.
fn time(domain: &dyn DynDomain, programs: &[Tree], image: &mut [u8]) -> f64 {
    let start = Instant::now();
    for program in programs {
        let _ = black_box(domain.render(black_box(program.nodes()), image));
    }
    start.elapsed().as_nanos() as f64 / programs.len() as f64
}

/// Runs `call` with the stack some way further down: where it lies in a page and in a cache line alone changes the time of a
/// render by several times what the boundary takes.
#[inline(never)]
fn lower<T>(frames: usize, call: &mut dyn FnMut() -> T) -> T {
    let frame = black_box([frames; 2]);
    match frames {
        0 => call(),
        _ => lower(black_box(frame)[0] - 1, call),
    }
}

/// The value that a share of the sorted `values` lies below.
fn quantile(values: &[f64], share: f64) -> f64 {
    values[((values.len() - 1) as f64 * share) as usize]
}

/// Compares a domain that is linked into this program with the same one behind the boundary, on programs of up to `most`.
///
/// The two sides take turns of some milliseconds at most, and differences of neighbours are looked at: their median, and its
/// 95 % interval by order statistics.
fn compare(name: &str, most: u32, behind: &str, other: &dyn DynDomain) {
    let linked = builtin(name).expect("it is linked").open().expect("a domain");
    let mut image = vec![0; linked.observation_spec().bytes()];
    let programs = programs(&*linked, most);
    let (mut base, mut differences) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let programs = &programs[round % SHARES * SHARE..][..SHARE];
        let frames = round * 7 % 128;
        let mut run = |domain: &dyn DynDomain| lower(frames, &mut || time(domain, programs, &mut image));
        // Each side brings programs, code and tables of its own into the cache before it counts, and in every second round
        // both change places.
        let (a, b) = if round % 2 == 0 {
            run(other);
            run(&*linked);
            let a = run(&*linked);
            (a, run(other))
        } else {
            run(&*linked);
            run(other);
            let b = run(other);
            (run(&*linked), b)
        };
        base.push(a);
        differences.push(b - a);
    }
    base.sort_by(f64::total_cmp);
    differences.sort_by(f64::total_cmp);
    let half = 0.98 / (ROUNDS as f64).sqrt();
    let [low, middle, high] = [0.5 - half, 0.5, 0.5 + half].map(|share| quantile(&differences, share));
    let base = quantile(&base, 0.5);
    println!(
        "{name:8} {base:9.1} ns; {behind} {middle:+7.1} ns ({low:+.1} to {high:+.1}), {:+.2} % ({:+.2} to {:+.2})",
        100.0 * middle / base,
        100.0 * low / base,
        100.0 * high / base
    );
}

/// Measures a call into a plugin that does nothing.
fn alone() {
    let empty = empty();
    let program = empty.language().parse(empty.start(), "a").expect("a program");
    let programs = vec![program; 1000];
    let mut image = vec![0; empty.observation_spec().bytes()];
    let mut times: Vec<f64> = (0..ROUNDS).map(|_| time(&*empty, &programs, &mut image)).collect();
    times.sort_by(f64::total_cmp);
    let [low, middle, high] = [0.05, 0.5, 0.95].map(|share| quantile(&times, share));
    println!("a call that draws nothing {middle:.1} ns (of 100 times 5 to 95 lie within {low:.1} to {high:.1})");
}

fn main() {
    alone();
    // The same machine code, called directly and through the tables: nothing but the boundary differs.
    for exported in load_this_program().expect("domains") {
        let overrides = DomainOverrides::of("this program".into());
        let other = exported.open(&[], &overrides).expect("a domain");
        compare(exported.name, 8, "the same code behind the boundary", &*other);
    }
    // As a user has it. The same instructions lie at other addresses here, which alone may cost or save a tenth and more:
    // where a loop crosses a cache line.
    for name in ["plot", "logo", "words"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
        let library = build_plugin(&folder, &mut |_| ()).expect("a plugin");
        compare(name, 8, "in a shared library", &*open(&library));
    }
}
