//! What the drive holds.

use std::collections::{HashMap, HashSet};

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

/// What Drive calls a folder.
pub(super) const FOLDER: &str = "application/vnd.google-apps.folder";

/// What the drive begins with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptGoogleDrive {
    /// The id of the shared drive.
    #[serde(default = "shared_drive")]
    pub shared_drive: String,
    /// Folders at its top: id and name.
    #[serde(default = "folders")]
    pub folders: HashMap<String, String>,
    /// Most entries on one page, whatever is asked for.
    #[serde(default = "page_size")]
    pub page_size: usize,
    /// Whether files may be shared with anyone.
    #[serde(default)]
    pub closed_domain: bool,
}

impl Default for ScriptGoogleDrive {
    fn default() -> Self {
        Self {
            shared_drive: shared_drive(),
            folders: folders(),
            page_size: page_size(),
            closed_domain: false,
        }
    }
}

/// Who uses a token.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) email: String,
    /// A service account has none.
    pub(super) has_storage: bool,
}

/// Everything in the drive.
pub(crate) struct Tree {
    pub(super) shared_drive: String,
    pub(super) page_size: usize,
    pub(super) closed_domain: bool,
    pub(super) files: Vec<File>,
    pub(super) mails: Vec<String>,
    /// Ids given beforehand and not used yet.
    given: HashSet<String>,
    ids: u64,
    tokens: HashMap<String, (Account, Timestamp)>,
}

/// A file or folder.
pub(super) struct File {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) mime_type: String,
    pub(super) parent: String,
    pub(super) properties: HashMap<String, String>,
    pub(super) bytes: Option<Bytes>,
    pub(super) modified: Timestamp,
    pub(super) permissions: Vec<Value>,
}

impl Tree {
    pub(crate) fn new(script: &ScriptGoogleDrive, now: Timestamp) -> Self {
        let folder = |(id, name): (&String, &String)| File {
            id: id.clone(),
            name: name.clone(),
            mime_type: FOLDER.to_owned(),
            parent: script.shared_drive.clone(),
            properties: HashMap::new(),
            bytes: None,
            modified: now,
            permissions: Vec::new(),
        };
        Self {
            shared_drive: script.shared_drive.clone(),
            page_size: script.page_size,
            closed_domain: script.closed_domain,
            files: script.folders.iter().map(folder).collect(),
            mails: Vec::new(),
            given: HashSet::new(),
            ids: 0,
            tokens: HashMap::new(),
        }
    }

    /// Gives a token to an account.
    pub(super) fn admit(&mut self, account: Account, now: Timestamp) -> String {
        let token = format!("ya29.campus-{}", self.tokens.len() + 1);
        let ends = now.saturating_add(SignedDuration::from_secs(3599));
        let ends = ends.unwrap_or(now);
        self.tokens.insert(token.clone(), (account, ends));
        token
    }

    /// Who uses a token, while it is valid.
    pub(super) fn account(&self, token: &str, now: Timestamp) -> Option<Account> {
        let (account, ends) = self.tokens.get(token)?;
        (now < *ends).then(|| account.clone())
    }

    /// An id that no file has.
    pub(super) fn give_id(&mut self) -> String {
        self.ids += 1;
        let id = format!("1CampusFile{:05}", self.ids);
        self.given.insert(id.clone());
        id
    }

    /// States whether an id was given; it counts as used from then on.
    pub(super) fn use_id(&mut self, id: &str) -> bool {
        self.given.remove(id)
    }

    pub(super) fn find(&mut self, id: &str) -> Option<&mut File> {
        self.files.iter_mut().find(|file| file.id == id)
    }

    /// States whether a place is on the shared drive: the drive, or a folder somewhere in it.
    pub(super) fn is_shared(&self, place: &str) -> bool {
        let mut place = place;
        // As deep as folders may be.
        for _ in 0..100 {
            if place == self.shared_drive {
                return true;
            }
            match self.files.iter().find(|file| file.id == place) {
                Some(folder) => place = &folder.parent,
                None => return false,
            }
        }
        false
    }

    /// States whether something can be put there.
    pub(super) fn is_place(&self, id: &str) -> bool {
        let is_it = |file: &File| file.id == id && file.mime_type == FOLDER;
        id == "root" || id == self.shared_drive || self.files.iter().any(is_it)
    }

    /// What there is, for tests and for people who look.
    pub(super) fn shown(&self) -> Vec<Value> {
        let seen = |file: &File| {
            let mut seen = file.seen();
            let text = file
                .bytes
                .as_ref()
                .map(|bytes| String::from_utf8_lossy(bytes));
            seen["text"] = json!(text);
            seen["permissions"] = json!(file.permissions);
            seen
        };
        self.files.iter().map(seen).collect()
    }
}

impl File {
    /// Everything that the API shows of it to those who ask for it.
    pub(super) fn seen(&self) -> Value {
        let path = if self.mime_type == FOLDER {
            "drive/folders"
        } else {
            "file/d"
        };
        let mut seen = json!({
            "kind": "drive#file",
            "id": self.id,
            "name": self.name,
            "mimeType": self.mime_type,
            "parents": [self.parent],
            "appProperties": self.properties,
            "modifiedTime": self.modified.to_string(),
            "webViewLink": format!("https://drive.google.example/{path}/{}", self.id),
        });
        if let Some(bytes) = &self.bytes {
            seen["size"] = json!(bytes.len().to_string());
        }
        seen
    }
}

fn shared_drive() -> String {
    "0ACampusDrive".to_owned()
}

fn folders() -> HashMap<String, String> {
    HashMap::from([("1CampusReports".to_owned(), "Reports".to_owned())])
}

fn page_size() -> usize {
    100
}
