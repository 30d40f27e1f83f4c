//! The commands, one file each.

pub(crate) mod again;
pub(crate) mod agents;
pub(crate) mod answer;
pub(crate) mod backup;
pub(crate) mod calendars;
pub(crate) mod campus;
pub(crate) mod chat;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod connector;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod hooks;
pub(crate) mod inbox;
pub(crate) mod promote;
pub(crate) mod recipes;
pub(crate) mod restore;
pub(crate) mod rooms;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod sop;
pub(crate) mod support;
pub(crate) mod test;
pub(crate) mod token;
pub(crate) mod tools;
pub(crate) mod transfer;
pub(crate) mod validate;
pub(crate) mod workflows;

use std::path::Path;

use crate::api::Api;
use crate::arguments::Command;
use avops_app::support::RecentLog;

use crate::config::Config;
use crate::error::Error;
use crate::session::Session;
use crate::terminal::Terminal;

/// What every command is given.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// What the program goes by.
    pub(crate) config: Config,
    /// Where it prints.
    pub(crate) terminal: Terminal,
    /// The newest lines of the log.
    pub(crate) recent_log: RecentLog,
}

/// Carries out a command.
///
/// # Errors
/// The command's refusal; its kind is the exit code.
pub(crate) async fn carry_out(command: Command, context: &Context) -> Result<(), Error> {
    match command {
        Command::Serve(_) => return serve::serve(context).await,
        Command::Validate(command) => return validate::validate(command, context).await,
        Command::Test(command) => return test::test(command, context).await,
        Command::Explain(command) => return explain::explain(&command, context.terminal),
        Command::Schema => return schema::schema(context.terminal),
        Command::Completions(command) => return completions::completions(&command),
        Command::Connector(command) => return connector::connector(&command, context.terminal),
        Command::Restore(command) => return restore::restore(&command, context).await,
        Command::Doctor(command) => return doctor::doctor(&command, context).await,
        _ => {}
    }
    let session = Session::open(&context.config, starts_work(&command)).await?;
    let done = through_the_api(command, &session, context.terminal).await;
    let closed = session.close().await;
    done.and(closed)
}

/// States whether the command sets runs in motion, which somebody must then work on.
fn starts_work(command: &Command) -> bool {
    matches!(
        command,
        Command::Run(_)
            | Command::Chat(_)
            | Command::Approve(_)
            | Command::Reject(_)
            | Command::RequestChanges(_)
            | Command::Answer(_)
            | Command::Done(_)
            | Command::Resolve(_)
            | Command::Release(_)
            | Command::Cancel(_)
            | Command::Pause(_)
            | Command::Resume(_)
            | Command::Again(_)
            | Command::Runs(runs::Runs::Rerun(_))
            | Command::Tools(tools::Tools::Action(_))
            | Command::Workflows(workflows::Workflows::Run(_) | workflows::Workflows::Tick)
    )
}

async fn through_the_api(
    command: Command,
    session: &Session,
    terminal: Terminal,
) -> Result<(), Error> {
    let api = &session.api;
    match command {
        Command::Run(command) => run::run(command, session, terminal).await,
        Command::Recipes(command) => recipes::recipes(command, api, terminal).await,
        Command::Promote(command) => promote::promote(command, api, terminal).await,
        Command::Demote(command) => promote::demote(command, api, terminal).await,
        Command::Export(command) => transfer::export(command, api, terminal).await,
        Command::Import(command) => transfer::import(command, api, terminal).await,
        Command::Agents(command) => agents::agents(command, api, terminal).await,
        Command::Runs(command) => runs::runs(command, session, terminal).await,
        Command::Again(command) => again::again(command, session, terminal).await,
        Command::Compare(command) => compare::compare(command, session, terminal).await,
        Command::Workflows(command) => workflows::workflows(command, session, terminal).await,
        Command::Tools(command) => tools::tools(command, api, terminal).await,
        Command::Rooms(command) => rooms::rooms(command, api, terminal).await,
        Command::Campus(command) => campus::campus(command, api, terminal).await,
        Command::Inbox => inbox::inbox(api, terminal).await,
        Command::Approve(command) => answer::decide("approve", command, session, terminal).await,
        Command::Reject(command) => answer::decide("reject", command, session, terminal).await,
        Command::RequestChanges(command) => {
            answer::say(answer::changes(command), session, terminal).await
        }
        Command::Answer(command) => answer::say(answer::inputs(command)?, session, terminal).await,
        Command::Done(command) => answer::say(answer::done(command), session, terminal).await,
        Command::Resolve(command) => {
            answer::say(answer::resolve(command)?, session, terminal).await
        }
        Command::Release(command) => answer::say(answer::release(command), session, terminal).await,
        Command::Cancel(command) => answer::say(answer::cancel(command), session, terminal).await,
        Command::Calendars(command) => calendars::calendars(command, api, terminal).await,
        Command::Pause(command) => answer::say(answer::pause(command), session, terminal).await,
        Command::Resume(command) => answer::say(answer::resume(command), session, terminal).await,
        Command::Settings(command) => settings::settings(command, api, terminal).await,
        Command::Setup(command) => setup::setup(&command, api, terminal).await,
        Command::Chat(command) => chat::chat(&command, session, terminal).await,
        Command::Sop(command) => sop::sop(&command, api, terminal).await,
        Command::Support(command) => support::support(&command, api, terminal).await,
        Command::Backup(command) => backup::backup(&command, session, terminal).await,
        Command::Token(command) => token::tokens(command, api, terminal).await,
        Command::Serve(_)
        | Command::Validate(_)
        | Command::Test(_)
        | Command::Explain(_)
        | Command::Schema
        | Command::Completions(_)
        | Command::Connector(_)
        | Command::Restore(_)
        | Command::Doctor(_) => Ok(()),
    }
}

/// Removes one thing and says so.
async fn remove(api: &Api, terminal: Terminal, path: [&str; 2]) -> Result<(), Error> {
    api.delete(&path).await?;
    terminal.note(format_args!("removed {}", path[1]))
}

/// Reads a file that the caller named; `-` is the standard input.
fn read(path: &Path) -> Result<String, Error> {
    let text = if path == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|error| Error::call(format!("cannot read {}: {error}", path.display())))
}
