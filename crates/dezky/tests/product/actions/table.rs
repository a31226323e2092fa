//! A valid call of each route that changes something, and what must be so before.

use outbound::Method;
use serde_json::{Value, json as value};

use crate::matrix::{OWN, Route, routes};
use crate::tenant_api::MAJA;

/// What is changed in a simulator behind Dezky's back.
#[derive(Debug)]
pub struct Spoil {
    pub simulator: &'static str,
    pub kind: &'static str,
    pub id: &'static str,
    pub fields: Value,
}

/// The space of the tenant differs.
pub(super) fn space(fields: Value) -> Spoil {
    Spoil { simulator: "ocis", kind: "drives", id: "{space}", fields }
}

/// There is a group that nobody wants.
pub(super) fn foreign(id: &'static str, name: &str) -> Spoil {
    Spoil { simulator: "authentik", kind: "groups", id, fields: value!({"name": name}) }
}

/// The zone of a domain may be changed with a key.
pub(super) fn changeable(id: &'static str) -> Spoil {
    let key = value!({"name": "dezky", "algorithm": "hmac-sha256", "secret": SECRET});
    let fields = value!({"records": [], "negativeTtl": 1, "keys": [key]});
    Spoil { simulator: "dns", kind: "zones", id, fields }
}

/// The secret of that key.
pub(super) const SECRET: &str = "aHVzaC1odXNo";

/// A valid call of a route. Words in braces are filled in from what the product says then.
pub struct Row {
    pub method: Method,
    pub path: &'static str,
    pub slug: &'static str,
    /// What is meant, where the path has an id or a name.
    pub id: &'static str,
    pub body: Value,
    /// What its record says; none for what changes nothing.
    pub action: Option<&'static str>,
    pub spoil: Option<Spoil>,
    /// What makes it possible: actions on the same tenant, by POST unless the path begins with `PATCH`.
    pub first: Vec<(&'static str, Value)>,
    pub undo: Option<(Method, &'static str, Value)>,
}

fn row(method: Method, path: &'static str, slug: &'static str, action: &'static str) -> Row {
    let body = value!({});
    Row { method, path, slug, id: "", body, action: Some(action), spoil: None, first: vec![], undo: None }
}

fn rows() -> Vec<Row> {
    let mut all = actions_on_tenants();
    all.extend(decisions());
    all.extend(actions_on_domains());
    all.extend(actions_on_members());
    all.extend(ways_to_come());
    all.extend(actions_on_mail());
    all.extend(actions_on_storage());
    all.extend(actions_on_groups());
    all
}

fn actions_on_tenants() -> Vec<Row> {
    use Method::{Delete, Patch, Post, Put};
    let new = value!({"slug": "actions", "name": "Ærø", "plan": "starter", "seats": 3, "primaryDomain": "rows-own.test"});
    // Not its domain: a former one stays the workspace's, so that no mail is lost.
    let changed = value!({"name": "Skovbo & Søn", "seats": 99, "plan": "enterprise", "industry": null});
    let former = value!({"name": "Skovbo Tandlæger", "seats": 14, "plan": "business", "industry": "Health"});
    let undo = |method, path, body| Some((method, path, body));
    vec![
        Row { body: new, ..row(Post, "/api/tenants", "actions", "tenant.create") },
        Row {
            body: changed,
            undo: undo(Patch, "/api/tenants/{slug}", former),
            ..row(Patch, "/api/tenants/{slug}", "skovbo", "tenant.update")
        },
        row(Delete, "/api/tenants/{slug}", "havn", "tenant.terminate"),
        Row {
            body: value!({"hash": "{hash}"}),
            ..row(Post, "/api/tenants/{slug}/apply", "nordlys", "tenant.apply")
        },
        Row { action: None, ..row(Post, "/api/tenants/{slug}/plan", "nordlys", "") },
        // Nothing waits, so there is nothing to record.
        Row {
            body: value!({"hash": "e3b0c44298fc1c149afbf4c8996fb924"}),
            action: None,
            ..row(Post, "/api/tenants/{slug}/stopped-removals/continue", "nordlys", "")
        },
        row(Post, "/api/tenants/{slug}/reconcile", "nordlys", "tenant.reconcile"),
        Row {
            undo: undo(Post, "/api/tenants/{slug}/resume", value!({})),
            ..row(Post, "/api/tenants/{slug}/suspend", "acme", "tenant.suspend")
        },
        Row {
            first: vec![("/api/tenants/{slug}/suspend", value!({}))],
            undo: undo(Post, "/api/tenants/{slug}/suspend", value!({})),
            ..row(Post, "/api/tenants/{slug}/resume", "fjord", "tenant.resume")
        },
        row(Put, "/api/users/me", "", "user.create"),
    ]
}

fn actions_on_domains() -> Vec<Row> {
    use Method::{Delete, Post};
    const ALL: &str = "/api/tenants/{slug}/domains";
    const VOUCH: &str = "/api/tenants/{slug}/domains/{name}/vouch";
    let claim = |name: &str| (ALL, value!({"name": name}));
    let nothing = || value!({});
    let remove = |path| Some((Delete, path, value!({})));
    vec![
        Row {
            body: value!({"name": "neu.test"}),
            undo: remove("/api/tenants/{slug}/domains/neu.test"),
            ..row(Post, ALL, "alpenblick", "domain.add")
        },
        Row {
            id: "weg.test",
            first: vec![claim("weg.test")],
            ..row(Delete, "/api/tenants/{slug}/domains/{name}", "alpenblick", "domain.remove")
        },
        Row {
            id: "alpenblick.test",
            action: None,
            ..row(Post, "/api/tenants/{slug}/domains/{name}/recheck", "alpenblick", "")
        },
        Row {
            id: "alpenblick.test",
            body: value!({"policy": "quarantine"}),
            ..row(Post, "/api/tenants/{slug}/domains/{name}/dmarc", "alpenblick", "domain.dmarc")
        },
        Row {
            id: "zwei.test",
            first: vec![claim("zwei.test"), (VOUCH, nothing())],
            ..row(Post, "/api/tenants/{slug}/domains/{name}/primary", "alpenblick", "domain.primary")
        },
        Row {
            id: "vier.test",
            action: None,
            spoil: Some(changeable("vier.test")),
            first: vec![claim("vier.test")],
            ..row(Post, "/api/tenants/{slug}/domains/{name}/publish/plan", "alpenblick", "")
        },
        Row {
            id: "acht.test",
            body: value!({
                "hash": "{publish:acht.test}",
                "key": {"name": "dezky", "algorithm": "hmac-sha256", "secret": SECRET},
            }),
            spoil: Some(changeable("acht.test")),
            first: vec![claim("acht.test")],
            ..row(Post, "/api/tenants/{slug}/domains/{name}/publish", "alpenblick", "domain.publish")
        },
        Row {
            id: "drei.test",
            first: vec![claim("drei.test")],
            ..row(Post, VOUCH, "alpenblick", "domain.vouch")
        },
    ]
}

fn actions_on_storage() -> Vec<Row> {
    use Method::Patch;
    const SPACE: &str = "/api/tenants/{slug}/storage";
    const SHARE: &str = "/api/tenants/{slug}/storage/members/{id}";
    vec![
        Row {
            body: value!({"spaceBytes": 1_i64 << 30}),
            undo: Some((Patch, SPACE, value!({"spaceBytes": null}))),
            ..row(Patch, SPACE, "acme", "storage.give_space")
        },
        Row {
            id: "{member:maja@acme.test}",
            first: vec![("PATCH /api/tenants/{slug}/storage", value!({"spaceBytes": 1_i64 << 31}))],
            body: value!({"quotaBytes": 1_i64 << 30}),
            undo: Some((Patch, SHARE, value!({"quotaBytes": null}))),
            ..row(Patch, SHARE, "acme", "storage.give")
        },
    ]
}

fn actions_on_groups() -> Vec<Row> {
    use Method::{Delete, Patch, Post};
    const ALL: &str = "/api/tenants/{slug}/groups";
    const ONE: &str = "/api/tenants/{slug}/groups/{id}";
    let group = |name: &str| (ALL, value!({"name": name}));
    let maja = || value!({"members": [MAJA]});
    let undo = |method, path, body| Some((method, path, body));
    vec![
        Row {
            body: value!({"name": "Finance", "address": "finance@acme-widgets.test", "members": [MAJA]}),
            undo: undo(Delete, "/api/tenants/{slug}/groups/{group}", value!({})),
            ..row(Post, ALL, "acme", "group.create")
        },
        Row {
            id: "{group}",
            first: vec![group("Sales")],
            body: value!({"name": "Sellers", "address": "sales@acme-widgets.test"}),
            undo: undo(
                Patch,
                "/api/tenants/{slug}/groups/{group}",
                value!({"name": "Sales", "address": null}),
            ),
            ..row(Patch, ONE, "acme", "group.update")
        },
        Row {
            id: "{group}",
            first: vec![group("Board")],
            body: maja(),
            undo: undo(Delete, "/api/tenants/{slug}/groups/{group}/members/{user}", value!({})),
            ..row(Post, "/api/tenants/{slug}/groups/{id}/members", "acme", "group.add_members")
        },
        Row {
            id: "{group}",
            first: vec![(ALL, value!({"name": "Night shift", "members": [MAJA]}))],
            undo: undo(Post, "/api/tenants/{slug}/groups/{group}/members", maja()),
            ..row(Delete, "/api/tenants/{slug}/groups/{id}/members/{user}", "acme", "group.remove_members")
        },
        Row { id: "{group}", first: vec![group("Gone")], ..row(Delete, ONE, "acme", "group.remove") },
    ]
}

fn actions_on_members() -> Vec<Row> {
    use Method::{Delete, Patch, Post};
    const ALL: &str = "/api/tenants/{slug}/users";
    const MAJA: &str = "{member:maja@acme.test}";
    let made = |email: &str| (ALL, value!({"name": "Nils Skov", "email": email}));
    let of_maja = |method, path, action| Row { id: MAJA, ..row(method, path, "acme", action) };
    let undo = |method, path, body| Some((method, path, body));
    vec![
        Row {
            body: value!({"name": "Nils Skov", "email": "nils@actions.test"}),
            ..row(Post, ALL, "fjord", "member.create")
        },
        Row {
            body: value!({"name": "Maja Ærø", "role": "admin"}),
            undo: undo(
                Patch,
                "/api/tenants/{slug}/users/{id}",
                value!({"name": "Maja Medlem", "role": "member"}),
            ),
            ..of_maja(Patch, "/api/tenants/{slug}/users/{id}", "member.update")
        },
        Row {
            id: "{member:weg@actions.test}",
            first: vec![made("weg@actions.test")],
            ..row(Delete, "/api/tenants/{slug}/users/{id}", "fjord", "member.remove")
        },
        Row {
            undo: undo(Post, "/api/tenants/{slug}/users/{id}/resume", value!({})),
            ..of_maja(Post, "/api/tenants/{slug}/users/{id}/suspend", "member.suspend")
        },
        Row {
            first: vec![("/api/tenants/{slug}/users/{id}/suspend", value!({}))],
            ..of_maja(Post, "/api/tenants/{slug}/users/{id}/resume", "member.resume")
        },
        Row {
            id: "{member:geht@actions.test}",
            first: vec![made("geht@actions.test")],
            ..row(Post, "/api/tenants/{slug}/users/{id}/offboard", "fjord", "member.offboard")
        },
        of_maja(Post, "/api/tenants/{slug}/users/{id}/remind-mfa", "member.remind_mfa"),
        Row {
            id: "{member:bo@acme.test}",
            ..row(Delete, "/api/tenants/{slug}/users/{id}/sessions/{session}", "acme", "member.end_session")
        },
        of_maja(Post, "/api/tenants/{slug}/users/{id}/force-logout", "member.force_logout"),
        of_maja(Post, "/api/tenants/{slug}/users/{id}/reset-password", "member.reset_password"),
    ]
}

/// Invitations and imports.
fn ways_to_come() -> Vec<Row> {
    use Method::{Delete, Post};
    const INVITATIONS: &str = "/api/tenants/{slug}/invitations";
    const IMPORTS: &str = "/api/tenants/{slug}/imports";
    let invited = |email: &str| (INVITATIONS, value!({"email": email}));
    let nobody = || value!({"csv": NOBODY});
    // More people than seats, so that it is long under way and makes few.
    let lines: Vec<String> = (0..1500).map(|n| format!("Person {n},person{n}@actions.test")).collect();
    let many = value!({"csv": format!("name,email\n{}\n", lines.join("\n")), "passwords": "later"});
    vec![
        Row {
            body: value!({"email": "in@actions.test"}),
            ..row(Post, INVITATIONS, "fjord", "invitation.create")
        },
        Row {
            id: "{invitation:again@actions.test}",
            first: vec![invited("again@actions.test")],
            ..row(Post, "/api/tenants/{slug}/invitations/{id}/resend", "fjord", "invitation.resend")
        },
        Row {
            id: "{invitation:out@actions.test}",
            first: vec![invited("out@actions.test")],
            ..row(Delete, "/api/tenants/{slug}/invitations/{id}", "fjord", "invitation.revoke")
        },
        Row { body: nobody(), ..row(Post, "/api/tenants/{slug}/imports/check", "fjord", "import.check") },
        Row { body: nobody(), ..row(Post, IMPORTS, "fjord", "import.start") },
        Row {
            id: "{import}",
            first: vec![(IMPORTS, many)],
            ..row(Post, "/api/tenants/{slug}/imports/{id}/cancel", "nordlys", "import.cancel")
        },
        // There is nobody in it to give a password to.
        Row {
            id: "{import}",
            first: vec![(IMPORTS, nobody())],
            action: None,
            ..row(Post, "/api/tenants/{slug}/imports/{id}/passwords", "fjord", "import.passwords")
        },
    ]
}

fn actions_on_mail() -> Vec<Row> {
    use Method::{Delete, Patch, Post};
    const ALIASES: &str = "/api/tenants/{slug}/mail/aliases";
    const LISTS: &str = "/api/tenants/{slug}/mail/lists";
    const SHARED: &str = "/api/tenants/{slug}/mail/shared";
    const DOMAIN: &str = "/api/tenants/{slug}/mail/domains/{name}";
    let list = |name: &str| (LISTS, value!({"address": format!("{name}@alpenblick.test")}));
    let shared =
        |name: &str| (SHARED, value!({"address": format!("{name}@alpenblick.test"), "name": "Post"}));
    let undo = |method, path, body| Some((method, path, body));
    let nothing = || value!({});
    vec![
        Row {
            first: vec![list("alle")],
            body: value!({"address": "jeder@alpenblick.test", "target": "alle@alpenblick.test"}),
            undo: undo(Delete, "/api/tenants/{slug}/mail/aliases/jeder@alpenblick.test", nothing()),
            ..row(Post, ALIASES, "alpenblick", "alias.add")
        },
        Row {
            id: "weg@alpenblick.test",
            first: vec![
                list("bleibt"),
                (ALIASES, value!({"address": "weg@alpenblick.test", "target": "bleibt@alpenblick.test"})),
            ],
            ..row(Delete, "/api/tenants/{slug}/mail/aliases/{address}", "alpenblick", "alias.remove")
        },
        Row {
            body: value!({"address": "neu@alpenblick.test", "recipients": ["a@draussen.test"]}),
            undo: undo(Delete, "/api/tenants/{slug}/mail/lists/{list}", nothing()),
            ..row(Post, LISTS, "alpenblick", "list.create")
        },
        Row {
            id: "{list}",
            first: vec![list("wechselt")],
            body: value!({"description": "Alle", "recipients": ["b@draussen.test"]}),
            undo: undo(
                Patch,
                "/api/tenants/{slug}/mail/lists/{list}",
                value!({"description": null, "recipients": []}),
            ),
            ..row(Patch, "/api/tenants/{slug}/mail/lists/{id}", "alpenblick", "list.update")
        },
        Row {
            id: "{list}",
            first: vec![list("geht")],
            ..row(Delete, "/api/tenants/{slug}/mail/lists/{id}", "alpenblick", "list.remove")
        },
        Row {
            body: shared("post").1,
            undo: undo(Delete, "/api/tenants/{slug}/mail/shared/{shared}", nothing()),
            ..row(Post, SHARED, "alpenblick", "shared.create")
        },
        Row {
            id: "{shared}",
            first: vec![shared("ablage")],
            body: value!({"name": "Ablage"}),
            undo: undo(Patch, "/api/tenants/{slug}/mail/shared/{shared}", value!({"name": "Post"})),
            ..row(Patch, "/api/tenants/{slug}/mail/shared/{id}", "alpenblick", "shared.update")
        },
        Row {
            id: "{shared}",
            first: vec![shared("fort")],
            ..row(Delete, "/api/tenants/{slug}/mail/shared/{id}", "alpenblick", "shared.remove")
        },
        Row {
            id: "alpenblick.test",
            body: value!({"plusAddresses": false}),
            undo: undo(Patch, DOMAIN, value!({"plusAddresses": true})),
            ..row(Patch, DOMAIN, "alpenblick", "domain.mail")
        },
    ]
}

/// A file of nobody.
pub(super) const NOBODY: &str = "name,email\nNobody,nowhere\n";

/// What is decided about differences.
fn decisions() -> Vec<Row> {
    use Method::{Delete, Post};
    let chosen = value!({"hash": "{hash}", "kind": "{kind}", "key": "{key}"});
    let why = value!({"reason": "They asked for it.", "days": 30});
    let mut accepted = chosen.clone();
    accepted["reason"] = why["reason"].clone();
    accepted["days"] = why["days"].clone();
    let withdraw = |path| Some((Delete, path, value!({})));
    vec![
        row(Post, "/api/drift/scan", "", "drift.scan"),
        Row {
            id: "{drift}",
            body: why.clone(),
            spoil: Some(foreign("6a2f5a8e-1111-4222-8333-444455556666", "dezky-tenant-elsewhere")),
            undo: withdraw("/api/drift/accepted/{acceptance}"),
            ..row(Post, "/api/drift/{id}/accept", "", "drift.accept")
        },
        Row {
            id: "{acceptance}",
            spoil: Some(foreign("6a2f5a8e-1111-4222-8333-444455557777", "dezky-tenant-abroad")),
            first: vec![("/api/drift/{drift}/accept", why)],
            ..row(Delete, "/api/drift/accepted/{id}", "", "drift.withdraw")
        },
        Row {
            body: chosen.clone(),
            spoil: Some(space(value!({"name": "Renamed", "quotaTotal": 1}))),
            ..row(Post, "/api/tenants/{slug}/drift/revert", "alpenblick", "drift.revert")
        },
        Row {
            body: chosen,
            spoil: Some(space(value!({"name": "Ærø & Søn", "quotaTotal": 7_000_000_000_i64}))),
            ..row(Post, "/api/tenants/{slug}/drift/adopt", "lindqvist", "drift.adopt")
        },
        Row {
            body: accepted.clone(),
            spoil: Some(space(value!({"name": "Renamed"}))),
            undo: withdraw("/api/tenants/{slug}/drift/{acceptance}"),
            ..row(Post, "/api/tenants/{slug}/drift/accept", "muehlbauer", "drift.accept")
        },
        Row {
            id: "{acceptance}",
            spoil: Some(space(value!({"quotaTotal": 1}))),
            first: vec![("/api/tenants/{slug}/drift/accept", accepted)],
            ..row(Delete, "/api/tenants/{slug}/drift/{id}", "testlab", "drift.withdraw")
        },
    ]
}

/// The routes that may change something, each with its line in the table.
pub fn table() -> Vec<(Route, Row)> {
    let mut rows = rows();
    // What is one's own alone, such as a password, is no action: it ends the very sign-in that it is done with.
    let changing = routes()
        .into_iter()
        .filter(|route| route.mount == "Api" && route.method != "GET" && !OWN.contains(&route.guard));
    let mut table = Vec::new();
    for route in changing {
        let named = |row: &Row| row.path == route.path && word(row.method) == route.method;
        let place = rows.iter().position(named);
        let place = place.unwrap_or_else(|| panic!("{route:?} has no line in the table of actions"));
        table.push((route, rows.remove(place)));
    }
    assert!(rows.is_empty(), "no route is {}", rows[0].path);
    table
}

fn word(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}
