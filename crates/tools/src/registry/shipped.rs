//! The tools that ship with the program, on one screen.

use std::sync::Arc;

use crate::calendar_scheduler::{self, CalendarScheduler};
use crate::extron::{self, Extron};
use crate::github::{self, GitHub};
use crate::google_drive::{self, GoogleDrive};
use crate::incident_ticketing::{self, IncidentTicketing};
use crate::pjlink::{self, PjLink};
use crate::qsys::{self, Qsys};
use crate::search::{self, Search};
use crate::servicenow::{self, ServiceNow};
use crate::slack::{self, Slack};
use crate::zoom::{self, Zoom};
use crate::{Campus, Connector, Error, Settings, Supplies};

/// Makes a connector.
type Connect = fn(&Supplies, &Settings) -> Result<Arc<dyn Connector>, Error>;

/// One tool that ships with the program. Both its forms are made by the same function; only
/// settings and supplies differ.
pub(crate) struct Shipped {
    /// The text of its manifest.
    pub(crate) manifest: &'static str,
    /// Makes the connector.
    pub(super) connect: Connect,
    /// The settings that point it at the simulated campus.
    pub(super) on_campus: fn(&Campus) -> Settings,
    /// Settings that hold for the simulated world as they hold for the real one: which of several systems it is.
    pub(super) follows: &'static [&'static str],
}

impl Shipped {
    /// The settings of the simulated form beside a real one with these.
    pub(super) fn campus_settings(&self, campus: &Campus, live: &Settings) -> Settings {
        let followed = self.follows.iter();
        let followed = followed.filter_map(|name| Some((*name, live.text(name)?.to_owned())));
        (self.on_campus)(campus).with(followed)
    }
}

/// All of them, in the order in which lists show them.
pub(crate) const SHIPPED: &[Shipped] = &[
    Shipped {
        manifest: zoom::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(Zoom::new(supplies, settings)?)),
        on_campus: Campus::zoom_settings,
        follows: &[],
    },
    Shipped {
        manifest: slack::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(Slack::new(supplies, settings)?)),
        on_campus: Campus::slack_settings,
        follows: &[],
    },
    Shipped {
        manifest: servicenow::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(ServiceNow::new(supplies, settings)?)),
        on_campus: Campus::servicenow_settings,
        follows: &[],
    },
    Shipped {
        manifest: qsys::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(Qsys::new(supplies, settings)?)),
        on_campus: Campus::qsys_settings,
        follows: &[],
    },
    Shipped {
        manifest: extron::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(Extron::new(supplies, settings)?)),
        on_campus: Campus::extron_settings,
        follows: &[],
    },
    Shipped {
        manifest: pjlink::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(PjLink::new(supplies, settings)?)),
        on_campus: Campus::pjlink_settings,
        follows: &[],
    },
    Shipped {
        manifest: github::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(GitHub::new(supplies, settings)?)),
        on_campus: Campus::github_settings,
        follows: &[],
    },
    Shipped {
        manifest: search::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(Search::new(supplies, settings)?)),
        on_campus: Campus::search_settings,
        follows: &[],
    },
    Shipped {
        manifest: google_drive::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(GoogleDrive::new(supplies, settings)?)),
        on_campus: Campus::google_drive_settings,
        follows: &[],
    },
    Shipped {
        manifest: calendar_scheduler::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(CalendarScheduler::new(supplies, settings)?)),
        on_campus: Campus::calendar_settings,
        follows: &["backend"],
    },
    Shipped {
        manifest: incident_ticketing::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(IncidentTicketing::new(supplies, settings)?)),
        on_campus: Campus::servicenow_settings,
        follows: &["backend", "close_code", "hold_reason"],
    },
];
