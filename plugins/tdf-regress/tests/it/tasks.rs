//! Random tasks: constants that a table suggests stand for literals alone.

use tdf_data::{TaskOptions, make_tasks};

use crate::domain;

/// A suggested variable with a factor is no literal: if it stood for products, programs would lose what they multiply.
#[test]
fn tasks_have_the_sizes_that_are_asked_for() {
    let domain = domain();
    for size in [5, 7] {
        let tasks = make_tasks(&domain, &TaskOptions::new(60, size..=size, 3)).unwrap();
        for task in tasks {
            let program = task.program.unwrap();
            let text = domain.language().print(program.nodes());
            assert_eq!(domain.size().of(program.nodes()), size, "{text}");
        }
    }
}
