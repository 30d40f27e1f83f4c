//! Every mistake is found in one pass, with its code, its place and a way to mend it.

use avops_recipe::{Severity, Source};

use crate::vocabulary::read;

/// A recipe that is right but for the part given.
fn with(plan: &str, act: &str, verify: &str, rest: &str) -> String {
    format!(
        "name: Test\nversion: 1\nintake:\n  - gather: room\nplan:\n  - action: lookup_zoom_room\n    with: {{ query: \"{{{{ intake.room }}}}\" }}\n{plan}act:\n  - check: \"true\"\n{act}verify:\n  - check: \"zoom_room.status == 'online'\"\n{verify}guardrails:\n  timeout_s: 5\n{rest}"
    )
}

fn errors(text: &str) -> Vec<&'static str> {
    let parsed = read(text);
    assert!(parsed.diagnostics.iter().all(|d| !d.message.is_empty()));
    parsed
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .map(|d| d.code.0)
        .collect()
}

#[test]
fn the_recipe_of_these_tests_has_no_mistake() {
    assert_eq!(errors(&with("", "", "", "")), Vec::<&str>::new());
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, one case a mistake")]
fn each_mistake_has_its_code() {
    let cases = [
        ("R007", with("", "", "", "gaurdrails: {}\n")),
        (
            "R007",
            with("  - check: \"true\"\n    mesage: x\n", "", "", ""),
        ),
        (
            "R007",
            with("", "  - action: slack.post_message\n    args: {}\n", "", ""),
        ),
        ("R010", with("  - chek: \"true\"\n", "", "", "")),
        (
            "R011",
            with("  - check: \"true\"\n    wait: 3s\n", "", "", ""),
        ),
        ("R012", with("", "", "  - approve: \"Sure?\"\n", "")),
        (
            "R013",
            with("  - check: \"true\"\n    parallel: 3\n", "", "", ""),
        ),
        (
            "R014",
            with("  - check: \"true\"\n    id: \"a b\"\n", "", "", ""),
        ),
        (
            "R015",
            with(
                "  - check: \"true\"\n    id: a\n  - check: \"true\"\n    id: a\n",
                "",
                "",
                "",
            ),
        ),
        ("R016", with("  - wait: soon\n", "", "", "")),
        ("R016", with("", "", "", "  step_timeout_s: -1\n")),
        (
            "R017",
            with("  - check: \"zoom_room.status ==\"\n", "", "", ""),
        ),
        (
            "R018",
            with("", "", "  - notify: \"slack:#a {{ intake.room\"\n", ""),
        ),
        (
            "R018",
            with("", "", "  - notify: \"slack:#a {% if x %}\"\n", ""),
        ),
        (
            "R019",
            with(
                "  - action: zom.lookup_zoom_room\n    with: { query: a }\n",
                "",
                "",
                "",
            ),
        ),
        ("R020", with("  - action: zoom.lookup_room\n", "", "", "")),
        ("R021", with("  - action: find\n", "", "", "")),
        (
            "R022",
            with("  - action: zoom.lookup_zoom_room\n", "", "", ""),
        ),
        (
            "R023",
            with(
                "  - action: zoom.check_policy\n    with: { rom_id: a }\n",
                "",
                "",
                "",
            ),
        ),
        (
            "R024",
            with(
                "  - action: zoom.check_policy\n    with: { n: four }\n",
                "",
                "",
                "",
            ),
        ),
        (
            "R025",
            with("  - check: \"zoom_rom.status == 'x'\"\n", "", "", ""),
        ),
        (
            "R026",
            with("  - check: \"zoom_room.state == 'x'\"\n", "", "", ""),
        ),
        (
            "R026",
            with("  - check: \"intake.rom == 'x'\"\n", "", "", ""),
        ),
        (
            "R027",
            with("  - action: zoom.restart_zoom_room\n", "", "", ""),
        ),
        (
            "R028",
            with(
                "",
                "  - action: incident_ticketing.create\n    until: \"true\"\n",
                "",
                "",
            ),
        ),
        ("R029", with("", "", "  - notify: \"slak:#a hello\"\n", "")),
        ("R029", with("", "", "  - notify: \"slack:#a\"\n", "")),
        ("R030", with("", "", "", "  timeout_minutes: 9\n")),
        ("R031", with("", "", "", "  rollback: none\n")),
        (
            "R031",
            with(
                "",
                "",
                "",
                "  maintenance_window: { start: \"20:00\", end: \"06:00\", tz: \"Europe/Pris\" }\n",
            ),
        ),
        (
            "R035",
            with(
                "",
                "",
                "",
                "success_metrics:\n  - { name: a, value: 1, target: fast }\n",
            ),
        ),
        (
            "R036",
            with(
                "  - action: zoom.check_policy\n    undo: { manual: x }\n",
                "",
                "",
                "",
            ),
        ),
        (
            "R038",
            with("", "", "", "").replace(
                "- gather: room",
                "- gather: room\n    type: integer\n    default: four",
            ),
        ),
        (
            "R008",
            with("", "", "", "")
                .replace("verify:\n  - check: \"zoom_room.status == 'online'\"\n", ""),
        ),
        ("R008", with("", "", "", "").replace("name: Test\n", "")),
        ("R006", with("", "", "", "name: Again\n")),
        (
            "R033",
            with("", "", "", "").replace("- gather: room", "- gather: room\n  - gather: room"),
        ),
    ];
    for (code, text) in cases {
        assert!(
            errors(&text).contains(&code),
            "{code} not in {:?} for:\n{text}",
            errors(&text)
        );
    }
}

#[test]
fn all_mistakes_are_shown_at_once_in_the_order_of_the_text() {
    let text = with(
        "  - chek: \"true\"\n  - wait: soon\n",
        "",
        "  - notify: \"slak:#a b\"\n",
        "gaurdrails: {}\n",
    );
    assert_eq!(errors(&text), ["R010", "R016", "R029", "R007"]);
}

#[test]
fn a_mistake_points_at_its_text() {
    let text = with("", "", "", "gaurdrails: {}\n");
    let parsed = read(&text);
    let diagnostic = parsed
        .diagnostics
        .iter()
        .find(|d| d.code.0 == "R007")
        .unwrap();
    let source = Source::new("x", text);
    assert_eq!(source.excerpt(diagnostic.span), "gaurdrails");
    assert_eq!(source.position(diagnostic.span.start).column, 1);
    assert_eq!(
        diagnostic.help.as_deref(),
        Some("did you mean `guardrails`?")
    );
}

#[test]
fn a_name_that_may_be_absent_is_a_warning() {
    let text = with(
        "  - action: zoom.check_policy\n    when: \"intake.room == 'x'\"\n  - check: \"policy.ok\"\n",
        "",
        "",
        "",
    );
    assert!(read(&text).diagnostics.iter().any(|d| d.code.0 == "W007"));
}

#[test]
fn good_practice_is_asked_for() {
    let text = "name: x\nversion: 2\nintake: []\nplan: []\nact:\n  - action: incident_ticketing.create\nverify: []\n";
    let codes: Vec<_> = read(text).diagnostics.iter().map(|d| d.code.0).collect();
    for code in ["W001", "W003", "W004", "W005"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
}

#[test]
fn a_misspelt_name_is_marked_where_it_stands() {
    let text = with(
        "  - notify: \"slack:{{ intake.room }} {{ zoom_rom.name }} is ready\"\n",
        "",
        "  - check: \"zoom_room.status == 'online' and zoom_room.nme != ''\"\n",
        "",
    );
    let source = Source::new("recipe.yaml", text.as_str());
    let parsed = read(&text);
    let marked: Vec<_> = parsed
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .map(|d| (d.code.0, source.excerpt(d.span)))
        .collect();
    assert_eq!(
        marked,
        [("R025", "zoom_rom.name"), ("R026", "zoom_room.nme")]
    );
}

#[test]
fn a_step_that_cannot_be_read_makes_no_second_mistake_of_its_result() {
    let plan = "  - action: zoom.lokup_zoom_room\n    as: other\n    with: { query: a }\n  - check: \"other.status != ''\"\n";
    assert_eq!(errors(&with(plan, "", "", "")), ["R020"]);
}

#[test]
fn a_name_is_certain_under_the_condition_that_binds_it() {
    let act = "  - action: zoom.check_policy\n    when: \"intake.room == 'a'\"\n  - check: \"policy.compliant\"\n    when: \"intake.room == 'a'\"\n";
    let warned = |text: &str| read(text).diagnostics.iter().any(|d| d.code.0 == "W007");
    assert!(!warned(&with("", act, "", "")));
    assert!(warned(&with(
        "",
        act,
        "  - check: \"policy.compliant\"\n",
        ""
    )));
}

#[test]
fn a_schema_of_an_outside_tool_that_is_none_stops_nobody() {
    let mut vocabulary = crate::vocabulary::vocabulary();
    let action = &mut vocabulary.tools["zoom"].actions["check_policy"];
    action.input_schema = serde_json::json!({
        "type": "object",
        "properties": { "room_id": { "type": 7 }, "n": { "$ref": "#/$defs/count" } },
        "$defs": { "count": { "type": "integer" } }
    });
    let step = |with: &str| format!("  - action: zoom.check_policy\n    with: {{ {with} }}\n");
    let codes = |text: String| {
        let source = Source::new("recipe.yaml", text);
        let parsed = avops_recipe::parse(&source, &vocabulary);
        let errors = parsed
            .diagnostics
            .into_iter()
            .filter(|d| d.severity == Severity::Error);
        errors.map(|d| d.code.0).collect::<Vec<_>>()
    };
    assert_eq!(
        codes(with(&step("room_id: x, n: 3"), "", "", "")),
        Vec::<&str>::new()
    );
    assert_eq!(codes(with(&step("n: three"), "", "", "")), ["R024"]);
}

#[test]
fn a_misspelt_name_is_found_although_another_step_cannot_be_read() {
    let plan = "  - check: \"zoom_rom.status != ''\"\n";
    let act = "  - action: zoom.restart_zom_room\n";
    assert_eq!(errors(&with(plan, act, "", "")), ["R025", "R020"]);
}
