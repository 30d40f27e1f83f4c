//! Procedures as people write them, with what they expect.

use std::collections::BTreeMap;
use std::path::PathBuf;

use avops_llm::sop::LineUse::{self, Heading, Mapped};
use avops_llm::sop::score::{Expected, Score, score};

use crate::{TOOLS, answered, drafted};

/// Each figure of each procedure is at least so good, and so is the mean of all.
const FLOORS: (f64, f64) = (0.6, 0.95);

fn scores() -> Vec<(String, Score)> {
    let folder = std::env::var("AVOPS_SOPS").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sops"),
        PathBuf::from,
    );
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "txt"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let wanted = std::fs::read_to_string(path.with_extension("yaml")).unwrap();
            let wanted: Expected = serde_saphyr::from_str(&wanted).unwrap();
            let draft = drafted(&text);
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, score(&draft.yaml, &draft.trace, &wanted, &TOOLS))
        })
        .collect()
}

#[test]
fn procedures_in_every_style_become_what_people_expect() {
    let scores = scores();
    assert!(scores.len() >= 15);
    let mut sum = 0.0;
    for (name, score) in &scores {
        sum += score.mean();
        let figures = [
            score.items,
            score.order,
            score.gates,
            score.sober,
            score.lines,
        ];
        assert!(
            figures.iter().all(|figure| *figure >= FLOORS.0),
            "{name}: {score:?}"
        );
    }
    let mean = sum / f64::from(u32::try_from(scores.len()).unwrap());
    assert!(mean >= FLOORS.1, "the mean is {mean:.3}: {scores:#?}");
}

#[test]
fn the_runbooks_example_asks_looks_for_a_control_and_ends_with_a_photo() {
    let draft = drafted(
        "Steps:\n- Gather room_id\n- Reset projector via Q-SYS\n- Verify image via Slack photo",
    );
    for part in [
        "as: room_id",
        "action: qsys_control.trigger_control",
        "approve: Reset projector via Q-SYS?",
        "manual: Verify image via Slack photo",
    ] {
        assert!(draft.yaml.contains(part), "{part}\n{}", draft.yaml);
    }
    let kinds: Vec<LineUse> = draft.trace.iter().map(|line| line.kind).collect();
    assert_eq!(kinds, [Heading, Mapped, Mapped, Mapped]);
}

#[test]
fn an_answer_improves_the_draft_and_ends_its_question() {
    let text = "1. Turn on the projector\n2. Check the picture";
    let open = drafted(text);
    let ids: Vec<&str> = open
        .questions
        .iter()
        .map(|question| question.id.as_str())
        .collect();
    assert!(
        ids.contains(&"input.room") && ids.contains(&"name"),
        "{ids:?}"
    );
    let answers: BTreeMap<String, String> = [
        ("input.room", "Boardroom 4"),
        ("name", "Projector on"),
        ("rollback", "Turn it off by hand"),
    ]
    .map(|(id, answer)| (id.to_owned(), answer.to_owned()))
    .into();
    let better = answered(text, &answers);
    for part in [
        "name: Projector on",
        "default: Boardroom 4",
        "manual: Turn it off by hand",
    ] {
        assert!(better.yaml.contains(part), "{part}\n{}", better.yaml);
    }
    assert!(
        better
            .questions
            .iter()
            .all(|question| !answers.contains_key(&question.id))
    );
}

#[test]
fn every_step_says_which_line_it_came_from() {
    let draft = drafted(
        "- Open a ticket, notify #av-ops and restart the Zoom Room\nThis concerns all sites.",
    );
    assert!(draft.trace[0].steps.len() >= 3, "{:?}", draft.trace);
    assert_eq!(draft.trace[1].kind, LineUse::Unused);
}
