//! Groups inside a workspace, through the API and the simulated upstreams: what a group opens is open to just its people.

use outbound::{Call, Method};
use serde_json::{Value, json as value};

use crate::harness::{Product, client};
use crate::session::Person;
use crate::tenant_api::{ANNA, GIB, IDA, MAJA, OTTO, TenantApi, at, gigabytes, text, until};

impl TenantApi<'_> {
    /// Makes a group and waits until all of it is done.
    async fn group(&self, new: Value) -> Value {
        let made = self.ok(Method::Post, "/groups", new).await;
        self.whole(&text(&made["id"])).await
    }

    async fn whole(&self, id: &str) -> Value {
        self.until(&format!("/groups/{id}"), |group| group["status"] == "ok").await
    }

    async fn group_at_sign_in(&self, name: &str) -> Option<Value> {
        let groups = self.product.objects("authentik", "groups").await;
        groups.into_iter().find(|group| group["name"] == name)
    }

    /// The names of the people who are in a group at sign-in.
    async fn people_at_sign_in(&self, name: &str) -> Vec<String> {
        let group = self.group_at_sign_in(name).await.unwrap_or_else(|| panic!("{name} is not there"));
        let users = self.product.objects("authentik", "users").await;
        let is_in = |user: &&Value| group["users"].as_array().unwrap().contains(&user["id"]);
        let mut names: Vec<String> = users.iter().filter(is_in).map(|user| text(&user["name"])).collect();
        names.sort();
        names
    }

    async fn space(&self, name: &str) -> Option<Value> {
        let drives = self.product.objects("ocis", "drives").await;
        drives.into_iter().find(|drive| drive["name"] == name && drive["driveType"] == "project")
    }

    /// Leaves just this much room for spaces. Gives how much there is in all.
    async fn make_room(&self, bytes: i64) -> i64 {
        let total = self.get("/storage").await["total"].as_i64().unwrap();
        self.ok(Method::Patch, "/storage", value!({"spaceBytes": total - bytes})).await;
        total
    }
}

#[tokio::test]
async fn a_group_has_its_people_at_sign_in_and_by_mail_and_follows_them() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let (bo, lone) = (api.make_member("Bo Ærø", "bo.e").await, api.make_member("Lone Ærø", "lone").await);
    let new = value!({
        "name": "Økonomi & Løn", "description": "Money", "address": at("finance"),
        "members": [bo, "LONE@private.test", at("lone")],
    });
    let group = api.group(new).await;
    let id = text(&group["id"]);
    let name = "dezky-group-acme.oekonomi-loen";
    assert_eq!((&group["slug"], &group["nameForApps"]), (&value!("oekonomi-loen"), &value!(name)));
    assert_eq!((&group["people"], &group["version"]), (&value!(2), &value!(1)), "each once: {group}");
    assert_eq!(api.people_at_sign_in(name).await, ["Bo Ærø", "Lone Ærø"]);
    let dezky = &api.group_at_sign_in(name).await.unwrap()["attributes"]["dezky"];
    assert_eq!((&dezky["display_name"], &dezky["state"]), (&value!("Økonomi & Løn"), &value!("open")));
    let both = [(at("bo.e"), "stored".to_owned()), (at("lone"), "stored".to_owned())];
    assert_eq!(product.delivered(&at("finance")).await, both);

    // A further name leads nowhere, and lists may send to it.
    let alias = value!({"address": at("money"), "target": at("finance")});
    let (status, code, field, said) = api.refused(Method::Post, "/mail/aliases", alias).await;
    assert_eq!((status, &*code, &*field), (409, "alias-of-group", "target"), "{said}");
    api.ok(Method::Post, "/mail/lists", value!({"address": at("all"), "recipients": [at("finance")]})).await;
    until("the list reaches the group", async || product.delivered(&at("all")).await == both).await;

    // Suspended: out at sign-in, mail keeps arriving; resumed: in again.
    api.ok(Method::Post, &format!("/users/{bo}/suspend"), value!({})).await;
    until("Bo is out", async || api.people_at_sign_in(name).await == ["Lone Ærø"]).await;
    let shown = api.whole(&id).await;
    assert_eq!(shown["members"][0]["suspended"], true, "{shown}");
    assert_eq!(product.delivered(&at("finance")).await, both);
    api.ok(Method::Post, &format!("/users/{bo}/resume"), value!({})).await;
    until("Bo is back", async || api.people_at_sign_in(name).await.len() == 2).await;

    // Another name, and the slug stays.
    let renamed = api.ok(Method::Patch, &format!("/groups/{id}"), value!({"name": "Finance"})).await;
    assert_eq!((&renamed["slug"], &renamed["version"]), (&value!("oekonomi-loen"), &value!(2)));
    api.whole(&id).await;
    let dezky = &api.group_at_sign_in(name).await.unwrap()["attributes"]["dezky"];
    assert_eq!(dezky["display_name"], "Finance");

    // Taken out, put in, and gone with the workspace.
    api.ok(Method::Delete, &format!("/groups/{id}/members/{lone}"), Value::Null).await;
    until("Lone is out", async || product.delivered(&at("finance")).await == both[..1]).await;
    assert_eq!(api.people_at_sign_in(name).await, ["Bo Ærø"]);
    api.ok(Method::Post, &format!("/groups/{id}/members"), value!({"members": [lone]})).await;
    until("Lone is in", async || product.delivered(&at("finance")).await == both).await;
    api.ok(Method::Delete, &format!("/users/{bo}"), Value::Null).await;
    let left = api.whole(&id).await;
    assert_eq!((&left["people"], &left["members"][0]["name"]), (&value!(1), &value!("Lone Ærø")), "{left}");
    until("Bo is gone", async || api.people_at_sign_in(name).await == ["Lone Ærø"]).await;
    until("no mail to Bo", async || product.delivered(&at("finance")).await == both[1..]).await;
    let ida = TenantApi::of_operator(&product, "acme");
    assert_eq!(ida.call(Method::Post, "/suspend", value!({})).await.0, 200);
    until("nobody is in", async || api.people_at_sign_in(name).await.is_empty()).await;
    assert_eq!(product.delivered(&at("finance")).await, both[1..], "mail keeps arriving");
    assert_eq!(ida.call(Method::Post, "/resume", value!({})).await.0, 200);
    until("Lone is in again", async || api.people_at_sign_in(name).await == ["Lone Ærø"]).await;

    // Nothing is left of it, and what sent to it does so no more.
    let gone = api.ok(Method::Delete, &format!("/groups/{id}"), Value::Null).await;
    assert_eq!(gone["filesUntil"], Value::Null);
    until("it is gone", async || api.group_at_sign_in(name).await.is_none()).await;
    let nobody = [(at("finance"), "refused".to_owned())];
    until("mail comes back", async || product.delivered(&at("finance")).await == nobody).await;
    let lists = api.get("/mail/lists").await;
    assert_eq!(lists["items"][0]["recipients"], value!([]), "{lists}");
    assert_eq!(api.refused(Method::Get, &format!("/groups/{id}"), Value::Null).await.0, 404);
    // Its name and slug are free again once that is so.
    until("the slug is free", async || {
        let again = api.call(Method::Post, "/groups", value!({"name": "Finance", "slug": "oekonomi-loen"}));
        again.await.0 == 201
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_is_refused_and_says_why() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let bo = api.make_member("Bo Ærø", "bo.e").await;
    let group = api.group(value!({"name": "Finance", "address": at("finance"), "members": [bo]})).await;
    let path = format!("/groups/{}", text(&group["id"]));
    let post = async |body: Value| api.refused(Method::Post, "/groups", body).await;
    let (status, code, field, said) = post(value!({"name": "FINANCE"})).await;
    assert_eq!((status, &*code, &*field), (409, "name-taken", "name"));
    assert!(said.contains("“Finance”"), "{said}");
    let (status, code, field, said) = post(value!({"name": "Other", "slug": "finance"})).await;
    assert_eq!((status, &*code, &*field), (409, "slug-taken", "slug"));
    assert!(said.contains("“Finance”"), "{said}");
    let (status, code, field, said) = post(value!({"name": "Other", "address": at("bo.e")})).await;
    assert_eq!((status, &*code, &*field), (409, "address-taken", "address"));
    assert!(said.contains("the mailbox of Bo Ærø"), "{said}");
    let list = value!({"address": at("finance")});
    let (status, code, _, said) = api.refused(Method::Post, "/mail/lists", list).await;
    assert_eq!((status, &*code), (409, "address-taken"));
    assert!(said.contains("the group Finance"), "{said}");
    let member = value!({"name": "Fi Nance", "email": "fi@private.test", "mailbox": "finance"});
    let (status, _, field, said) = api.refused(Method::Post, "/users", member).await;
    assert_eq!((status, &*field), (409, "mailbox"));
    assert!(said.contains("the group Finance"), "{said}");
    let (status, code, ..) = post(value!({"name": "Other", "address": "x@fjordrejser.test"})).await;
    assert_eq!((status, &*code), (422, "foreign-domain"));
    for (body, field) in [
        (value!({}), "name"),
        (value!({"name": "x".repeat(61)}), "name"),
        (value!({"name": "  "}), "name"),
        (value!({"name": "a\u{202e}b"}), "name"),
        (value!({"name": "A", "slug": "A B"}), "slug"),
        (value!({"name": "A", "address": "two words@acme-widgets.test"}), "address"),
        (value!({"name": "A", "spaceBytes": 0}), "spaceBytes"),
        (value!({"name": "A", "members": ["nobody@nowhere.test"]}), "members"),
        (value!({"name": "A", "colour": "red"}), "colour"),
    ] {
        let (status, _, named, said) = post(body.clone()).await;
        assert_eq!((status, &*named), (422, field), "{body}: {said}");
    }
    let people = format!("{path}/members");
    let (status, code, ..) = api.refused(Method::Post, &people, value!({"members": ["usr_x"]})).await;
    assert_eq!((status, &*code), (422, "no-such-member"));
    assert_eq!(api.refused(Method::Post, &people, value!({"members": []})).await.0, 422);
    assert_eq!(api.refused(Method::Delete, &format!("{people}/usr_x"), Value::Null).await.0, 404);
    assert_eq!(api.refused(Method::Get, "/groups/gro_x", Value::Null).await.0, 404);
    assert_eq!(api.refused(Method::Get, "/groups?sort=size", Value::Null).await.0, 422);

    // Whoever read an older version changes nothing.
    let changed = api.ok(Method::Patch, &path, value!({"description": "Money"})).await;
    assert_eq!(changed["version"], 2, "{changed}");
    let call = Call::new(Method::Patch, format!("/api/tenants/acme{path}"))
        .bearer(api.token.into())
        .header("if-match", "\"v1\"")
        .json(&value!({"name": "Older"}));
    assert_eq!(client(product.origin("api")).send(call).await.unwrap().status, 412);

    // Another workspace's people see none of it.
    assert_eq!(TenantApi::of(&product, OTTO, "acme").call(Method::Get, &path, Value::Null).await.0, 404);
    let theirs = TenantApi::of(&product, OTTO, "fjord").call(Method::Get, &path, Value::Null).await;
    assert_eq!(theirs.0, 404, "it is acme's");
}

#[tokio::test]
async fn a_group_has_a_space_without_anybody_making_room_and_is_shown_the_way_when_there_is_none() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let free = api.get("/storage").await["free"].as_i64().unwrap();
    api.group(value!({"name": "Finance", "spaceBytes": GIB})).await;
    let page = "/admin/acme/groups";
    let mut anna = Person::sign_in(&product, ANNA).await;
    let left = free / GIB - 1;
    let (_, shown) = anna.page(page).await;
    assert!(
        shown.contains(&format!("Up to {}.", gigabytes(left * GIB))) && !shown.contains("No storage is free"),
        "{shown}"
    );

    // What is too much is said at the field that it was typed in, and the focus is there.
    let (more, form) = ((left + 1).to_string(), [("name", "Sales"), ("description", ""), ("address", "")]);
    let fields = [form.as_slice(), &[("space", more.as_str())]].concat();
    let (status, refused) = anna.send(page, page, &fields).await;
    assert_eq!(status, 422, "{refused}");
    let field = |name: &str| {
        let before = refused.split_once(&format!("id=\"add-group-f-{name}\"")).unwrap();
        let (start, end) = (before.0.rsplit_once('<').unwrap().1, before.1.split_once('>').unwrap().0);
        format!("{start}{end}")
    };
    assert!(field("space").contains("autofocus") && field("space").contains("aria-invalid"), "{refused}");
    assert!(!field("name").contains("autofocus") && !field("name").contains("aria-invalid"), "{refused}");

    // With nothing left, the dialog says who has it and leads to where that is changed.
    let total = api.get("/storage").await["total"].as_i64().unwrap();
    api.ok(Method::Patch, "/storage", value!({"spaceBytes": total - GIB})).await;
    let (_, shown) = anna.page(page).await;
    assert!(shown.contains("members have 0 GB and groups have 1 GB"), "{shown}");
    assert!(shown.contains("href=\"/admin/acme/storage?of=space\""), "{shown}");
}

#[tokio::test]
async fn a_space_is_taken_from_the_storage_and_its_files_outlive_it_for_a_week() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let bo = api.make_member("Bo Ærø", "bo.e").await;
    let with_space = |bytes: i64| value!({"name": "Finance", "spaceBytes": bytes, "members": [bo]});
    api.make_room(0).await;
    let (status, code, field, said) = api.refused(Method::Post, "/groups", with_space(GIB)).await;
    assert_eq!((status, &*code, &*field), (409, "over-plan", "spaceBytes"), "{said}");
    assert!(said.starts_with("0 GB") && said.contains("under Storage"), "{said}");
    api.make_room(3 * GIB).await;
    let group = api.group(with_space(2 * GIB)).await;
    let path = format!("/groups/{}", text(&group["id"]));
    let drive = api.space("Finance").await.expect("the space is there");
    assert_eq!(drive["quota"]["total"], 2 * GIB, "{drive}");
    let editors = drive["members"].as_object().unwrap().values().filter(|role| **role == "editor");
    assert_eq!(editors.count(), 1, "Bo edits it: {drive}");
    let named = |storage: &Value| storage["groupSpaces"][0]["drive"]["total"] == 2 * GIB;
    let storage = api.until("/storage", named).await;
    assert_eq!((&storage["free"], &storage["groupSpaces"][0]["name"]), (&value!(GIB), &value!("Finance")));
    let too_much = value!({"spaceBytes": 4 * GIB});
    let (status, _, field, said) = api.refused(Method::Patch, &path, too_much).await;
    assert_eq!((status, &*field), (409, "spaceBytes"));
    assert!(said.starts_with("3 GB"), "{said}");
    let total = storage["total"].as_i64().unwrap();
    let own = api.refused(Method::Patch, "/storage", value!({"spaceBytes": total})).await;
    assert_eq!(own.0, 409, "what the group has is no longer the workspace's: {own:?}");

    // Without its space the files stay for a week, and nobody gets at them.
    let now = api.ok(Method::Patch, &path, value!({"spaceBytes": null})).await;
    assert!(now["filesUntil"].is_string(), "{now}");
    api.whole(&text(&group["id"])).await;
    let listed = api.get("/groups").await;
    assert_eq!(listed["items"][0]["status"], "ok", "files that are kept are nothing under way: {listed}");
    let left = api.space("Finance").await.expect("the files are kept");
    assert_eq!((&left["id"], left["members"].as_object().unwrap().len()), (&drive["id"], 1), "{left}");
    api.until("/storage", |storage| storage["free"] == 3 * GIB).await;
    api.ok(Method::Patch, &path, value!({"spaceBytes": GIB})).await;
    let back = api.whole(&text(&group["id"])).await;
    assert_eq!(back["filesUntil"], Value::Null, "{back}");
    let again = api.space("Finance").await.unwrap();
    assert_eq!((&again["id"], &again["quota"]["total"]), (&drive["id"], &value!(GIB)), "the files are back");

    // Removed, it says until when they are kept, and its slug is not given to another meanwhile.
    let gone = api.ok(Method::Delete, &path, Value::Null).await;
    assert!(gone["filesUntil"].is_string(), "{gone}");
    until("it is gone at sign-in", async || api.group_at_sign_in("dezky-group-acme.finance").await.is_none())
        .await;
    assert!(api.space("Finance").await.is_some(), "its files are kept");
    api.until("/storage", |storage| storage["groupSpaces"] == value!([])).await;
    let next = api.group(with_space(GIB)).await;
    assert_eq!(next["slug"], "finance-2", "{next}");
    let kept = api.refused(Method::Post, "/groups", value!({"name": "Other", "slug": "finance"})).await;
    assert_eq!((kept.0, &*kept.1), (409, "slug-taken"));
    assert!(kept.3.contains("being removed"), "{}", kept.3);
}

#[tokio::test]
async fn what_is_changed_behind_a_group_is_put_right_and_is_never_the_workspaces_own() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.member(MAJA).await;
    api.make_room(GIB).await;
    let new = value!({"name": "Finance", "spaceBytes": GIB, "members": [MAJA]});
    api.group(new).await;
    let drive = api.space("Finance").await.expect("the space is there");
    let path = format!("drives/{}", text(&drive["id"]).replace('$', "%24"));
    product.spoil("ocis", &path, &value!({"name": "Renamed"})).await;
    let operator = TenantApi::of_operator(&product, "acme");
    let planned = async || {
        let (_, plan) = operator.call(Method::Post, "/plan", value!({})).await;
        let all = plan["changes"].as_array().cloned().unwrap_or_default();
        (text(&plan["hash"]), all.into_iter().find(|change| change["key"] == "acme--finance"))
    };
    until("the plan names the space", async || planned().await.1.is_some()).await;
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let mut decide = async |action: &str| {
        let (hash, _) = planned().await;
        let fields = [("hash", hash.as_str()), ("kind", "ocis.drive"), ("key", "acme--finance")];
        ida.send("/", &format!("/tenants/acme/drift/{action}"), &fields).await.0
    };
    assert!(decide("adopt").await >= 400, "the workspace would be renamed");
    assert_eq!(decide("revert").await, 303);
    until("it has its name", async || api.space("Finance").await.is_some()).await;
    let acme = api.get("").await;
    assert_eq!(acme["name"], "Acme Widgets ApS", "{acme}");
}

#[tokio::test]
async fn a_group_that_was_made_while_the_mail_server_was_down_is_whole_when_it_is_back() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let bo = api.make_member("Bo Ærø", "bo.e").await;
    product.faults("stalwart", value!([{"route": "*", "kind": "refuse"}])).await;
    let made = value!({"name": "Finance", "address": at("finance"), "members": [bo]});
    let made = api.ok(Method::Post, "/groups", made).await;
    let path = format!("/groups/{}", text(&made["id"]));
    let down = api.until(&path, |group| group["provisioningStatus"]["stalwart"] == "error").await;
    assert_eq!(down["provisioningStatus"]["authentik"], "ok", "the rest is there: {down}");
    product.faults("stalwart", value!([])).await;
    api.whole(&text(&made["id"])).await;
    assert_eq!(product.delivered(&at("finance")).await, [(at("bo.e"), "stored".to_owned())]);
}

#[tokio::test]
async fn groups_are_searched_sorted_and_paged() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    // The demo's people become members a moment after the start.
    api.member(MAJA).await;
    for (name, people) in [("Beta", vec![MAJA]), ("alpha", vec![]), ("Gamma", vec![])] {
        api.ok(Method::Post, "/groups", value!({"name": name, "members": people})).await;
    }
    let names = async |query: &str| {
        let groups = api.all(&format!("/groups?limit=2&{query}")).await;
        groups.iter().map(|group| text(&group["name"])).collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["alpha", "Beta", "Gamma"]);
    assert_eq!(names("sort=-name").await, ["Gamma", "Beta", "alpha"]);
    assert_eq!(names("sort=-people").await[0], "Beta");
    assert_eq!(names("sort=made").await, ["Beta", "alpha", "Gamma"]);
    assert_eq!(names("q=AM").await, ["Gamma"]);
    assert_eq!(names("q=zzz").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_form_changes_what_was_changed_in_it_and_nothing_that_somebody_else_changed() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    // No multiple of what the form shows, and all there is.
    let odd = GIB + 1;
    api.make_room(odd).await;
    let group = api.group(value!({"name": "Finance", "spaceBytes": odd})).await;
    let path = format!("/groups/{}", text(&group["id"]));
    let page = format!("/admin/acme{path}");
    let mut anna = Person::sign_in(&product, ANNA).await;
    let (_, shown) = anna.page(&page).await;
    assert!(shown.contains(r#"name="version" value="1""#), "{shown}");
    let mut save = async |version: &str, description: &str, space: &str| {
        let fields = [
            ("version", version),
            ("name", "Finance"),
            ("description", description),
            ("address", ""),
            ("space", space),
        ];
        anna.send(&page, &page, &fields).await
    };
    let (status, said) = save("1", "Money", "1.001").await;
    assert_eq!(status, 303, "{said}");
    let now = api.ok(Method::Get, &path, Value::Null).await;
    assert_eq!((&now["spaceBytes"], &now["description"]), (&value!(odd), &value!("Money")), "{now}");

    // Whoever has an older page undoes nothing, and keeps what they typed.
    let (status, said) = save("1", "Older", "1.001").await;
    assert_eq!(status, 422);
    assert!(said.contains("Someone else changed this") && said.contains("Older"), "{said}");
    assert!(said.contains(r#"name="version" value="2""#), "whoever saw both versions can save theirs");
    let now = api.ok(Method::Get, &path, Value::Null).await;
    assert_eq!(now["description"], "Money", "{now}");
    let (status, said) = save("2", "Money", "1").await;
    assert_eq!(status, 303, "{said}");
    let now = api.ok(Method::Get, &path, Value::Null).await;
    assert_eq!(now["spaceBytes"], GIB, "{now}");
}
