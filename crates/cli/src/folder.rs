//! The data folder: who may read it, the owner's token, and where a running server can be reached.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::error::Error;

const TOKEN_FILE: &str = "owner.token";
const ADDRESS_FILE: &str = "avops.address";

/// A data folder.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Names the folder; touches nothing.
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// The owner's token, where one was written.
    ///
    /// # Errors
    /// When others could have read it.
    pub(crate) fn owner_token(&self) -> Result<Option<String>, Error> {
        let path = self.path.join(TOKEN_FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::outside(format!("{}: {error}", path.display()))),
        };
        let mode = fs::metadata(&path)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(Error::call(format!(
                "others on this machine can read the owner's token in {}",
                path.display()
            ))
            .hint(format!(
                "chmod 600 {}; if somebody may have read it, make a new token and revoke this one",
                path.display()
            )));
        }
        Ok(Some(text.trim().to_owned()))
    }

    /// Keeps the owner's token for the command line on this machine, readable by its owner only.
    pub(crate) fn keep_owner_token(&self, token: &str) -> Result<(), Error> {
        self.replace(TOKEN_FILE, token)
    }

    /// Where the server on this folder said it can be reached; it may have gone since.
    pub(crate) fn address(&self) -> Option<String> {
        let text = fs::read_to_string(self.path.join(ADDRESS_FILE)).ok()?;
        Some(text.trim().to_owned()).filter(|url| url.starts_with("http"))
    }

    /// Says where the server on this folder can be reached.
    pub(crate) fn keep_address(&self, url: &str) -> Result<(), Error> {
        self.replace(ADDRESS_FILE, url)
    }

    /// The server has gone.
    pub(crate) fn forget_address(&self) {
        if let Err(error) = fs::remove_file(self.path.join(ADDRESS_FILE)) {
            tracing::debug!(%error, "the address file could not be removed");
        }
    }

    /// Writes a small file whole or not at all.
    fn replace(&self, name: &str, text: &str) -> Result<(), Error> {
        let path = self.path.join(name);
        let fresh = self.path.join(format!("{name}.new"));
        let write = || -> std::io::Result<()> {
            let mut file = OpenOptions::new()
                .create(true)
                .write(true)
                .truncate(true)
                .mode(0o600)
                .open(&fresh)?;
            file.set_permissions(Permissions::from_mode(0o600))?;
            writeln!(file, "{text}")?;
            file.sync_all()?;
            fs::rename(&fresh, &path)
        };
        write().map_err(|error| Error::outside(format!("{}: {error}", path.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owners_token_can_be_read_by_its_owner_alone() {
        let above = tempfile::tempdir().unwrap();
        let folder = Folder::new(above.path());
        assert_eq!(folder.owner_token().unwrap(), None);
        folder.keep_owner_token("secret").unwrap();
        let mode = fs::metadata(above.path().join(TOKEN_FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(folder.owner_token().unwrap().as_deref(), Some("secret"));
    }

    #[test]
    fn a_token_that_others_can_read_is_not_used() {
        let above = tempfile::tempdir().unwrap();
        let folder = Folder::new(above.path());
        folder.keep_owner_token("secret").unwrap();
        fs::set_permissions(above.path().join(TOKEN_FILE), Permissions::from_mode(0o644)).unwrap();
        assert!(
            folder
                .owner_token()
                .unwrap_err()
                .hint
                .unwrap()
                .contains("chmod 600")
        );
    }

    #[test]
    fn without_a_server_there_is_no_address() {
        let above = tempfile::tempdir().unwrap();
        let folder = Folder::new(above.path());
        assert_eq!(folder.address(), None);
        folder.keep_address("http://127.0.0.1:1").unwrap();
        assert_eq!(folder.address().as_deref(), Some("http://127.0.0.1:1"));
        folder.forget_address();
        assert_eq!(folder.address(), None);
    }
}
