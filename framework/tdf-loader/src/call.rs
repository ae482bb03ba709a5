//! A call into a plugin, and what is said of one that does not come back as it should.

use std::fmt::Write as _;
use std::path::Path;

use tdf_domain::{Language, Node};

use crate::canary::{Guarded, Overrun};
use crate::process;

/// A call that a thread is about to make.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    /// What the user named: a grammar file or a library.
    pub(crate) origin: &'a Path,
    /// The function, as `tdf_plugin.h` calls it.
    pub(crate) function: &'static str,
    /// Seconds that it may take.
    pub(crate) limit: u64,
    /// The program that it is about, if it is about one.
    pub(crate) program: Option<(&'a Language, &'a [Node])>,
}

/// The name of the step in which the system loads a library and runs its constructors.
pub(crate) const LOADING: &str = "dlopen";

impl Call<'_> {
    /// What is said of a call that has not come back in time.
    pub(crate) fn overdue(&self) -> String {
        let Self { limit, .. } = self;
        let mut text = match self.function {
            LOADING => self.named("its code that runs on loading has not come back"),
            function => self.named(&format!("the plugin has not come back from `{function}`")),
        };
        let _ = write!(
            text,
            " after {limit} s{}; if it only takes long, raise `limit` in the table `domain` of the .toml beside the grammar",
            self.program()
        );
        text
    }

    /// What is said of a call that ends the process instead of coming back.
    pub(crate) fn ended(&self) -> String {
        let mut text = match self.function {
            LOADING => self.named("its code that runs on loading ended the process"),
            function => self.named(&format!("the plugin ended the process from within `{function}`")),
        };
        let _ = write!(
            text,
            " (`exit`){}; a plugin reports failures with TDF_FAULT and a message",
            self.program()
        );
        text
    }

    /// Checks the guards around what the function wrote into; says what it did otherwise. Ends the process if memory beyond the
    /// guards may be damaged.
    #[inline]
    pub(crate) fn check(&self, buffer: &mut Guarded) -> Result<(), String> {
        buffer.check().map_err(|overrun| self.overrun(overrun))
    }

    #[cold]
    fn overrun(&self, overrun: Overrun) -> String {
        let what = format!("{overrun} in `{}`", self.function);
        if overrun.is_confined() {
            return what;
        }
        process::end(&self.named(&format!(
            "the plugin {what}: the memory of the process may be damaged{}",
            self.program()
        )))
    }

    fn named(&self, what: &str) -> String {
        format!("{}: {what}", self.origin.display())
    }

    /// The end of a message about the call.
    pub(crate) fn program(&self) -> String {
        match self.program {
            Some((language, nodes)) => format!("; the program: {}", language.print(nodes)),
            None => String::new(),
        }
    }
}
