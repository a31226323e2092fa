//! Everything that can be missing or wrong in upstreams that `dezky bootstrap` has set up, one thing at a time: `dezky doctor`
//! names it and says what mends it, and that does. What follows from the entries is in `of_entries`, the rest in `cases`;
//! each permission at Authentik is in `rights`, Stalwart's key in `bootstrap_stalwart`.

mod cases;
mod of_entries;

use bootstrap::authentik::entries;
use bootstrap::{Engine, Entry, Plan, Settings, Verdict};
use outbound::Method;
use serde_json::Value;
use upstream_authentik::{Authentik, Row};

use crate::empty::Empty;
use crate::harness::{client, inventory, origin, remove, spoil};

/// What the doctor leaves out where mail isn't the matter.
const NO_MAIL: (&str, &str) = ("STALWART_PROVISIONING_ENABLED", "false");

/// What the doctor must say of something that is wrong.
struct Told {
    /// How its line begins.
    line: String,
    /// What else is in it.
    says: String,
    /// What that line, or the one below, names to mend it.
    mend: String,
}

impl Told {
    fn assert_in(&self, said: &str) {
        let mut lines = said.lines();
        let line = lines.find(|line| line.starts_with(&self.line) && line.contains(&self.says));
        let line = line.unwrap_or_else(|| panic!("{} … {} isn't in:\n{said}", self.line, self.says));
        let is_mended =
            line.contains(&self.mend) || lines.next().is_some_and(|next| next.contains(&self.mend));
        assert!(is_mended, "{} isn't named to mend {line}:\n{said}", self.mend);
    }
}

/// Something that is done behind Dezky's back.
enum Harm {
    /// By an administrator of Authentik.
    Api(Method, String, Value),
    /// To an object of a simulator.
    Put(&'static str, String, Value),
    /// The object of a simulator is removed.
    Remove(&'static str, String),
}

/// Upstreams that are set up, and what they must have.
struct Bench {
    empty: Empty,
    admin: Authentik,
    settings: Settings,
    entries: Vec<Entry>,
}

impl Bench {
    fn start() -> Self {
        let empty = Empty::start();
        empty.set_up_all();
        let text = |name: &str| empty.env(name).to_owned();
        let settings = Settings {
            portal: Some(text("PORTAL_URL")),
            operator: Some(text("OPERATOR_URL")),
            files: Some(text("OCIS_API_URL")),
            files_client: text("OCIS_CLIENT_ID"),
            admin_group: text("AUTHENTIK_ADMIN_GROUP"),
        };
        let admin = Authentik::new(client(empty.authentik()), text("AUTHENTIK_ADMIN_TOKEN").into());
        let entries = entries(&settings);
        Self { empty, admin, settings, entries }
    }

    async fn plan(&self) -> Plan<'_> {
        Engine::new(&self.admin, &self.entries, &self.settings).plan().await.unwrap()
    }

    /// The object of an entry, which is there.
    async fn row(&self, id: &str) -> Row {
        self.plan().await.row(id).unwrap().clone()
    }

    /// What an entry is called in the doctor's lines.
    fn name(&self, entry: &Entry) -> String {
        let beginning = format!("bootstrap-{} = ", entry.id);
        let text = bootstrap::ENGLISH.text.lines().find_map(|line| line.strip_prefix(&beginning)).unwrap();
        text.replace("{ $name }", &self.settings.name_of(entry, &self.entries))
    }

    async fn do_harm(&self, harm: Harm) {
        match harm {
            Harm::Api(method, path, body) => drop(self.empty.api(method, &path, Some(body)).await),
            Harm::Put(simulator, path, fields) => spoil(self.simulator(simulator), &path, &fields).await,
            Harm::Remove(simulator, path) => remove(self.simulator(simulator), &path).await,
        }
    }

    fn simulator(&self, name: &str) -> &str {
        origin(&self.empty.said, &format!("sandbox/{name}"))
    }

    /// All entries are as they must be, and nothing of a doctor's run is left.
    async fn assert_whole(&self, after: &str) {
        let plan = self.plan().await;
        let open = plan.steps.iter().find(|step| step.verdict != Verdict::Keep);
        assert!(open.is_none(), "{after}: {open:?}");
        for (simulator, field) in [("authentik", "username"), ("ocis", "onPremisesSamAccountName")] {
            let users = inventory(self.simulator(simulator)).await["users"].clone();
            let is_left = |user: &&Value| {
                user[field].as_str().is_some_and(|name| name.starts_with("ak-") && name.contains("client_"))
            };
            assert_eq!(users.as_array().unwrap().iter().find(is_left), None, "{after}");
        }
    }

    fn assert_well(&self) {
        let (code, said) = self.empty.doctor(&[]);
        assert!(code == Some(0) && !said.contains("FAIL"), "{said}");
    }
}
