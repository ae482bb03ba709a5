//! The grammars `common` and `unicode` that come with Lark: the same terminals, in expressions of our own.

/// The text of a grammar that comes with Lark.
pub fn library(name: &str) -> Option<&'static str> {
    match name {
        "common" => Some(COMMON),
        "unicode" => Some(UNICODE),
        _ => None,
    }
}

const COMMON: &str = r##"
DIGIT: /[0-9]/
HEXDIGIT: /[a-fA-F0-9]/
INT: /[0-9]+/
SIGNED_INT: /[+-]?[0-9]+/
DECIMAL: /[0-9]+\.[0-9]*|\.[0-9]+/
_EXP: /[eE][+-]?[0-9]+/
FLOAT: /[0-9]+[eE][+-]?[0-9]+|([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/
SIGNED_FLOAT: /[+-]?([0-9]+[eE][+-]?[0-9]+|([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)/
NUMBER: /[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?|\.[0-9]+([eE][+-]?[0-9]+)?/
SIGNED_NUMBER: /[+-]?([0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?|\.[0-9]+([eE][+-]?[0-9]+)?)/
_STRING_INNER: /.*?/
_STRING_ESC_INNER: /.*?(?<!\\)(\\\\)*?/
ESCAPED_STRING: /"([^"\\\n]|\\.)*"/
LCASE_LETTER: /[a-z]/
UCASE_LETTER: /[A-Z]/
LETTER: /[A-Za-z]/
WORD: /[A-Za-z]+/
CNAME: /[A-Za-z_][A-Za-z_0-9]*/
WS_INLINE: /[ \t]+/
WS: /[ \t\f\r\n]+/
CR: /\r/
LF: /\n/
NEWLINE: /(\r?\n)+/
SH_COMMENT: /#[^\n]*/
CPP_COMMENT: /\/\/[^\n]*/
C_COMMENT: /\/\*[^*]*\*+([^*\/][^*]*\*+)*\//
SQL_COMMENT: /--[^\n]*/
"##;

const UNICODE: &str = r##"
WS_INLINE: /[ \t\xa0]+/
WS: /[ \t\xa0\f\r\n]+/
"##;
