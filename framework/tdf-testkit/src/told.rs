//! How a failure is told: which program, where the images differ, how to see it again.

use tdf_domain::{Canvas, Domain, RenderError};
use tdf_tree::Tree;

use crate::Fixture;

/// Names a program to whoever reads of a panic while this is alive: the panic of a renderer does not.
pub(crate) struct While<F: Fn() -> String>(pub(crate) F);

impl<F: Fn() -> String> Drop for While<F> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            #[expect(clippy::print_stderr, reason = "the panic that it belongs to is printed there, too")]
            {
                eprintln!("{}", (self.0)());
            }
        }
    }
}

/// [`While`] with a program.
pub(crate) fn while_drawing<'a, D: Domain + Default>(
    fixture: &'a Fixture<D>,
    tree: &'a Tree,
) -> While<impl Fn() -> String + 'a> {
    While(|| {
        let text = fixture.language().print(tree.nodes());
        format!("a panic while this program was drawn: {text} {}", fixture.again())
    })
}

/// What is drawn of a program, or why nothing is.
pub(crate) type Drawn = Result<Vec<u8>, RenderError>;

/// Where two drawings of a program differ; `None` if they are the same.
pub(crate) fn difference(canvas: Canvas, first: &Drawn, second: &Drawn) -> Option<String> {
    match (first, second) {
        (Ok(first), Ok(second)) => {
            let at = first.iter().zip(second).position(|(a, b)| a != b)?;
            let (channels, width) = (canvas.channels as usize, canvas.width as usize);
            let (pixel, channel) = (at / channels, at % channels);
            Some(format!(
                "byte {at} (row {}, column {}, channel {channel}) is {} in one and {} in the other",
                pixel / width,
                pixel % width,
                first[at],
                second[at]
            ))
        }
        (Err(first), Err(second)) if first == second => None,
        (first, second) => {
            let say = |drawn: &Drawn| match drawn {
                Ok(_) => "an image".to_owned(),
                Err(error) => format!("the error {error:?}", error = error.0),
            };
            Some(format!("one is {}, the other is {}", say(first), say(second)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: Canvas = Canvas {
        width: 2,
        height: 2,
        channels: 3,
        background: 0,
    };

    #[test]
    fn a_difference_has_a_place() {
        let (first, mut second) = (vec![0; 12], vec![0; 12]);
        assert_eq!(difference(CANVAS, &Ok(first.clone()), &Ok(second.clone())), None);
        second[10] = 7;
        let told = difference(CANVAS, &Ok(first.clone()), &Ok(second)).unwrap();
        assert_eq!(
            told,
            "byte 10 (row 1, column 1, channel 1) is 0 in one and 7 in the other"
        );
        let error = |text: &str| Err(RenderError(text.to_owned()));
        assert_eq!(difference(CANVAS, &error("a"), &error("a")), None);
        let told = difference(CANVAS, &Ok(first), &error("too dark")).unwrap();
        assert_eq!(told, "one is an image, the other is the error \"too dark\"");
    }
}
