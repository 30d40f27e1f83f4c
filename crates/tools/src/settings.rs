//! What a person sets for a tool: addresses, choices and credentials, declared in its manifest.
//!
//! A value set in the workspace wins over one of the environment, and that over the manifest's
//! default. Whether a value is a credential is declared too; a credential is never shown again.

use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{Error, Secret};

/// One thing that can be set for a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingSpec {
    /// A few words for people.
    pub title: String,
    /// Where to find the value, and which rights it needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// A credential: write-only, encrypted where it is kept, used by this tool alone.
    #[serde(default)]
    pub secret: bool,
    /// The tool does nothing without it.
    #[serde(default)]
    pub required: bool,
    /// It may be given for single devices as well, under `NAME/DEVICE`; without, it holds for all.
    #[serde(default)]
    pub per_device: bool,
    /// The environment variable that gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
    /// The value when nobody gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The values there are, where they are few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SettingSource {
    /// The manifest.
    Default,
    /// An environment variable of the program.
    Environment,
    /// Somebody has set it in this workspace.
    Workspace,
}

/// The environment variables that tools may read, taken once at the start. Shows no values.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, Secret>);

/// The values of one tool's settings. Shows none of them.
#[derive(Clone, Default)]
pub(crate) struct Settings(BTreeMap<String, (SettingSource, Secret)>);

/// One setting as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingState {
    /// Its name; `NAME/DEVICE` for one device.
    pub name: String,
    /// What it is.
    pub spec: SettingSpec,
    /// Where its value comes from; absent when it has none.
    pub source: Option<SettingSource>,
    /// The value, unless it is a credential.
    pub value: Option<String>,
    /// The last four characters of a credential that is long enough to show them.
    pub last4: Option<String>,
}

impl Environment {
    /// Takes variables from wherever they come. Empty ones count as absent.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(
            variables
                .into_iter()
                .filter(|(_, value)| !value.trim().is_empty())
                .map(|(name, value)| (name, Secret::new(&value)))
                .collect(),
        )
    }

    /// A variable, if it is there.
    pub fn get(&self, name: &str) -> Option<&Secret> {
        self.0.get(name)
    }

    /// Takes one more variable.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), Secret::new(value));
    }
}

impl Settings {
    /// Settings with these values and no others.
    pub(crate) fn of<N: Into<String>>(values: impl IntoIterator<Item = (N, String)>) -> Self {
        let given = |(name, value): (N, String)| {
            let value = (SettingSource::Workspace, Secret::new(&value));
            (name.into(), value)
        };
        Self(values.into_iter().map(given).collect())
    }

    /// Those whose names begin so, without that beginning.
    pub(crate) fn below(&self, prefix: &str) -> Self {
        let own = self.0.iter().filter_map(|(name, value)| {
            let name = name.strip_prefix(prefix)?;
            Some((name.to_owned(), value.clone()))
        });
        Self(own.collect())
    }

    /// The same settings, and these.
    pub(crate) fn with<'n>(mut self, values: impl IntoIterator<Item = (&'n str, String)>) -> Self {
        let Self(more) = Self::of(values);
        self.0.extend(more);
        self
    }

    /// Puts a tool's settings together from the workspace, the environment and the manifest.
    ///
    /// # Errors
    /// [`Error::Config`] for a name that the tool does not have, or a value that is none of its options.
    pub(crate) fn layered(
        tool: &str,
        specs: &IndexMap<String, SettingSpec>,
        environment: &Environment,
        workspace: &BTreeMap<String, Secret>,
    ) -> Result<Self, Error> {
        let refuse = |message| Error::Config {
            tool: tool.to_owned(),
            message,
        };
        let mut values = BTreeMap::new();
        for (name, spec) in specs {
            let of_environment = spec.env.as_ref().and_then(|env| environment.0.get(env));
            if let Some(value) = of_environment {
                let value = (SettingSource::Environment, value.clone());
                values.insert(name.clone(), value);
            } else if let Some(default) = &spec.default {
                let value = (SettingSource::Default, Secret::new(default));
                values.insert(name.clone(), value);
            }
        }
        for (name, value) in workspace {
            if spec_of(specs, name).is_none() {
                let known: Vec<&str> = specs.keys().map(String::as_str).collect();
                let known = if known.is_empty() {
                    "it has none".to_owned()
                } else {
                    format!("it has: {}", known.join(", "))
                };
                return Err(refuse(format!("there is no setting `{name}`; {known}")));
            }
            if !value.expose().is_empty() {
                let value = (SettingSource::Workspace, value.clone());
                values.insert(name.clone(), value);
            }
        }
        for (name, (_, value)) in &values {
            let options = spec_of(specs, name).map_or(&[][..], |spec| &spec.options);
            if !options.is_empty() && !options.iter().any(|option| option == value.expose()) {
                return Err(refuse(format!(
                    "the setting `{name}` is one of {}",
                    options.join(", ")
                )));
            }
        }
        Ok(Self(values))
    }

    /// A value that is no credential.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|(_, value)| value.expose())
    }

    /// The credential of one device: its own, or else the one that holds for all.
    pub(crate) fn secret_for(&self, name: &str, device: &str) -> Option<&Secret> {
        self.secret(&format!("{name}/{device}"))
            .or_else(|| self.secret(name))
    }

    /// A credential.
    pub(crate) fn secret(&self, name: &str) -> Option<&Secret> {
        self.0.get(name).map(|(_, value)| value)
    }

    /// The credentials among them.
    pub(crate) fn secrets<'s>(
        &'s self,
        specs: &'s IndexMap<String, SettingSpec>,
    ) -> impl Iterator<Item = &'s Secret> {
        let is_secret = |name: &str| spec_of(specs, name).is_some_and(|spec| spec.secret);
        self.0
            .iter()
            .filter(move |(name, _)| is_secret(name))
            .map(|(_, (_, value))| value)
    }

    /// States whether somebody chose the value, so that an address may be a private one.
    pub(crate) fn is_chosen(&self, name: &str) -> bool {
        self.0
            .get(name)
            .is_some_and(|(source, _)| *source != SettingSource::Default)
    }

    /// The settings as a person sees them: each declared one, and those of single devices.
    pub(crate) fn states(&self, specs: &IndexMap<String, SettingSpec>) -> Vec<SettingState> {
        let declared = specs.keys().map(String::as_str);
        let of_devices = self.0.keys().map(String::as_str);
        let of_devices = of_devices.filter(|name| !specs.contains_key(*name));
        declared
            .chain(of_devices)
            .filter_map(|name| Some(self.state(name, spec_of(specs, name)?)))
            .collect()
    }

    fn state(&self, name: &str, spec: &SettingSpec) -> SettingState {
        let held = self.0.get(name);
        SettingState {
            name: name.to_owned(),
            spec: spec.clone(),
            source: held.map(|(source, _)| *source),
            value: held
                .filter(|_| !spec.secret)
                .map(|(_, value)| value.expose().to_owned()),
            last4: held
                .filter(|_| spec.secret)
                .and_then(|(_, value)| value.last4()),
        }
    }
}

/// What a name declares: itself, or the setting of a single device.
fn spec_of<'s>(specs: &'s IndexMap<String, SettingSpec>, name: &str) -> Option<&'s SettingSpec> {
    specs.get(name).or_else(|| {
        let (name, device) = name.split_once('/')?;
        specs
            .get(name)
            .filter(|spec| spec.per_device && !device.is_empty())
    })
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs() -> IndexMap<String, SettingSpec> {
        serde_json::from_value(serde_json::json!({
            "token": { "title": "Token", "secret": true, "env": "X_TOKEN" },
            "password": { "title": "Password", "secret": true, "per_device": true },
            "backend": { "title": "Backend", "default": "builtin", "options": ["builtin", "servicenow"] },
        }))
        .expect("a table of settings")
    }

    fn workspace(values: &[(&str, &str)]) -> BTreeMap<String, Secret> {
        let given = |(name, value): &(&str, &str)| ((*name).to_owned(), Secret::new(value));
        values.iter().map(given).collect()
    }

    #[test]
    fn the_workspace_wins_over_the_environment_and_that_over_the_default() {
        let mut environment = Environment::default();
        environment.set("X_TOKEN", "from-environment");
        let read = |values: &[(&str, &str)]| {
            Settings::layered("x", &specs(), &environment, &workspace(values)).expect("settings")
        };
        assert_eq!(
            read(&[]).secret("token").map(Secret::expose),
            Some("from-environment")
        );
        assert_eq!(
            read(&[("token", "")]).secret("token").map(Secret::expose),
            Some("from-environment")
        );
        assert_eq!(
            read(&[("token", "mine")])
                .secret("token")
                .map(Secret::expose),
            Some("mine")
        );
        assert_eq!(read(&[]).text("backend"), Some("builtin"));
        assert!(!read(&[]).is_chosen("backend"));
        assert!(read(&[("backend", "builtin")]).is_chosen("backend"));
    }

    #[test]
    fn a_single_device_may_have_a_credential_of_its_own() {
        let values = workspace(&[("password", "all"), ("password/proj-204", "one")]);
        let settings = Settings::layered("x", &specs(), &Environment::default(), &values)
            .expect("settings with a device");
        let names: Vec<String> = settings
            .states(&specs())
            .into_iter()
            .map(|s| s.name)
            .collect();
        assert_eq!(names, ["token", "password", "backend", "password/proj-204"]);
        let of = |device| {
            settings
                .secret_for("password", device)
                .map(Secret::expose)
                .unwrap_or_default()
        };
        assert_eq!((of("proj-204"), of("proj-205")), ("one", "all"));
    }

    #[test]
    fn what_is_not_declared_or_no_option_is_refused_with_what_there_is() {
        let refused = |values: &[(&str, &str)]| {
            Settings::layered("x", &specs(), &Environment::default(), &workspace(values))
                .expect_err("a refusal")
                .to_string()
        };
        assert!(refused(&[("tokn", "x")]).contains("token, password, backend"));
        assert!(refused(&[("token/proj-204", "x")]).contains("no setting"));
        assert!(refused(&[("backend", "jira")]).contains("builtin, servicenow"));
    }

    #[test]
    fn credentials_are_not_shown() {
        let values = workspace(&[("token", "canary-secret-9f31")]);
        let settings = Settings::layered("x", &specs(), &Environment::default(), &values)
            .expect("settings with a token");
        let shown = format!("{settings:?} {:?}", settings.states(&specs()));
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("9f31"));
    }
}
