//! Making files and folders once.
//!
//! Drive takes an id that was asked for beforehand and refuses it the second time: within this
//! program, a repeated call uses the id of the first. Besides, each file carries a mark made from
//! our key as a property that only this app sees; a call whose run is older than this program's
//! memory finds it by that.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use avops_engine::ToolError;
use reqwest::{Method, Request, StatusCode};
use uuid::Uuid;

use super::query;
use super::session::Session;
use super::wire::{File, Files, Ids, NewFile};
use crate::outbound::{Deadline, before_acting, set_query};

/// Name space of the marks that are made from keys.
const NAMESPACE: Uuid = Uuid::from_u128(0x83c5_1f0d_7a26_5c94_b1e7_40d9_5b3a_62f1);

/// The property that holds our mark.
const PROPERTY: &str = "avops";

/// What is read of a file.
pub(super) const FIELDS: &str = "id,name,mimeType,webViewLink,modifiedTime,size,appProperties";

/// The ids of calls whose end is not known yet, by key.
#[derive(Default)]
pub(super) struct Creations(Mutex<HashMap<String, String>>);

/// What is to be made.
pub(super) struct Wanted<'a> {
    pub(super) name: &'a str,
    pub(super) folder: &'a str,
    pub(super) mime_type: Option<&'a str>,
    pub(super) key: &'a str,
}

impl Creations {
    /// Makes a file or folder, or finds the one that an earlier attempt has made. `request` puts what is new into a request.
    ///
    /// # Errors
    /// [`ToolError::Unknown`] when Google broke off and does not know the id: the same key may be used again.
    pub(super) async fn once(
        &self,
        session: &Session,
        wanted: &Wanted<'_>,
        request: impl Fn(&NewFile<'_>) -> Result<Request, ToolError>,
        deadline: Deadline,
    ) -> Result<File, ToolError> {
        let mark = Uuid::new_v5(&NAMESPACE, wanted.key.as_bytes()).to_string();
        let id = if let Some(id) = self.pending(wanted.key) {
            id
        } else {
            let earlier = marked(session, &mark, deadline).await;
            if let Some(found) = earlier.map_err(before_acting)? {
                return Ok(found);
            }
            let id = new_id(session, deadline).await.map_err(before_acting)?;
            // Noted before it is sent: the engine may stop waiting for this call at any moment.
            self.pend(wanted.key, id)
        };
        let new = NewFile {
            id: &id,
            name: wanted.name,
            mime_type: wanted.mime_type,
            parents: [wanted.folder],
            app_properties: HashMap::from([(PROPERTY, mark)]),
        };
        let made = match session.answer(request(&new)?, deadline).await {
            // The id is used: an earlier attempt has made it.
            Ok(answer) if answer.status == StatusCode::CONFLICT => {
                find(session, &id, deadline).await.and_then(|found| {
                    found.ok_or_else(|| ToolError::Unknown {
                        message: "google says that the file is there, and does not show it"
                            .to_owned(),
                    })
                })
            }
            Ok(answer) => match session.fault(&answer) {
                Some(fault) => Err(fault),
                None => session.read(&answer),
            },
            Err(error) => Err(error),
        };
        let made = match made {
            Err(ToolError::Unknown { message }) => match find(session, &id, deadline).await {
                Ok(Some(found)) => Ok(found),
                Ok(None) => Err(ToolError::Unknown {
                    message: format!("{message}; google does not show the file"),
                }),
                Err(error) => Err(ToolError::Unknown {
                    message: format!("{message}; {error}"),
                }),
            },
            other => other,
        };
        // Also after a refusal: what an earlier attempt may have made is found by its mark.
        if matches!(made, Ok(_) | Err(ToolError::Refused { .. })) {
            self.pending_ids().remove(wanted.key);
        }
        made
    }

    fn pending(&self, key: &str) -> Option<String> {
        self.pending_ids().get(key).cloned()
    }

    fn pend(&self, key: &str, id: String) -> String {
        self.pending_ids().insert(key.to_owned(), id.clone());
        id
    }

    fn pending_ids(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn new_id(session: &Session, deadline: Deadline) -> Result<String, ToolError> {
    let mut request = session.request(Method::GET, &["generateIds"], "ids");
    let query = [("count", "1"), ("space", "drive"), ("type", "files")];
    set_query(&mut request, &query);
    let answer: Ids = session.ask(request, deadline).await?;
    let id = answer.ids.into_iter().next();
    id.ok_or_else(|| ToolError::NotSent {
        message: "google gave no id for a new file; nothing was changed".to_owned(),
        retry_after: None,
    })
}

/// The file with an id; `None` when there is none.
async fn find(session: &Session, id: &str, deadline: Deadline) -> Result<Option<File>, ToolError> {
    let request = session.request(Method::GET, &[id], FIELDS);
    let answer = session.answer(request, deadline).await?;
    if answer.status == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    match session.fault(&answer) {
        Some(fault) => Err(fault),
        None => session.read(&answer).map(Some),
    }
}

/// The file that carries a mark.
async fn marked(
    session: &Session,
    mark: &str,
    deadline: Deadline,
) -> Result<Option<File>, ToolError> {
    let found = list(session, &query::carries(PROPERTY, mark), 1, deadline).await?;
    let carries = |file: &File| file.app_properties.get(PROPERTY).is_some_and(|m| m == mark);
    Ok(found.into_iter().find(carries))
}

/// Files that a query gives, the last changed first.
pub(super) async fn list(
    session: &Session,
    terms: &str,
    limit: usize,
    deadline: Deadline,
) -> Result<Vec<File>, ToolError> {
    let mut files: Vec<File> = Vec::new();
    let mut page: Option<String> = None;
    let fields = format!("nextPageToken,files({FIELDS})");
    while files.len() < limit {
        let mut request = session.request(Method::GET, &[], &fields);
        let size = (limit - files.len()).min(100).to_string();
        set_query(
            &mut request,
            &[
                ("q", terms),
                ("orderBy", "modifiedTime desc"),
                ("pageSize", &size),
                ("spaces", "drive"),
                ("includeItemsFromAllDrives", "true"),
            ],
        );
        match &session.shared_drive {
            Some(drive) => set_query(&mut request, &[("corpora", "drive"), ("driveId", drive)]),
            None => set_query(&mut request, &[("corpora", "allDrives")]),
        }
        if let Some(token) = &page {
            set_query(&mut request, &[("pageToken", token)]);
        }
        let answer: Files = session.ask(request, deadline).await?;
        files.extend(answer.files);
        page = answer.next_page_token.filter(|token| !token.is_empty());
        if page.is_none() {
            break;
        }
    }
    files.truncate(limit);
    Ok(files)
}
