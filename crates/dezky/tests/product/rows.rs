//! The law of rows: over every page of both consoles that shows a list, each row that names an object leads to it. The
//! pages come from the golden route table: one that names an object needs one here.

use std::collections::{BTreeMap, BTreeSet};

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::Product;
use crate::markup;
use crate::matrix::routes;
use crate::session::Person;
use crate::tenant_api::{ANNA, DOMAIN, GIB, IDA, MAJA, TenantApi, at, find, items, text};

/// Lists whose rows are no objects with a page of their own, and why.
const EXCUSED: &[(&str, &str, &str)] = &[
    ("/admin/{slug}/invitations", "invitations", "all there is of an invitation stands in its row"),
    ("/tenants/{slug}/invitations", "invitations", "all there is of an invitation stands in its row"),
    ("/partners/{partner}/staff", "staff-invitations", "all there is of an invitation stands in its row"),
    ("/account/sessions", "sessions", "all that is known of a session stands in its row"),
    ("/admin/{slug}/members/{id}", "sessions", "all that is known of a session stands in its row"),
    ("/account/app-passwords", "app-passwords", "all there is of an app password stands in its row"),
    ("/admin/{slug}/domains/{name}/clients", "servers", "a server is no object of this console"),
    ("/account/mail", "servers", "a server is no object of this console"),
    ("/admin/{slug}/imports/{id}", "lines", "a line that was skipped became nobody"),
    ("/infrastructure", "infrastructure", "all that is known of a service stands in its row"),
    ("/drift", "drift", "what belongs to no workspace is decided about in its row"),
];

/// Pages that are not looked at, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("/sign-in", "leads to the identity provider"),
    ("/sign-in/callback", "answers the identity provider"),
    ("/palette", "answers a script"),
    ("/_components", "shows components, which stand for nothing"),
    ("/account/mail/mobileconfig", "is a file"),
    ("/admin/{slug}/members.csv", "is a file"),
    ("/admin/{slug}/domains/{name}/zone", "is a file"),
    ("/admin/{slug}/domains/{name}/clients/mobileconfig", "is a file"),
    ("/admin/{slug}/imports/{id}/skipped.csv", "is a file"),
    ("/admin/{slug}/members/import/template.csv", "is a file"),
    ("/admin/{slug}/members/{id}/offboard", "needs somebody who left, and lists what was looked at"),
    ("/invitation/{secret}", "is one invitation's own page"),
    ("/staff-invitation/{secret}", "is one invitation's own page"),
];

/// One object of each kind that a page of `acme` names, by the page's path.
async fn objects(api: &TenantApi<'_>) -> BTreeMap<&'static str, String> {
    let post = async |path: &str, body: Value| text(&api.ok(Method::Post, path, body).await["id"]);
    let nils = api.make_member("Nils Skov", "nils").await;
    let alias = value!({"address": at("sales"), "target": at("nils")});
    api.ok(Method::Post, "/mail/aliases", alias).await;
    let list = value!({"address": at("all"), "recipients": [at("sales"), at("nils")]});
    let list = post("/mail/lists", list).await;
    let shared = value!({"address": at("support"), "name": "Support", "readers": [at("nils")]});
    let shared = post("/mail/shared", shared).await;
    let storage = api.get("/storage").await;
    let rest = value!({"spaceBytes": storage["total"].as_i64().unwrap() - 4 * GIB});
    api.ok(Method::Patch, "/storage", rest).await;
    let group = value!({"name": "Finance", "spaceBytes": GIB, "members": [nils]});
    let group = post("/groups", group).await;
    let lines = "name,email\nRia Hav,ria@acme-widgets.test\nNobody,nowhere\n";
    let import = post("/imports", value!({"csv": lines, "passwords": "invite"})).await;
    api.ok(Method::Post, "/invitations", value!({"email": "asked@private.test"})).await;
    let member = api.id(MAJA).await;
    let invited = value!({"email": "asked@private.test", "role": "support"});
    let at_partner = "/api/partners/nordit";
    let token = api.product.token(IDA, "operator");
    let sent =
        api.product.call(Method::Post, &format!("{at_partner}/invitations"), token, Some(invited)).await;
    assert_eq!(sent.status, 201);
    let staff = api.product.show(&format!("{at_partner}/users")).await;
    let staff = text(&find(items(&staff), "email", "sven@nordit.test")["id"]);
    BTreeMap::from([
        ("/partners/{partner}/staff/{id}", staff),
        ("/admin/{slug}/members/{id}", nils),
        ("/tenants/{slug}/members/{id}", member),
        ("/admin/{slug}/mail/aliases/{address}", at("sales")),
        ("/admin/{slug}/mail/lists/{id}", list),
        ("/admin/{slug}/mail/shared/{id}", shared),
        ("/admin/{slug}/groups/{id}", group),
        ("/admin/{slug}/imports/{id}", import),
        ("/admin/{slug}/domains/{name}", DOMAIN.to_owned()),
        ("/tenants/{slug}/domains/{name}", DOMAIN.to_owned()),
        ("/flags/{key}", "rows".to_owned()),
    ])
}

/// A page's address: that of its object, or of the object that it is a part of.
fn address(path: &'static str, objects: &BTreeMap<&'static str, String>) -> String {
    let own = objects.iter().filter(|(known, _)| path == **known || path.starts_with(&format!("{known}/")));
    let object = own.max_by_key(|(known, _)| known.len()).map(|(_, id)| id.as_str());
    let filled = ["{id}", "{name}", "{address}", "{key}"].iter().fold(
        path.replace("{slug}", "acme").replace("{partner}", "nordit"),
        |path, name| {
            if path.contains(name) {
                path.replace(name, object.unwrap_or_else(|| panic!("{path} has no object to show")))
            } else {
                path
            }
        },
    );
    assert!(!filled.contains('{'), "{filled} names something that is not made here");
    filled
}

/// Makes something differ upstream, and has Dezky notice.
async fn differ(product: &Product) {
    let space = text(&TenantApi::of_operator(product, "acme").get("").await["handles"]["ocisSpaceId"]);
    let path = format!("drives/{}", space.replace('$', "%24"));
    product.spoil("ocis", &path, &value!({"name": "Renamed"})).await;
    let scanned = product.call(Method::Post, "/api/drift/scan", product.token(IDA, "operator"), None).await;
    assert_eq!(scanned.status, 200);
}

/// What is wrong with the rows of a console, and which lists were seen.
async fn judge(
    mount: &'static str,
    person: &mut Person<'_>,
    objects: &BTreeMap<&'static str, String>,
) -> (Vec<String>, BTreeSet<(&'static str, String)>) {
    let (mut wrong, mut seen, mut known) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    let is_looked_at =
        |path: &str| !path.ends_with("/live") && LEFT_OUT.iter().all(|(left_out, _)| *left_out != path);
    let pages = routes().into_iter().filter(|route| route.mount == mount && route.method == "GET");
    for route in pages.filter(|route| is_looked_at(route.path)) {
        let page = address(route.path, objects);
        let (status, shown) = person.page(&page).await;
        assert_eq!(status, 200, "{page}");
        for row in markup::rows(&shown) {
            let is_excused = EXCUSED.iter().any(|(path, list, _)| *path == route.path && *list == row.list);
            match &row.leads_to {
                Some(to) if to.starts_with('/') && known.insert(to.clone()) => {
                    let (status, _) = person.page(to).await;
                    if status != 200 {
                        wrong.push(format!("{page}, {}: “{}” leads to {to}: {status}", row.list, row.says));
                    }
                }
                None if !is_excused => {
                    wrong.push(format!("{page}, {}: “{}” leads nowhere", row.list, row.says));
                }
                Some(_) | None => {}
            }
            seen.insert((route.path, row.list));
        }
    }
    (wrong, seen)
}

#[tokio::test]
async fn each_row_that_names_an_object_leads_to_it() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let objects = objects(&api).await;
    differ(&product).await;
    let flag = value!({"key": "rows", "kind": "on"});
    let made = product.call(Method::Post, "/api/flags", product.token(IDA, "operator"), Some(flag)).await;
    assert_eq!(made.status, 201);
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let (mut wrong, mut seen) = judge("Operator", &mut ida, &objects).await;
    let mut anna = Person::sign_in(&product, ANNA).await;
    let (of_portal, seen_there) = judge("Portal", &mut anna, &objects).await;
    wrong.extend(of_portal);
    seen.extend(seen_there);
    assert!(wrong.is_empty(), "{wrong:#?}");
    // The law says nothing of lists without rows.
    let lists = [
        ("/", "latest"),
        ("/tenants", "tenants"),
        ("/domains", "domains"),
        ("/drift", "drift"),
        ("/flags", "flags"),
        ("/audit", "log"),
        ("/partners", "partners"),
        ("/partners/{partner}/customers", "customers"),
        ("/partners/{partner}/staff", "staff"),
        ("/partners/{partner}/audit", "log"),
        ("/tenants/{slug}/members", "members"),
        ("/tenants/{slug}/members/{id}", "latest"),
        ("/tenants/{slug}/invitations", "invitations"),
        ("/tenants/{slug}/domains", "domains"),
        ("/admin/{slug}/members", "members"),
        ("/admin/{slug}/invitations", "invitations"),
        ("/admin/{slug}/groups", "groups"),
        ("/admin/{slug}/mail", "addresses"),
        ("/admin/{slug}/domains", "domains"),
    ];
    let unseen: Vec<_> =
        lists.iter().filter(|(path, list)| !seen.contains(&(*path, (*list).to_owned()))).collect();
    assert!(unseen.is_empty(), "no rows were seen in {unseen:?}, but in {seen:?}");
}

#[tokio::test]
async fn the_operators_log_leads_to_members_invitations_and_domains() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let member = api.id(MAJA).await;
    api.ok(Method::Patch, &format!("/users/{member}"), value!({"name": "Maja Storm"})).await;
    api.ok(Method::Post, "/invitations", value!({"email": "asked@private.test"})).await;
    api.ok(Method::Post, "/domains", value!({"name": "neu.test"})).await;
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let places = [
        ("member.update", format!("/tenants/acme/members/{member}")),
        ("invitation.create", "/tenants/acme/invitations".to_owned()),
        ("domain.add", "/tenants/acme/domains/neu.test".to_owned()),
    ];
    for (action, place) in places {
        let records = api.get("/audit?limit=200").await;
        let record = text(&find(items(&records), "action", action)["id"]);
        let (status, page) = ida.page(&format!("/tenants/acme/audit?open={record}")).await;
        assert_eq!(status, 200);
        assert!(markup::links(&page).contains(&place), "the record of {action} does not lead to {place}");
        assert_eq!(ida.page(&place).await.0, 200, "{place}");
    }
    // A record is opened wherever it lies in its log, and in no other.
    let records = api.get("/audit?limit=200").await;
    let oldest = text(&items(&records).last().unwrap()["id"]);
    let mut opens = async |slug: &str| {
        let (status, page) = ida.page(&format!("/tenants/{slug}/audit?open={oldest}&limit=1")).await;
        assert_eq!(status, 200);
        page.contains("id=\"event\"")
    };
    assert!(items(&records).len() > 1 && opens("acme").await);
    assert!(!opens("fjord").await, "a record of acme is shown in the log of fjord");
}
