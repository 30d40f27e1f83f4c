//! Webinars and meetings: created once to a vendor that honours no key, read, checked, taken away.
//!
//! Zoom promises nothing about repeated creations, and takes 100 of them per host and day. So each
//! carries a mark made from our key at the end of its agenda, and before one is created the host's
//! list is searched for the mark.

use avops_engine::{Artifact, ToolError, ToolReply};
use jiff::Timestamp;
use jiff::civil::DateTime;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::session::Session;
use super::wire::{NewOccasion, NewOccasionSettings, Occasion, OccasionPage};
use crate::outbound::{Deadline, before_acting, set_json, set_query};

/// Pages of 300 that are searched for an earlier attempt.
const MAX_PAGES: usize = 10;

/// Name space of the marks that are made from keys.
const NAMESPACE: Uuid = Uuid::from_u128(0x1d6a_55c0_7f0b_5a2e_8c44_0b9d_52e1_6f33);

/// The two kinds, which differ in their paths, in their type numbers and in what they need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Webinar,
    Meeting,
}

impl Kind {
    fn path(self) -> &'static str {
        match self {
            Self::Webinar => "webinars",
            Self::Meeting => "meetings",
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Webinar => "webinar",
            Self::Meeting => "meeting",
        }
    }

    /// Zoom's number for one that is scheduled and does not recur.
    fn scheduled(self) -> u8 {
        match self {
            Self::Webinar => 5,
            Self::Meeting => 2,
        }
    }
}

/// The arguments of a creation.
#[derive(Deserialize)]
pub(super) struct Create {
    topic: String,
    start_time: String,
    duration: u32,
    timezone: Option<String>,
    agenda: Option<String>,
    host: Option<String>,
    practice_session: Option<bool>,
}

/// The argument of everything that concerns one webinar or meeting.
#[derive(Deserialize)]
pub(super) struct One {
    id: String,
}

/// Creates one, or finds the one that an earlier attempt has created.
///
/// # Errors
/// [`ToolError::Unknown`] when Zoom broke off and its list does not show the mark: the same key may be used again.
pub(super) async fn create(
    zoom: &Session,
    kind: Kind,
    args: &Create,
    default_host: Option<&str>,
    key: &str,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let host = host(kind, args, default_host)?;
    let (start_time, timezone) = start(kind, args)?;
    let mark = format!("avops:{}", Uuid::new_v5(&NAMESPACE, key.as_bytes()));
    let search = Search {
        kind,
        host,
        topic: &args.topic,
        mark: &mark,
    };
    if let Some(found) = search.run(zoom, deadline).await.map_err(before_acting)? {
        return Ok(created(kind, &found));
    }
    let agenda = match args.agenda.as_deref().map(str::trim_end) {
        Some(agenda) if !agenda.is_empty() => format!("{agenda}\n\n{mark}"),
        _ => mark.clone(),
    };
    let mut request = zoom.request(Method::POST, &["users", host, kind.path()]);
    set_json(
        &mut request,
        &NewOccasion {
            topic: &args.topic,
            kind: kind.scheduled(),
            start_time: &start_time,
            duration: args.duration,
            timezone,
            agenda: &agenda,
            settings: NewOccasionSettings {
                practice_session: args.practice_session.filter(|_| kind == Kind::Webinar),
            },
        },
    )?;
    match zoom.read::<Occasion>(request, deadline).await {
        Ok(occasion) => Ok(created(kind, &occasion)),
        Err(ToolError::Unknown { message }) => match search.run(zoom, deadline).await {
            Ok(Some(found)) => Ok(created(kind, &found)),
            Ok(None) => Err(ToolError::Unknown {
                message: format!("{message}; the host's list does not show it"),
            }),
            Err(error) => Err(ToolError::Unknown {
                message: format!("{message}; {error}"),
            }),
        },
        Err(definite) => Err(definite),
    }
}

/// Reads one.
pub(super) async fn get(
    zoom: &Session,
    kind: Kind,
    args: &One,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    Ok(described(
        kind,
        &read(zoom, kind, &args.id, deadline).await?,
    ))
}

/// Takes one away. One that is not there (any more) is fine: that is the state that was asked for.
pub(super) async fn delete(
    zoom: &Session,
    kind: Kind,
    args: &One,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let id = plain_id(kind, &args.id)?;
    let request = zoom.request(Method::DELETE, &[kind.path(), &id]);
    let answer = zoom.answer(request, deadline).await?;
    let was_there = answer.status != StatusCode::NOT_FOUND;
    if was_there {
        zoom.checked(answer)?;
    }
    Ok(json!({ "id": id, "deleted": true, "was_there": was_there }))
}

/// What an event team looks at before a webinar: nothing is changed.
pub(super) async fn pre_event_check(
    zoom: &Session,
    args: &One,
    now: Timestamp,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let webinar = read(zoom, Kind::Webinar, &args.id, deadline).await?;
    let starts = webinar.start_time.parse::<Timestamp>().ok();
    let minutes_left = starts.map(|at| at.duration_since(now).as_mins());
    let checks = [
        ("it has a topic", !webinar.topic.trim().is_empty()),
        ("it starts in the future", starts.is_some_and(|at| at > now)),
        ("it has a length", webinar.duration > 0),
        ("it has a link for guests", !webinar.join_url.is_empty()),
        (
            "a practice session is on",
            webinar.settings.practice_session,
        ),
    ];
    let problems: Vec<String> = checks
        .iter()
        .filter(|(_, holds)| !holds)
        .map(|(what, _)| format!("not so: {what}"))
        .collect();
    Ok(json!({
        "id": webinar.id,
        "topic": webinar.topic,
        "start_time": webinar.start_time,
        "minutes_left": minutes_left,
        "rehearsal": if webinar.settings.practice_session { "practice_session" } else { "none" },
        "ready": problems.is_empty(),
        "problems": problems,
    }))
}

async fn read(
    zoom: &Session,
    kind: Kind,
    id: &str,
    deadline: Deadline,
) -> Result<Occasion, ToolError> {
    let id = plain_id(kind, id)?;
    let request = zoom.request(Method::GET, &[kind.path(), &id]);
    zoom.read(request, deadline).await
}

/// The number alone: people copy it in groups, `812 3456 7890`.
fn plain_id(kind: Kind, id: &str) -> Result<String, ToolError> {
    let digits: String = id.chars().filter(|c| !c.is_whitespace()).collect();
    if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) {
        return Ok(digits);
    }
    Err(ToolError::Refused {
        message: format!("`{id}` is not the id of a {}", kind.word()),
        hint: Some(format!(
            "give the number that create_{} returned as `id`; nothing was sent",
            kind.word()
        )),
    })
}

/// Who hosts it. With the credentials of an app, Zoom knows no `me`.
fn host<'h>(
    kind: Kind,
    args: &'h Create,
    default_host: Option<&'h str>,
) -> Result<&'h str, ToolError> {
    let host = args.host.as_deref().or(default_host);
    match host.map(str::trim) {
        Some(host) if !host.is_empty() && host != "me" => Ok(host),
        _ => Err(ToolError::Refused {
            message: format!("nobody is named to host the {}; nothing was sent", kind.word()),
            hint: Some(
                "give `host` (a Zoom user's e-mail address or id), or set the tool's host (or AVOPS_ZOOM_HOST)".to_owned(),
            ),
        }),
    }
}

/// Start as Zoom takes it: in UTC, or a local time with its zone.
fn start(kind: Kind, args: &Create) -> Result<(String, Option<&str>), ToolError> {
    let zone = args.timezone.as_deref();
    if let Ok(instant) = args.start_time.parse::<Timestamp>() {
        let seconds = Timestamp::from_second(instant.as_second()).unwrap_or(instant);
        return Ok((seconds.to_string(), zone));
    }
    let refuse = |message: String| ToolError::Refused {
        message,
        hint: Some(format!(
            "write start_time as 2026-12-01T15:00:00Z, or as 2026-12-01T15:00:00 with `timezone`; no {} was created",
            kind.word()
        )),
    };
    let local: DateTime = args.start_time.parse().map_err(|_| {
        refuse(format!(
            "start_time `{}` is not a date and time",
            args.start_time
        ))
    })?;
    let zone = zone.ok_or_else(|| {
        refuse(format!(
            "start_time `{}` names no time zone",
            args.start_time
        ))
    })?;
    jiff::tz::TimeZone::get(zone).map_err(|_| refuse(format!("there is no time zone `{zone}`")))?;
    Ok((local.to_string(), Some(zone)))
}

/// The search for what an earlier attempt has created.
struct Search<'a> {
    kind: Kind,
    host: &'a str,
    topic: &'a str,
    mark: &'a str,
}

impl Search<'_> {
    async fn run(&self, zoom: &Session, deadline: Deadline) -> Result<Option<Occasion>, ToolError> {
        let mut token = String::new();
        for _ in 0..MAX_PAGES {
            let path = self.kind.path();
            let mut request = zoom.request(Method::GET, &["users", self.host, path]);
            set_query(&mut request, &[("type", "scheduled"), ("page_size", "300")]);
            if !token.is_empty() {
                set_query(&mut request, &[("next_page_token", &token)]);
            }
            let page: OccasionPage = zoom.read(request, deadline).await?;
            for listed in page.webinars.iter().chain(&page.meetings) {
                // The list cuts agendas short, so the one that may be ours is read.
                if listed.topic == self.topic {
                    let whole = read(zoom, self.kind, &listed.id, deadline).await?;
                    if whole.agenda.trim_end().ends_with(self.mark) {
                        return Ok(Some(whole));
                    }
                }
            }
            token = page.next_page_token;
            if token.is_empty() {
                return Ok(None);
            }
        }
        tracing::warn!(
            host = self.host,
            "zoom lists too many to search for an earlier attempt"
        );
        Ok(None)
    }
}

fn created(kind: Kind, occasion: &Occasion) -> ToolReply {
    let output = described(kind, occasion);
    let artifact = Artifact {
        kind: kind.word().to_owned(),
        title: occasion.topic.clone(),
        external_id: Some(occasion.id.clone()),
        url: Some(occasion.join_url.clone()).filter(|url| !url.is_empty()),
        data: output.clone(),
    };
    ToolReply {
        output,
        artifacts: vec![artifact],
    }
}

/// What a recipe sees. The host's own link is left out: it holds the host's power to sign in.
fn described(kind: Kind, occasion: &Occasion) -> Value {
    json!({
        "id": occasion.id,
        "kind": kind.word(),
        "topic": occasion.topic,
        "start_time": occasion.start_time,
        "duration": occasion.duration,
        "timezone": occasion.timezone,
        "host_id": occasion.host_id,
        "join_url": occasion.join_url,
        "practice_session": occasion.settings.practice_session,
    })
}
