"""Masks: one state, and batches."""

import numpy as np
import pytest
import tdf

SUM = """
grammar;
pub Sum: Sum = { "(" "+" <left:Sum> <right:Sum> ")" => Sum::Add { <> }, r"[0-9]" => Sum::Number(<>) };
"""


@pytest.fixture(scope="module")
def language():
    return tdf.Language(SUM)


@pytest.fixture(scope="module")
def masks(language):
    return tdf.Masks(language, budget=5)


def bits_of(words, width):
    """The flags that bit masks stand for."""
    return np.unpackbits(words.view(np.uint8), bitorder="little", axis=-1)[..., :width].astype(bool)


def test_a_program_is_built_under_masks(masks):
    state = masks.begin()
    assert state.slack == 4 and not state.done
    state.feed("(+ 1")
    assert state.text == "( + 1" and not state.allows(masks.end)
    state.advance(state.tokens[0])
    # A budget of five nodes is spent: two numbers and the brackets are left.
    while not state.done:
        allowed = state.allowed()
        assert np.array_equal(np.flatnonzero(state.mask()), allowed)
        assert np.array_equal(bits_of(state.bitmask(), masks.width), state.mask())
        assert state.forced == (allowed[0] if len(allowed) == 1 else None)
        state.advance(allowed[-1])
    assert state.slack == 0 and state.program().size() == 5 and len(state.allowed()) == 0


def test_forced_tokens_and_copies(masks):
    state = masks.begin()
    state.feed("(+ 1 2")
    copy = state.copy()
    assert [masks.tokens[id] for id in state.skip_forced()] == [")"]
    assert state.done and not copy.done and str(state.program()) == "(+ 1 2)"
    with pytest.raises(tdf.MaskError, match="not finished"):
        copy.program()


def test_ids_that_are_not_allowed_change_nothing(masks):
    state = masks.begin()
    for wrong in [masks.end, masks.anchor, -1, 10**9]:
        with pytest.raises(tdf.MaskError):
            state.advance(wrong)
    with pytest.raises(tdf.MaskError, match=r'"\)" cannot come at'):
        state.feed("(+ 1 )")
    with pytest.raises(tdf.MaskError, match="no token begins"):
        state.feed("?")
    assert state.text == "" and state.slack == 4


def test_budgets(language):
    with pytest.raises(tdf.MaskError, match="budget 0: no program is that small, the least has size 1"):
        tdf.Masks(language, budget=0)
    masks = tdf.Masks(language)
    assert masks.begin().slack is None and masks.begin(budget=1).slack == 0
    assert len(masks.begin(budget=1).allowed()) == 10 and len(masks.begin().allowed()) == 11
    with pytest.raises(tdf.SizeError, match="depth"):
        tdf.Masks(language, measure="depth")
    deep = tdf.Masks(language, measure="depth", budget=2).begin()
    deep.feed("(+")
    assert len(deep.allowed()) == 10
    assert tdf.Masks(language, measure="tokens").least == 1
    with pytest.raises(tdf.SizeError, match="no such nonterminal"):
        tdf.Masks(language, start="Nothing")
    with pytest.raises(TypeError, match="Language or a Domain"):
        tdf.Masks("rainbow")


@pytest.mark.parametrize("domain", ["rainbow", "csg2d", "tinysvg", "lists", "regress"])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_batch_is_many_states(domain, threads):
    masks = tdf.Masks(tdf.Domain(domain), budget=9)
    n = 150
    batch, states = masks.batch(n, threads=threads), [masks.begin() for _ in range(n)]
    flags, words = np.ones((n, masks.width), bool), np.ones((n, masks.words), np.uint32)
    matrix, bit_matrix = masks.matrix(), masks.bit_matrix()
    assert np.array_equal(bits_of(bit_matrix, masks.width), matrix) and len(matrix) == masks.mask_count
    rng = np.random.default_rng(3)
    for step in range(60):
        expected = np.array([state.mask() for state in states])
        assert batch.mask(flags) is flags and np.array_equal(flags, expected)
        assert batch.bitmask(words) is words and np.array_equal(bits_of(words, masks.width), expected)
        assert np.array_equal(batch.mask(), expected) and np.array_equal(batch.bitmask(), words)
        assert np.array_equal(matrix[batch.mask_ids()], expected)
        assert np.array_equal(batch.forced(), [-1 if state.forced is None else state.forced for state in states])
        assert np.array_equal(batch.slack, [state.slack for state in states])
        assert np.array_equal(batch.done, [state.done for state in states])
        ids = np.array([rng.choice(state.allowed()) if not state.done else -7 for state in states])
        batch.advance(ids if step % 2 else ids.astype(np.int32))
        for state, id in zip(states, ids):
            if not state.done:
                state.advance(id)
        if step % 20 == 19:
            finished = np.flatnonzero(batch.done)
            assert len(finished) > 0
            batch.restart(finished)
            for i in finished:
                states[i] = masks.begin()
            order = rng.integers(0, n, n)
            batch.select(order)
            states = [states[i].copy() for i in order]
    batch.restart()
    assert len(batch) == n and not batch.done.any()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_batch_advances_as_a_whole_or_not(masks, threads):
    batch = masks.batch(300, threads=threads)
    ids = np.zeros(300, np.int64)
    ids[[217, 299]] = masks.end
    before = batch.mask_ids()
    with pytest.raises(tdf.MaskError, match=f"state 217: the mask does not allow the id {masks.end}"):
        batch.advance(ids)
    assert np.array_equal(batch.mask_ids(), before)


def test_arrays_that_do_not_fit(masks):
    batch = masks.batch(4)
    for wrong in ([0.5] * 4, np.zeros(4), "abcd", np.zeros((2, 2), int), None):
        with pytest.raises(TypeError, match="ids: an array of whole numbers"):
            batch.advance(wrong)
    with pytest.raises(ValueError, match="4 are wanted"):
        batch.advance([0, 0, 0])
    with pytest.raises(ValueError, match="shape"):
        batch.mask(np.zeros((4, 3), bool))
    with pytest.raises(ValueError, match="contiguous"):
        batch.mask(np.zeros((4, 2 * masks.width), bool)[:, ::2])
    readonly = np.zeros((4, masks.width), bool)
    readonly.flags.writeable = False
    with pytest.raises(ValueError, match="out"):
        batch.mask(readonly)
    with pytest.raises(TypeError):
        batch.mask(np.zeros((4, masks.width), np.uint8))
    with pytest.raises(ValueError, match="4 states, 4 is none"):
        batch.restart([4])
    with pytest.raises(ValueError, match="none of them"):
        batch.select([-1])
    with pytest.raises(ValueError, match="threads"):
        masks.batch(4, threads=0)
    batch.advance(np.zeros(8, np.int64)[::2])
    batch.select([])
    assert len(batch) == 0 and batch.mask().shape == (0, masks.width)
    batch.advance([])


def test_the_binary_allows_the_same(binary):
    for domain, prefix in [("rainbow", "( Arrange h"), ("csg2d", "(- (Circle"), ("lists", "")]:
        state = tdf.Masks(tdf.Domain(domain)).begin()
        state.feed(prefix)
        tokens = tdf.Domain(domain).language.grammar.tokens
        lines = [tokens[id] if id < len(tokens) else "<end>" for id in state.allowed()]
        assert binary("mask", "--domain", domain, prefix).splitlines() == lines
    with pytest.raises(tdf.MaskError) as caught:
        tdf.Masks(tdf.Domain("rainbow")).begin().feed("(Box h")
    assert binary("mask", "--domain", "rainbow", "(Box h") == f"error: PREFIX: {caught.value}\n"
