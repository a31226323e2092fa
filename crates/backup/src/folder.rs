//! The folder of a backup. It gets its name when it is complete and lies on the disk; until then it is called
//! otherwise, so that nothing takes it for a backup.

use std::fs::{DirBuilder, File as Open, OpenOptions, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::manifest::File;
use crate::stop::must_go_on;

/// For the owner alone.
const OWN_FILE: u32 = 0o600;
const OWN_FOLDER: u32 = 0o700;
/// What is read at a time.
const PART: usize = 1 << 20;

/// A backup that isn't complete yet. Dropping it removes it.
#[derive(Debug)]
pub(crate) struct Partial {
    at: PathBuf,
    to: PathBuf,
    is_complete: bool,
}

impl Partial {
    /// Makes the folder of a backup that will be called `to`.
    pub fn create(to: &Path) -> Result<Self, Error> {
        if std::fs::symlink_metadata(to).is_ok() {
            return Err(Error::Taken(to.to_owned()));
        }
        let at = beside(to, ".partial");
        if std::fs::symlink_metadata(&at).is_ok() {
            return Err(Error::Begun { paths: vec![at], what: "backup" });
        }
        DirBuilder::new().mode(OWN_FOLDER).create(&at).map_err(Error::io(&at))?;
        Ok(Self { at, to: to.to_owned(), is_complete: false })
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.at.join(name)
    }

    /// Writes a file that is for its owner alone.
    pub fn write(&self, name: &str, text: &[u8]) -> Result<(), Error> {
        let path = self.file(name);
        let mut file = create(&path)?;
        file.write_all(text).and_then(|()| file.sync_all()).map_err(Error::io(&path))
    }

    /// Gives it its name.
    pub fn complete(mut self) -> Result<(), Error> {
        sync(&self.at)?;
        std::fs::rename(&self.at, &self.to).map_err(Error::io(&self.to))?;
        self.is_complete = true;
        sync(parent(&self.to))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.is_complete {
            let _ = std::fs::remove_dir_all(&self.at);
        }
    }
}

/// The same path with a longer name.
pub(crate) fn beside(path: &Path, end: &str) -> PathBuf {
    // Without a slash at its end.
    let mut longer = path.components().as_path().as_os_str().to_owned();
    longer.push(end);
    longer.into()
}

/// Makes the folder that a file is to be in.
pub(crate) fn make_parent(file: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(parent(file)).map_err(Error::io(parent(file)))
}

/// Refuses what has no room where it is to go. What others write meanwhile isn't known, so it may still run out.
pub(crate) fn must_have_room(beside: &Path, needed: u64) -> Result<(), Error> {
    let path = parent(beside);
    let about = rustix::fs::statvfs(path).map_err(|error| Error::io(path)(error.into()))?;
    let free = about.f_bavail.saturating_mul(about.f_frsize);
    if free < needed { Err(Error::NoRoom { path: path.to_owned(), free, needed }) } else { Ok(()) }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file that wasn't there and is for its owner alone.
pub(crate) fn create(path: &Path) -> Result<Open, Error> {
    OpenOptions::new().write(true).create_new(true).mode(OWN_FILE).open(path).map_err(Error::io(path))
}

/// Brings a file, or the names in a folder, to the disk.
pub(crate) fn sync(path: &Path) -> Result<(), Error> {
    Open::open(path).and_then(|open| open.sync_all()).map_err(Error::io(path))
}

/// The same of the folder that has a file.
pub(crate) fn sync_parent(path: &Path) -> Result<(), Error> {
    sync(parent(path))
}

/// Closes a file that a program made to others, brings it to the disk and says what it is.
pub(crate) fn seal(path: &Path, stop: &CancellationToken) -> Result<File, Error> {
    std::fs::set_permissions(path, Permissions::from_mode(OWN_FILE)).map_err(Error::io(path))?;
    sync(path)?;
    measure(path, |_| must_go_on(stop))
}

/// Says what a file is, handing on each part of it.
pub(crate) fn measure(path: &Path, mut part: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<File, Error> {
    let mut open = Open::open(path).map_err(Error::io(path))?;
    let (mut digest, mut bytes) = (Sha256::new(), 0_u64);
    let mut buffer = vec![0; PART];
    loop {
        let length = match open.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::io(path)(error)),
        };
        digest.update(&buffer[..length]);
        part(&buffer[..length])?;
        bytes += length as u64;
    }
    Ok(File { bytes, sha256: kernel::id::hex(&digest.finalize()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_backup_has_its_name_once_it_is_complete_and_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("monday/");
        let partial = Partial::create(&to).unwrap();
        partial.write("a", b"abc").unwrap();
        assert!(!to.exists());
        let again = Partial::create(&to).unwrap_err();
        assert!(matches!(&again, Error::Begun { what: "backup", .. }), "{again}");
        partial.complete().unwrap();
        assert_eq!((mode(&to), mode(&to.join("a"))), (0o700, 0o600));
        assert!(matches!(Partial::create(&to).unwrap_err(), Error::Taken(_)));
        drop(Partial::create(&folder.path().join("other")).unwrap());
        let left: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(left, ["monday"], "what was given up is gone");
    }

    #[test]
    fn what_is_larger_than_the_room_there_is_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a");
        must_have_room(&place, 1).unwrap();
        let refused = must_have_room(&place, u64::MAX).unwrap_err();
        assert!(matches!(&refused, Error::NoRoom { free, .. } if *free > 0), "{refused}");
    }

    #[test]
    fn a_file_is_known_by_its_hash() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "abc").unwrap();
        let mut seen = Vec::new();
        let known = measure(&path, |part| {
            seen.extend_from_slice(part);
            Ok(())
        });
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned();
        assert_eq!(known.unwrap(), File { bytes: 3, sha256 });
        assert_eq!(seen, b"abc");
    }
}
