//! A text as an expression: never a panic, whatever the values are.
#![no_main]

use avops_recipe::{Expression, Scope};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    let Ok(expression) = Expression::parse(text) else {
        return;
    };
    let mut scope = Scope::new();
    scope.set("a", &json!({ "b": [1, "x", null, { "c": true }], "n": -7, "f": 0.5 }));
    scope.set("list", &json!((0..1_000).collect::<Vec<_>>()));
    scope.set("text", &json!("ab ".repeat(5_000)));
    let _ = expression.evaluate(&scope);
    let _ = expression.truth(&scope);
    let _ = expression.operands(&scope);
});
