//! Tests over the public interface.

mod example;
mod feed;
mod observed;
mod simplify;
mod target_statistics;
mod task;
mod toy;
mod writing;

use std::sync::Arc;

use tdf_data::{ExampleEncoder, ExampleOptions, Labels};
use tdf_decode::{Masks, ProgramTokenizer};
use tdf_domain::DynDomain;
use tdf_rainbow as _;
use tdf_tree::NodeChoice;

fn rainbow() -> Arc<dyn DynDomain> {
    tdf_domain::builtin("rainbow")
        .expect("built in")
        .open()
        .expect("a sound domain")
}

fn options() -> ExampleOptions {
    ExampleOptions {
        sizes: 2..=8,
        steps: 5,
        rho: 0.2,
        max_edit_size: 2,
        choice: NodeChoice::default(),
        redraws: 100,
        along_path: true,
        labels: Labels::NextEdit,
        simplify_targets: false,
    }
}

fn encoder(domain: &Arc<dyn DynDomain>) -> ExampleEncoder {
    let masks = Arc::new(Masks::new(domain.language(), domain.size()).expect("masks"));
    let tokenizer = ProgramTokenizer::new(Arc::clone(domain.language()), domain.size().clone(), masks);
    ExampleEncoder::new(Arc::clone(domain), tokenizer, options().max_edit_size)
}
