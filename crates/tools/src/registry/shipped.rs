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
}

/// All of them, in the order in which lists show them.
pub(crate) const SHIPPED: &[Shipped] = &[
    Shipped {
        manifest: zoom::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(Zoom::new(supplies, settings)?)),
        on_campus: Campus::zoom_settings,
    },
    Shipped {
        manifest: slack::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(Slack::new(supplies, settings)?)),
        on_campus: Campus::slack_settings,
    },
    Shipped {
        manifest: servicenow::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(ServiceNow::new(supplies, settings)?)),
        on_campus: Campus::servicenow_settings,
    },
    Shipped {
        manifest: qsys::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(Qsys::new(supplies, settings)?)),
        on_campus: Campus::qsys_settings,
    },
    Shipped {
        manifest: extron::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(Extron::new(supplies, settings)?)),
        on_campus: Campus::extron_settings,
    },
    Shipped {
        manifest: pjlink::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(PjLink::new(supplies, settings)?)),
        on_campus: Campus::pjlink_settings,
    },
    Shipped {
        manifest: github::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(GitHub::new(supplies, settings)?)),
        on_campus: Campus::github_settings,
    },
    Shipped {
        manifest: search::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(Search::new(supplies, settings)?)),
        on_campus: Campus::search_settings,
    },
    Shipped {
        manifest: google_drive::MANIFEST,
        connect: |supplies, settings| Ok(Arc::new(GoogleDrive::new(supplies, settings)?)),
        on_campus: Campus::google_drive_settings,
    },
    Shipped {
        manifest: calendar_scheduler::MANIFEST,
        connect: |supplies, _| Ok(Arc::new(CalendarScheduler::new(supplies)?)),
        on_campus: |_| Settings::default(),
    },
    Shipped {
        manifest: incident_ticketing::MANIFEST,
        connect: |supplies, _| Ok(Arc::new(IncidentTicketing::new(supplies)?)),
        on_campus: |_| Settings::default(),
    },
];
