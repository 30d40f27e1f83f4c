//! Outside MCP servers in the registry: added, asked what they offer, approved.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Registry;
use super::entry::{Entry, McpEntry, ToolInfo};
use crate::http::{
    HttpConfig, HttpConnector, HttpManifest, InMock, NOT_ASKED, ask_for_manifest,
    is_on_this_machine,
};
use crate::mcp::{Link, McpConfig, McpConnector, look, shape};
use crate::{Environment, Error, Kind, Secret, Settings};

impl Registry {
    /// Adds an outside MCP server, or puts a new configuration in the place of an old one. It is
    /// connected to when it is first needed. `secrets` holds the values of its variables, or its bearer
    /// token under the name `token`; `None` keeps those of the server that is there, and its connection, if
    /// it is reached as before.
    ///
    /// # Errors
    /// [`Error::Config`] or [`Error::Address`] when the configuration does not hold together;
    /// [`Error::NameTaken`] when a tool of another kind has that name.
    pub fn add_mcp(
        &self,
        config: McpConfig,
        secrets: Option<BTreeMap<String, Secret>>,
    ) -> Result<ToolInfo, Error> {
        let name = config.name.clone();
        let manifest = config.manifest()?;
        self.refuse_look_alikes(&name)?;
        let before = self.entry(&name).ok();
        let kept = before.as_ref().and_then(|entry| {
            let mcp = entry.mcp.as_ref()?;
            let same = mcp.config.transport == config.transport && secrets.is_none();
            same.then(|| (Arc::clone(&mcp.link), entry.kept_settings()))
        });
        let (link, settings) = if let Some(kept) = kept {
            kept
        } else {
            let secrets = secrets.unwrap_or_default();
            let none = Environment::default();
            let settings = Settings::layered(&name, &manifest.settings, &none, &secrets)?;
            let link = Link::new(
                &name,
                config.transport.clone(),
                secrets,
                self.data_dir.join("mcp").join(&name),
                self.supplies.outbound.registered().clone(),
            );
            (Arc::new(link), settings)
        };
        let simulator = HttpConfig::simulated(&name, &self.campus.outside_tool_url(&name));
        let simulated = HttpConnector::new(
            &self.supplies.outbound,
            &simulator,
            Arc::new(manifest.clone()),
            &simulator.base_url,
        )?;
        let live = McpConnector::new(manifest, config.clone(), Arc::clone(&link));
        let mut entry =
            Entry::new(Arc::new(live), Arc::new(simulated), &self.limits)?.with_settings(settings);
        if let Some(before) = &before {
            entry = entry.in_place_of(before);
        }
        entry.live_in_mock = config.in_mock() == InMock::Call;
        entry.mcp = Some(McpEntry { config, link });
        let entry = Arc::new(entry);
        let info = entry.info(self.mode());
        self.change(|entries| match entries.get(&name) {
            Some(other) if other.manifest.kind != Kind::Mcp => Err(Error::NameTaken(name.clone())),
            _ => {
                entries.insert(name.clone(), Arc::clone(&entry));
                Ok(())
            }
        })?;
        Ok(info)
    }

    /// Asks an MCP server what it offers now; [`ToolInfo::mcp`] shows it. Also ends a pause after failures. In mock mode
    /// only servers on this machine are asked.
    ///
    /// # Errors
    /// [`Error::NoSuchTool`]; [`Error::Config`] for a tool of another kind; [`Error::Unreachable`].
    pub async fn look(&self, name: &str) -> Result<ToolInfo, Error> {
        let entry = self.entry(name)?;
        let Some(mcp) = &entry.mcp else {
            return Err(Error::Config {
                tool: name.to_owned(),
                message: "it is no MCP server".to_owned(),
            });
        };
        let unreachable = |message| Error::Unreachable {
            tool: name.to_owned(),
            message,
        };
        if let Some(reason) = mcp.config.unasked_in_mock()
            && self.mock()
        {
            return Err(unreachable(reason.to_owned()));
        }
        look(&mcp.link).await.map_err(unreachable)?;
        entry.reopen();
        Ok(entry.info(self.mode()))
    }

    /// Asks the connector at an address what it says of itself; nothing where it has no manifest. In mock mode only one on
    /// this machine is asked.
    ///
    /// # Errors
    /// [`Error::Unreachable`] with the reason why it cannot be asked, or is not understood.
    pub async fn http_manifest(
        &self,
        name: &str,
        base_url: &str,
    ) -> Result<Option<HttpManifest>, Error> {
        let unreachable = |message| Error::Unreachable {
            tool: name.to_owned(),
            message,
        };
        if self.mock() && !is_on_this_machine(base_url) {
            return Err(unreachable(NOT_ASKED.to_owned()));
        }
        ask_for_manifest(&self.supplies.outbound, name, base_url)
            .await
            .map_err(unreachable)
    }

    /// A name that is easily taken for that of another tool would be called in its place.
    fn refuse_look_alikes(&self, name: &str) -> Result<(), Error> {
        let alike = self.read(|tools| {
            tools
                .entries
                .keys()
                .find(|other| *other != name && shape(other) == shape(name))
                .cloned()
        });
        match alike {
            Some(other) => Err(Error::Config {
                tool: name.to_owned(),
                message: format!(
                    "the name looks the same as `{other}`, which is another tool; choose one that does not"
                ),
            }),
            None => Ok(()),
        }
    }
}
