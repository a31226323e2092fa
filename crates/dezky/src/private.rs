//! What is kept on disk is for its owner alone: secrets, keys, tokens, databases. What is made is made so, and what was
//! left open by whoever copied or unpacked it is closed before anything is read; where that can't be done, nothing starts.

use std::fs::{Metadata, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::{Context as _, bail};

/// Others have no part in these bits.
const OTHERS: u32 = 0o077;
/// What stands beside a database of SQLite.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// From now on new files and folders are closed to others, whoever makes them.
pub fn make_so() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(OTHERS));
}

/// Closes a database of SQLite that is there already, with the files beside it.
pub fn close_database(file: &Path) -> anyhow::Result<()> {
    for end in BESIDE {
        let mut path = file.as_os_str().to_owned();
        path.push(end);
        close(Path::new(&path))?;
    }
    Ok(())
}

/// Takes everything from others. What is not there needs nothing, and what a link leads to is somebody else's matter.
pub fn close(path: &Path) -> anyhow::Result<()> {
    let says =
        || format!("{} must be closed to others, but its permissions can't be changed", path.display());
    let found = match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found.with_context(says)?,
    };
    if found.is_symlink() || found.permissions().mode() & OTHERS == 0 {
        return Ok(());
    }
    let mode = found.permissions().mode() & 0o700;
    match std::fs::set_permissions(path, Permissions::from_mode(mode)) {
        Ok(()) => {
            tracing::warn!(path = %path.display(), "others could read it; it is closed to them now");
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => bail!(
            "{} can be read by others and belongs to user {}; run `chmod go-rwx {}` as that user, or start dezky as \
             that user",
            path.display(),
            owner(&found),
            path.display()
        ),
        Err(error) => Err(error).with_context(says),
    }
}

fn owner(found: &Metadata) -> u32 {
    found.uid()
}
