//! Checkpoints: what comes back, and what is said of files that are none.

use std::path::Path;
use std::sync::Arc;

use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use tch::Device;
use tdf_decode::{Masks, ProgramTokenizer};
use tdf_domain::Canvas;
use tdf_model::{Checkpoint, CheckpointFault, CheckpointInfo, Model, Weights, digest};
use tdf_tree::{Language, Size};

use crate::setting::{info, model, model_of, narrow, rainbow, tokenizer};

fn saved(folder: &Path) -> std::path::PathBuf {
    let domain = rainbow();
    let file = folder.join("model.safetensors");
    model(&domain, 1).save(&file, &info(&domain)).unwrap();
    file
}

/// What loading `file` says, without the file's name.
fn refused(file: &Path) -> String {
    let domain = rainbow();
    let error = Model::load(file, &tokenizer(&domain), domain.observation_spec(), Device::Cpu).unwrap_err();
    let name = format!("{}: ", file.display());
    error
        .to_string()
        .strip_prefix(&name)
        .expect("a message names its file")
        .to_owned()
}

#[test]
fn what_was_written_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = saved(folder.path());
    let domain = rainbow();
    let (loaded, read) = Model::load(&file, &tokenizer(&domain), domain.observation_spec(), Device::Cpu).unwrap();
    assert_eq!(loaded.flat(), model(&domain, 1).flat());
    assert!(loaded.flat().requires_grad());
    assert_eq!(read, info(&domain));
    assert_eq!(CheckpointInfo::read(&file).unwrap(), info(&domain));

    let bytes = std::fs::read(&file).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(
        tensors.tensor("layers.0.attention.qkv.weight").unwrap().shape(),
        [48, 16]
    );
    // Written again, over the old one: the same bytes, and nothing left beside it.
    loaded.save(&file, &read).unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Half the bytes, and predictions as far off as the rounding of parameters explains.
#[test]
fn rounded_weights() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::metadata(saved(folder.path())).unwrap().len();
    let domain = rainbow();
    let exact = model(&domain, 1);
    for (weights, unit) in [(Weights::Fp16, 2f64.powi(-11)), (Weights::Bf16, 2f64.powi(-8))] {
        let file = folder.path().join(format!("{weights:?}.safetensors"));
        exact.save_as(&file, &info(&domain), weights).unwrap();
        let half = std::fs::metadata(&file).unwrap().len();
        assert!(half < whole * 6 / 10, "{half} of {whole}");
        let (loaded, read) = Model::load(&file, &tokenizer(&domain), domain.observation_spec(), Device::Cpu).unwrap();
        assert_eq!(read, info(&domain));
        let difference = loaded.flat() - exact.flat();
        let bound = exact.flat().abs() * unit + 1e-7;
        assert!(
            difference.abs().le_tensor(&bound).all().int64_value(&[]) == 1,
            "{weights:?}"
        );
        assert_ne!(loaded.flat(), exact.flat());
        // Rounded once, it is rounded.
        loaded.save_as(&file, &read, weights).unwrap();
        let (again, _) = Model::load(&file, &tokenizer(&domain), domain.observation_spec(), Device::Cpu).unwrap();
        assert_eq!(again.flat(), loaded.flat());
    }
    tch::no_grad(|| {
        let _ = exact.flat().shallow_clone().narrow(0, 3, 1).fill_(1e5);
    });
    let file = folder.path().join("large.safetensors");
    let error = exact
        .save_as(&file, &info(&domain), Weights::Fp16)
        .unwrap_err()
        .to_string();
    assert!(
        error.ends_with("a parameter is too large for fp16; bf16 has the range of fp32"),
        "{error}"
    );
    assert!(!file.exists());
}

#[test]
fn the_parts_of_the_paper() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("model.safetensors");
    let domain = rainbow();
    let first = model_of(&narrow(), &domain, 1);
    let said = CheckpointInfo {
        model: narrow(),
        ..info(&domain)
    };
    first.save(&file, &said).unwrap();
    let (loaded, read) = Model::load(&file, &tokenizer(&domain), domain.observation_spec(), Device::Cpu).unwrap();
    assert_eq!((loaded.flat(), read), (first.flat(), said));

    // A checkpoint from before there was a choice.
    let file = saved(folder.path());
    let old = |json: String| {
        let parts = [
            r#""encoder":"grid","attention":"prefix","position":"pointer","#,
            r#","value_apart":false,"current_image":true"#,
        ];
        parts.iter().fold(json, |json, part| {
            assert!(json.contains(part), "{json}");
            json.replace(part, "")
        })
    };
    changed(&file, &old, &|_, _| true);
    assert_eq!(CheckpointInfo::read(&file).unwrap(), info(&domain));

    let file = saved(folder.path());
    changed(&file, &|json| json.replace(r#""grid""#, r#""vit""#), &|_, _| true);
    assert_eq!(
        refused(&file),
        "has broken metadata: unknown variant `vit`, expected `grid` or `nf-resnet26`"
    );
    let file = saved(folder.path());
    changed(&file, &|json| json.replace(r#""grid""#, r#""nf-resnet26""#), &|_, _| {
        true
    });
    assert_eq!(
        refused(&file),
        "model.channels is [8, 8, 8], the encoder nf-resnet26 takes 4 multiples of 4"
    );
}

#[test]
fn files_that_are_no_checkpoints() {
    let folder = tempfile::tempdir().unwrap();
    let file = saved(folder.path());
    let whole = std::fs::read(&file).unwrap();
    let header = 8 + u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    let with = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        let message = refused(&file);
        if let Err(error) = CheckpointInfo::read(&file) {
            assert!(error.to_string().starts_with(&file.display().to_string()), "{error}");
        }
        message
    };
    assert_eq!(
        with(&whole[..whole.len() - 1]),
        "is cut short, or has bytes behind its end"
    );
    assert_eq!(with(&whole[..header]), "is cut short, or has bytes behind its end");
    assert_eq!(with(&whole[..header - 1]), "is not a safetensors file, or is cut short");
    assert_eq!(with(&[]), "is not a safetensors file, or is cut short");
    assert_eq!(
        with(b"\x89PNG\r\n\x1a\n and so on"),
        "is not a safetensors file: header too large"
    );
    assert_eq!(
        with(&[&[2, 0, 0, 0, 0, 0, 0, 0], &b"{}"[..]].concat()),
        "is a safetensors file, but not a checkpoint of tdf"
    );
    assert_eq!(
        refused(folder.path()),
        "cannot be read: is a directory, a file is wanted"
    );
    assert!(refused(&folder.path().join("none")).starts_with("cannot be read: No such file"));
    let missing = folder.path().join("none");
    assert!(CheckpointInfo::read(folder.path()).is_err());
    for error in [
        CheckpointInfo::read(&missing).unwrap_err(),
        Checkpoint::read(&missing).unwrap_err(),
    ] {
        assert_eq!(error.file(), missing);
        let fault = error.fault();
        assert!(
            matches!(
                fault,
                CheckpointFault::Read {
                    kind: std::io::ErrorKind::NotFound,
                    ..
                }
            ),
            "{fault:?}"
        );
    }
}

/// Changes the metadata's JSON or the tensors and writes the file anew, with a digest that fits.
fn changed(file: &Path, json: &dyn Fn(String) -> String, tensors: &dyn Fn(&str, &mut Vec<usize>) -> bool) {
    let bytes = std::fs::read(file).unwrap();
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let metadata = header.metadata().as_ref().unwrap().iter();
    let metadata = metadata
        .map(|(key, value)| (key.clone(), json(unsealed(value))))
        .collect();
    let mut kept = Vec::new();
    for (name, view) in SafeTensors::deserialize(&bytes).unwrap().tensors() {
        let mut shape = view.shape().to_vec();
        if tensors(&name, &mut shape) {
            kept.push((name, shape, view.data()));
        }
    }
    let views = kept
        .iter()
        .map(|(name, shape, data)| (name, TensorView::new(Dtype::F32, shape.clone(), data).unwrap()));
    let mut bytes = safetensors::serialize(views, Some(metadata)).unwrap();
    digest::seal(&mut bytes).unwrap();
    std::fs::write(file, bytes).unwrap();
}

/// The metadata as it is before a digest is written into it.
fn unsealed(json: &str) -> String {
    let key = "\"digest\":\"";
    let at = json.find(key).unwrap() + key.len();
    format!(
        "{}{}{}",
        &json[..at],
        digest::UNSEALED,
        &json[at + digest::UNSEALED.len()..]
    )
}

#[test]
fn checkpoints_that_do_not_fit() {
    let folder = tempfile::tempdir().unwrap();
    let file = saved(folder.path());
    let keep = |_: &str, _: &mut Vec<usize>| true;
    let same = |json: String| json;
    let version = |json: String| json.replace(r#""tdf-format":3"#, r#""tdf-format":7,"new":true"#);
    changed(&file, &version, &keep);
    assert_eq!(
        refused(&file),
        "has format version 7, this program reads version 3: use the tdf that wrote it, or train again"
    );
    let file = saved(folder.path());
    changed(&file, &|json| json.replace(r#""tdf-format":3"#, r#""format":3"#), &keep);
    assert_eq!(refused(&file), "has no format version in its metadata");
    let file = saved(folder.path());
    changed(&file, &|json| json.replace(r#""max_edit_size":2,"#, ""), &keep);
    assert_eq!(refused(&file), "has broken metadata: missing field `max_edit_size`");
    let file = saved(folder.path());
    changed(&file, &|json| json.replace(r#""heads":2"#, r#""heads":3"#), &keep);
    assert_eq!(refused(&file), "model.heads (3) has to divide model.width (16)");
    let file = saved(folder.path());
    changed(&file, &same, &|name, _| name != "norm.bias");
    assert_eq!(refused(&file), "has no tensor `norm.bias`");
    let file = saved(folder.path());
    let transposed = |name: &str, shape: &mut Vec<usize>| {
        if name == "positions" {
            shape.reverse();
        }
        true
    };
    changed(&file, &same, &transposed);
    let message = refused(&file);
    assert!(
        message.starts_with("has a tensor `positions` of F32 [16, 64], the model needs F32 [64, 16]"),
        "{message}"
    );

    let file = saved(folder.path());
    let domain = rainbow();
    let canvas = Canvas {
        width: 128,
        ..domain.canvas().unwrap()
    };
    let error = Model::load(&file, &tokenizer(&domain), canvas, Device::Cpu).unwrap_err();
    assert!(matches!(error.fault(), CheckpointFault::OtherCanvas(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!(
            "{}: was trained for images of 64x64x3 on a background of 255, these are images of 128x64x3 on a background of 255",
            file.display()
        )
    );
}

/// A training may write another file in its place at any moment: the digest and the network are of one and the same.
#[test]
fn a_file_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = saved(folder.path());
    let bytes = std::fs::read(&file).unwrap();
    let domain = rainbow();
    let checkpoint = Checkpoint::read(&file).unwrap();
    model(&domain, 2)
        .save(
            &file,
            &CheckpointInfo {
                step: 13,
                ..info(&domain)
            },
        )
        .unwrap();
    assert_eq!(checkpoint.bytes(), bytes);
    assert_eq!(checkpoint.info(), &info(&domain));
    let loaded = checkpoint
        .model(&tokenizer(&domain), domain.observation_spec(), Device::Cpu)
        .unwrap();
    assert_eq!(loaded.flat(), model(&domain, 1).flat());
}

/// What a byte of a checkpoint is, header and body alike, is known from its digest.
#[test]
fn no_byte_may_be_another() {
    let folder = tempfile::tempdir().unwrap();
    let file = saved(folder.path());
    let whole = std::fs::read(&file).unwrap();
    let header = 8 + u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    let positions = (0..header).step_by(41).chain((header..whole.len()).step_by(1021));
    for (bit, at) in positions.chain([whole.len() - 1]).enumerate() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (bit % 8);
        std::fs::write(&file, flipped).unwrap();
        assert!(!refused(&file).is_empty(), "byte {at}");
    }
    // In the body it is the digest that tells.
    let mut flipped = whole.clone();
    flipped[whole.len() - 1] ^= 1;
    std::fs::write(&file, flipped).unwrap();
    assert_eq!(
        refused(&file),
        "is damaged: its bytes do not have the digest that its metadata names; take another copy, or go on with the run that it \
         is of: `tdf train --resume` writes it anew"
    );
    // A digest is not left out.
    let file = saved(folder.path());
    let text = std::str::from_utf8(&whole[8..header]).unwrap();
    let renamed = text.replace(r#"\"digest\""#, r#"\"digesT\""#);
    assert_ne!(renamed, text);
    std::fs::write(&file, [&whole[..8], renamed.as_bytes(), &whole[header..]].concat()).unwrap();
    assert_eq!(refused(&file), "has broken metadata: missing field `digest`");
}

#[test]
fn parameters_that_are_not_finite() {
    let folder = tempfile::tempdir().unwrap();
    let domain = rainbow();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let broken = model(&domain, 1);
        tch::no_grad(|| {
            let _ = broken.flat().shallow_clone().narrow(0, 7, 1).fill_(value);
        });
        let file = folder.path().join("broken.safetensors");
        for weights in [Weights::Fp32, Weights::Fp16, Weights::Bf16] {
            let error = broken.save_as(&file, &info(&domain), weights).unwrap_err().to_string();
            assert!(
                error.ends_with("cannot be written: a parameter is infinite or not a number"),
                "{error}"
            );
            assert!(!file.exists());
        }
        // A file that another program wrote, with a digest that fits.
        let file = saved(folder.path());
        let mut bytes = std::fs::read(&file).unwrap();
        let at = bytes.len() - 4;
        bytes[at..].copy_from_slice(&(value as f32).to_le_bytes());
        std::fs::write(&file, bytes).unwrap();
        changed(&file, &|json| json, &|_, _| true);
        let error = refused(&file);
        assert!(
            error.starts_with("a parameter is infinite or not a number: ") && error.contains("--resume"),
            "{error}"
        );
    }
}

/// Sizes in the metadata are compared with the tensors that are there, before anything is made of them.
#[test]
fn sizes_that_the_file_does_not_hold() {
    let folder = tempfile::tempdir().unwrap();
    for (size, promised, message) in [
        (r#""layers":2"#, r#""layers":1024"#, "has no tensor `layers.2."),
        (
            r#""layers":2"#,
            r#""layers":65536"#,
            "model.layers = 65536: allowed is 1 to 1024",
        ),
        (r#""width":16,"#, r#""width":4096,"#, "has a tensor `"),
        (
            r#""width":16,"#,
            r#""width":16384,"#,
            "a network of these sizes has 6981847769 parameters: allowed are 2147483648",
        ),
        (
            r#""width":16,"#,
            r#""width":65536,"#,
            "model.width = 65536: allowed is 1 to 16384",
        ),
        (
            r#""context":32"#,
            r#""context":65536"#,
            "has a tensor `positions` of F32 [",
        ),
        (
            r#""channels":[8,8,8]"#,
            r#""channels":[8,1024,1024]"#,
            "has a tensor `encoder.",
        ),
        (
            r#""channels":[8,8,8]"#,
            r#""channels":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"#,
            "model.channels has 17 numbers: allowed are 16",
        ),
        (
            r#""global_tokens":0"#,
            r#""global_tokens":1024"#,
            "has no tensor `global_tokens.",
        ),
        (
            r#""max_edit_size":2"#,
            r#""max_edit_size":4294967295"#,
            "has broken metadata: max_edit_size = 4294967295: allowed is 1 to 256",
        ),
    ] {
        let file = saved(folder.path());
        let exchange = |json: String| {
            assert!(json.contains(size), "{json}");
            json.replace(size, promised)
        };
        changed(&file, &exchange, &|_, _| true);
        let error = refused(&file);
        assert!(error.starts_with(message), "{promised}: {error}");
    }
}

#[test]
fn another_grammar_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = saved(folder.path());
    let source = "grammar;\npub Word: Word = { \"a\" => Word::A, \"b\" => Word::B };\n";
    let grammar = tdf_reader::read_grammar("other.lalrpop", source).unwrap();
    let size = Size::nodes(&grammar);
    let other = grammar.fingerprint[..12].to_owned();
    let language = Arc::new(Language::new(grammar).unwrap());
    let masks = Arc::new(Masks::new(&language, &size).unwrap());
    let tokenizer = ProgramTokenizer::new(language, size, masks);
    let domain = rainbow();
    let error = Model::load(&file, &tokenizer, domain.observation_spec(), Device::Cpu).unwrap_err();
    assert!(matches!(error.fault(), CheckpointFault::OtherGrammar(_)), "{error:?}");
    let ours = &domain.language().grammar().fingerprint[..12];
    assert_eq!(
        error.to_string(),
        format!(
            "{}: was trained for the grammar `rainbow` ({ours}), this is `other` ({other})",
            file.display()
        )
    );
}

/// Linux has a device that is always full; what stands for a disk elsewhere is a folder that does not exist.
#[test]
fn a_failed_write_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = saved(folder.path());
    let before = std::fs::read(&file).unwrap();
    let domain = rainbow();
    let part = folder.path().join("model.safetensors.part");
    #[cfg(target_os = "linux")]
    {
        std::os::unix::fs::symlink("/dev/full", &part).unwrap();
        let error = model(&domain, 2).save(&file, &info(&domain)).unwrap_err();
        let start = format!("{}: cannot be written: No space left on device", file.display());
        assert!(error.to_string().starts_with(&start), "{error}");
        assert_eq!(std::fs::read(&file).unwrap(), before);
        assert!(!part.exists());
    }
    // A folder in the way of the temporary name.
    std::fs::create_dir(&part).unwrap();
    assert!(model(&domain, 2).save(&file, &info(&domain)).is_err());
    assert_eq!(std::fs::read(&file).unwrap(), before);
    let missing = folder.path().join("missing/model.safetensors");
    assert!(model(&domain, 2).save(&missing, &info(&domain)).is_err());
    assert!(tdf_files::write_atomically(&missing, b"x").is_err());
}
