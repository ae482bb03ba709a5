//! Task sets, evaluation results, and the pages and pictures that show them.
