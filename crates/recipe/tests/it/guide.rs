//! The guide tells the truth: each recipe in it is read without a warning.

use avops_recipe::expr::FILTERS;
use avops_recipe::{Source, schema};

use crate::vocabulary::read;

const GUIDE: &str = include_str!("../../../../docs/guide/recipes.md");

#[test]
fn every_recipe_of_the_guide_is_valid() {
    let recipes: Vec<_> = GUIDE
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("\n```").next())
        .collect();
    assert!(recipes.len() >= 4);
    for recipe in recipes {
        let source = Source::new("guide", recipe);
        let found: Vec<_> = read(recipe)
            .diagnostics
            .iter()
            .map(|diagnostic| diagnostic.render(&source))
            .collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn the_guide_names_every_key_verb_modifier_guardrail_and_filter() {
    let schema = schema();
    let keys = [
        "/properties",
        "/$defs/step/properties",
        "/$defs/guardrails/properties",
    ]
    .into_iter()
    .flat_map(|at| schema.pointer(at).unwrap().as_object().unwrap().keys());
    let missing: Vec<_> = keys
        .map(String::as_str)
        .chain(FILTERS.iter().copied())
        .filter(|name| {
            // `name`, `name: …` or `name(…)`, alone or in a list of such.
            !["`", ":", "("]
                .iter()
                .any(|end| GUIDE.contains(&format!("`{name}{end}")))
        })
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
