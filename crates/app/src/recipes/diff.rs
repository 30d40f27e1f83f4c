//! Two versions of a recipe side by side: as text, and step by step.

use schemars::JsonSchema;
use serde::Serialize;
use similar::TextDiff;

use crate::recipes::outline::StepOutline;

/// Two versions side by side.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RecipeDiff {
    /// The one to compare with.
    pub from: u32,
    /// The one compared.
    pub to: u32,
    /// Unified text difference; empty when equal.
    pub unified: String,
    /// What became of each step that differs.
    pub steps: Vec<StepDiff>,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepDiff {
    /// `added`, `removed` or `changed`.
    pub kind: &'static str,
    /// Step id.
    pub id: String,
    /// Its phase.
    pub phase: String,
    /// In the version to compare with, in a line.
    pub before: Option<String>,
    /// In the version compared, in a line.
    pub after: Option<String>,
}

/// A version with what the comparison needs of it.
pub(crate) struct Side<'a> {
    version: u32,
    yaml: &'a str,
    /// Its steps, each with its own text.
    steps: Vec<(&'a StepOutline, &'a str)>,
}

impl<'a> Side<'a> {
    /// Takes a version apart. The text of a block ends where its first inner step begins, so that a change inside
    /// does not make the block look changed.
    pub(crate) fn new(version: u32, yaml: &'a str, steps: &'a [StepOutline]) -> Self {
        let steps = steps
            .iter()
            .enumerate()
            .map(|(at, step)| {
                let next = steps.get(at + 1).map_or(usize::MAX, |next| next.span.start);
                let end = if next > step.span.start {
                    step.span.end.min(next)
                } else {
                    step.span.end
                };
                let text = yaml.get(step.span.start..end).unwrap_or_default();
                (step, text.trim().trim_end_matches('-').trim_end())
            })
            .collect();
        Self {
            version,
            yaml,
            steps,
        }
    }
}

/// Compares two versions. Steps are paired by their ids, and, where the author gave none, by what they do, so that
/// a step inserted in the middle does not make every later one look changed.
pub(crate) fn compare(from: &Side<'_>, to: &Side<'_>) -> RecipeDiff {
    let unified = if from.yaml == to.yaml {
        String::new()
    } else {
        TextDiff::from_lines(from.yaml, to.yaml)
            .unified_diff()
            .context_radius(3)
            .header(&format!("v{}", from.version), &format!("v{}", to.version))
            .to_string()
    };
    RecipeDiff {
        from: from.version,
        to: to.version,
        unified,
        steps: compare_steps(&from.steps, &to.steps),
    }
}

fn compare_steps(from: &[(&StepOutline, &str)], to: &[(&StepOutline, &str)]) -> Vec<StepDiff> {
    let mut gone: Vec<&(&StepOutline, &str)> = Vec::new();
    let mut new: Vec<&(&StepOutline, &str)> = to.iter().collect();
    // First everything that is the same in both, wherever it stands in its phase.
    for old in from {
        let same = new
            .iter()
            .position(|(step, text)| step.phase == old.0.phase && *text == old.1);
        match same {
            Some(at) => drop(new.remove(at)),
            None => gone.push(old),
        }
    }
    // What is left under one id changed; the rest came or went.
    let mut found = Vec::new();
    for old in gone {
        let changed = new
            .iter()
            .position(|(step, _)| step.phase == old.0.phase && step.id == old.0.id);
        let after = changed.map(|at| new.remove(at));
        found.push(StepDiff {
            kind: if after.is_some() {
                "changed"
            } else {
                "removed"
            },
            id: old.0.id.clone(),
            phase: old.0.phase.clone(),
            before: Some(old.0.title.clone()),
            after: after.map(|(step, _)| step.title.clone()),
        });
    }
    found.extend(new.into_iter().map(|(step, _)| StepDiff {
        kind: "added",
        id: step.id.clone(),
        phase: step.phase.clone(),
        before: None,
        after: Some(step.title.clone()),
    }));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use avops_recipe::Span;

    /// Steps with the ids `act.1`, `act.2` … for the lines of a text.
    fn lines(yaml: &str) -> Vec<StepOutline> {
        let mut start = 0;
        yaml.split_inclusive('\n')
            .enumerate()
            .map(|(at, line)| {
                let span = Span::new(start, start + line.len());
                start += line.len();
                StepOutline {
                    id: format!("act.{}", at + 1),
                    phase: "act".to_owned(),
                    verb: "action".to_owned(),
                    title: line.trim().to_owned(),
                    tool: None,
                    action: None,
                    effect: None,
                    undo: false,
                    depth: 0,
                    line: at + 1,
                    span,
                }
            })
            .collect()
    }

    fn compared(from: &str, to: &str) -> RecipeDiff {
        compare(
            &Side::new(1, from, &lines(from)),
            &Side::new(2, to, &lines(to)),
        )
    }

    #[test]
    fn a_step_inserted_in_the_middle_is_the_only_difference() {
        let found = compared("a\nc\n", "a\nb\nc\n").steps;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].kind, found[0].id.as_str()), ("added", "act.2"));
    }

    #[test]
    fn a_step_with_new_text_under_its_id_is_changed() {
        let found = compared("a\nb\n", "a\nc\n").steps;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind, "changed");
        assert_eq!(found[0].before.as_deref(), Some("b"));
        assert_eq!(found[0].after.as_deref(), Some("c"));
    }

    #[test]
    fn equal_texts_have_an_empty_difference() {
        let found = compared("a\n", "a\n");
        assert_eq!(found.unified, "");
        assert_eq!(found.steps, []);
    }

    #[test]
    fn the_text_difference_names_both_versions() {
        let found = compared("a\nb\n", "a\nc\n");
        assert_eq!(
            found.unified,
            "--- v1\n+++ v2\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
        );
    }
}
