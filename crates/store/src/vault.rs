//! Values that nobody reads from the disk: sealed with a key that is in a file of its own, never in the database.
//!
//! Each value is sealed with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) under a fresh 192-bit nonce. The tool and the
//! setting that it belongs to are the associated data, so that a row copied to another tool does not open.

use std::fmt;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use chacha20poly1305::aead::{Aead as _, Generate as _, Payload};
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::StoreError;
use crate::folder::{check_file, private};

/// The file of the keys, one a line: its id and 256 bits in hex. The first one seals.
const FILE: &str = "secrets.key";
/// Bytes of a nonce, which stands before the sealed text.
const NONCE: usize = 24;

/// What a sealed value belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Label<'a> {
    pub(crate) tool: &'a str,
    pub(crate) name: &'a str,
}

impl Label<'_> {
    /// No name holds a zero byte, so no two labels look the same.
    fn bytes(&self) -> Vec<u8> {
        format!("avops tool setting\0{}\0{}", self.tool, self.name).into_bytes()
    }
}

/// A sealed value and the id of the key that opens it.
pub(crate) struct Sealed {
    pub(crate) key_id: String,
    /// Nonce and sealed text, in hex.
    pub(crate) text: String,
}

/// A key; zeroed when it is dropped.
#[derive(Clone)]
struct SealKey {
    id: String,
    bytes: Zeroizing<[u8; 32]>,
}

/// The keys of a data folder. Made when the first value is sealed.
pub(crate) struct Vault {
    path: PathBuf,
    keys: RwLock<Vec<SealKey>>,
}

impl Vault {
    /// Reads the keys of a folder.
    ///
    /// # Errors
    /// When other users could have read them, or the file is none of ours.
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        check_file(&path)?;
        let keys = match fs::read_to_string(&path) {
            Ok(text) => read(&Zeroizing::new(text))?,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(source) => return Err(StoreError::Folder { path, source }),
        };
        Ok(Self {
            path,
            keys: RwLock::new(keys),
        })
    }

    /// Seals a value with the newest key.
    pub(crate) fn seal(&self, label: Label<'_>, value: &str) -> Result<Sealed, StoreError> {
        let newest = self.read(|keys| keys.first().cloned());
        let key = match newest {
            Some(key) => key,
            None => self.add_key()?,
        };
        let nonce = XNonce::try_generate().map_err(no_chance)?;
        let payload = Payload {
            msg: value.as_bytes(),
            aad: &label.bytes(),
        };
        let sealed = key
            .cipher()
            .encrypt(&nonce, payload)
            .map_err(|error| StoreError::unreadable("setting", error))?;
        Ok(Sealed {
            key_id: key.id,
            text: format!("{}{}", hex::encode(nonce), hex::encode(sealed)),
        })
    }

    /// Opens a value; nothing when its key is not here, or it was sealed for something else.
    pub(crate) fn unseal(&self, label: Label<'_>, sealed: &Sealed) -> Option<Zeroizing<String>> {
        let key = self.read(|keys| keys.iter().find(|key| key.id == sealed.key_id).cloned())?;
        let bytes = hex::decode(&sealed.text).ok()?;
        let (nonce, text) = bytes.split_at_checked(NONCE)?;
        let payload = Payload {
            msg: text,
            aad: &label.bytes(),
        };
        let nonce = XNonce::try_from(nonce).ok()?;
        let opened = Zeroizing::new(key.cipher().decrypt(&nonce, payload).ok()?);
        std::str::from_utf8(&opened)
            .ok()
            .map(|text| Zeroizing::new(text.to_owned()))
    }

    /// Makes a key, with which everything is sealed from now on; the others still open. Durable when this returns.
    pub(crate) fn new_key(&self) -> Result<(), StoreError> {
        self.add_key().map(drop)
    }

    fn add_key(&self) -> Result<SealKey, StoreError> {
        let bytes = Key::try_generate().map_err(no_chance)?;
        let key = SealKey {
            id: uuid::Uuid::new_v4().simple().to_string(),
            bytes: Zeroizing::new(bytes.into()),
        };
        self.change(|keys| keys.insert(0, key.clone()))?;
        Ok(key)
    }

    /// Forgets all keys but the newest. Called once nothing is sealed with the others any more.
    pub(crate) fn forget_old_keys(&self) -> Result<(), StoreError> {
        self.change(|keys| keys.truncate(1))
    }

    fn read<T>(&self, look: impl FnOnce(&[SealKey]) -> T) -> T {
        look(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, edit: impl FnOnce(&mut Vec<SealKey>)) -> Result<(), StoreError> {
        let mut held = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let mut keys = held.clone();
        edit(&mut keys);
        write(&self.path, &keys)?;
        *held = keys;
        Ok(())
    }
}

impl SealKey {
    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.bytes).into())
    }
}

fn no_chance(error: impl fmt::Display) -> StoreError {
    StoreError::unreadable("random number of the system", error)
}

fn read(text: &str) -> Result<Vec<SealKey>, StoreError> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let (id, key) = line.split_once(' ')?;
            let mut bytes = Zeroizing::new([0_u8; 32]);
            hex::decode_to_slice(key.trim(), bytes.as_mut_slice()).ok()?;
            Some(SealKey {
                id: id.to_owned(),
                bytes,
            })
        })
        .collect::<Option<Vec<SealKey>>>()
        .ok_or_else(|| StoreError::unreadable("key", format!("a line of {FILE} is no key")))
}

/// Writes the file whole or not at all: what is sealed is lost with its key.
fn write(path: &Path, keys: &[SealKey]) -> Result<(), StoreError> {
    let lines = keys
        .iter()
        .map(|key| Zeroizing::new(format!("{} {}\n", key.id, hex::encode(&key.bytes[..]))));
    let fresh = path.with_extension("key.new");
    let mut file = private(&fresh)?;
    let replace = || {
        file.set_len(0)?;
        for line in lines {
            file.write_all(line.as_bytes())?;
        }
        file.sync_all()?;
        fs::rename(&fresh, path)?;
        match path.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    };
    replace().map_err(|source| StoreError::Folder {
        path: path.to_owned(),
        source,
    })
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: Label<'_> = Label {
        tool: "zoom",
        name: "client_secret",
    };

    #[test]
    fn a_value_opens_with_its_own_label_alone() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path()).unwrap();
        let sealed = vault.seal(LABEL, "canary").unwrap();
        assert_eq!(
            vault.unseal(LABEL, &sealed).as_deref().map(String::as_str),
            Some("canary")
        );
        let other = Label {
            tool: "slack",
            ..LABEL
        };
        assert!(vault.unseal(other, &sealed).is_none());
        assert_ne!(
            sealed.text,
            vault.seal(LABEL, "canary").unwrap().text,
            "each has its own nonce"
        );
    }

    #[test]
    fn the_keys_are_read_again_and_only_by_their_owner() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path()).unwrap();
        let sealed = vault.seal(LABEL, "canary").unwrap();
        vault.new_key().unwrap();
        let again = Vault::open(folder.path()).unwrap();
        assert!(again.unseal(LABEL, &sealed).is_some());
        again.forget_old_keys().unwrap();
        assert!(again.unseal(LABEL, &sealed).is_none());
        let file = folder.path().join(FILE);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = Vault::open(folder.path()).unwrap_err();
        assert!(matches!(refused, StoreError::Exposed { .. }), "{refused}");
    }

    #[test]
    fn a_file_that_holds_no_keys_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        private(&file).unwrap().write_all(b"hello\n").unwrap();
        Vault::open(folder.path()).unwrap_err();
        assert_eq!(fs::read_to_string(&file).unwrap(), "hello\n");
    }
}
