//! `avops completions`: what a shell needs to complete our commands.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::error::Error;

/// For which shell.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

/// Prints the completions.
pub(crate) fn completions(command: &Completions) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(
        command.shell,
        &mut Arguments::command(),
        "avops",
        &mut script,
    );
    Ok(std::io::Write::write_all(
        &mut std::io::stdout().lock(),
        &script,
    )?)
}
