//! Notices to people, and waits.

use regex::Regex;

use super::super::calls::{Clause, Yaml, channel, condition, quoted};
use super::super::words::{Pattern, duration, pattern, plain, spelt};
use super::{Reader, Role};

pattern!(
    TELLS,
    r"(?i)^(?:notify|tell|inform|post|message|announce|alert|let|send|update|report|slack|ping|share|publish)\b"
);
pattern!(
    BY_HAND,
    r"(?i)\b(phone|call|e-?mail|sms|text message|radio|in person|verbally|face to face|intercom|pager)\b"
);
pattern!(
    TOLD_WHOM,
    r"(?i)^(?:notify|tell|inform|post|slack|ping|update|alert|announce|message|report|send (?:a )?(?:message|note|update))(?: a (?:message|note))?(?: (?:to|in|on|into))?(?: the)? (?:#[\w-]+(?: channel)?|[\w -]{0,20}?(?:channel|team|desk))(?: know)?(?: (?:about|of|on))?"
);
pattern!(
    THAT,
    r"(?i)\b(?:that|saying|with the (?:message|text)|stating)\b:?\s*(.{3,})$"
);

/// Those who read a channel.
const READERS: &[&str] = &[
    "slack",
    "channel",
    "team",
    "teams",
    "ops",
    "operations",
    "everyone",
    "stakeholders",
    "group",
    "desk",
    "on-call",
    "support",
    "engineering",
    "helpdesk",
    "crew",
    "avops",
];

impl Reader<'_> {
    pub(super) fn tells(&mut self, text: &str, clause: &Clause<'_>) -> bool {
        let to = channel(text);
        let lets = clause.first() != "let" || text.to_lowercase().contains("know");
        let sends = !["send", "share", "update", "report", "publish"].contains(&clause.first())
            || to.is_some()
            || clause.has(&[
                "message",
                "slack",
                "channel",
                "update",
                "confirmation",
                "note",
                "notice",
            ]);
        let told = TELLS.is_in(text) && lets && sends
            || to.is_some() && clause.has(&["message", "confirmation", "update", "note", "slack"])
            || clause.has(&["slack"]) && clause.has(&["confirmation", "message"]);
        let slack = self
            .scene
            .vocabulary
            .tools
            .get("slack")
            .is_some_and(|tool| tool.notify.is_some());
        if !told
            || !slack
            || BY_HAND.is_in(text)
            || (to.is_none() && !clause.has(READERS))
            || clause.has(&["ticket", "incident", "photo", "file", "picture"])
        {
            return false;
        }
        let target = to.unwrap_or_else(|| {
            self.read.channel_used = true;
            "{{ intake.channel }}".to_owned()
        });
        let words = quoted(text)
            .map(str::to_owned)
            .or_else(|| THAT.captures(text).map(|found| found[1].to_owned()))
            .unwrap_or_else(|| {
                let rest = TOLD_WHOM
                    .find(text)
                    .map_or(text, |found| &text[found.end()..]);
                let rest = rest.trim_matches([' ', ':', ',', '-']);
                let follows = ["when", "once", "if", "after", "as"]
                    .iter()
                    .any(|word| rest.to_lowercase().starts_with(word));
                if !rest.is_empty() && !follows {
                    rest.to_owned()
                } else {
                    text.to_owned()
                }
            });
        let mut words = plain(&words).replace(['"', '\''], "");
        if clause.has(&["link", "links", "url"]) {
            for meeting in ["webinar", "meeting"]
                .into_iter()
                .filter(|name| self.scene.known.contains(*name))
            {
                words = format!("{words} {{{{ {meeting}.join_url }}}}");
            }
        }
        if self.scene.room_used || self.read.room_asked {
            self.scene.room_used = true;
            words = format!("{words} ({{{{ intake.{} }}}})", self.scene.room);
        }
        let notice = format!("slack:{target} {words}");
        self.push(Role::Say, text, vec![("notify", Yaml::Text(notice))]);
        true
    }

    pub(super) fn waits(&mut self, text: &str, clause: &Clause<'_>) -> bool {
        if !["wait", "allow", "pause", "hold", "await", "give", "let"].contains(&clause.first()) {
            return false;
        }
        let until = text.to_lowercase().contains("until")
            || text.to_lowercase().contains(" to come ")
            || text.to_lowercase().contains("wait for");
        if until && let Some(mut found) = condition(text, &mut self.scene) {
            let last = found.calls.pop();
            for call in found.calls {
                self.call(text, call, None);
            }
            if let Some(last) = last {
                self.call(text, last, found.check);
                return true;
            }
        }
        let Some(length) = duration(text) else {
            return false;
        };
        if until
            && !text.to_lowercase().contains("up to")
            && ["let", "hold", "give"].contains(&clause.first())
        {
            return false;
        }
        self.push(Role::Wait, text, vec![("wait", Yaml::Text(spelt(length)))]);
        true
    }
}
