//! Whether a step of one version does what the step of that id does in another, and which names a step reads.

use crate::lints::walk;
use crate::recipe::{Call, Recipe, Step, Verb};
use crate::template::Template;

impl Recipe {
    /// The step with this id, wherever it stands in the four phases.
    pub fn step(&self, id: &str) -> Option<&Step> {
        let phases = crate::Phase::ALL.iter();
        phases
            .flat_map(|phase| self.steps(*phase))
            .find_map(|step| within(step, id))
    }
}

impl Step {
    /// The steps that it consists of: those of a block, or of both sides of a branch.
    pub fn parts(&self) -> impl Iterator<Item = &Self> {
        let lists: [&[Self]; 2] = match &self.verb {
            Verb::Do { steps } => [steps, &[]],
            Verb::If {
                then, otherwise, ..
            } => [then, otherwise],
            _ => [&[], &[]],
        };
        lists.into_iter().flatten()
    }

    /// Paths of the values that its own fields read, for example `intake.room`; the steps in it and its title left out.
    pub fn reads(&self) -> Vec<&str> {
        let titles: Vec<&str> = self.title.iter().flat_map(Template::paths).collect();
        let all = walk::of_step(self).into_iter();
        let all = all.flat_map(|expression| expression.paths().iter().map(String::as_str));
        // The title comes first, and says nothing of what the step does.
        all.skip(titles.len()).collect()
    }

    /// What makes this step do another thing than `other` does, in words; the steps in it left out. `None` when a result of
    /// one is a result of the other. Titles, retries and time limits make no difference.
    pub fn difference(&self, other: &Self) -> Option<&'static str> {
        if let Some(difference) = verb(&self.verb, &other.verb) {
            return Some(difference);
        }
        let when = |step: &Self| step.when.as_ref().map(|when| when.text().to_owned());
        let items = |step: &Self| {
            let each = step.for_each.as_ref();
            each.map(|each| each.items.text().to_owned())
        };
        let until = |step: &Self| {
            let until = step.until.as_ref();
            until.map(|until| until.condition.text().to_owned())
        };
        if self.bind != other.bind {
            Some("its result has another name")
        } else if items(self) != items(other) {
            Some("it goes over another list")
        } else if when(self) != when(other) {
            Some("it has another condition")
        } else if until(self) != until(other) {
            Some("it waits for something else")
        } else {
            None
        }
    }
}

fn within<'r>(step: &'r Step, id: &str) -> Option<&'r Step> {
    if step.id == id {
        return Some(step);
    }
    step.parts().find_map(|part| within(part, id))
}

fn verb(one: &Verb, other: &Verb) -> Option<&'static str> {
    let text =
        |one: &Template, other: &Template, words| (one.text() != other.text()).then_some(words);
    match (one, other) {
        (Verb::Input { name: a }, Verb::Input { name: b }) => {
            (a != b).then_some("it asks for another input")
        }
        (Verb::Action(a), Verb::Action(b)) => call(a, b),
        (Verb::Check { condition: a, .. }, Verb::Check { condition: b, .. })
        | (Verb::If { condition: a, .. }, Verb::If { condition: b, .. }) => {
            (a.text() != b.text()).then_some("it has another condition")
        }
        (Verb::Notify(a), Verb::Notify(b)) => {
            let same = a.tool == b.tool && a.target.text() == b.target.text();
            if same {
                text(&a.text, &b.text, "it says something else")
            } else {
                Some("it posts somewhere else")
            }
        }
        (
            Verb::Approve {
                question: a,
                role: of_a,
            },
            Verb::Approve {
                question: b,
                role: of_b,
            },
        ) => {
            if of_a == of_b {
                text(a, b, "it asks something else")
            } else {
                Some("it asks somebody else")
            }
        }
        (Verb::Manual { instruction: a }, Verb::Manual { instruction: b }) => {
            text(a, b, "it asks for another deed")
        }
        (Verb::Wait { duration: a }, Verb::Wait { duration: b }) => {
            (a != b).then_some("it waits for another time")
        }
        (
            Verb::Agent {
                goal: a,
                output: form_a,
                ..
            },
            Verb::Agent {
                goal: b,
                output: form_b,
                ..
            },
        ) => {
            if form_a == form_b {
                text(a, b, "it has another goal")
            } else {
                Some("its answer has another form")
            }
        }
        (Verb::Recipe { name: a, with }, Verb::Recipe { name: b, with: by }) => {
            if a.text() == b.text() {
                (with.literal() != by.literal()).then_some("it has other inputs")
            } else {
                Some("it runs another recipe")
            }
        }
        (Verb::Set { values: a }, Verb::Set { values: b }) => {
            let same = a.len() == b.len()
                && a.iter().all(|(name, value)| {
                    b.get(name)
                        .is_some_and(|other| other.literal() == value.literal())
                });
            (!same).then_some("it sets other values")
        }
        (Verb::Do { .. }, Verb::Do { .. }) => None,
        (Verb::Stop { reason: a }, Verb::Stop { reason: b }) => {
            text(a, b, "it stops for another reason")
        }
        _ => Some("it does another kind of thing"),
    }
}

fn call(one: &Call, other: &Call) -> Option<&'static str> {
    if (&one.tool, &one.action) == (&other.tool, &other.action) {
        (one.with.literal() != other.with.literal()).then_some("it has other arguments")
    } else {
        Some("it calls another action")
    }
}

#[cfg(test)]
mod tests {
    use crate::{Recipe, Source, Vocabulary, parse};

    fn recipe(act: &str) -> Recipe {
        let text = format!(
            "name: T\nintake:\n  - gather: room\n    as: room\nplan: []\nact:\n{act}verify: []\n"
        );
        let parsed = parse(&Source::new("t.yaml", &text), &Vocabulary::default());
        parsed
            .recipe
            .unwrap_or_else(|| panic!("{:?}", parsed.diagnostics))
    }

    fn difference(one: &str, other: &str) -> Option<&'static str> {
        let (one, other) = (recipe(one), recipe(other));
        one.step("a").unwrap().difference(other.step("a").unwrap())
    }

    #[test]
    fn a_result_holds_for_another_version_as_long_as_the_step_does_the_same() {
        let set = "  - set: { x: \"{{ intake.room }}\" }\n    id: a\n";
        assert_eq!(difference(set, &format!("{set}    title: Another\n")), None);
        let moved = format!(
            "  - do:\n{}",
            set.replace("  - set", "      - set")
                .replace("    id", "        id")
        );
        assert_eq!(difference(set, &moved), None);
        assert_eq!(
            difference(set, "  - set: { x: 1 }\n    id: a\n"),
            Some("it sets other values")
        );
        assert_eq!(
            difference(set, &format!("{set}    when: \"intake.room == 'x'\"\n")),
            Some("it has another condition")
        );
        assert_eq!(
            difference(set, "  - manual: Look\n    id: a\n"),
            Some("it does another kind of thing")
        );
    }

    #[test]
    fn a_step_reads_what_its_fields_name_but_not_its_title() {
        let read = recipe(
            "  - set: { x: \"{{ intake.room }}\" }\n    id: a\n    title: \"Of {{ run.id }}\"\n    when: \"recipe.name == 'x'\"\n",
        );
        assert_eq!(
            read.step("a").unwrap().reads(),
            ["recipe.name", "intake.room"]
        );
    }
}
