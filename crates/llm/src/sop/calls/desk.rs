//! Tickets, bookings, webinars, documents: what is done at a desk.

use super::{CHECKS, Clause, Found, Pattern, Scene, Yaml, pattern, quoted};
use crate::sop::words::plain;
use regex::Regex;

const MAKES: &[&str] = &[
    "open", "create", "log", "raise", "file", "submit", "make", "add", "new", "register", "start",
];
const TICKET: &[&str] = &["ticket", "tickets", "incident", "case", "work order"];

pattern!(
    ABOUT,
    r"(?i)\b(?:for|about|titled|called|named|regarding|on|with (?:the )?(?:title|summary|subject))\s+(.{3,100})$"
);
pattern!(
    PRIORITY,
    r"(?i)\b(?:p([1-4])\b|priority\s+([1-4]|critical|high|medium|moderate|low)\b|(critical|high|medium|low)[- ]priority\b)"
);

pub(super) fn recognise(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    tickets(clause, scene)
        .or_else(|| bookings(clause, scene))
        .or_else(|| events(clause, scene))
        .or_else(|| documents(clause, scene))
}

fn only(call: super::Call) -> Found {
    Found {
        calls: vec![call],
        ..Found::default()
    }
}

/// What it is about: in quotes, or behind `for`; else the clause itself.
fn title(clause: &Clause<'_>) -> String {
    let quote = quoted(clause.text).map(str::to_owned);
    let about = quote.or_else(|| {
        let found = ABOUT.captures(clause.text)?;
        let about = found[1]
            .trim_end_matches('.')
            .trim_start_matches("the ")
            .to_owned();
        let length =
            crate::sop::words::duration(&about).is_some() && about.split_whitespace().count() <= 3;
        (!length).then_some(about)
    });
    let words = clause.text.split_whitespace().count();
    match about {
        Some(about) => capital(&plain(&about)),
        // `Open a ticket` says nothing of what it is about: that is what the procedure is about.
        None if words <= 5 => "{{ recipe.name }}".to_owned(),
        None => plain(clause.text.trim_end_matches('.')),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

fn tickets(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    let now = clause.has(&["servicenow", "snow", "service now"]);
    if clause.has(&["story", "stories"]) && clause.has(MAKES) {
        return scene
            .call(
                "servicenow",
                "create_story",
                vec![("title", Yaml::Text(title(clause)))],
            )
            .map(only);
    }
    if clause.has(&["knowledge base", "kb", "knowledge article"])
        && clause.has(&["search", "find", "look", "check", "consult"])
    {
        let query = match quoted(clause.text) {
            Some(text) => Yaml::Text(plain(text)),
            None => scene.need("symptom", "What is the symptom, in a few words?"),
        };
        return scene
            .call("servicenow", "find_kb", vec![("query", query)])
            .map(only);
    }
    if !clause.has(TICKET) {
        return None;
    }
    let into = clause.has(&[
        "note",
        "comment",
        "in the ticket",
        "to the ticket",
        "in the incident",
        "to the incident",
        "into the ticket",
    ]);
    if clause.has(MAKES) && !into {
        let tool = if now {
            "servicenow"
        } else {
            "incident_ticketing"
        };
        let action = if now { "create_incident" } else { "create" };
        let mut with = vec![("title", Yaml::Text(title(clause)))];
        if let Some(priority) = (!now).then(|| priority(clause, scene)).flatten() {
            with.push(("priority", priority));
        }
        if !now && scene.room_used {
            with.push(("room", scene.room()));
        }
        return scene.call(tool, action, with).map(only);
    }
    if !scene.knows("incident") || now {
        return None;
    }
    let id = ("id", Yaml::Text("{{ incident.id }}".to_owned()));
    if clause.has(&["close", "resolve"]) {
        return scene
            .call("incident_ticketing", "close", vec![id])
            .map(only);
    }
    if clause.has(&[
        "update", "note", "comment", "document", "record", "add", "log",
    ]) {
        let text = Yaml::Text(title(clause));
        return scene
            .call("incident_ticketing", "comment", vec![id, ("text", text)])
            .map(only);
    }
    if clause.has(CHECKS) {
        let call = scene.call("incident_ticketing", "get", vec![id])?;
        return Some(Found {
            check: Some("incident.id != ''".to_owned()),
            ..only(call)
        });
    }
    None
}

/// The priority that the text names, if the tool's schema has it.
fn priority(clause: &Clause<'_>, scene: &Scene<'_>) -> Option<Yaml> {
    let found = PRIORITY.captures(clause.text)?;
    let named = (1..=3)
        .find_map(|group| found.get(group))?
        .as_str()
        .to_lowercase();
    let word = match named.as_str() {
        "1" => "critical",
        "2" => "high",
        "3" | "moderate" => "medium",
        "4" => "low",
        other => other,
    };
    let schema = &scene
        .vocabulary
        .action("incident_ticketing", "create")?
        .input_schema;
    let known = schema.pointer("/properties/priority/enum")?.as_array()?;
    known
        .iter()
        .any(|value| value == word)
        .then(|| Yaml::Text(word.to_owned()))
}

fn bookings(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    let calendar = clause.has(&[
        "calendar",
        "booking",
        "bookings",
        "reservation",
        "free/busy",
        "availability",
    ]);
    if calendar && clause.has(CHECKS) && !clause.has(&["cancel", "move"]) {
        let room = scene.room();
        let from = scene.typed_need(
            "start_time",
            "From when? (for example 2030-01-31T09:00:00Z)",
            "datetime",
        );
        let to = scene.typed_need("end_time", "Until when?", "datetime");
        let with = vec![
            ("rooms", Yaml::List(vec![room])),
            ("from", from),
            ("to", to),
        ];
        let call = scene.call("calendar_scheduler", "free_busy", with)?;
        let free = clause.has(&["free", "available", "availability", "no bookings"]);
        return Some(Found {
            check: free.then(|| "free_busy.all_free".to_owned()),
            ..only(call)
        });
    }
    if clause.has(&["book", "reserve"]) && clause.has(&["room", "slot", "space"]) {
        let room = scene.room();
        let start = scene.typed_need(
            "start_time",
            "From when? (for example 2030-01-31T09:00:00Z)",
            "datetime",
        );
        let minutes = match crate::sop::words::duration(clause.text) {
            Some(length) => Yaml::Whole(i64::try_from(length.as_secs() / 60).unwrap_or(60).max(1)),
            None => scene.typed_need("minutes", "For how many minutes?", "integer"),
        };
        let with = vec![
            ("title", Yaml::Text(title(clause))),
            ("room", room),
            ("start", start),
            ("minutes", minutes),
        ];
        return scene
            .call("calendar_scheduler", "create_event", with)
            .map(only);
    }
    None
}

fn events(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    if clause.has(&["rehearsal", "pre-event"])
        && clause.has(&["status", "check", "checks", "verify", "confirm"])
        && scene.knows("webinar")
    {
        let id = ("id", Yaml::Text("{{ webinar.id }}".to_owned()));
        let call = scene.call("zoom", "pre_event_check", vec![id])?;
        return Some(Found {
            check: Some("pre_event.problems | length == 0".to_owned()),
            ..only(call)
        });
    }
    let kind = if clause.has(&["webinar"]) {
        "webinar"
    } else if clause.has(&["zoom meeting", "zoom call"]) {
        "meeting"
    } else {
        return None;
    };
    if !clause.has(&["create", "schedule", "set", "make", "book", "open"]) {
        return None;
    }
    let topic = match quoted(clause.text) {
        Some(text) => Yaml::Text(plain(text)),
        None => scene.need("topic", "What is the topic of the event?"),
    };
    let start = scene.typed_need(
        "start_time",
        "From when? (for example 2030-01-31T09:00:00Z)",
        "datetime",
    );
    let duration = match crate::sop::words::duration(clause.text) {
        Some(length) => Yaml::Whole(i64::try_from(length.as_secs() / 60).unwrap_or(60).max(1)),
        None => scene.typed_need("minutes", "For how many minutes?", "integer"),
    };
    let with = vec![
        ("topic", topic),
        ("start_time", start),
        ("duration", duration),
    ];
    scene
        .call("zoom", &format!("create_{kind}"), with)
        .map(only)
}

fn documents(clause: &Clause<'_>, scene: &mut Scene<'_>) -> Option<Found> {
    if clause.has(&["github"]) && clause.has(&["issue"]) && clause.has(MAKES) {
        return scene
            .call(
                "github",
                "create_issue",
                vec![("title", Yaml::Text(title(clause)))],
            )
            .map(only);
    }
    if clause.has(&["drive", "google"]) && clause.has(&["folder"]) && clause.has(MAKES) {
        return scene
            .call(
                "google_drive",
                "create_folder",
                vec![("name", Yaml::Text(title(clause)))],
            )
            .map(only);
    }
    if clause.has(&[
        "search the web",
        "web search",
        "google for",
        "search online",
    ]) {
        let query = match quoted(clause.text) {
            Some(text) => Yaml::Text(plain(text)),
            None => scene.need("query", "What should be searched for?"),
        };
        return scene
            .call("search", "search_web", vec![("query", query)])
            .map(only);
    }
    None
}
