//! Images of a plugin: into a guarded buffer, checked, now and then drawn twice.

use tdf_domain::abi::{self, FAULT, NO_IMAGE};
use tdf_domain::{Node, RenderError, check_depth, from_samples, slots_fault};

use crate::canary::Guarded;
use crate::loaded::Loaded;
use crate::raw::Text;
use crate::repeats::{Earlier, Rendering};
use crate::{process, watch};

/// The function of the table that draws it.
#[derive(Clone, Copy)]
enum Function {
    Bytes(abi::Render),
    Samples(abi::RenderSamples),
    Seeded(abi::RenderSeeded, u64),
}

impl Loaded {
    /// Draws a program into `image`.
    #[inline]
    pub(crate) fn render_as(&self, rendering: Rendering, nodes: &[Node], image: &mut [u8]) -> Result<(), RenderError> {
        check_depth(self.language.grammar(), nodes)?;
        // Plugins in other languages trust these.
        if image.len() != self.observation.bytes() || nodes.first().is_none_or(|root| root.len as usize != nodes.len())
        {
            return Err(misused(image.len()));
        }
        // Without inputs there are no outputs.
        if !self.is_runnable() {
            return Ok(());
        }
        let due = self.repeats.is_due();
        self.render_once(rendering, nodes, image, self.is_unchecked || due, None)?;
        if due {
            return self.repeat(rendering, nodes, image);
        }
        Ok(())
    }

    /// The function for a rendering, and its name.
    #[inline]
    fn function(&self, rendering: Rendering) -> Option<(Function, &'static str)> {
        let table = self.table;
        let seeded = match rendering {
            Rendering::Image => None,
            Rendering::Observation(seed) => table
                .observe_target
                .map(|draw| (Function::Seeded(draw, seed), "observe_target")),
            Rendering::View(seed) => table
                .observe_current
                .map(|draw| (Function::Seeded(draw, seed), "observe_current")),
        };
        seeded
            .or_else(|| table.render.map(|draw| (Function::Bytes(draw), "render")))
            .or_else(|| {
                table
                    .render_samples
                    .map(|draw| (Function::Samples(draw), "render_samples"))
            })
    }

    /// Calls the plugin for a whole program, with an image of the canvas. If `guard` is set, the plugin writes into a guarded
    /// buffer, which holds anything but the image `unlike` before.
    #[inline]
    fn render_once(
        &self,
        rendering: Rendering,
        nodes: &[Node],
        image: &mut [u8],
        guard: bool,
        unlike: Option<&[u8]>,
    ) -> Result<(), RenderError> {
        let Some((function, name)) = self.function(rendering) else {
            return Err(self.fault(nodes, "draws nothing"));
        };
        let length = image.len();
        let mut buffer = match function {
            Function::Samples(_) => {
                let mut buffer = Guarded::take(size_of::<f32>() * length);
                // What it leaves untouched is seen.
                buffer.samples().fill(f32::NAN);
                Some(buffer)
            }
            _ if !guard => None,
            _ => {
                let mut buffer = Guarded::take(length);
                for (byte, other) in buffer.body().iter_mut().zip(unlike.unwrap_or_default()) {
                    *byte = !other;
                }
                Some(buffer)
            }
        };
        let mut message = Text::message();
        let sink = &message.sink();
        let start = match &mut buffer {
            Some(buffer) => buffer.start(),
            None => image.as_mut_ptr(),
        };
        let program = self.language.to_written(nodes);
        let (domain, program, count) = (self.instance(), program.as_ptr(), program.len());
        let call = self.call(name, nodes);
        let drawn = watch::during(&call, || {
            // SAFETY: the interface says that the functions take these. `open` made the instance, which is closed when
            // `self` is dropped. The nodes are a whole program, borrowed until the function returns. At `start` there are
            // `length` bytes or samples, which nobody else uses; the sink writes into `message`, which nobody else uses.
            unsafe {
                match function {
                    Function::Bytes(draw) => draw(domain, program, count, start, length, sink),
                    Function::Samples(draw) => draw(domain, program, count, start.cast(), length, sink),
                    Function::Seeded(draw, seed) => draw(domain, program, count, seed, start, length, sink),
                }
            }
        });
        let unharmed = match &mut buffer {
            Some(buffer) => call.check(buffer).map_err(|what| self.fault(nodes, &what)),
            None => Ok(()),
        };
        let result = match (unharmed, function, &mut buffer) {
            (Err(error), ..) => Err(error),
            _ if drawn != length as i64 => Err(self.not_rendered(nodes, length, drawn, message.finish())),
            (_, Function::Samples(_), Some(buffer)) => from_samples(buffer.samples(), image)
                .map_err(|error| self.fault(nodes, &format!("drew what is no image: {error}"))),
            (_, _, Some(buffer)) => match self.outputs_fault(buffer.body()) {
                Some(what) => Err(self.fault(nodes, &what)),
                None => {
                    buffer.copy_to(image);
                    Ok(())
                }
            },
            (_, _, None) => Ok(()),
        };
        if let Some(buffer) = buffer {
            buffer.put_back();
        }
        result
    }

    /// What is wrong with the outputs that a plugin wrote, if anything. A plugin in Rust writes them by the framework's code.
    fn outputs_fault(&self, outputs: &[u8]) -> Option<String> {
        let (Some(signature), Some(spec)) = (&self.signature, self.observation.values()) else {
            return None;
        };
        if !self.is_unchecked {
            return None;
        }
        slots_fault(spec, signature.output_kinds, outputs)
    }

    #[cold]
    fn not_rendered(&self, nodes: &[Node], length: usize, drawn: i64, message: String) -> RenderError {
        match drawn {
            NO_IMAGE if message.is_empty() => RenderError("the plugin says that it means no image".to_owned()),
            NO_IMAGE => RenderError(message),
            FAULT => self.failed(nodes, &message),
            drawn if self.bound.is_some() => {
                self.fault(nodes, &format!("wrote {drawn} bytes, and its outputs have {length}"))
            }
            drawn => self.fault(nodes, &format!("drew {drawn} samples, and its canvas has {length}")),
        }
    }

    /// Draws the program that was drawn as `image` once more, and one that was drawn some time ago. An image that
    /// depends on anything but the program spoils trainings, and searches that nobody can repeat.
    #[cold]
    fn repeat(&self, rendering: Rendering, nodes: &[Node], image: &[u8]) -> Result<(), RenderError> {
        process::check_folder();
        let mut again = vec![0; image.len()];
        self.render_once(rendering, nodes, &mut again, true, Some(image))?;
        if let Some(at) = first_difference(&again, image) {
            return Err(self.differs(nodes, "twice in a row", at));
        }
        // If another thread is at it, that is enough.
        let Ok(mut earlier) = self.repeats.earlier.try_lock() else {
            return Ok(());
        };
        let now = Earlier {
            rendering,
            nodes: nodes.to_vec(),
            image: image.to_vec(),
        };
        let Some(before) = earlier.replace(now) else {
            return Ok(());
        };
        drop(earlier);
        // It is no matter of this program, whose image is right: the fault is noted and nothing else.
        match self.render_once(before.rendering, &before.nodes, &mut again, true, None) {
            Ok(()) => {
                if let Some(at) = first_difference(&again, &before.image) {
                    self.differs(&before.nodes, "now and some time ago", at);
                }
            }
            Err(error) => {
                self.fault(
                    &before.nodes,
                    &format!("drew a program some time ago and does not now ({error})"),
                );
            }
        }
        Ok(())
    }

    fn differs(&self, nodes: &[Node], when: &str, at: usize) -> RenderError {
        self.fault(
            nodes,
            &format!(
                "drew one program {when}, and the images differ from byte {at} on: a program has to render to the same image \
                 bytes always, and all of them"
            ),
        )
    }
}

fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    a.iter().zip(b).position(|(a, b)| a != b)
}

#[cold]
fn misused(length: usize) -> RenderError {
    RenderError(format!("not a whole program, or not a canvas of {length} bytes"))
}
