//! The typed interface of plugin authors.

use tdf_grammar::{Grammar, NonterminalId};
use tdf_tree::{Node, ParseError, Size, SizeError};

use crate::{Canvas, Measure, OptionSpec, Options, PIXEL_CRITERIA, PartialPrograms, PixelTolerance, RenderError};

/// A typed syntax tree that `tdf-build` generated.
pub trait Program: Sized {
    /// Name of the grammar (the file's stem).
    const GRAMMAR_NAME: &'static str;
    /// Text of the grammar file.
    const GRAMMAR: &'static str;
    /// The features that it is read with.
    const GRAMMAR_FEATURES: &'static [&'static str] = &[];

    /// Builds the typed tree from nodes in pre-order, which must be a program of this type's nonterminal.
    ///
    /// It recurses: nodes nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH) may overflow the stack.
    ///
    /// # Panics
    /// If the nodes are a program of another nonterminal.
    fn from_nodes(nodes: &[Node]) -> Self;

    /// The nodes of a program of `start` after a detour through its typed tree: the same, but for brackets that an
    /// alternative labelled `=> <>` drops. `None` if there are no typed trees. For tests.
    #[doc(hidden)]
    fn through_types(start: NonterminalId, nodes: &[Node]) -> Option<Vec<Node>> {
        let _ = (start, nodes);
        None
    }

    /// The nodes that an independent parser finds in `text`, or its message; `None` if there is no such parser. For
    /// tests.
    #[doc(hidden)]
    fn through_lalrpop(start: NonterminalId, text: &str) -> Option<Result<Vec<Node>, ParseError>> {
        let _ = (start, text);
        None
    }
}

/// A domain: a language whose programs render to images. Required are the tree type, a name, a canvas and `render`.
///
/// The framework shares one value among threads, so what `render` needs beyond the program (sprites, tables) is made
/// once, when the domain is made. Programs that reach it are nested at most [`MAX_DEPTH`](crate::MAX_DEPTH) deep:
/// recursion over the tree is fine.
pub trait Domain: Send + Sync + 'static {
    /// The syntax tree of a whole program.
    type Program: Program;

    /// Name on the command line, lower case.
    const NAME: &'static str;

    /// Colours (red, green, blue, 0 to 255) that shapes may have. Each pixel of a target image from a file becomes the
    /// nearest of them. A colour of a grey domain has three equal values. Default: none, colours stay as they are.
    const PALETTE: &'static [[u8; 3]] = &[];

    /// Options that a user may set. Default: none.
    const OPTIONS: &'static [OptionSpec] = &[];

    /// Whether the domain has an observation model: a network then sees observations in place of images, see
    /// [`Domain::observe_target`]. Default: it has none.
    const OBSERVATION_MODEL: bool = false;

    /// Names of the success criteria, the default first. Default: [`PIXEL_CRITERIA`]. Every domain has [`EXACT`](crate::EXACT)
    /// as well, which the framework decides.
    const CRITERIA: &'static [&'static str] = PIXEL_CRITERIA;

    /// How a partial program grows by a piece, for methods that add one shape after the other. Default: it does not.
    const PARTIAL_PROGRAMS: Option<PartialPrograms> = None;

    /// Which alternatives bind names and which refer to them: a TOML document with the table `scope`, such as
    /// `include_str!("../my-dsl.toml")`. Other tables of it are not looked at. Programs then have every name in scope, see
    /// [`Language::with_scopes`](tdf_tree::Language::with_scopes). A `.toml` with such a table beside the grammar goes before this.
    /// Default: none, names are tokens like others.
    const SCOPE: &'static str = "";

    /// Takes over the values of [`Domain::OPTIONS`]. Called once, before everything else.
    fn configure(&mut self, options: &Options) {
        let _ = options;
    }

    /// The form of the images.
    fn canvas(&self) -> Canvas;

    /// The domain on a smaller canvas, if its images there are nearly those of this one scaled down: each pixel the mean of a
    /// square of pixels. Searches that render millions of programs compare these first, and look at the canvas itself when they are
    /// close. Width and height of the canvas are multiples of those of the smaller one, by the same factor. Default: there is none.
    fn coarse(&self) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }

    /// Renders `program` into `image`, which is [`Canvas::bytes`] long. Its contents before the call are undefined, and a
    /// renderer writes every sample. Rows run from the top, pixels from the left, channels innermost. Samples are 0 to 255.
    /// The same program always renders to the same bytes.
    ///
    /// # Errors
    /// If the program has no image.
    fn render(&self, program: &Self::Program, image: &mut [u8]) -> Result<(), RenderError>;

    /// Renders the observation of a target `program` into `image` (paper, section 3: an observation model). Only domains with
    /// [`Domain::OBSERVATION_MODEL`] need it. Length and layout are those of [`Domain::render`]. The same program and seed
    /// give the same bytes. A success criterion compares images, not observations. Default: the image of the program.
    ///
    /// # Errors
    /// If the program has no image.
    fn observe_target(&self, program: &Self::Program, seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        let _ = seed;
        self.render(program, image)
    }

    /// Renders the observation of the current program into `image`. A network sees it beside the observation of the target.
    /// Length and layout are those of [`Domain::render`]. The same program and seed give the same bytes. Default: the image
    /// of the program.
    ///
    /// # Errors
    /// If the program has no image.
    fn observe_current(&self, program: &Self::Program, seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        let _ = seed;
        self.render(program, image)
    }

    /// The paper's sigma (section 3.1): what counts as small. Default: the number of nodes.
    ///
    /// # Errors
    /// Those of [`Size`]: names that the grammar does not have.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Ok(Size::nodes(grammar))
    }

    /// Whether `image` equals `target` by `criterion`, one of the names in [`Domain::CRITERIA`]. Both images are
    /// [`Canvas::bytes`] long, in the layout of [`Domain::render`]. The result depends on the arguments alone. It need not be
    /// symmetric in `image` and `target`. Default: [`PixelTolerance::solved`].
    fn solved(&self, criterion: &str, image: &[u8], target: &[u8]) -> bool {
        PixelTolerance::solved(criterion, image, target, self.canvas().channels as usize)
    }

    /// How near `image` comes to `target` by the measure of `criterion`, one of the names in [`Domain::CRITERIA`]. It is for people
    /// who look at a program that solves a task or nearly does. [`Measure::is_met`] equals [`Domain::solved`]. Both images are as
    /// there. Default: [`Measure::of_pixels`] if [`Domain::CRITERIA`] is [`PIXEL_CRITERIA`], else none.
    fn measure(&self, criterion: &str, image: &[u8], target: &[u8]) -> Option<Measure> {
        if Self::CRITERIA != PIXEL_CRITERIA {
            return None;
        }
        Measure::of_pixels(criterion, image, target, self.canvas().channels as usize)
    }

    /// How far `image` is from `target`: searches rank programs by it. It compares what a search compares. In a domain with an
    /// observation model these are two observations, or two images where the image of the target is known. Both are
    /// [`Canvas::bytes`] long, in the layout of [`Domain::render`].
    ///
    /// It is 0 for equal images, finite and not negative. It depends on the arguments alone. The unit is the domain's own. An
    /// image that is nearly right should be nearer than an empty one: [`distance`](crate::distance) has functions for colour
    /// images, shapes and thin lines. Default: [`distance::pixels`](crate::distance::pixels), the mean absolute difference of
    /// samples, 0 to 255.
    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        crate::distance::pixels(image, target)
    }

    /// Whether a target shows too little to be worth solving. Default: over 99 % of the pixels are the same.
    fn is_uninformative(&self, image: &[u8]) -> bool {
        PixelTolerance::is_uninformative(image, self.canvas().channels as usize)
    }

    /// The nodes of the canonical form of `program`, in pre-order. Other programs with the same image share one canonical
    /// form, as far as the domain can tell without rendering. For example, it sets numbers without effect to their least, and
    /// puts exchangeable operands into one order. The canonical form renders to the same image. It is no larger than
    /// `program`, and its own canonical form. With `noise.simplify_targets`, networks learn from canonical forms only.
    /// Default: there is no such form.
    fn canonical(&self, program: &Self::Program) -> Option<Vec<Node>> {
        let _ = program;
        None
    }

    /// The program as an SVG document that renders to the same image, if the domain has such a form. Its size in user
    /// units is the canvas.
    fn svg(&self, program: &Self::Program) -> Option<String> {
        let _ = program;
        None
    }
}
