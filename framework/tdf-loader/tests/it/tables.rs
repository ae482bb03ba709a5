//! Libraries that are refused, each with one clear message: `tests/c/table.c` with something wrong in its tables.

use std::path::Path;
use std::sync::Arc;

use expect_test::{Expect, expect};
use tdf_data::piecewise_plan;
use tdf_domain::abi::BUILD;
use tdf_domain::{DynDomain, PartialPrograms};
use tdf_loader::{DomainOverrides, DomainSource, LoadError, load_library};

use crate::common::{self, check, write};

/// Compiles the plugin with these definitions into `plugin.so`.
fn compile(folder: &Path, definitions: &[&str]) {
    let definitions: Vec<String> = definitions.iter().map(|definition| format!("-D{definition}")).collect();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/table.c");
    let flags: Vec<&str> = definitions.iter().map(String::as_str).collect();
    common::library(&source, &folder.join("plugin.so"), &flags);
}

fn open(library: &Path) -> Result<Arc<dyn DynDomain>, LoadError> {
    let exported = load_library(library)?.remove(0);
    exported.open(&[], &DomainOverrides::of(library.to_owned()))
}

/// The plugin with these definitions is refused.
fn refused(definitions: &[&str], expected: Expect) {
    let folder = tempfile::tempdir().unwrap();
    compile(folder.path(), definitions);
    let error = open(&folder.path().join("plugin.so")).expect_err("this should not work");
    // What built these tests differs from machine to machine, and addresses from run to run.
    let message = error.to_string().replace(BUILD, "BUILD");
    let message = match message.split_once(" is 0x") {
        Some((before, after)) => format!(
            "{before} is ADDRESS{}",
            after.trim_start_matches(|c: char| c.is_ascii_hexdigit())
        ),
        None => message,
    };
    expected.assert_eq(&message.replace(&*folder.path().to_string_lossy(), "DIR"));
}

#[test]
fn nothing_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    compile(folder.path(), &[]);
    let domain = open(&folder.path().join("plugin.so")).unwrap();
    assert_eq!(common::render(&*domain, "((a))").unwrap(), [9; 64]);
    // A plugin in Rust says what built it.
    let folder = tempfile::tempdir().unwrap();
    compile(folder.path(), &[&format!("BUILD=\"{BUILD}\"")]);
    open(&folder.path().join("plugin.so")).unwrap();
}

#[test]
fn files_that_are_no_libraries() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text = write(
        folder,
        "text.so",
        b"grammar;\npub A = \"a\";\nand so on, longer than the head of a library is\n",
    );
    check(
        load_library(&text),
        folder,
        expect!["DIR/text.so: no shared library that can be loaded: invalid ELF header"],
    );
    let empty = write(folder, "empty.so", b"");
    check(
        load_library(&empty),
        folder,
        expect!["DIR/empty.so: no shared library that can be loaded: file too short"],
    );
    check(
        load_library(&folder.join("none.so")),
        folder,
        expect!["DIR/none.so: there is no such file"],
    );
    check(
        load_library(folder),
        folder,
        expect!["DIR: this is a directory; a plugin is a shared library"],
    );
    check(
        load_library(Path::new("libc.so.6")),
        folder,
        expect!["libc.so.6: there is no such file"],
    );
}

#[test]
fn other_versions() {
    refused(
        &["API=6", "BUILD=(const char*)1"],
        expect![
            "DIR/plugin.so: it was built for version 6 of the plugin interface, this tdf has version 7: build it again with this version of the framework"
        ],
    );
    refused(
        &[r#"BUILD="tdf 0.0.9, rustc 1.80.0, x86_64-unknown-linux-gnu""#],
        expect![
            "DIR/plugin.so: it was built with `tdf 0.0.9, rustc 1.80.0, x86_64-unknown-linux-gnu`, this tdf with `BUILD`: build it again with the same"
        ],
    );
    refused(
        &[r#"BUILD="\xff""#],
        expect![[r#"DIR/plugin.so: the text `build` is not UTF-8: the byte at offset 0 of "�" is no character"#]],
    );
}

#[test]
fn no_plugins() {
    refused(
        &["NO_SYMBOL"],
        expect![
            "DIR/plugin.so: a shared library, but no plugin of tdf: it exports no function `tdf_plugin` (in Rust `declare_domain!` makes it, in C it stands in tdf_plugin.h)"
        ],
    );
    refused(
        &["TABLE=NULL"],
        expect!["DIR/plugin.so: its `tdf_plugin` returned no table"],
    );
    refused(
        &["DOMAIN_COUNT=0"],
        expect!["DIR/plugin.so: a plugin without a domain (in Rust `declare_domain!` makes one)"],
    );
    refused(
        &["DOMAINS=NULL"],
        expect!["DIR/plugin.so: the table `domains` is null, and its count is 1"],
    );
    refused(
        &["DOMAIN_COUNT=2"],
        expect!["DIR/plugin.so: it has two domains called table"],
    );
}

/// A count or a pointer that cannot be right is not followed.
#[test]
fn counts_and_pointers() {
    refused(
        &["DOMAIN_COUNT=(size_t)-1"],
        expect!["DIR/plugin.so: the table `domains` has the count 18446744073709551615; at most 1024 are allowed"],
    );
    refused(
        &["DOMAIN_COUNT=1025"],
        expect!["DIR/plugin.so: the table `domains` has the count 1025; at most 1024 are allowed"],
    );
    refused(
        &["PALETTE_COUNT=(size_t)1<<60"],
        expect![
            "DIR/plugin.so: the domain table does not open: the table `palette` has the count 1152921504606846976; at most 65536 are allowed"
        ],
    );
    refused(
        &[r#"OPTION={"side", "a", NULL, (const char *const *)(const void *)"words", 0x7fffffff, 0, 0}"#],
        expect![
            "DIR/plugin.so: the domain table: the table `words of the option side` has the count 2147483647; at most 1024 are allowed"
        ],
    );
    refused(
        &["DOMAINS=(const tdf_domain *)((const char *)domains + 4)"],
        expect!["DIR/plugin.so: the pointer `domains` is ADDRESS, which is no multiple of 8"],
    );
    refused(
        &["TABLE=(const tdf_table *)((const char *)&table + 1)"],
        expect!["DIR/plugin.so: the pointer `table` is ADDRESS, which is no multiple of 8"],
    );
}

#[test]
fn what_is_required() {
    refused(&["NAME=NULL"], expect!["DIR/plugin.so: a domain without a name"]);
    refused(
        &["GRAMMAR_NAME=NULL"],
        expect!["DIR/plugin.so: the domain table: it has no `grammar_name`"],
    );
    refused(
        &["GRAMMAR=NULL"],
        expect!["DIR/plugin.so: the domain table: it has no `grammar`"],
    );
    refused(
        &["OPEN=NULL"],
        expect!["DIR/plugin.so: the domain table: it has no function `open`"],
    );
    refused(
        &["CANVAS=NULL"],
        expect!["DIR/plugin.so: the domain table: it has no function `canvas`"],
    );
    refused(
        &["RENDER=NULL"],
        expect!["DIR/plugin.so: the domain table: it has no function `render` or `render_samples`"],
    );
}

#[test]
fn names() {
    refused(
        &[r#"NAME="Table""#],
        expect![[r#"DIR/plugin.so: "Table" is no name of a domain: use lower-case letters, digits, - and _"#]],
    );
    refused(
        &[r#"NAME="""#],
        expect![[r#"DIR/plugin.so: "" is no name of a domain: use lower-case letters, digits, - and _"#]],
    );
    refused(
        &[r#"NAME="\xe4\xf6""#],
        expect![[r#"DIR/plugin.so: the text `name` is not UTF-8: the byte at offset 0 of "��" is no character"#]],
    );
    refused(
        &[r#"GRAMMAR="\xff""#],
        expect![[
            r#"DIR/plugin.so: the domain table: the text `grammar` is not UTF-8: the byte at offset 0 of "�" is no character"#
        ]],
    );
}

#[test]
fn grammars() {
    refused(
        &[r#"GRAMMAR="grammar;\npub A = \"a\" <B>;\n""#],
        expect![[r#"
            DIR/plugin.so: the domain table: its grammar has errors
            table.lalrpop:2:13: error: there is no rule called `B`
              |
            2 | pub A = "a" <B>;
              |             ^^^"#]],
    );
    refused(
        &[r#"GRAMMAR="grammar;\npub A = { <A> \"+\" <A> => Add(<>), \"a\" };\n""#],
        expect![[r#"
            DIR/plugin.so: the domain table: its grammar has errors
            table.lalrpop:2:11: error: ambiguous: `a + a + a` can be read as `(a + a) + a` or as `a + (a + a)`
              |
            2 | pub A = { <A> "+" <A> => Add(<>), "a" };
              |           ^^^^^^^^^^^^^^^^^^^^^^
              |
              = note: after `a + a` and before `+`, either this is complete: A = A "+" A
              = note: or this goes on at the dot: A = A . "+" A
              = help: put brackets or a keyword around one of the two, or use #[precedence] and #[assoc] if they are operators"#]],
    );
    refused(
        &[r#"GRAMMAR="""#],
        expect![[r#"
            DIR/plugin.so: the domain table: its grammar has errors
            table.lalrpop:1:1: error: expected `grammar;`, found the end of the file
              |
            1 |
              | ^
              |
              = help: a grammar file begins with the line `grammar;`"#]],
    );
}

#[test]
fn fingerprints() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    compile(folder, &[r#"FINGERPRINT="0123""#]);
    let library = folder.join("plugin.so");
    let grammar = "grammar;\npub A = { \"a\" => A::End, \"(\" <A> \")\" => A::More(<>) };\n";
    let fingerprint = |text: &str| tdf_reader::read_grammar("table.lalrpop", text).unwrap().fingerprint;
    let hidden = |error: LoadError| error.to_string().replace(&fingerprint(grammar), "FINGERPRINT");
    let message = hidden(load_library(&library).unwrap_err()).replace(&*folder.to_string_lossy(), "DIR");
    expect!["DIR/plugin.so: the domain table: its grammar has the fingerprint 0123 in the plugin and FINGERPRINT in this tdf: build the plugin again with this version of the framework"].assert_eq(&message);

    // A file with another grammar than the library.
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    compile(folder, &[]);
    let library = folder.join("plugin.so");
    let find = |text: &str| {
        let path = write(folder, "file.lalrpop", text.as_bytes());
        let source = DomainSource {
            grammar: Some(path),
            plugin: Some(library.clone()),
            ..DomainSource::default()
        };
        tdf_loader::find(&source, &mut |_| ()).map(|found| found.name())
    };
    assert_eq!(find(&format!("// A remark.\n{grammar}")).unwrap(), "table");
    let other = grammar.replace("More", "Further");
    let message = hidden(find(&other).unwrap_err()).replace(&fingerprint(&other), "OTHER");
    expect!["DIR/file.lalrpop has the fingerprint OTHER, the grammar inside DIR/plugin.so has FINGERPRINT: the plugin was built from another text; build it again from this file"].assert_eq(&message.replace(&*folder.to_string_lossy(), "DIR"));
}

#[test]
fn options_and_palettes() {
    let option = |fields: &str, expected| refused(&[&format!("OPTION={{{fields}}}")], expected);
    option(
        r#"NULL, "8", NULL, NULL, 0, 1, 64"#,
        expect!["DIR/plugin.so: the domain table: an option has no name"],
    );
    option(
        r#""Side", "8", NULL, NULL, 0, 1, 64"#,
        expect![[
            r#"DIR/plugin.so: the domain table: "Side" is no name of an option: use lower-case letters, digits, - and _"#
        ]],
    );
    option(
        r#""side", NULL, NULL, NULL, 0, 1, 64"#,
        expect!["DIR/plugin.so: the domain table: the option side has no default"],
    );
    option(
        r#""side", "65", NULL, NULL, 0, 1, 64"#,
        expect![
            "DIR/plugin.so: the domain table: the default of an option is not allowed: domain.side = 65: allowed is a whole number from 1 to 64"
        ],
    );
    option(
        r#""side", "8", NULL, NULL, 2, 0, 0"#,
        expect!["DIR/plugin.so: the domain table: the table `words of the option side` is null, and its count is 2"],
    );
    refused(
        &["PALETTE_COUNT=3"],
        expect!["DIR/plugin.so: the domain table does not open: the table `palette` is null, and its count is 3"],
    );
}

/// A grammar with programs that can grow.
const PAIRS: &str = r#"GRAMMAR="grammar;\npub A = { \"a\" => A::End, \"(\" <A> <A> \")\" => A::Pair(<>) };\n""#;

#[test]
fn growths() {
    let domain = |definitions: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        compile(folder.path(), &[&[PAIRS], definitions].concat());
        open(&folder.path().join("plugin.so")).unwrap()
    };
    let still = domain(&[]);
    assert_eq!(still.partial_programs(), None);
    assert!(piecewise_plan(&*still, 3).is_err());

    let growing = domain(&[r#"PARTIAL_PROGRAMS={"Pair", 0, 1, 1}"#]);
    let growth = PartialPrograms {
        alternative: "Pair",
        partial: 0,
        piece: 1,
        size: 1,
    };
    assert_eq!(growing.partial_programs(), Some(growth));
    let plan = piecewise_plan(&*growing, 3).unwrap();
    let program = growing.language().parse(growing.start(), "(((a a) a) a)").unwrap();
    assert_eq!(plan.split(&program).len(), 4);
    assert_eq!(plan.build(&plan.split(&program)), Some(program));

    let lost = domain(&[r#"PARTIAL_PROGRAMS={"Triple", 0, 1, 1}"#]);
    assert_eq!(
        piecewise_plan(&*lost, 3).unwrap_err().0,
        "table: how partial programs grow: `Triple` is no alternative of the start symbol"
    );
    refused(
        &["PARTIAL_PROGRAMS={NULL, 0, 1, 1}"],
        expect!["DIR/plugin.so: the domain table does not open: its `partial_programs` names no alternative"],
    );
}

#[test]
fn signatures() {
    let with = |more: &[&str], expected: Expect| {
        let whole = ["SIGNATURE=signature", "BIND=bind", "SAMPLE_INPUTS=sample_inputs"];
        refused(&[&whole, more].concat(), expected);
    };
    let folder = tempfile::tempdir().unwrap();
    compile(
        folder.path(),
        &[
            "SIGNATURE=signature",
            "BIND=bind",
            "SAMPLE_INPUTS=sample_inputs",
            "CANVAS=NULL",
        ],
    );
    let domain = open(&folder.path().join("plugin.so")).unwrap();
    assert_eq!(
        (domain.canvas(), domain.signature().map(|s| s.arguments)),
        (None, Some((1, 1)))
    );
    refused(
        &["SIGNATURE=signature"],
        expect!["DIR/plugin.so: the domain table: it has no function `bind`, and has `signature`"],
    );
    refused(
        &["SIGNATURE=signature", "BIND=bind"],
        expect!["DIR/plugin.so: the domain table: it has no function `sample_inputs`, and has `signature`"],
    );
    with(
        &["RENDER=NULL"],
        expect!["DIR/plugin.so: the domain table: it has no function `render` or `render_samples`"],
    );
    with(
        &["SIGNED={2, 1, 2, 2, 1, 8}"],
        expect![
            "DIR/plugin.so: the domain table does not open: its programs take 2 to 1 arguments; the greatest number has to be 1 to 64, and not below the least"
        ],
    );
    with(
        &["SIGNED={0, 0, 2, 2, 1, 8}"],
        expect![
            "DIR/plugin.so: the domain table does not open: its programs take 0 to 0 arguments; the greatest number has to be 1 to 64, and not below the least"
        ],
    );
    with(
        &["SIGNED={1, 65, 2, 2, 1, 8}"],
        expect![
            "DIR/plugin.so: the domain table does not open: its programs take 1 to 65 arguments; the greatest number has to be 1 to 64, and not below the least"
        ],
    );
    with(
        &["SIGNED={1, 1, 0, 2, 1, 8}"],
        expect![
            "DIR/plugin.so: the domain table does not open: the kinds of its arguments are the bits 0x0, which name no kinds of values"
        ],
    );
    with(
        &["SIGNED={1, 1, 2, 65, 1, 8}"],
        expect![
            "DIR/plugin.so: the domain table does not open: the kinds of its outputs are the bits 0x41, which name no kinds of values"
        ],
    );
    with(
        &["SIGNED={1, 1, 2, 2, 2, 8}"],
        expect![
            "DIR/plugin.so: the domain table does not open: the usual kind of its outputs is 2, which is not among their kinds"
        ],
    );
    with(
        &["SIGNED={1, 1, 2, 2, 1, 0}"],
        expect![
            "DIR/plugin.so: the domain table does not open: its longest output has 0 bytes; allowed are 1 to 65535"
        ],
    );
    with(
        &["SIGNED={1, 1, 2, 2, 1, 65536}"],
        expect![
            "DIR/plugin.so: the domain table does not open: its longest output has 65536 bytes; allowed are 1 to 65535"
        ],
    );
}

#[test]
fn canvases() {
    refused(
        &["FORM={0, 8, 1, 0}"],
        expect![
            "DIR/plugin.so: the domain table does not open: its canvas has 0x8 pixels, 1 channels and the background 0; allowed are 1 to 4096 pixels a side, 1 or 3 channels and a background of 0 to 255"
        ],
    );
    refused(
        &["FORM={8, 1000000000, 1, 0}"],
        expect![
            "DIR/plugin.so: the domain table does not open: its canvas has 8x1000000000 pixels, 1 channels and the background 0; allowed are 1 to 4096 pixels a side, 1 or 3 channels and a background of 0 to 255"
        ],
    );
    refused(
        &["FORM={8, 8, 2, 0}"],
        expect![
            "DIR/plugin.so: the domain table does not open: its canvas has 8x8 pixels, 2 channels and the background 0; allowed are 1 to 4096 pixels a side, 1 or 3 channels and a background of 0 to 255"
        ],
    );
    refused(
        &["FORM={8, 8, 1, 256}"],
        expect![
            "DIR/plugin.so: the domain table does not open: its canvas has 8x8 pixels, 1 channels and the background 256; allowed are 1 to 4096 pixels a side, 1 or 3 channels and a background of 0 to 255"
        ],
    );
}

#[test]
fn sizes() {
    refused(
        &["WEIGHTS=weightless"],
        expect![
            "DIR/plugin.so: the domain table does not open: size: infinitely many programs have the same size: `A` leads by `More` back to `A`, and nothing on the way is counted; count `More` too, or measure nodes or tokens"
        ],
    );
    refused(
        &["WEIGHTS=heavy"],
        expect![
            "DIR/plugin.so: the domain table does not open: size: the weight of production 1 is 10001; the greatest allowed is 10000"
        ],
    );
    refused(
        &["WEIGHTS=silent"],
        expect![
            "DIR/plugin.so: the domain table does not open: size: the weight of production 0 is 4294967295; the greatest allowed is 10000"
        ],
    );
    refused(
        &[r#"SIZE="End""#],
        expect![
            "DIR/plugin.so: the domain table does not open: size: infinitely many programs have the same size: `A` leads by `More` back to `A`, and nothing on the way is counted; count `More` too, or measure nodes or tokens"
        ],
    );
    refused(
        &[r#"SIZE="Mor""#],
        expect![
            "DIR/plugin.so: the domain table does not open: size: the grammar has no alternative or rule `Mor`; did you mean `More`?"
        ],
    );
    refused(
        &[r#"SIZE="\xff""#],
        expect![[
            r#"DIR/plugin.so: the domain table does not open: size: the text `size` is not UTF-8: the byte at offset 0 of "�" is no character"#
        ]],
    );
}

#[test]
fn overrides() {
    refused(
        &["OPEN=refuse"],
        expect!["DIR/plugin.so: the domain table does not open: a side of 8 does not suit me"],
    );
    refused(
        &["OPEN=sulk"],
        expect!["DIR/plugin.so: the domain table does not open: it does not say why"],
    );
}

const LET: &str = r#"GRAMMAR="grammar;\npub A = { \"(\" <n:N> <b:A> \")\" => Let { <> }, <N> => Var(<>), \"0\" => End };\nN = r\"[a-c]\";""#;
const BINDERS: &str =
    r#"SCOPE="[scope]\nnames = \"N\"\nbinders = [{ alternative = \"Let\", name = \"n\", body = \"b\" }]\n""#;

/// Names in scope: what the table says, and what a `.toml` says instead.
#[test]
fn scopes() {
    let folder = tempfile::tempdir().unwrap();
    compile(folder.path(), &[LET, BINDERS]);
    let library = folder.path().join("plugin.so");
    let exported = load_library(&library).unwrap().remove(0);
    let text = |overrides: &DomainOverrides, text: &str| {
        let domain = exported.open(&[], overrides).unwrap();
        let program = domain
            .language()
            .parse(domain.start(), text)
            .map_err(|error| error.to_string())?;
        // The plugin gets the grammar as it is written.
        let mut image = vec![0; domain.observation_spec().bytes()];
        domain.render(program.nodes(), &mut image).unwrap();
        assert!(domain.faults().is_none(), "{:?}", domain.faults());
        let scope = domain.provenance().and_then(|from| from.scope.clone());
        Ok::<_, String>((domain.language().print(program.nodes()), scope))
    };
    let own = DomainOverrides::of(library.clone());
    assert_eq!(text(&own, "(c (b c))").unwrap().0, "(a (b a))");
    assert_eq!(
        text(&own, "(c b)").unwrap_err(),
        "1:4: `b` is not bound here: in scope is `c`"
    );
    let scope =
        "[scope]\nnames = \"N\"\ninputs = 1\nbinders = [{ alternative = \"Let\", name = \"n\", body = \"b\" }]\n";
    let given = DomainOverrides {
        scope: Some(format!("[domain]\nname = \"table\"\n{scope}")),
        ..DomainOverrides::of(library)
    };
    let (printed, recorded) = text(&given, "(c (b a))").unwrap();
    assert_eq!(printed, "(b (c a))");
    // What a run records means the same, and names no file.
    let again = DomainOverrides {
        scope: recorded.clone(),
        ..given
    };
    assert!(recorded.is_some_and(|text| !text.contains("domain")));
    assert_eq!(text(&again, "(c (b a))").unwrap().0, "(b (c a))");
    refused(
        &[LET, &BINDERS.replace("Let", "Lot")],
        expect![[r#"
        DIR/plugin.so: the domain table: its grammar has errors
        SCOPE of table:3:28: error: the grammar has no alternative `Lot`
          |
        3 | binders = [{ alternative = "Lot", name = "n", body = "b" }]
          |                            ^^^^^
          |
          = help: did you mean `Let`?"#]],
    );
}
