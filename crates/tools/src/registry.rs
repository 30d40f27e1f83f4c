//! Name → connector, in its real and its simulated form; the engine's way to every tool.

mod budget;
mod entry;
mod gate;
mod outside;
mod settings;
mod shipped;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use avops_engine::{Clock, Mode, ToolCall, ToolError, ToolReply, Toolbox};
use avops_recipe::{Effect, Vocabulary};
use indexmap::IndexMap;

use crate::calendar_scheduler::FileCalendar;
use crate::campus::Campus;
use crate::directory::{Directory, Places};
use crate::http::{HttpConfig, HttpConnector, InMock};
use crate::incident_ticketing::{CampusTickets, FileTickets};
use crate::outbound::{Names, Outbound};
use crate::{
    Connector, Environment, Error, Health, Kind, Manifest, Secret, SettingState, Settings, Supplies,
};
use entry::{Entry, Limits};
pub use entry::{McpInfo, ToolInfo};
pub use settings::RegistryOptions;
pub(crate) use shipped::SHIPPED;

/// Every tool there is. Tools can be added and removed while calls are under way.
pub struct Registry {
    tools: RwLock<Tools>,
    mock: AtomicBool,
    campus: Campus,
    supplies: Supplies,
    /// What the simulated forms of shipped tools are made with.
    on_campus: Supplies,
    environment: Environment,
    limits: Limits,
    data_dir: PathBuf,
}

/// The tools of one moment.
struct Tools {
    entries: IndexMap<String, Arc<Entry>>,
    vocabulary: Arc<Vocabulary>,
}

impl Tools {
    fn new(entries: IndexMap<String, Arc<Entry>>) -> Self {
        let tools = entries
            .values()
            .map(|e| (e.manifest.spec.name.clone(), (*e.manifest.spec).clone()))
            .collect();
        Self {
            entries,
            vocabulary: Arc::new(Vocabulary { tools }),
        }
    }
}

impl Registry {
    /// Sets up the built-in tools and starts the simulated campus on a free loopback port.
    ///
    /// Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`Error`] when the campus has no socket, an address is not allowed, or the ticket file
    /// cannot be read.
    pub fn new(options: RegistryOptions, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let outbound = Outbound::new(Arc::clone(&clock))?;
        let campus = Campus::start(
            options.campus,
            Arc::clone(&clock),
            outbound.registered().clone(),
        )?;
        let supplies = Supplies {
            outbound,
            names: Names::Internet,
            clock: Arc::clone(&clock),
            directory: Arc::default(),
            events: Arc::new(FileCalendar::open(&options.data_dir)?),
            tickets: Arc::new(FileTickets::open(&options.data_dir)?),
        };
        let on_campus = Supplies {
            names: Names::Sites(campus.pages_url()?),
            directory: Arc::clone(campus.directory()),
            events: campus.events(),
            tickets: Arc::new(CampusTickets::new(&supplies.outbound, &campus)?),
            ..supplies.clone()
        };
        let limits = Limits::new(clock);
        let mut entries = IndexMap::new();
        for shipped in SHIPPED {
            let manifest = Manifest::builtin(shipped.manifest)?;
            let name = manifest.spec.name.clone();
            let settings = Settings::layered(
                &name,
                &manifest.settings,
                &options.environment,
                &BTreeMap::new(),
            )?;
            let live = (shipped.connect)(&supplies, &settings)?;
            let simulated = shipped.campus_settings(&campus, &settings);
            let simulated = (shipped.connect)(&on_campus, &simulated)?;
            let entry = Entry::new(live, simulated, &limits)?.with_settings(settings);
            entries.insert(name, Arc::new(entry));
        }
        Ok(Self {
            tools: RwLock::new(Tools::new(entries)),
            mock: AtomicBool::new(options.mock),
            campus,
            supplies,
            on_campus,
            environment: options.environment,
            limits,
            data_dir: options.data_dir,
        })
    }

    /// The simulated campus.
    pub fn campus(&self) -> &Campus {
        &self.campus
    }

    /// The data folder.
    pub fn data_dir(&self) -> &std::path::Path {
        &self.data_dir
    }

    /// The rooms and devices that live calls reach.
    pub fn directory(&self) -> &Directory {
        &self.supplies.directory
    }

    /// The rooms and devices that calls reach in the workspace's mode.
    pub fn places(&self) -> Arc<Places> {
        if self.mock() {
            self.campus.directory().places()
        } else {
            self.supplies.directory.places()
        }
    }

    /// The rooms and devices that a run in this mode reaches; a dry one reads as the workspace does.
    pub fn places_in(&self, mode: Mode) -> Arc<Places> {
        match mode {
            Mode::Live => self.supplies.directory.places(),
            Mode::Mock => self.campus.directory().places(),
            Mode::Dry => self.places(),
        }
    }

    /// States whether the workspace is in mock mode.
    pub fn mock(&self) -> bool {
        self.mock.load(Ordering::Relaxed)
    }

    /// Turns mock mode on or off. Calls under way are not touched.
    pub fn set_mock(&self, on: bool) {
        self.mock.store(on, Ordering::Relaxed);
    }

    /// The mode of a run that starts now and is not a dry run.
    pub fn mode(&self) -> Mode {
        if self.mock() { Mode::Mock } else { Mode::Live }
    }

    /// Every tool, with its last known health in the present mode.
    pub fn tools(&self) -> Vec<ToolInfo> {
        let mode = self.mode();
        self.read(|tools| tools.entries.values().map(|e| e.info(mode)).collect())
    }

    /// One tool, with its last known health in the present mode.
    ///
    /// # Errors
    /// [`Error::NoSuchTool`].
    pub fn tool(&self, name: &str) -> Result<ToolInfo, Error> {
        Ok(self.entry(name)?.info(self.mode()))
    }

    /// Asks one tool whether it would serve a call now; red after three seconds.
    ///
    /// # Errors
    /// [`Error::NoSuchTool`].
    pub async fn health(&self, name: &str) -> Result<Health, Error> {
        self.health_in(name, self.mode()).await
    }

    /// As [`Registry::health`], for the world that calls of `mode` reach.
    ///
    /// # Errors
    /// [`Error::NoSuchTool`].
    pub async fn health_in(&self, name: &str, mode: Mode) -> Result<Health, Error> {
        let entry = self.entry(name)?;
        let world = entry.world(mode, Effect::Read, self.mock());
        Ok(entry.check(world, self.limits.clock.as_ref()).await)
    }

    /// Asks every tool at once, in the present mode.
    pub async fn check_all(&self) -> IndexMap<String, Health> {
        let entries: Vec<Arc<Entry>> = self.read(|tools| tools.entries.values().cloned().collect());
        let (mode, mock) = (self.mode(), self.mock());
        let checks = entries.iter().map(|entry| async move {
            let world = entry.world(mode, Effect::Read, mock);
            (
                entry.manifest.spec.name.clone(),
                entry.check(world, self.limits.clock.as_ref()).await,
            )
        });
        futures::future::join_all(checks)
            .await
            .into_iter()
            .collect()
    }

    /// Adds a tool of the program itself: it is the same in both worlds, and looks at the call's mode where that matters.
    ///
    /// # Errors
    /// [`Error::NameTaken`].
    pub fn add_own(&self, connector: Arc<dyn Connector>) -> Result<(), Error> {
        let entry = Entry::new(Arc::clone(&connector), connector, &self.limits)?;
        let name = entry.manifest.spec.name.clone();
        self.change(|entries| {
            if entries.contains_key(&name) {
                return Err(Error::NameTaken(name.clone()));
            }
            entries.insert(name.clone(), Arc::new(entry));
            Ok(())
        })
    }

    /// Adds an outside HTTP connector, or puts a new configuration in the place of an old one.
    ///
    /// # Errors
    /// [`Error::Config`] or [`Error::Address`] when the configuration does not hold together;
    /// [`Error::NameTaken`] when a tool of another kind has that name.
    pub fn add_http(&self, config: HttpConfig) -> Result<ToolInfo, Error> {
        let name = config.name.clone();
        let manifest = Arc::new(config.manifest()?);
        let live = HttpConnector::new(
            &self.supplies.outbound,
            &config,
            Arc::clone(&manifest),
            &config.base_url,
        )?;
        let simulator = self.campus.outside_tool_url(&name);
        let simulated = HttpConnector::new(&self.supplies.outbound, &config, manifest, &simulator)?;
        let examples = config.examples();
        let mut entry = Entry::new(Arc::new(live), Arc::new(simulated), &self.limits)?;
        if let Ok(before) = self.entry(&name) {
            entry = entry.in_place_of(&before);
        }
        entry.live_in_mock = config.in_mock() == InMock::Call;
        entry.config = Some(config);
        let entry = Arc::new(entry);
        let info = entry.info(self.mode());
        self.change(|entries| match entries.get(&name) {
            Some(other) if other.manifest.kind != Kind::Http => Err(Error::NameTaken(name.clone())),
            _ => {
                entries.insert(name.clone(), Arc::clone(&entry));
                Ok(())
            }
        })?;
        self.campus.set_examples(&name, examples);
        Ok(info)
    }

    /// Sets a shipped tool, or an outside MCP server, up anew with what the workspace gives; the environment and the
    /// manifest fill in the rest. Calls under way end with the settings they began with.
    ///
    /// # Errors
    /// [`Error::NoSuchTool`]; [`Error::Config`] or [`Error::Address`] when a value cannot be used: then
    /// everything stays as it was.
    pub fn configure(
        &self,
        name: &str,
        workspace: &BTreeMap<String, Secret>,
    ) -> Result<Vec<SettingState>, Error> {
        let entry = self.entry(name)?;
        if let Some(mcp) = &entry.mcp {
            let info = self.add_mcp(mcp.config.clone(), Some(workspace.clone()))?;
            return Ok(info.settings);
        }
        let shipped = SHIPPED.iter().find(|shipped| {
            Manifest::builtin(shipped.manifest).is_ok_and(|manifest| manifest.spec.name == name)
        });
        let Some(shipped) = shipped else {
            return Err(Error::Config {
                tool: name.to_owned(),
                message: "it has no settings".to_owned(),
            });
        };
        let settings =
            Settings::layered(name, &entry.manifest.settings, &self.environment, workspace)?;
        let live = (shipped.connect)(&self.supplies, &settings)?;
        // The simulated form keeps what it knows, unless it follows the settings.
        let simulated = if shipped.follows.is_empty() {
            None
        } else {
            let followed = shipped.campus_settings(&self.campus, &settings);
            Some((shipped.connect)(&self.on_campus, &followed)?)
        };
        let entry = Arc::new(
            entry
                .reconnected(live, simulated, &self.limits)?
                .with_settings(settings),
        );
        let states = entry.settings();
        self.change(|entries| {
            entries.insert(name.to_owned(), entry);
            Ok(())
        })?;
        Ok(states)
    }

    /// Makes one tool answer from the simulated campus although the workspace is live, or no longer.
    /// In a workspace that is in mock mode it changes nothing.
    ///
    /// # Errors
    /// [`Error::NoSuchTool`].
    pub fn simulate_always(&self, name: &str, on: bool) -> Result<(), Error> {
        self.entry(name)?.simulate_always(on);
        Ok(())
    }

    /// Removes a tool that was added. Calls under way are not touched.
    ///
    /// # Errors
    /// [`Error::NoSuchTool`], or [`Error::Builtin`] for a tool that ships with the program.
    pub fn remove(&self, name: &str) -> Result<(), Error> {
        let entry = self.entry(name)?;
        if entry.manifest.kind == Kind::Builtin {
            return Err(Error::Builtin(entry.manifest.spec.name.clone()));
        }
        self.change(|entries| {
            entries.shift_remove(name);
            Ok(())
        })
    }

    fn entry(&self, name: &str) -> Result<Arc<Entry>, Error> {
        self.read(|tools| {
            tools
                .entries
                .get(name)
                .cloned()
                .ok_or_else(|| Error::NoSuchTool {
                    name: name.to_owned(),
                    known: tools.entries.keys().cloned().collect::<Vec<_>>().join(", "),
                })
        })
    }

    fn read<T>(&self, look: impl FnOnce(&Tools) -> T) -> T {
        look(&self.tools.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(
        &self,
        edit: impl FnOnce(&mut IndexMap<String, Arc<Entry>>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut tools = self.tools.write().unwrap_or_else(PoisonError::into_inner);
        let mut entries = tools.entries.clone();
        edit(&mut entries)?;
        *tools = Tools::new(entries);
        Ok(())
    }
}

#[async_trait]
impl Toolbox for Registry {
    fn vocabulary(&self) -> Arc<Vocabulary> {
        self.read(|tools| Arc::clone(&tools.vocabulary))
    }

    async fn call(&self, call: &ToolCall) -> Result<ToolReply, ToolError> {
        let entry = self.entry(&call.tool).map_err(|error| ToolError::Refused {
            message: error.to_string(),
            hint: Some("add the tool, or correct its name in the recipe".to_owned()),
        })?;
        entry.call(call, self.mock()).await
    }
}
