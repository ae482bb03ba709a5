//! Syntax trees: parse and print, sizes, exact random programs, mutations, edit paths.
