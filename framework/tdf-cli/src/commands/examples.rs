//! Lines that can be typed, for the end of every `--help` and for the manual. A test types them all.

/// What a line does, and the line.
type Example = (&'static str, &'static str);

/// By subcommand.
const EXAMPLES: &[(&str, &[Example])] = &[
    (
        "domains",
        &[
            ("All that is built in", "tdf domains"),
            (
                "Also a language of your own",
                "tdf domains --grammar my-dsl/my-dsl.lalrpop",
            ),
        ],
    ),
    (
        "doctor",
        &[(
            "Is libtorch there, can the GPU be used, can plugins be built?",
            "tdf doctor",
        )],
    ),
    (
        "new",
        &[
            ("A language in the folder my-dsl", "tdf new my-dsl"),
            (
                "One that does not depend on a checkout of tdf",
                "tdf new other-dsl --git https://example.org/tdf.git",
            ),
        ],
    ),
    (
        "check",
        &[
            ("What a grammar means to tdf", "tdf check my-dsl/my-dsl.lalrpop"),
            ("The same for other programs", "tdf check --json my-dsl/my-dsl.lalrpop"),
            (
                "How much random targets of a domain are worth",
                "tdf check --domain csg2d",
            ),
        ],
    ),
    (
        "convert",
        &[
            ("A grammar of Lark in LALRPOP's syntax", "tdf convert calculator.lark"),
            (
                "The same for programs that begin with another rule",
                "tdf convert calculator.lark --start product > product.lalrpop",
            ),
        ],
    ),
    (
        "sample",
        &[
            (
                "Three programs with 2 to 4 boxes and balls",
                "tdf sample --domain rainbow -n 3 --size 2..=4",
            ),
            (
                "Circles three times as often as quads",
                "tdf sample --domain csg2d --size 5 --weighting Circle=3",
            ),
            (
                "Trees of any grammar, five levels deep",
                "tdf sample --grammar my-dsl/my-dsl.lalrpop --measure depth --size 5",
            ),
        ],
    ),
    (
        "parse",
        &[
            (
                "Blanks where they belong",
                "echo '( Ball  red)' | tdf parse --domain rainbow",
            ),
            (
                "Is every line of a file a program?",
                "tdf parse --domain rainbow programs.txt",
            ),
            (
                "A part of a program",
                "echo red | tdf parse --domain rainbow --start Color",
            ),
        ],
    ),
    (
        "mask",
        &[
            (
                "What may come after a bracket if the whole has one shape",
                "tdf mask --domain rainbow --budget 1 '('",
            ),
            (
                "The digits that may follow",
                "tdf mask --domain tinysvg --json '(Rectangle 1'",
            ),
            (
                "The beginning of a program from a pipe",
                "echo '(Arrange h' | tdf mask --domain rainbow --file -",
            ),
        ],
    ),
    (
        "render",
        &[
            (
                "An image of a line",
                "echo '(Arrange h (Ball red) (Box blue))' | tdf render --domain rainbow --out image",
            ),
            (
                "Images of a file's lines, as SVG",
                "tdf render --domain rainbow programs.txt --svg --out images",
            ),
            (
                "Hand-drawn ones",
                "tdf sample --domain csg2d | tdf render --domain csg2d-sketch --sketch --out sketches",
            ),
        ],
    ),
    (
        "mutate",
        &[(
            "Three mutations of every program",
            "tdf mutate --domain rainbow --steps 3 programs.txt",
        )],
    ),
    (
        "path",
        &[
            (
                "From a box to a row of two shapes",
                "tdf path --domain rainbow '(Box red)' '(Arrange h (Ball red) (Box blue))'",
            ),
            (
                "Between two programs that others wrote",
                "tdf sample --domain rainbow -n 2 | tdf path --domain rainbow --file -",
            ),
        ],
    ),
    (
        "tasks",
        &[
            (
                "Images of 2 to 4 shapes",
                "tdf tasks --domain rainbow -n 64 --size 2..=4 > tasks.jsonl",
            ),
            (
                "Images that are harder than 95 % of random ones",
                "tdf tasks --domain csg2d -n 16 --hard 95 > hard.jsonl",
            ),
        ],
    ),
    (
        "train",
        &[
            (
                "Ten minutes on Rainbow",
                "tdf train --domain rainbow --set train.minutes=10 --run runs/rainbow",
            ),
            (
                "Ten more",
                "tdf train --domain rainbow --run runs/rainbow --resume --set train.minutes=20",
            ),
            (
                "A language of your own, which is built first",
                "tdf train --grammar my-dsl/my-dsl.lalrpop --set train.minutes=10",
            ),
        ],
    ),
    (
        "search",
        &[
            (
                "A program that renders to this",
                "tdf search --run runs/rainbow --target images/00000.png",
            ),
            (
                "Several images at once, with a page and animations",
                "tdf search --run runs/rainbow --target images/*.png --out found --gif",
            ),
            (
                "Up to five programs for an image, from this one on",
                "tdf search --run runs/rainbow --target images/00000.png --solutions 5 --start '(Box red)'",
            ),
        ],
    ),
    (
        "studio",
        &[
            (
                "With the shipped networks, from a clone of the repository",
                "tdf studio",
            ),
            (
                "With a network of your own, in the browser at once",
                "tdf studio --run runs/rainbow --open",
            ),
            ("Without a network", "tdf studio --domain csg2d rainbow"),
        ],
    ),
    (
        "eval",
        &[
            (
                "How many images are solved",
                "tdf eval --run runs/rainbow --tasks tasks.jsonl --out eval",
            ),
            (
                "With a beam, over three seeds",
                "tdf eval --run runs/rainbow --tasks tasks.jsonl --method beam --seeds 3 --out eval-beam",
            ),
            (
                "What chance solves",
                "tdf eval --run runs/rainbow --tasks tasks.jsonl --untrained --out eval-untrained",
            ),
        ],
    ),
    (
        "merge",
        &[(
            "The evaluation of all tasks, of the folders of `tdf eval --shard 1/2` and `--shard 2/2`",
            "tdf merge half-1 half-2 --out whole",
        )],
    ),
    (
        "compare",
        &[(
            "The network beside chance: curves, tables, a page",
            "tdf compare eval eval-untrained --out compared",
        )],
    ),
    (
        "experiment",
        &[(
            "Figure 5a of the paper in a quarter of an hour",
            "tdf experiment examples/experiments/fig-5a.toml --minutes 15 --out fig-5a",
        )],
    ),
    (
        "export",
        &[(
            "A network to pass on, with a card",
            "tdf export --run runs/rainbow --out rainbow-fp16",
        )],
    ),
    (
        "bench",
        &[
            (
                "A tenth of a second for each stage",
                "tdf bench --domain rainbow --seconds 0.1",
            ),
            (
                "Training examples by number of threads",
                "tdf bench --domain rainbow --stage data --seconds 0.1",
            ),
        ],
    ),
    (
        "completions",
        &[("Bash, from the next shell on", "tdf completions bash > tdf.bash")],
    ),
    (
        "man",
        &[
            ("A page", "tdf man sample > tdf-sample.1"),
            ("All pages, for `man -M man tdf`", "tdf man --out man/man1"),
        ],
    ),
];

/// The examples of a subcommand.
pub fn of(subcommand: &str) -> &'static [Example] {
    let found = EXAMPLES.iter().find(|(name, _)| *name == subcommand);
    found.map_or(&[], |(_, examples)| examples)
}

/// Puts the examples at the end of the long help of every subcommand.
pub fn teach(command: clap::Command) -> clap::Command {
    command.mut_subcommands(|subcommand| {
        let examples = of(subcommand.get_name());
        if examples.is_empty() {
            return subcommand;
        }
        let mut text = "Examples:".to_owned();
        for (what, line) in examples {
            text.push_str(&format!("\n  {what}:\n    $ {line}"));
        }
        subcommand.after_long_help(text)
    })
}
