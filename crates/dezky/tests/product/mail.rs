//! Where a workspace's mail goes, through the API and the simulated mail server.

use std::time::Duration;

use futures_util::future::join_all;
use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::{Product, json};
use crate::session::Person;
use crate::tenant_api::{ANNA, DOMAIN, OTTO, TenantApi, at, eventually, find, items, text, until};

impl TenantApi<'_> {
    async fn alias(&self, address: &str, target: &str) -> Value {
        self.ok(Method::Post, "/mail/aliases", value!({"address": address, "target": target})).await
    }

    async fn list(&self, local: &str, recipients: &[String]) -> String {
        let new = value!({"address": at(local), "recipients": recipients});
        text(&self.ok(Method::Post, "/mail/lists", new).await["id"])
    }

    /// Waits until a mail goes to just these.
    async fn until_delivered(&self, to: &str, expected: &[(&str, &str)]) {
        eventually(&format!("mail to {to} goes to {expected:?}"), async || {
            let now = self.product.delivered(to).await;
            let is = now.iter().map(|(to, how)| (to.as_str(), how.as_str())).eq(expected.iter().copied());
            if is { Ok(()) } else { Err(format!("it goes to {now:?}")) }
        })
        .await;
    }
}

#[tokio::test]
async fn mail_goes_where_aliases_lists_and_settings_say() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let bo = api.make_member("Bo Ærø", "bo.e").await;
    let lone = api.make_member("Lone Ærø", "lone").await;
    assert_eq!(api.alias(&at("sales"), &at("bo.e")).await["userId"], value!(bo));
    api.until_delivered(&at("sales"), &[(&at("bo.e"), "stored")]).await;
    let outside = "out@elsewhere.test".to_owned();
    let all = api.list("all", &[at("sales"), "Lone@ACME-widgets.test".into(), at("lone"), outside]).await;
    let shown = api.until(&format!("/mail/lists/{all}"), |list| list["status"] == "ok").await;
    let places: Vec<_> =
        shown["recipients"].as_array().unwrap().iter().map(|it| it["place"].clone()).collect();
    assert_eq!(places, ["inside", "outside", "inside"], "lower case, and each once: {shown}");
    let copies = [(&*at("bo.e"), "stored"), (&*at("lone"), "stored"), ("out@elsewhere.test", "relayed")];
    api.until_delivered(&at("all"), &copies).await;
    api.alias(&at("everybody"), &at("all")).await;
    api.until_delivered(&at("everybody"), &copies).await;

    api.until_delivered(&at("nobody"), &[(&at("nobody"), "refused")]).await;
    let path = format!("/mail/domains/{DOMAIN}");
    api.ok(Method::Patch, &path, value!({"catchAll": at("lone"), "plusAddresses": false})).await;
    api.until_delivered(&at("nobody"), &[(&at("lone"), "stored")]).await;
    api.until_delivered(&at("bo.e+news"), &[(&at("lone"), "stored")]).await;
    // Another name for the workspace writes what the domain needs anew.
    assert_eq!(api.call(Method::Patch, "", value!({"name": "Acme 2"})).await.0, 200);
    tokio::time::sleep(Duration::from_secs(1)).await;
    api.until_delivered(&at("nobody"), &[(&at("lone"), "stored")]).await;
    let kept = api.get(&path).await;
    assert_eq!(kept, value!({"name": DOMAIN, "catchAll": at("lone"), "plusAddresses": false}));

    // Who goes is taken out of lists and catch-alls at once.
    api.ok(Method::Delete, &format!("/users/{lone}"), Value::Null).await;
    api.until_delivered(&at("all"), &[copies[0], copies[2]]).await;
    api.until_delivered(&at("nobody"), &[(&at("nobody"), "refused")]).await;
    api.ok(Method::Delete, &format!("/mail/aliases/{}", at("sales")), Value::Null).await;
    api.until_delivered(&at("all"), &[copies[2]]).await;
    api.until_delivered(&at("sales"), &[(&at("sales"), "refused")]).await;
    api.ok(Method::Delete, &format!("/mail/lists/{all}"), Value::Null).await;
    api.until_delivered(&at("everybody"), &[(&at("everybody"), "refused")]).await;
}

#[tokio::test]
async fn a_list_settles_whatever_order_its_recipients_have() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let out = |local: &str| format!("{local}@elsewhere.test");
    // `2`, `.` and `-` come before the `@`.
    let list = api.list("all", &[out("bo"), out("bo2")]).await;
    let path = format!("/mail/lists/{list}");
    api.until(&path, |list| list["status"] == "ok").await;
    api.ok(Method::Patch, &path, value!({"recipients": [out("bo"), out("bo.e"), out("bo-x")]})).await;
    api.until(&path, |list| list["status"] == "ok").await;
    let copies = ["bo-x", "bo.e", "bo"].map(out);
    let copies = copies.each_ref().map(|to| (to.as_str(), "relayed"));
    api.until_delivered(&at("all"), &copies).await;
}

#[tokio::test]
async fn what_can_not_be_is_refused_and_says_why() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.make_member("Anna Ærø", "anna").await;
    api.alias(&at("sales"), &at("anna")).await;
    let a = api.list("a", &[at("b")]).await;
    let alias = |address: &str, target: &str| value!({"address": address, "target": target});
    let post = async |path: &str, body: Value| api.refused(Method::Post, path, body).await;
    let taken = |holder: String| {
        let said = format!("{holder} Choose another address, or free this one first.");
        (409, "address-taken".to_owned(), "address".to_owned(), said)
    };
    let said = post("/mail/lists", value!({"address": at("sales")})).await;
    assert_eq!(said, taken(format!("{} is an alias of Anna Ærø.", at("sales"))));
    let said = post("/mail/shared", value!({"address": at("anna"), "name": "x"})).await;
    assert_eq!(said, taken(format!("{} is the mailbox of Anna Ærø.", at("anna"))));
    let said = post("/mail/aliases", alias(&at("a"), &at("anna"))).await;
    assert_eq!(said, taken(format!("{} is a distribution list.", at("a"))));
    let new = value!({"name": "Sal Es", "email": "sal@private.test", "mailbox": "sales"});
    let (status, code, field, sentence) = post("/users", new).await;
    assert_eq!((status, &*code, &*field), (409, "address-taken", "mailbox"));
    assert_eq!(sentence, format!("{} is an alias of Anna Ærø.", at("sales")));

    for (address, why) in [
        (at(&"x".repeat(65)), "64 characters"),
        (format!("\"in quotes\"@{DOMAIN}"), "quotes"),
        (at("two words"), "letters a to z"),
        ("nowhere".to_owned(), "email address"),
        ("x@fjordrejser.test".to_owned(), "isn’t a domain of this workspace"),
    ] {
        let (status, _, field, said) = post("/mail/aliases", alias(&address, &at("anna"))).await;
        assert_eq!((status, &*field), (422, "address"), "{address}: {said}");
        assert!(said.contains(why), "{address}: {said}");
    }
    let (status, code, ..) = post("/mail/aliases", alias(&at("x"), &at("nobody"))).await;
    assert_eq!((status, &*code), (422, "no-such-address"));
    let (status, code, ..) =
        post("/mail/shared", value!({"address": at("s"), "name": "S", "readers": [at("a")]})).await;
    assert_eq!((status, &*code), (422, "no-mailbox"));
    let (status, _, field, said) =
        post("/mail/lists", value!({"address": at("c"), "recipients": ["no address"]})).await;
    assert_eq!((status, &*field), (422, "recipients"), "{said}");

    let (status, code, _, said) =
        post("/mail/lists", value!({"address": at("b"), "recipients": [at("a")]})).await;
    assert_eq!((status, &*code), (409, "mail-loop"), "{said}");
    assert!(said.contains(&format!("{} → {}", at("b"), at("a"))) || said.contains(&at("b")), "{said}");
    let path = format!("/mail/lists/{a}");
    let itself = api.refused(Method::Patch, &path, value!({"recipients": [at("a")]})).await;
    assert_eq!((itself.0, &*itself.1), (409, "mail-loop"));
    let domain = format!("/mail/domains/{DOMAIN}");
    let caught = api.refused(Method::Patch, &domain, value!({"catchAll": at("a")})).await;
    assert_eq!((caught.0, &*caught.1), (409, "mail-loop"), "the list sends to what nobody has: {caught:?}");
    let nobody = api.refused(Method::Patch, &domain, value!({"catchAll": at("nobody")})).await;
    assert_eq!((nobody.0, &*nobody.2), (422, "catchAll"));
    let not_alias = api.refused(Method::Delete, &format!("/mail/aliases/{}", at("anna")), Value::Null).await;
    assert_eq!((not_alias.0, &*not_alias.1), (409, "no-alias"));
    for path in ["/mail/aliases/x@x.test", "/mail/lists/lst_x", "/mail/shared/shm_x"] {
        assert_eq!(api.refused(Method::Delete, path, Value::Null).await.0, 404, "{path}");
    }
    assert_eq!(api.refused(Method::Get, "/mail/domains/fjordrejser.test", Value::Null).await.0, 404);
    let other = TenantApi::of(&product, OTTO, "fjord");
    assert_eq!(other.refused(Method::Get, &path, Value::Null).await.0, 404, "it is another's");
}

#[tokio::test]
async fn an_address_that_only_the_mail_server_knows_is_named_by_the_step() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.make_member("Bo Ærø", "bo.e").await;
    let id = find(&product.objects("stalwart", "domains").await, "name", DOMAIN)["id"].clone();
    let foreign =
        value!({"name": "by-hand", "domainId": id, "aliases": {"0": {"name": "taken", "domainId": id}}});
    product.spoil("stalwart", "accounts/zz", &foreign).await;
    let list = api.list("taken", &[at("bo.e")]).await;
    let failed = api.until(&format!("/mail/lists/{list}"), |list| list["status"] == "error").await;
    assert!(failed["error"].as_str().unwrap().contains(&at("by-hand")), "{failed}");

    // What is wrong with an address keeps no way in open.
    let lone = api.make_member("Lone Ærø", "lone").await;
    let foreign = value!({"name": "other", "domainId": id});
    product.spoil("stalwart", "accounts/zy", &foreign).await;
    api.alias(&at("other"), &at("lone")).await;
    let of_lone = format!("/users/{lone}");
    api.until(&of_lone, |it| it["provisioningStatus"]["stalwart"] == "error").await;
    api.ok(Method::Post, &format!("{of_lone}/suspend"), Value::Null).await;
    eventually("the mailbox is shut", async || {
        let account = find(&product.objects("stalwart", "accounts").await, "address", &at("lone")).clone();
        if account["frozen"] == true { Ok(()) } else { Err(account) }
    })
    .await;

    product.remove("stalwart", "accounts/zz").await;
    api.until(&format!("/mail/lists/{list}"), |list| list["status"] == "ok").await;
    api.until_delivered(&at("taken"), &[(&at("bo.e"), "stored")]).await;
}

#[tokio::test]
async fn a_shared_mailbox_is_shown_by_the_mailboxes_of_those_who_read_it() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let bo = api.make_member("Bo Ærø", "bo.e").await;
    api.make_member("Lone Ærø", "lone").await;
    let shown_in = async |local: &str| {
        let account = find(&product.objects("stalwart", "accounts").await, "address", &at(local)).clone();
        account["groups"].as_array().unwrap().len()
    };
    let until_shown = async |local: &str, count: usize| {
        let what = format!("{local} is in {count} groups");
        until(&what, async || shown_in(local).await == count).await;
    };
    let new = value!({"address": at("support"), "name": "Support", "readers": [at("bo.e")]});
    let made = api.ok(Method::Post, "/mail/shared", new).await;
    let path = format!("/mail/shared/{}", text(&made["id"]));
    until_shown("bo.e", 1).await;
    api.until_delivered(&at("support"), &[(&at("support"), "stored")]).await;
    let used = api.until(&path, |shared| shared["usedBytes"].as_u64() > Some(0)).await;
    assert_eq!(used["readers"][0]["name"], "Bo Ærø");
    api.ok(Method::Patch, &path, value!({"readers": [at("bo.e"), at("lone")]})).await;
    until_shown("lone", 1).await;
    // Closed and opened again, the mailbox shows it as before.
    api.ok(Method::Post, &format!("/users/{bo}/suspend"), value!({})).await;
    api.ok(Method::Post, &format!("/users/{bo}/resume"), value!({})).await;
    until_shown("bo.e", 1).await;
    api.ok(Method::Delete, &path, Value::Null).await;
    until_shown("lone", 0).await;
    api.until_delivered(&at("support"), &[(&at("support"), "refused")]).await;
}

#[tokio::test]
async fn a_form_does_not_undo_what_somebody_else_changed_meanwhile() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.make_member("Bo Ærø", "bo.e").await;
    let list = api.list("all", &[at("bo.e")]).await;
    let new = value!({"address": at("support"), "name": "Support", "readers": [at("bo.e")]});
    let shared = api.ok(Method::Post, "/mail/shared", new).await;
    let (bo, shared) = (at("bo.e"), shared["id"].as_str().unwrap());
    let mut anna = Person::sign_in(&product, ANNA).await;
    for (path, field, other) in [
        (format!("/mail/lists/{list}"), "description", "recipients"),
        (format!("/mail/shared/{shared}"), "name", "readers"),
    ] {
        let page = format!("/admin/acme{path}");
        assert!(anna.page(&page).await.1.contains("name=\"version\" value=\"1\""), "{page}");
        api.ok(Method::Patch, &path, value!({(field): "Theirs"})).await;
        let mine = |version| [("version", version), (field, "Mine"), (other, &*bo)];
        let (status, shown) = anna.send(&page, &page, &mine("1")).await;
        assert_eq!(status, 422, "{shown}");
        assert!(shown.contains("Someone else changed this") && shown.contains("Mine"), "{shown}");
        assert!(shown.contains("name=\"version\" value=\"2\""), "whoever saw both versions can save theirs");
        let again = anna.send(&page, &page, &mine("1")).await;
        assert_eq!(again.0, 422, "sending it twice is no answer");
        let (status, shown) = anna.send(&page, &page, &[(field, "Mine"), (other, &*bo)]).await;
        assert_eq!(status, 422, "without a version it can't be known: {shown}");
        assert_eq!(api.get(&path).await[field], "Theirs");
        assert_eq!(anna.send(&page, &page, &mine("2")).await.0, 303);
        assert_eq!(api.get(&path).await[field], "Mine");
    }
}

#[tokio::test]
async fn what_was_typed_is_there_again_when_the_session_had_ended() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let list = api.list("all", &[]).await;
    let new = value!({"address": at("support"), "name": "Support"});
    let shared = api.ok(Method::Post, "/mail/shared", new).await;
    let mail = |path: &str| format!("/admin/acme/mail{path}");
    let (list, shared) =
        (mail(&format!("/lists/{list}")), mail(&format!("/shared/{}", shared["id"].as_str().unwrap())));
    let domain = mail(&format!("/domains/{DOMAIN}"));
    let own = "/account/app-passwords".to_owned();
    let mut anna = Person::sign_in(&product, ANNA).await;
    for (page, path, field) in [
        (mail(""), mail("/lists"), "description"),
        (mail(""), mail("/aliases"), "target"),
        (list.clone(), list, "recipients"),
        (mail("/shared"), mail("/shared"), "name"),
        (shared.clone(), shared, "name"),
        (mail("/domains"), domain, "catchAll"),
        (own.clone(), own, "name"),
    ] {
        let typed = format!("Typed for {path}");
        let fields = [(field, &*typed), ("version", "1")];
        let shown = anna.send_late(&page, &path, &fields).await;
        assert!(shown.contains(&typed), "{page} does not show what was sent to {path}");
    }
}

#[tokio::test]
async fn lists_and_aliases_have_their_limits_and_refusals_name_them() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let list = api.list("all", &[]).await;
    let recipients = |count: usize, length: usize| -> Vec<String> {
        (0..count).map(|n| format!("{n:0>length$}@elsewhere.test")).collect()
    };
    let path = format!("/mail/lists/{list}");
    for (recipients, limit) in [(recipients(2001, 4), "2,000"), (recipients(2000, 64), "140,000")] {
        let (status, _, field, said) =
            api.refused(Method::Patch, &path, value!({"recipients": recipients})).await;
        assert_eq!((status, &*field), (422, "recipients"), "{said}");
        assert!(said.contains(limit), "{said}");
    }
    api.ok(Method::Patch, &path, value!({"recipients": recipients(2000, 55)})).await;
    api.until(&path, |list| list["status"] == "ok").await;
    let (_, shown) = Person::sign_in(&product, ANNA).await.page(&format!("/admin/acme{path}")).await;
    let warning = shown.split_once("2,000 recipients are outside").expect("it warns").1;
    assert!(warning.split("</div>").next().unwrap().contains(" and 1,995 more"), "{warning}");

    api.list("few", &[]).await;
    let few = at("few");
    let alias = async |n: usize| api.alias(&at(&format!("few{n}")), &few).await;
    for ten in 0..10 {
        join_all((0..10).map(|n| alias(10 * ten + n))).await;
    }
    let more = value!({"address": at("too-many"), "target": at("few99")});
    let (status, code, field, said) = api.refused(Method::Post, "/mail/aliases", more).await;
    assert_eq!((status, &*code, &*field), (409, "too-many-aliases", "target"), "{said}");
    assert!(said.contains("100 aliases, the most"), "{said}");
}

#[tokio::test]
async fn pages_of_lists_and_shared_mailboxes_leave_none_out() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    // A database may sort dots, dashes and digits otherwise than by their bytes.
    let names = ["a-z", "a.b", "a0", "aa", "ab", "a_c", "b", "b-a"];
    for name in names {
        api.list(&format!("l.{name}"), &[at("nobody"), "out@elsewhere.test".into()]).await;
        let new = value!({"address": at(&format!("s.{name}")), "name": name});
        api.ok(Method::Post, "/mail/shared", new).await;
    }
    for (path, lead) in [("/mail/lists", "l."), ("/mail/shared", "s.")] {
        let rows = api.all(&format!("{path}?limit=3")).await;
        let mut seen: Vec<String> = rows.iter().map(|row| text(&row["address"])).collect();
        seen.sort();
        let mut all = names.map(|name| at(&format!("{lead}{name}"))).to_vec();
        all.sort();
        assert_eq!(seen, all, "each once");
    }
}

#[tokio::test]
async fn the_log_shows_that_mail_was_led_outside() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let list = api.list("all", &[at("a"), at("b")]).await;
    let swapped = value!({"recipients": [at("a"), "leak@elsewhere.test"]});
    api.ok(Method::Patch, &format!("/mail/lists/{list}"), swapped).await;
    let log = TenantApi::of_operator(&product, "acme").get("/audit?limit=100").await;
    let update = find(items(&log), "action", "list.update");
    let counts = |side: &str| {
        let side = &update[side];
        ["recipients", "outside", "added", "removed"].map(|count| side[count].as_u64())
    };
    assert_eq!(counts("before"), [Some(2), Some(0), None, None], "{update}");
    assert_eq!(counts("after"), [Some(2), Some(1), Some(1), Some(1)], "{update}");
    assert!(!update.to_string().contains("leak"), "counts, and no addresses");
}

#[tokio::test]
async fn a_program_gets_a_password_that_is_shown_once() {
    const PAGE: &str = "/account/app-passwords";
    const OWN: &str = "a brown goat in the fog";
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let none = Some(value!({"name": "Phone"}));
    let none = product.call(Method::Post, "/api/users/me/app-passwords", api.token, none).await;
    assert_eq!((none.status, &json(&none)["type"]), (409, &value!("urn:dezky:problem:no-own-mailbox")));
    let new = value!({"name": "Bo Ærø", "email": "bo.e@private.test", "mailbox": "bo.e"});
    let made = api.ok(Method::Post, "/users", new).await;
    let (id, first) = (made["id"].as_str().unwrap(), made["oneTimePassword"].as_str().unwrap());
    api.until(&format!("/users/{id}"), |it| it["provisioningStatus"]["stalwart"] == "ok").await;

    let mut bo = Person::unknown(&product);
    bo.signs_in("bo.e@private.test", first).await.expect("the first password is right");
    let own = bo.send("/account/password", "/account/password", &[("password", OWN)]).await;
    assert_eq!(own.0, 303, "{}", own.1);
    let mut bo = Person::unknown(&product);
    bo.signs_in("bo.e@private.test", OWN).await.expect("his own is right");
    let (status, shown) = bo.send(PAGE, PAGE, &[("name", "Phone")]).await;
    assert_eq!(status, 201, "{shown}");
    let secret = shown.split_once("data-copy=\"app_").expect("it shows the password").1;
    let secret = format!("app_{}", secret.split('"').next().unwrap());
    let (_, again) = bo.page(PAGE).await;
    assert!(again.contains("Phone") && !again.contains(&secret), "it is shown once");
    let twice = bo.send(PAGE, PAGE, &[("name", "Phone")]).await;
    assert!(twice.0 == 422 && twice.1.contains("already"), "{}", twice.1);
    for name in ["Tablet", "Laptop", "Watch", "TenantApi"] {
        assert_eq!(bo.send(PAGE, PAGE, &[("name", name)]).await.0, 201, "{name}");
    }
    let kept = async || product.objects("stalwart", "app_passwords").await.len();
    assert_eq!(kept().await, 5);
    let most = bo.send("/account/password", PAGE, &[("name", "One more")]).await;
    assert!(most.0 == 422 && most.1.contains("5 app passwords, the most it may"), "{}", most.1);
    let (_, all) = bo.page("/api/users/me/app-passwords").await;
    let all: Value = serde_json::from_str(&all).unwrap();
    let path = format!("{PAGE}/{}/remove", text(&find(items(&all), "name", "Phone")["id"]));
    assert_eq!(bo.send(PAGE, &path, &[]).await.0, 303);
    assert_eq!(kept().await, 4);
    assert_eq!(bo.send(PAGE, &path, &[]).await.0, 404, "it is gone");

    let log = TenantApi::of_operator(&product, "acme").get("/audit?limit=100").await;
    let count = |action: &str| {
        let is = |record: &&Value| record["action"] == action && record["outcome"] == "ok";
        items(&log).iter().filter(is).count()
    };
    assert_eq!((count("app_password.create"), count("app_password.remove")), (5, 1));
    assert!(!log.to_string().contains(&secret));
}

/// [E11]: the addresses of who leaves lead to a colleague, their own mailbox keeps its mail, and coming back undoes it.
#[tokio::test]
async fn new_mail_of_who_leaves_goes_to_whom_it_is_handed() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let mette = api.make_member("Mette Hvid", "mette").await;
    api.make_member("Bo Elm", "bo.e").await;
    api.make_member("Lone Rask", "lone").await;
    api.alias(&at("hvid"), &at("mette")).await;
    api.until_delivered(&at("hvid"), &[(&at("mette"), "stored")]).await;
    let offboard = format!("/users/{mette}/offboard");
    for nobody in ["nobody@acme-widgets.test", "bo@elsewhere.test", "mette@acme-widgets.test"] {
        let refused = api.refused(Method::Post, &offboard, value!({"mailTo": nobody})).await;
        assert_eq!(
            (refused.0, refused.1.as_str(), refused.2.as_str()),
            (422, "no-heir", "mailTo"),
            "{refused:?}"
        );
    }
    let refused = api.refused(Method::Post, &offboard, value!({"mailTo": "no address"})).await;
    assert_eq!((refused.0, refused.2.as_str()), (422, "mailTo"));
    let member = api.get(&format!("/users/{mette}")).await;
    assert_eq!(member["status"], "active", "what is refused does nothing");
    let passwords = async || product.objects("stalwart", "app_passwords").await.len();
    assert_eq!(passwords().await, 0, "nor does it leave a password in their mailbox");

    let report = api.ok(Method::Post, &offboard, value!({"mailTo": at("bo.e")})).await;
    assert_eq!(report["handedOver"], value!([at("mette"), at("hvid")]));
    for theirs in ["mette", "hvid"] {
        api.until_delivered(&at(theirs), &[(&at("bo.e"), "stored")]).await;
    }
    let member = api.get(&format!("/users/{mette}")).await;
    assert_eq!(member["mailboxAddress"], at("left.mette"));
    api.until_delivered(&at("left.mette"), &[(&at("left.mette"), "stored")]).await;
    let refused = api
        .refused(Method::Post, "/users", value!({"name": "M", "email": "m@x.test", "mailbox": "mette"}))
        .await;
    assert_eq!(refused.3, "mette@acme-widgets.test is an alias of Bo Elm.");
    api.until(&offboard, |report| report["shut"] == true).await;
    assert_eq!(passwords().await, 0, "those made for trying are gone");

    // To somebody else after all.
    api.ok(Method::Post, &offboard, value!({"mailTo": at("lone")})).await;
    api.until_delivered(&at("mette"), &[(&at("lone"), "stored")]).await;
    api.until_delivered(&at("hvid"), &[(&at("lone"), "stored")]).await;

    // An address that was given to another meanwhile is not taken from them.
    api.ok(Method::Delete, &format!("/mail/aliases/{}", at("hvid")), Value::Null).await;
    api.alias(&at("hvid"), &at("bo.e")).await;
    api.ok(Method::Post, &format!("/users/{mette}/resume"), Value::Null).await;
    api.until_delivered(&at("mette"), &[(&at("mette"), "stored")]).await;
    api.until_delivered(&at("hvid"), &[(&at("bo.e"), "stored")]).await;
    api.until_delivered(&at("left.mette"), &[(&at("left.mette"), "refused")]).await;
    let accounts = product.objects("stalwart", "accounts").await;
    let of_mette = |account: &&Value| account["address"].as_str().is_some_and(|it| it.contains("mette"));
    assert_eq!(accounts.iter().filter(of_mette).count(), 1, "{accounts:#?}");
}
