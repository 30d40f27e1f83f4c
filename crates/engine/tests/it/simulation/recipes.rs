//! Recipes at random: every verb, modifier and guardrail comes up.

use std::fmt::Write as _;

use rand::Rng;
use rand::rngs::StdRng;

/// The recipe that others run as a child.
pub(super) const CHILD: &str = "name: Child\nintake:\n  - gather: room\nplan: []\nact:\n  - action: lab.put\n    with: { n: 1, undo: true }\n    undo: { action: lab.tag }\n  - wait: 2s\n  - action: lab.poke\nverify:\n  - check: \"intake.room == '204'\"\nguardrails:\n  lock: \"room:{{ intake.room }}\"\noutputs:\n  room: \"{{ intake.room }}\"\n";

struct Writer<'a> {
    chance: &'a mut StdRng,
    text: String,
    number: u32,
}

/// Writes a recipe of this name.
pub(super) fn recipe(chance: &mut StdRng, name: &str) -> String {
    let mut writer = Writer {
        chance,
        text: format!(
            "name: {name}\nintake:\n  - gather: room\n  - ask: \"Which channel?\"\n    as: channel\n    default: \"#avops\"\n"
        ),
        number: 0,
    };
    writer.text.push_str("plan:\n");
    for _ in 0..writer.chance.random_range(0..3) {
        writer.plan_step(2);
    }
    writer.line(2, "- set: { label: \"{{ intake.room }}!\" }");
    writer.text.push_str("act:\n");
    for _ in 0..writer.chance.random_range(1..5) {
        writer.act_step(2, true);
    }
    writer.text.push_str("verify:\n");
    for _ in 0..writer.chance.random_range(0..3) {
        writer.verify_step(2);
    }
    writer.line(
        2,
        "- notify: \"slack:{{ intake.channel }} verified {{ label }}\"",
    );
    writer.guardrails();
    writer.text
}

impl Writer<'_> {
    fn line(&mut self, indent: usize, text: &str) {
        writeln!(self.text, "{:indent$}{text}", "").expect("text grows");
    }

    fn maybe(&mut self, percent: u32) -> bool {
        self.chance.random_range(0..100) < percent
    }

    fn plan_step(&mut self, indent: usize) {
        match self.chance.random_range(0..9) {
            0..=2 => self.line(
                indent,
                "- action: lab.look\n    with: { room: \"204\" }\n    as: seen",
            ),
            3 => self.line(indent, "- approve: \"Go on in {{ intake.room }}?\""),
            4 => self.line(indent, "- manual: \"Look at the room\""),
            5 => self.line(indent, "- wait: 3s"),
            6 if self.maybe(30) => self.line(indent, "- stop: \"not our case\""),
            7 if self.maybe(30) => self.line(indent, "- check: \"1 == 2\"\n    message: \"no\""),
            _ => self.line(indent, "- check: \"intake.room == '204'\""),
        }
    }

    fn act_step(&mut self, indent: usize, may_nest: bool) {
        match self.chance.random_range(0..16) {
            0 if may_nest => {
                self.line(indent, "- do:");
                self.act_step(indent + 6, false);
                self.act_step(indent + 6, false);
                if self.maybe(40) {
                    self.line(indent + 2, "undo: { action: lab.tag }");
                }
                if self.maybe(30) {
                    self.line(indent + 2, "on_error: continue");
                }
            }
            1 if may_nest => {
                let taken = self.maybe(50);
                self.line(indent, &format!("- if: \"{taken}\""));
                self.line(indent + 2, "then:");
                self.act_step(indent + 6, false);
                self.line(indent + 2, "else:");
                self.act_step(indent + 6, false);
            }
            2 | 3 if may_nest => {
                let parallel = self.chance.random_range(1..4);
                self.line(indent, "- for_each: \"['a', 'b', 'c', 'd']\"");
                self.line(indent + 2, &format!("parallel: {parallel}"));
                if self.maybe(40) {
                    self.line(indent + 2, "do:");
                    self.act_step(indent + 6, false);
                } else {
                    self.action(indent + 2, "", "put");
                }
            }
            4 => self.line(indent, "- wait: 2s"),
            5 => self.line(indent, "- notify: \"slack:#avops {{ label }}\""),
            6 if self.maybe(50) => self.line(indent, "- manual: \"Plug it in\""),
            7 if self.maybe(50) => self.line(indent, "- approve: \"Sure?\""),
            8 if may_nest => {
                self.line(indent, "- recipe: Child");
                self.line(indent + 2, "with: { room: \"{{ intake.room }}\" }");
                self.line(indent + 2, "undo: { action: lab.tag }");
            }
            9 if self.maybe(20) => self.line(indent, "- stop: enough"),
            10 => self.line(indent, "- action: lab.look\n".trim_end()),
            11 | 12 => self.action(indent, "- ", "poke"),
            13 => self.action(indent, "- ", "zap"),
            14 => self.action(indent, "- ", "tag"),
            _ => self.action(indent, "- ", "put"),
        }
    }

    /// A call with any of the modifiers that fit it.
    fn action(&mut self, indent: usize, lead: &str, action: &str) {
        self.number += 1;
        let id = format!("step{}", self.number);
        let has_undo = self.maybe(60);
        let narrowed = action == "put" && self.maybe(15);
        self.line(indent, &format!("{lead}action: lab.{action}"));
        let inner = if lead.is_empty() { indent } else { indent + 2 };
        self.line(inner, &format!("id: {id}"));
        let mut with = format!("undo: {has_undo}");
        if narrowed {
            with.push_str(", repeat: once");
            self.line(inner, "repeat: once");
        }
        self.line(inner, &format!("with: {{ {with} }}"));
        let limit = self.chance.random_range(3..20);
        self.line(inner, &format!("timeout_s: {limit}"));
        if has_undo {
            let undo = ["tag", "tag", "put", "poke"][self.chance.random_range(0..4)];
            self.line(inner, &format!("undo: {{ action: lab.{undo} }}"));
        }
        if self.maybe(30) {
            self.line(inner, "retry: { max: 2, backoff_s: 1 }");
        }
        if self.maybe(15) {
            self.line(inner, "on_error: continue");
        }
        if action == "poke" && !lead.is_empty() && indent == 2 && self.maybe(50) {
            self.line(inner, "probe:");
            self.line(inner + 2, "action: lab.look");
            self.line(
                inner + 2,
                &format!("with: {{ room: \"{{{{ run.id }}}}:{id}\" }}"),
            );
            self.line(inner + 2, "check: \"look.status == 'acted'\"");
        }
    }

    fn verify_step(&mut self, indent: usize) {
        match self.chance.random_range(0..6) {
            0 => self.line(indent, "- action: lab.look\n    with: { room: \"204\" }\n    as: now\n    until: \"now.status == 'online'\"\n    every_s: 2\n    timeout_s: 20"),
            1 if self.maybe(60) => self.line(indent, "- check: \"1 == 2\""),
            _ => self.line(indent, "- check: \"label == '204!'\""),
        }
    }

    fn guardrails(&mut self) {
        self.line(0, "guardrails:");
        let limit = [20, 60, 600][self.chance.random_range(0..3)];
        self.line(2, &format!("timeout_s: {limit}"));
        if self.maybe(40) {
            self.line(2, "lock: \"room:{{ intake.room }}\"");
        }
        if self.maybe(15) {
            self.line(2, "max_actions: 4");
        }
        if self.maybe(20) {
            self.line(2, "approve_destructive: true");
        }
        if self.maybe(20) {
            self.line(
                2,
                "cooldown: { key: \"{{ intake.room }}\", minutes: 30, max: 2 }",
            );
        }
        if self.maybe(10) {
            self.line(
                2,
                "maintenance_window: { start: \"12:01\", end: \"11:59\", tz: UTC }",
            );
        }
        self.line(2, "rollback: \"slack:#avops 'rolled back'\"");
    }
}
