use std::path::PathBuf;

use anyhow::{Context as _, bail};
use tdf_files::check_folder;

use crate::domains::DomainArgs;
use crate::output::counted;
use crate::{input, output};

/// Draws programs: 00000.png, 00001.png, ...
#[derive(Debug, clap::Args)]
pub struct Render {
    #[command(flatten)]
    domain: DomainArgs,
    /// A file with one program a line; standard input if there is none
    file: Option<PathBuf>,
    /// Folder for the images
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write PNG files (the default)
    #[arg(long, conflicts_with = "svg")]
    png: bool,
    /// Write SVG files
    #[arg(long)]
    svg: bool,
    /// Width and height of the images in pixels, the same as --set domain.canvas=N
    #[arg(long, value_name = "N")]
    canvas: Option<u32>,
    /// Draw what is seen of the programs as targets (hand-drawn sketches, for csg2d-sketch)
    #[arg(long, conflicts_with = "svg")]
    sketch: bool,
    /// Seed of sketches
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

impl Render {
    pub fn run(self) -> anyhow::Result<()> {
        check_folder(&self.out)?;
        let canvas = self.canvas.map(|side| side.to_string());
        let options: Vec<(&str, &str)> = canvas.iter().map(|side| ("canvas", side.as_str())).collect();
        let domain = self.domain.open_with(&options)?;
        let Some(form) = domain.canvas() else {
            bail!("programs of `{}` have no images: they take inputs", domain.name());
        };
        if self.sketch && !domain.has_observation_model() {
            bail!("--sketch: targets of `{}` are seen as they are drawn", domain.name());
        }
        let programs = input::read_programs(domain.language(), domain.start(), self.file.as_deref())?;
        let mut files = Vec::new();
        let mut image = vec![0; domain.observation_spec().bytes()];
        for (number, program) in programs.iter().enumerate() {
            let text = || domain.language().print(program.nodes());
            if self.svg {
                let Some(svg) = domain.svg(program.nodes()) else {
                    bail!("--svg: `{}` has no SVG form of program {}", domain.name(), number + 1);
                };
                files.push((format!("{number:05}.svg"), svg.into_bytes()));
            } else {
                let drawn = match self.sketch {
                    true => domain.observe_target(program.nodes(), self.seed.wrapping_add(number as u64), &mut image),
                    false => domain.render(program.nodes(), &mut image),
                };
                drawn.with_context(text)?;
                files.push((format!("{number:05}.png"), tdf_eval::png_bytes(form, &image)?));
            }
        }
        tdf_eval::create_folder(&self.out)?;
        for (name, bytes) in &files {
            tdf_eval::write_file(&self.out.join(name), bytes)?;
        }
        let images = counted(files.len(), "image");
        output::print_report([format!("{images} in {}", self.out.display())])
    }
}
