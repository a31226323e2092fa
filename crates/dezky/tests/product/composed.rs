//! Command lines of `docker compose`, as pages have them, against deploy/compose.yaml and its variants.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::deploy::{DEPLOY, files, services};

/// What stands before the command of compose.
const GLOBAL: [&str; 3] = ["--env-file", "--file", "--profile"];
/// Each command that pages may use, with its flags: those that take a word, and those that don't.
const COMMANDS: [(&str, &[&str], &[&str]); 10] = [
    ("build", &[], &["--pull"]),
    ("down", &[], &[]),
    ("exec", &["--env", "--user"], &["-T"]),
    ("logs", &["--tail", "--since"], &["--follow"]),
    ("ps", &[], &[]),
    ("restart", &[], &[]),
    ("run", &["--entrypoint", "--env", "--user", "--volume"], &["--no-deps", "--rm", "-T"]),
    ("stop", &[], &[]),
    ("up", &["--wait-timeout"], &["--detach", "--force-recreate", "--no-start", "--wait"]),
    ("version", &[], &[]),
];
/// Whose image runs `dezky`, whatever follows their name.
const OF_DEZKY: [&str; 1] = ["dezky"];

/// One command line, as it is read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Composed {
    command: String,
    /// Flags that take a word, with it.
    given: Vec<(String, String)>,
    services: Vec<String>,
    /// What runs in the container.
    program: Vec<String>,
}

impl Composed {
    /// Reads what follows `docker compose`.
    pub fn read(words: &[&str]) -> Result<Self, String> {
        let mut read = Self::default();
        let mut words = words.iter().map(|word| (*word).to_owned());
        let (mut valued, mut bare): (&[&str], &[&str]) = (&GLOBAL, &[]);
        while let Some(word) = words.next() {
            if word.starts_with('-') {
                if valued.contains(&word.as_str()) {
                    let value = words.next().ok_or_else(|| format!("{word} lacks its word"))?;
                    read.given.push((word, value));
                } else if !bare.contains(&word.as_str()) {
                    return Err(format!("`docker compose {}` has no {word}", read.command));
                }
            } else if read.command.is_empty() {
                let known = COMMANDS.iter().find(|(name, ..)| *name == word);
                (_, valued, bare) = *known.ok_or_else(|| format!("`docker compose {word}` isn't known"))?;
                read.command = word;
            } else {
                read.services.push(word);
                if read.is_in_a_container() {
                    read.program = words.by_ref().collect();
                }
            }
        }
        Ok(read)
    }

    fn is_in_a_container(&self) -> bool {
        self.command == "run" || self.command == "exec"
    }

    fn values<'a>(&'a self, flag: &'a str) -> impl Iterator<Item = &'a str> {
        self.given.iter().filter(move |(name, _)| name == flag).map(|(_, value)| value.as_str())
    }

    /// The words that `dezky` gets by it, if it runs it.
    pub fn dezky(&self) -> Option<Vec<String>> {
        let service = self.services.first()?;
        let is_it = self.command == "run"
            && OF_DEZKY.contains(&service.as_str())
            && self.values("--entrypoint").next().is_none();
        is_it.then(|| self.program.clone())
    }

    /// What is wrong with it.
    pub fn fault(&self, stack: &Stack) -> Option<String> {
        let missing = self.services.iter().find(|service| !stack.0.contains_key(*service));
        if let Some(service) = missing {
            return Some(format!("there is no service {service}"));
        }
        if self.command.is_empty() || (self.is_in_a_container() && self.services.is_empty()) {
            return Some("it names nothing to run".to_owned());
        }
        let mut named = self.values("--file").chain(self.values("--env-file"));
        // What an operator has of a file is a copy of its example.
        let is_there =
            |name: &str| [name.to_owned(), format!("{name}.example")].iter().any(|file| in_deploy(file));
        if let Some(file) = named.find(|name| !is_there(name)) {
            return Some(format!("deploy/ has no {file}"));
        }
        let mounted = self.values("--volume").filter_map(target).map(str::to_owned);
        let mut places: BTreeSet<String> = mounted.collect();
        places.extend(self.services.iter().flat_map(|service| stack.0[service].clone()));
        let is_within = |path: &str| {
            places.iter().any(|place| {
                path.strip_prefix(place.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        // Other images have files of their own.
        let ours = self.services.iter().any(|service| OF_DEZKY.contains(&service.as_str()));
        let mut paths =
            self.program.iter().filter(|word| ours && word.starts_with('/') && !word.starts_with("/^"));
        paths.find(|path| !is_within(path)).map(|path| format!("{path} isn't mounted in the container"))
    }
}

fn in_deploy(file: &str) -> bool {
    Path::new(DEPLOY).join(file).is_file()
}

/// Where something is mounted in a container.
fn target(volume: &str) -> Option<&str> {
    Some(volume.trim_end_matches(":ro").rsplit_once(':')?.1)
}

/// The services of all files, each with the places where something is mounted in it.
pub struct Stack(BTreeMap<String, BTreeSet<String>>);

impl Stack {
    /// That of deploy/.
    pub fn new() -> Self {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, service) in files().flat_map(services) {
            let volumes = service["volumes"].as_array().into_iter().flatten().filter_map(Value::as_str);
            all.entry(name).or_default().extend(volumes.filter_map(target).map(str::to_owned));
        }
        Self(all)
    }
}

/// What is wrong with a line that follows `docker compose`.
fn fault(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split(' ').collect();
    Composed::read(&words).map_or_else(Some, |read| read.fault(&Stack::new()))
}

#[test]
fn lines_that_fit_the_stack_are_good() {
    for line in [
        "up --detach --wait dezky",
        "run --rm dezky doctor",
        "run --rm -T backup",
        "run --rm dezky bootstrap authentik --settings /var/lib/dezky/dezky.env",
        "run --rm --env DEZKY_CONFIG= --volume /a:/backup:ro dezky restore /backup/monday --migrate",
        "exec postgres psql --username postgres",
        "--env-file .env --env-file administrators.env --file compose.yaml up --detach stalwart",
        "logs --tail 100 prometheus",
        "down",
    ] {
        assert_eq!(fault(line), None, "{line}");
    }
    let words = ["run", "--rm", "dezky", "keys", "list"];
    assert_eq!(Composed::read(&words).unwrap().dezky(), Some(vec!["keys".to_owned(), "list".to_owned()]));
    for line in [&["run", "backup"][..], &["run", "--entrypoint", "sed", "dezky", "-i"], &["stop", "dezky"]] {
        assert_eq!(Composed::read(line).unwrap().dezky(), None, "{line:?}");
    }
}

#[test]
fn lines_that_do_not_fit_the_stack_are_told() {
    for (line, why) in [
        ("up --detached dezky", "has no --detached"),
        ("start dezky", "isn't known"),
        ("restart authentik", "no service authentik"),
        ("run --rm", "nothing to run"),
        ("exec --user", "lacks its word"),
        ("--file compose.yml up", "deploy/ has no compose.yml"),
        ("--env-file secrets.env up", "deploy/ has no secrets.env"),
        ("run --rm dezky backup /backup/monday", "/backup/monday isn't mounted"),
        ("run --rm --volume /a:/back dezky backup /backup/monday", "isn't mounted"),
    ] {
        let said = fault(line).unwrap_or_else(|| panic!("{line} is good"));
        assert!(said.contains(why), "{line}: {said}");
    }
}
