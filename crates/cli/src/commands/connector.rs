//! `avops connector new`: a small connector that works, to begin with.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use crate::error::Error;
use crate::terminal::Terminal;

/// What stands for the name in the files.
const NAME: &str = "CONNECTOR";
const README: &str = include_str!("connector/README.md");
const MANIFEST: &str = include_str!("connector/connector.yaml");

/// What to do about connectors that are written here.
#[derive(Debug, Subcommand)]
pub(crate) enum Connector {
    /// Write a small connector that works: one file, its manifest for `connectors/`, and how to start it
    New(New),
}

/// A connector to begin with.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// Its name in recipes: small letters, digits, `_` and `-`
    name: String,
    /// What it is written in
    #[arg(long, value_enum)]
    language: Language,
    /// Where its folder is made
    #[arg(long, value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// Languages that connectors are written in.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Language {
    /// Python 3.9 or later, and nothing else
    Python,
    /// TypeScript, which Node 22.18 or later runs as it is
    Typescript,
}

impl Language {
    /// Its files, and what starts it.
    fn files(self) -> (&'static [(&'static str, &'static str)], &'static str) {
        match self {
            Self::Python => (
                &[("connector.py", include_str!("connector/connector.py"))],
                "python3 connector.py",
            ),
            Self::Typescript => (
                &[
                    ("connector.ts", include_str!("connector/connector.ts")),
                    ("package.json", include_str!("connector/package.json")),
                ],
                "node connector.ts",
            ),
        }
    }
}

/// Writes the files and says what comes next.
pub(crate) fn connector(command: &Connector, terminal: Terminal) -> Result<(), Error> {
    let Connector::New(new) = command;
    let name = new.name.as_str();
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if !begins || name.len() > 64 || !name.chars().all(fits) {
        return Err(
            Error::call(format!("{name:?} cannot be the name of a tool"))
                .hint("small letters, digits, `_` and `-`, beginning with a letter"),
        );
    }
    let folder = new.folder.join(name);
    let unwritable = |path: &Path, error: std::io::Error| {
        Error::call(format!("cannot write {}: {error}", path.display()))
    };
    std::fs::create_dir_all(&new.folder).map_err(|error| unwritable(&new.folder, error))?;
    // Nothing that is there is written over.
    std::fs::create_dir(&folder).map_err(|error| unwritable(&folder, error))?;
    let (files, start) = new.language.files();
    let readme = README.replace("START", start);
    for (file, text) in files
        .iter()
        .copied()
        .chain([("README.md", readme.as_str()), ("CONNECTOR.yaml", MANIFEST)])
    {
        let path = folder.join(file.replace(NAME, name));
        std::fs::write(&path, text.replace(NAME, name))
            .map_err(|error| unwritable(&path, error))?;
    }
    terminal.note(format_args!(
        "{} says how to add it to AVOps; it starts with `{start}`",
        folder.join("README.md").display()
    ))
}
