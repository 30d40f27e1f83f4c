//! `avops serve`: the server, from the first line it prints to its last.

use std::path::{Path, PathBuf};

use avops_app::{Actor, recipe_folder, sessions};
use avops_server::{ConnectionLimits, SIGN_IN_PATH, ServerOptions};
use clap::Args;
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Context;
use crate::compose::{Program, compose};
use crate::config::Config;
use crate::door::{Door, OpenDoor};
use crate::error::Error;
use crate::folder::Folder;
use crate::owner;
use crate::terminal::{Tone, toned};
use crate::work::Work;

/// How the server is reached.
#[derive(Debug, Args, Clone, Default)]
pub(crate) struct Serve {
    /// Address and port to listen on [default: 127.0.0.1:8420]
    #[arg(
        long,
        env = "AVOPS_LISTEN",
        hide_env_values = true,
        value_name = "ADDRESS"
    )]
    pub(crate) listen: Option<String>,
    /// How browsers reach it, when a TLS proxy stands in front, for example <https://avops.example.edu>
    #[arg(
        long,
        env = "AVOPS_PUBLIC_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) public_url: Option<String>,
    /// Listen on a network address without TLS, although tokens can be read on the way
    #[arg(long, env = "AVOPS_INSECURE_HTTP", hide_env_values = true)]
    pub(crate) insecure_http: bool,
    /// Save the recipes of this folder at the start: new ones, and new versions of changed ones
    #[arg(
        long,
        env = "AVOPS_RECIPES",
        hide_env_values = true,
        value_name = "DIR"
    )]
    pub(crate) recipes: Option<PathBuf>,
}

/// Serves until it is told to stop. The first signal lets calls under way come to an end, a second one does not.
///
/// # Errors
/// When the server cannot be started, or the disk fails it.
pub(crate) async fn serve(context: &Context) -> Result<(), Error> {
    let config = &context.config;
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let door = Door::take(config.listen).await?;
    let url = door.url();
    let public_url = config.public_url.as_ref().unwrap_or(&url);
    let program = compose(config, public_url, context.recent_log.clone()).await?;
    let folder = Folder::new(&config.data_dir);
    owner::settle(&program, &folder).await?;
    if let Some(recipes) = &config.recipes {
        save_folder(&program, recipes).await?;
    }
    let mut work = Work::serve(&program);
    let options = ServerOptions {
        hosts: door.hosts(&program.app.options().public_url),
        secure: program.app.options().public_url.starts_with("https://"),
        stopping: work.stopping().clone(),
    };
    // Behind a proxy everybody comes from its address, so a share of one address would be the share of all.
    let mut limits = ConnectionLimits::default();
    if config.public_url.is_some() {
        limits.per_address = None;
    }
    let door = door.open(avops_server::router(program.app.clone(), options), limits);
    folder.keep_address(&url)?;
    greet(&program, context).await?;
    let failure = tokio::select! {
        () = either(&mut terminate, &mut interrupt) => None,
        failure = work.failure() => Some(failure),
        message = program.store.failure() => Some(Error::outside(message)),
    };
    folder.forget_address();
    if let Some(failure) = failure {
        return Err(failure);
    }
    context
        .terminal
        .note("stopping: calls under way may finish; once more ends at once")?;
    tokio::select! {
        stopped = stop(program, work, door) => stopped,
        () = either(&mut terminate, &mut interrupt) => {
            Err(Error::failed("ended at once; what was under way goes on at the next start"))
        }
    }
}

/// The ladder: no new runs, calls under way, connections, the store.
async fn stop(program: Program, work: Work, door: OpenDoor) -> Result<(), Error> {
    let worked = work.stop().await;
    door.close().await;
    program.store.close().await?;
    worked
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Says where it is, what it works on, and how to get in.
async fn greet(program: &Program, context: &Context) -> Result<(), Error> {
    let Context {
        config, terminal, ..
    } = context;
    let app = &program.app;
    let public_url = &app.options().public_url;
    let link = sessions::link(app, &Actor::owner("owner")).await?;
    let sign_in = format!("{public_url}{}{}", SIGN_IN_PATH, link.code);
    let mock = program.tools.mock();
    if terminal.json {
        return terminal.value(&json!({
            "url": public_url,
            "sign_in": sign_in,
            "mock": mock,
            "data_dir": config.data_dir,
            "campus": format!("http://{}", program.tools.campus().address()),
        }));
    }
    let name = format!("AVOps {}", env!("CARGO_PKG_VERSION"));
    terminal.line(format_args!(
        "{} at {public_url}",
        toned(name, Tone::Strong)
    ))?;
    let world = if mock {
        let campus = program.tools.campus().address();
        format!("mock: the simulated campus at {campus} answers, nothing leaves this machine")
    } else {
        "live: recipes reach real systems".to_owned()
    };
    terminal.pairs(&[
        ["data".to_owned(), place(config)],
        ["mode".to_owned(), world],
        [
            "sign in".to_owned(),
            format!("{sign_in} (once, within the hour)"),
        ],
    ])
}

fn place(config: &Config) -> String {
    let file = config.data_dir.join("avops.db");
    file.canonicalize().unwrap_or(file).display().to_string()
}

/// Saves every recipe file of a folder: a new recipe, or the next version where its text changed.
async fn save_folder(program: &Program, folder: &Path) -> Result<(), Error> {
    let problems = recipe_folder::pick_up(&program.app, folder).await?;
    match problems.first() {
        None => Ok(()),
        Some(_) => Err(Error::failed(problems.join("\n")).hint(
            "mend it, or take it out of the folder; `avops validate FILE` shows every mistake",
        )),
    }
}
