//! Grammars like those of programming languages, of any size.

use std::fmt::Write as _;

/// A grammar of about `productions` productions: expressions with precedence levels, calls, lists and records; types;
/// for the rest statements with keywords of their own, optional clauses and lists.
pub fn grammar(productions: usize) -> String {
    let levels = (2 + productions / 40).min(15);
    let mut text = String::from("grammar;\n\npub Program = <Statement*> => Program(<>);\n\n");
    text += "Comma<T> = { T => One(<>), <Comma<T>> \",\" <T> => More(<>) };\n";
    text += "Name = r\"[a-j]\" => Name(<>);\nNumber = r\"[0-9]|[1-9][0-9]\" => Number(<>);\n";
    text += "Word = { r\"'(red|green|blue|none)'\" => Word(<>) };\n\n";
    let operators = [
        "=", "??", "||", "&&", "|", "^", "&", "==", "!=", "<", ">", "<=", ">=", "<<", ">>", "+", "-", "*", "/", "%",
        "**",
    ];
    let mut next = 0;
    for level in 0..levels {
        let count = if level % 3 == 1 { 2 } else { 1 };
        let _ = writeln!(text, "E{level} = {{");
        if level == 0 {
            text += "    \"fn\" \"(\" <Comma<Name>?> \")\" \"=>\" <E0> => Lambda(<>),\n";
        }
        for _ in 0..count {
            let Some(operator) = operators.get(next) else { break };
            let _ = match level {
                0 => writeln!(text, "    <left:E1> {operator:?} <right:E0> => O{next} {{ <> }},"),
                _ => writeln!(
                    text,
                    "    <left:E{level}> {operator:?} <right:E{}> => O{next} {{ <> }},",
                    level + 1
                ),
            };
            next += 1;
        }
        let _ = writeln!(text, "    E{} => <>,\n}};", level + 1);
    }
    let _ = writeln!(
        text,
        "E{levels} = {{ \"~\" <E{levels}> => Invert(<>), \"!\" <E{levels}> => Not(<>), Postfix => <> }};"
    );
    text += r#"
Postfix = {
    <Postfix> "(" <Comma<E0>?> ")" => Call(<>),
    <Postfix> "[" <E0> "]" => Index(<>),
    <Postfix> "." <Name> => Member(<>),
    Primary => <>,
};
Primary = {
    Number => Constant(<>),
    Name => Variable(<>),
    Word => Text(<>),
    "(" <E0> ")" => Group(<>),
    "[" <Comma<E0>?> "]" => List(<>),
    "{" <Comma<Entry>> "}" => Record(<>),
};
Entry = <Name> ":" <E0> => Entry(<>);
Type = { "int" => Int, "text" => TextType, "[" <Type> "]" => Many(<>), <Name> => Named(<>), "fn" "(" <Comma<Type>?> ")" "->" <Type> => Function(<>) };
Block = "{" <Statement*> "}" => Block(<>);
"#;
    let mut rules = String::new();
    text += "\nStatement = {\n    <E0> \";\" => Expression(<>),\n    Block => <>,\n";
    let mut count = 50 + levels + next;
    for index in 0.. {
        if count >= productions {
            break;
        }
        let k = format!("\"k{index}\"");
        let (line, more) = match index % 10 {
            0 => (format!("{k} <E0> <Block>"), 1),
            1 => (format!("{k} <Name> \":=\" <E0> \";\""), 1),
            2 => (format!("{k} \"(\" <E0> \")\" <Statement> \"end{index}\""), 1),
            3 => (format!("{k} <Name> <(\":\" <Type>)?> <(\"=\" <E0>)?> \";\""), 1),
            4 => (format!("{k} <Comma<E0>> \"in{index}\" <Name> <Block>"), 1),
            5 => {
                let _ = writeln!(
                    rules,
                    "Case{index} = {{ \"case{index}\" <E0> \"then\" <Statement> => Case(<>), \"other{index}\" <Block> => Other(<>) }};"
                );
                (format!("{k} <E0> \"of\" <Case{index}+> \"end\""), 5)
            }
            6 => {
                let _ = writeln!(
                    rules,
                    "Clause{index} = {{ \"by{index}\" <E0> => By(<>), \"with{index}\" <Comma<Entry>> => With(<>), \"to{index}\" <Name> => To(<>), \"as{index}\" <Type> => As(<>) }};"
                );
                (format!("{k} <Name> <Clause{index}*> \";\""), 9)
            }
            7 => {
                let _ = writeln!(
                    rules,
                    "Field{index} = {{ <Name> \":\" <Type> \";\" => Plain(<>), \"own{index}\" <Name> \":\" <Type> \"=\" <E0> \";\" => Own(<>) }};"
                );
                (format!("{k} <Name> \"{{\" <Field{index}*> \"}}\""), 7)
            }
            8 => {
                let _ = writeln!(
                    rules,
                    "Mode{index} = {{ \"fast{index}\", \"slow{index}\", \"auto{index}\", r\"m[0-3]\" => Level(<>) }};"
                );
                (format!("{k} <Mode{index}> <E0> <(\"else\" <E0>)?> \";\""), 5)
            }
            _ => (format!("{k} <E0> \"..\" <E0> <(\"step\" <E0>)?> <Block>"), 1),
        };
        let _ = writeln!(text, "    {line} => S{index}(<>),");
        count += more;
    }
    text + "};\n" + &rules
}
