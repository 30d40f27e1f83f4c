//! Files attached to records.

use avops_engine::{Artifact, ToolError, ToolReply};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use serde_json::json;

use super::records::Table;
use super::session::Session;
use super::wire::{Attachment, Attachments, OneAttachment};
use super::{incidents, knowledge, stories};
use crate::file_content::FileContent;
use crate::outbound::{Deadline, before_acting, set_query};

/// The arguments of `attach_file`.
#[derive(Deserialize)]
pub(super) struct Attach {
    id: String,
    #[serde(default)]
    to: Owner,
    name: String,
    #[serde(flatten)]
    content: FileContent,
    content_type: Option<String>,
}

/// The kind of record that a file is attached to.
#[derive(Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Owner {
    #[default]
    Incident,
    Story,
    Article,
}

impl Owner {
    fn table(self, session: &Session) -> Table<'_> {
        match self {
            Self::Incident => incidents::table(session),
            Self::Story => stories::table(session),
            Self::Article => knowledge::table(session),
        }
    }
}

/// Attaches a file once: one of the same name and content that the record has already is taken for it.
pub(super) async fn attach(
    session: &Session,
    args: &Attach,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let bytes = args.content.bytes()?;
    let named = args.content_type.as_deref();
    let kind = named.unwrap_or_else(|| args.content.content_type());
    let kind = HeaderValue::from_str(kind).map_err(|_| ToolError::Refused {
        message: "the argument `content_type` cannot be sent; nothing was sent".to_owned(),
        hint: None,
    })?;
    let table = args.to.table(session);
    let record = table.get(&args.id, deadline).await.map_err(before_acting)?;
    let record = record.text("sys_id");
    let there = same_file(session, record, &args.name, &bytes, deadline)
        .await
        .map_err(before_acting)?;
    let attached = match there {
        Some(attached) => attached,
        None => upload(session, &table, record, &args.name, &bytes, &kind, deadline).await?,
    };
    let artifact = Artifact {
        kind: "file".to_owned(),
        title: attached.file_name.clone(),
        external_id: Some(attached.sys_id.clone()),
        url: Some(attached.download_link.clone()),
        data: json!({ "record": record, "size_bytes": bytes.len() }),
    };
    Ok(ToolReply {
        output: json!({
            "sys_id": attached.sys_id,
            "name": attached.file_name,
            "size_bytes": bytes.len(),
            "url": attached.download_link,
            "record": record,
        }),
        artifacts: vec![artifact],
    })
}

async fn upload(
    session: &Session,
    table: &Table<'_>,
    record: &str,
    name: &str,
    bytes: &[u8],
    kind: &HeaderValue,
    deadline: Deadline,
) -> Result<Attachment, ToolError> {
    let mut request = session.request(Method::POST, &["api", "now", "attachment", "file"]);
    let place = [
        ("table_name", table.name),
        ("table_sys_id", record),
        ("file_name", name),
    ];
    set_query(&mut request, &place);
    request.headers_mut().insert(CONTENT_TYPE, kind.clone());
    *request.body_mut() = Some(bytes.to_vec().into());
    match session.ask::<OneAttachment>(request, deadline).await {
        Ok(one) => Ok(one.result),
        Err(ToolError::Unknown { message }) => {
            match same_file(session, record, name, bytes, deadline).await {
                Ok(Some(attached)) => Ok(attached),
                Ok(None) => Err(ToolError::Unknown {
                    message: format!("{message}; the record does not show the file"),
                }),
                Err(error) => Err(ToolError::Unknown {
                    message: format!("{message}; {error}"),
                }),
            }
        }
        Err(definite) => Err(definite),
    }
}

/// The record's attachment with this name and exactly these bytes.
async fn same_file(
    session: &Session,
    record: &str,
    name: &str,
    bytes: &[u8],
    deadline: Deadline,
) -> Result<Option<Attachment>, ToolError> {
    let mut request = session.request(Method::GET, &["api", "now", "attachment"]);
    let query = format!("table_sys_id={record}^ORDERBYDESCsys_created_on");
    set_query(
        &mut request,
        &[("sysparm_query", &query), ("sysparm_limit", "100")],
    );
    let all: Attachments = session.ask(request, deadline).await?;
    let size = bytes.len().to_string();
    let alike = all.result.into_iter().filter(|file| {
        file.table_sys_id == record && file.file_name == name && file.size_bytes == size
    });
    for file in alike {
        let path = ["api", "now", "attachment", &file.sys_id, "file"];
        let request = session.request(Method::GET, &path);
        if session.fetch(request, deadline).await?.body == bytes {
            return Ok(Some(file));
        }
    }
    Ok(None)
}
