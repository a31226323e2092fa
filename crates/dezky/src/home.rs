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
        private::close_folder(&folder)?;
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
}
