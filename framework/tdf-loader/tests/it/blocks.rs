//! The plugin in plain C, `examples/blocks-c`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use expect_test::expect;
use tdf_domain::{Canvas, DynDomain};
use tdf_loader::{DomainOverrides, DomainSource, load_library};

use crate::common::{self, check};

const SOURCES: [&str; 3] = ["blocks.lalrpop", "blocks.c", "blocks.toml"];

fn example() -> PathBuf {
    common::root().join("examples/blocks-c")
}

/// A copy of the example in `folder`, built without make.
fn build(folder: &Path) {
    for file in SOURCES {
        std::fs::copy(example().join(file), folder.join(file)).unwrap();
    }
    let grammar = std::fs::read_to_string(folder.join("blocks.lalrpop")).unwrap();
    let string: String = grammar
        .lines()
        .map(|line| format!("{:?}\n", format!("{line}\n")))
        .collect();
    std::fs::write(folder.join("blocks.inc"), string).unwrap();
    common::library(&folder.join("blocks.c"), &folder.join("libblocks.so"), &[]);
}

fn open(folder: &Path, options: &[(&str, &str)]) -> Arc<dyn DynDomain> {
    let source = DomainSource {
        grammar: Some(folder.join("blocks.lalrpop")),
        ..DomainSource::default()
    };
    let found = tdf_loader::find(&source, &mut |line| panic!("nothing is to be built: {line}")).unwrap();
    assert_eq!(found.name(), "blocks");
    found.open(options).unwrap()
}

/// What the pixel at `x` and `y` of a block of `width` by `height` shows; `words` begins with the block, and what is
/// behind it is left.
fn pixel<'t>(words: &mut impl Iterator<Item = &'t str>, at: Option<[u32; 4]>) -> Option<[u8; 3]> {
    let colour = |word| match word {
        "black" => [0, 0, 0],
        "blue" => [40, 80, 200],
        "gold" => [240, 190, 40],
        "green" => [40, 150, 70],
        "red" => [210, 50, 40],
        "white" => [255, 255, 255],
        other => panic!("{other} is no colour"),
    };
    match words.next().unwrap() {
        "over" => {
            let top = at
                .filter(|[_, y, _, h]| *y < h / 2)
                .map(|[x, y, w, h]| [x, y, w, h / 2]);
            let bottom = at.filter(|[_, y, _, h]| *y >= h / 2);
            let top = pixel(words, top);
            top.or(pixel(words, bottom.map(|[x, y, w, h]| [x, y - h / 2, w, h - h / 2])))
        }
        "beside" => {
            let left = at
                .filter(|[x, _, w, _]| *x < w / 2)
                .map(|[x, y, w, h]| [x, y, w / 2, h]);
            let right = at.filter(|[x, _, w, _]| *x >= w / 2);
            let left = pixel(words, left);
            left.or(pixel(words, right.map(|[x, y, w, h]| [x - w / 2, y, w - w / 2, h])))
        }
        "frame" => {
            let line = colour(words.next().unwrap());
            let inner = |[x, y, w, h]: &[u32; 4]| *x > 0 && *y > 0 && x + 1 < *w && y + 1 < *h;
            let inside = at.filter(inner).map(|[x, y, w, h]| [x - 1, y - 1, w - 2, h - 2]);
            pixel(words, inside).or(at.map(|_| line))
        }
        word => at.map(|_| colour(word)),
    }
}

/// The image of a program, from its text, pixel by pixel.
fn expected(text: &str, side: u32) -> Vec<u8> {
    let text = text.replace(['(', ')'], " ");
    let mut image = Vec::new();
    for y in 0..side {
        for x in 0..side {
            let pixel = pixel(&mut text.split_whitespace(), Some([x, y, side, side]));
            image.extend(pixel.expect("every pixel has a colour"));
        }
    }
    image
}

fn draw(domain: &dyn DynDomain, nodes: &[tdf_domain::Node]) -> Vec<u8> {
    let mut image = vec![77; domain.observation_spec().bytes()];
    domain.render(nodes, &mut image).unwrap();
    image
}

#[test]
fn images_sizes_and_options() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path());
    for side in [64, 17] {
        let domain = open(folder.path(), &[("side", &side.to_string())]);
        assert_eq!(
            domain.canvas(),
            Some(Canvas {
                width: side,
                height: side,
                channels: 3,
                background: 255
            })
        );
        assert_eq!(domain.options().to_string(), format!("domain.side={side}"));
        assert_eq!(domain.palette()[2], [240, 190, 40]);
        let origin = domain.provenance().map(|from| from.origin.clone());
        assert_eq!(origin, Some(folder.path().join("blocks.lalrpop")));
        for program in common::programs(&*domain, 9, 40) {
            let text = domain.language().print(program.nodes());
            let image = draw(&*domain, program.nodes());
            assert!(image == expected(&text, side), "{text} at {side}");
            let words = text.replace(['(', ')'], " ");
            let counted = |word: &&str| !["over", "beside"].contains(word);
            let frames = words.split_whitespace().filter(|word| *word == "frame").count();
            let size = words.split_whitespace().filter(counted).count() - frames;
            assert_eq!(domain.size().of(program.nodes()) as usize, size, "{text}");
            assert!(domain.solved(tdf_domain::Criterion::default(), &image, &image));
            assert_eq!(
                domain.is_uninformative(&image),
                tdf_domain::PixelTolerance::is_uninformative(&image, 3)
            );
            assert_eq!(domain.svg(program.nodes()), None);
        }
        assert_eq!(domain.faults(), None);
    }
}

/// The canonical form, from its definition: rows of columns instead of columns of rows, wherever there are two of two.
fn rows(text: &str) -> String {
    /// A program as its words; a word with children is a list.
    #[derive(Clone, Debug, PartialEq)]
    enum Block {
        Plain(String),
        Of(String, Vec<Block>),
    }
    use Block::{Of, Plain};

    fn read<'t>(words: &mut impl Iterator<Item = &'t str>) -> Block {
        match words.next().unwrap() {
            "(" => {
                let name = words.next().unwrap().to_owned();
                let parts = vec![read(words), read(words)];
                assert_eq!(words.next(), Some(")"));
                Of(name, parts)
            }
            colour => Plain(colour.to_owned()),
        }
    }
    fn print(block: &Block) -> String {
        match block {
            Plain(colour) => colour.clone(),
            Of(name, parts) => format!("({name} {} {})", print(&parts[0]), print(&parts[1])),
        }
    }
    /// The block with one swap more, the outermost and leftmost first; `None` if there is nothing to swap.
    fn swapped(block: &Block) -> Option<Block> {
        let Of(name, parts) = block else { return None };
        let of = |name: &str, a: &Block, b: &Block| Of(name.to_owned(), vec![a.clone(), b.clone()]);
        if let ("beside", [Of(left, l), Of(right, r)]) = (&**name, &parts[..])
            && left == "over"
            && right == "over"
        {
            return Some(of("over", &of("beside", &l[0], &r[0]), &of("beside", &l[1], &r[1])));
        }
        let first = swapped(&parts[0]).map(|first| of(name, &first, &parts[1]));
        first.or_else(|| swapped(&parts[1]).map(|second| of(name, &parts[0], &second)))
    }

    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let mut block = read(&mut spaced.split_whitespace());
    while let Some(next) = swapped(&block) {
        block = next;
    }
    print(&block)
}

#[test]
fn canonical_programs() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path());
    let domain = open(folder.path(), &[("side", "17")]);
    let language = domain.language();
    let canonical = |nodes: &[tdf_domain::Node]| domain.canonical(nodes).unwrap();
    let mut changed = 0;
    for program in common::programs(&*domain, 14, 400) {
        let text = language.print(program.nodes());
        let form = canonical(program.nodes());
        assert_eq!(language.print(&form), rows(&text), "{text}");
        assert!(draw(&*domain, &form) == draw(&*domain, program.nodes()), "{text}");
        assert_eq!(domain.size().of(&form), domain.size().of(program.nodes()), "{text}");
        assert_eq!(canonical(&form), form, "{text}");
        changed += usize::from(form != program.nodes());
    }
    assert!(changed > 20, "{changed} programs have another form");
    assert_eq!(domain.faults(), None);

    // What networks learn from, where targets are simplified.
    let mut program = language
        .parse(
            domain.start(),
            "(beside (over red blue) (over (frame gold gold) green))",
        )
        .unwrap();
    let image = draw(&*domain, program.nodes());
    tdf_data::simplify(&*domain, &mut program, &image);
    assert_eq!(
        language.print(program.nodes()),
        "(over (beside red gold) (beside blue green))"
    );
}

#[test]
fn many_threads_at_once() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path());
    let domain = open(folder.path(), &[]);
    let programs = common::programs(&*domain, 8, 50);
    let alone: Vec<_> = programs.iter().map(|program| draw(&*domain, program.nodes())).collect();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (domain, programs, alone) = (&domain, &programs, &alone);
            scope.spawn(move || {
                for i in (0..1000).map(|i| (i * 7 + thread * 11) % programs.len()) {
                    assert!(draw(&**domain, programs[i].nodes()) == alone[i], "program {i}");
                }
            });
        }
    });
}

#[test]
fn deep_programs() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path());
    let domain = open(folder.path(), &[]);
    let nested = |depth| format!("{}red{}", "(frame blue ".repeat(depth), ")".repeat(depth));
    let mut image = vec![0; domain.observation_spec().bytes()];
    let mut render = |depth| {
        let program = domain.language().parse(domain.start(), &nested(depth)).unwrap();
        domain.render(program.nodes(), &mut image).map_err(|error| error.0)
    };
    assert_eq!(render(498), Ok(()));
    assert_eq!(
        render(499).unwrap_err(),
        "the program is nested 501 levels deep; programs of at most 500 levels can be drawn"
    );
}

#[test]
fn wrong_options() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path());
    let library = folder.path().join("libblocks.so");
    let exported = load_library(&library).unwrap().remove(0);
    let open = |name, value| exported.open(&[(name, value)], &DomainOverrides::of(library.clone()));
    check(
        open("side", "15"),
        folder.path(),
        expect!["domain.side = 15: allowed is a whole number from 16 to 256"],
    );
    check(
        open("sides", "20"),
        folder.path(),
        expect!["unknown option domain.sides, the nearest is domain.side"],
    );
}

#[test]
fn makefile() {
    if let Err(error) = Command::new("make").arg("--version").output() {
        // `cc` is needed by all tests here, and `make` by this one alone.
        #[expect(clippy::print_stderr, reason = "a test says why it checks nothing")]
        {
            eprintln!("nothing is checked here: `make` does not run: {error}");
        }
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for file in SOURCES.iter().chain(&["Makefile"]) {
        std::fs::copy(example().join(file), folder.path().join(file)).unwrap();
    }
    let make = |target: &str| {
        let output = Command::new("make")
            .arg("-C")
            .arg(folder.path())
            .arg(format!("TDF={}", common::include().display()))
            .arg(target)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    make("libblocks.so");
    let domain = open(folder.path(), &[]);
    let program = domain
        .language()
        .parse(domain.start(), "(over red (beside blue gold))")
        .unwrap();
    assert!(draw(&*domain, program.nodes()) == expected("(over red (beside blue gold))", 64));
    make("clean");
    assert!(!folder.path().join("libblocks.so").exists());
}
