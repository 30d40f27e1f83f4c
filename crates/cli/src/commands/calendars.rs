//! `avops calendars`: days on which runs change nothing.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::remove;
use crate::answers::{items, list, text};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::Terminal;

/// What to do about calendars; without a word they are listed.
#[derive(Debug, Args)]
pub(crate) struct Calendars {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all calendars with their days
    List,
    /// Keep a calendar, in the place of the one with its name
    Save(Save),
    /// Remove a calendar
    Remove {
        /// Its name
        name: String,
    },
}

/// A calendar.
#[derive(Debug, Args)]
struct Save {
    /// Its name: `Holidays`, `Commencement freeze`
    name: String,
    /// Days, with why: `2026-12-24..2026-12-26=Christmas` or `2027-05-01=Labour Day`; repeat for several
    #[arg(long = "days", value_name = "FROM..TO=NAME", required = true, value_parser = days)]
    days: Vec<Value>,
    /// For which recipes it holds
    #[arg(long, default_value = "every-recipe")]
    applies: Applies,
    /// What is not done on its days
    #[arg(long, default_value = "destructive")]
    closes: Closes,
    /// Only for rooms on this site; repeat for several, leave out for all
    #[arg(long = "site", value_name = "SITE")]
    sites: Vec<String>,
    /// IANA time zone in which its days begin and end [default: that of the run's room]
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Applies {
    /// Every recipe that does not say `calendars: none`
    EveryRecipe,
    /// Recipes that name it
    Named,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Closes {
    /// Calls that interrupt people or cannot be put back
    Destructive,
    /// Every call that changes something
    Changes,
}

/// `FROM..TO=NAME` as the API takes it; the server says what is wrong with the days.
fn days(given: &str) -> Result<Value, String> {
    let (when, name) = given
        .split_once('=')
        .ok_or("write the days and why: 2026-12-24..2026-12-26=Christmas")?;
    let (from, to) = when.split_once("..").unwrap_or((when, when));
    Ok(json!({ "from": from.trim(), "to": to.trim(), "name": name.trim() }))
}

impl Save {
    /// The calendar as the API takes it.
    fn body(self) -> Value {
        let applies = match self.applies {
            Applies::EveryRecipe => "every_recipe",
            Applies::Named => "named",
        };
        let closes = match self.closes {
            Closes::Destructive => "destructive",
            Closes::Changes => "changes",
        };
        json!({
            "name": self.name,
            "applies": applies,
            "closes": closes,
            "sites": self.sites,
            "time_zone": self.tz,
            "days": self.days,
        })
    }
}

/// Lists, keeps and removes calendars.
///
/// # Errors
/// When the server refuses.
pub(crate) async fn calendars(
    command: Calendars,
    api: &Api,
    terminal: Terminal,
) -> Result<(), Error> {
    match command.command.unwrap_or(Command::List) {
        Command::List => {
            let all = api.list(&["calendars"]).await?;
            show(&all, terminal)
        }
        Command::Save(calendar) => {
            let kept = api.put(&["calendars"], calendar.body()).await?;
            if terminal.json {
                return terminal.value(&kept);
            }
            terminal.note(format_args!("kept {}", text(&kept, "/name")))
        }
        Command::Remove { name } => remove(api, terminal, ["calendars", &name]).await,
    }
}

fn show(all: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(all);
    }
    let rows = items(all).iter().map(|calendar| {
        let days: Vec<String> = list(calendar, "/days")
            .iter()
            .map(|days| {
                let (from, to) = (text(days, "/from"), text(days, "/to"));
                let when = if from == to {
                    from
                } else {
                    format!("{from} to {to}")
                };
                format!("{when} {}", text(days, "/name"))
            })
            .collect();
        let sites: Vec<&str> = list(calendar, "/sites")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let everywhere = if sites.is_empty() {
            "all sites".to_owned()
        } else {
            sites.join(", ")
        };
        vec![
            text(calendar, "/name"),
            text(calendar, "/closes"),
            text(calendar, "/applies").replace('_', " "),
            everywhere,
            days.join("; "),
        ]
    });
    terminal.table(
        &["name", "closes", "for", "where", "days"],
        rows.collect(),
        "there are no calendars: runs may change things on every day",
    )
}
