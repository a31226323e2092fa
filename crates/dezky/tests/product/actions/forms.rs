//! A valid form of each page that changes something, in the order in which they are sent.

use serde_json::{Value, json as value};

use super::table::{NOBODY, SECRET, Spoil, changeable, foreign, space};

/// A form of a console, and what its record says; nothing where it writes none.
#[derive(Debug)]
pub struct Form {
    pub mount: &'static str,
    pub path: &'static str,
    pub slug: &'static str,
    pub id: &'static str,
    pub fields: &'static [(&'static str, &'static str)],
    pub action: &'static str,
    pub spoil: Option<Spoil>,
    /// What makes it possible: an action by the API.
    pub first: Option<(&'static str, Value)>,
}

fn form(path: &'static str, slug: &'static str, action: &'static str) -> Form {
    Form { mount: "Operator", path, slug, id: "", fields: &[], action, spoil: None, first: None }
}

fn of_member(path: &'static str, action: &'static str) -> Form {
    Form { mount: "Portal", id: "{member:nils@actions.test}", ..form(path, "acme", action) }
}

fn of_invited(path: &'static str, action: &'static str) -> Form {
    Form { id: "", ..of_member(path, action) }
}

fn of_domain(path: &'static str, action: &'static str) -> Form {
    Form { mount: "Portal", id: "neu.test", ..form(path, "acme", action) }
}

fn of_mail(
    path: &'static str,
    id: &'static str,
    fields: &'static [(&'static str, &'static str)],
    action: &'static str,
) -> Form {
    Form { mount: "Portal", id, fields, ..form(path, "acme", action) }
}

const CHOSEN: &[(&str, &str)] = &[("hash", "{hash}"), ("kind", "{kind}"), ("key", "{key}")];
const ACCEPTED: &[(&str, &str)] = &[
    ("hash", "{hash}"),
    ("kind", "{kind}"),
    ("key", "{key}"),
    ("reason", "They asked for it."),
    ("days", "30"),
];

/// In the order in which they are sent: some make the next possible.
pub fn forms() -> Vec<Form> {
    let mut all = of_operators();
    all.extend(of_workspaces());
    all.extend(of_people());
    all
}

fn of_operators() -> Vec<Form> {
    vec![
        Form {
            fields: &[("slug", "forms"), ("name", "Ærø"), ("plan", "starter"), ("seats", "3")],
            ..form("/tenants", "forms", "tenant.create")
        },
        Form {
            fields: &[("version", "{version}"), ("seats", "7")],
            ..form("/tenants/{slug}/edit", "nordlys", "tenant.update")
        },
        Form { fields: &[("hash", "{hash}")], ..form("/tenants/{slug}/apply", "skovbo", "tenant.apply") },
        form("/tenants/{slug}/reconcile", "skovbo", "tenant.reconcile"),
        // The hash of nothing, for nothing waits.
        Form {
            fields: &[("hash", "e3b0c44298fc1c149afbf4c8996fb924"), ("confirm", "Skovbo Tandlæger")],
            ..form("/tenants/{slug}/stopped-removals", "skovbo", "")
        },
        form("/tenants/{slug}/suspend", "skovbo", "tenant.suspend"),
        form("/tenants/{slug}/resume", "skovbo", "tenant.resume"),
        Form {
            fields: &[("confirm", "Havnens Revision")],
            ..form("/tenants/{slug}/terminate", "havn", "tenant.terminate")
        },
        form("/drift/scan", "", "drift.scan"),
        Form {
            id: "{drift}",
            fields: &[("reason", "They asked for it."), ("days", "30")],
            spoil: Some(foreign("6a2f5a8e-1111-4222-8333-444455556666", "dezky-tenant-elsewhere")),
            ..form("/drift/{id}/accept", "", "drift.accept")
        },
        Form { fields: &[("id", "{acceptance}")], ..form("/drift/withdraw", "", "drift.withdraw") },
        Form {
            fields: CHOSEN,
            spoil: Some(space(value!({"name": "Renamed"}))),
            ..form("/tenants/{slug}/drift/revert", "lindqvist", "drift.revert")
        },
        Form {
            fields: CHOSEN,
            spoil: Some(space(value!({"quotaTotal": 7_000_000_000_i64}))),
            ..form("/tenants/{slug}/drift/adopt", "lindqvist", "drift.adopt")
        },
        form("/tenants/{slug}/storage", "lindqvist", "tenant.update"),
        Form {
            fields: ACCEPTED,
            spoil: Some(space(value!({"name": "Renamed"}))),
            ..form("/tenants/{slug}/drift/accept", "testlab", "drift.accept")
        },
        Form {
            fields: &[("id", "{acceptance}")],
            ..form("/tenants/{slug}/drift/withdraw", "testlab", "drift.withdraw")
        },
        Form {
            id: "buergt.test",
            first: Some(("/api/tenants/{slug}/domains", value!({"name": "buergt.test"}))),
            ..form("/tenants/{slug}/domains/{name}/vouch", "lindqvist", "domain.vouch")
        },
        Form { id: "buergt.test", ..form("/tenants/{slug}/domains/{name}/recheck", "lindqvist", "") },
        Form {
            id: "{invitation:operator@actions.test}",
            first: Some(("/api/tenants/{slug}/invitations", value!({"email": "operator@actions.test"}))),
            ..form("/tenants/{slug}/invitations/{id}/resend", "lindqvist", "invitation.resend")
        },
        Form {
            id: "{invitation:operator@actions.test}",
            ..form("/tenants/{slug}/invitations/{id}/revoke", "lindqvist", "invitation.revoke")
        },
    ]
}

fn of_workspaces() -> Vec<Form> {
    vec![
        Form { mount: "Portal", ..form("/admin/{slug}/reconcile", "acme", "tenant.reconcile") },
        of_mail("/admin/{slug}/mail/lists", "", &[("address", "all@acme-widgets.test")], "list.create"),
        of_mail(
            "/admin/{slug}/mail/aliases",
            "",
            &[("address", "to@acme-widgets.test"), ("target", "all@acme-widgets.test")],
            "alias.add",
        ),
        of_mail("/admin/{slug}/mail/aliases/{address}/remove", "to@acme-widgets.test", &[], "alias.remove"),
        of_mail(
            "/admin/{slug}/mail/lists/{id}",
            "{list}",
            &[("version", "1"), ("description", "All")],
            "list.update",
        ),
        of_mail("/admin/{slug}/mail/lists/{id}/remove", "{list}", &[], "list.remove"),
        of_mail(
            "/admin/{slug}/mail/shared",
            "",
            &[("address", "box@acme-widgets.test"), ("name", "Box")],
            "shared.create",
        ),
        of_mail(
            "/admin/{slug}/mail/shared/{id}",
            "{shared}",
            &[("version", "1"), ("name", "Post")],
            "shared.update",
        ),
        of_mail("/admin/{slug}/mail/shared/{id}/remove", "{shared}", &[("confirm", "Post")], "shared.remove"),
        of_mail(
            "/admin/{slug}/mail/domains/{name}",
            "acme-widgets.test",
            &[("plusAddresses", "off")],
            "domain.mail",
        ),
        of_mail("/admin/{slug}/groups", "", &[("name", "Finance")], "group.create"),
        of_mail(
            "/admin/{slug}/groups/{id}",
            "{group}",
            &[("version", "1"), ("name", "Money"), ("description", "All of it")],
            "group.update",
        ),
        of_mail(
            "/admin/{slug}/groups/{id}/members",
            "{group}",
            &[("pick", "{member:maja@acme.test}")],
            "group.add_members",
        ),
        of_mail(
            "/admin/{slug}/groups/{id}/members/remove",
            "{group}",
            &[("pick", "{member:maja@acme.test}")],
            "group.remove_members",
        ),
        // It has none, and what upstream may have of it is looked for.
        of_mail("/admin/{slug}/groups/{id}/remove-space", "{group}", &[("confirm", "Money")], "group.update"),
        of_mail("/admin/{slug}/groups/{id}/remove", "{group}", &[], "group.remove"),
        Form { fields: &[("name", "neu.test")], ..of_domain("/admin/{slug}/domains", "domain.add") },
        of_domain("/admin/{slug}/domains/{name}/recheck", ""),
        Form {
            fields: &[("policy", "none")],
            ..of_domain("/admin/{slug}/domains/{name}/dmarc", "domain.dmarc")
        },
        Form {
            fields: &[
                ("hash", "{publish:neu.test}"),
                ("key.name", "dezky"),
                ("key.algorithm", "hmac-sha256"),
                ("key.secret", SECRET),
            ],
            spoil: Some(changeable("neu.test")),
            ..of_domain("/admin/{slug}/domains/{name}/publish", "domain.publish")
        },
        // It is primary already.
        Form { id: "acme-widgets.test", ..of_domain("/admin/{slug}/domains/{name}/primary", "") },
        of_domain("/admin/{slug}/domains/{name}/remove", "domain.remove"),
    ]
}

fn of_people() -> Vec<Form> {
    vec![
        Form {
            id: "",
            fields: &[("name", "Nils Skov"), ("email", "nils@actions.test"), ("role", "member")],
            ..of_member("/admin/{slug}/members", "member.create")
        },
        Form {
            fields: &[("name", "Nils Skov"), ("role", "admin")],
            ..of_member("/admin/{slug}/members/{id}", "member.update")
        },
        of_member("/admin/{slug}/members/{id}/suspend", "member.suspend"),
        of_member("/admin/{slug}/members/{id}/resume", "member.resume"),
        of_member("/admin/{slug}/members/{id}/force-logout", "member.force_logout"),
        Form {
            id: "{member:bo@acme.test}",
            ..of_member("/admin/{slug}/members/{id}/sessions/{session}/end", "member.end_session")
        },
        of_member("/admin/{slug}/members/{id}/reset-password", "member.reset_password"),
        Form {
            fields: &[("pick", "{member:nils@actions.test}"), ("operation", "force-logout"), ("sure", "yes")],
            ..of_member("/admin/{slug}/members/bulk", "member.force_logout")
        },
        Form { fields: &[("csv", NOBODY)], ..of_invited("/admin/{slug}/members/import", "import.check") },
        Form { fields: &[("csv", NOBODY)], ..of_invited("/admin/{slug}/imports", "import.start") },
        // It is over already: there was nobody in it.
        Form { id: "{import}", ..of_invited("/admin/{slug}/imports/{id}/cancel", "") },
        Form { id: "{import}", ..of_invited("/admin/{slug}/imports/{id}/passwords", "") },
        Form {
            fields: &[("email", "forms@actions.test")],
            ..of_invited("/admin/{slug}/invitations", "invitation.create")
        },
        Form {
            id: "{invitation:forms@actions.test}",
            ..of_invited("/admin/{slug}/invitations/{id}/resend", "invitation.resend")
        },
        Form {
            id: "{invitation:forms@actions.test}",
            ..of_invited("/admin/{slug}/invitations/{id}/revoke", "invitation.revoke")
        },
        of_member("/admin/{slug}/members/{id}/offboard", "member.offboard"),
        Form {
            id: "",
            fields: &[("gigabytes", "3")],
            ..of_member("/admin/{slug}/storage/space", "storage.give_space")
        },
        Form {
            fields: &[("gigabytes", "0.5")],
            ..of_member("/admin/{slug}/storage/members/{id}", "storage.give")
        },
        Form {
            fields: &[("confirm", "Nils Skov")],
            ..of_member("/admin/{slug}/members/{id}/remove", "member.remove")
        },
    ]
}
