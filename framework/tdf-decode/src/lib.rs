//! Vocabulary, program sequences and exact grammar masks under a size budget.
