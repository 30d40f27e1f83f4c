//! The built program as a process: started, waited for, stopped, killed.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use thiserror::Error;
use tokio::process::{Child, Command};

use crate::client::Client;

/// The owner's token that every started program is given.
pub const TOKEN: &str = "spec-owner-token-0123456789abcdef0123456789abcdef";

/// A running `avops serve`.
#[derive(Debug)]
pub struct Program {
    child: Child,
    client: Client,
}

/// Why the program does not run.
#[derive(Debug, Error)]
pub enum ProgramError {
    /// It could not be started or looked after.
    #[error("{}: {source}", binary().display())]
    Process {
        /// What the system said.
        #[from]
        source: std::io::Error,
    },
    /// It ended instead of getting ready.
    #[error("the program ended with {status} before it was ready:\n{log}")]
    Ended {
        /// How.
        status: std::process::ExitStatus,
        /// What it printed.
        log: String,
    },
    /// It did not get ready.
    #[error("the program was not ready after {0:?}:\n{1}")]
    NotReady(Duration, String),
}

/// The binary under test.
pub fn binary() -> PathBuf {
    std::env::var_os("AVOPS_BIN").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug/avops"),
        PathBuf::from,
    )
}

/// Finds a loopback port that is free now.
///
/// # Errors
/// When the system has none.
pub fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl Program {
    /// Starts the program on `data` and waits until it is ready. Its log goes to `log` beside the data.
    ///
    /// # Errors
    /// When it cannot be started, or does not get ready within 30 seconds.
    pub async fn start(data: &Path, port: u16) -> Result<Self, ProgramError> {
        let mut program = Self::spawn(data, port)?;
        program.ready(data).await?;
        Ok(program)
    }

    /// Starts the program and returns at once.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(data: &Path, port: u16) -> Result<Self, ProgramError> {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log_of(data))?;
        let child = Command::new(binary())
            .args([
                "serve",
                "--listen",
                &format!("127.0.0.1:{port}"),
                "--data-dir",
            ])
            .arg(data)
            .current_dir(data)
            .env("AVOPS_OWNER_TOKEN", TOKEN)
            .env_remove("AVOPS_TOKEN")
            .stdin(Stdio::null())
            .stdout(Stdio::from(log.try_clone()?))
            .stderr(Stdio::from(log))
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self {
            child,
            client: Client::new(port, TOKEN),
        })
    }

    async fn ready(&mut self, data: &Path) -> Result<(), ProgramError> {
        let patience = Duration::from_secs(30);
        let started = tokio::time::Instant::now();
        while started.elapsed() < patience {
            if let Some(status) = self.child.try_wait()? {
                return Err(ProgramError::Ended {
                    status,
                    log: read_log(data),
                });
            }
            if self
                .client
                .get("/health/ready")
                .await
                .is_ok_and(|reply| reply.status == 200)
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(ProgramError::NotReady(patience, read_log(data)))
    }

    /// Asks it over HTTP as the owner.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Ends it as a power cut would end a process: at once, with no chance to tidy up.
    ///
    /// # Errors
    /// When the process cannot be waited for.
    pub async fn kill(mut self) -> Result<(), ProgramError> {
        self.child.start_kill()?;
        self.child.wait().await?;
        Ok(())
    }

    /// Asks it politely (SIGTERM) and waits for the end.
    ///
    /// # Errors
    /// When the process cannot be signalled or waited for.
    pub async fn stop(mut self) -> Result<std::process::ExitStatus, ProgramError> {
        if let Some(id) = self.child.id() {
            Command::new("kill")
                .args(["-TERM", &id.to_string()])
                .status()
                .await?;
        }
        Ok(self.child.wait().await?)
    }
}

/// Where the log of a program on `data` is.
pub fn log_of(data: &Path) -> PathBuf {
    data.join("server.log")
}

fn read_log(data: &Path) -> String {
    std::fs::read_to_string(log_of(data)).unwrap_or_else(|error| error.to_string())
}
