//! A stream of training examples of the domain `rainbow`: programs, mutated programs, and the edits that lead back.

#![allow(clippy::print_stdout, reason = "this program prints examples")]

use std::error::Error;
use std::sync::Arc;

use tdf::examples::{BatchLoader, EncodedExample, Example, ExampleEncoder, ExampleOptions, ExampleStream};
use tdf::{DynDomain, Tree};

/// Examples of a batch.
const BATCH: usize = 4;

/// One example in text.
#[derive(Debug)]
pub struct Shown {
    /// The program of the target image.
    pub target: String,
    /// The program at hand: a mutated one, or one on the way back from it.
    pub current: String,
    /// What the edit replaces, and the replacement.
    pub edit: (String, String),
    /// The program at hand after the edit.
    pub edited: String,
    /// Edits left to the target, this one included.
    pub distance: u32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let (shown, batch) = run(BATCH as u64)?;
    for example in shown {
        println!("target    {}", example.target);
        println!("mutated   {}", example.current);
        println!("edit      {} -> {}", example.edit.0, example.edit.1);
        println!("distance  {}\n", example.distance);
    }
    for encoded in batch {
        println!("{} ids, {} decisions", encoded.ids.len(), encoded.steps.len());
    }
    Ok(())
}

/// The first `count` examples in text, and the first batch as a network reads it.
///
/// # Errors
/// Options that the domain cannot meet.
pub fn run(count: u64) -> Result<(Vec<Shown>, Vec<EncodedExample>), Box<dyn Error>> {
    let domain = tdf::builtin("rainbow").ok_or("rainbow is not linked in")?.open()?;
    // Example number i of a seed depends on the seed and on i alone.
    let options = ExampleOptions {
        sizes: 2..=4,
        ..ExampleOptions::default()
    };
    let stream = ExampleStream::new(Arc::clone(&domain), options, 0)?;
    let mut shown = Vec::new();
    let mut example = Example::default();
    for index in 0..count {
        stream.example(index, &mut example)?;
        shown.push(show(&domain, &example)?);
    }

    // The same examples in batches: two threads make them, at most three batches wait.
    let max_edit_size = stream.options().max_edit_size;
    let encoder = ExampleEncoder::for_domain(domain, max_edit_size)?;
    let mut loader = BatchLoader::start(Arc::new(stream), Arc::new(encoder), 0, BATCH, 2, 3);
    let batch = loader.next_batch()?;
    Ok((shown, batch))
}

fn show(domain: &Arc<dyn DynDomain>, example: &Example) -> Result<Shown, Box<dyn Error>> {
    let print = |tree: &Tree| domain.language().print(tree.nodes());
    let edit = example.edit.as_ref().ok_or("an example of edits has an edit")?;
    let mut edited = example.current.clone();
    edit.apply(&mut edited);
    Ok(Shown {
        target: print(&example.target),
        current: print(&example.current),
        edit: (
            domain.language().print(example.current.subtree(edit.node)),
            domain.language().print(&edit.replacement),
        ),
        edited: print(&edited),
        distance: example.distance,
    })
}
