//! JSON Schema of a recipe, for completion and hover in editors. The validator knows more than it can say.

use serde_json::{Map, Value, json};

use crate::lower::{COMMON, VERBS, modifiers};

/// The schema of a whole recipe.
pub fn schema() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let steps = |description: &str| json!({ "type": "array", "description": description, "items": { "$ref": "#/$defs/step" } });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "AVOps recipe",
        "type": "object",
        "required": ["name", "intake", "plan", "act", "verify"],
        "additionalProperties": false,
        "properties": {
            "name": text("What the recipe does; unique without regard to case."),
            "description": text("One or two sentences."),
            "version": { "type": "integer", "minimum": 1, "description": "1 when absent; a saved change makes the next." },
            "changelog": { "type": "array", "items": { "type": "string" }, "description": "What changed, one line a version." },
            "owner": text("Who looks after it."),
            "tags": { "type": "array", "items": { "type": "string" }, "description": "Free labels." },
            "risk": risk(),
            "intake": steps("Captures inputs."),
            "plan": steps("Checks before anything is touched; only looks."),
            "act": steps("Changes the world, step by step."),
            "verify": steps("Proves the result."),
            "guardrails": { "description": "Limits, locks and the way back.", "anyOf": [
                { "$ref": "#/$defs/guardrails" },
                { "type": "array", "items": { "$ref": "#/$defs/guardrails" } }
            ] },
            "success_metrics": { "type": "array", "description": "Measured at the end of a successful run.", "items": metric() },
            "outputs": { "type": "object", "description": "The run's result: name to value." }
        },
        "$defs": { "step": step(), "guardrails": guardrails() }
    })
}

fn risk() -> Value {
    let level = json!({ "enum": ["low", "medium", "high"] });
    json!({ "description": "What can go wrong.", "anyOf": [
        level,
        { "type": "object", "properties": { "level": level, "notes": { "type": "string" } }, "additionalProperties": false }
    ] })
}

fn metric() -> Value {
    json!({
        "type": "object",
        "required": ["name", "value"],
        "additionalProperties": false,
        "properties": {
            "name": { "type": "string" },
            "value": { "description": "A number, for example \"{{ run.elapsed_s }}\"." },
            "unit": { "type": "string" },
            "target": { "type": "string", "description": "For example \"<= 300\"." }
        }
    })
}

fn step() -> Value {
    let mut properties = Map::new();
    for verb in VERBS {
        properties.insert((*verb).to_owned(), describe(verb));
        for modifier in modifiers(verb) {
            properties.insert((*modifier).to_owned(), describe(modifier));
        }
    }
    for modifier in COMMON {
        properties.insert((*modifier).to_owned(), describe(modifier));
    }
    let verbs: Vec<_> = VERBS
        .iter()
        .map(|verb| json!({ "required": [verb] }))
        .collect();
    json!({ "type": "object", "description": "One verb, and the modifiers that fit it.", "properties": properties, "oneOf": verbs, "additionalProperties": false })
}

#[expect(clippy::too_many_lines, reason = "a table, one line a key")]
fn describe(key: &str) -> Value {
    let steps = json!({ "type": "array", "items": { "$ref": "#/$defs/step" } });
    let (text, extra) = match key {
        "ask" => (
            "An input that a person gives, as a question.",
            json!({ "type": "string" }),
        ),
        "gather" => ("An input, by its name.", json!({ "type": "string" })),
        "action" => ("Calls a tool: `tool.action`.", json!({ "type": "string" })),
        "check" => (
            "Must be true, or the run fails.",
            json!({ "type": ["string", "boolean"] }),
        ),
        "notify" => (
            "Posts a message: `slack:#channel text`.",
            json!({ "type": ["string", "object"] }),
        ),
        "approve" => ("Waits for a person's yes.", json!({ "type": "string" })),
        "manual" | "step" => (
            "Waits until a person has done it.",
            json!({ "type": "string" }),
        ),
        "wait" => (
            "A durable timer: `30s`, `5m`, `2h`.",
            json!({ "type": ["string", "number"] }),
        ),
        "agent" => (
            "A language model works on this goal with the agent's tools.",
            json!({ "type": "string" }),
        ),
        "recipe" => (
            "Runs another recipe as a child run.",
            json!({ "type": "string" }),
        ),
        "set" => ("Binds values to names.", json!({ "type": "object" })),
        "if" => ("A branch.", json!({ "type": ["string", "boolean"] })),
        "then" => ("Steps when the condition is true.", steps),
        "else" => ("Steps when it is false.", steps),
        "do" => ("A block of steps.", steps),
        "stop" => (
            "Ends the run here, on purpose.",
            json!({ "type": "string" }),
        ),
        "id" => (
            "A name for links and answers; unique.",
            json!({ "type": "string" }),
        ),
        "title" => ("What people read.", json!({ "type": "string" })),
        "when" => (
            "Skipped unless this is true.",
            json!({ "type": ["string", "boolean"] }),
        ),
        "source" => (
            "The line of the procedure that it came from.",
            json!({ "type": "object" }),
        ),
        "with" => ("Arguments: name to value.", json!({ "type": "object" })),
        "as" => (
            "Name under which later steps see the result.",
            json!({ "type": "string" }),
        ),
        "default" => ("Used when nothing is given.", json!({})),
        "type" => (
            "Type of the input.",
            json!({ "enum": ["string", "number", "integer", "boolean", "date", "datetime", "array", "object"] }),
        ),
        "enum" => ("The only values allowed.", json!({ "type": "array" })),
        "required" => (
            "Whether a run cannot go on without it.",
            json!({ "type": "boolean" }),
        ),
        "message" => ("Said when the check is false.", json!({ "type": "string" })),
        "role" => ("Who may answer.", json!({ "type": "string" })),
        "for_each" => (
            "Repeats the step; the item is `item`, its number `loop.index`.",
            json!({ "type": ["string", "array"] }),
        ),
        "parallel" => (
            "How many items at a time.",
            json!({ "type": "integer", "minimum": 1 }),
        ),
        "retry" => (
            "Tries a failed call again.",
            json!({ "type": ["integer", "object"] }),
        ),
        "until" => (
            "Repeats a read call until this is true.",
            json!({ "type": "string" }),
        ),
        "every_s" => (
            "Pause between two polls, in seconds.",
            json!({ "type": "number" }),
        ),
        "timeout_s" => ("Longest time, in seconds.", json!({ "type": "number" })),
        "on_error" => (
            "What a failure means for the run.",
            json!({ "enum": ["fail", "continue"] }),
        ),
        "undo" => (
            "The step that reverses this one.",
            json!({ "$ref": "#/$defs/step" }),
        ),
        "probe" => (
            "Answers \"did it happen?\": `{ action, with, check }`.",
            json!({ "type": "object" }),
        ),
        "repeat" => (
            "Narrows what a second call does.",
            json!({ "enum": ["safe", "keyed", "once"] }),
        ),
        "max_turns" => (
            "Most turns of the model.",
            json!({ "type": "integer", "minimum": 1 }),
        ),
        "max_tokens" => (
            "Most tokens of the step.",
            json!({ "type": "integer", "minimum": 1 }),
        ),
        "tools" => (
            "Tools and actions that the model may use.",
            json!({ "type": "array", "items": { "type": "string" } }),
        ),
        "approve_acts" => (
            "A person is asked before every act, not only before destructive ones.",
            json!({ "type": "boolean" }),
        ),
        _ => ("JSON Schema of the answer.", json!({ "type": "object" })),
    };
    let mut schema = extra.as_object().cloned().unwrap_or_default();
    schema.insert("description".to_owned(), json!(text));
    Value::Object(schema)
}

fn guardrails() -> Value {
    let way_back = json!({ "description": "A notice, a step, or a list of either, after the undos.", "type": ["string", "object", "array"] });
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "timeout_s": { "type": "number", "description": "For the whole run, waiting for people not counted." },
            "timeout_minutes": { "type": "number", "description": "For the whole run, waiting for people not counted." },
            "step_timeout_s": { "type": "number", "description": "Default for every step." },
            "rollback": way_back,
            "rollback_actions": way_back,
            "no_rollback": { "type": "string", "description": "Why nothing can or need be put back." },
            "lock": { "type": "string", "description": "Runs with equal locks never act at the same time." },
            "max_actions": { "type": "integer", "minimum": 0, "description": "Most act calls in one run." },
            "max_tokens": { "type": "integer", "minimum": 0, "description": "Most model tokens in one run." },
            "allow_tools": { "type": "array", "items": { "type": "string" }, "description": "Narrows the tools of agent steps." },
            "deny_domains": { "type": "array", "items": { "type": "string" }, "description": "Domains that may not be fetched." },
            "maintenance_window": { "type": "object", "description": "Act only inside it: days, start, end, tz." },
            "calendars": { "description": "Calendars whose days close act beside those of every recipe; `none` for no calendar at all.", "anyOf": [{ "const": "none" }, { "type": "array", "items": { "type": "string" } }] },
            "approve_destructive": { "type": "boolean", "description": "Every destructive call asks first." },
            "cooldown": { "type": "object", "description": "The same fix is not repeated more often: key, minutes, max." },
            "do_no_harm": { "type": "boolean", "description": "Ask the tool's guard right before every destructive call; true when absent." }
        }
    })
}
