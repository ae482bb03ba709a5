//! The `.toml` beside a grammar.

use std::path::Path;

use expect_test::{Expect, expect};
use tdf_loader::{CALL_LIMIT, DomainSource, PluginSource, manifest_beside, scope_beside};

use crate::common::{check, write};
use crate::deeds;

const GOOD: &str = "[domain]\nname = \"deeds\"\ngrammar = \"deeds.lalrpop\"\nplugin = \"lib/libdeeds.so\"\n";

/// A folder with a grammar and this text beside it.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "deeds.lalrpop", b"grammar;\npub A = \"a\";\n");
    write(folder.path(), "deeds.toml", text.as_bytes());
    folder
}

fn refused(text: &str, expected: Expect) {
    let folder = folder(text);
    check(
        manifest_beside(&folder.path().join("deeds.lalrpop")),
        folder.path(),
        expected,
    );
}

#[test]
fn what_it_says() {
    let beside = |text: &str| {
        let folder = folder(text);
        let manifest = manifest_beside(&folder.path().join("deeds.lalrpop")).unwrap();
        assert_eq!(manifest.path, folder.path().join("deeds.toml"));
        assert_eq!(manifest.grammar, folder.path().join("deeds.lalrpop"));
        assert_eq!(manifest.name, "deeds");
        let plugin = match manifest.plugin {
            PluginSource::Crate(path) => format!("crate {}", path.display()),
            PluginSource::Library(path) => format!("library {}", path.display()),
            PluginSource::Command { words, processes } => format!("command {words:?}, processes {processes:?}"),
        };
        let plugin = plugin.replace(&*folder.path().to_string_lossy(), "DIR");
        (plugin, manifest.limit, manifest.size)
    };
    assert_eq!(
        beside(GOOD),
        ("library DIR/lib/libdeeds.so".to_owned(), CALL_LIMIT, None)
    );
    let of_crate = GOOD.replace("plugin = \"lib/libdeeds.so\"", "crate = \".\"\nlimit = 90");
    assert_eq!(beside(&of_crate), ("crate DIR/.".to_owned(), 90, None));
    let size = |table: &str| beside(&format!("{GOOD}[size]\n{table}\n")).2.unwrap();
    assert_eq!(size("primitives = [\"Circle\", \"Scene::Quad\"]"), "Circle,Scene::Quad");
    assert_eq!(size("weights = { Circle = 1, Quad = 3 }"), "Circle=1,Quad=3");
    assert_eq!(size("kind = \"nodes\""), "nodes");
    assert_eq!(size("kind = \"tokens\""), "tokens");
}

/// A table `scope` is read without a table `domain`, and in a run folder.
#[test]
fn scopes() {
    const SCOPE: &str = "[scope]\nnames = \"N\"\n";
    let beside = |text: &str| {
        let folder = folder(text);
        scope_beside(&folder.path().join("deeds.lalrpop"))
            .unwrap()
            .map(|(path, text)| {
                assert_eq!(path, folder.path().join("deeds.toml"));
                text
            })
    };
    assert_eq!(beside(SCOPE).as_deref(), Some(SCOPE));
    assert_eq!(beside(GOOD), None);
    let both = format!("{GOOD}{SCOPE}");
    assert_eq!(beside(&both).as_deref(), Some(&*both));
    let both = folder(&both);
    let grammar = both.path().join("deeds.lalrpop");
    assert!(manifest_beside(&grammar).unwrap().scope.is_some());
    write(both.path(), "config.toml", b"[run]\n");
    assert!(manifest_beside(&grammar).is_err());
    assert!(scope_beside(&grammar).unwrap().is_some());
    std::fs::remove_file(both.path().join("deeds.toml")).unwrap();
    assert_eq!(scope_beside(&grammar).unwrap(), None);
    let no_toml = folder("[scope");
    assert!(scope_beside(&no_toml.path().join("deeds.lalrpop")).is_err());
    let alone = folder(SCOPE);
    check(
        manifest_beside(&alone.path().join("deeds.lalrpop")),
        alone.path(),
        expect![
            "DIR/deeds.lalrpop: no built-in domain has this grammar, and no table `domain` in DIR/deeds.toml names its plugin; commands that need no images take a grammar as it is, the others need a plugin: `tdf new` writes one, --plugin LIB names one"
        ],
    );
}

#[test]
fn keys() {
    refused(
        "[domain]\nname = 3\n",
        expect![[r#"
        DIR/deeds.toml: TOML parse error at line 2, column 8
          |
        2 | name = 3
          |        ^
        invalid type: integer `3`, expected a string"#]],
    );
    refused(
        &GOOD.replace("name = \"deeds\"\n", ""),
        expect![[r#"
        DIR/deeds.toml: TOML parse error at line 1, column 1
          |
        1 | [domain]
          | ^^^^^^^^
        missing field `name`"#]],
    );
    refused(
        &GOOD.replace("grammar = \"deeds.lalrpop\"\n", ""),
        expect![[r#"
        DIR/deeds.toml: TOML parse error at line 1, column 1
          |
        1 | [domain]
          | ^^^^^^^^
        missing field `grammar`"#]],
    );
    refused(
        &GOOD.replace("name", "nam"),
        expect![[r#"
            DIR/deeds.toml: TOML parse error at line 2, column 1
              |
            2 | nam = "deeds"
              | ^^^
            unknown field `nam`, expected one of `name`, `grammar`, `crate`, `plugin`, `command`, `processes`, `limit`"#]],
    );
    refused(
        &GOOD.replace("domain", "domian"),
        expect![[r#"
            DIR/deeds.toml: TOML parse error at line 1, column 2
              |
            1 | [domian]
              |  ^^^^^^
            unknown field `domian`, expected one of `domain`, `size`, `scope`"#]],
    );
    refused(
        &format!("{GOOD}limit = -1\n"),
        expect![[r#"
        DIR/deeds.toml: TOML parse error at line 5, column 9
          |
        5 | limit = -1
          |         ^^
        invalid value: integer `-1`, expected u64"#]],
    );
    refused(
        &format!("{GOOD}limit = 0\n"),
        expect!["DIR/deeds.toml: limit: a call may take 1 second or more"],
    );
    refused(
        "[domain\n",
        expect![[r#"
        DIR/deeds.toml: TOML parse error at line 1, column 8
          |
        1 | [domain
          |        ^
        unclosed table, expected `]`"#]],
    );
    refused(
        "",
        expect!["DIR/deeds.toml: it has no table `domain`, which names the plugin, and no table `scope`"],
    );
}

#[test]
fn what_does_not_go_together() {
    refused(
        &format!("{GOOD}crate = \".\"\n"),
        expect![
            "DIR/deeds.toml: the table `domain` needs one of `crate` (a folder with a crate), `plugin` (a shared library) and `command` (a program and its arguments)"
        ],
    );
    refused(
        &GOOD.replace("plugin = \"lib/libdeeds.so\"\n", ""),
        expect![
            "DIR/deeds.toml: the table `domain` needs one of `crate` (a folder with a crate), `plugin` (a shared library) and `command` (a program and its arguments)"
        ],
    );
    refused(
        &GOOD.replace("deeds.lalrpop", "other.lalrpop"),
        expect!["DIR/deeds.toml: it describes the grammar DIR/other.lalrpop, not DIR/deeds.lalrpop"],
    );
}

#[test]
fn sizes() {
    let refused = |table: &str, expected| refused(&format!("{GOOD}[size]\n{table}"), expected);
    refused(
        "",
        expect![
            "DIR/deeds.toml: the table `size` needs one of `primitives`, `weights` and `kind`, and something in it"
        ],
    );
    refused(
        "kind = \"depth\"\n",
        expect!["DIR/deeds.toml: size: depth serves `tdf sample` and `tdf mask` only (--measure depth), not training"],
    );
    refused(
        "kind = \"words\"\n",
        expect![[r#"DIR/deeds.toml: size: kind is "nodes" or "tokens", not "words""#]],
    );
    refused(
        "kind = \"nodes\"\nprimitives = [\"A\"]\n",
        expect![
            "DIR/deeds.toml: the table `size` needs one of `primitives`, `weights` and `kind`, and something in it"
        ],
    );
    refused(
        "primitives = []\n",
        expect![
            "DIR/deeds.toml: the table `size` needs one of `primitives`, `weights` and `kind`, and something in it"
        ],
    );
    refused(
        "weights = {}\n",
        expect![
            "DIR/deeds.toml: the table `size` needs one of `primitives`, `weights` and `kind`, and something in it"
        ],
    );
    refused(
        "primitives = \"A\"\n",
        expect![[r#"
        DIR/deeds.toml: TOML parse error at line 6, column 14
          |
        6 | primitives = "A"
          |              ^^^
        invalid type: string "A", expected a sequence"#]],
    );
    refused(
        "weights = { A = 1.5 }\n",
        expect![[r#"
        DIR/deeds.toml: TOML parse error at line 6, column 17
          |
        6 | weights = { A = 1.5 }
          |                 ^^^
        invalid type: floating point `1.5`, expected u32"#]],
    );
    refused(
        "primitve = [\"A\"]\n",
        expect![[r#"
        DIR/deeds.toml: TOML parse error at line 6, column 1
          |
        6 | primitve = ["A"]
          | ^^^^^^^^
        unknown field `primitve`, expected one of `primitives`, `weights`, `kind`"#]],
    );
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let grammar = write(folder.path(), "deeds.lalrpop", b"grammar;\npub A = \"a\";\n");
    check(
        manifest_beside(&grammar),
        folder.path(),
        expect![
            "DIR/deeds.lalrpop: no built-in domain has this grammar, and no table `domain` in DIR/deeds.toml names its plugin; commands that need no images take a grammar as it is, the others need a plugin: `tdf new` writes one, --plugin LIB names one"
        ],
    );
    write(folder.path(), "deeds.toml", b"[domain]\nname = \"\xff\"\n");
    check(
        manifest_beside(&grammar),
        folder.path(),
        expect!["DIR/deeds.toml: cannot be read: is not a text file: byte 17 is not UTF-8"],
    );
}

/// A run folder is passed on, and so is a `.toml` in it.
#[test]
fn nothing_in_a_run_folder_names_a_plugin() {
    let folder = folder(GOOD);
    let grammar = folder.path().join("deeds.lalrpop");
    assert!(manifest_beside(&grammar).is_ok());
    // A file of the same name that is no run's changes nothing.
    write(folder.path(), "config.toml", b"[tool]\n");
    assert!(manifest_beside(&grammar).is_ok());
    write(folder.path(), "config.toml", b"[run]\n[train]\nsteps = 1\n");
    check(
        manifest_beside(&grammar),
        folder.path(),
        expect![
            "DIR/deeds.lalrpop: no built-in domain has this grammar, and it lies in a run folder. A .toml there names no plugin, since folders are passed on: name the plugin with --plugin LIB, or the grammar file of its crate with --grammar FILE"
        ],
    );
}

/// Finds and opens the plugin in C by a `.toml` with this much more.
fn open(folder: &Path, more: &str) -> Result<String, tdf_loader::LoadError> {
    std::fs::create_dir(folder.join("lib")).unwrap();
    let library = deeds::library(&folder.join("lib"));
    let language = tdf_loader::load_library(&library).unwrap().remove(0);
    let grammar = write(folder, "deeds.lalrpop", language.language().grammar().source.as_bytes());
    write(
        folder,
        "deeds.toml",
        format!("{}{more}", GOOD.replacen("deeds", "bytes", 1)).as_bytes(),
    );
    let source = DomainSource {
        grammar: Some(grammar),
        ..DomainSource::default()
    };
    let domain = tdf_loader::find(&source, &mut |_| ())?.open(&[])?;
    let program = domain.language().parse(domain.start(), "many draw a").unwrap();
    Ok(format!("{} {}", domain.name(), domain.size().of(program.nodes())))
}

#[test]
fn the_plugin_it_names_is_opened() {
    let opened = |more: &str| {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path(), more).map_err(|error| error.to_string().replace(&*folder.path().to_string_lossy(), "DIR"))
    };
    assert_eq!(opened("").unwrap(), "bytes 3");
    // The size that it gives goes before that of the plugin.
    assert_eq!(
        opened("[size]\nweights = { Many = 5, \"Other::Draw\" = 10, Other = 2 }\n").unwrap(),
        "bytes 17"
    );
    assert_eq!(opened("[size]\nkind = \"tokens\"\n").unwrap(), "bytes 3");
    expect!["DIR/deeds.toml: size: the grammar has no alternative or rule `Manny`; did you mean `Many`?"]
        .assert_eq(&opened("[size]\nprimitives = [\"Manny\"]\n").unwrap_err());
    expect!["DIR/deeds.toml: size: infinitely many programs have the same size: `Other+` leads back to `Other+`, and nothing on the way is counted; count `Other` too, or measure nodes or tokens"].assert_eq(&opened("[size]\nprimitives = [\"Many\"]\n").unwrap_err());
}
