//! Reads LALRPOP grammar files and holds grammars as data: symbols, productions, tokens, LR tables.
