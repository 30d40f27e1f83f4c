//! Actions of connectors that we have never seen, by the words of their names.

use avops_recipe::ActionSpec;
use serde_json::Value;

use super::{Call, Clause, Found, Scene};

/// The tools whose verbs and things the other files know.
const KNOWN: &[&str] = &[
    "zoom",
    "slack",
    "servicenow",
    "qsys_control",
    "extron_control",
    "pjlink",
    "github",
    "search",
    "google_drive",
    "calendar_scheduler",
    "incident_ticketing",
];

/// An action all of whose words are in the clause, where only one is.
pub(super) fn recognise(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    let mut fitting = Vec::new();
    for tool in scene
        .vocabulary
        .tools
        .values()
        .filter(|tool| !KNOWN.contains(&tool.name.as_str()))
    {
        for action in tool.actions.values() {
            if fits(clause, &tool.name, action) {
                fitting.push((tool.name.clone(), action.clone()));
            }
        }
    }
    // The most particular one: `lamp_on` before `on`; of two that are alike, none.
    fitting.sort_by_key(|(_, action)| std::cmp::Reverse(parts(&action.name).len()));
    let (tool, action) = match fitting.as_slice() {
        [one] => one.clone(),
        [one, other, ..] if parts(&one.1.name).len() > parts(&other.1.name).len() => one.clone(),
        _ => return None,
    };
    let required = action.input_schema["required"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut with = Vec::new();
    for name in required.iter().filter_map(Value::as_str) {
        let value = if name == "room" || name == "room_id" || name == "device" {
            scene.room()
        } else {
            let kind = match action.input_schema["properties"][name]["type"].as_str() {
                Some("integer") => "integer",
                Some("string") | None => "string",
                // Objects and lists are not asked for in a word.
                Some("number") => "number",
                Some("boolean") => "boolean",
                Some(_) => return None,
            };
            scene.typed_need(
                name,
                &format!(
                    "Which {} for `{tool}.{}`?",
                    name.replace('_', " "),
                    action.name
                ),
                kind,
            )
        };
        with.push((name.to_owned(), value));
    }
    Some(Found {
        calls: vec![Call {
            effect: action.effect,
            result: action.result_name().to_owned(),
            tool,
            action: action.name,
            with,
        }],
        ..Found::default()
    })
}

/// Every part of the action's name is a word of the clause; a name of one part needs the tool's name beside it.
fn fits(clause: &Clause<'_>, tool: &str, action: &ActionSpec) -> bool {
    let words = clause.words();
    let has = |part: &String| {
        words
            .iter()
            .any(|word| word == part || word.trim_end_matches('s') == part.trim_end_matches('s'))
    };
    let name = parts(&action.name);
    let tool_named = parts(tool).iter().any(has);
    name.iter().all(has) && (name.len() > 1 || tool_named)
}

fn parts(name: &str) -> Vec<String> {
    name.split(['_', '-', '.'])
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect()
}
