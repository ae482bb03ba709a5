"""Grammars, languages and programs."""

import pickle

import numpy as np
import pytest
import tdf

SUM = """
grammar;
pub Sum: Sum = { "(" "+" <left:Sum> <right:Sum> ")" => Sum::Add { <> }, r"[0-9]" => Sum::Number(<>) };
"""


def test_a_grammar_is_data(root):
    grammar = tdf.Grammar(SUM, name="sum.lalrpop")
    assert (grammar.name, grammar.start, grammar.nonterminals) == ("sum", "Sum", ["Sum"])
    assert len(grammar.tokens) == 13 and grammar.warnings == []
    opening, plus, *_ = [tokens[0] for tokens in grammar.productions[0][1] if isinstance(tokens, list)]
    assert (grammar.tokens[opening], grammar.tokens[plus]) == ("(", "+") and grammar.productions[0][0] == grammar.start_index
    assert grammar == tdf.Grammar(SUM, name="sum.lalrpop") and hash(grammar) == hash(tdf.Grammar(SUM, name="sum.lalrpop"))
    assert grammar != tdf.Grammar.read(root / "grammars/rainbow.lalrpop")
    assert "Sum" in str(grammar) and repr(grammar).startswith('Grammar("sum"')


def test_errors_have_places(tmp_path):
    with pytest.raises(tdf.GrammarError, match=r"a\.lalrpop:2"):
        tdf.Grammar("grammar;\npub A = { B };", name="a.lalrpop")
    with pytest.raises(tdf.GrammarError, match="conflict|ambiguous|LR"):
        tdf.Language('grammar; pub A = { A "+" A => X, "1" => Y };')
    with pytest.raises(tdf.GrammarError, match="missing.lalrpop"):
        tdf.Grammar.read(tmp_path / "missing.lalrpop")
    with pytest.raises(TypeError, match="Grammar"):
        tdf.Language(1)
    language = tdf.Language(SUM)
    with pytest.raises(tdf.ParseError) as caught:
        language.parse("(+ 1\n  x)")
    assert (caught.value.line, caught.value.column) == (2, 3)
    assert caught.value.offset == 7
    assert isinstance(caught.value, (tdf.Error, ValueError))


def test_parse_and_print():
    language = tdf.Language(SUM)
    program = language.parse("( + 1 (+ 2  3) )")
    assert str(program) == language.print(program) == "(+ 1 (+ 2 3))"
    assert program == language.parse("(+ 1 (+ 2 3))") and hash(program) == hash(language.parse(str(program)))
    assert program != language.parse("(+ 1 (+ 2 4))")
    assert [language.tokens[i] for i in program.tokens] == list("(+1(+23))")
    assert language.parse_tokens(program.tokens.tolist()) == program
    with pytest.raises(tdf.ParseError, match="token 1"):
        language.parse_tokens([0, 0])
    with pytest.raises(IndexError):
        language.parse_tokens([10_000])
    with pytest.raises(OverflowError):
        language.parse_tokens([-1])


def test_trees():
    language = tdf.Language(SUM)
    program = language.parse("(+ 1 (+ 2 3))")
    assert len(program) == 5 and program.nodes.shape == (5, 3) and program.nodes.dtype == np.uint32
    assert (program.size(), program.size("tokens"), program.size("Add=3")) == (5, 9, 6)
    assert str(program.subtree(2)) == "(+ 2 3)"
    assert str(program.replace(2, "7")) == "(+ 1 7)" and str(program) == "(+ 1 (+ 2 3))"
    assert [site[0] for site in program.edit_sites] == [0, 1, 2, 3, 4]
    with pytest.raises(IndexError, match="5 nodes"):
        program.subtree(5)
    with pytest.raises(tdf.ParseError):
        program.replace(2, "x")
    with pytest.raises(tdf.SizeError, match="Multiply"):
        program.size("Multiply")
    with pytest.raises(TypeError):
        program.replace(0, 3)


def test_programs_of_another_language_are_refused():
    language, other = tdf.Language(SUM), tdf.Domain("rainbow")
    with pytest.raises(tdf.ParseError, match="rainbow"):
        language.parse("(+ 1 2)").replace(0, other.parse("(Box red)"))
    with pytest.raises(tdf.ParseError, match="of the grammar `grammar`, not of `rainbow`"):
        other.render(language.parse("1"))
    with pytest.raises(TypeError):
        pickle.dumps(language)


@pytest.mark.parametrize("size", [3, (3, 3), "3", "3..=3"])
def test_sizes_are_exact(size):
    assert {program.size() for program in tdf.Language(SUM).sample(50, size=size, seed=1)} == {3}


def test_sampling_is_a_function_of_seed_and_number():
    language = tdf.Language(SUM)
    programs = language.sample(20, size="1..=9", seed=7)
    assert programs == language.sample(20, size="1..=9", seed=7)
    assert programs[5:] == language.sample(15, size="1..=9", seed=7, first=5)
    assert programs != language.sample(20, size="1..=9", seed=8)
    assert all(2 <= program.size("tokens") <= 9 for program in language.sample(20, size=(2, 9), measure="tokens"))
    weights = tdf.Domain("rainbow").sample(50, size=(2, 4), weighting="Box=0")
    assert not any("Box" in str(program) for program in weights)


def test_sizes_that_do_not_exist():
    language = tdf.Language(SUM)
    with pytest.raises(tdf.SizeError, match="there is no `Sum` of size 4"):
        language.sample(1, size=4)
    with pytest.raises(tdf.SizeError, match="2..8"):
        language.sample(1, size="2..8")
    with pytest.raises(TypeError, match="size"):
        language.sample(1, size=1.5)
    with pytest.raises(tdf.SizeError, match="Nothing"):
        language.sample(1, start="Nothing")


def test_names_in_scope():
    language = tdf.Language(
        """
        grammar;
        pub Expr = {
            "(" "let" <name:Name> <value:Expr> <body:Expr> ")" => Let { <> }, <Name> => Var(<>), r"[0-9]" => Number(<>),
        };
        Name = r"[a-d]";
        """,
        scope='[scope]\nnames = "Name"\nbinders = [{ alternative = "Let", name = "name", body = "body" }]',
    )
    assert str(language.parse("(let d 1 (let c d c))")) == "(let a 1 (let b a b))"
    with pytest.raises(tdf.ParseError, match="not bound here"):
        language.parse("(let d d d)")


def test_lark():
    language = tdf.Language(tdf.Grammar('start: "a" start | "b"', name="ab.lark"))
    assert str(language.parse("aab")) == "a a b"


def test_the_binary_samples_the_same(binary, root):
    calculator = root / "examples/calculator.lalrpop"
    language = tdf.Language.read(calculator)
    text = lambda programs: "".join(f"{program}\n" for program in programs)  # noqa: E731
    command = ["sample", "--grammar", str(calculator), "-n", "20", "--seed", "3"]
    assert text(language.sample(20, seed=3)) == binary(*command)
    assert text(language.sample(20, seed=3, size=(3, 5), measure="depth")) == binary(*command, "--size=3..=5", "--measure=depth")
    skeletons = binary(*command, "--size=2..=9", "--weighting=skeletons")
    assert text(language.sample(20, seed=3, size=(2, 9), weighting="skeletons")) == skeletons
    with pytest.raises(tdf.SizeError) as caught:
        language.sample(1, start="Nothing")
    assert binary(*command, "--start", "Nothing") == f"error: --{caught.value}\n"
