use std::path::PathBuf;

use tdf_new::Framework;

use crate::output;

/// Writes the crate of a language of your own: it builds, passes its tests and trains
#[derive(Debug, clap::Args)]
pub struct New {
    /// The folder to make; its last part is the name of the language
    folder: PathBuf,
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
        let taken: Vec<&str> = tdf_domain::builtins().iter().map(|domain| domain.name).collect();
        let created = tdf_new::create(&self.folder, &framework, &taken)?;
        let (name, folder) = (&created.name, self.folder.display());
        output::print_report([
            format!("{folder}: {}", created.files.join(" ")),
            String::new(),
            format!("  cd {folder}"),
            "  cargo test".to_owned(),
            format!("  tdf sample --grammar {name}.lalrpop"),
            format!("  tdf train --grammar {name}.lalrpop --set train.minutes=10"),
            String::new(),
            "README.md says which file is what, and has more commands".to_owned(),
        ])
    }
}
