//! The tools that the recipes of these tests may use.

use avops_recipe::{Parsed, Source, Vocabulary, parse};
use serde_json::json;

pub(crate) fn vocabulary() -> Vocabulary {
    let any = json!({ "type": "object" });
    let query = json!({ "type": "object", "properties": { "query": { "type": "string" } }, "required": ["query"], "additionalProperties": false });
    let room = json!({ "type": "object", "properties": { "room_id": { "type": "string" }, "n": { "type": "integer" } }, "additionalProperties": false });
    let found = json!({
        "type": "object",
        "properties": { "id": {}, "name": {}, "status": {} },
        "additionalProperties": false
    });
    let judged = json!({ "type": "object", "properties": { "compliant": { "type": "boolean" }, "violations": { "type": "integer" } } });
    let output = |name: &str| match name {
        "lookup_zoom_room" => Some(found.clone()),
        "check_policy" => Some(judged.clone()),
        _ => None,
    };
    let action = |name: &str,
                  effect: &str,
                  repeat: &str,
                  input: &serde_json::Value,
                  result: Option<&str>| {
        json!({
            "name": name, "title": name, "description": name, "effect": effect, "repeat": repeat, "input_schema": input,
            "result": result, "output_schema": output(name),
            "aliases": if name == "create" { json!(["create_ticket"]) } else { json!([]) }
        })
    };
    serde_json::from_value(json!({ "tools": {
        "zoom": { "name": "zoom", "actions": {
            "lookup_zoom_room": action("lookup_zoom_room", "read", "safe", &query, Some("zoom_room")),
            "check_policy": action("check_policy", "read", "safe", &room, Some("policy")),
            "report_status": action("report_status", "read", "safe", &any, Some("report")),
            "restart_zoom_room": action("restart_zoom_room", "destructive", "once", &room, None)
        } },
        "slack": { "name": "slack", "notify": { "action": "post_message", "target_arg": "channel", "text_arg": "text" }, "actions": {
            "post_message": action("post_message", "write", "keyed", &any, None),
            "find": action("find", "read", "safe", &any, None)
        } },
        "incident_ticketing": { "name": "incident_ticketing", "actions": {
            "create": action("create", "write", "keyed", &any, Some("ticket")),
            "close": action("close", "write", "keyed", &any, None),
            "find": action("find", "read", "safe", &any, None)
        } }
    } }))
    .unwrap()
}

/// Reads a recipe against [`vocabulary`].
pub(crate) fn read(text: &str) -> Parsed {
    parse(&Source::new("recipe.yaml", text), &vocabulary())
}
