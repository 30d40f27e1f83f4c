//! What the registry needs to know at start.

use std::path::PathBuf;

use crate::campus::Script;
use crate::{Error, Secret, SlackSettings, ZoomCredentials, ZoomSettings};

/// What the registry needs to know at start.
#[derive(Debug, Clone)]
pub struct RegistryOptions {
    /// Start in mock mode.
    pub mock: bool,
    /// Where the built-in ticket store keeps its file.
    pub data_dir: PathBuf,
    /// Addresses and credentials of the real systems.
    pub vendors: VendorSettings,
    /// The world that the simulators share.
    pub campus: Script,
}

impl RegistryOptions {
    /// Options with the campus that ships with the program and no credentials.
    ///
    /// # Errors
    /// [`Error::Script`] when the shipped campus cannot be read.
    pub fn new(data_dir: impl Into<PathBuf>, mock: bool) -> Result<Self, Error> {
        Ok(Self {
            mock,
            data_dir: data_dir.into(),
            vendors: VendorSettings::default(),
            campus: Script::shipped()?,
        })
    }
}

/// Addresses and credentials of the real systems. An address that is not given is the vendor's own.
#[derive(Debug, Clone, Default)]
pub struct VendorSettings {
    /// Slack.
    pub slack: SlackSettings,
    /// Zoom.
    pub zoom: ZoomSettings,
}

impl VendorSettings {
    /// Takes the credentials (`AVOPS_SLACK_TOKEN`, `AVOPS_ZOOM_ACCOUNT_ID`, `AVOPS_ZOOM_CLIENT_ID`,
    /// `AVOPS_ZOOM_CLIENT_SECRET`) and addresses (`AVOPS_SLACK_URL`, `AVOPS_ZOOM_API_URL`,
    /// `AVOPS_ZOOM_OAUTH_URL`) from wherever `lookup` finds them, usually the environment.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| lookup(name).filter(|v| !v.trim().is_empty());
        let credential = |name: &str| value(name).map(|v| Secret::new(&v));
        let zoom = match (
            value("AVOPS_ZOOM_ACCOUNT_ID"),
            value("AVOPS_ZOOM_CLIENT_ID"),
            credential("AVOPS_ZOOM_CLIENT_SECRET"),
        ) {
            (Some(account_id), Some(client_id), Some(client_secret)) => Some(ZoomCredentials {
                account_id: account_id.trim().to_owned(),
                client_id: client_id.trim().to_owned(),
                client_secret,
            }),
            _ => None,
        };
        Self {
            slack: SlackSettings {
                url: value("AVOPS_SLACK_URL"),
                token: credential("AVOPS_SLACK_TOKEN"),
            },
            zoom: ZoomSettings {
                api_url: value("AVOPS_ZOOM_API_URL"),
                oauth_url: value("AVOPS_ZOOM_OAUTH_URL"),
                credentials: zoom,
            },
        }
    }
}
