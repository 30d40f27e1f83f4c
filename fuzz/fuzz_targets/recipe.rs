//! A text as a recipe: never a panic, and every diagnostic can be shown.
#![no_main]

use std::sync::LazyLock;

use avops_recipe::{Source, Vocabulary, parse};
use libfuzzer_sys::fuzz_target;

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let action = |name: &str, effect: &str| {
        serde_json::json!({
            "name": name, "title": name, "description": name, "effect": effect, "repeat": "once",
            "input_schema": { "type": "object", "properties": { "n": { "type": "integer" } }, "additionalProperties": false },
            "output_schema": { "type": "object", "properties": { "id": { "type": "string" } } }
        })
    };
    let tools = serde_json::json!({ "tools": {
        "zoom": { "name": "zoom", "actions": { "look": action("look", "read"), "restart": action("restart", "destructive") } },
        "slack": {
            "name": "slack", "actions": { "post": action("post", "write") },
            "notify": { "action": "post", "target_arg": "channel", "text_arg": "text" }
        }
    } });
    serde_json::from_value(tools).unwrap_or_default()
});

fuzz_target!(|text: &str| {
    let source = Source::new("fuzz.yaml", text);
    let parsed = parse(&source, &VOCABULARY);
    for diagnostic in &parsed.diagnostics {
        assert!(diagnostic.span.end <= text.len());
        let _ = diagnostic.render(&source);
    }
    assert!(parsed.recipe.is_some() || !parsed.diagnostics.is_empty());
});
