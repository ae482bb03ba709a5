//! Names of languages.

use tdf_new::{Framework, NameFault, NewError, Template, create};

/// What is wrong with a name; `None` if nothing is.
fn fault(name: &str) -> Option<NameFault> {
    let place = tempfile::tempdir().unwrap();
    match create(
        &place.path().join(name),
        Template::Images,
        &Framework::Git("x".to_owned()),
        &["rainbow"],
    ) {
        Ok(created) => {
            assert_eq!(created.name, name);
            None
        }
        Err(NewError::Name { fault, .. }) => {
            assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "{name}");
            Some(fault)
        }
        Err(other) => panic!("{name}: {other}"),
    }
}

#[test]
fn words_with_single_hyphens_and_underscores_are_names() {
    let long = "a".repeat(64);
    for name in [
        "x",
        "my-dsl",
        "my_dsl",
        "a_my_dsl",
        "my-dsl2-my_dsl",
        "tests",
        "fns",
        "com10",
        "com0",
        "rainbow2",
        &long,
    ] {
        assert_eq!(fault(name), None, "{name}");
    }
}

#[test]
fn other_signs_are_refused() {
    for name in [
        "My-dsl", "2d", "-x", "x-", "_x", "x__y", "x-_y", "x y", "x.y", "é", "x\ny", "x;y", "{x}",
    ] {
        assert_eq!(fault(name), Some(NameFault::Form), "{name:?}");
    }
    assert_eq!(fault(&"a".repeat(65)), Some(NameFault::Long(65)));
}

#[test]
fn names_with_another_meaning_are_refused() {
    for name in ["fn", "match", "type", "gen", "yield"] {
        assert_eq!(fault(name), Some(NameFault::Keyword), "{name}");
    }
    for name in [
        "test",
        "core",
        "build",
        "target",
        "con",
        "lpt1",
        "lalrpop-util",
        "tdf-domain",
        "tdf_domain",
        "tdf",
    ] {
        assert!(matches!(fault(name), Some(NameFault::Reserved(_))), "{name}");
    }
    assert_eq!(fault("rainbow"), Some(NameFault::Taken));
}

/// Every word that Rust does not take as an identifier has to be refused.
#[test]
fn all_keywords_are_known() {
    let words = "abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if \
                 impl in let loop macro match mod move mut override priv pub ref return self static struct super trait \
                 true try type typeof unsafe unsized use virtual where while yield";
    for word in words.split_whitespace() {
        assert_eq!(fault(word), Some(NameFault::Keyword), "{word}");
    }
}

#[test]
fn messages_say_what_would_do() {
    let message = |name: &str| {
        let place = tempfile::tempdir().unwrap();
        let error = create(
            &place.path().join(name),
            Template::Images,
            &Framework::Git("x".to_owned()),
            &["rainbow"],
        )
        .unwrap_err();
        error.to_string()
    };
    assert_eq!(
        message("My DSL"),
        "\"My DSL\" cannot be the name of a language: it has to be words of the letters a-z and digits with single `-` or \
         `_` between them, the first beginning with a letter"
    );
    assert_eq!(
        message("rainbow"),
        "\"rainbow\" cannot be the name of a language: there is a built-in domain of this name"
    );
    let nameless = create("..".as_ref(), Template::Images, &Framework::Git("x".to_owned()), &[]).unwrap_err();
    assert_eq!(
        nameless.to_string(),
        "..: the last part of the path is the name of the language, such as my-dsl"
    );
}
