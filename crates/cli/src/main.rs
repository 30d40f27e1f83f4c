//! The program `avops`.

mod answers;
mod api;
mod arguments;
mod client;
mod commands;
mod compose;
mod config;
mod door;
mod error;
mod folder;
mod inside;
mod logging;
mod owner;
mod report;
mod session;
mod terminal;
mod work;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use commands::Context;
use config::Config;
use error::{Error, Kind};
use terminal::Terminal;

// Half the time of a short run goes into small allocations; this allocator is the faster one for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match carry_out(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if error.kind != Kind::Silent && !error.message.is_empty() {
                terminal::refuse(&error);
            }
            ExitCode::from(error.kind.code())
        }
    }
}

fn carry_out(arguments: Arguments) -> Result<(), Error> {
    install_tls();
    let serve = match &arguments.command {
        Command::Serve(serve) => Some(serve),
        _ => None,
    };
    let (config, log) = Config::resolve(&arguments.settings, serve)?;
    let recent_log = logging::start(&log)?;
    let context = Context {
        config,
        terminal: Terminal {
            json: arguments.settings.json,
        },
        recent_log,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(commands::carry_out(arguments.command, &context));
    // A thread that waits at the keyboard or in a system call must not hold up the end.
    runtime.shutdown_background();
    done
}

/// Chooses the TLS implementation. Every HTTP client needs it, so it comes before everything else.
fn install_tls() {
    // It can only be there already, which is as good.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
}
