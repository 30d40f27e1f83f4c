//! Stories and their scrum tasks.

use avops_engine::{ToolError, ToolReply};
use serde::Deserialize;
use serde_json::{Map, json};

use super::records::{Marked, Table, mark};
use super::session::Session;
use super::{artifact, described, put};
use crate::outbound::Deadline;

/// The arguments of `create_story`.
#[derive(Deserialize)]
pub(super) struct Create {
    title: String,
    description: Option<String>,
    #[serde(default)]
    subtasks: Vec<String>,
    assignment_group: Option<String>,
}

const FIELDS: &str = "sys_id,number,short_description,state,correlation_id";

/// The table of stories.
pub(super) fn table(session: &Session) -> Table<'_> {
    with_mark(session, "rm_story")
}

fn with_mark<'s>(session: &'s Session, name: &'static str) -> Table<'s> {
    Table {
        session,
        name,
        fields: FIELDS,
        marked: Marked::Field("correlation_id"),
    }
}

/// Creates a story, then its tasks one by one. After an answer that was lost, the same key finds those that are there
/// and adds the rest.
pub(super) async fn create(
    session: &Session,
    args: &Create,
    key: &str,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let story_mark = mark(key, 0);
    let mut fields = Map::new();
    put(&mut fields, "short_description", Some(&args.title));
    put(&mut fields, "description", args.description.as_deref());
    put(
        &mut fields,
        "assignment_group",
        args.assignment_group.as_deref(),
    );
    put(&mut fields, "correlation_id", Some(&story_mark));
    let story = table(session)
        .create(&story_mark, &fields, deadline)
        .await?;
    let mut subtasks = Vec::new();
    for (number, title) in args.subtasks.iter().enumerate() {
        let task_mark = mark(key, number + 1);
        let mut fields = Map::new();
        put(&mut fields, "short_description", Some(title));
        put(&mut fields, "story", Some(story.text("sys_id")));
        put(&mut fields, "correlation_id", Some(&task_mark));
        let task = with_mark(session, "rm_scrum_task")
            .create(&task_mark, &fields, deadline)
            .await
            .map_err(|error| after_the_story(&error, story.text("number"), number))?;
        subtasks.push(described(session, "rm_scrum_task", &task));
    }
    let mut output = described(session, "rm_story", &story);
    output["subtasks"] = json!(subtasks);
    let artifacts = vec![artifact("story", &output)];
    Ok(ToolReply { output, artifacts })
}

/// The story stands already: whatever a task's error says of itself, the call has had an effect.
fn after_the_story(error: &ToolError, story: &str, made: usize) -> ToolError {
    ToolError::Unknown {
        message: format!(
            "the story {story} and {made} of its tasks are there, and the next task is not: {error}"
        ),
    }
}
