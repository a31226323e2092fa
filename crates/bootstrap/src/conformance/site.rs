//! The servers of a run, the program that is tried, and a folder with the settings that it writes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use outbound::{Client, Options};
use secrecy::SecretString;
use tokio::process::Command;
use upstream_authentik::Authentik;

use super::ran::Ran;
use super::{Told, Trouble, breaks, failed};
use crate::model::Model;

/// Longer than a command waits for a server that starts, and for its own calls.
const PATIENCE: Duration = Duration::from_mins(5);
/// Nobody listens there.
pub const CLOSED: &str = "http://127.0.0.1:1";
/// The setting of the address where Authentik is reached, if that isn't the issuer.
pub const INNER: &str = "AUTHENTIK_API_URL";

/// A part of what is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Sign-in.
    Authentik,
    /// Mail.
    Stalwart,
    /// Files.
    Ocis,
}

impl Part {
    const ALL: [Self; 3] = [Self::Authentik, Self::Stalwart, Self::Ocis];

    /// What `dezky bootstrap` calls it.
    fn word(self) -> &'static str {
        match self {
            Self::Authentik => "authentik",
            Self::Stalwart => "stalwart",
            Self::Ocis => "ocis",
        }
    }

    /// The setting of its address.
    pub(super) fn address(self) -> &'static str {
        self.settings().0[0]
    }

    /// How the doctor's lines about it begin.
    pub(super) fn lines(self) -> &'static [&'static str] {
        match self {
            Self::Authentik => &["Sign-in", "Authentik"],
            Self::Stalwart => &["Stalwart"],
            Self::Ocis => &["oCIS"],
        }
    }

    /// The steps of its way from nothing.
    pub(super) fn steps(self) -> [&'static str; 3] {
        match self {
            Self::Authentik => {
                ["Authentik: what is missing", "Authentik: set up", "Authentik: again, without any effect"]
            }
            Self::Stalwart => {
                ["Stalwart: what is missing", "Stalwart: set up", "Stalwart: again, without any effect"]
            }
            Self::Ocis => ["oCIS: what is missing", "oCIS: set up", "oCIS: again, without any effect"],
        }
    }

    /// What it says once it has tried what it made.
    fn proof(self) -> &'static str {
        match self {
            Self::Authentik => "ok    Authentik: people can be created, given a link",
            Self::Stalwart => "ok      Stalwart: mail domains, mailboxes",
            Self::Ocis => "ok    oCIS: the service user has the role Admin",
        }
    }

    /// The settings without which it can't be set up, its address first, and the switch that leaves it out.
    fn settings(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::Authentik => {
                (&["AUTHENTIK_ISSUER", "AUTHENTIK_ADMIN_TOKEN"], "AUTHENTIK_PROVISIONING_ENABLED")
            }
            Self::Stalwart => (
                &["STALWART_API_URL", "STALWART_ADMIN_USER", "STALWART_ADMIN_PASSWORD"],
                "STALWART_PROVISIONING_ENABLED",
            ),
            Self::Ocis => {
                (&["OCIS_API_URL", "AUTHENTIK_ISSUER", "AUTHENTIK_ADMIN_TOKEN"], "OCIS_PROVISIONING_ENABLED")
            }
        }
    }
}

/// How to undo what was done to a server.
pub enum Undo {
    /// A field as it was.
    Field {
        /// What kind of object.
        model: Model,
        /// The end of its address.
        key: String,
        /// The field.
        field: &'static str,
        /// Its value.
        value: serde_json::Value,
    },
    /// A right of a role.
    Right(String, &'static str),
    /// An account at Authentik that goes.
    Account(i64),
    /// An account at oCIS that goes.
    FilesAccount(String),
}

/// The servers, the program and its settings.
pub struct Site {
    binary: PathBuf,
    settings: BTreeMap<String, String>,
    folder: PathBuf,
    may_lose: bool,
    parts: Vec<Part>,
    set_up: BTreeSet<Part>,
    is_migrated: bool,
    open: Vec<Undo>,
}

impl Site {
    /// `settings` are those of `.env.example`: where the servers are, and what their administrators sign in with. `binary`
    /// is an absolute path, and `folder` one that nobody else uses. With `may_lose`, that is broken as well with which
    /// something is lost that was set by hand.
    pub fn new(binary: PathBuf, settings: BTreeMap<String, String>, folder: PathBuf, may_lose: bool) -> Self {
        let mut site = Self {
            binary,
            settings,
            folder,
            may_lose,
            parts: Vec::new(),
            set_up: BTreeSet::new(),
            is_migrated: false,
            open: Vec::new(),
        };
        site.complete();
        site
    }

    /// Finds the parts that are there, and fills in what the program wants to know of the others.
    fn complete(&mut self) {
        let is_there = |part: &Part| part.settings().0.iter().all(|name| self.setting(name).is_some());
        self.parts = Part::ALL.into_iter().filter(is_there).collect();
        for part in Part::ALL.into_iter().filter(|part| !self.parts.contains(part)) {
            self.settings.remove(part.address());
        }
        let mut usual = vec![
            ("PORTAL_URL", "https://portal.dezky-conformance.test"),
            ("OPERATOR_URL", "https://operator.dezky-conformance.test"),
            ("API_URL", "https://api.dezky-conformance.test"),
            ("OCIS_SERVICE_USER", "svc-platform-api"),
        ];
        if !self.has(Part::Authentik) {
            self.settings.remove(INNER);
            usual.extend([
                ("AUTHENTIK_ISSUER", CLOSED),
                ("AUTHENTIK_PORTAL_CLIENT_SECRET", "none"),
                ("AUTHENTIK_OPERATOR_CLIENT_SECRET", "none"),
                // Nothing is sealed with it: the database goes with the folder.
                ("ENCRYPTION_KEYS", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ]);
        }
        for (name, value) in usual {
            self.settings.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
    }

    /// Whether a part is there and its administrator known.
    pub fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    /// All parts that are there, in the order in which they are set up.
    pub fn parts(&self) -> Vec<Part> {
        self.parts.clone()
    }

    /// Those that are set up by now.
    pub(super) fn set_up_by_now(&self) -> impl Iterator<Item = Part> {
        self.set_up.iter().copied()
    }

    pub(super) fn may_lose(&self) -> bool {
        self.may_lose
    }

    /// A setting that isn't empty.
    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The file that the program writes.
    pub(super) fn file(&self) -> PathBuf {
        self.folder.join("dezky.env")
    }

    fn written(&self) -> Result<String, Trouble> {
        match std::fs::read_to_string(self.file()) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            read => Ok(read?),
        }
    }

    /// A setting that the program has written.
    pub(super) fn given(&self, name: &str) -> Result<String, Trouble> {
        let written = self.written()?;
        let found = written.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        let value = found.map(|value| value.trim_matches(['\'', '"']).to_owned());
        value.ok_or_else(|| failed(format!("{name} isn't in the settings that were written")))
    }

    /// Starts the program and waits for its end. What isn't set up yet is left out, but for `part`.
    async fn run(
        &self,
        part: Option<Part>,
        arguments: &[&str],
        over: &[(&str, String)],
    ) -> Result<Ran, Trouble> {
        let left_out = Part::ALL.into_iter().filter(|one| !self.set_up.contains(one) && part != Some(*one));
        let switches = left_out.map(|one| (one.settings().1, "false"));
        let mut command = Command::new(&self.binary);
        command.current_dir(&self.folder).env_clear().envs(&self.settings).envs(switches);
        command.envs(over.iter().map(|(name, value)| (*name, value.as_str()))).args(arguments);
        command.stdin(Stdio::null()).kill_on_drop(true);
        let ended = tokio::time::timeout(PATIENCE, command.output()).await;
        let ended = ended.map_err(|_| failed(format!("it didn't end within {} s", PATIENCE.as_secs())))??;
        let said = [ended.stdout, ended.stderr].concat();
        Ok(Ran { code: ended.status.code(), said: String::from_utf8_lossy(&said).into_owned() })
    }

    async fn bootstrap(&self, part: Part, more: &[&str]) -> Result<Ran, Trouble> {
        let file = self.file();
        let file = file.to_string_lossy();
        self.run(Some(part), &[&["bootstrap", part.word(), "--settings", &file], more].concat(), &[]).await
    }

    /// What the doctor says, with these settings over the others.
    pub(super) async fn doctor(&mut self, over: &[(&'static str, String)]) -> Result<Ran, Trouble> {
        if !self.is_migrated {
            let migrated = self.run(None, &["migrate"], &[]).await?;
            if migrated.code != Some(0) {
                return Err(migrated.unexpected());
            }
            self.is_migrated = true;
        }
        let mut all = over.to_vec();
        if self.file().exists() {
            all.push(("DEZKY_CONFIG", self.file().to_string_lossy().into_owned()));
        }
        let ran = self.run(None, &["doctor"], &all).await?;
        ran.must_agree()?;
        Ok(ran)
    }

    /// Looking says what is missing, and changes nothing.
    pub(super) async fn plan(&self, part: Part) -> Told {
        let before = self.written()?;
        let ran = self.bootstrap(part, &["--plan"]).await?;
        if self.written()? != before {
            return Err(failed("a plan wrote settings"));
        }
        // The plan of oCIS says nothing where nothing is to be done.
        let is_said = ran.count("ok ") > 0 || part == Part::Ocis;
        match (ran.code, ran.to_do()) {
            (Some(0), 0) if is_said => Ok("nothing is missing: it was set up before".to_owned()),
            (Some(2), count) if count > 0 => Ok(format!("{count} to do")),
            _ => Err(ran.unexpected()),
        }
    }

    /// Sets a part up. The key of an earlier run is lost with its folder, so it is replaced.
    pub(super) async fn set_up(&mut self, part: Part) -> Told {
        let flags: &[&str] = if part == Part::Stalwart { &["--yes", "--replace-key"] } else { &["--yes"] };
        let ran = self.bootstrap(part, flags).await?;
        if ran.code != Some(0) || ran.count(part.proof()) == 0 {
            return Err(ran.unexpected());
        }
        self.set_up.insert(part);
        Ok(format!("{} done", ran.count("done ")))
    }

    /// A second run finds nothing to do.
    pub(super) async fn changes_nothing(&self, part: Part) -> Told {
        let before = self.written()?;
        let ran = self.bootstrap(part, &["--yes"]).await?;
        let is_quiet = ran.to_do() == 0 && ran.count("done ") == 0 && ran.count(part.proof()) > 0;
        if ran.code != Some(0) || !is_quiet {
            return Err(ran.unexpected());
        }
        if self.written()? != before {
            return Err(failed("it wrote other settings than before"));
        }
        Ok(String::new())
    }

    /// Runs the command that mends a part; how many things it did.
    pub(super) async fn mend(&self, part: Part) -> Result<usize, Trouble> {
        let ran = self.bootstrap(part, &["--yes"]).await?;
        if ran.code == Some(0) { Ok(ran.count("done ")) } else { Err(ran.unexpected()) }
    }

    /// The doctor finds nothing wrong with what is set up.
    pub(super) async fn is_well(&mut self) -> Told {
        let ran = self.doctor(&[]).await?;
        let mut checks = 0;
        for part in &self.set_up {
            let right: usize = part.lines().iter().map(|one| ran.count(&format!("ok    {one}: "))).sum();
            let unchecked: usize = part.lines().iter().map(|one| ran.count(&format!("?     {one}: "))).sum();
            if right == 0 || unchecked > 0 || !ran.found(part.lines()).is_empty() {
                return Err(ran.unexpected());
            }
            checks += right;
        }
        if checks == 0 { Err(failed("nothing is set up")) } else { Ok(format!("{checks} checks")) }
    }

    /// The same, after what isn't set up yet was.
    pub(super) async fn is_well_once_set_up(&mut self) -> Told {
        for part in self.parts() {
            if !self.set_up.contains(&part) {
                self.set_up(part).await?;
            }
        }
        self.is_well().await
    }

    /// Undoes what a failed step left, runs the commands once more, and asks the doctor.
    pub(super) async fn clean_up(&mut self) -> Told {
        let count = self.open.len();
        let undone = self.undo_all().await;
        for part in self.set_up.clone() {
            self.mend(part).await?;
        }
        undone?;
        self.is_well().await?;
        Ok(if count == 0 { "nothing was left".to_owned() } else { format!("undid {count}") })
    }

    /// From now on this is undone at the end at the latest.
    pub(super) fn remember(&mut self, undo: Undo) {
        self.open.push(undo);
    }

    /// Undoes all that was remembered, the last first. What can't be undone is remembered still.
    pub(super) async fn undo_all(&mut self) -> Result<(), Trouble> {
        let mut done = Ok(());
        for undo in std::mem::take(&mut self.open).into_iter().rev() {
            if let Err(error) = self.undo(&undo).await {
                self.open.insert(0, undo);
                done = done.and(Err(error));
            }
        }
        done
    }

    async fn undo(&self, undo: &Undo) -> Result<(), Trouble> {
        match undo {
            Undo::Field { model, key, field, value } => {
                breaks::set_back(&self.authentik()?, *model, key, field, value).await
            }
            Undo::Right(role, right) => {
                Ok(self.authentik()?.assign_permissions(role, &[(*right).to_owned()]).await?)
            }
            Undo::Account(id) => Ok(self.authentik()?.delete_user(*id).await?),
            Undo::FilesAccount(id) => Ok(super::files::server(self)?.delete_user(id).await?),
        }
    }

    /// A client of the server at an address, which takes it for one of another where it's called as that.
    pub(super) fn client(
        &self,
        upstream: &'static str,
        address: &str,
        called_as: Option<&str>,
    ) -> Result<Client, Trouble> {
        let extra_roots = self.setting("EXTRA_CA_CERTS").map(std::fs::read).transpose()?;
        let bad = |address: &str| failed(format!("{address} isn't an address"));
        let base = address.parse().map_err(|_| bad(address))?;
        let called_as = called_as.map(|public| public.parse().map_err(|_| bad(public))).transpose()?;
        let client = Client::new(upstream, base, Options { extra_roots, called_as, ..Options::default() });
        client.map_err(|error| failed(error.to_string()))
    }

    /// Where Authentik is reached.
    pub(super) fn authentik_url(&self) -> &str {
        self.setting(INNER).or_else(|| self.setting("AUTHENTIK_ISSUER")).unwrap_or_default()
    }

    /// A client of Authentik at its inner address, called as at its public one.
    pub(super) fn provider(&self) -> Result<Client, Trouble> {
        let public = self.setting("AUTHENTIK_ISSUER").filter(|public| *public != self.authentik_url());
        self.client("Authentik", self.authentik_url(), public)
    }

    /// Authentik, as its administrator.
    pub(super) fn authentik(&self) -> Result<Authentik, Trouble> {
        Ok(Authentik::new(self.provider()?, self.secret("AUTHENTIK_ADMIN_TOKEN")?))
    }

    /// A setting that is secret.
    pub(super) fn secret(&self, name: &str) -> Result<SecretString, Trouble> {
        let value = self.setting(name).ok_or_else(|| failed(format!("{name} isn't set")))?;
        Ok(SecretString::from(value))
    }
}
