//! Ids: newtypes over `u32` that index the tables of one [`Grammar`](crate::Grammar).

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        #[repr(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The id of the element at `index`.
            pub fn new(index: usize) -> Self {
                debug_assert!(u32::try_from(index).is_ok());
                Self(index as u32)
            }

            /// The position in the table that this id indexes.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(/// A nonterminal, indexes [`Grammar::nonterminals`](crate::Grammar::nonterminals).
    NonterminalId);
id!(/// An alternative as written in the file, indexes [`Grammar::alternatives`](crate::Grammar::alternatives).
    AlternativeId);
id!(/// A production of the normalised grammar, indexes [`Grammar::productions`](crate::Grammar::productions).
    ProductionId);
id!(/// A terminal as written in the file, indexes [`Grammar::terminals`](crate::Grammar::terminals).
    TerminalId);
id!(/// A class of tokens, indexes [`Grammar::token_classes`](crate::Grammar::token_classes).
    TokenClassId);
id!(/// A token of the vocabulary, indexes [`Grammar::tokens`](crate::Grammar::tokens).
    TokenId);
id!(/// A production of the LR automaton, indexes [`Lr::productions`](crate::Lr::productions).
    LrProductionId);
id!(/// A state of the LR automaton.
    StateId);
