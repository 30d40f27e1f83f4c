//! What the setup wizard brings: example recipes, one agent for each domain, two workflows.

use crate::agents::NewAgent;
use crate::workflows::{NewWorkflow, Trigger};

/// A recipe that ships with the program.
#[derive(Debug, Clone, Copy)]
pub struct SeedRecipe {
    /// Its name, as in the text.
    pub name: &'static str,
    /// The text.
    pub yaml: &'static str,
    /// Its tests.
    pub tests: &'static str,
}

/// The recipes, in the order in which lists offer them.
pub const RECIPES: [SeedRecipe; 10] = [
    SeedRecipe {
        name: "Zoom Room Admin Policy Check",
        yaml: include_str!("../../../recipes/zoom-room-admin-policy-check.yaml"),
        tests: include_str!("../../../recipes/tests/zoom-room-admin-policy-check.test.yaml"),
    },
    SeedRecipe {
        name: "Zoom Room HDMI black",
        yaml: include_str!("../../../recipes/zoom-room-hdmi-black.yaml"),
        tests: include_str!("../../../recipes/tests/zoom-room-hdmi-black.test.yaml"),
    },
    SeedRecipe {
        name: "Preflight quick check",
        yaml: include_str!("../../../recipes/preflight-quick-check.yaml"),
        tests: include_str!("../../../recipes/tests/preflight-quick-check.test.yaml"),
    },
    SeedRecipe {
        name: "Room walk-through",
        yaml: include_str!("../../../recipes/room-walk-through.yaml"),
        tests: include_str!("../../../recipes/tests/room-walk-through.test.yaml"),
    },
    SeedRecipe {
        name: "KB Scout",
        yaml: include_str!("../../../recipes/kb-scout.yaml"),
        tests: include_str!("../../../recipes/tests/kb-scout.test.yaml"),
    },
    SeedRecipe {
        name: "Event Intake",
        yaml: include_str!("../../../recipes/event-intake.yaml"),
        tests: include_str!("../../../recipes/tests/event-intake.test.yaml"),
    },
    SeedRecipe {
        name: "Event run of show",
        yaml: include_str!("../../../recipes/event-run-of-show.yaml"),
        tests: include_str!("../../../recipes/tests/event-run-of-show.test.yaml"),
    },
    SeedRecipe {
        name: "Backup room failover",
        yaml: include_str!("../../../recipes/backup-room-failover.yaml"),
        tests: include_str!("../../../recipes/tests/backup-room-failover.test.yaml"),
    },
    SeedRecipe {
        name: "Projector power reset",
        yaml: include_str!("../../../recipes/projector-power-reset.yaml"),
        tests: include_str!("../../../recipes/tests/projector-power-reset.test.yaml"),
    },
    SeedRecipe {
        name: "Q-SYS core offline",
        yaml: include_str!("../../../recipes/qsys-core-offline.yaml"),
        tests: include_str!("../../../recipes/tests/qsys-core-offline.test.yaml"),
    },
];

/// The agents: one for each domain of the runbook.
pub fn agents() -> Vec<NewAgent> {
    let agent = |name: &str, description: &str, tools: &[&str], recipes: &[&str]| NewAgent {
        name: name.to_owned(),
        domain: name.to_lowercase(),
        description: description.to_owned(),
        tools: tools.iter().map(|&tool| tool.to_owned()).collect(),
        recipes: recipes.iter().map(|&recipe| recipe.to_owned()).collect(),
        ..NewAgent::default()
    };
    vec![
        agent(
            "Support",
            "Takes care of rooms that do not work: looks, repairs, keeps the ticket.",
            &[
                "zoom",
                "slack",
                "incident_ticketing",
                "pjlink",
                "qsys_control",
                "extron_control",
            ],
            &[
                "Zoom Room HDMI black",
                "Zoom Room Admin Policy Check",
                "Projector power reset",
                "Q-SYS core offline",
            ],
        ),
        agent(
            "Events",
            "Gets rooms ready before an event, and says which of them need somebody.",
            &[
                "zoom.lookup_zoom_room",
                "zoom.list_rooms",
                "zoom.room_status",
                "zoom.report_status",
                "slack",
                "google_drive",
                "search",
                "knowledge",
                "servicenow.create_kb",
                "servicenow.get_kb",
                "servicenow.publish_kb",
                "servicenow.create_story",
                "zoom.create_webinar",
                "zoom.delete_webinar",
                "zoom.pre_event_check",
                "calendar_scheduler",
                "incident_ticketing.create",
                "incident_ticketing.close",
            ],
            &[
                "Preflight quick check",
                "KB Scout",
                "Event Intake",
                "Event run of show",
                "Backup room failover",
            ],
        ),
        agent(
            "Builds",
            "Checks rooms against the standard while they are built.",
            &[
                "zoom.lookup_zoom_room",
                "zoom.room_settings",
                "zoom.check_policy",
                "zoom.report_status",
                "slack",
                "incident_ticketing",
                "github",
            ],
            &["Zoom Room Admin Policy Check"],
        ),
        agent(
            "Admin",
            "Keeps rooms within policy and releases them.",
            &["zoom", "slack", "incident_ticketing"],
            &["Zoom Room Admin Policy Check", "Room walk-through"],
        ),
        agent(
            "Monitoring",
            "Watches; it can read everything and tell people, and change nothing.",
            &[
                "zoom.lookup_zoom_room",
                "zoom.list_rooms",
                "zoom.room_status",
                "zoom.room_settings",
                "zoom.check_policy",
                "zoom.report_status",
                "slack",
            ],
            &["Preflight quick check"],
        ),
    ]
}

/// A workflow that the wizard brings.
#[derive(Debug, Clone)]
pub struct SeedWorkflow {
    /// What it is.
    pub workflow: NewWorkflow,
    /// Why it is switched off, where it is.
    pub off_because: Option<&'static str>,
}

/// The workflows: one that a person starts, and one by the clock, which waits to be switched on.
pub fn workflows() -> Vec<SeedWorkflow> {
    let workflow = |name: &str, agent: &str, recipe: &str, trigger| NewWorkflow {
        name: name.to_owned(),
        agent: agent.to_owned(),
        recipe: recipe.to_owned(),
        trigger,
        ..NewWorkflow::default()
    };
    let mut check = workflow(
        "Boardroom policy check",
        "Admin",
        "Zoom Room Admin Policy Check",
        Trigger::Manual,
    );
    check.inputs = [("room".to_owned(), "Boardroom 1".into())]
        .into_iter()
        .collect();
    let by_the_clock = Trigger::Cron {
        expression: "0 7 * * MON-FRI".to_owned(),
        tz: "UTC".to_owned(),
    };
    let mut preflight = workflow(
        "Morning preflight",
        "Events",
        "Preflight quick check",
        by_the_clock,
    );
    preflight.inputs = [(
        "rooms".to_owned(),
        serde_json::json!(["Boardroom 1", "Boardroom 4"]),
    )]
    .into_iter()
    .collect();
    preflight.enabled = Some(false);
    vec![
        SeedWorkflow {
            workflow: check,
            off_because: None,
        },
        SeedWorkflow {
            workflow: preflight,
            off_because: Some("an example: switch it on when its rooms are yours"),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::DOMAINS;

    #[test]
    fn every_domain_of_the_runbook_has_its_agent() {
        let domains: Vec<String> = agents().into_iter().map(|agent| agent.domain).collect();
        assert_eq!(domains, DOMAINS);
    }

    #[test]
    fn workflows_refer_to_agents_and_recipes_that_ship() {
        for seed in workflows() {
            let (agent, recipe) = (seed.workflow.agent, seed.workflow.recipe);
            assert!(agents().iter().any(|seed| seed.name == agent), "{agent}");
            assert!(RECIPES.iter().any(|seed| seed.name == recipe), "{recipe}");
        }
    }

    #[test]
    fn agents_refer_to_recipes_that_ship() {
        for agent in agents() {
            for recipe in agent.recipes {
                assert!(RECIPES.iter().any(|seed| seed.name == recipe), "{recipe}");
            }
        }
    }
}
