//! `avops explain`: the manual page of a diagnostic.

use clap::Args;
use serde_json::json;

use crate::error::Error;
use crate::terminal::Terminal;

/// Which page.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code, for example R012; without one, all codes are listed
    code: Option<String>,
}

/// Prints the page, or the list of codes.
pub(crate) fn explain(command: &Explain, terminal: Terminal) -> Result<(), Error> {
    let Some(asked) = &command.code else {
        return list(terminal);
    };
    let code = asked.trim().to_uppercase();
    let Some(page) = avops_recipe::explain(&code) else {
        return Err(
            Error::call(format!("there is no diagnostic {code}")).hint("`avops explain` lists all")
        );
    };
    if terminal.json {
        return terminal.value(&json!({ "code": code, "page": page }));
    }
    terminal.line(page.trim_end())
}

fn list(terminal: Terminal) -> Result<(), Error> {
    let pages: Vec<_> = avops_recipe::codes().collect();
    if terminal.json {
        let pages: Vec<_> = pages
            .iter()
            .map(|(code, title)| json!({ "code": code, "title": title }))
            .collect();
        return terminal.value(&json!(pages));
    }
    let rows = pages
        .into_iter()
        .map(|(code, title)| vec![code.to_owned(), title.to_owned()])
        .collect();
    terminal.table(&["code", "about"], rows, "there are no codes")
}
