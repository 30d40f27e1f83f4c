//! Recipes that must be read without an error.

use avops_recipe::{Severity, Verb};

use crate::vocabulary::read;

#[test]
fn the_runbook_scaffold_is_read_word_for_word() {
    let parsed = read(include_str!("good/runbook_scaffold.yaml"));
    let errors: Vec<_> = parsed
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let recipe = parsed.recipe.unwrap();
    assert_eq!(recipe.inputs[0].name, "room");
    assert_eq!(recipe.guardrails.timeout.unwrap().as_secs(), 20);
    let Verb::Notify(notice) = &recipe.guardrails.rollback[0].verb else {
        panic!("{:?}", recipe.guardrails.rollback)
    };
    assert_eq!(
        (notice.target.text(), notice.text.text()),
        ("#avops", "policy check failed; rollback initiated")
    );
    let Verb::Action(call) = &recipe.act[0].verb else {
        panic!("{:?}", recipe.act)
    };
    assert_eq!(
        (call.tool.as_str(), call.action.as_str()),
        ("zoom", "check_policy")
    );
}

#[test]
fn a_recipe_with_every_section_is_read_whole() {
    let parsed = read(include_str!("good/whole.yaml"));
    assert!(parsed.is_valid(), "{:#?}", parsed.diagnostics);
    let recipe = parsed.recipe.unwrap();
    assert_eq!(
        recipe
            .inputs
            .iter()
            .map(|input| input.name.as_str())
            .collect::<Vec<_>>(),
        ["room", "channel"]
    );
    assert_eq!(recipe.act[1].bind.as_deref(), Some("incident"));
    assert_eq!(recipe.act[1].undo.as_ref().unwrap().id, "act.2.undo");
    assert_eq!(recipe.verify[0].until.as_ref().unwrap().every.as_secs(), 5);
    assert_eq!(
        parsed.inputs_schema["properties"]["channel"]["default"],
        "#avops"
    );
}

#[test]
fn both_spellings_of_guardrails_mean_the_same() {
    let base = "name: x\nintake: []\nplan: []\nact: []\nverify:\n  - check: \"true\"\n";
    let mapping = format!(
        "{base}guardrails:\n  timeout_minutes: 2\n  rollback_actions: [\"slack:#a 'one'\", \"slack:#a two\"]\n"
    );
    let list = format!(
        "{base}guardrails:\n  - timeout_s: 120\n  - rollback:\n      - \"slack:#a 'one'\"\n      - \"slack:#a two\"\n"
    );
    let [left, right] = [mapping, list].map(|text| {
        let recipe = read(&text).recipe.unwrap();
        let texts: Vec<_> = recipe
            .guardrails
            .rollback
            .iter()
            .map(|step| format!("{:?}", step.verb))
            .collect();
        (recipe.guardrails.timeout, texts)
    });
    assert_eq!(left, right);
    assert_eq!(left.1.len(), 2);
}

#[test]
fn an_alias_and_an_unqualified_name_find_their_action() {
    let recipe = read(
        "name: x\nintake: []\nplan: []\nact:\n  - action: create_ticket\n  - action: restart_zoom_room\n    with: { room_id: a }\n    undo: { manual: put it back }\nverify:\n  - check: \"ticket != none\"\n",
    );
    let recipe = recipe
        .recipe
        .unwrap_or_else(|| panic!("{:#?}", recipe.diagnostics));
    let Verb::Action(call) = &recipe.act[0].verb else {
        panic!()
    };
    assert_eq!(
        (
            call.tool.as_str(),
            call.action.as_str(),
            recipe.act[0].bind.as_deref()
        ),
        ("incident_ticketing", "create", Some("ticket"))
    );
}

#[test]
fn the_name_of_an_input_comes_from_its_use_or_from_its_question() {
    let name = |question: &str, used: &str| {
        let text = format!(
            "name: x\nintake:\n  - ask: \"{question}\"\nplan: []\nact: []\nverify:\n  - check: \"intake.{used} != none\"\n"
        );
        read(&text)
            .recipe
            .map(|recipe| recipe.inputs[0].name.clone())
    };
    assert_eq!(name("Which room?", "room").as_deref(), Some("room"));
    assert_eq!(
        name("What is the date?", "when_it_starts").as_deref(),
        Some("when_it_starts")
    );
    let unused = read(
        "name: x\nintake:\n  - ask: Please give the Zoom Room name\nplan: []\nact: []\nverify: []\n",
    );
    assert_eq!(unused.recipe.unwrap().inputs[0].name, "zoom");
    assert!(unused.diagnostics.iter().any(|d| d.code.0 == "W006"));
}
