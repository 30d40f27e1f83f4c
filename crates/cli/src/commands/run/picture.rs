//! A run in words: the lines of its phases, steps, artifacts and end.

use serde_json::Value;

use crate::answers::{between, duration, list, short, text};
use crate::commands::runs::{status, waits_for};
use crate::terminal::{Tone, toned};

/// Longest remark beside a step, in characters.
const REMARK: usize = 160;

/// The first line: what runs, in which world, under which id.
pub(super) fn heading(run: &Value) -> String {
    let world = match text(run, "/mode").as_str() {
        "mock" => "simulated campus",
        "dry" => "dry run",
        _ => "live",
    };
    format!(
        "{} {}",
        toned(text(run, "/name"), Tone::Strong),
        toned(
            format!(
                "v{} · {world} · {}",
                text(run, "/recipe_version"),
                text(run, "/id")
            ),
            Tone::Faint
        )
    )
}

/// The heading of a phase.
pub(super) fn phase(name: &str) -> String {
    let mut letters = name.chars();
    let name: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect();
    toned(name, Tone::Strong)
}

/// A step that has come to rest, with both sides of a check that failed.
pub(super) fn step(step: &Value) -> String {
    let status = text(step, "/status");
    let (mark, word, tone) = match status.as_str() {
        "ok" => ("✓", "", Tone::Good),
        "failed" => ("✗", "failed", Tone::Bad),
        "skipped" => ("–", "skipped", Tone::Faint),
        "waiting" => ("…", "waiting", Tone::Waiting),
        _ => ("…", "", Tone::Faint),
    };
    let remark = remark(step);
    // A failure says itself what failed.
    let word = if status == "failed" && !remark.is_empty() {
        ""
    } else {
        word
    };
    let said = [word.to_owned(), remark]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    let is_call = status == "ok" && !text(step, "/tool").is_empty();
    let took = if is_call {
        between(step, "/started_at", "/finished_at")
    } else {
        String::new()
    };
    let mut parts = vec![format!("  {} {}", toned(mark, tone), title(step))];
    parts.extend(
        Some(said.join(": "))
            .filter(|said| !said.is_empty())
            .map(|said| toned(said, tone)),
    );
    parts.extend(
        Some(took)
            .filter(|took| !took.is_empty())
            .map(|took| toned(took, Tone::Faint)),
    );
    let mut lines = vec![parts.join("  ")];
    if status == "failed" {
        lines.extend(
            operands(step)
                .into_iter()
                .map(|(name, value)| format!("      {name} is {}", toned(value, Tone::Bad))),
        );
    }
    lines.join("\n")
}

fn title(step: &Value) -> String {
    let title = text(step, "/title");
    let tool = text(step, "/tool");
    if tool.is_empty() {
        return short(&title, REMARK);
    }
    let call = format!("{tool}.{}", text(step, "/action"));
    if title.contains(&text(step, "/action")) {
        call
    } else {
        format!("{} ({call})", short(&title, REMARK))
    }
}

fn remark(step: &Value) -> String {
    let said = ["/error", "/message"]
        .into_iter()
        .map(|field| text(step, field))
        .find(|said| !said.is_empty());
    if let Some(said) = said {
        return short(&said, REMARK);
    }
    match text(step, "/verb").as_str() {
        "ask" | "gather" => short(&answer(&step["result"]), 80),
        _ => String::new(),
    }
}

/// What an intake step took in.
fn answer(result: &Value) -> String {
    match result {
        Value::Null => String::new(),
        Value::Object(fields) if fields.len() == 1 => fields
            .values()
            .next()
            .map(|value| text(value, ""))
            .unwrap_or_default(),
        other => text(other, ""),
    }
}

/// What a check read, by name.
fn operands(step: &Value) -> Vec<(String, String)> {
    let operands = step.pointer("/result/operands").and_then(Value::as_object);
    operands
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            (
                crate::answers::clean(name),
                short(&crate::answers::clean(&value.to_string()), REMARK),
            )
        })
        .collect()
}

/// What was left behind in the world.
pub(super) fn artifacts(run: &Value) -> Vec<String> {
    let artifacts = list(run, "/artifacts");
    if artifacts.is_empty() {
        return Vec::new();
    }
    let kinds = artifacts
        .iter()
        .map(|artifact| text(artifact, "/kind").chars().count());
    let width = kinds.max().unwrap_or_default();
    let mut lines = vec![toned("Artifacts", Tone::Strong)];
    lines.extend(artifacts.iter().map(|artifact| {
        let (kind, title) = (
            text(artifact, "/kind"),
            short(&text(artifact, "/title"), REMARK),
        );
        let place = [text(artifact, "/url"), text(artifact, "/external_id")];
        match place.into_iter().find(|place| !place.is_empty()) {
            Some(place) => format!("  {kind:width$}  {title}  {}", toned(place, Tone::Faint)),
            None => format!("  {kind:width$}  {title}"),
        }
    }));
    lines
}

/// How it ended or where it stands, why, and what became of the rollback.
pub(super) fn ending(run: &Value) -> String {
    let took = duration(run, "/duration_ms");
    let took = if took.is_empty() {
        took
    } else {
        format!(" in {took}")
    };
    let error = short(&text(run, "/error/message"), 400);
    let why = if error.is_empty() {
        error
    } else {
        format!(": {error}")
    };
    let rollback = match text(run, "/rollback").as_str() {
        "rolled_back" => "; what it did was rolled back",
        "rollback_failed" => "; the rollback failed: somebody must look",
        "not_needed" => "; there was nothing to roll back",
        _ => "",
    };
    let aside = if text(run, "/outcome") == "not_applicable" {
        "; it did not apply"
    } else {
        ""
    };
    format!("{}{took}{why}{rollback}{aside}", status(run))
}

/// Why the command ends without success, or `None` when the run succeeded.
pub(super) fn failure(run: &Value) -> Option<String> {
    match text(run, "/status").as_str() {
        "success" | "unproven" => None,
        "waiting" => Some(format!("the run waits for {}", waits_for(run))),
        other => Some(format!(
            "the run {}",
            if other == "failed" {
                "failed".to_owned()
            } else {
                format!("is {other}")
            }
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_failed_check_shows_both_sides() {
        let check = json!({
            "status": "failed", "verb": "check", "title": "zoom_room.status == 'on fire'", "tool": null,
            "error": "zoom_room.status == 'on fire' is false",
            "result": { "held": false, "operands": { "zoom_room.status": "online" } },
        });
        insta::assert_snapshot!(step(&check), @r#"
          ✗ zoom_room.status == 'on fire'  zoom_room.status == 'on fire' is false
              zoom_room.status is "online"
        "#);
    }

    #[test]
    fn a_call_shows_tool_action_and_time() {
        let call = json!({
            "status": "ok", "verb": "action", "title": "lookup_zoom_room", "tool": "zoom", "action": "lookup_zoom_room",
            "started_at": "2026-01-01T00:00:00.000Z", "finished_at": "2026-01-01T00:00:00.012Z", "message": null, "error": null, "result": {},
        });
        assert_eq!(step(&call), "  ✓ zoom.lookup_zoom_room  12 ms");
    }

    #[test]
    fn an_ending_says_how_why_and_what_was_put_back() {
        let run = json!({
            "status": "failed", "duration_ms": 240, "rollback": "rolled_back",
            "error": { "message": "the room is offline" },
        });
        assert_eq!(
            ending(&run),
            "✗ failed in 240 ms: the room is offline; what it did was rolled back"
        );
        assert_eq!(failure(&run).as_deref(), Some("the run failed"));
    }
}
