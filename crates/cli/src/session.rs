//! How a command reaches the operations: through a running server, or in this process for as long as it takes.

use avops_app::support::RecentLog;
use avops_store::Store;
use serde_json::Value;

use crate::api::Api;
use crate::client::Client;
use crate::compose::{Program, compose};
use crate::config::Config;
use crate::error::Error;
use crate::folder::Folder;
use crate::inside::Inside;
use crate::owner;
use crate::work::Work;

/// A way to the operations.
pub(crate) struct Session {
    /// Asks.
    pub(crate) api: Api,
    own: Option<Own>,
}

/// What runs in this process.
struct Own {
    program: Program,
    work: Option<Work>,
}

impl Session {
    /// Finds the server on the data folder, or opens the folder in this process, which then works on runs if
    /// `works` says so.
    ///
    /// # Errors
    /// When there is no token for the server, or the folder cannot be opened.
    pub(crate) async fn open(config: &Config, works: bool) -> Result<Self, Error> {
        if let Some(client) = Self::server(config).await? {
            let api = Api::Server(client);
            if config.mock {
                require_mock(&api).await?;
            }
            return Ok(Self { api, own: None });
        }
        let public_url = config
            .public_url
            .clone()
            .unwrap_or_else(|| format!("http://{}", config.listen));
        let program = compose(config, &public_url, RecentLog::default()).await?;
        owner::settle(&program, &Folder::new(&config.data_dir)).await?;
        let work = works.then(|| Work::start(&program));
        let api = Api::Inside(Box::new(Inside::new(program.app.clone())));
        Ok(Self {
            api,
            own: Some(Own { program, work }),
        })
    }

    /// The server that was asked for, or the one that runs on the data folder.
    pub(crate) async fn server(config: &Config) -> Result<Option<Client>, Error> {
        let folder = Folder::new(&config.data_dir);
        if let Some(url) = &config.url {
            return Ok(Some(Client::new(url, owner::token(&folder)?)?));
        }
        let Some(url) = folder.address() else {
            return Ok(None);
        };
        let client = Client::new(&url, owner::token(&folder)?)?;
        // Without this look, a server that was killed would stand in the way for ever.
        Ok(client.is_alive().await.then_some(client))
    }

    /// States whether runs are worked on in this process.
    pub(crate) fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// The store, where it is open in this process.
    pub(crate) fn store(&self) -> Option<&Store> {
        self.own.as_ref().map(|own| &own.program.store)
    }

    /// Ends what was started; runs under way stop where they can go on later.
    pub(crate) async fn close(self) -> Result<(), Error> {
        let Some(own) = self.own else {
            return Ok(());
        };
        let worked = match own.work {
            Some(work) => work.stop().await,
            None => Ok(()),
        };
        drop(self.api);
        own.program.store.close().await?;
        worked
    }
}

/// Whoever asks for the simulated campus must not reach real systems because somebody else's server runs.
async fn require_mock(api: &Api) -> Result<(), Error> {
    let settings = api.get(&["settings"]).await?;
    if settings.get("mock").and_then(Value::as_bool) == Some(true) {
        return Ok(());
    }
    Err(
        Error::call("--mock was asked for, but the running server works on real systems")
            .hint("turn mock mode on in Settings, or use another --data-dir"),
    )
}
