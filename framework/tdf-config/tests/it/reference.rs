//! The reference of the keys.

use std::path::Path;

use tdf_config::{Config, KeyGroup, key_bounds, reference_page};
use tdf_csg2d as _;
use tdf_rainbow as _;
use tdf_tinysvg as _;

fn rainbow() -> std::sync::Arc<dyn tdf_domain::DynDomain> {
    tdf_domain::builtin("rainbow").unwrap().open().unwrap()
}

fn keys(groups: &[KeyGroup]) -> Vec<String> {
    groups
        .iter()
        .flat_map(|group| &group.keys)
        .map(|key| key.name.clone())
        .collect()
}

/// The dotted keys of TOML, line by line.
fn written(text: &str) -> Vec<String> {
    let mut group = "";
    let mut keys = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            group = name;
        } else if let Some((key, _)) = line.split_once(" = ") {
            keys.push(format!("{group}.{key}"));
        }
    }
    keys
}

#[test]
fn every_key_is_explained() {
    let groups = Config::reference();
    for preset in Config::PRESETS {
        let config = Config::preset(preset).unwrap();
        assert_eq!(keys(&groups), written(&config.to_toml()), "{preset}");
    }
    for group in &groups {
        assert!(group.about.ends_with('.'), "{}: {}", group.name, group.about);
        for key in &group.keys {
            let about = &key.about;
            assert!(about.len() > 8 && about.ends_with('.'), "{}: {about:?}", key.name);
            // Links to the code are of no use to readers.
            assert!(!about.contains("[`") && !about.contains("::"), "{}: {about}", key.name);
            assert!(!key.allowed.is_empty(), "{} takes any value?", key.name);
            assert_eq!(key.defaults.len(), Config::PRESETS.len());
            let words = key.words.iter().map(|(_, meaning)| meaning);
            assert!(
                words.clone().all(|meaning| meaning.ends_with('.')),
                "{}: {:?}",
                key.name,
                key.words
            );
        }
    }
    let names = keys(&groups);
    for bounds in key_bounds() {
        assert!(
            names.iter().any(|name| name == bounds.key),
            "{} has bounds and is no key",
            bounds.key
        );
    }
}

/// The words of a key are those that it takes, and the defaults are values of the presets.
#[test]
fn words_and_defaults_can_be_set() {
    for key in Config::reference().iter().flat_map(|group| &group.keys) {
        let words = key.words.iter().map(|(word, _)| format!("\"{word}\""));
        let defaults = key.defaults.iter().map(|(_, value)| value.clone());
        for value in words.chain(defaults) {
            let set = format!("{}={value}", key.name);
            // What goes together is another matter: each value alone is known.
            let layered = Config::preset("tiny").unwrap().layer(None, std::slice::from_ref(&set));
            assert!(layered.is_ok(), "{set}: {layered:?}");
        }
    }
}

#[test]
fn the_commented_configuration_can_be_fed_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.toml");
    let csg2d = tdf_domain::builtin("csg2d").unwrap();
    for preset in Config::PRESETS {
        let mut config = Config::preset(preset).unwrap().for_domain(&*csg2d.open().unwrap());
        config.train.from = "a\n[train]\n# b \"c\"".to_owned();
        let text = config.to_commented_toml(csg2d.options);
        std::fs::write(&file, &text).unwrap();
        let base = Config::preset("tiny").unwrap().for_domain(&*csg2d.open().unwrap());
        assert_eq!(base.layer(Some(&file), &[]), Ok(config.clone()), "{text}");
        let bare: Vec<&str> = text.lines().filter(|line| !line.starts_with("# ")).collect();
        assert_eq!(
            bare,
            config
                .to_toml()
                .lines()
                .filter(|line| !line.starts_with("# "))
                .collect::<Vec<_>>()
        );
    }
    let tiny = Config::preset("tiny").unwrap().for_domain(&*rainbow());
    let text = tiny.to_commented_toml(&[]);
    let clip = "# Greatest norm of the gradient of a step: a longer gradient is scaled down to it. 0: no clipping.\n";
    assert!(text.contains(clip), "{text}");
    assert!(text.contains("; default 1.0; paper 0.0\nclip = 1.0\n"), "{text}");
    let schedule = "# Course of the learning rate after the warm-up.\n#   \"cosine\": It falls to 0 along a half cosine.\n\
                    #   \"constant\": It stays.\n# default \"cosine\"; paper \"constant\"\nschedule = \"cosine\"\n";
    assert!(text.contains(schedule), "{text}");
}

#[test]
fn the_page_is_not_stale() {
    let mut domains: Vec<_> = tdf_domain::builtins();
    domains.sort_by_key(|domain| domain.name);
    let domains: Vec<_> = domains.iter().map(|domain| (domain.name, domain.options)).collect();
    let page = reference_page(&domains);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        there == page,
        "docs/configuration.md is stale: UPDATE_GOLDEN=1 renews it"
    );
}
