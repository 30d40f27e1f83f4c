//! What can be typed after `avops`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    again, agents, answer, backup, calendars, campus, chat, compare, completions, connector,
    doctor, explain, promote, recipes, restore, rooms, run, runs, serve, settings, setup, sop,
    support, test, token, tools, transfer, validate, workflows,
};

/// Turns standard operating procedures for audio-visual systems into recipes that run, survive crashes and can be
/// watched.
#[derive(Debug, Parser)]
#[command(name = "avops", version, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) settings: Settings,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands. A flag goes before the environment, that before `avops.toml`.
#[derive(Debug, Args, Default)]
pub(crate) struct Settings {
    /// Folder that holds `avops.db` and the owner's token [default: the current folder]
    #[arg(
        long,
        global = true,
        env = "AVOPS_DATA_DIR",
        hide_env_values = true,
        value_name = "DIR"
    )]
    pub(crate) data_dir: Option<PathBuf>,
    // Only there to refuse what other installations may be configured with.
    #[arg(long, global = true, env = "AVOPS_DATABASE", hide = true)]
    pub(crate) database: Option<String>,
    /// Run everything against the simulated campus; nothing leaves this machine
    #[arg(long, global = true, env = "AVOPS_MOCK", hide_env_values = true,
          num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    pub(crate) mock: Option<bool>,
    /// World that the simulated campus begins with, as a YAML file [default: the shipped campus]
    #[arg(
        long,
        global = true,
        env = "AVOPS_CAMPUS",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub(crate) campus: Option<PathBuf>,
    /// Ask the server at this address instead of the one on this data folder (with the token in `AVOPS_TOKEN`)
    #[arg(
        long,
        global = true,
        env = "AVOPS_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) url: Option<String>,
    /// Configuration file [default: `avops.toml` in the current folder, where there is one]
    #[arg(
        long,
        global = true,
        env = "AVOPS_CONFIG",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub(crate) config: Option<PathBuf>,
    /// What to log to stderr: `warn`, `info`, `avops_engine=debug` … [default: warn]
    #[arg(
        long,
        global = true,
        env = "AVOPS_LOG",
        hide_env_values = true,
        value_name = "FILTER"
    )]
    pub(crate) log: Option<String>,
    /// Print data as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// The commands, one file each in `commands/`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server with the page and the API
    Serve(serve::Serve),
    /// Run a recipe and watch it, with or without a server
    Run(run::Run),
    /// Check recipe files; nothing is run and nothing is saved
    Validate(validate::Validate),
    /// Run the tests of recipes, each in a simulated campus of its own
    Test(test::Test),
    /// Show the manual page of a diagnostic, for example R012
    Explain(explain::Explain),
    /// Print the JSON Schema of recipes, for editors
    Schema,
    /// List, show, save and remove recipes
    #[command(subcommand)]
    Recipes(recipes::Recipes),
    /// Let a recipe work supervised, then on its own; or show what speaks for it
    Promote(promote::PromoteRecipe),
    /// Take a recipe's right to work on its own away again
    Demote(promote::DemoteRecipe),
    /// Write agents, recipes and workflows into one ZIP
    Export(transfer::Export),
    /// Take agents, recipes and workflows out of a ZIP, or recipes out of files
    Import(transfer::Import),
    /// List, show, make, change and remove agents, and see what they may touch
    #[command(subcommand)]
    Agents(agents::Agents),
    /// List and show runs, or run one again
    #[command(subcommand)]
    Runs(runs::Runs),
    /// Run again what a run ran: from the start, from where it failed, or from a step
    Again(again::Again),
    /// Put two runs side by side
    Compare(compare::Compare),
    /// List, make, start and switch workflows: what runs when
    #[command(subcommand)]
    Workflows(workflows::Workflows),
    /// List tools, ask how they feel, call an action
    #[command(subcommand, alias = "tool")]
    Tools(tools::Tools),
    /// Write a connector of your own
    #[command(subcommand)]
    Connector(connector::Connector),
    /// List, show, import and export rooms and devices
    #[command(subcommand)]
    Rooms(rooms::Rooms),
    /// Look at the simulated campus, and switch faults in it
    #[command(subcommand)]
    Campus(campus::Campus),
    /// List what waits for a person
    Inbox,
    /// Say yes to a run that asks
    Approve(answer::Approve),
    /// Say no to a run that asks
    Reject(answer::Approve),
    /// Say how something must be different before a yes; the run ends and is rolled back
    RequestChanges(answer::RequestChanges),
    /// Give a waiting run the inputs it asks for
    Answer(answer::Answer),
    /// Confirm that a manual step is done
    Done(answer::Done),
    /// Say what became of a call whose outcome is unknown
    Resolve(answer::Resolve),
    /// Let a run go on that is held since a backup was restored
    Release(answer::Release),
    /// Let no further step of a run start until it is resumed
    Pause(answer::Cancel),
    /// Let a paused run go on
    Resume(answer::Release),
    /// Stop a run; what it did is rolled back
    Cancel(answer::Cancel),
    /// Create the example agents, recipes and workflows; safe to repeat
    Setup(setup::Setup),
    /// Draft a recipe out of a procedure in words; nothing is saved
    Sop(sop::Sop),
    /// Ask in plain words, or give a slash command
    Chat(chat::Chat),
    /// Show and change settings: the language model, its key, mock mode, limits
    Settings(settings::Settings),
    /// List, keep and remove calendars: days on which runs change nothing
    Calendars(calendars::Calendars),
    /// List, make and revoke API tokens
    #[command(subcommand)]
    Token(token::Tokens),
    /// Make a ZIP file for whoever helps: version, settings, health, recent failures, log; no secrets
    Support(support::Support),
    /// Copy everything kept into one file, checked and read back; the server may run meanwhile
    Backup(backup::Backup),
    /// Put a backup in the place of the database; runs that were open are held
    Restore(restore::Restore),
    /// Check this installation and say how to mend what is wrong
    Doctor(doctor::Doctor),
    /// Print completions for a shell
    Completions(completions::Completions),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_commands_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }
}
