//! How parameters are declared: a name, a shape and an initialisation.

/// How a parameter begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Init {
    /// Zeros: biases.
    Zero,
    /// Ones: gains of norms.
    One,
    /// Normal with this standard deviation: embeddings.
    Embedding(f64),
    /// Normal with the standard deviation `gain / sqrt(inputs)`: matrices and kernels. The first dimension is that of
    /// the outputs.
    Matrix(f64),
}

/// Makes a parameter from its name, shape and beginning.
pub(crate) type Make<'a, T> = &'a mut dyn FnMut(String, &[i64], Init) -> T;
