//! The recipe as text.

use super::phases::Phases;
use crate::sop::calls::Yaml;
use crate::sop::lines::{Line, LineKind};
use crate::sop::reading::branches::with_source;
use crate::sop::reading::{Piece, Read};
use crate::sop::words::plain;

/// The limit of a run where the procedure names none, in minutes.
pub(super) const USUAL_LIMIT: i64 = 30;

pub(in crate::sop) fn written(name: &str, lines: &[Line], read: &Read, phases: &Phases) -> String {
    let map = |entries: Vec<(&str, Yaml)>| {
        entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect::<Vec<_>>()
    };
    let said = lines
        .iter()
        .filter(|line| line.kind != LineKind::Blank)
        .count();
    let description = read.purpose.as_deref().map_or_else(
        || format!("Drafted from a procedure of {said} lines."),
        |text| plain(text).chars().take(300).collect(),
    );
    let risk = if phases
        .act
        .iter()
        .any(|piece| piece.step.iter().any(|(key, _)| key == "action"))
    {
        "medium"
    } else {
        "low"
    };
    let limit = match read.limit {
        Some(length) if length.as_secs() % 60 == 0 => (
            "timeout_minutes",
            i64::try_from(length.as_secs() / 60).unwrap_or(USUAL_LIMIT),
        ),
        Some(length) => (
            "timeout_s",
            i64::try_from(length.as_secs()).unwrap_or(USUAL_LIMIT * 60),
        ),
        None => ("timeout_minutes", USUAL_LIMIT),
    };
    let mut guardrails = vec![(limit.0.to_owned(), Yaml::Whole(limit.1))];
    if phases.rollback.is_empty() {
        guardrails.push((
            "no_rollback".to_owned(),
            Yaml::Text("the procedure names nothing to put back".to_owned()),
        ));
    } else {
        guardrails.push(("rollback_actions".to_owned(), list(&phases.rollback)));
    }
    let recipe = map(vec![
        ("name", Yaml::Text(name.to_owned())),
        ("description", Yaml::Text(description)),
        ("version", Yaml::Whole(1)),
        ("tags", Yaml::List(vec![Yaml::Text("from-sop".to_owned())])),
        ("risk", Yaml::Text(risk.to_owned())),
        ("intake", list(&phases.intake)),
        ("plan", list(&phases.plan)),
        ("act", list(&phases.act)),
        ("verify", list(&phases.verify)),
        ("guardrails", Yaml::Map(guardrails)),
    ]);
    // What is written are texts and numbers; there is nothing that could fail.
    serde_saphyr::to_string(&Yaml::Map(recipe)).unwrap_or_default()
}

fn list(pieces: &[Piece]) -> Yaml {
    let step = |piece: &Piece| {
        if piece.line == 0 || piece.text.is_empty() {
            piece.step.clone()
        } else {
            with_source(piece.clone())
        }
    };
    Yaml::List(pieces.iter().map(|piece| Yaml::Map(step(piece))).collect())
}
