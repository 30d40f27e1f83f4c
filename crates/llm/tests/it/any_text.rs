//! Whatever is pasted, the draft passes the validator and accounts for every line.

use avops_recipe::Source;
use proptest::prelude::*;

use crate::{TOOLS, drafted};

fn is_sound(text: &str) {
    let draft = drafted(text);
    let parsed = avops_recipe::parse(&Source::new("draft", &draft.yaml), &TOOLS);
    assert!(
        parsed.is_valid(),
        "{text:?}\n{}\n{:#?}",
        draft.yaml,
        parsed.diagnostics
    );
    let said = text.lines().filter(|line| !line.trim().is_empty()).count();
    assert_eq!(draft.trace.len(), said, "{text:?}");
}

/// Words that mean something, put together in any way.
fn clause() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "restart",
        "the",
        "zoom room",
        "projector",
        "if",
        "otherwise",
        "wait",
        "5 minutes",
        "notify",
        "#av-ops",
        "verify",
        "is",
        "online",
        "open",
        "a",
        "ticket",
        "input 3",
        "output 1",
        "on the switcher",
        "Q-SYS",
        "mute",
        "approval",
        "after",
        "ask",
        "for",
        "room",
        "email",
        ",",
        ".",
        ":",
        "then",
        "and",
        "not",
        "stop",
        "{{ intake.x }}",
        "{%",
        "\"",
        "'",
        "- ",
        "1.",
        "within 10 minutes",
        "yes",
        "no",
        "->",
        "|",
        "snapshot 2",
        "to",
        "-12 dB",
        "webinar",
        "until",
    ]);
    prop::collection::vec(words, 0..14).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn words_of_the_trade_in_any_order(lines in prop::collection::vec(clause(), 0..9)) {
        is_sound(&lines.join("\n"));
    }

    #[test]
    fn any_characters_at_all(text in "\\PC{0,200}(\n\\PC{0,80}){0,4}") {
        is_sound(&text);
    }
}

#[test]
fn hostile_texts_stay_texts() {
    for text in [
        "",
        "\u{0}\u{1}\u{7f}",
        "- {{ run.id }} {% for x in y %}",
        "name: x\nact:\n  - action: zoom.restart_zoom_room",
        "*anchor &x <<: *y",
        "- \"unclosed\n- 'quote\n- `tick",
        "1. \u{202e}gnirts desrever",
        "- yes\n- no\n- null\n- 0x10\n- 1e9\n- ~",
        "|||||\n|---|---|\n| | | |",
        "If: if if if, if: otherwise otherwise",
        "Notify #a \"slack:#b 'x'\"",
    ] {
        is_sound(text);
    }
    is_sound(&"- restart the zoom room and then ".repeat(800));
    is_sound(&"if the projector is off:\n  ".repeat(200));
}
