//! Records of the Table API: found by a mark that no query operator can hide in, created once,
//! changed and read back.
//!
//! An instance drops terms of a query that it does not understand, which widens the answer to any
//! row. So only marks, numbers and ids of a known form are ever put into a query, and every row that
//! comes back is looked at before it is believed.

use avops_engine::ToolError;
use reqwest::Method;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::session::Session;
use super::wire::{Many, One, Record};
use crate::outbound::{Deadline, before_acting, set_json, set_query};

/// Name space of the marks that are made from keys.
const NAMESPACE: Uuid = Uuid::from_u128(0x0b1f_4a77_93cc_5d52_9f60_7a1c_2e44_d0e8);

/// The mark that one call leaves on what it creates; `part` tells several apart.
pub(super) fn mark(key: &str, part: usize) -> String {
    format!("avops:{}:{part}", Uuid::new_v5(&NAMESPACE, key.as_bytes()))
}

/// One table of the instance.
pub(super) struct Table<'s> {
    pub(super) session: &'s Session,
    pub(super) name: &'static str,
    /// The fields that are read.
    pub(super) fields: &'static str,
    /// Where the mark stands, and the operator with which it is found.
    pub(super) marked: Marked,
}

/// Where a record keeps its mark.
#[derive(Clone, Copy)]
pub(super) enum Marked {
    /// It is the whole of a field.
    Field(&'static str),
    /// It stands somewhere in a text.
    Within(&'static str),
}

impl Marked {
    fn query(self, mark: &str) -> String {
        match self {
            Self::Field(field) => format!("{field}={mark}"),
            Self::Within(field) => format!("{field}LIKE{mark}"),
        }
    }

    fn is_on(self, record: &Record, mark: &str) -> bool {
        match self {
            Self::Field(field) => record.text(field) == mark,
            Self::Within(field) => record.text(field).contains(mark),
        }
    }
}

impl Table<'_> {
    /// Creates a record, or finds the one that an earlier attempt has created.
    ///
    /// # Errors
    /// [`ToolError::Unknown`] when the instance broke off and does not show the mark: the same key may be used again.
    pub(super) async fn create(
        &self,
        mark: &str,
        fields: &Map<String, Value>,
        deadline: Deadline,
    ) -> Result<Record, ToolError> {
        let earlier = self.find_marked(mark, deadline).await;
        if let Some(found) = earlier.map_err(before_acting)? {
            return Ok(found);
        }
        let mut request = self.request(Method::POST, &[]);
        set_json(&mut request, fields)?;
        match self.session.ask::<One>(request, deadline).await {
            Ok(one) if !one.result.text("sys_id").is_empty() => Ok(one.result),
            Ok(_) => Err(ToolError::Unknown {
                message: "servicenow did not say which record it created".to_owned(),
            }),
            Err(ToolError::Unknown { message }) => match self.find_marked(mark, deadline).await {
                Ok(Some(found)) => Ok(found),
                Ok(None) => Err(ToolError::Unknown {
                    message: format!("{message}; the table does not show the record"),
                }),
                Err(error) => Err(ToolError::Unknown {
                    message: format!("{message}; {error}"),
                }),
            },
            Err(definite) => Err(definite),
        }
    }

    /// Reads the record with a number or a `sys_id`.
    pub(super) async fn get(&self, id: &str, deadline: Deadline) -> Result<Record, ToolError> {
        let id = id.trim();
        if is_sys_id(id) {
            let request = self.request(Method::GET, &[id]);
            return Ok(self.session.ask::<One>(request, deadline).await?.result);
        }
        if !is_number(id) {
            return Err(ToolError::Refused {
                message: format!("`{id}` is neither a number nor a sys_id; nothing was sent"),
                hint: Some("give it as INC0010001, or as 32 hexadecimal digits".to_owned()),
            });
        }
        let found = self.find(&format!("number={id}"), deadline).await?;
        let is_it = |record: &Record| record.text("number").eq_ignore_ascii_case(id);
        found
            .into_iter()
            .find(is_it)
            .ok_or_else(|| ToolError::Refused {
                message: format!("servicenow has no record {id}"),
                hint: Some("check the number, and that the user may see the record".to_owned()),
            })
    }

    /// Sets fields and reads them back.
    ///
    /// # Errors
    /// [`ToolError::Refused`] names the fields that the instance did not take: it answers success all the same for
    /// fields that it does not know or that the user may not write.
    pub(super) async fn change(
        &self,
        sys_id: &str,
        fields: &Map<String, Value>,
        deadline: Deadline,
    ) -> Result<Record, ToolError> {
        let mut request = self.request(Method::PATCH, &[sys_id]);
        set_json(&mut request, fields)?;
        let record = self.session.ask::<One>(request, deadline).await?.result;
        let not_taken: Vec<String> = fields
            .iter()
            .filter_map(|(name, wanted)| {
                let (shown, wanted) = (record.text(name), wanted.as_str().unwrap_or_default());
                (shown != wanted).then(|| format!("{name} is `{shown}`, not `{wanted}`"))
            })
            .collect();
        if not_taken.is_empty() {
            return Ok(record);
        }
        Err(ToolError::Refused {
            message: format!(
                "servicenow did not take every field: {}",
                not_taken.join("; ")
            ),
            hint: Some(
                "the user may lack the right to write it, or a rule of the instance put it back"
                    .to_owned(),
            ),
        })
    }

    /// Appends to a journal field, which keeps every text that it is given and reads as empty.
    pub(super) async fn append(
        &self,
        sys_id: &str,
        field: &str,
        text: &str,
        deadline: Deadline,
    ) -> Result<Record, ToolError> {
        let mut request = self.request(Method::PATCH, &[sys_id]);
        set_json(
            &mut request,
            &Map::from_iter([(field.to_owned(), text.into())]),
        )?;
        Ok(self.session.ask::<One>(request, deadline).await?.result)
    }

    async fn find_marked(
        &self,
        mark: &str,
        deadline: Deadline,
    ) -> Result<Option<Record>, ToolError> {
        let found = self.find(&self.marked.query(mark), deadline).await?;
        let mut found = found.into_iter();
        Ok(found.find(|record| self.marked.is_on(record, mark)))
    }

    /// Rows that a query gives; `query` holds nothing that a person wrote.
    pub(super) async fn find(
        &self,
        query: &str,
        deadline: Deadline,
    ) -> Result<Vec<Record>, ToolError> {
        let mut request = self.request(Method::GET, &[]);
        set_query(
            &mut request,
            &[("sysparm_query", query), ("sysparm_limit", "100")],
        );
        Ok(self.session.ask::<Many>(request, deadline).await?.result)
    }

    fn request(&self, method: Method, rest: &[&str]) -> reqwest::Request {
        let mut path = vec!["api", "now", "table", self.name];
        path.extend_from_slice(rest);
        let mut request = self.session.request(method, &path);
        set_query(
            &mut request,
            &[
                ("sysparm_fields", self.fields),
                ("sysparm_exclude_reference_link", "true"),
            ],
        );
        request
    }
}

/// States whether a text is a `sys_id`.
pub(super) fn is_sys_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// States whether a text is a record's number: capital letters, then digits.
fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    digits.len() < text.len() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}
