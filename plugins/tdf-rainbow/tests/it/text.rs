//! Scenes as text.

use tdf_rainbow::ast::{Color, Direction, Scene};

#[test]
fn a_scene_is_read_and_printed() {
    let scene: Scene = "( Arrange h(Box red)\n(Ball blue) )".parse().unwrap();
    let (first, second) = (Scene::Box { color: Color::Red }, Scene::Ball { color: Color::Blue });
    let expected = Scene::Arrange {
        direction: Direction::Horizontal,
        first: Box::new(first),
        second: Box::new(second),
    };
    assert_eq!(scene, expected);
    assert_eq!(scene.to_string(), "(Arrange h (Box red) (Ball blue))");
}

#[test]
fn a_wrong_scene_is_refused_where_it_is_wrong() {
    for (text, line, column) in [
        ("(Box\n  h)", 2, 3),
        ("(Box red", 1, 9),
        ("(Box red))", 1, 10),
        ("(Box pink)", 1, 6),
    ] {
        let error = text.parse::<Scene>().unwrap_err();
        assert_eq!(
            (error.position.line, error.position.column),
            (line, column),
            "{text:?}: {error}"
        );
    }
}
