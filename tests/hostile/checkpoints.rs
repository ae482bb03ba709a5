//! Damaged and forged checkpoints, and numbers that promise more than the bytes hold.

use std::path::Path;

use tdf_model::digest;

use crate::attack::{Limits, attack, attack_within, tiny_run};
use crate::tool::TestDir;

const MODEL: &str = "run/checkpoints/model.safetensors";
const STATE: &str = "run/checkpoints/state.safetensors";

/// What libtorch needs and a little more; a number that is believed takes more than that.
const LITTLE: Limits = Limits {
    seconds: 60,
    memory_mib: Some(2048),
};

/// The end of the header of a safetensors file.
fn header(bytes: &[u8]) -> usize {
    8 + u64::from_le_bytes(bytes[..8].try_into().expect("a length")) as usize
}

/// A bit of the header and of the body of both files is another one: whatever reads them refuses them.
#[test]
fn one_wrong_bit() {
    let place = TestDir::new();
    tiny_run(&place);
    for (file, command) in [
        (MODEL, "export --run run --out out"),
        (STATE, "train --domain rainbow --run run --resume --set train.steps=3"),
    ] {
        let whole = std::fs::read(place.path(file)).expect("a checkpoint");
        let (begin, end) = (header(&whole), whole.len());
        for at in [begin / 3, begin + (end - begin) / 2, end - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            place.write(file, &bytes);
            let name = Path::new(file).file_name().expect("a name").to_string_lossy();
            let error = attack(&place, command).fails(1);
            assert!(error.contains(&*name), "byte {at} of {file}: {error}");
            assert!(!place.path("out").exists());
        }
        place.write(file, &whole);
    }
}

/// Exchanges a part of the metadata, and makes the digest fit.
fn forge(file: &Path, from: &str, to: &str) {
    let bytes = std::fs::read(file).expect("a checkpoint");
    let end = header(&bytes);
    let head = std::str::from_utf8(&bytes[8..end]).expect("JSON");
    let key = r#"digest\":\""#;
    let at = head.find(key).expect("a digest") + key.len();
    let mut head = head.to_owned();
    head.replace_range(at..at + digest::UNSEALED.len(), digest::UNSEALED);
    assert!(head.contains(from), "{head}");
    let head = head.replacen(from, to, 1);
    let length = (head.len() as u64).to_le_bytes();
    let mut forged = [&length[..], head.as_bytes(), &bytes[end..]].concat();
    digest::seal(&mut forged).expect("a place for the digest");
    std::fs::write(file, forged).expect("a file that can be written");
}

/// A checkpoint that promises a network of other sizes than it holds costs no more than reading it.
#[test]
fn sizes_that_the_file_does_not_hold() {
    let place = TestDir::new();
    tiny_run(&place);
    let model = place.path(MODEL);
    let whole = std::fs::read(&model).expect("a checkpoint");
    let config = place.read("run/config.toml");
    for (key, before, after) in [
        ("layers", "1", "65536"),
        ("layers", "1", "1024"),
        ("width", "16", "65536"),
        ("width", "16", "4096"),
    ] {
        std::fs::write(&model, &whole).expect("a file that can be written");
        forge(
            &model,
            &format!(r#"\"{key}\":{before},"#),
            &format!(r#"\"{key}\":{after},"#),
        );
        // The configuration beside it says the same.
        let (old, new) = (format!("\n{key} = {before}\n"), format!("\n{key} = {after}\n"));
        assert!(config.contains(&old), "{config}");
        place.write("run/config.toml", config.replacen(&old, &new, 1));
        let error = attack_within(&place, "export --run run --out out", LITTLE).fails(1);
        assert!(
            error.contains("model.safetensors") || error.contains(&format!("model.{key} = {after}: allowed is")),
            "{error}"
        );
    }
    place.write("run/config.toml", &config);
    std::fs::write(&model, &whole).expect("a file that can be written");
    forge(&model, r#"\"max_edit_size\":2,"#, r#"\"max_edit_size\":4294967295,"#);
    let error = attack_within(&place, "export --run run --out out", LITTLE).fails(1);
    assert!(
        error.contains("max_edit_size = 4294967295: allowed is 1 to 256"),
        "{error}"
    );
}

/// The network is not a number: an error that names the file, wherever it is to be used.
#[test]
fn a_network_that_is_not_a_number() {
    let place = TestDir::new();
    tiny_run(&place);
    let mut bytes = std::fs::read(place.path(MODEL)).expect("a checkpoint");
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    place.write(MODEL, bytes);
    forge(&place.path(MODEL), r#"\"step\":2,"#, r#"\"step\":2,"#);
    for command in [
        "export --run run --out out",
        "train --domain rainbow --run other --set train.steps=1 --set train.from=run",
    ] {
        let error = attack(&place, command).fails(1);
        assert!(
            error.contains("model.safetensors") && error.contains("infinite or not a number"),
            "{error}"
        );
    }
}

/// Numbers of the command line and of configurations: each is refused before anything of its size is made.
#[test]
fn numbers_that_nobody_means() {
    let place = TestDir::new();
    tiny_run(&place);
    place.write("empty.png", [0; 16]);
    for set in [
        "train.batch=1048576",
        "noise.steps=4294967295",
        "model.width=65536",
        "model.layers=65536",
        "program.size=1..=4294967295",
    ] {
        let command = format!("train --domain rainbow --run other --set {set}");
        let error = attack_within(&place, &command, LITTLE).fails(1);
        let key = set.split('=').next().unwrap_or_default();
        assert!(error.contains(key) && error.lines().count() == 1, "{set}: {error}");
    }
    for set in ["search.edits_per_program=4294967295", "search.beam=4294967295"] {
        let command = format!("search --run run --target empty.png --set search.method=beam --set {set}");
        let error = attack_within(&place, &command, LITTLE).fails(1);
        assert!(error.contains(": allowed is 1 to "), "{set}: {error}");
    }
    for (command, code) in [
        ("mask --domain rainbow --budget 4294967295 --measure depth", 1),
        ("sample --domain rainbow -n 1 --size 1..=4294967295", 2),
        ("tasks --domain rainbow -n 18446744073709551615", 2),
        ("render --domain csg2d --out out --canvas 4294967295", 1),
        ("mutate --domain rainbow --steps 4294967295", 2),
        ("bench --domain rainbow --seconds nan", 1),
    ] {
        attack_within(&place, command, LITTLE).fails(code);
    }
}

/// Under whatever limit of memory: it works, or there is the one error. The address space is the limit that tests can set.
#[test]
fn every_limit_of_memory() {
    let place = TestDir::new();
    tiny_run(&place);
    let tasks = place.tdf("tasks --domain rainbow -n 2 --size 1..=2").ok();
    place.write("tasks.jsonl", tasks);
    for (number, mib) in [480, 600, 720].into_iter().enumerate() {
        for command in [
            format!(
                "train --domain rainbow --run train-{number} --set train.steps=3 --set evaluate.tasks=4 --set train.batch=512"
            ),
            format!("eval --run run --tasks tasks.jsonl --out eval-{number} --budget 50 --set search.method=beam"),
        ] {
            let limits = Limits {
                seconds: 120,
                memory_mib: Some(mib),
            };
            let ended = attack_within(&place, &command, limits);
            if ended.code != Some(0) {
                assert_eq!(ended.code, Some(1), "{mib} MiB, `{command}`: {}", ended.err);
                assert!(
                    ended.err.contains("too little memory"),
                    "{mib} MiB, `{command}`: {}",
                    ended.err
                );
            }
        }
    }
}
