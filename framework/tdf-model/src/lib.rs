//! The edit network on libtorch: image encoder, edit transformer, value head, checkpoints.
