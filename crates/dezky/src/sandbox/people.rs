//! The people of the sandbox, and their accounts.

use access::people::{Admitted, Identity, admit};
use access::{Person, Surface};
use audit::{Chain, Context, Entry};
use db::Db;
use kernel::Clock;
use serde_json::json;

/// The group that makes a new person a platform admin, in the sandbox.
pub const ADMIN_GROUP: &str = "dezky-platform-admins";

/// The group of those who may sign in to the operator console and nothing more.
pub const TRAINEES: &str = "dezky-trainees";

/// A person of the sandbox.
#[derive(Debug, PartialEq, Eq)]
pub struct Example {
    /// The full name.
    pub name: &'static str,
    /// The address, also the user name.
    pub email: &'static str,
    /// A password that anybody may know: it opens nothing but this sandbox.
    pub password: &'static str,
    /// Groups at the identity provider.
    pub groups: &'static [&'static str],
    /// Where the person signs in.
    pub surfaces: &'static [Surface],
    /// The rights that the demo data gives, as in `tenant:acme:admin`.
    pub roles: &'static [&'static str],
    /// What the person may do, for people.
    pub may: &'static str,
}

const PORTAL: &[Surface] = &[Surface::Portal];

/// Everybody.
pub const PEOPLE: &[Example] = &[
    Example {
        name: "Ida Holm",
        email: "ida@dezky.test",
        password: "correct-horse-ida",
        groups: &[ADMIN_GROUP],
        surfaces: &[Surface::Operator, Surface::Portal],
        roles: &["platform_admin"],
        may: "runs the platform",
    },
    Example {
        name: "Jonas Trainee",
        email: "jonas@dezky.test",
        password: "correct-horse-jonas",
        groups: &[TRAINEES],
        surfaces: &[Surface::Operator],
        roles: &[],
        may: "can sign in to the operator console, nothing more",
    },
    Example {
        name: "Frida Nord",
        email: "frida@nordit.test",
        password: "correct-horse-frida",
        groups: &[],
        surfaces: PORTAL,
        roles: &["partner:nordit:owner"],
        may: "owns the partner nordit",
    },
    Example {
        name: "Sven Support",
        email: "sven@nordit.test",
        password: "correct-horse-sven",
        groups: &[],
        surfaces: PORTAL,
        roles: &["partner:nordit:support"],
        may: "supports customers at the partner nordit",
    },
    Example {
        name: "Petra Alpen",
        email: "petra@alpenwerk.test",
        password: "correct-horse-petra",
        groups: &[],
        surfaces: PORTAL,
        roles: &["partner:alpenwerk:owner"],
        may: "owns the partner alpenwerk",
    },
    Example {
        name: "Anna Ærø",
        email: "anna@acme.test",
        password: "correct-horse-anna",
        groups: &[],
        surfaces: PORTAL,
        roles: &["tenant:acme:owner"],
        may: "owns the workspace acme",
    },
    Example {
        name: "Bo Admin",
        email: "bo@acme.test",
        password: "correct-horse-bo",
        groups: &[],
        surfaces: PORTAL,
        roles: &["tenant:acme:admin", "tenant:fjord:member"],
        may: "admin of the workspace acme, member of fjord",
    },
    Example {
        name: "Maja Medlem",
        email: "maja@acme.test",
        password: "correct-horse-maja",
        groups: &[],
        surfaces: PORTAL,
        roles: &["tenant:acme:member"],
        may: "member of the workspace acme",
    },
    Example {
        name: "Otto Fjord",
        email: "otto@fjord.test",
        password: "correct-horse-otto",
        groups: &[],
        surfaces: PORTAL,
        roles: &["tenant:fjord:owner"],
        may: "owns the workspace fjord",
    },
    Example {
        name: "Nora Newcomer",
        email: "nora@newcomer.test",
        password: "correct-horse-nora",
        groups: &[],
        surfaces: PORTAL,
        roles: &[],
        may: "has no workspace yet",
    },
];

impl Example {
    /// True where the demo data makes the person somebody's member, with an account that Dezky made.
    fn has_workspace(&self) -> bool {
        self.roles.iter().any(|role| role.starts_with("tenant:"))
    }

    /// The rights that the person has: those of the demo data need the demo data.
    pub fn roles(&self, with_demo: bool) -> Vec<&'static str> {
        let own = self.roles.iter().copied();
        own.filter(|role| with_demo || *role == "platform_admin").collect()
    }
}

/// Makes the account of a person whose lasting id at the identity provider is `sub`, as a first sign-in would. None
/// when the person was removed.
pub async fn enter(
    db: &Db,
    clock: &Clock,
    example: &Example,
    sub: String,
) -> Result<Option<Person>, db::Error> {
    let identity = Identity {
        sub,
        username: example.email.to_owned(),
        email: example.email.to_owned(),
        name: example.name.to_owned(),
        groups: example.groups.iter().map(|group| (*group).to_owned()).collect(),
        ..Identity::default()
    };
    let tx = db.begin().await?;
    let (person, action, after) = match admit(&tx, clock, &identity, ADMIN_GROUP).await? {
        Admitted::Removed(_) => return Ok(None),
        Admitted::Known(person) => return Ok(Some(person)),
        Admitted::Changed(person) => (person, access::Action::UserUpdate, json!({"follows": "sandbox"})),
        Admitted::Created(person, given) => {
            (person, access::Action::UserCreate, json!({"rights": given.rights}))
        }
    };
    if let (true, Some(account)) = (example.has_workspace(), &person.sub) {
        ::people::demo::made_with_password(&tx, person.id, account, clock.now()).await?;
    }
    let context = Context::system("sandbox", clock);
    let entry = Entry::done(action, person.target()).after(after);
    audit::commit(tx, &context, Chain::Platform, entry).await?;
    Ok(Some(person))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everybody_has_an_address_of_their_own_that_leads_nowhere() {
        let addresses: BTreeSet<_> = PEOPLE.iter().map(|person| person.email).collect();
        assert_eq!(addresses.len(), PEOPLE.len());
        assert!(addresses.iter().all(|address| address.rsplit('.').next() == Some("test")));
    }

    #[test]
    fn without_demo_data_only_the_platforms_own_right_is_named() {
        let all: Vec<_> = PEOPLE.iter().flat_map(|person| person.roles(false)).collect();
        assert_eq!(all, ["platform_admin"]);
    }

    #[tokio::test]
    async fn an_account_is_made_once_and_its_making_is_in_the_log() {
        let test = migrations::test_database().await;
        let clock = Clock::System;
        let first = enter(&test.db, &clock, &PEOPLE[0], "sub-ida".into()).await.unwrap();
        let again = enter(&test.db, &clock, &PEOPLE[0], "sub-ida".into()).await.unwrap();
        assert_eq!(first.unwrap().id, again.unwrap().id);
        let filter =
            audit::AuditFilter { action: Some("user.create".into()), ..audit::AuditFilter::default() };
        let page = audit::page(test.db.read(), Some(Chain::Platform), &filter, None, 10).await;
        assert_eq!(page.unwrap().items.len(), 1);
    }
}
