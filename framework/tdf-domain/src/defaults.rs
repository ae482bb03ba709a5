//! What holds for a plugin that has no function of its own, and which forms of observations a plugin may have. The same for plugins in
//! libraries and in processes.

use crate::{
    Canvas, Inputs, Measure, ObservationSpec, PixelTolerance, Signature, ValueKind, ValueSpec, distance, shows_nothing,
    value_distance,
};

/// Greatest width and height of a canvas in pixels.
const GREATEST_CANVAS: u32 = 4096;

/// Greatest number of arguments of a program.
const MOST_ARGUMENTS: usize = 64;

/// Greatest length of an output in bytes: slots count them in two bytes.
const LONGEST_OUTPUT: u32 = u16::MAX as u32;

/// What holds for a plugin that has no function of its own.
impl ObservationSpec {
    /// The form of the outputs of programs that are bound to no inputs.
    #[doc(hidden)]
    pub fn unbound_outputs(signature: Signature) -> Self {
        Self::Values(ValueSpec {
            rows: 0,
            max_bytes: signature.max_output,
        })
    }

    /// Whether `observation` is that of the target: by the criterion of this name for images, all of it for outputs.
    #[doc(hidden)]
    pub fn default_solved(self, criterion: &str, observation: &[u8], target: &[u8]) -> bool {
        match self {
            Self::Image(canvas) => PixelTolerance::solved(criterion, observation, target, canvas.channels as usize),
            Self::Values(_) => observation == target,
        }
    }

    /// How near `observation` is, as the criterion of this name measures it.
    #[doc(hidden)]
    pub fn default_measure(self, criterion: &str, observation: &[u8], target: &[u8]) -> Option<Measure> {
        match self {
            Self::Image(canvas) => Measure::of_pixels(criterion, observation, target, canvas.channels as usize),
            Self::Values(spec) => Some(Measure::examples_met(spec, observation, target)),
        }
    }

    /// What the criterion `exact` measures.
    #[doc(hidden)]
    pub fn exact_measure(self, observation: &[u8], target: &[u8]) -> Measure {
        match self {
            Self::Image(_) => Measure::exact(observation, target),
            Self::Values(spec) => Measure::examples_met(spec, observation, target),
        }
    }

    /// How far `observation` is from `target`.
    #[doc(hidden)]
    pub fn default_distance(self, observation: &[u8], target: &[u8]) -> f64 {
        match self {
            Self::Image(_) => distance::pixels(observation, target),
            Self::Values(spec) => value_distance(spec, observation, target),
        }
    }

    /// Whether a target on `inputs` shows too little to be worth solving.
    #[doc(hidden)]
    pub fn default_is_uninformative(self, inputs: &Inputs, target: &[u8]) -> bool {
        match self {
            Self::Image(canvas) => PixelTolerance::is_uninformative(target, canvas.channels as usize),
            Self::Values(spec) => shows_nothing(inputs.rows(), &spec.decode(target)),
        }
    }
}

impl Canvas {
    /// The canvas that a plugin describes.
    ///
    /// # Errors
    /// Sides, channels or a background that a canvas cannot have.
    #[doc(hidden)]
    pub fn described(width: u32, height: u32, channels: u32, background: u32) -> Result<Self, String> {
        let sides = 1..=GREATEST_CANVAS;
        let fits = sides.contains(&width) && sides.contains(&height) && [1, 3].contains(&channels);
        match u8::try_from(background) {
            Ok(background) if fits => Ok(Self {
                width,
                height,
                channels,
                background,
            }),
            _ => Err(format!(
                "its canvas has {width}x{height} pixels, {channels} channels and the background {background}; allowed are \
                 1 to {GREATEST_CANVAS} pixels a side, 1 or 3 channels and a background of 0 to 255"
            )),
        }
    }
}

impl Signature {
    /// The signature that a plugin describes. Kinds stay as long as the program runs.
    ///
    /// # Errors
    /// Numbers that a signature cannot have.
    #[doc(hidden)]
    pub fn described(
        (least, greatest): (usize, usize),
        argument_kinds: Vec<ValueKind>,
        output_kinds: Vec<ValueKind>,
        max_output: u32,
    ) -> Result<Self, String> {
        if least > greatest || !(1..=MOST_ARGUMENTS).contains(&greatest) {
            return Err(format!(
                "its programs take {least} to {greatest} arguments; the greatest number has to be 1 to {MOST_ARGUMENTS}, and not below \
                 the least"
            ));
        }
        if !(1..=LONGEST_OUTPUT).contains(&max_output) {
            return Err(format!(
                "its longest output has {max_output} bytes; allowed are 1 to {LONGEST_OUTPUT}"
            ));
        }
        Ok(Self {
            arguments: (least, greatest),
            argument_kinds: argument_kinds.leak(),
            output_kinds: output_kinds.leak(),
            max_output,
        })
    }
}
