//! The file with the settings that `dezky serve` needs: for its owner alone, written whole or not at all. Lines of others
//! stay where they are. Where the name is a link, the file that it leads to is the one that is read and written.

use std::fs::{File, Permissions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

/// Files that are longer are nobody's settings.
const MOST_BYTES: u64 = 1 << 20;
/// What is sealed with them is lost without them, so they are written once.
const ONCE: &str = "ENCRYPTION_KEYS";

/// Nobody else writes settings into that folder, until this is dropped or the process ends.
#[derive(Debug)]
pub struct Lock {
    _folder: File,
}

/// Locks the folder of a file; none when somebody else has it.
pub fn lock(file: &Path) -> io::Result<Option<Lock>> {
    let folder = File::open(folder_of(&real(file)?))?;
    match folder.try_lock() {
        Ok(()) => Ok(Some(Lock { _folder: folder })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The file itself. A link that leads nowhere is no place to write to: what `serve` reads would not be there.
fn real(file: &Path) -> io::Result<PathBuf> {
    match std::fs::canonicalize(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match std::fs::symlink_metadata(file) {
            Ok(_) => Err(io::Error::other("it is a link to a file that doesn't exist")),
            Err(_) => Ok(file.to_owned()),
        },
        found => found,
    }
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Sets values in a file, which is made where there is none. True when it was changed.
pub fn write(file: &Path, values: &[(&str, SecretString)]) -> io::Result<bool> {
    let file = &real(file)?;
    let before = match std::fs::metadata(file) {
        Ok(found) if found.len() > MOST_BYTES => return Err(io::Error::other("it is no file of settings")),
        Ok(_) => std::fs::read_to_string(file)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let after = merged(&before, values)?;
    if after == before {
        // Somebody may have opened it to others.
        std::fs::set_permissions(file, Permissions::from_mode(0o600))?;
        return Ok(false);
    }
    let folder = folder_of(file);
    let mut partial = tempfile::Builder::new()
        .prefix(".dezky-settings-")
        .permissions(Permissions::from_mode(0o600))
        .tempfile_in(folder)?;
    partial.write_all(after.as_bytes())?;
    partial.as_file().sync_all()?;
    partial.persist(file)?;
    File::open(folder)?.sync_all()?;
    Ok(true)
}

/// The text with these values: each in its old place, or at the end.
fn merged(before: &str, values: &[(&str, SecretString)]) -> io::Result<String> {
    let mut open: Vec<&(&str, SecretString)> = values.iter().collect();
    let mut lines = Vec::new();
    for line in before.lines() {
        let name = name_of(line);
        let Some(at) = open.iter().position(|(known, _)| Some(*known) == name) else {
            // A second line of one of ours would win over the first.
            if !values.iter().any(|(known, _)| Some(*known) == name) {
                lines.push(line.to_owned());
            }
            continue;
        };
        let new = written(open.remove(at))?;
        if name == Some(ONCE) && new != line.trim() && !is_empty(line) {
            return Err(io::Error::other(format!("{ONCE} is set in it by now, and is never replaced")));
        }
        lines.push(new);
    }
    for value in open {
        lines.push(written(value)?);
    }
    lines.push(String::new());
    Ok(lines.join("\n"))
}

/// The name that a line sets.
fn name_of(line: &str) -> Option<&str> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, _) = line.split_once('=')?;
    Some(name.trim()).filter(|name| !name.starts_with('#'))
}

/// Whether a line sets nothing.
fn is_empty(line: &str) -> bool {
    line.split_once('=').is_none_or(|(_, value)| value.trim().trim_matches(['"', '\'']).is_empty())
}

/// A line. Where the value could be read as anything else it is quoted; nothing is substituted in it.
fn written((name, value): &(&str, SecretString)) -> io::Result<String> {
    let value = value.expose_secret();
    let is_plain = !value.is_empty()
        && value.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'#\\`$".contains(&byte));
    if is_plain {
        return Ok(format!("{name}={value}"));
    }
    let quote = ['\'', '"'].into_iter().find(|quote| !value.contains(*quote));
    match quote.filter(|_| !value.contains(['\n', '\r'])) {
        Some(quote) => Ok(format!("{name}={quote}{value}{quote}")),
        None => Err(io::Error::other(format!("the value of {name} can't be written in one line"))),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn values(all: &[(&'static str, &str)]) -> Vec<(&'static str, SecretString)> {
        all.iter().map(|(name, value)| (*name, SecretString::from(*value))).collect()
    }

    #[test]
    fn our_lines_are_replaced_and_those_of_others_stay() {
        let before = "# ours\nA=1\nexport B=old\n\nC=3 # why\n#B=example\nB=again\n";
        let after = merged(before, &values(&[("B", "new"), ("D", "4")])).unwrap();
        assert_eq!(after, "# ours\nA=1\nB=new\n\nC=3 # why\n#B=example\nD=4\n");
        assert_eq!(merged(&after, &values(&[("B", "new"), ("D", "4")])).unwrap(), after);
    }

    #[test]
    fn what_could_be_read_otherwise_is_quoted() {
        for (value, written) in
            [("a b", "A='a b'"), ("a#b", "A='a#b'"), ("it's", "A=\"it's\""), ("", "A=''"), ("x=y", "A=x=y")]
        {
            assert_eq!(merged("", &values(&[("A", value)])).unwrap(), format!("{written}\n"));
        }
        assert!(merged("", &values(&[("A", "one\ntwo")])).is_err());
        assert!(merged("", &values(&[("A", "both ' and \"")])).is_err());
    }

    #[test]
    fn keys_that_seal_what_there_is_are_never_replaced() {
        let given = values(&[("ENCRYPTION_KEYS", "new"), ("A", "1")]);
        for (before, after) in [
            ("ENCRYPTION_KEYS=\n", "ENCRYPTION_KEYS=new\nA=1\n"),
            ("ENCRYPTION_KEYS=''\n", "ENCRYPTION_KEYS=new\nA=1\n"),
            ("ENCRYPTION_KEYS=new\n", "ENCRYPTION_KEYS=new\nA=1\n"),
        ] {
            assert_eq!(merged(before, &given).unwrap(), after);
        }
        for before in ["ENCRYPTION_KEYS=old\n", "export ENCRYPTION_KEYS='old'\n"] {
            assert!(merged(before, &given).is_err(), "{before}");
        }
    }

    #[test]
    fn one_run_at_a_time_has_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dezky.env");
        let first = lock(&file).unwrap();
        assert!(first.is_some() && lock(&file).unwrap().is_none());
        drop(first);
        assert!(lock(&file).unwrap().is_some());
    }

    #[test]
    fn the_file_is_for_its_owner_alone_whatever_it_was_before() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dezky.env");
        let mode = || std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        std::fs::write(&file, "A=1\n").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        assert!(write(&file, &values(&[("B", "2")])).unwrap());
        assert_eq!((std::fs::read_to_string(&file).unwrap().as_str(), mode()), ("A=1\nB=2\n", 0o600));
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        assert!(!write(&file, &values(&[("B", "2")])).unwrap(), "nothing changed");
        assert_eq!(mode(), 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no other file is left");
    }
    #[test]
    fn a_link_stays_and_the_file_that_it_leads_to_is_locked_and_written() {
        let (near, far) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (link, file) = (near.path().join("dezky.env"), far.path().join("real.env"));
        std::fs::write(&file, "A=1\n").unwrap();
        symlink(&file, &link).unwrap();
        let locked = lock(&link).unwrap();
        assert!(locked.is_some() && lock(&file).unwrap().is_none(), "the folder of the file itself");
        assert!(write(&link, &values(&[("B", "2")])).unwrap());
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "A=1\nB=2\n");

        std::fs::remove_file(&file).unwrap();
        assert!(write(&link, &values(&[("B", "3")])).is_err() && lock(&link).is_err());
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink(), "one that leads nowhere stays too");
    }
}
