//! What is kept on disk is for its owner alone: secrets, keys, tokens, databases. What is made is made so, and what was
//! left open by whoever copied or unpacked it is closed before anything is read; where that can't be done, nothing starts.

use std::fs::{Metadata, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::{Context as _, bail};

/// Others have no part in these bits.
const OTHERS: u32 = 0o077;
/// What a process of ours keeps in a folder of its own, by the ends of the names.
const KEPT: [&str; 9] =
    [".json", ".partial", ".db", ".db-wal", ".db-shm", ".db-journal", ".pem", ".key", "lock"];
/// What stands beside a database of SQLite.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// From now on new files and folders are closed to others, whoever makes them.
pub fn make_so() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(OTHERS));
}

/// Closes a folder that is ours alone, and what we keep in it. Other files in it are left as they are.
pub fn close_folder(folder: &Path) -> anyhow::Result<()> {
    close(folder)?;
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("{} can't be read", folder.display()))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if KEPT.iter().any(|end| name.ends_with(end)) {
            close(&path)?;
        }
    }
    Ok(())
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
fn close(path: &Path) -> anyhow::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_was_left_open_is_closed_and_what_is_not_ours_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let open = |name: &str, bits| {
            let path = folder.path().join(name);
            std::fs::write(&path, "x").unwrap();
            std::fs::set_permissions(&path, Permissions::from_mode(bits)).unwrap();
            path
        };
        let kept: Vec<_> =
            ["secrets.json", "dezky.db", "dezky.db-wal", "dezky.db-shm", "secrets.partial", "lock"]
                .into_iter()
                .map(|name| open(name, 0o666))
                .collect();
        let (other, elsewhere) = (open("notes.txt", 0o644), open("elsewhere", 0o644));
        std::os::unix::fs::symlink(&elsewhere, folder.path().join("link.json")).unwrap();
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        close_folder(folder.path()).unwrap();
        assert_eq!(mode(folder.path()), 0o700);
        for path in kept {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
        assert_eq!((mode(&other), mode(&elsewhere)), (0o644, 0o644));
        close_database(&folder.path().join("none.db")).unwrap();
    }
}
