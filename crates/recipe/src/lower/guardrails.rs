//! `guardrails`: a mapping, or a list of one-key mappings; both mean the same.

use std::time::Duration;

use super::Lower;
use super::fields::Fields;
use crate::document::{Key, Kind, Node};
use crate::recipe::{
    Calendars, Cooldown, Guardrails, MaintenanceWindow, OnError, Phase, Step, Verb,
};
use crate::source::Span;

pub(super) const KEYS: &[&str] = &[
    "timeout_s",
    "timeout_minutes",
    "step_timeout_s",
    "rollback",
    "rollback_actions",
    "no_rollback",
    "lock",
    "max_actions",
    "max_tokens",
    "allow_tools",
    "deny_domains",
    "maintenance_window",
    "approve_destructive",
    "cooldown",
    "do_no_harm",
    "calendars",
];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Lower<'_> {
    pub(super) fn guardrails(&mut self, node: &Node) -> Guardrails {
        let merged = self.merged(node);
        let Some(mut fields) = Fields::of(&merged, "`guardrails`", self.diagnostics) else {
            return Guardrails::default();
        };
        let seconds = fields
            .take_key("timeout_s")
            .and_then(|(key, node)| Some((key.span, self.seconds(node, "`timeout_s`")?)));
        let minutes = fields
            .take_key("timeout_minutes")
            .and_then(|(key, node)| Some((key.span, self.minutes(node, "`timeout_minutes`")?)));
        let mut guardrails = Guardrails {
            timeout: self.one_timeout(seconds, minutes),
            step_timeout: fields
                .take("step_timeout_s")
                .and_then(|node| self.seconds(node, "`step_timeout_s`")),
            lock: fields
                .take("lock")
                .and_then(|node| self.template(node, "`lock`")),
            max_actions: fields
                .take("max_actions")
                .and_then(|node| self.whole(node, "`max_actions`", 0))
                .map(|number| u32::try_from(number).unwrap_or(u32::MAX)),
            max_tokens: fields
                .take("max_tokens")
                .and_then(|node| self.whole(node, "`max_tokens`", 0)),
            allow_tools: fields
                .take("allow_tools")
                .map(|node| self.texts(node, "`allow_tools`")),
            deny_domains: fields
                .take("deny_domains")
                .map(|node| self.texts(node, "`deny_domains`"))
                .unwrap_or_default(),
            maintenance_window: fields
                .take("maintenance_window")
                .and_then(|node| self.window(node)),
            approve_destructive: fields
                .take("approve_destructive")
                .and_then(|node| self.boolean(node, "`approve_destructive`"))
                .unwrap_or_default(),
            cooldown: fields.take("cooldown").and_then(|node| self.cooldown(node)),
            do_no_harm: fields
                .take("do_no_harm")
                .and_then(|node| self.boolean(node, "`do_no_harm`")),
            calendars: fields
                .take("calendars")
                .map(|node| self.calendars(node))
                .unwrap_or_default(),
            no_rollback_reason: fields
                .take("no_rollback")
                .and_then(|node| self.text(node, "`no_rollback`")),
            rollback: Vec::new(),
        };
        for key in ["rollback", "rollback_actions"] {
            if let Some(node) = fields.take(key) {
                self.rollback(node, &mut guardrails);
            }
        }
        fields.finish("`guardrails`", KEYS, self.diagnostics);
        guardrails
    }

    /// Turns the list form into the mapping form. The same key twice with different values is an error.
    fn merged(&mut self, node: &Node) -> Node {
        let Kind::List(items) = &node.kind else {
            return node.clone();
        };
        let mut entries: Vec<(Key, Node)> = Vec::new();
        for item in items {
            let Kind::Map(pairs) = &item.kind else {
                self.error_help(
                    "R031",
                    item.span,
                    "a guardrail must be `key: value`",
                    "write for example `- timeout_s: 20`",
                );
                continue;
            };
            for (key, value) in pairs {
                match entries.iter().find(|(other, _)| other.text == key.text) {
                    None => entries.push((key.clone(), value.clone())),
                    Some((_, other)) if other.to_json() == value.to_json() => {}
                    Some(_) => self.error_help(
                        "R030",
                        key.span,
                        format!(
                            "the guardrail `{}` stands here twice with different values",
                            key.text
                        ),
                        "keep one of them",
                    ),
                }
            }
        }
        Node {
            span: node.span,
            kind: Kind::Map(entries),
        }
    }

    fn one_timeout(
        &mut self,
        seconds: Option<(Span, Duration)>,
        minutes: Option<(Span, Duration)>,
    ) -> Option<Duration> {
        match (seconds, minutes) {
            (Some((_, a)), Some((span, b))) if a != b => {
                self.error_help(
                    "R030",
                    span,
                    "`timeout_s` and `timeout_minutes` differ",
                    "keep one of them",
                );
                Some(a.min(b))
            }
            (a, b) => a.or(b).map(|(_, duration)| duration),
        }
    }

    fn rollback(&mut self, node: &Node, guardrails: &mut Guardrails) {
        match &node.kind {
            Kind::List(items) => items
                .iter()
                .for_each(|item| self.rollback(item, guardrails)),
            Kind::Map(entries) if entries.iter().any(|(key, _)| key.text == "none") => {
                guardrails.no_rollback_reason = entries
                    .first()
                    .and_then(|(_, reason)| self.text(reason, "the reason for having no rollback"));
            }
            Kind::Map(_) => {
                let path = format!("rollback.{}", guardrails.rollback.len() + 1);
                if let Some(step) = self.step(node, Phase::Act, &path) {
                    if !matches!(
                        step.verb,
                        Verb::Action(_) | Verb::Notify(_) | Verb::Manual { .. }
                    ) {
                        self.error(
                            "R031",
                            node.span,
                            "a rollback step must be an `action`, a `notify` or a `manual`",
                        );
                    }
                    guardrails.rollback.push(step);
                }
            }
            Kind::Scalar { text, .. } if text == "none" => self.error_help(
                "R031",
                node.span,
                "`rollback: none` needs a reason",
                "write `no_rollback: \"why nothing can or need be put back\"`",
            ),
            Kind::Scalar { .. } => {
                if let Some(notice) = self.notice(node) {
                    let id = format!("rollback.{}", guardrails.rollback.len() + 1);
                    guardrails
                        .rollback
                        .push(bare_step(id, node.span, Verb::Notify(notice)));
                }
            }
        }
    }

    fn calendars(&mut self, node: &Node) -> Calendars {
        match &node.kind {
            Kind::Scalar { text, .. } if text == "none" => Calendars::Ignored,
            _ => Calendars::AlsoNamed(self.texts(node, "`calendars`")),
        }
    }

    fn window(&mut self, node: &Node) -> Option<MaintenanceWindow> {
        let mut fields = Fields::of(node, "`maintenance_window`", self.diagnostics)?;
        let days = fields
            .take("days")
            .map(|node| self.days(node))
            .unwrap_or_default();
        let start = fields.take("start").and_then(|node| self.time_of_day(node));
        let end = fields.take("end").and_then(|node| self.time_of_day(node));
        let tz = fields.take("tz").and_then(|node| {
            let name = self.text(node, "`tz`")?;
            if name == MaintenanceWindow::OF_ROOM || jiff::tz::TimeZone::get(&name).is_ok() {
                return Some(name);
            }
            self.error_help(
                "R031",
                node.span,
                format!("`{name}` is not a time zone"),
                "write an IANA name such as `Europe/Paris`, or `room` for that of the run's room",
            );
            None
        });
        fields.finish(
            "`maintenance_window`",
            &["days", "start", "end", "tz"],
            self.diagnostics,
        );
        let (Some(start), Some(end)) = (start, end) else {
            self.error_help(
                "R031",
                node.span,
                "`maintenance_window` needs `start` and `end`",
                "write `start: \"20:00\"` and `end: \"06:00\"`",
            );
            return None;
        };
        Some(MaintenanceWindow {
            days,
            start,
            end,
            tz: tz.unwrap_or_else(|| "UTC".to_owned()),
        })
    }

    fn days(&mut self, node: &Node) -> Vec<u8> {
        let mut days = Vec::new();
        for name in self.texts(node, "`days`") {
            let short: String = name.to_lowercase().chars().take(3).collect();
            match (1..).zip(DAYS).find(|(_, day)| *day == short) {
                Some((number, _)) => days.push(number),
                None => self.error_help(
                    "R031",
                    node.span,
                    format!("`{name}` is not a day"),
                    format!("days are: {}", DAYS.join(", ")),
                ),
            }
        }
        days
    }

    fn time_of_day(&mut self, node: &Node) -> Option<u16> {
        let text = self.text(node, "a time of day")?;
        let parsed = text
            .split_once(':')
            .and_then(|(h, m)| Some((h.parse::<u16>().ok()?, m.parse::<u16>().ok()?)));
        if let Some((hours, minutes)) =
            parsed.filter(|(h, m)| *h < 24 && *m < 60 || (*h, *m) == (24, 0))
        {
            return Some(hours * 60 + minutes);
        }
        self.error_help(
            "R031",
            node.span,
            format!("`{text}` is not a time of day"),
            "write it in quotes, for example `\"20:00\"`",
        );
        None
    }

    fn cooldown(&mut self, node: &Node) -> Option<Cooldown> {
        let mut fields = Fields::of(node, "`cooldown`", self.diagnostics)?;
        let key = fields
            .take("key")
            .and_then(|node| self.template(node, "`key`"));
        let period = fields
            .take("minutes")
            .and_then(|node| self.minutes(node, "`minutes`"));
        let max = fields
            .take("max")
            .and_then(|node| self.whole(node, "`max`", 1))
            .unwrap_or(1);
        fields.finish("`cooldown`", &["key", "minutes", "max"], self.diagnostics);
        let (Some(key), Some(period)) = (key, period) else {
            self.error_help(
                "R031",
                node.span,
                "`cooldown` needs `key` and `minutes`",
                "write `{ key: \"room:…\", minutes: 30, max: 2 }`",
            );
            return None;
        };
        Some(Cooldown {
            key,
            period,
            max: u32::try_from(max).unwrap_or(u32::MAX),
        })
    }
}

/// A step that is nothing but its verb.
pub(super) fn bare_step(id: String, span: Span, verb: Verb) -> Step {
    Step {
        id,
        span,
        verb,
        title: None,
        bind: None,
        when: None,
        for_each: None,
        retry: None,
        until: None,
        timeout: None,
        on_error: OnError::Fail,
        undo: None,
        probe: None,
        repeat: None,
        source: None,
    }
}
