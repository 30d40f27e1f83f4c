//! `avops settings`: what holds in this workspace, where each value comes from, and a try of the language model.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Map, Value, json};

use super::read;
use crate::answers::{items, text};
use crate::api::Api;
use crate::error::Error;
use crate::terminal::Terminal;

/// What to do with the settings; without a word they are shown.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Change a setting; without a value it goes back to the environment or the default
    Set(Set),
    /// Set a provider's key: typed without being shown, or read from the standard input
    Key {
        /// Whose key
        provider: Provider,
        /// Forget the key that was set here
        #[arg(long)]
        clear: bool,
    },
    /// Try a provider: whether the key is right and the model answers
    Test {
        /// Which one [default: the chosen one]
        provider: Option<Provider>,
    },
    /// Send a test notice to a Slack channel
    TestNotice {
        /// The channel [default: the one that is set]
        channel: Option<String>,
    },
    /// List the models of a provider
    Models {
        /// Which one
        provider: Provider,
    },
}

/// A setting and its value.
#[derive(Debug, Args)]
struct Set {
    /// Which
    name: Name,
    /// Its value
    value: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Provider {
    /// `OpenAI`, or a server that speaks its dialect
    #[value(name = "openai")]
    OpenAi,
    /// Anthropic
    Anthropic,
}

impl Provider {
    fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
        }
    }
}

/// The settings that can be set by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Whether runs use the simulated campus: on or off
    Mock,
    /// When an approval on real systems must come from somebody else: auto, on or off
    Separation,
    /// Whether waits for people are told in Slack: on or off
    Notices,
    /// In which Slack channel
    NoticeChannel,
    /// Whose models are asked: openai or anthropic
    Provider,
    /// Whether the other provider stands in: on or off
    Fallback,
    /// Whether models outside may be asked at all: on or off
    Outside,
    /// Most tokens of one turn
    MaxTokens,
    /// How often a model is asked for the draft of a procedure
    SopRounds,
    /// Most tokens in 24 hours
    DailyTokens,
    /// Most US dollars in 24 hours
    DailyUsd,
    /// The model of `OpenAI`
    OpenaiModel,
    /// The address of `OpenAI`
    OpenaiUrl,
    /// The model of Anthropic
    AnthropicModel,
    /// The address of Anthropic
    AnthropicUrl,
}

/// Carries it out.
pub(crate) async fn settings(
    command: Settings,
    api: &Api,
    terminal: Terminal,
) -> Result<(), Error> {
    match command.command {
        None => show(&api.get(&["settings"]).await?, terminal),
        Some(Command::Set(set)) => {
            let change = change(set.name, set.value.as_deref())?;
            show(&api.patch(&["settings"], change).await?, terminal)
        }
        Some(Command::Key { provider, clear }) => {
            let key = if clear {
                Value::Null
            } else {
                json!(typed(provider, terminal)?.trim())
            };
            let change = json!({ provider.as_str(): { "key": key } });
            show(&api.patch(&["settings"], change).await?, terminal)
        }
        Some(Command::Test { provider }) => {
            let which = json!({ "provider": provider.map(Provider::as_str) });
            let tried = api.post(&["settings", "provider", "test"], which).await?;
            told(&tried, terminal)
        }
        Some(Command::TestNotice { channel }) => {
            let which = json!({ "channel": channel });
            let tried = api.post(&["settings", "notices", "test"], which).await?;
            if terminal.json {
                terminal.value(&tried)?;
            }
            let where_to = text(&tried, "/channel");
            if tried["ok"] != json!(true) {
                return Err(
                    Error::failed(format!("{where_to}: {}", text(&tried, "/error")))
                        .hint(text(&tried, "/hint")),
                );
            }
            terminal.note(format_args!("sent to {where_to} {}", text(&tried, "/url")))
        }
        Some(Command::Models { provider }) => {
            let listed = api
                .list(&["settings", "providers", provider.as_str(), "models"])
                .await?;
            if terminal.json {
                return terminal.value(&listed);
            }
            let rows = items(&listed)
                .iter()
                .map(|model| vec![text(model, "/name")])
                .collect();
            terminal.table(&["model"], rows, "the provider lists no models")
        }
    }
}

/// The request that sets one thing.
fn change(name: Name, value: Option<&str>) -> Result<Value, Error> {
    let switch = |field: &str| match value.map(str::to_lowercase).as_deref() {
        Some("on" | "true" | "yes") => Ok(json!({ field: true })),
        Some("off" | "false" | "no") => Ok(json!({ field: false })),
        _ => Err(Error::call(format!("say `{field} on` or `{field} off`"))),
    };
    let number = |field: &str| -> Result<Value, Error> {
        let number = value
            .map(str::parse::<serde_json::Number>)
            .transpose()
            .map_err(|_| Error::call(format!("`{}` is no number", value.unwrap_or_default())))?;
        Ok(json!({ field: number }))
    };
    let of = |provider: &str, field: &str| {
        let mut fields = Map::new();
        fields.insert(field.to_owned(), json!(value));
        Ok(json!({ provider: fields }))
    };
    match name {
        Name::Mock => switch("mock"),
        Name::Fallback => switch("fallback"),
        Name::Outside => switch("outside"),
        Name::Separation => Ok(json!({ "separation": value.unwrap_or_default() })),
        Name::Notices => switch("on").map(|on| json!({ "notices": on })),
        Name::NoticeChannel => Ok(json!({ "notices": { "channel": value.unwrap_or_default() } })),
        Name::Provider => Ok(json!({ "provider": value.unwrap_or_default() })),
        Name::MaxTokens => number("max_tokens"),
        Name::SopRounds => number("sop_rounds"),
        Name::DailyTokens => number("daily_tokens"),
        Name::DailyUsd => number("daily_usd"),
        Name::OpenaiModel => of("openai", "model"),
        Name::OpenaiUrl => of("openai", "base_url"),
        Name::AnthropicModel => of("anthropic", "model"),
        Name::AnthropicUrl => of("anthropic", "base_url"),
    }
}

/// The key, never from the arguments, which other users of the machine can see.
fn typed(provider: Provider, terminal: Terminal) -> Result<String, Error> {
    if terminal.can_ask() {
        let prompt = format!("key of {} (not shown): ", provider.as_str());
        return Ok(rpassword::prompt_password(prompt)?);
    }
    read(std::path::Path::new("-"))
}

fn told(tried: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        terminal.value(tried)?;
    }
    let (who, detail, hint) = (
        text(tried, "/provider"),
        text(tried, "/detail"),
        text(tried, "/hint"),
    );
    if tried["ok"] != json!(true) {
        return Err(Error::failed(format!("{who}: {detail}")).hint(hint));
    }
    if !terminal.json {
        terminal.note(format_args!("{who}, {}: {detail}", text(tried, "/model")))?;
        if !hint.is_empty() {
            terminal.note(format_args!("{hint}"))?;
        }
    }
    Ok(())
}

fn show(settings: &Value, terminal: Terminal) -> Result<(), Error> {
    if terminal.json {
        return terminal.value(settings);
    }
    let models = &settings["models"];
    let row = |name: &str, value: String, source: String| vec![name.to_owned(), value, source];
    let plain = |name: &str, at: &str| {
        let source = text(models, &format!("/{at}_source"));
        row(name, text(models, &format!("/{at}")), source)
    };
    let limit = |name: &str, at: &str| match &models[at] {
        Value::Null => row(name, "no limit".to_owned(), "default".to_owned()),
        value => row(name, value.to_string(), "workspace".to_owned()),
    };
    let mut rows = vec![
        row(
            "mock",
            text(settings, "/mock"),
            text(settings, "/mock_source"),
        ),
        row("separation", text(settings, "/separation"), String::new()),
        row("notices", text(settings, "/notices/on"), String::new()),
        row(
            "notice-channel",
            text(settings, "/notices/channel"),
            String::new(),
        ),
        plain("provider", "provider"),
        plain("fallback", "fallback"),
        plain("outside", "outside"),
        plain("max-tokens", "max_tokens"),
        plain("sop-rounds", "sop_rounds"),
        limit("daily-tokens", "daily_tokens"),
        limit("daily-usd", "daily_usd"),
    ];
    for provider in items(&models["providers"]) {
        let name = text(provider, "/provider");
        rows.push(row(
            &format!("{name}-model"),
            text(provider, "/model"),
            text(provider, "/model_source"),
        ));
        rows.push(row(
            &format!("{name}-url"),
            text(provider, "/base_url"),
            text(provider, "/base_url_source"),
        ));
        let key = &provider["key"];
        let value = match (key["set"] == json!(true), key["unreadable"] == json!(true)) {
            (true, _) => format!("set, …{}", text(key, "/last4")),
            (false, true) => "cannot be opened: set it again".to_owned(),
            (false, false) => "not set".to_owned(),
        };
        rows.push(row(&format!("{name} key"), value, text(key, "/source")));
    }
    terminal.table(&["setting", "value", "from"], rows, "")?;
    terminal.note(format_args!(
        "{}: {}",
        text(settings, "/model_status/title"),
        text(settings, "/model_status/detail")
    ))
}
