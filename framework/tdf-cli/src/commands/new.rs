use std::path::PathBuf;

use tdf_new::{Framework, Template};

use crate::output;

/// Writes the crate of a language of your own: it builds, passes its tests and trains
#[derive(Debug, clap::Args)]
pub struct New {
    /// The folder to make; its last part is the name of the language
    folder: PathBuf,
    /// Programs take inputs and give outputs, instead of rendering to images
    #[arg(long)]
    function: bool,
    /// The renderer is a class in Python, which runs in a process of its own, instead of a crate
    #[arg(long, conflicts_with_all = ["function", "path", "git"])]
    python: bool,
    /// The checkout of tdf to depend on [default: the one that this program was built from]
    #[arg(long, value_name = "FOLDER", conflicts_with = "git")]
    path: Option<PathBuf>,
    /// A git repository of tdf to depend on
    #[arg(long, value_name = "URL")]
    git: Option<String>,
}

impl New {
    pub fn run(self) -> anyhow::Result<()> {
        let framework = match (&self.path, self.git) {
            (_, Some(url)) => Framework::Git(url),
            (Some(path), None) => Framework::checkout(path)?,
            (None, None) => Framework::own()?,
        };
        let template = match (self.function, self.python) {
            (true, _) => Template::Function,
            (_, true) => Template::Python,
            _ => Template::Images,
        };
        let taken: Vec<&str> = tdf_domain::builtins().iter().map(|domain| domain.name).collect();
        let created = tdf_new::create(&self.folder, template, &framework, &taken)?;
        let (name, folder) = (&created.name, self.folder.display());
        let mut lines = vec![
            format!("{folder}: {}", created.files.join(" ")),
            String::new(),
            format!("  cd {folder}"),
            if self.python {
                "  python3 -m unittest"
            } else {
                "  cargo test"
            }
            .to_owned(),
            format!("  tdf sample --grammar {name}.lalrpop"),
        ];
        if self.function {
            lines.push(format!(
                "  tdf search --grammar {name}.lalrpop --method anneal --examples examples.csv"
            ));
        }
        lines.extend([
            format!("  tdf train --grammar {name}.lalrpop --set train.minutes=10"),
            String::new(),
            "README.md says which file is what, and has more commands".to_owned(),
        ]);
        output::print_report(lines)
    }
}
