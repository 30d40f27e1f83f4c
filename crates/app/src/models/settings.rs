//! How models are set up: what was set here, else what the environment says, else the defaults.

use std::collections::{BTreeMap, HashMap};

use avops_llm::{DeskConfig, Provider, ProviderConfig};
use avops_store::{SettingRow, ToolSettingRow};
use avops_tools::Secret;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::dollars;
use crate::audit::{self, Deed};
use crate::connectors::SettingValue;
use crate::settings::{SettingSource, SettingsChange};
use crate::{Actor, App, Error};

/// Under which name the vault keeps keys, before the provider's name. No tool's name holds a colon.
const VAULT: &str = "model:";
const KEY: &str = "key";
const PROVIDER: &str = "model.provider";
const FALLBACK: &str = "model.fallback";
const OUTSIDE: &str = "model.outside";
const MAX_TOKENS: &str = "model.max_tokens";
const DAILY_TOKENS: &str = "model.daily_tokens";
const DAILY_USD: &str = "model.daily_usd";
const SOP_ROUNDS: &str = "model.sop_rounds";
/// How often a model is asked for the draft of a procedure when nobody says, and at most.
const ROUNDS: (u32, u32) = (3, 10);
/// Longest name or address, in characters.
const LONGEST: usize = 500;
/// Most tokens of a turn that can be set.
const MOST_TOKENS: u32 = 200_000;

/// How models are set up, each value with where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ModelSettings {
    /// Who is asked for chat, procedures and agent steps.
    pub provider: Provider,
    /// Where that comes from.
    pub provider_source: SettingSource,
    /// Whether the other provider stands in when the chosen one cannot answer.
    pub fallback: bool,
    /// Where that comes from.
    pub fallback_source: SettingSource,
    /// Whether models outside may be asked at all.
    pub outside: bool,
    /// Where that comes from.
    pub outside_source: SettingSource,
    /// Most tokens of one turn.
    pub max_tokens: u32,
    /// Where that comes from.
    pub max_tokens_source: SettingSource,
    /// How often a model is asked for the draft of a procedure, the first time included.
    pub sop_rounds: u32,
    /// Where that comes from.
    pub sop_rounds_source: SettingSource,
    /// Most tokens in 24 hours, read and written; no limit when absent.
    pub daily_tokens: Option<u64>,
    /// Most US dollars in 24 hours, as far as prices are known; no limit when absent.
    pub daily_usd: Option<f64>,
    /// Tokens of live questions in the last 24 hours.
    pub used_tokens: u64,
    /// US dollars of live questions in the last 24 hours, as far as prices are known.
    pub used_usd: f64,
    /// The providers.
    pub providers: Vec<ProviderSettings>,
}

/// How one provider is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProviderSettings {
    /// Which.
    pub provider: Provider,
    /// Its name for people.
    pub title: String,
    /// The model that is asked.
    pub model: String,
    /// Where that comes from.
    pub model_source: SettingSource,
    /// The model when nobody chose one.
    pub default_model: String,
    /// The address that is asked.
    pub base_url: String,
    /// Where that comes from.
    pub base_url_source: SettingSource,
    /// Its key, which is never shown.
    pub key: KeyState,
    /// The environment variable that gives the key when none is set here.
    pub key_variable: String,
}

/// What can be said of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyState {
    /// Whether there is one.
    pub set: bool,
    /// Its last four characters, of a long one.
    pub last4: Option<String>,
    /// Where it comes from; absent when there is none.
    pub source: Option<SettingSource>,
    /// One was set here, and what opens it is missing: set it again.
    pub unreadable: bool,
    /// When it was set here.
    pub updated_at: Option<Timestamp>,
    /// Who set it here.
    pub updated_by: Option<String>,
}

/// What to change of one provider; what is absent stays, null goes back to the environment or the default.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderChange {
    /// The model.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    pub model: Option<Option<String>>,
    /// The address of a server that speaks the same dialect.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    pub base_url: Option<Option<String>>,
    /// The key. It is sealed and never shown again.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    pub key: Option<Option<SettingValue>>,
}

/// Tells what is absent (nothing) apart from what is null (nothing, on purpose).
#[expect(
    clippy::option_option,
    reason = "a field that is absent, null or there has three states"
)]
pub(crate) fn given<'de, D, T>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(from).map(Some)
}

/// Everything that was set, as it is kept.
struct Kept {
    rows: HashMap<String, Value>,
    keys: Vec<ToolSettingRow>,
}

impl Kept {
    async fn read(app: &App) -> Result<Self, Error> {
        let rows = app.store.settings().await?;
        let keys = app.store.tool_settings().await?;
        let of_models = |row: SettingRow| {
            let is_set = row.key.starts_with("model.") && !row.value.is_null();
            is_set.then_some((row.key, row.value))
        };
        Ok(Self {
            rows: rows.into_iter().filter_map(of_models).collect(),
            keys: keys
                .into_iter()
                .filter(|row| row.tool.starts_with(VAULT))
                .collect(),
        })
    }

    fn text(&self, key: &str) -> Option<String> {
        self.rows.get(key)?.as_str().map(str::to_owned)
    }

    fn source(&self, key: &str) -> SettingSource {
        if self.rows.contains_key(key) {
            SettingSource::Workspace
        } else {
            SettingSource::Default
        }
    }

    fn chosen(&self) -> Provider {
        let chosen = self.text(PROVIDER);
        chosen.map_or(Provider::OpenAi, |word| Provider::pick(&word))
    }

    fn fallback(&self) -> bool {
        self.rows.get(FALLBACK) == Some(&json!(true))
    }

    fn outside(&self) -> bool {
        self.rows.get(OUTSIDE) != Some(&json!(false))
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.rows.get(key)?.as_u64()
    }

    fn max_tokens(&self) -> u32 {
        let set = self.number(MAX_TOKENS).and_then(|n| u32::try_from(n).ok());
        set.unwrap_or(DeskConfig::default().max_tokens)
    }

    fn sop_rounds(&self) -> u32 {
        let set = self.number(SOP_ROUNDS).and_then(|n| u32::try_from(n).ok());
        set.unwrap_or(ROUNDS.0)
    }

    /// The kept row of a provider's key.
    fn key_row(&self, provider: Provider) -> Option<&ToolSettingRow> {
        let name = vault_name(provider);
        self.keys.iter().find(|row| row.tool == name)
    }

    fn key(&self, app: &App, provider: Provider) -> (Option<Secret>, Option<SettingSource>) {
        if let Some(row) = self.key_row(provider) {
            let key = row.value.as_ref().map(|value| Secret::new(value));
            return (key, Some(SettingSource::Workspace));
        }
        match app.options.environment.get(provider.key_variable()) {
            Some(key) => (Some(key.clone()), Some(SettingSource::Environment)),
            None => (None, None),
        }
    }

    /// The address, when it is another than the vendor's own.
    fn base_url(&self, app: &App, provider: Provider) -> (Option<String>, SettingSource) {
        if let Some(url) = self.text(&name_of(provider, "base_url")) {
            return (Some(url), SettingSource::Workspace);
        }
        match app.options.environment.get(provider.url_variable()) {
            Some(url) => (Some(url.expose().to_owned()), SettingSource::Environment),
            None => (None, SettingSource::Default),
        }
    }

    fn model(&self, provider: Provider) -> String {
        let set = self.text(&name_of(provider, "model"));
        set.unwrap_or_else(|| provider.default_model().to_owned())
    }

    /// What the desk works by.
    fn config(&self, app: &App) -> DeskConfig {
        let chosen = self.chosen();
        let others = Provider::ALL.into_iter().filter(|each| *each != chosen);
        let order = std::iter::once(chosen).chain(others.filter(|_| self.fallback()));
        let settings = |provider| ProviderConfig {
            model: self.model(provider),
            base_url: self.base_url(app, provider).0,
            key: self.key(app, provider).0,
        };
        let usd = self.rows.get(DAILY_USD).and_then(Value::as_f64);
        DeskConfig {
            order: order.collect(),
            providers: BTreeMap::from(Provider::ALL.map(|each| (each, settings(each)))),
            is_outside_allowed: self.outside(),
            max_tokens: self.max_tokens(),
            daily_tokens: self.number(DAILY_TOKENS),
            daily_micro_usd: usd.map(micro),
            ..DeskConfig::default()
        }
    }

    fn shown(&self, app: &App, provider: Provider) -> ProviderSettings {
        let (base_url, base_url_source) = self.base_url(app, provider);
        let (key, source) = self.key(app, provider);
        let row = self.key_row(provider);
        ProviderSettings {
            provider,
            title: provider.title().to_owned(),
            model: self.model(provider),
            model_source: self.source(&name_of(provider, "model")),
            default_model: provider.default_model().to_owned(),
            base_url: base_url.unwrap_or_else(|| provider.default_url().to_owned()),
            base_url_source,
            key: KeyState {
                set: key.is_some(),
                last4: key.as_ref().and_then(Secret::last4),
                source: source.filter(|_| key.is_some()),
                unreadable: row.is_some_and(|row| row.value.is_none()),
                updated_at: row.map(|row| row.updated_at),
                updated_by: row.map(|row| row.updated_by.clone()),
            },
            key_variable: provider.key_variable().to_owned(),
        }
    }
}

fn vault_name(provider: Provider) -> String {
    format!("{VAULT}{}", provider.as_str())
}

fn name_of(provider: Provider, what: &str) -> String {
    format!("model.{}.{what}", provider.as_str())
}

/// Gives the settings of models.
pub(crate) async fn read(app: &App) -> Result<ModelSettings, Error> {
    let kept = Kept::read(app).await?;
    let used = app
        .store
        .model_use_since(app.now() - SignedDuration::from_hours(24))
        .await?;
    Ok(ModelSettings {
        provider: kept.chosen(),
        provider_source: kept.source(PROVIDER),
        fallback: kept.fallback(),
        fallback_source: kept.source(FALLBACK),
        outside: kept.outside(),
        outside_source: kept.source(OUTSIDE),
        max_tokens: kept.max_tokens(),
        max_tokens_source: kept.source(MAX_TOKENS),
        sop_rounds: kept.sop_rounds(),
        sop_rounds_source: kept.source(SOP_ROUNDS),
        daily_tokens: kept.number(DAILY_TOKENS),
        daily_usd: kept.rows.get(DAILY_USD).and_then(Value::as_f64),
        used_tokens: used.tokens,
        used_usd: dollars(used.micro_usd),
        providers: Provider::ALL.map(|each| kept.shown(app, each)).into(),
    })
}

/// How often a model is asked for the draft of a procedure.
pub(crate) async fn sop_rounds(app: &App) -> Result<u32, Error> {
    Ok(Kept::read(app).await?.sop_rounds())
}

/// Makes the desk work by what is kept.
pub(crate) async fn apply(app: &App) -> Result<(), Error> {
    let config = Kept::read(app).await?.config(app);
    Ok(app.models.configure(config)?)
}

/// Changes what is given. All of it is looked at before anything is kept.
pub(crate) async fn change(app: &App, by: &Actor, change: &SettingsChange) -> Result<(), Error> {
    let values = values(change)?;
    let keys: Vec<(Provider, Option<&SettingValue>)> = providers(change)
        .into_iter()
        .filter_map(|(provider, of)| Some((provider, of.key.as_ref()?.as_ref())))
        .collect();
    if values.is_empty() && keys.is_empty() {
        return Ok(());
    }
    let _turn = app.tool_settings_turn.lock().await;
    let before = Kept::read(app).await?;
    let mut after = Kept {
        rows: before.rows.clone(),
        keys: Vec::new(),
    };
    for (name, value) in &values {
        after.rows.insert(name.clone(), value.clone());
        if value.is_null() {
            after.rows.remove(name);
        }
    }
    // Only the desk knows whether an address can be used.
    app.models.check(&after.config(app))?;
    for (name, value) in values {
        let was = before.rows.get(&name).cloned().unwrap_or_default();
        if was == value {
            continue;
        }
        app.store
            .set_setting(&name, &value, &by.name, app.now())
            .await?;
        let deed = Deed::on("settings.change", &name)
            .before(&was)
            .after(&value)
            .because(Some(format!("{} → {}", told(&was), told(&value))));
        audit::record(app, by, deed).await?;
    }
    for (provider, key) in keys {
        let tool = vault_name(provider);
        let value = key.map(SettingValue::expose);
        app.store
            .set_tool_settings(&tool, &[(KEY, value)], &by.name, app.now())
            .await?;
        let what = match value {
            Some(_) => "settings.key.set",
            None => "settings.key.clear",
        };
        // Not even a hash of it.
        audit::record(app, by, Deed::on(what, provider.as_str())).await?;
    }
    apply(app).await
}

fn providers(change: &SettingsChange) -> Vec<(Provider, &ProviderChange)> {
    let of = [
        (Provider::OpenAi, change.openai.as_ref()),
        (Provider::Anthropic, change.anthropic.as_ref()),
    ];
    of.into_iter()
        .filter_map(|(provider, of)| Some((provider, of?)))
        .collect()
}

/// What is to be kept under which name; null for what nobody sets any more.
fn values(change: &SettingsChange) -> Result<Vec<(String, Value)>, Error> {
    let mut values = Vec::new();
    let mut keep = |name: &str, value: Value| values.push((name.to_owned(), value));
    if let Some(word) = &change.provider {
        keep(PROVIDER, json!(Provider::pick(word).as_str()));
    }
    if let Some(on) = change.fallback {
        keep(FALLBACK, json!(on));
    }
    if let Some(on) = change.outside {
        keep(OUTSIDE, json!(on));
    }
    if let Some(most) = change.max_tokens {
        if most == Some(0) || most.is_some_and(|most| most > MOST_TOKENS) {
            return Err(Error::bad_input(
                format!("`max_tokens` is not between 1 and {MOST_TOKENS}"),
                "4096 is enough for most answers",
            ));
        }
        keep(MAX_TOKENS, json!(most));
    }
    if let Some(rounds) = change.sop_rounds {
        if rounds.is_some_and(|rounds| !(1..=ROUNDS.1).contains(&rounds)) {
            return Err(Error::bad_input(
                format!("`sop_rounds` is not between 1 and {}", ROUNDS.1),
                "3 is enough for most procedures; null goes back to the default",
            ));
        }
        keep(SOP_ROUNDS, json!(rounds));
    }
    if let Some(most) = change.daily_tokens {
        keep(DAILY_TOKENS, json!(most));
    }
    if let Some(most) = change.daily_usd {
        if most.is_some_and(|most| !(0.0..=1_000_000.0).contains(&most)) {
            return Err(Error::bad_input(
                "`daily_usd` is not between 0 and 1000000",
                "give US dollars, for example 5; null takes the limit away",
            ));
        }
        keep(DAILY_USD, json!(most));
    }
    for (provider, of) in providers(change) {
        for (what, value) in [("model", &of.model), ("base_url", &of.base_url)] {
            let Some(value) = value else { continue };
            let value = value.as_deref().map(str::trim);
            let fits = value.is_none_or(|value| {
                let is_sized = !value.is_empty() && value.chars().count() <= LONGEST;
                is_sized && !value.chars().any(char::is_control)
            });
            if !fits {
                return Err(Error::bad_input(
                    format!(
                        "the {what} of {} is empty or longer than {LONGEST} characters",
                        provider.title()
                    ),
                    "give a value; null goes back to the default",
                ));
            }
            keep(&name_of(provider, what), json!(value));
        }
        let key = of.key.as_ref().and_then(Option::as_ref);
        if let Some(fault) = key.and_then(|key| key_fault(key.expose())) {
            return Err(Error::bad_input(
                format!("the key of {} {fault}", provider.title()),
                "copy it whole and alone from the provider's console; null clears it",
            ));
        }
    }
    Ok(values)
}

/// Why a text can be no key, without repeating it.
fn key_fault(key: &str) -> Option<&'static str> {
    const LONGEST_KEY: usize = 4096;
    if key.is_empty() {
        return Some("is empty");
    }
    if key.len() > LONGEST_KEY {
        return Some("is longer than 4096 bytes");
    }
    let is_plain = key.chars().all(|c| c.is_ascii_graphic());
    (!is_plain).then_some("holds white space or other characters that no key has")
}

/// A value for the trail.
fn told(value: &Value) -> String {
    match value {
        Value::Null => "not set".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be between 0 and a million when it was set"
)]
fn micro(usd: f64) -> u64 {
    (usd * 1_000_000.0).round() as u64
}
