//! `avops validate`: checks recipe files. Nothing is run, nothing is saved, no database is made.

use std::path::PathBuf;

use avops_app::Finding;
use avops_recipe::{Source, Vocabulary};
use clap::Args;
use serde_json::{Value, json};

use super::{Context, read};
use crate::answers::list;
use crate::api::Api;
use crate::error::Error;
use crate::report;
use crate::session::Session;

/// What to check.
#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// Recipe files; `-` reads the standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Check against the tools that this agent may use (asks the running server)
    #[arg(long)]
    agent: Option<String>,
}

/// Who knows the tools: a running server knows those that were added to it, too.
enum Judge {
    Server(Api),
    Shipped(Vocabulary),
}

/// Checks every file and prints what was found.
///
/// # Errors
/// When a recipe has errors, or a file cannot be read.
pub(crate) async fn validate(command: Validate, context: &Context) -> Result<(), Error> {
    let judge = match Session::server(&context.config).await? {
        Some(client) => Judge::Server(Api::Server(client)),
        None if command.agent.is_some() => {
            return Err(
                Error::call("--agent needs a running server: agents are kept there")
                    .hint("start one with `avops serve`"),
            );
        }
        None => Judge::Shipped(avops_tools::shipped_vocabulary()?),
    };
    let mut pages = Vec::new();
    let (mut errors, mut invalid) = (0, 0);
    for file in &command.files {
        let text = read(file)?;
        let name = file.display().to_string();
        let mut verdict = judge.check(&name, &text, command.agent.as_deref()).await?;
        let found = list(&verdict, "/diagnostics");
        errors += report::errors(found);
        invalid += usize::from(verdict["valid"] != json!(true));
        if !context.terminal.json {
            let page = report::findings(&name, &text, found);
            if page.is_empty() {
                context
                    .terminal
                    .line(format_args!("{name}: no problem found"))?;
            } else {
                context.terminal.line(page)?;
            }
        }
        verdict["file"] = json!(name);
        pages.push(verdict);
    }
    if context.terminal.json {
        context
            .terminal
            .value(&json!({ "valid": invalid == 0, "files": pages }))?;
    }
    if invalid == 0 {
        return Ok(());
    }
    Err(Error::failed(format!(
        "{} in {}",
        counted(errors, "error"),
        counted(invalid, "file")
    ))
    .hint("`avops explain CODE` tells more about a problem"))
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 {
        format!("one {what}")
    } else {
        format!("{number} {what}s")
    }
}

impl Judge {
    async fn check(&self, name: &str, text: &str, agent: Option<&str>) -> Result<Value, Error> {
        match self {
            Self::Server(api) => {
                let body = json!({ "yaml": text, "agent": agent });
                api.post(&["recipes", "validate"], body).await
            }
            Self::Shipped(vocabulary) => {
                let source = Source::new(name, text);
                let parsed = avops_recipe::parse(&source, vocabulary);
                let findings: Vec<Finding> = parsed
                    .diagnostics
                    .iter()
                    .map(|found| Finding::new(&source, found))
                    .collect();
                Ok(json!({
                    "valid": parsed.is_valid(),
                    "diagnostics": findings,
                    "inputs_schema": parsed.inputs_schema,
                }))
            }
        }
    }
}
