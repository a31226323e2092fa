//! `deploy/dezky-backup` with a `dezky` that only makes a folder, and `deploy/servers-backup` with a `docker` that notes what
//! it is asked: which copies stay, what a wrong clock does, and that servers that pause for their copy start again.

use std::fs::{File, create_dir_all, read_dir, read_to_string, rename, write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::UNIX_EPOCH;

use tempfile::TempDir;

use crate::deploy::DEPLOY;

const MAKES: &str = "[ \"$1\" = backup ] && mkdir \"$2\"";
/// What is in the folder before.
const BEFORE: [&str; 5] =
    ["2000-01-01T021500Z.partial", "2001-01-01T021500Z", "2001-01-02T021500Z", "2001-01-03T021500Z", "mine"];

/// Programs that stand before the system's, and a folder for copies.
struct Night {
    folder: TempDir,
}

/// How a script ended.
struct Ended {
    is_well: bool,
    code: Option<i32>,
    said: String,
    /// What there is in the folder then.
    names: Vec<String>,
}

impl Night {
    fn new() -> Self {
        let night = Self { folder: tempfile::tempdir().unwrap() };
        create_dir_all(night.at("bin")).unwrap();
        create_dir_all(night.at("kept")).unwrap();
        night
    }

    /// One with backups from before, and a `dezky` that does this.
    fn with_backups(dezky: &str) -> Self {
        let night = Self::new();
        night.program("dezky", dezky);
        for name in BEFORE {
            create_dir_all(night.at("kept").join(name)).unwrap();
        }
        night
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self, name: &str, script: &str) {
        let program = self.at("bin").join(name);
        write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    }

    /// Sets the clock.
    fn set_clock(&self, stamp: &str) {
        self.program("date", &format!("echo {stamp}"));
    }

    fn command(&self, program: &Path) -> Command {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.at("bin").display());
        let mut command = Command::new(program);
        command.env_clear().env("PATH", path).current_dir(self.folder.path());
        command
    }

    fn ended(&self, output: &Output) -> Ended {
        let names =
            read_dir(self.at("kept")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        Ended {
            is_well: output.status.success(),
            code: output.status.code(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
            names,
        }
    }

    /// Makes a backup of Dezky and keeps this number, beside the folder.
    fn back_up(&self, number: &str) -> Ended {
        let mut script = self.command(&Path::new(DEPLOY).join("dezky-backup"));
        self.ended(&script.args(["kept", number]).output().unwrap())
    }
}

#[test]
fn of_backups_the_newest_are_kept_and_nothing_else_is_touched() {
    let night = Night::with_backups(MAKES);
    let Ended { is_well, names, said, .. } = night.back_up("2");
    assert!(is_well, "{said}");
    assert_eq!(names.len(), 4, "{names:?}");
    assert_eq!(names[..2], ["2000-01-01T021500Z.partial", "2001-01-03T021500Z"]);
    assert_eq!(names[3], "mine");
    let newest = names[2].as_bytes();
    assert!(newest.len() == 18 && newest[10] == b'T' && newest[17] == b'Z', "{}", names[2]);
    for wrong in ["0", "x", "", "-1"] {
        let ended = night.back_up(wrong);
        assert_eq!((ended.is_well, ended.names), (false, names.clone()), "{wrong}");
    }
}

#[test]
fn a_backup_that_fails_removes_none() {
    let night = Night::with_backups("exit 1");
    let Ended { is_well, names, .. } = night.back_up("1");
    assert!(!is_well && names == BEFORE, "{names:?}");
}

#[test]
fn by_a_clock_that_is_behind_no_backup_is_removed() {
    let night = Night::with_backups(MAKES);
    night.set_clock("1970-01-01T000005Z");
    let Ended { is_well, said, names, .. } = night.back_up("1");
    assert!(!is_well && said.contains("1970-01-01T000005Z was made"), "{said}");
    assert!(said.contains("2001-01-03T021500Z sorts after it"), "{said}");
    assert_eq!(names[0], "1970-01-01T000005Z");
    assert_eq!(names[1..], BEFORE);
}

#[test]
fn after_a_clock_that_was_ahead_once_no_backup_is_removed_until_its_name_is_mended() {
    let night = Night::with_backups(MAKES);
    let wrong = "2031-01-01T021500Z";
    night.set_clock(wrong);
    assert!(night.back_up("2").is_well, "the one just made is the newest by its name, and stays");
    let others = ["2000-01-01T021500Z.partial", "2001-01-03T021500Z"];
    let right = ["2026-07-01T021500Z", "2026-07-02T021500Z", "2026-07-03T021500Z"];
    for (n, now) in right.into_iter().enumerate() {
        night.set_clock(now);
        let Ended { is_well, said, names, .. } = night.back_up("2");
        assert!(!is_well && said.contains(&format!("{wrong} sorts after it")), "{said}");
        assert_eq!(names, [&others[..], &right[..=n], &[wrong, "mine"]].concat());
    }
    rename(night.at("kept").join(wrong), night.at("kept").join("wrong")).unwrap();
    night.set_clock("2026-07-04T021500Z");
    let Ended { is_well, names, said, .. } = night.back_up("2");
    assert!(is_well, "{said}");
    assert_eq!(names, [others[0], right[2], "2026-07-04T021500Z", "mine", "wrong"]);
}

#[test]
fn a_backup_is_made_in_the_folder_where_the_script_was_started() {
    let night = Night::with_backups("pwd >started-in && mkdir \"$2\"");
    let ended = night.back_up("14");
    assert!(ended.is_well && ended.names.len() == 6, "{}", ended.said);
    let started = read_to_string(night.at("started-in")).unwrap();
    assert_eq!(Path::new(started.trim_end()), night.folder.path().canonicalize().unwrap());
    let mut script = night.command(&Path::new(DEPLOY).join("dezky-backup"));
    let nowhere = night.ended(&script.args(["nowhere", "14"]).output().unwrap());
    assert_eq!(nowhere.code, Some(66), "{}", nowhere.said);
}

/// Leaves what a run that was killed long ago would have.
fn leave_behind(folder: &Path) {
    create_dir_all(folder).unwrap();
    let file = folder.join("database.pgdump");
    write(&file, "half").unwrap();
    for path in [file.as_path(), folder] {
        File::open(path).unwrap().set_modified(UNIX_EPOCH).unwrap();
    }
}

#[test]
fn what_a_killed_run_left_behind_is_removed_after_a_backup_that_is_good() {
    let night = Night::with_backups("exit 1");
    let old = ["1999-01-01T021500Z.partial", "monday.partial"];
    for name in old {
        leave_behind(&night.at("kept").join(name));
    }
    let failed = night.back_up("14");
    assert!(!failed.is_well && old.iter().all(|name| failed.names.iter().any(|own| own == name)));
    night.program("dezky", MAKES);
    night.set_clock("1990-01-01T021500Z");
    let behind = night.back_up("14");
    assert!(!behind.is_well && behind.names.iter().any(|own| own == old[0]), "{:?}", behind.names);
    night.set_clock("2026-07-01T021500Z");
    let Ended { is_well, names, said, .. } = night.back_up("14");
    assert!(is_well, "{said}");
    assert!(!names.iter().any(|own| own == old[0]), "{names:?}");
    // One that is written to now, and one of another name.
    assert!(["2000-01-01T021500Z.partial", old[1]].iter().all(|name| names.iter().any(|own| own == name)));
}

/// Notes its arguments and which servers are stopped; what is written in `fails` fails, and `stops-it` ends the script.
const DOCKER: &str = r#"here=$(dirname "$0")
all=$*
printf '%s\n' "$all" >>"$here/calls"
is() { [ -e "$here/$1" ] && case $all in *"$(cat "$here/$1")"*) ;; *) false ;; esac; }
case $all in "compose stop "*) touch "$here/stopped-$3" ;; esac
if is fails; then exit 1; fi
if is stops-it; then kill -TERM "$PPID"; fi
case $all in
    *pg_dump*) echo people ;;
    "compose up "*)
        for last; do :; done
        rm "$here/stopped-$last"
        ;;
    "run "*)
        for word; do
            case $word in *:/to) to=${word%:/to} ;; /to/*) name=${word#/to/} ;; esac
        done
        [ -e "$here/stopped-${name%.tar.gz}" ] && echo "$name" >"$to/$name"
        ;;
esac"#;
const NIGHTS: [&str; 3] = ["2026-07-01T030000Z", "2026-07-02T030000Z", "2026-07-03T030000Z"];

impl Night {
    /// A stack with that variant of compose.yaml.
    fn of_stack(variant: &str) -> Self {
        let night = Self::new();
        create_dir_all(night.at("deploy")).unwrap();
        for name in ["dezky-backup", "servers-backup"] {
            std::fs::copy(Path::new(DEPLOY).join(name), night.at("deploy").join(name)).unwrap();
        }
        write(night.at("deploy/.env"), format!("DOMAIN=acme.test\nCOMPOSE_FILE=compose.yaml{variant}\n"))
            .unwrap();
        night.program("docker", DOCKER);
        night
    }

    /// Copies the servers at a time and keeps two copies.
    fn copy_servers(&self, now: &str) -> Ended {
        self.set_clock(now);
        let mut script = self.command(&self.at("deploy/servers-backup"));
        self.ended(&script.args(["kept", "2"]).output().unwrap())
    }

    fn calls(&self) -> String {
        read_to_string(self.at("bin/calls")).unwrap_or_default()
    }

    /// The servers that don't run.
    fn stopped(&self) -> Vec<&'static str> {
        let is_stopped = |name: &&str| self.at(&format!("bin/stopped-{name}")).exists();
        ["stalwart", "ocis"].into_iter().filter(is_stopped).collect()
    }

    /// What a copy holds, by file.
    fn copy(&self, name: &str) -> [String; 3] {
        ["authentik.pgdump", "stalwart.tar.gz", "ocis.tar.gz"]
            .map(|file| read_to_string(self.at("kept").join(name).join(file)).unwrap_or_default())
    }
}

#[test]
fn of_the_servers_copies_the_newest_are_kept_and_each_server_pauses_for_its_own() {
    let night = Night::of_stack("");
    for now in NIGHTS {
        let ended = night.copy_servers(now);
        assert!(ended.is_well, "{}", ended.said);
        assert_eq!(night.copy(now), ["people\n", "stalwart.tar.gz\n", "ocis.tar.gz\n"]);
        assert!(night.stopped().is_empty());
    }
    let names = night.copy_servers("2026-07-04T030000Z").names;
    assert_eq!(names, [NIGHTS[2], "2026-07-04T030000Z"]);
    let calls = night.calls();
    let first: Vec<&str> = calls.lines().take(7).collect();
    let wanted = [
        "pg_dump",
        "stop stalwart",
        "dezky-stalwart-1:ro",
        "wait-timeout 600 stalwart",
        "stop ocis",
        "dezky-ocis-1:ro",
    ];
    for (call, words) in first.iter().zip(wanted) {
        assert!(call.contains(words), "{first:#?}");
    }
    assert!(first[5].ends_with("/etc/ocis /var/lib/ocis") && first[6].ends_with(" ocis"), "{first:#?}");
    // The servers come back as they were, even where newer settings wait for `deploy/up`.
    assert!(first[3].contains("--no-deps --no-recreate") && first[6].contains("--no-deps --no-recreate"));
}

#[test]
fn of_opencloud_its_own_folders_are_copied_by_the_image_that_the_stack_has() {
    let night = Night::of_stack(":compose.opencloud.yaml");
    assert!(night.copy_servers(NIGHTS[0]).is_well);
    let calls = night.calls();
    assert!(calls.contains("/to/ocis.tar.gz /etc/opencloud /var/lib/opencloud\n"), "{calls}");
    let file = read_to_string(Path::new(DEPLOY).join("Containerfile")).unwrap();
    let base = file.lines().filter_map(|line| line.strip_prefix("FROM ")).next_back().unwrap();
    assert!(calls.contains(&format!(" {base} tar ")), "{base}: {calls}");
}

#[test]
fn a_copy_of_the_servers_that_fails_leaves_the_last_one_whole_and_the_servers_running() {
    for fails in ["pg_dump", "compose stop stalwart", "dezky-stalwart-1", "compose stop ocis", "dezky-ocis-1"]
    {
        for (how, code) in [("fails", 1), ("stops-it", 143)] {
            let night = Night::of_stack("");
            assert!(night.copy_servers(NIGHTS[0]).is_well);
            let good = night.copy(NIGHTS[0]);
            write(night.at("bin").join(how), fails).unwrap();
            let Ended { code: found, names, said, .. } = night.copy_servers(NIGHTS[1]);
            assert_eq!((found, names), (Some(code), vec![NIGHTS[0].to_owned()]), "{how} {fails}: {said}");
            assert_eq!(night.copy(NIGHTS[0]), good, "{how} {fails}");
            assert!(night.stopped().is_empty(), "{how} {fails}: {:?}", night.stopped());
            std::fs::remove_file(night.at("bin").join(how)).unwrap();
            assert_eq!(night.copy_servers(NIGHTS[2]).names, [NIGHTS[0], NIGHTS[2]], "{how} {fails}");
        }
    }
}

#[test]
fn a_server_that_does_not_start_again_is_told() {
    let night = Night::of_stack("");
    write(night.at("bin/fails"), "wait-timeout 600 stalwart").unwrap();
    let Ended { is_well, said, names, .. } = night.copy_servers(NIGHTS[0]);
    assert!(!is_well && said.contains("stalwart does not start again"), "{said}");
    assert!(names.is_empty(), "{names:?}");
}

#[test]
fn servers_are_not_copied_while_they_are_set_up() {
    let night = Night::of_stack("");
    let mut held = night.command(Path::new("flock"));
    held.arg(night.at("deploy/.up.lock")).arg(night.at("deploy/servers-backup")).args(["kept", "2"]);
    let ended = night.ended(&held.output().unwrap());
    assert_eq!(ended.code, Some(75), "{}", ended.said);
    assert!(night.calls().is_empty());
}
