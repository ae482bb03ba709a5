//! For build scripts: a grammar in, a typed syntax tree and a LALRPOP parser out.
