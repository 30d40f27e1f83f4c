//! `avops compare`: two runs side by side.

use clap::Args;
use serde_json::Value;

use crate::answers::{duration, list, short, text};
use crate::error::Error;
use crate::session::Session;
use crate::terminal::Terminal;

/// Which runs.
#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// The one run's id
    one: String,
    /// The other run's id
    other: String,
}

/// Shows what is different.
pub(crate) async fn compare(
    command: Compare,
    session: &Session,
    terminal: Terminal,
) -> Result<(), Error> {
    let query = vec![("with", command.other)];
    let found = session
        .api
        .find(&["runs", command.one.as_str(), "compare"], query)
        .await?;
    if terminal.json {
        return terminal.value(&found);
    }
    let rows = rows(&found);
    terminal.table(
        &["what", "one", "other", "same"],
        rows,
        "there is nothing to compare",
    )
}

fn rows(found: &Value) -> Vec<Vec<String>> {
    let mut rows = vec![
        row(
            "status",
            &text(found, "/one/status"),
            &text(found, "/other/status"),
        ),
        row(
            "version",
            &text(found, "/one/recipe_version"),
            &text(found, "/other/recipe_version"),
        ),
        row(
            "took",
            &duration(found, "/one/duration_ms"),
            &duration(found, "/other/duration_ms"),
        ),
    ];
    for (list_of, what) in [("/inputs", "input"), ("/outputs", "output")] {
        for value in list(found, list_of) {
            let shown = |side: &str| short(&value[side].to_string(), 30);
            rows.push(row(
                &format!("{what} {}", text(value, "/name")),
                &shown("one"),
                &shown("other"),
            ));
        }
    }
    for step in list(found, "/steps") {
        let side = |side: &str| {
            if step[side].is_null() {
                return "–".to_owned();
            }
            let reused = if step[side]["reused_from"].is_null() {
                ""
            } else {
                " (reused)"
            };
            format!("{}{reused}", text(&step[side], "/status"))
        };
        let same = step["same_outcome"] == true && step["same_result"] == true;
        let title = short(&text(step, "/title"), 40);
        rows.push(vec![
            format!("{} {title}", text(step, "/key")),
            side("one"),
            side("other"),
            mark(same),
        ]);
    }
    rows
}

fn row(what: &str, one: &str, other: &str) -> Vec<String> {
    vec![
        what.to_owned(),
        one.to_owned(),
        other.to_owned(),
        mark(one == other),
    ]
}

fn mark(same: bool) -> String {
    if same { "=" } else { "differs" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_differs_is_marked() {
        let found = json!({
            "one": { "status": "failed" }, "other": { "status": "success" },
            "inputs": [{ "name": "room", "one": "a", "other": "a" }],
            "steps": [{
                "key": "act.1", "title": "Restart", "same_outcome": true, "same_result": true,
                "one": { "status": "ok", "reused_from": null }, "other": { "status": "ok", "reused_from": "r" },
            }],
        });
        let rows = rows(&found);
        assert_eq!(rows[0], ["status", "failed", "success", "differs"]);
        assert_eq!(rows[3], ["input room", "\"a\"", "\"a\"", "="]);
        assert_eq!(rows[4], ["act.1 Restart", "ok", "ok (reused)", "="]);
    }
}
