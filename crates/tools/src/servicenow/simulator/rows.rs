//! The records of the instance: texts only, unknown fields dropped in silence, journal fields that read as empty.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::USER;
use super::files::File;

/// Each table with the beginning of its numbers and the fields that it has.
pub(super) const TABLES: &[(&str, &str, &[&str])] = &[
    (
        "incident",
        "INC",
        &[
            "short_description",
            "description",
            "impact",
            "urgency",
            "category",
            "assignment_group",
            "caller_id",
            "state",
            "close_code",
            "close_notes",
            "work_notes",
            "comments",
            "correlation_id",
            "correlation_display",
            "assigned_to",
            "hold_reason",
            "sys_created_on",
            "sys_updated_on",
        ],
    ),
    ("rm_story", "STRY", TASK),
    ("rm_scrum_task", "STSK", TASK),
    (
        "kb_knowledge",
        "KB",
        &[
            "short_description",
            "text",
            "kb_knowledge_base",
            "kb_category",
            "article_type",
            "workflow_state",
            "meta",
        ],
    ),
    ("kb_knowledge_base", "", &["title", "active"]),
    ("kb_category", "", &["label", "parent_id"]),
    ("sys_user", "", &["user_name", "email"]),
    (
        "sys_journal_field",
        "",
        &["element_id", "element", "value", "sys_created_on"],
    ),
];
const TASK: &[&str] = &[
    "short_description",
    "description",
    "assignment_group",
    "state",
    "story",
    "correlation_id",
];

/// Fields that keep what is written to them elsewhere and read as empty.
const JOURNALS: [&str; 2] = ["work_notes", "comments"];

/// What the instance begins with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptServiceNow {
    /// Knowledge bases by title, with the labels of their categories.
    #[serde(default = "bases")]
    pub knowledge_bases: IndexMap<String, Vec<String>>,
}

impl Default for ScriptServiceNow {
    fn default() -> Self {
        Self {
            knowledge_bases: bases(),
        }
    }
}

fn bases() -> IndexMap<String, Vec<String>> {
    let categories = ["AV", "Events", "Rooms"].map(str::to_owned).to_vec();
    IndexMap::from([("AV Runbooks".to_owned(), categories)])
}

pub(super) type Row = Map<String, Value>;

/// The records of the instance.
pub(crate) struct Instance {
    pub(super) tables: HashMap<&'static str, IndexMap<String, Row>>,
    pub(super) files: Vec<File>,
    journal: Vec<(String, String, String)>,
}

impl Instance {
    pub(crate) fn new(script: &ScriptServiceNow) -> Self {
        let mut instance = Self {
            tables: HashMap::new(),
            files: Vec::new(),
            journal: Vec::new(),
        };
        for user in [USER, "ada.technician", "ben.technician"] {
            let email = format!("{user}@corp.example");
            instance.insert("sys_user", &json!({ "user_name": user, "email": email }));
        }
        for (title, categories) in &script.knowledge_bases {
            let base = instance.insert(
                "kb_knowledge_base",
                &json!({ "title": title, "active": "true" }),
            );
            for label in categories {
                instance.insert(
                    "kb_category",
                    &json!({ "label": label, "parent_id": base["sys_id"] }),
                );
            }
        }
        instance
    }

    /// The records of a table, for whoever looks at the campus.
    pub(crate) fn records(&self, table: &str) -> Vec<Value> {
        let rows = self
            .tables
            .get(table)
            .into_iter()
            .flat_map(IndexMap::values);
        rows.cloned().map(Value::Object).collect()
    }

    /// What was written to journals: record, field, text.
    pub(crate) fn journal(&self) -> &[(String, String, String)] {
        &self.journal
    }

    pub(super) fn insert(&mut self, table: &str, fields: &Value) -> Row {
        let Some((name, prefix, _)) = TABLES.iter().find(|(name, ..)| *name == table) else {
            return Row::new();
        };
        let rows = self.tables.entry(name).or_default();
        let number = rows.len() + 1;
        let sys_id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{name}/{number}").as_bytes());
        let sys_id = sys_id.simple().to_string();
        let mut row = Row::new();
        row.insert("sys_id".to_owned(), json!(sys_id));
        if !prefix.is_empty() {
            row.insert(
                "number".to_owned(),
                json!(format!("{prefix}{:07}", 10_000 + number)),
            );
        }
        let state = if *name == "rm_story" || *name == "rm_scrum_task" {
            "-6"
        } else {
            "1"
        };
        row.insert("state".to_owned(), json!(state));
        rows.insert(sys_id.clone(), row);
        self.write(name, &sys_id, fields).unwrap_or_default()
    }

    /// Writes the fields that the table has, as texts; drops the rest.
    pub(super) fn write(&mut self, table: &str, sys_id: &str, fields: &Value) -> Option<Row> {
        let (_, _, known) = TABLES.iter().find(|(name, ..)| *name == table)?;
        let assigned = fields.get("assigned_to").and_then(Value::as_str);
        let assigned = assigned.map(|id| self.user_name(id));
        let at = fields.get("sys_updated_on").cloned().unwrap_or_default();
        let mut notes = Vec::new();
        let row = self.tables.get_mut(table)?.get_mut(sys_id)?;
        for (name, value) in fields.as_object()? {
            if !known.contains(&name.as_str()) {
                continue;
            }
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            if JOURNALS.contains(&name.as_str()) {
                notes.push((name.clone(), text));
                row.insert(name.clone(), json!(""));
            } else {
                row.insert(name.clone(), json!(text));
            }
        }
        if let Some(user) = assigned {
            row.insert("assigned_to.user_name".to_owned(), json!(user));
        }
        let row = row.clone();
        for (field, text) in notes {
            let entry = json!({ "element_id": sys_id, "element": field, "value": text, "sys_created_on": at });
            self.insert("sys_journal_field", &entry);
            self.journal.push((sys_id.to_owned(), field, text));
        }
        Some(row)
    }

    /// The name behind a reference to a user; nothing for one that leads nowhere.
    fn user_name(&self, sys_id: &str) -> String {
        let users = self.tables.get("sys_user");
        let user = users.and_then(|users| users.get(sys_id));
        let name = user
            .and_then(|user| user.get("user_name"))
            .and_then(Value::as_str);
        name.unwrap_or_default().to_owned()
    }
}
