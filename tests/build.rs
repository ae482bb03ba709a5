//! Generates the syntax trees of all grammars that the tests look at.

fn main() {
    for name in ["csg2d", "tinysvg"] {
        tdf_build::grammar(format!("../grammars/{name}.lalrpop"));
    }
    for name in ["commas", "ladder", "shapes", "mutual", "notes"] {
        tdf_build::grammar(format!("grammars/{name}.lalrpop"));
    }
    for name in [
        "lists",
        "options",
        "groups",
        "flags",
        "clashes",
        "open_names",
        "docs",
        "cycles",
        "numbers",
        "levels",
    ] {
        tdf_build::grammar(format!("grammars/types/{name}.lalrpop"));
    }
    tdf_build::grammar("../examples/lark/calculator.lark");
}
