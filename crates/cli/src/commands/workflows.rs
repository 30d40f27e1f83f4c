//! `avops workflows`: what runs when, and starting it now.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::hooks::{Secret, Signature, delivery, renew, tried};
use super::remove;
use super::run::{Watch, inputs_given};
use super::runs::status;
use crate::answers::{duration, items, list, short, text, time};
use crate::error::Error;
use crate::session::Session;
use crate::terminal::{Terminal, Tone, toned};

/// What to do about workflows.
#[derive(Debug, Subcommand)]
pub(crate) enum Workflows {
    /// List all workflows
    List,
    /// Show one workflow with its latest runs
    Show {
        /// Name or id
        workflow: String,
    },
    /// Bind an agent, a recipe and a trigger
    Add(Box<Add>),
    /// Start a workflow now and watch it
    Run(Run),
    /// Switch a workflow off; what is open goes on
    Pause(Pause),
    /// Switch a workflow on
    Resume {
        /// Name or id
        workflow: String,
    },
    /// Show what became of a workflow's due times
    Times {
        /// Name or id
        workflow: String,
    },
    /// Make or set the secret by which messages for a workflow are signed
    Secret(Secret),
    /// Show the messages that came for a workflow
    Deliveries {
        /// Name or id
        workflow: String,
    },
    /// Say what a webhook would make of a message; nothing is started
    Try {
        /// Name or id
        workflow: String,
        /// A file with the message as JSON; - for the standard input
        message: PathBuf,
    },
    /// Remove a workflow; its runs stay
    Remove {
        /// Name or id
        workflow: String,
    },
    /// Look at the schedules now, and start what is due
    Tick,
}

/// A new workflow.
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// A name that no other workflow has
    name: String,
    /// Who works
    #[arg(long)]
    agent: String,
    /// What is run
    #[arg(long)]
    recipe: String,
    /// Run this version, not the newest
    #[arg(long)]
    version: Option<u32>,
    /// The value of an input; repeat for several
    #[arg(long = "input", value_name = "NAME=VALUE")]
    inputs: Vec<String>,
    /// Start it every so many minutes
    #[arg(long, value_name = "MINUTES", conflicts_with = "cron")]
    every: Option<u32>,
    /// Start it by the clock, for example "0 8 * * MON-FRI"
    #[arg(long, value_name = "EXPRESSION")]
    cron: Option<String>,
    /// Time zone of the expression
    #[arg(long, value_name = "ZONE", default_value = "UTC", requires = "cron")]
    tz: String,
    /// Start it by signed messages of this kind; its address is shown
    #[arg(long, value_name = "SIGNATURE", conflicts_with_all = ["every", "cron"])]
    webhook: Option<Signature>,
    /// Which messages start it, for example "event.event == 'zoomroom.alert'"
    #[arg(long, value_name = "EXPRESSION", requires = "webhook")]
    when: Option<String>,
    /// An input made of the message, for example "room={{ event.room }}"; repeat for several
    #[arg(long = "map", value_name = "NAME=TEMPLATE", requires = "webhook")]
    maps: Vec<String>,
    /// Most messages that are taken a minute
    #[arg(
        long,
        value_name = "NUMBER",
        requires = "webhook",
        default_value_t = 60
    )]
    per_minute: u32,
    /// When a time or message comes while a run is open: `skip`, `queue_one`, `queue_all`, `allow` or `cancel_running`
    /// [default: skip; for messages allow]
    #[arg(long)]
    overlap: Option<String>,
    /// Which missed times are made up for: latest, all or skip
    #[arg(long, default_value = "latest")]
    missed: String,
    /// Make it switched off
    #[arg(long)]
    off: bool,
}

/// Now.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Name or id
    workflow: String,
    /// An input that differs; repeat for several
    #[arg(long = "input", value_name = "NAME=VALUE")]
    inputs: Vec<String>,
    /// Act against the simulators only
    #[arg(long = "dry-run")]
    acts_dry: bool,
}

/// Off.
#[derive(Debug, Args)]
pub(crate) struct Pause {
    /// Name or id
    workflow: String,
    /// Why, for whoever wonders
    #[arg(long)]
    reason: Option<String>,
    /// When it is switched on again by itself (RFC 3339)
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

/// Carries it out.
pub(crate) async fn workflows(
    command: Workflows,
    session: &Session,
    terminal: Terminal,
) -> Result<(), Error> {
    let api = &session.api;
    match command {
        Workflows::List => {
            let workflows = api.list(&["workflows"]).await?;
            if terminal.json {
                return terminal.value(&workflows);
            }
            let rows = items(&workflows).iter().map(row).collect();
            terminal.table(
                &[
                    "workflow", "starts", "agent", "recipe", "last run", "", "next",
                ],
                rows,
                "there are no workflows; `avops workflows add` makes one",
            )
        }
        Workflows::Show { workflow } => show(&api.get(&["workflows", &workflow]).await?, terminal),
        Workflows::Add(add) => {
            let made = api.post(&["workflows"], new(*add)?).await?;
            show(&made, terminal)
        }
        Workflows::Run(run) => {
            let body = json!({ "inputs": inputs_given(&run.inputs)?, "dry_run": run.acts_dry });
            let started = api
                .post(&["workflows", &run.workflow, "runs"], body)
                .await?;
            Watch::new(session, terminal)
                .follow(&text(&started, "/id"))
                .await
        }
        Workflows::Pause(pause) => {
            let mut body = json!({ "enabled": false });
            if let Some(reason) = pause.reason {
                body["reason"] = json!(reason);
            }
            if let Some(until) = pause.until {
                body["resume_at"] = json!(until);
            }
            let path = ["workflows", pause.workflow.as_str()];
            show(&api.patch(&path, body).await?, terminal)
        }
        Workflows::Resume { workflow } => {
            let body = json!({ "enabled": true });
            show(&api.patch(&["workflows", &workflow], body).await?, terminal)
        }
        Workflows::Times { workflow } => {
            let times = api.list(&["workflows", &workflow, "occurrences"]).await?;
            if terminal.json {
                return terminal.value(&times);
            }
            let rows = items(&times).iter().map(occurrence).collect();
            terminal.table(
                &["due", "times", "became", "why", "run"],
                rows,
                "it was not due yet",
            )
        }
        Workflows::Secret(secret) => renew(&secret, api, terminal).await,
        Workflows::Deliveries { workflow } => {
            let came = api.list(&["workflows", &workflow, "deliveries"]).await?;
            if terminal.json {
                return terminal.value(&came);
            }
            let rows = items(&came).iter().map(delivery).collect();
            terminal.table(
                &["came", "times", "about", "became", "why", "run"],
                rows,
                "no message came yet",
            )
        }
        Workflows::Try { workflow, message } => {
            let text = super::read(&message)?;
            let event: Value = serde_json::from_str(&text)
                .map_err(|error| Error::call(format!("the message is no JSON: {error}")))?;
            let found = api.get(&["workflows", &workflow]).await?;
            let body = json!({ "trigger": found["trigger"], "event": event });
            tried(&api.post(&["workflows", "preview"], body).await?, terminal)
        }
        Workflows::Remove { workflow } => remove(api, terminal, ["workflows", &workflow]).await,
        Workflows::Tick => {
            let ticked = api.post(&["scheduler", "tick"], Value::Null).await?;
            if terminal.json {
                return terminal.value(&ticked);
            }
            let started = list(&ticked, "/started");
            terminal.line(format_args!(
                "{} due, {} started, {} not run",
                text(&ticked, "/due"),
                started.len(),
                text(&ticked, "/not_run")
            ))?;
            for run in started {
                terminal.line(text(run, ""))?;
            }
            Ok(())
        }
    }
}

fn new(add: Add) -> Result<Value, Error> {
    let trigger = match (add.every, add.cron, add.webhook) {
        (Some(minutes), ..) => json!({ "type": "interval", "minutes": minutes }),
        (None, Some(expression), _) => {
            json!({ "type": "cron", "expression": expression, "tz": add.tz })
        }
        (None, None, Some(signature)) => json!({
            "type": "webhook", "signature": signature.as_str(), "when": add.when,
            "inputs": inputs_given(&add.maps)?, "per_minute": add.per_minute,
        }),
        (None, None, None) => json!({ "type": "manual" }),
    };
    let mut body = json!({
        "name": add.name, "agent": add.agent, "recipe": add.recipe, "inputs": inputs_given(&add.inputs)?,
        "trigger": trigger, "missed": { "policy": add.missed },
    });
    if let Some(overlap) = add.overlap {
        body["overlap"] = json!(overlap);
    }
    if let Some(version) = add.version {
        body["version"] = json!(version);
    }
    if add.off {
        body["enabled"] = json!(false);
    }
    Ok(body)
}

fn row(workflow: &Value) -> Vec<String> {
    let next = if workflow["enabled"] == json!(false) {
        "switched off".to_owned()
    } else {
        time(workflow, "/next_run_at")
    };
    vec![
        format!("{} {}", dot(workflow), text(workflow, "/name")),
        text(workflow, "/trigger_words"),
        text(workflow, "/agent"),
        recipe(workflow),
        time(workflow, "/last_run/accepted_at"),
        workflow
            .get("last_run")
            .filter(|run| run.is_object())
            .map(status)
            .unwrap_or_default(),
        next,
    ]
}

/// The outcome of the last finished run, as a sign that colour only repeats.
fn dot(workflow: &Value) -> String {
    match text(workflow, "/status_dot").as_str() {
        "green" => toned("✓", Tone::Good),
        "red" => toned("✗", Tone::Bad),
        "amber" => toned("?", Tone::Waiting),
        "grey" => "–".to_owned(),
        _ => "○".to_owned(),
    }
}

fn recipe(workflow: &Value) -> String {
    let name = text(workflow, "/recipe");
    match workflow["version"].as_u64() {
        Some(version) => format!("{name} v{version}"),
        None => name,
    }
}

fn occurrence(row: &Value) -> Vec<String> {
    let due = match (time(row, "/due_at"), time(row, "/through")) {
        (first, last) if first == last => first,
        (first, last) => format!("{first} to {last}"),
    };
    vec![
        due,
        text(row, "/times"),
        text(row, "/outcome"),
        short(&text(row, "/reason"), 60),
        text(row, "/run_id"),
    ]
}

fn show(workflow: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(workflow);
    }
    let state = if workflow["enabled"] == json!(true) {
        "switched on".to_owned()
    } else {
        let until = time(workflow, "/resume_at");
        let reason = text(workflow, "/pause_reason");
        ["switched off".to_owned(), reason, until]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut pairs = vec![
        [
            "workflow".to_owned(),
            format!("{} {}", dot(workflow), text(workflow, "/name")),
        ],
        ["agent".to_owned(), text(workflow, "/agent")],
        ["recipe".to_owned(), recipe(workflow)],
        ["starts".to_owned(), text(workflow, "/trigger_words")],
        ["state".to_owned(), state],
        ["next".to_owned(), time(workflow, "/next_run_at")],
        ["takes".to_owned(), duration(workflow, "/average_ms")],
        ["overlap".to_owned(), text(workflow, "/overlap")],
        ["missed".to_owned(), text(workflow, "/missed/policy")],
    ];
    if workflow["hook"].is_object() {
        let secret = match text(workflow, "/hook/last4") {
            _ if workflow["hook"]["secret_set"] != json!(true) => {
                "not set: `avops workflows secret` makes or sets it".to_owned()
            }
            last4 => format!("set, …{last4}"),
        };
        pairs.push(["address".to_owned(), text(workflow, "/hook/url")]);
        pairs.push(["secret".to_owned(), secret]);
    }
    terminal.pairs(&pairs)?;
    let rows: Vec<Vec<String>> = list(workflow, "/recent")
        .iter()
        .map(|run| {
            vec![
                text(run, "/id"),
                status(run),
                time(run, "/accepted_at"),
                duration(run, "/duration_ms"),
                short(&text(run, "/error"), 60),
            ]
        })
        .collect();
    terminal.table(
        &["run", "", "accepted", "took", "error"],
        rows,
        "it has not run yet",
    )
}
