//! The one place where the parts of the program are put together.

use std::sync::Arc;

use avops_app::models::{DeskModels, StoreLedger};
use avops_app::support::RecentLog;
use avops_app::{App, Options, Parts, RecipeLibrary};
use avops_engine::{Clock, Embedded, Engine, Ports, RandomIds, SteadyClock, Toolbox};
use avops_llm::{Desk, Provider};
use avops_store::{Store, StoreOptions};
use avops_tools::campus::Script;
use avops_tools::{Environment, Registry, RegistryOptions};

use crate::config::Config;
use crate::error::Error;

/// The program, put together.
pub(crate) struct Program {
    /// Operations.
    pub(crate) app: App,
    /// Everything kept; closed last.
    pub(crate) store: Store,
    /// Tools, for what the start says about the campus.
    pub(crate) tools: Arc<Registry>,
}

/// Opens the store and puts everything on it. `public_url` goes into links of runs and notices.
///
/// # Errors
/// When the data folder cannot be used, or a part cannot be set up.
pub(crate) async fn compose(
    config: &Config,
    public_url: &str,
    recent_log: RecentLog,
) -> Result<Program, Error> {
    let clock: Arc<dyn Clock> = Arc::new(SteadyClock::start());
    let store = Store::open(StoreOptions {
        ..StoreOptions::in_folder(&config.data_dir)
    })
    .await?;
    let tools = Arc::new(registry(config, Arc::clone(&clock))?);
    let toolbox: Arc<dyn Toolbox> = Arc::clone(&tools) as Arc<dyn Toolbox>;
    let library = Arc::new(RecipeLibrary::new(store.clone(), Arc::clone(&tools)));
    let ledger = Arc::new(StoreLedger::new(store.clone()));
    let models = Arc::new(Desk::open(Arc::clone(&clock), ledger)?);
    let outside = Ports {
        journal: Arc::new(store.clone()),
        toolbox,
        models: Arc::new(DeskModels::new(Arc::clone(&models), Arc::clone(&tools))),
        library: Arc::clone(&library) as Arc<dyn avops_engine::Library>,
        clock: Arc::clone(&clock),
        ids: Arc::new(RandomIds),
    };
    let engine: Arc<dyn Engine> =
        Arc::new(Embedded::new(outside, avops_engine::Options::default()));
    let parts = Parts {
        store: store.clone(),
        engine,
        tools: Arc::clone(&tools),
        models,
        library,
        clock,
    };
    let options = Options {
        public_url: public_url.to_owned(),
        force_mock: config.mock,
        recipes: config.recipes.clone(),
        environment: model_variables(),
        recent_log,
    };
    let app = App::new(parts, options).await?;
    Ok(Program { app, store, tools })
}

/// The variables that may hold keys and addresses of language models.
fn model_variables() -> Environment {
    let names = Provider::ALL.map(|each| [each.key_variable(), each.url_variable()]);
    let found = names.into_iter().flatten().filter_map(|name| {
        let value = std::env::var(name).ok()?;
        Some((name.to_owned(), value))
    });
    Environment::new(found)
}

fn registry(config: &Config, clock: Arc<dyn Clock>) -> Result<Registry, Error> {
    // Mock until the workspace says otherwise: nothing is connected on a fresh installation.
    let mut options = RegistryOptions::new(&config.data_dir, true)?;
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    options.environment =
        Environment::new(variables.filter(|(name, _)| name.starts_with("AVOPS_")));
    if let Some(path) = &config.campus {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::call(format!("cannot read {}: {error}", path.display())))?;
        options.campus = Script::parse(&text)
            .map_err(|error| Error::call(format!("{}: {error}", path.display())))?;
    }
    Ok(Registry::new(options, clock)?)
}
