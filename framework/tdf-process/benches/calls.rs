//! What a call costs: of a process in Rust that does nothing, and of a domain in Python. Threads call at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tdf_domain::{DynDomain, Language, Provenance};
use tdf_process::{Command, launch};

const CALLS: u64 = 256;

fn open(grammar: &Path, command: Command, processes: usize) -> Option<Arc<dyn DynDomain>> {
    let text = std::fs::read_to_string(grammar).ok()?;
    let grammar = tdf_reader::read_grammar(&grammar.to_string_lossy(), &text).ok()?;
    let domain = launch(command, processes, Arc::new(Language::new(grammar).ok()?)).ok()?;
    let provenance = Provenance {
        origin: PathBuf::new(),
        library: PathBuf::new(),
        digest: String::new(),
        size: None,
        scope: None,
    };
    domain.open(&[], Arc::clone(domain.language()), None, provenance).ok()
}

fn render(domain: &dyn DynDomain, program: &str, threads: u64) {
    let Ok(program) = domain.language().parse(domain.start(), program) else {
        return;
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut image = vec![0; domain.observation_spec().bytes()];
                for _ in 0..CALLS / threads {
                    assert!(domain.render(program.nodes(), &mut image).is_ok());
                }
            });
        }
    });
}

fn calls(criterion: &mut Criterion) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut group = criterion.benchmark_group("render");
    group.throughput(Throughput::Elements(CALLS)).sample_size(10);
    group
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3));
    let peer = scratch.join("peer.lalrpop");
    let template = scratch.join("my-dsl.lalrpop");
    let written = std::fs::write(
        &peer,
        "grammar;\npub Deed = { \"leaf\" => Deed::Leaf, \"(\" <of:Deed> \")\" => Deed::More { <> } };\n",
    )
    .and_then(|()| std::fs::copy(root.join("../tdf-new/template/my-dsl.lalrpop"), &template))
    .and_then(|_| {
        std::fs::copy(
            root.join("../tdf-new/template-python/my_dsl.py"),
            scratch.join("my_dsl.py"),
        )
    })
    .and_then(|_| std::fs::copy(root.join("python/tdf_serve.py"), scratch.join("tdf_serve.py")));
    assert!(written.is_ok(), "{written:?}");
    let command = |words: &[&str]| Command {
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        folder: scratch.to_owned(),
        limit: 10,
    };
    for processes in [1, 2] {
        let of_peer = open(&peer, command(&[env!("CARGO_BIN_EXE_tdf-process-peer")]), processes);
        let of_python = open(&template, command(&["python3", "my_dsl.py"]), processes);
        let threads = processes as u64;
        for (name, domain, program) in [
            ("a process in Rust, 8 bytes", of_peer, "(leaf)"),
            (
                "Python, 64x64x3, three shapes",
                of_python,
                "(Beside (Tile red) (Above (Disc blue) (Tile green)))",
            ),
        ] {
            // Without an interpreter there is nothing to measure.
            let Some(domain) = domain else { continue };
            group.bench_function(format!("{name}, {processes} processes"), |bencher| {
                bencher.iter(|| render(&*domain, program, threads));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, calls);
criterion_main!(benches);
