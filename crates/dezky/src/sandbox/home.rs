//! The folder that the sandbox keeps everything in. One process at a time owns it.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::private;

/// What a process of ours keeps in a folder of its own, by the ends of the names.
const KEPT: [&str; 9] =
    [".json", ".partial", ".db", ".db-wal", ".db-shm", ".db-journal", ".pem", ".key", "lock"];
/// How long a predecessor may take to stop.
const PATIENCE: Duration = Duration::from_secs(12);
const STEP: Duration = Duration::from_millis(100);

/// The folder, owned until this is dropped or the process ends.
pub struct Home {
    folder: PathBuf,
    _lock: File,
}

impl Home {
    /// Makes the folder when it is missing, and waits for a predecessor that is stopping.
    pub async fn open(folder: &Path) -> anyhow::Result<Self> {
        let says = || format!("the folder {} can't be used", folder.display());
        // It holds signing keys and secrets.
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.with_context(says)?;
        let folder = folder.canonicalize().with_context(says)?;
        close_folder(&folder)?;
        let lock = File::create(folder.join("lock")).with_context(says)?;
        let mut waited = Duration::ZERO;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(error).with_context(says),
                Err(TryLockError::WouldBlock) if waited >= PATIENCE => bail!(
                    "another dezky is running with the folder {}; stop it, or choose another folder with --data DIR",
                    folder.display()
                ),
                Err(TryLockError::WouldBlock) => {
                    if waited.is_zero() {
                        say_waiting(&folder);
                    }
                    tokio::time::sleep(STEP).await;
                }
            }
            waited += STEP;
        }
        Ok(Self { folder, _lock: lock })
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Reads a file; none when there is none yet.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> anyhow::Result<Option<T>> {
        let file = self.file(name);
        let bytes = match std::fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("{} can't be read", file.display())),
        };
        let value = serde_json::from_slice(&bytes);
        let damaged = || format!("{} is damaged; remove the folder to start again", file.display());
        value.map(Some).with_context(damaged)
    }

    /// Writes a file that only its owner may read, whole or not at all.
    pub fn write(&self, name: &str, value: &impl Serialize) -> anyhow::Result<()> {
        let file = self.file(name);
        let partial = file.with_extension("partial");
        let write = || -> std::io::Result<()> {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(0o600);
            let mut open = options.open(&partial)?;
            open.write_all(&serde_json::to_vec_pretty(value)?)?;
            open.sync_all()?;
            std::fs::rename(&partial, &file)
        };
        write().with_context(|| format!("{} can't be written", file.display()))
    }
}

/// Closes a folder that is ours alone, and what we keep in it. Other files in it are left as they are.
fn close_folder(folder: &Path) -> anyhow::Result<()> {
    private::close(folder)?;
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("{} can't be read", folder.display()))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if KEPT.iter().any(|end| name.ends_with(end)) {
            private::close(&path)?;
        }
    }
    Ok(())
}

/// Nobody is to wonder why nothing happens.
fn say_waiting(folder: &Path) {
    eprintln!(
        "dezky: another dezky is running with the folder {}; waiting up to {} s for it to stop",
        folder.display(),
        PATIENCE.as_secs()
    );
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[tokio::test]
    async fn a_file_is_for_its_owner_alone_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(&folder.path().join("a/b")).await.unwrap();
        assert_eq!(home.read::<Vec<u16>>("x.json").unwrap(), None);
        home.write("x.json", &[1_u16, 2]).unwrap();
        assert_eq!(home.read::<Vec<u16>>("x.json").unwrap(), Some(vec![1, 2]));
        let mode = std::fs::metadata(home.file("x.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_second_owner_waits_for_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let first = Home::open(folder.path()).await.unwrap();
        let second = tokio::time::timeout(STEP * 3, Home::open(folder.path())).await;
        assert!(second.is_err(), "two processes own one folder");
        drop(first);
        Home::open(folder.path()).await.unwrap();
    }

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
        private::close_database(&folder.path().join("none.db")).unwrap();
    }
}
