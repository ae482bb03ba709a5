//! One program for all that render to the same image.

use crate::ast::{Color, Direction, Scene};

/// `scene` with every row and column of more than two nested to the right: all sizes are even, so that it does not matter where they
/// are joined. A white ball is a white box, of which nothing is seen either.
pub fn canonical(scene: &Scene) -> Scene {
    match scene {
        Scene::Ball { color: Color::White } => Scene::Box { color: Color::White },
        Scene::Box { .. } | Scene::Ball { .. } => scene.clone(),
        Scene::Arrange { direction, .. } => {
            let mut items = Vec::new();
            collect(scene, *direction, &mut items);
            let last = items.pop().expect("an arrangement has two items");
            let join = |second: Scene, first: Scene| Scene::Arrange {
                direction: *direction,
                first: first.into(),
                second: second.into(),
            };
            items.into_iter().rev().fold(last, join)
        }
    }
}

/// The items of a row or column, from first to last, each in its canonical form.
fn collect(scene: &Scene, along: Direction, items: &mut Vec<Scene>) {
    match scene {
        Scene::Arrange {
            direction,
            first,
            second,
        } if *direction == along => {
            collect(first, along, items);
            collect(second, along, items);
        }
        _ => items.push(canonical(scene)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_have_one_nesting() {
        let form = |text: &str| canonical(&text.parse().unwrap()).to_string();
        let row = "(Arrange h (Box red) (Arrange h (Box white) (Arrange h (Ball red) (Ball blue))))";
        for text in [
            "(Arrange h (Arrange h (Box red) (Ball white)) (Arrange h (Ball red) (Ball blue)))",
            "(Arrange h (Arrange h (Arrange h (Box red) (Box white)) (Ball red)) (Ball blue))",
            row,
        ] {
            assert_eq!(form(text), row);
        }
        let column = "(Arrange v (Arrange h (Box red) (Box blue)) (Arrange v (Box red) (Box blue)))";
        assert_eq!(form(column), column);
    }
}
