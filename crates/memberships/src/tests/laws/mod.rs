//! The laws of all kinds, for what members have upstream.

mod authentik;
mod ocis;

use access::{TenantRef, TenantRole, TenantStatus};
use addresses::Mailbox;
use addresses::mailboxes::Extras;
use kernel::{Clock, MemberId, TenantId, UserId};
use outbound::{Client, Options};
use platform::Upstreams;
use reconcile::{Registered, Want};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::desired::{FILES_QUOTA, Holder, of_member, of_person};
use crate::kinds::kinds;
use crate::model::Member;

const OFF: Upstreams = Upstreams { authentik: Err("off"), stalwart: Err("off"), ocis: Err("off") };

laws::hold! {
    kinds(&OFF);
    user: authentik::Accounts;
    membership: authentik::Memberships;
    files_user: ocis::Accounts;
    files_quota: ocis::Quotas;
    space: ocis::Memberships;
}

/// What a new person wants of a kind.
fn of_a_person(kind: &str) -> Want {
    let user = UserId::new(&Clock::System);
    pick(kind, of_person(&holder(&user.to_string())))
}

fn pick(kind: &str, wants: Vec<Want>) -> Want {
    wants.into_iter().find(|want| want.kind == kind).unwrap()
}

fn holder(user: &str) -> Holder {
    Holder {
        user: user.parse().unwrap(),
        username: Some(username(user)),
        own: false,
        name: format!("Person {user}"),
        email: format!("{user}@people.test"),
        may_sign_in: true,
        may_have_files: true,
        has_files: true,
        files_quota: Some(7_000_000),
    }
}

/// The user name that a person gets.
fn username(user: &str) -> String {
    format!("{user}@people.test")
}

/// What a new member of a new tenant of this slug wants of a kind.
fn of_a_member(kind: &str, slug: &str) -> Want {
    let tenant = TenantRef {
        id: TenantId::new(&Clock::System),
        slug: slug.to_owned(),
        name: format!("Workspace {slug}"),
        plan: "business".to_owned(),
        status: TenantStatus::Active,
        partner: None,
    };
    let mailbox =
        Mailbox { local: "mette".parse().unwrap(), domain: Some(format!("{slug}.test").parse().unwrap()) };
    let member = Member {
        id: MemberId::new(&Clock::System),
        tenant: tenant.id,
        user: UserId::new(&Clock::System),
        name: "Mette Hvid".to_owned(),
        email: "mette@elsewhere.test".to_owned(),
        account: None,
        own_account: false,
        email_verified: true,
        role: TenantRole::Member,
        suspended_at: None,
        mailbox: Some(mailbox),
        mailbox_key: None,
        sign_in_key: None,
        last_password_at: None,
        has_made_account: true,
        mail_quota: Some(5_000_000),
        storage_quota: None,
        password_due_since: None,
        password_ended: false,
        last_sign_in_at: None,
        version: 1,
        created_at: Clock::System.now(),
        removed_at: None,
    };
    pick(kind, of_member(&member, &tenant, true, &Extras::default()))
}

/// The accounts that the person in a spec wants, that of sign-in first.
fn of_person_in(spec: &Value) -> [Want; 2] {
    let mut wants = of_person(&holder(spec["person"].as_str().unwrap()));
    wants.retain(|want| want.kind != FILES_QUOTA);
    wants.try_into().unwrap()
}

/// What a new tenant wants of one of its own kinds.
fn of_tenant(kind: &'static str, name: &str, fields: Value) -> Want {
    let owner = TenantId::new(&Clock::System).to_string();
    Want { spec: with(&json!({"tenantId": owner}), fields), name: name.to_owned(), owner, kind }
}

/// A spec with some fields replaced.
fn with(spec: &Value, changes: Value) -> Value {
    let mut spec = spec.clone();
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    spec.as_object_mut().unwrap().extend(changes);
    spec
}

/// The kind of this name, and all others that are on.
fn sorted(name: &str, upstreams: &Upstreams) -> (Registered, Vec<Registered>) {
    let all = provisioning::kinds(upstreams).into_iter().chain(kinds(upstreams));
    let (mut named, others): (Vec<_>, Vec<_>) =
        all.filter(|registered| registered.kind.is_ok()).partition(|registered| registered.name == name);
    (named.pop().unwrap(), others)
}

fn client(name: &'static str, origin: &str) -> Client {
    let options = Options { deadline: laws::DEADLINE, ..Options::default() };
    Client::new(name, origin.parse().unwrap(), options).unwrap()
}

async fn listener() -> TcpListener {
    TcpListener::bind(("127.0.0.1", 0)).await.unwrap()
}

fn rows(inventory: &Value, kind: &str) -> Vec<Value> {
    inventory[kind].as_array().unwrap().clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
