//! Text from outside in every output format.
