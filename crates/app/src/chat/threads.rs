//! Conversations: whose they are, what was said in them.

use avops_engine::RunId;
use avops_store::{MessageRow, ThreadFilter, ThreadRow};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::cards::Card;
use crate::{Actor, App, Error, Page, PageRequest, Permission};

/// Longest title, in characters.
const TITLE: usize = 80;

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChatThread {
    /// Its id.
    pub id: String,
    /// What lists call it: what was said first, until somebody renames it.
    pub title: String,
    /// Whether it is out of the way.
    pub archived: bool,
    /// Whether it is the asker's own: others read it by its link, and cannot speak in it.
    pub own: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When something was last said in it.
    pub updated_at: Timestamp,
}

/// What to change about a thread; what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThreadChange {
    /// What lists call it.
    pub title: Option<String>,
    /// Out of the way, or back.
    pub archived: Option<bool>,
}

/// Which threads are wanted.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThreadQuery {
    /// Text in the title or a message.
    pub q: Option<String>,
    /// Those out of the way.
    pub archived: Option<bool>,
    /// At most so many; 50 when absent, never more than 500.
    pub limit: Option<u32>,
    /// The `next` of the bite before.
    pub cursor: Option<String>,
}

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A person.
    Person,
    /// The program.
    Avops,
}

impl Role {
    fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Avops => "avops",
        }
    }
}

/// What a command did in each of the four phases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Phases {
    /// What was taken in.
    pub intake: String,
    /// What was checked.
    pub plan: String,
    /// What was done.
    pub act: String,
    /// What it came to.
    pub verify: String,
}

impl Phases {
    pub(super) fn new(
        intake: impl Into<String>,
        plan: impl Into<String>,
        act: impl Into<String>,
        verify: impl Into<String>,
    ) -> Self {
        Self {
            intake: intake.into(),
            plan: plan.into(),
            act: act.into(),
            verify: verify.into(),
        }
    }

    /// All four on one line, for the trail.
    pub(super) fn in_words(&self) -> String {
        format!(
            "intake: {}; plan: {}; act: {}; verify: {}",
            self.intake, self.plan, self.act, self.verify
        )
    }
}

/// The model that wrote an answer, and what it took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelNote {
    /// The provider's name.
    pub provider: String,
    /// The model, as the provider names it.
    pub model: String,
    /// Whether the simulated provider answered.
    pub mock: bool,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// US dollars, where the price is known.
    pub cost_usd: Option<f64>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChatMessage {
    /// Its thread.
    pub thread_id: String,
    /// Its number in the thread, from 1.
    pub seq: u64,
    /// Who said it.
    pub role: Role,
    /// A person's words; empty in an answer, whose words are cards.
    pub text: String,
    /// What else belongs to it.
    #[serde(flatten)]
    pub body: MessageBody,
    /// When.
    pub at: Timestamp,
}

/// What belongs to a message beside its words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageBody {
    /// The parts of an answer.
    #[serde(default)]
    pub cards: Vec<Card>,
    /// What a command did in each phase.
    #[serde(default)]
    pub phases: Option<Phases>,
    /// What was read in another way than it stands there, and the like.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Whether raw payloads were asked for.
    #[serde(default)]
    pub json_mode: bool,
    /// The model that wrote words of it.
    #[serde(default)]
    pub model: Option<ModelNote>,
}

impl ChatMessage {
    /// What a model is told of it.
    pub(super) fn words(&self) -> String {
        if self.role == Role::Person {
            return self.text.clone();
        }
        let words = self.body.cards.iter().filter_map(|card| match card {
            Card::Words { markdown } => Some(markdown.clone()),
            Card::Proposal { command, .. } => Some(command.clone()),
            Card::Run { run_id, recipe, .. } => Some(format!("Started run {run_id} of {recipe}.")),
            Card::Mistake { mistake } => Some(format!("Not carried out: {}.", mistake.message)),
            Card::Refusal { message, .. } => Some(format!("Refused: {message}.")),
            _ => None,
        });
        words.collect::<Vec<_>>().join("\n")
    }
}

/// Lists one's own threads, the one last spoken in first.
///
/// # Errors
/// [`Error::NotAllowed`], [`Error::BadInput`] for a cursor that is none.
pub async fn threads(
    app: &App,
    by: &Actor,
    query: &ThreadQuery,
) -> Result<Page<ChatThread>, Error> {
    by.require(Permission::See)?;
    let filter = ThreadFilter {
        actor_id: by.id.clone(),
        archived: query.archived.unwrap_or_default(),
        q: query.q.clone(),
    };
    let page = PageRequest {
        limit: query.limit,
        cursor: query.cursor.clone(),
    };
    let found = app
        .store
        .threads(&filter, page.bounded(), page.cursor.as_deref())
        .await?;
    Ok(Page {
        items: found.items.into_iter().map(|row| shown(by, row)).collect(),
        next: found.next,
    })
}

/// Gives a thread. Whoever has its link may read it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn thread(app: &App, by: &Actor, id: &str) -> Result<ChatThread, Error> {
    by.require(Permission::See)?;
    Ok(shown(by, find(app, id).await?))
}

/// Renames one's own thread, puts it out of the way or back.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Conflict`] for somebody else's, [`Error::BadInput`] for the title.
pub async fn change_thread(
    app: &App,
    by: &Actor,
    id: &str,
    change: ThreadChange,
) -> Result<ChatThread, Error> {
    by.require(Permission::See)?;
    let mut row = own(app, by, id).await?;
    if let Some(title) = change.title {
        row.title = checked_title(&title)?;
    }
    row.archived = change.archived.unwrap_or(row.archived);
    app.store
        .update_thread(&row.id, &row.title, row.archived)
        .await?;
    Ok(shown(by, row))
}

/// Removes one's own thread with all its messages. What they set in motion stays.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Conflict`] for somebody else's.
pub async fn delete_thread(app: &App, by: &Actor, id: &str) -> Result<(), Error> {
    by.require(Permission::See)?;
    let row = own(app, by, id).await?;
    Ok(app.store.delete_thread(&row.id).await?)
}

/// The messages of a thread, newest first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::BadInput`] for a cursor that is none.
pub async fn messages(
    app: &App,
    by: &Actor,
    id: &str,
    page: &PageRequest,
) -> Result<Page<ChatMessage>, Error> {
    by.require(Permission::See)?;
    let row = find(app, id).await?;
    let before = match page.cursor.as_deref().map(str::parse::<u64>) {
        None => None,
        Some(Ok(before)) => Some(before),
        Some(Err(_)) => {
            return Err(Error::bad_input(
                "this cursor was not given out by this list",
                "start again without a cursor",
            ));
        }
    };
    let limit = page.bounded();
    let mut rows = app.store.messages(&row.id, before, limit + 1).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|last| last.seq.to_string());
    let items = rows
        .into_iter()
        .map(|message| read(&row.id, message))
        .collect::<Result<_, _>>()?;
    Ok(Page { items, next })
}

/// The thread in which something is said: the one that is named, or a new one.
pub(super) async fn spoken_in(
    app: &App,
    by: &Actor,
    id: Option<&str>,
    text: &str,
) -> Result<ThreadRow, Error> {
    if let Some(id) = id {
        return own(app, by, id).await;
    }
    let now = app.now();
    let row = ThreadRow {
        id: Uuid::now_v7().to_string(),
        actor_id: by.id.clone(),
        title: title_of(text),
        archived: false,
        created_at: now,
        updated_at: now,
    };
    app.store.create_thread(&row).await?;
    Ok(row)
}

/// Writes a message behind the last one.
pub(super) async fn append(
    app: &App,
    thread: &str,
    role: Role,
    text: String,
    body: MessageBody,
) -> Result<ChatMessage, Error> {
    let kept = serde_json::to_value(&body)
        .map_err(|error| Error::Internal(format!("a message cannot be kept: {error}")))?;
    let mut row = MessageRow {
        seq: 0,
        role: role.as_str().to_owned(),
        text,
        body: kept,
        at: app.now(),
    };
    row.seq = app.store.append_message(thread, &row).await?;
    Ok(ChatMessage {
        thread_id: thread.to_owned(),
        seq: row.seq,
        role,
        text: row.text,
        body,
        at: row.at,
    })
}

/// The newest messages of a thread, oldest first.
pub(super) async fn latest(app: &App, thread: &str, most: u32) -> Result<Vec<ChatMessage>, Error> {
    let mut rows = app.store.messages(thread, None, most).await?;
    rows.reverse();
    rows.into_iter().map(|row| read(thread, row)).collect()
}

async fn find(app: &App, id: &str) -> Result<ThreadRow, Error> {
    app.store.thread(id).await?.ok_or_else(|| Error::NotFound {
        what: "conversation",
        name: id.to_owned(),
        nearest: None,
    })
}

async fn own(app: &App, by: &Actor, id: &str) -> Result<ThreadRow, Error> {
    let row = find(app, id).await?;
    if row.actor_id == by.id {
        return Ok(row);
    }
    Err(Error::Conflict {
        message: "this conversation is somebody else's".to_owned(),
        hint: Some("begin one of your own; what stands in it you may read".to_owned()),
    })
}

fn read(thread: &str, row: MessageRow) -> Result<ChatMessage, Error> {
    let unreadable =
        |error: serde_json::Error| Error::Internal(format!("a message cannot be read: {error}"));
    Ok(ChatMessage {
        thread_id: thread.to_owned(),
        seq: row.seq,
        role: if row.role == Role::Person.as_str() {
            Role::Person
        } else {
            Role::Avops
        },
        text: row.text,
        body: serde_json::from_value(row.body).map_err(unreadable)?,
        at: row.at,
    })
}

fn shown(by: &Actor, row: ThreadRow) -> ChatThread {
    ChatThread {
        own: row.actor_id == by.id,
        id: row.id,
        title: row.title,
        archived: row.archived,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

fn checked_title(title: &str) -> Result<String, Error> {
    let title = title.trim();
    if title.is_empty() || title.chars().count() > TITLE || title.chars().any(char::is_control) {
        return Err(Error::bad_input(
            format!("{title:?} cannot be the title of a conversation"),
            format!("give 1 to {TITLE} characters on one line"),
        ));
    }
    Ok(title.to_owned())
}

/// The first line of what was said, shortened.
fn title_of(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    let line: String = line
        .unwrap_or("Conversation")
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    if line.chars().count() <= TITLE {
        return line;
    }
    let short: String = line.chars().take(TITLE - 2).collect();
    format!("{} …", short.trim_end())
}

/// The run that a message is about, if it is about one.
pub(super) fn run_of(cards: &[Card]) -> Option<RunId> {
    cards.iter().find_map(|card| match card {
        Card::Run { run_id, .. } | Card::Call { run_id, .. } => Some(*run_id),
        _ => None,
    })
}
