//! The data folder: who may read it, who holds it, and whether a database was ever in it.
//!
//! What protects the records are the files: each is made with mode 0600, and one that other users can read is refused
//! with the command that closes it. A folder that is made here has mode 0700; a folder in which everybody can replace
//! files is refused. One that others can merely list is the everyday case (the current folder, a new temporary one):
//! it is used, and the log says so.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::StoreError;

/// The database's file.
pub(crate) const DATABASE: &str = "avops.db";
/// Held by the process that has the folder.
const LOCK: &str = "avops.lock";
/// Says that there was a database here.
pub(crate) const MARKER: &str = "avops.installation";

/// Group or others may read, write or enter.
const OTHERS: u32 = 0o077;
/// Everybody may write. A group is somebody's choice; everybody is an accident.
const OTHERS_WRITE: u32 = 0o002;
/// Only owners may remove files (as in `/tmp`).
const STICKY: u32 = 0o1000;

/// The data folder, held by this process until it is dropped.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Takes the folder, making it where it is missing.
    pub(crate) fn take(path: &Path) -> Result<Self, StoreError> {
        make(path)?;
        check_folder(path)?;
        check_file_system(path)?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock(path)?,
        })
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The database's file.
    pub(crate) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// Sees that the database's file is there and private. It is made only where there never was one.
    pub(crate) fn prepare_database(&self) -> Result<(), StoreError> {
        let (path, marker) = (self.database(), self.path.join(MARKER));
        let size = path.metadata().map(|data| data.len()).ok();
        match size {
            None | Some(0) if marker.exists() => Err(StoreError::Missing { path, marker }),
            None => private(&path).map(drop),
            Some(_) => ["", "-wal", "-shm"].iter().try_for_each(|suffix| {
                let mut name = path.clone().into_os_string();
                name.push(suffix);
                check_file(Path::new(&name))
            }),
        }
    }

    /// Remembers that there is a database here from now on. Called once it is durable.
    pub(crate) fn mark(&self, installation: &str) -> Result<(), StoreError> {
        let path = self.path.join(MARKER);
        if path.exists() {
            return Ok(());
        }
        let mut file = private(&path)?;
        file.write_all(format!("{installation}\n").as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| File::open(&self.path)?.sync_all())
            .map_err(|source| StoreError::Folder { path, source })
    }
}

/// Makes a folder that only this user can enter, where it is missing.
pub(crate) fn make(path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| StoreError::Folder {
            path: path.to_owned(),
            source,
        })
}

/// A new id for an installation.
pub(crate) fn new_installation() -> String {
    Uuid::now_v7().to_string()
}

fn check_folder(path: &Path) -> Result<(), StoreError> {
    let mode = mode_of(path)?;
    let replaceable = mode & OTHERS_WRITE != 0 && mode & STICKY == 0;
    if replaceable {
        return Err(StoreError::Exposed {
            path: path.to_owned(),
            mode: mode & 0o7777,
            fix: format!("chmod 700 {}", path.display()),
        });
    }
    if mode & OTHERS != 0 {
        tracing::info!(
            folder = %path.display(),
            "other users can list the data folder; its files are closed to them"
        );
    }
    Ok(())
}

/// Locks and the shared memory of the write-ahead log do not work over a network (P22).
#[cfg(target_os = "linux")]
fn check_file_system(path: &Path) -> Result<(), StoreError> {
    let system = rustix::fs::statfs(path).map_err(|error| StoreError::Folder {
        path: path.to_owned(),
        source: error.into(),
    })?;
    // The kernel's numbers are 32 bits wide, whatever the field is.
    let number = system.f_type & 0xffff_ffff;
    match NETWORK_FILE_SYSTEMS
        .iter()
        .find(|(known, _)| *known == number)
    {
        Some((_, name)) => Err(StoreError::Remote {
            path: path.to_owned(),
            system: name,
        }),
        None => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
fn check_file_system(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// By the numbers that statfs(2) gives them.
#[cfg(target_os = "linux")]
const NETWORK_FILE_SYSTEMS: [(i64, &str); 5] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x5346_414f, "AFS"),
];

/// Refuses a file that other users can read; one that is missing is fine.
pub(crate) fn check_file(path: &Path) -> Result<(), StoreError> {
    if !path.exists() {
        return Ok(());
    }
    let mode = mode_of(path)?;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    Err(StoreError::Exposed {
        path: path.to_owned(),
        mode: mode & 0o7777,
        fix: format!("chmod 600 {}", path.display()),
    })
}

fn mode_of(path: &Path) -> Result<u32, StoreError> {
    path.metadata()
        .map(|data| data.mode())
        .map_err(|source| StoreError::Folder {
            path: path.to_owned(),
            source,
        })
}

/// Opens a file that only this user can read, making it where it is missing.
pub(crate) fn private(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|source| StoreError::Folder {
            path: path.to_owned(),
            source,
        })
}

/// Takes the lock; it goes with the process, however that ends.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    let mut file = private(&path)?;
    let failed = |source| StoreError::Folder {
        path: path.clone(),
        source,
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder).map_err(failed)?;
            let holder = holder.trim();
            return Err(StoreError::InUse {
                path: folder.to_owned(),
                holder: if holder.is_empty() {
                    String::new()
                } else {
                    format!(" (process {holder})")
                },
            });
        }
        Err(std::fs::TryLockError::Error(source)) => return Err(failed(source)),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(failed)?;
    Ok(file)
}

/// States whether the disk has at least so many bytes, and 2 % of its size, left for this user.
pub(crate) fn has_room(folder: &Path, least: u64) -> Result<bool, StoreError> {
    if least == 0 {
        return Ok(true);
    }
    let disk = disk(folder)?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let mark = least.max(disk.f_blocks.saturating_mul(disk.f_frsize) / 50);
    Ok(free >= mark)
}

/// The bytes that this program may still write to the folder's disk.
pub(crate) fn room(folder: &Path) -> Result<u64, StoreError> {
    let disk = disk(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn disk(folder: &Path) -> Result<rustix::fs::StatVfs, StoreError> {
    rustix::fs::statvfs(folder).map_err(|error| StoreError::Folder {
        path: folder.to_owned(),
        source: error.into(),
    })
}
