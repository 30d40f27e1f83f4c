//! `avops token`: API tokens for programs and people.

use clap::{Subcommand, ValueEnum};
use serde_json::json;

use super::remove;
use crate::answers::{items, text, time};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::Terminal;

/// What to do about tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Tokens {
    /// List all tokens; their secrets are not kept
    List,
    /// Make a token and print its secret, this once
    Create {
        /// Whose it is, or what for
        name: String,
        /// What its holder may do
        #[arg(long, value_enum, default_value = "operator")]
        role: Role,
        /// Let its holder approve risky steps
        #[arg(long)]
        may_approve: bool,
        /// Days until it stops working
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=366))]
        days: u32,
    },
    /// Print a new sign-in link for a browser; it works once, within the hour
    Link,
    /// End a token at once
    Revoke {
        /// Its id, as the list shows it
        id: String,
    },
}

/// The roles, from few rights to many.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Role {
    /// Looks
    Viewer,
    /// Runs recipes on real systems
    Operator,
    /// Writes recipes and tries them in the simulated campus
    Author,
    /// Looks after tools, settings and people
    Admin,
    /// May everything
    Owner,
}

/// Carries it out.
pub(crate) async fn tokens(command: Tokens, api: &Api, terminal: Terminal) -> Result<(), Error> {
    match command {
        Tokens::List => list(api, terminal).await,
        Tokens::Create {
            name,
            role,
            may_approve,
            days,
        } => {
            let role = role
                .to_possible_value()
                .map(|role| role.get_name().to_owned());
            let body = json!({ "name": name, "role": role, "may_approve": may_approve, "expires_in_days": days });
            let made = api.post(&["tokens"], body).await?;
            if terminal.json {
                return terminal.value(&made);
            }
            terminal.note(format_args!(
                "made token {name}; this is the only time its secret is shown"
            ))?;
            terminal.line(text(&made, "/secret"))
        }
        Tokens::Link => {
            let link = api.post(&["sign-in-links"], json!({})).await?;
            if terminal.json {
                return terminal.value(&link);
            }
            terminal.line(text(&link, "/url"))
        }
        Tokens::Revoke { id } => remove(api, terminal, ["tokens", &id]).await,
    }
}

async fn list(api: &Api, terminal: Terminal) -> Result<(), Error> {
    let tokens = api.list(&["tokens"]).await?;
    if terminal.json {
        return terminal.value(&tokens);
    }
    let rows = items(&tokens)
        .iter()
        .map(|token| {
            vec![
                text(token, "/name"),
                text(token, "/role"),
                format!("{}…", text(token, "/prefix")),
                time(token, "/last_used_at"),
                time(token, "/expires_at"),
                text(token, "/id"),
            ]
        })
        .collect();
    terminal.table(
        &["name", "role", "begins", "last used", "expires", "id"],
        rows,
        "there are no tokens",
    )
}
