//! A domain that a library offers, and how it is opened.

use std::ffi::c_void;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tdf_domain::abi::{self, Names};
use tdf_domain::{Canvas, DynDomain, Growth, Language, OptionSpec, Options, Size};

use crate::LoadError;
use crate::loaded::Loaded;
use crate::raw::{Text, Texts, slice, text};

/// Seconds that a call into a plugin may take, unless its `.toml` says otherwise.
pub const CALL_LIMIT: u64 = 10;

/// Greatest width and height of a canvas in pixels.
const GREATEST_CANVAS: u32 = 4096;

/// A domain that a shared library offers.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Name on the command line.
    pub name: &'static str,
    /// Its options.
    pub options: &'static [OptionSpec],
    /// The library.
    pub library: PathBuf,
    pub(crate) language: Arc<Language>,
    pub(crate) names: &'static Names,
    pub(crate) table: &'static abi::Domain,
}

// SAFETY: tables of a plugin stay as they are.
unsafe impl Send for Offer {}
// SAFETY: as above.
unsafe impl Sync for Offer {}

/// What a `.toml` changes about a domain, and where it was named.
#[derive(Clone, Debug)]
pub struct Opening {
    /// What the user named: shown as the origin. The `.toml` that `size` is of stands beside it.
    pub origin: PathBuf,
    /// Seconds that a call may take.
    pub limit: u64,
    /// The size function as [`Size::parse`] takes it, instead of the plugin's.
    pub size: Option<String>,
}

impl Opening {
    /// Of a library that the user named by itself.
    pub fn of(library: PathBuf) -> Self {
        Self {
            origin: library,
            limit: CALL_LIMIT,
            size: None,
        }
    }
}

impl Offer {
    /// The language of its programs.
    pub fn language(&self) -> &Arc<Language> {
        &self.language
    }

    /// Opens the domain with names and values of options.
    ///
    /// # Errors
    /// Options that it does not have, a plugin that does not open it, an impossible canvas or size.
    pub fn open(&self, options: &[(&str, &str)], opening: &Opening) -> Result<Arc<dyn DynDomain>, LoadError> {
        let options = Options::new(self.options, options.iter().copied())?;
        let values = Texts::new(options.iter().map(|(_, value)| value));
        let mut message = Text::message();
        let not_open = |what: &str| LoadError::Plugin {
            path: self.library.clone(),
            message: format!("the domain {} does not open: {what}", self.name),
        };
        let Some(open) = self.table.open else {
            return Err(not_open("it has no function `open`"));
        };
        // SAFETY: the table says that it takes these.
        let instance = unsafe { open(self.table.context, self.names, values.pointers(), &message.sink()) };
        if instance.is_null() {
            let why = message.finish();
            return Err(not_open(if why.is_empty() { "it does not say why" } else { &why }));
        }
        // SAFETY: an array of the stated length.
        let palette = unsafe { slice("palette", self.table.palette, self.table.palette_count) };
        // From here on it is closed whatever happens.
        let mut loaded = Loaded {
            table: self.table,
            instance,
            name: self.name,
            origin: opening.origin.clone(),
            language: self.language.clone(),
            size: Size::nodes(self.language.grammar()),
            canvas: Canvas {
                width: 1,
                height: 1,
                channels: 1,
                background: 0,
            },
            options,
            palette: &[],
            growth: None,
            limit: opening.limit,
            faults: Mutex::default(),
        };
        loaded.palette = palette.map_err(|what| not_open(&what))?;
        loaded.growth = self.growth().map_err(|what| not_open(&what))?;
        loaded.canvas = self.canvas(instance).map_err(|what| not_open(&what))?;
        loaded.size = match &opening.size {
            Some(given) => Size::parse(self.language.grammar(), given).map_err(|error| LoadError::File {
                path: opening.origin.with_extension("toml"),
                message: format!("size: {error}"),
            })?,
            None => self.size(instance).map_err(|what| not_open(&format!("size: {what}")))?,
        };
        Ok(Arc::new(loaded))
    }

    fn growth(&self) -> Result<Option<Growth>, String> {
        // SAFETY: null or a table that stays.
        let Some(growth) = (unsafe { self.table.growth.as_ref() }) else {
            return Ok(None);
        };
        // SAFETY: a text or null.
        let alternative = unsafe { text("growth.alternative", growth.alternative)? };
        Ok(Some(Growth {
            alternative: alternative.ok_or("its `growth` names no alternative")?,
            partial: growth.partial as usize,
            piece: growth.piece as usize,
            size: growth.size,
        }))
    }

    fn canvas(&self, instance: *mut c_void) -> Result<Canvas, String> {
        let mut form = abi::Canvas::default();
        if let Some(canvas) = self.table.canvas {
            // SAFETY: the table says that it takes these.
            unsafe { canvas(instance, &raw mut form) };
        }
        let abi::Canvas {
            width,
            height,
            channels,
            background,
        } = form;
        let sides = 1..=GREATEST_CANVAS;
        let fits = sides.contains(&width) && sides.contains(&height) && [1, 3].contains(&channels);
        match u8::try_from(background) {
            Ok(background) if fits => Ok(Canvas {
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

    fn size(&self, instance: *mut c_void) -> Result<Size, String> {
        let grammar = self.language.grammar();
        let size = match self.table.weights {
            Some(weights) => {
                let mut list = vec![u32::MAX; grammar.productions.len()];
                // SAFETY: the table says that it takes these.
                unsafe { weights(instance, list.as_mut_ptr(), list.len()) };
                Size::from_weights(grammar, list)
            }
            // SAFETY: a text or null.
            None => match unsafe { text("size", self.table.size)? } {
                Some(given) => Size::parse(grammar, given),
                None => Ok(Size::nodes(grammar)),
            },
        };
        size.map_err(|error| error.message)
    }
}
