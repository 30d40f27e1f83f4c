//! `avops tools files`: the folder of connectors, and what may be reached as its files say.

use clap::Args;
use serde_json::{Value, json};

use crate::answers::{items, list as listed, text};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::Terminal;

/// Lets a server be reached.
#[derive(Debug, Args)]
pub(crate) struct ApproveFile {
    /// The file's name
    file: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// Lists the files.
pub(super) async fn list(api: &Api, terminal: Terminal) -> Result<(), Error> {
    let files = api.list(&["connector-files"]).await?;
    let refused = items(&files)
        .iter()
        .any(|file| file["standing"] == "refused");
    show(&files, terminal)?;
    if refused {
        return Err(Error::failed("not every file is a tool"));
    }
    Ok(())
}

/// Shows how the server would be reached, and lets it be.
pub(super) async fn approve(
    command: ApproveFile,
    api: &Api,
    terminal: Terminal,
) -> Result<(), Error> {
    let files = api.list(&["connector-files"]).await?;
    let file = items(&files)
        .iter()
        .find(|file| file["file"] == command.file.as_str());
    let Some(file) = file else {
        return Err(
            Error::call(format!("there is no file connectors/{}", command.file))
                .hint("`avops tools files` lists them"),
        );
    };
    if file["standing"] != "waiting" {
        return Err(Error::call(format!(
            "nothing of connectors/{} waits to be approved",
            command.file
        )));
    }
    terminal.note(format_args!("{} is {}", text(file, "/tool"), reached(file)))?;
    let agreed = command.yes
        || (terminal.can_ask()
            && matches!(
                terminal.ask("let it be reached so? [y/N]")?.trim(),
                "y" | "yes"
            ));
    if !agreed {
        return Err(Error::call("not approved").hint("say --yes where nobody can be asked"));
    }
    let body = json!({ "hash": file["hash"] });
    let path = ["connector-files", &command.file, "approval"];
    show(&api.post(&path, body).await?, terminal)
}

fn show(files: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(files);
    }
    let rows = items(files).iter().map(|file| {
        let said = match file["standing"].as_str() {
            Some("refused") => problem(file),
            Some("waiting") => format!(
                "{}: avops tools approve-file {}",
                reached(file),
                text(file, "/file")
            ),
            _ => text(file, "/kind"),
        };
        vec![
            text(file, "/file"),
            text(file, "/tool"),
            text(file, "/standing"),
            said,
        ]
    });
    terminal.table(
        &["file", "tool", "standing", "what is to be said"],
        rows.collect(),
        "there are no files in connectors/",
    )
}

/// `connectors/lamp.yaml:3:7: …`, which editors and terminals lead to.
fn problem(file: &Value) -> String {
    let place: Vec<String> = ["line", "column"]
        .into_iter()
        .filter_map(|part| file["problem"][part].as_u64())
        .map(|number| format!(":{number}"))
        .collect();
    let place = place.concat();
    let help = text(file, "/problem/help");
    let help = if help.is_empty() {
        help
    } else {
        format!(" ({help})")
    };
    let name = text(file, "/file");
    format!(
        "connectors/{name}{place}: {}{help}",
        text(file, "/problem/message")
    )
}

fn reached(file: &Value) -> String {
    let transport = &file["transport"];
    if let Some(url) = transport["url"].as_str() {
        return format!("an MCP server at {url}");
    }
    let args = listed(file, "/transport/args")
        .iter()
        .filter_map(Value::as_str);
    let words: Vec<&str> = transport["command"]
        .as_str()
        .into_iter()
        .chain(args)
        .collect();
    format!("the program `{}`", words.join(" "))
}
