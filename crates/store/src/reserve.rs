//! Room set aside on the disk, given up when the disk is full so that work under way can be finished or parked (P16).

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};

/// Its file.
const FILE: &str = "avops.reserve";
/// Its size, in bytes.
const SIZE: u64 = 64 * 1024 * 1024;

/// The room set aside.
#[derive(Debug)]
pub(crate) struct Reserve {
    path: PathBuf,
    held: bool,
}

impl Reserve {
    /// Nothing set aside yet.
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            path: folder.join(FILE),
            held: false,
        }
    }

    /// Sets the room aside, if it is not. Called while there is room.
    pub(crate) fn hold(&mut self) {
        if self.held {
            return;
        }
        // Where it cannot be had (some file systems cannot allocate ahead), it is not tried again and again.
        self.held = true;
        if let Err(error) = allocate(&self.path) {
            tracing::warn!(%error, file = %self.path.display(), "no room can be set aside for a full disk");
        }
    }

    /// Gives the room up. Returns whether there was any.
    pub(crate) fn release(&mut self) -> bool {
        self.held = false;
        match fs::remove_file(&self.path) {
            Ok(()) => true,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
            Err(error) => {
                tracing::error!(%error, file = %self.path.display(), "the reserved room cannot be given up");
                false
            }
        }
    }
}

fn allocate(path: &Path) -> std::io::Result<()> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    Ok(fallocate(&file, FallocateFlags::empty(), 0, SIZE)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_set_aside_once_and_given_up_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut reserve = Reserve::new(folder.path());
        assert!(!reserve.release());
        reserve.hold();
        assert_eq!(fs::metadata(folder.path().join(FILE)).unwrap().len(), SIZE);
        assert!(reserve.release());
        assert!(!reserve.release());
        reserve.hold();
        assert!(reserve.release());
    }
}
