//! What is generated, as text, so that a review sees changes; and what authors are told.

mod corpus;
mod errors;
mod large;
mod snapshots;
mod strict;
