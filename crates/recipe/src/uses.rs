//! Which tools a recipe needs.

use std::collections::BTreeSet;

use crate::lints::walk;
use crate::recipe::{Phase, Recipe, Step, Verb};

impl Recipe {
    /// The tools that the steps of these phases call, with their undos and probes.
    pub fn tools_in(&self, phases: &[Phase]) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for step in phases.iter().flat_map(|phase| self.steps(*phase)) {
            gather(step, &mut found);
        }
        found
    }

    /// All tools that the recipe calls, those of its rollback included.
    pub fn tools(&self) -> BTreeSet<&str> {
        let mut found = self.tools_in(&Phase::ALL);
        for step in &self.guardrails.rollback {
            gather(step, &mut found);
        }
        found
    }
}

impl Recipe {
    /// The first step, in these phases, whose goal is given to a language model.
    pub fn agent_step(&self, phases: &[Phase]) -> Option<&Step> {
        phases
            .iter()
            .flat_map(|phase| self.steps(*phase))
            .find_map(of_model)
    }
}

fn of_model(step: &Step) -> Option<&Step> {
    if matches!(step.verb, Verb::Agent { .. }) {
        return Some(step);
    }
    walk::inner(step).find_map(of_model)
}

fn gather<'r>(step: &'r Step, found: &mut BTreeSet<&'r str>) {
    match &step.verb {
        Verb::Action(call) => {
            found.insert(&call.tool);
        }
        Verb::Notify(notice) => {
            found.insert(&notice.tool);
        }
        _ => {}
    }
    found.extend(step.probe.iter().map(|probe| probe.call.tool.as_str()));
    for inner in walk::inner(step) {
        gather(inner, found);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Phase, Source, Vocabulary, parse};

    #[test]
    fn tools_are_found_in_branches_undos_and_the_rollback() {
        let text = "\
name: Reach
intake: []
plan:
  - action: zoom.lookup_zoom_room
    with: { room: a }
act:
  - if: \"1 == 1\"
    then:
      - action: qsys.load_snapshot
        with: { bank: 1 }
        undo:
          action: pjlink.set_power
          with: { on: false }
verify:
  - check: \"1 == 1\"
guardrails:
  rollback: \"slack:#avops 'failed'\"
";
        let vocabulary: Vocabulary = serde_json::from_value(serde_json::json!({ "tools": {
            "zoom": tool("zoom", "lookup_zoom_room"),
            "qsys": tool("qsys", "load_snapshot"),
            "pjlink": tool("pjlink", "set_power"),
            "slack": tool("slack", "post_message"),
        }}))
        .unwrap();
        let parsed = parse(&Source::new("reach.yaml", text), &vocabulary);
        let recipe = parsed
            .recipe
            .unwrap_or_else(|| panic!("{:?}", parsed.diagnostics));
        let all: Vec<_> = recipe.tools().into_iter().collect();
        assert_eq!(all, ["pjlink", "qsys", "slack", "zoom"]);
        let early: Vec<_> = recipe
            .tools_in(&[Phase::Intake, Phase::Plan])
            .into_iter()
            .collect();
        assert_eq!(early, ["zoom"]);
    }

    fn tool(name: &str, action: &str) -> serde_json::Value {
        let notify = (name == "slack").then(
            || serde_json::json!({ "action": action, "target_arg": "channel", "text_arg": "text" }),
        );
        let effect = if name == "zoom" { "read" } else { "write" };
        serde_json::json!({ "name": name, "notify": notify, "actions": { action: {
            "name": action, "title": action, "description": "", "effect": effect, "repeat": "safe",
            "input_schema": { "type": "object" },
        }}})
    }
}
