//! Whether and where notices are sent.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::{self, Deed};
use crate::{Actor, App, Error};

/// Under which key the store keeps it.
const SETTING: &str = "notices";
/// Longest name of a channel, in characters: Slack allows 80.
const LONGEST: usize = 100;

/// Notices of waits for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NoticeSettings {
    /// Whether they are sent.
    pub on: bool,
    /// The Slack channel, as `#name` or by its id.
    pub channel: Option<String>,
    /// What became of the newest.
    pub last: Option<LastNotice>,
}

/// What became of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LastNotice {
    /// When.
    pub at: Timestamp,
    /// Where it went.
    pub channel: String,
    /// Whether it was taken.
    pub ok: bool,
    /// Why not.
    pub error: Option<String>,
    /// Where to look at it.
    pub url: Option<String>,
}

/// What to change about notices; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticesChange {
    /// Whether they are sent. Only waits that begin after this are told.
    #[serde(default)]
    pub on: Option<bool>,
    /// The Slack channel, as `#name` or by its id.
    #[serde(default)]
    pub channel: Option<String>,
}

/// The setting as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Kept {
    #[serde(default)]
    on: bool,
    #[serde(default)]
    channel: Option<String>,
    /// Waits before this are not told.
    #[serde(default)]
    since: Option<Timestamp>,
}

async fn kept(app: &App) -> Result<Kept, Error> {
    let row = app.store.setting(SETTING).await?;
    row.map_or(Ok(Kept::default()), |row| {
        serde_json::from_value(row.value)
            .map_err(|error| Error::Internal(format!("the setting {SETTING}: {error}")))
    })
}

/// Where notices go and since when, if they are sent.
pub(super) async fn active(app: &App) -> Result<Option<(String, Timestamp)>, Error> {
    let kept = kept(app).await?;
    Ok(kept.channel.zip(kept.since).filter(|_| kept.on))
}

/// The setting with what became of the newest notice.
pub(crate) async fn read(app: &App) -> Result<NoticeSettings, Error> {
    let kept = kept(app).await?;
    let last = app.store.last_notice().await?;
    Ok(NoticeSettings {
        on: kept.on,
        channel: kept.channel,
        last: last.map(|row| LastNotice {
            at: row.at,
            channel: row.channel,
            ok: row.state == "sent",
            error: row.error,
            url: row.url,
        }),
    })
}

/// Changes what is given.
pub(crate) async fn change(app: &App, by: &Actor, change: NoticesChange) -> Result<(), Error> {
    let before = kept(app).await?;
    let mut after = before.clone();
    if let Some(channel) = &change.channel {
        after.channel = Some(checked(channel)?);
    }
    if let Some(on) = change.on {
        after.on = on;
    }
    if after.on && after.channel.is_none() {
        return Err(Error::bad_input(
            "notices need a channel",
            "give one together with `on`, for example {\"on\": true, \"channel\": \"#av-ops\"}",
        ));
    }
    if after.on && !before.on {
        after.since = Some(app.now());
    }
    if after == before {
        return Ok(());
    }
    let value = json!(after);
    app.store
        .set_setting(SETTING, &value, &by.name, app.now())
        .await?;
    let told = |kept: &Kept| {
        let channel = kept.channel.as_deref().unwrap_or("no channel");
        let state = if kept.on { "on" } else { "off" };
        format!("{state}, {channel}")
    };
    let deed = Deed::on("settings.change", SETTING)
        .before(&json!(before))
        .after(&value)
        .because(Some(format!("{} → {}", told(&before), told(&after))));
    audit::record(app, by, deed).await
}

/// A channel's name or id, if it can be one.
pub(super) fn checked(channel: &str) -> Result<String, Error> {
    let channel = channel.trim();
    let is_plain = channel
        .chars()
        .all(|c| !c.is_whitespace() && !c.is_control());
    let length = channel.trim_start_matches('#').chars().count();
    if !is_plain || !(1..=LONGEST).contains(&length) {
        return Err(Error::bad_input(
            format!("{channel:?} cannot be a channel"),
            "give #name or the channel's id",
        ));
    }
    Ok(channel.to_owned())
}
