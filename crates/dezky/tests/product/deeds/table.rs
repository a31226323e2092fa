//! A valid call of each route that changes something, and what must be so before.

use outbound::Method;
use serde_json::{Value, json as value};

use crate::desk::MAJA;
use crate::matrix::{OWN, Route, routes};

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
pub struct Deed {
    pub method: Method,
    pub path: &'static str,
    pub slug: &'static str,
    /// What is meant, where the path has an id or a name.
    pub id: &'static str,
    pub body: Value,
    /// What its record says; none for what changes nothing.
    pub action: Option<&'static str>,
    pub spoil: Option<Spoil>,
    /// What makes it possible: deeds on the same tenant, by POST unless the path begins with `PATCH`.
    pub first: Vec<(&'static str, Value)>,
    pub undo: Option<(Method, &'static str, Value)>,
}

fn deed(method: Method, path: &'static str, slug: &'static str, action: &'static str) -> Deed {
    let body = value!({});
    Deed { method, path, slug, id: "", body, action: Some(action), spoil: None, first: vec![], undo: None }
}

fn deeds() -> Vec<Deed> {
    let mut all = deeds_on_tenants();
    all.extend(decisions());
    all.extend(deeds_on_domains());
    all.extend(deeds_on_members());
    all.extend(ways_to_come());
    all.extend(deeds_on_mail());
    all.extend(deeds_on_storage());
    all.extend(deeds_on_groups());
    all
}

fn deeds_on_tenants() -> Vec<Deed> {
    use Method::{Delete, Patch, Post, Put};
    let new = value!({"slug": "deeds", "name": "Ærø", "plan": "starter", "seats": 3, "primaryDomain": "deeds-own.test"});
    // Not its domain: a former one stays the workspace's, so that no mail is lost.
    let changed = value!({"name": "Skovbo & Søn", "seats": 99, "plan": "enterprise", "industry": null});
    let former = value!({"name": "Skovbo Tandlæger", "seats": 14, "plan": "business", "industry": "Health"});
    let undo = |method, path, body| Some((method, path, body));
    vec![
        Deed { body: new, ..deed(Post, "/api/tenants", "deeds", "tenant.create") },
        Deed {
            body: changed,
            undo: undo(Patch, "/api/tenants/{slug}", former),
            ..deed(Patch, "/api/tenants/{slug}", "skovbo", "tenant.update")
        },
        deed(Delete, "/api/tenants/{slug}", "havn", "tenant.terminate"),
        Deed {
            body: value!({"hash": "{hash}"}),
            ..deed(Post, "/api/tenants/{slug}/apply", "nordlys", "tenant.apply")
        },
        Deed { action: None, ..deed(Post, "/api/tenants/{slug}/plan", "nordlys", "") },
        // Nothing waits, so there is nothing to record.
        Deed {
            body: value!({"hash": "e3b0c44298fc1c149afbf4c8996fb924"}),
            action: None,
            ..deed(Post, "/api/tenants/{slug}/stopped-removals/continue", "nordlys", "")
        },
        deed(Post, "/api/tenants/{slug}/reconcile", "nordlys", "tenant.reconcile"),
        Deed {
            undo: undo(Post, "/api/tenants/{slug}/resume", value!({})),
            ..deed(Post, "/api/tenants/{slug}/suspend", "acme", "tenant.suspend")
        },
        Deed {
            first: vec![("/api/tenants/{slug}/suspend", value!({}))],
            undo: undo(Post, "/api/tenants/{slug}/suspend", value!({})),
            ..deed(Post, "/api/tenants/{slug}/resume", "fjord", "tenant.resume")
        },
        deed(Put, "/api/users/me", "", "user.create"),
    ]
}

fn deeds_on_domains() -> Vec<Deed> {
    use Method::{Delete, Post};
    const ALL: &str = "/api/tenants/{slug}/domains";
    const VOUCH: &str = "/api/tenants/{slug}/domains/{name}/vouch";
    let claim = |name: &str| (ALL, value!({"name": name}));
    let nothing = || value!({});
    let remove = |path| Some((Delete, path, value!({})));
    vec![
        Deed {
            body: value!({"name": "neu.test"}),
            undo: remove("/api/tenants/{slug}/domains/neu.test"),
            ..deed(Post, ALL, "alpenblick", "domain.add")
        },
        Deed {
            id: "weg.test",
            first: vec![claim("weg.test")],
            ..deed(Delete, "/api/tenants/{slug}/domains/{name}", "alpenblick", "domain.remove")
        },
        Deed {
            id: "alpenblick.test",
            action: None,
            ..deed(Post, "/api/tenants/{slug}/domains/{name}/recheck", "alpenblick", "")
        },
        Deed {
            id: "alpenblick.test",
            body: value!({"policy": "quarantine"}),
            ..deed(Post, "/api/tenants/{slug}/domains/{name}/dmarc", "alpenblick", "domain.dmarc")
        },
        Deed {
            id: "zwei.test",
            first: vec![claim("zwei.test"), (VOUCH, nothing())],
            ..deed(Post, "/api/tenants/{slug}/domains/{name}/primary", "alpenblick", "domain.primary")
        },
        Deed {
            id: "vier.test",
            action: None,
            spoil: Some(changeable("vier.test")),
            first: vec![claim("vier.test")],
            ..deed(Post, "/api/tenants/{slug}/domains/{name}/publish/plan", "alpenblick", "")
        },
        Deed {
            id: "acht.test",
            body: value!({
                "hash": "{publish:acht.test}",
                "key": {"name": "dezky", "algorithm": "hmac-sha256", "secret": SECRET},
            }),
            spoil: Some(changeable("acht.test")),
            first: vec![claim("acht.test")],
            ..deed(Post, "/api/tenants/{slug}/domains/{name}/publish", "alpenblick", "domain.publish")
        },
        Deed {
            id: "drei.test",
            first: vec![claim("drei.test")],
            ..deed(Post, VOUCH, "alpenblick", "domain.vouch")
        },
    ]
}

fn deeds_on_storage() -> Vec<Deed> {
    use Method::Patch;
    const SPACE: &str = "/api/tenants/{slug}/storage";
    const SHARE: &str = "/api/tenants/{slug}/storage/members/{id}";
    vec![
        Deed {
            body: value!({"spaceBytes": 1_i64 << 30}),
            undo: Some((Patch, SPACE, value!({"spaceBytes": null}))),
            ..deed(Patch, SPACE, "acme", "storage.give_space")
        },
        Deed {
            id: "{member:maja@acme.test}",
            first: vec![("PATCH /api/tenants/{slug}/storage", value!({"spaceBytes": 1_i64 << 31}))],
            body: value!({"quotaBytes": 1_i64 << 30}),
            undo: Some((Patch, SHARE, value!({"quotaBytes": null}))),
            ..deed(Patch, SHARE, "acme", "storage.give")
        },
    ]
}

fn deeds_on_groups() -> Vec<Deed> {
    use Method::{Delete, Patch, Post};
    const ALL: &str = "/api/tenants/{slug}/groups";
    const ONE: &str = "/api/tenants/{slug}/groups/{id}";
    let group = |name: &str| (ALL, value!({"name": name}));
    let maja = || value!({"members": [MAJA]});
    let undo = |method, path, body| Some((method, path, body));
    vec![
        Deed {
            body: value!({"name": "Finance", "address": "finance@acme-widgets.test", "members": [MAJA]}),
            undo: undo(Delete, "/api/tenants/{slug}/groups/{group}", value!({})),
            ..deed(Post, ALL, "acme", "group.create")
        },
        Deed {
            id: "{group}",
            first: vec![group("Sales")],
            body: value!({"name": "Sellers", "address": "sales@acme-widgets.test"}),
            undo: undo(
                Patch,
                "/api/tenants/{slug}/groups/{group}",
                value!({"name": "Sales", "address": null}),
            ),
            ..deed(Patch, ONE, "acme", "group.update")
        },
        Deed {
            id: "{group}",
            first: vec![group("Board")],
            body: maja(),
            undo: undo(Delete, "/api/tenants/{slug}/groups/{group}/members/{user}", value!({})),
            ..deed(Post, "/api/tenants/{slug}/groups/{id}/members", "acme", "group.add_members")
        },
        Deed {
            id: "{group}",
            first: vec![(ALL, value!({"name": "Night shift", "members": [MAJA]}))],
            undo: undo(Post, "/api/tenants/{slug}/groups/{group}/members", maja()),
            ..deed(Delete, "/api/tenants/{slug}/groups/{id}/members/{user}", "acme", "group.remove_members")
        },
        Deed { id: "{group}", first: vec![group("Gone")], ..deed(Delete, ONE, "acme", "group.remove") },
    ]
}

fn deeds_on_members() -> Vec<Deed> {
    use Method::{Delete, Patch, Post};
    const ALL: &str = "/api/tenants/{slug}/users";
    const MAJA: &str = "{member:maja@acme.test}";
    let made = |email: &str| (ALL, value!({"name": "Nils Skov", "email": email}));
    let of_maja = |method, path, action| Deed { id: MAJA, ..deed(method, path, "acme", action) };
    let undo = |method, path, body| Some((method, path, body));
    vec![
        Deed {
            body: value!({"name": "Nils Skov", "email": "nils@deeds.test"}),
            ..deed(Post, ALL, "fjord", "member.create")
        },
        Deed {
            body: value!({"name": "Maja Ærø", "role": "admin"}),
            undo: undo(
                Patch,
                "/api/tenants/{slug}/users/{id}",
                value!({"name": "Maja Medlem", "role": "member"}),
            ),
            ..of_maja(Patch, "/api/tenants/{slug}/users/{id}", "member.update")
        },
        Deed {
            id: "{member:weg@deeds.test}",
            first: vec![made("weg@deeds.test")],
            ..deed(Delete, "/api/tenants/{slug}/users/{id}", "fjord", "member.remove")
        },
        Deed {
            undo: undo(Post, "/api/tenants/{slug}/users/{id}/resume", value!({})),
            ..of_maja(Post, "/api/tenants/{slug}/users/{id}/suspend", "member.suspend")
        },
        Deed {
            first: vec![("/api/tenants/{slug}/users/{id}/suspend", value!({}))],
            ..of_maja(Post, "/api/tenants/{slug}/users/{id}/resume", "member.resume")
        },
        Deed {
            id: "{member:geht@deeds.test}",
            first: vec![made("geht@deeds.test")],
            ..deed(Post, "/api/tenants/{slug}/users/{id}/offboard", "fjord", "member.offboard")
        },
        of_maja(Post, "/api/tenants/{slug}/users/{id}/remind-mfa", "member.remind_mfa"),
        Deed {
            id: "{member:bo@acme.test}",
            ..deed(Delete, "/api/tenants/{slug}/users/{id}/sessions/{session}", "acme", "member.end_session")
        },
        of_maja(Post, "/api/tenants/{slug}/users/{id}/force-logout", "member.force_logout"),
        of_maja(Post, "/api/tenants/{slug}/users/{id}/reset-password", "member.reset_password"),
    ]
}

/// Invitations and imports.
fn ways_to_come() -> Vec<Deed> {
    use Method::{Delete, Post};
    const INVITATIONS: &str = "/api/tenants/{slug}/invitations";
    const IMPORTS: &str = "/api/tenants/{slug}/imports";
    let invited = |email: &str| (INVITATIONS, value!({"email": email}));
    let nobody = || value!({"csv": NOBODY});
    // More people than seats, so that it is long under way and makes few.
    let lines: Vec<String> = (0..1500).map(|n| format!("Person {n},person{n}@deeds.test")).collect();
    let many = value!({"csv": format!("name,email\n{}\n", lines.join("\n")), "passwords": "later"});
    vec![
        Deed {
            body: value!({"email": "in@deeds.test"}),
            ..deed(Post, INVITATIONS, "fjord", "invitation.create")
        },
        Deed {
            id: "{invitation:again@deeds.test}",
            first: vec![invited("again@deeds.test")],
            ..deed(Post, "/api/tenants/{slug}/invitations/{id}/resend", "fjord", "invitation.resend")
        },
        Deed {
            id: "{invitation:out@deeds.test}",
            first: vec![invited("out@deeds.test")],
            ..deed(Delete, "/api/tenants/{slug}/invitations/{id}", "fjord", "invitation.revoke")
        },
        Deed { body: nobody(), ..deed(Post, "/api/tenants/{slug}/imports/check", "fjord", "import.check") },
        Deed { body: nobody(), ..deed(Post, IMPORTS, "fjord", "import.start") },
        Deed {
            id: "{import}",
            first: vec![(IMPORTS, many)],
            ..deed(Post, "/api/tenants/{slug}/imports/{id}/cancel", "nordlys", "import.cancel")
        },
        // There is nobody in it to give a password to.
        Deed {
            id: "{import}",
            first: vec![(IMPORTS, nobody())],
            action: None,
            ..deed(Post, "/api/tenants/{slug}/imports/{id}/passwords", "fjord", "import.passwords")
        },
    ]
}

fn deeds_on_mail() -> Vec<Deed> {
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
        Deed {
            first: vec![list("alle")],
            body: value!({"address": "jeder@alpenblick.test", "target": "alle@alpenblick.test"}),
            undo: undo(Delete, "/api/tenants/{slug}/mail/aliases/jeder@alpenblick.test", nothing()),
            ..deed(Post, ALIASES, "alpenblick", "alias.add")
        },
        Deed {
            id: "weg@alpenblick.test",
            first: vec![
                list("bleibt"),
                (ALIASES, value!({"address": "weg@alpenblick.test", "target": "bleibt@alpenblick.test"})),
            ],
            ..deed(Delete, "/api/tenants/{slug}/mail/aliases/{address}", "alpenblick", "alias.remove")
        },
        Deed {
            body: value!({"address": "neu@alpenblick.test", "recipients": ["a@draussen.test"]}),
            undo: undo(Delete, "/api/tenants/{slug}/mail/lists/{list}", nothing()),
            ..deed(Post, LISTS, "alpenblick", "list.create")
        },
        Deed {
            id: "{list}",
            first: vec![list("wechselt")],
            body: value!({"description": "Alle", "recipients": ["b@draussen.test"]}),
            undo: undo(
                Patch,
                "/api/tenants/{slug}/mail/lists/{list}",
                value!({"description": null, "recipients": []}),
            ),
            ..deed(Patch, "/api/tenants/{slug}/mail/lists/{id}", "alpenblick", "list.update")
        },
        Deed {
            id: "{list}",
            first: vec![list("geht")],
            ..deed(Delete, "/api/tenants/{slug}/mail/lists/{id}", "alpenblick", "list.remove")
        },
        Deed {
            body: shared("post").1,
            undo: undo(Delete, "/api/tenants/{slug}/mail/shared/{shared}", nothing()),
            ..deed(Post, SHARED, "alpenblick", "shared.create")
        },
        Deed {
            id: "{shared}",
            first: vec![shared("ablage")],
            body: value!({"name": "Ablage"}),
            undo: undo(Patch, "/api/tenants/{slug}/mail/shared/{shared}", value!({"name": "Post"})),
            ..deed(Patch, "/api/tenants/{slug}/mail/shared/{id}", "alpenblick", "shared.update")
        },
        Deed {
            id: "{shared}",
            first: vec![shared("fort")],
            ..deed(Delete, "/api/tenants/{slug}/mail/shared/{id}", "alpenblick", "shared.remove")
        },
        Deed {
            id: "alpenblick.test",
            body: value!({"plusAddresses": false}),
            undo: undo(Patch, DOMAIN, value!({"plusAddresses": true})),
            ..deed(Patch, DOMAIN, "alpenblick", "domain.mail")
        },
    ]
}

/// A file of nobody.
pub(super) const NOBODY: &str = "name,email\nNobody,nowhere\n";

/// What is decided about differences.
fn decisions() -> Vec<Deed> {
    use Method::{Delete, Post};
    let chosen = value!({"hash": "{hash}", "kind": "{kind}", "key": "{key}"});
    let why = value!({"reason": "They asked for it.", "days": 30});
    let mut accepted = chosen.clone();
    accepted["reason"] = why["reason"].clone();
    accepted["days"] = why["days"].clone();
    let withdraw = |path| Some((Delete, path, value!({})));
    vec![
        deed(Post, "/api/drift/scan", "", "drift.scan"),
        Deed {
            id: "{drift}",
            body: why.clone(),
            spoil: Some(foreign("6a2f5a8e-1111-4222-8333-444455556666", "dezky-tenant-elsewhere")),
            undo: withdraw("/api/drift/accepted/{acceptance}"),
            ..deed(Post, "/api/drift/{id}/accept", "", "drift.accept")
        },
        Deed {
            id: "{acceptance}",
            spoil: Some(foreign("6a2f5a8e-1111-4222-8333-444455557777", "dezky-tenant-abroad")),
            first: vec![("/api/drift/{drift}/accept", why)],
            ..deed(Delete, "/api/drift/accepted/{id}", "", "drift.withdraw")
        },
        Deed {
            body: chosen.clone(),
            spoil: Some(space(value!({"name": "Renamed", "quotaTotal": 1}))),
            ..deed(Post, "/api/tenants/{slug}/drift/revert", "alpenblick", "drift.revert")
        },
        Deed {
            body: chosen,
            spoil: Some(space(value!({"name": "Ærø & Søn", "quotaTotal": 7_000_000_000_i64}))),
            ..deed(Post, "/api/tenants/{slug}/drift/adopt", "lindqvist", "drift.adopt")
        },
        Deed {
            body: accepted.clone(),
            spoil: Some(space(value!({"name": "Renamed"}))),
            undo: withdraw("/api/tenants/{slug}/drift/{acceptance}"),
            ..deed(Post, "/api/tenants/{slug}/drift/accept", "muehlbauer", "drift.accept")
        },
        Deed {
            id: "{acceptance}",
            spoil: Some(space(value!({"quotaTotal": 1}))),
            first: vec![("/api/tenants/{slug}/drift/accept", accepted)],
            ..deed(Delete, "/api/tenants/{slug}/drift/{id}", "testlab", "drift.withdraw")
        },
    ]
}

/// The routes that may change something, each with its line in the table.
pub fn table() -> Vec<(Route, Deed)> {
    let mut deeds = deeds();
    // What is one's own alone, such as a password, is no deed: it ends the very sign-in that it is done with.
    let changing = routes()
        .into_iter()
        .filter(|route| route.mount == "Api" && route.method != "GET" && !OWN.contains(&route.guard));
    let mut table = Vec::new();
    for route in changing {
        let named = |deed: &Deed| deed.path == route.path && word(deed.method) == route.method;
        let place = deeds.iter().position(named);
        let place = place.unwrap_or_else(|| panic!("{route:?} has no line in the table of deeds"));
        table.push((route, deeds.remove(place)));
    }
    assert!(deeds.is_empty(), "no route is {}", deeds[0].path);
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
