//! A text as a template: never a panic, and never more text than the bound.
#![no_main]

use avops_recipe::{Scope, Template, ValueTemplate};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    let mut scope = Scope::new();
    scope.set_under("intake", "room", &json!("204"));
    scope.set("a", &json!({ "b": [1, "x", null, { "c": "{{ a }}" }], "long": "x".repeat(10_000) }));
    if let Ok(template) = Template::parse(text)
        && let Ok(rendered) = template.render(&scope)
    {
        assert!(rendered.len() <= 256 * 1024);
    }
    if let Ok(value) = ValueTemplate::parse(&json!({ "x": [text] })) {
        let _ = value.render(&scope);
    }
});
