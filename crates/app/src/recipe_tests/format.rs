//! The file in which the tests of a recipe are written, and what must hold of it before any of them runs.

use avops_engine::{Artifact, Resolution, RollbackOutcome, RunPhase, RunStatus};
use avops_tools::campus::{BaseStatus, Fault, RoomFault};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Error;

/// Longest file, in bytes.
const LONGEST: usize = 256 * 1024;
/// Most tests in one file.
const MOST_TESTS: usize = 50;

/// A file of tests.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TestFile {
    /// Name of the recipe.
    pub(super) recipe: String,
    /// Its tests.
    pub(super) tests: Vec<Test>,
}

/// One test: a world, a run in it, and how that must end.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Test {
    /// A sentence about what the recipe does; unique in the file.
    pub(super) name: String,
    /// The time at which the run starts.
    #[serde(default)]
    pub(super) at: Option<Timestamp>,
    /// What is laid over the simulated campus.
    #[serde(default)]
    pub(super) world: Value,
    /// Calls that are made before the run, so that the world holds what it needs.
    #[serde(default)]
    pub(super) before: Vec<Beforehand>,
    /// Inputs given at the start.
    #[serde(default)]
    pub(super) inputs: Map<String, Value>,
    /// What happens in the world while the recipe runs.
    #[serde(default)]
    pub(super) changes: Vec<Change>,
    /// What people answer when the run asks.
    #[serde(default)]
    pub(super) answers: Vec<Answer>,
    /// How it must end.
    pub(super) expect: Expect,
}

/// A call that is made before the run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Beforehand {
    /// `tool.action`.
    pub(super) action: String,
    /// Its arguments.
    #[serde(default)]
    pub(super) with: Map<String, Value>,
}

/// Something that happens in the world right before a step.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// The step, by its key: one that calls a tool, or that waits for a person.
    pub(super) at: String,
    /// The room that changes, by id, name or address.
    #[serde(default)]
    pub(super) room: Option<String>,
    /// How the room is from now on.
    #[serde(default)]
    pub(super) status: Option<BaseStatus>,
    /// Whether a meeting begins in it, or ends.
    #[serde(default)]
    pub(super) meeting: Option<bool>,
    /// What is wrong with it from now on; the word `none` for nothing.
    #[serde(default)]
    pub(super) trouble: Option<Trouble>,
    /// A fault on the way to a vendor or device.
    #[serde(default)]
    pub(super) fault: Option<Fault>,
    /// Takes all such faults away.
    #[serde(default)]
    pub(super) clear_faults: bool,
}

/// What is wrong with a room.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum Trouble {
    /// Nothing.
    None(Nothing),
    /// This.
    Some(RoomFault),
}

/// The word for no trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Nothing {
    /// As it says.
    None,
}

/// What a person answers. It holds one of the verbs `approve`, `reject`, `request_changes`, `done`, `resolve`, `expire`
/// and `cancel`, whose value is the key of the step that asks, or `answer` with the inputs.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_field_names,
    reason = "the fields are the words that people write"
)]
pub(super) struct Answer {
    /// Yes.
    #[serde(default)]
    pub(super) approve: Option<String>,
    /// No.
    #[serde(default)]
    pub(super) reject: Option<String>,
    /// Not like this.
    #[serde(default)]
    pub(super) request_changes: Option<String>,
    /// A manual step is done.
    #[serde(default)]
    pub(super) done: Option<String>,
    /// What became of a call whose outcome is unknown.
    #[serde(default)]
    pub(super) resolve: Option<String>,
    /// Nobody answers until the step's time is over.
    #[serde(default)]
    pub(super) expire: Option<String>,
    /// The run is stopped instead of an answer.
    #[serde(default)]
    pub(super) cancel: Option<String>,
    /// Inputs that were missing.
    #[serde(default)]
    pub(super) answer: Option<Map<String, Value>>,
    /// Why, or what was done or seen.
    #[serde(default)]
    pub(super) note: Option<String>,
    /// With `resolve`.
    #[serde(default, rename = "as")]
    pub(super) resolution: Option<Resolution>,
    /// With `resolve`, when it happened.
    #[serde(default)]
    pub(super) result: Option<Value>,
    /// With `done`: a photo or another proof.
    #[serde(default)]
    pub(super) artifact: Option<Artifact>,
}

/// How a run must end. What is not said may be anything.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expect {
    /// Its status.
    pub(super) status: RunStatus,
    /// `not_applicable`, where the recipe stops on purpose.
    #[serde(default)]
    pub(super) outcome: Option<String>,
    /// Key of the step at which it failed.
    #[serde(default)]
    pub(super) failed_at: Option<String>,
    /// The phase in which it failed.
    #[serde(default)]
    pub(super) phase: Option<RunPhase>,
    /// A part of the error.
    #[serde(default)]
    pub(super) error: Option<String>,
    /// What became of the rollback.
    #[serde(default)]
    pub(super) rollback: Option<RollbackOutcome>,
    /// Parts of the result.
    #[serde(default)]
    pub(super) outputs: Option<Value>,
    /// Everything that was left behind, in order.
    #[serde(default)]
    pub(super) artifacts: Option<Vec<ExpectedArtifact>>,
    /// Calls that must have been made.
    #[serde(default)]
    pub(super) calls: Vec<ExpectedCall>,
    /// Actions (`tool.action`), or tools, that must not have been called.
    #[serde(default)]
    pub(super) no_calls: Vec<String>,
    /// Parts of the world as it is afterwards.
    #[serde(default)]
    pub(super) world: Option<Value>,
}

/// An artifact that must have been left behind.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedArtifact {
    /// Its kind.
    pub(super) kind: String,
    /// Its title; `*` stands for any text.
    #[serde(default)]
    pub(super) title: Option<String>,
}

/// A call that must have been made.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedCall {
    /// `tool.action`.
    pub(super) action: String,
    /// Parts of its arguments.
    #[serde(default)]
    pub(super) with: Value,
    /// Exactly so often; at least once when absent.
    #[serde(default)]
    pub(super) times: Option<usize>,
}

impl TestFile {
    /// Reads a file of tests; `name` is what messages call it.
    ///
    /// # Errors
    /// [`Error::BadInput`] with line and column, or that says which test does not hold together.
    pub(super) fn parse(name: &str, yaml: &str) -> Result<Self, Error> {
        if yaml.len() > LONGEST {
            return Err(refused(
                name,
                &format!("it has {} bytes, and {LONGEST} are read", yaml.len()),
                "split it: several files may test one recipe",
            ));
        }
        let options = serde_saphyr::options! { strict_booleans: true };
        let file: Self = serde_saphyr::from_str_with_options(yaml, options).map_err(|error| {
            refused(
                name,
                &error.to_string(),
                "the page Testing recipes of the manual shows the form",
            )
        })?;
        file.check(name)?;
        Ok(file)
    }

    fn check(&self, name: &str) -> Result<(), Error> {
        if self.tests.is_empty() || self.tests.len() > MOST_TESTS {
            let message = format!("it holds {} tests", self.tests.len());
            let hint = format!("a file holds 1 to {MOST_TESTS} tests");
            return Err(refused(name, &message, &hint));
        }
        for (index, test) in self.tests.iter().enumerate() {
            let of = |problem: &str, hint: &str| {
                Err(refused(
                    name,
                    &format!("test {:?}: {problem}", test.name),
                    hint,
                ))
            };
            if self
                .tests
                .iter()
                .take(index)
                .any(|other| other.name == test.name)
            {
                return of(
                    "there are two tests of this name",
                    "give each a name of its own",
                );
            }
            for change in &test.changes {
                if !change.does_one_thing() {
                    return of(
                        &format!("the change at {} changes nothing, or two things", change.at),
                        "write `room` with `status`, `meeting` or `trouble`; or `fault`; or `clear_faults`",
                    );
                }
            }
            for answer in &test.answers {
                if answer.verbs() != 1 {
                    return of(
                        "an answer needs exactly one verb",
                        "it is approve, reject, request_changes, done, resolve, expire, cancel or answer",
                    );
                }
                if answer.resolve.is_some() != answer.resolution.is_some() {
                    return of(
                        "`resolve` and `as` go together",
                        "for example { resolve: act.1, as: happened }",
                    );
                }
            }
        }
        Ok(())
    }
}

impl Change {
    fn does_one_thing(&self) -> bool {
        let of_room = [
            self.status.is_some(),
            self.meeting.is_some(),
            self.trouble.is_some(),
        ];
        let of_room = of_room.into_iter().any(|given| given);
        of_room == self.room.is_some()
            && usize::from(of_room)
                + usize::from(self.fault.is_some())
                + usize::from(self.clear_faults)
                == 1
    }
}

impl Answer {
    /// The key of the step that it is for; `None` for `answer`, which is for whatever asks for inputs.
    pub(super) fn step(&self) -> Option<&str> {
        [
            &self.approve,
            &self.reject,
            &self.request_changes,
            &self.done,
            &self.resolve,
            &self.expire,
            &self.cancel,
        ]
        .into_iter()
        .find_map(Option::as_deref)
    }

    fn verbs(&self) -> usize {
        let named = [
            &self.approve,
            &self.reject,
            &self.request_changes,
            &self.done,
            &self.resolve,
            &self.expire,
            &self.cancel,
        ];
        named.into_iter().flatten().count() + usize::from(self.answer.is_some())
    }
}

fn refused(name: &str, problem: &str, hint: &str) -> Error {
    Error::bad_input(format!("{name} cannot be read as tests: {problem}"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "recipe: A\ntests:\n  - name: it works\n    expect: { status: success }\n";

    fn refusal(yaml: &str) -> String {
        TestFile::parse("a.test.yaml", yaml)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_small_file_is_read() {
        let file = TestFile::parse("a.test.yaml", SMALL).unwrap();
        assert_eq!(file.recipe, "A");
        assert_eq!(file.tests[0].expect.status, RunStatus::Success);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let said = refusal(&SMALL.replace("expect:", "expects:"));
        assert!(
            said.contains("expects") && said.contains("line 4"),
            "{said}"
        );
    }

    #[test]
    fn an_answer_with_two_verbs_is_refused() {
        let yaml = format!("{SMALL}    answers: [{{ approve: a, reject: a }}]\n");
        assert!(refusal(&yaml).contains("exactly one verb"));
    }

    #[test]
    fn a_change_of_a_room_names_the_room() {
        let yaml = format!("{SMALL}    changes: [{{ at: act.1, meeting: true }}]\n");
        assert!(refusal(&yaml).contains("act.1"));
    }

    #[test]
    fn two_tests_of_one_name_and_none_at_all_are_refused() {
        let twice = format!("{SMALL}  - name: it works\n    expect: {{ status: failed }}\n");
        assert!(refusal(&twice).contains("two tests"));
        assert!(refusal("recipe: A\ntests: []\n").contains("0 tests"));
    }
}
