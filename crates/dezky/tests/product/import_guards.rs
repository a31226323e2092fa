//! What an import may not do, however it is asked: tell more of others than asking does, hold up other workspaces, give a
//! password twice, or open what whoever started it may no longer touch.

use std::fmt::Write as _;

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::Product;
use crate::invitations::links;
use crate::session::{Person, Visitor};
use crate::tenant_api::{ANNA, BO, OTTO, TenantApi, at, find, items, text};

const OWN: &str = "seven brown goats in the fog";

fn people(prefix: &str, count: usize) -> String {
    (0..count).fold("name,email\n".to_owned(), |mut file, n| {
        let _ = writeln!(file, "Person No{n},{}", at(&format!("{prefix}{n}")));
        file
    })
}

impl TenantApi<'_> {
    async fn starts(&self, csv: &str, passwords: &str) -> String {
        let body = value!({"csv": csv, "passwords": passwords});
        format!("/imports/{}", text(&self.ok(Method::Post, "/imports", body).await["id"]))
    }

    async fn is_over(&self, import: &str) -> Value {
        self.until(import, |shown| shown["status"] != "running" && shown["underWay"] == 0).await
    }

    async fn gets_seats(&self, seats: usize) {
        let operator = TenantApi::of_operator(self.product, self.slug);
        operator.ok(Method::Patch, "", value!({"seats": seats})).await;
    }
}

/// What comes of choosing a password by a link. Who has no account yet types a name too.
async fn opened(link: &url::Url, name: Option<&str>) -> (u16, String) {
    let mut form = vec![("password", OWN), ("csrf", "")];
    form.extend(name.map(|name| ("name", name)));
    let answer = Visitor::default().send(Method::Post, link, &form).await;
    (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
}

#[tokio::test]
async fn an_import_is_told_who_has_an_account_no_more_often_than_its_starter() {
    let product = Product::start_with("small", &[("LOOK_UPS_PER_PERSON_AND_HOUR", "2")]).await;
    let (anna, bo) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of(&product, BO, "acme"));
    anna.id(BO).await;
    // What is the workspace's own is said first, and says nothing of the address.
    bo.ok(Method::Post, "/users", value!({"name": "Mia", "email": at("mia")})).await;
    for email in [OTTO, "nobody@elsewhere.test"] {
        let new = value!({"name": "Somebody", "email": email, "mailbox": "mia"});
        let refused = bo.refused(Method::Post, "/users", new).await;
        assert_eq!((refused.0, &*refused.1), (409, "mailbox-taken"), "{email}");
    }
    let known = [OTTO, "frida@nordit.test", "sven@nordit.test", "petra@alpenwerk.test"];
    let lines = known.map(|email| format!("Somebody,{email}")).join("\n");
    let import = bo.starts(&format!("name,email\nNoa,{}\n{lines}\n", at("noa")), "later").await;
    let waits = bo.until(&import, |shown| shown["waitsFor"] == "asked-too-often").await;
    assert_eq!(
        (&waits["made"], &waits["left"], &waits["waiting"], &waits["status"]),
        (&value!(1), &value!(2), &value!(2), &value!("running")),
        "{waits}"
    );
    assert!(waits["waitsUntil"].is_string(), "{waits}");
    let told = anna.get("/audit?action=look_up.answer&limit=50").await;
    assert_eq!(items(&told).len(), 2, "{told}");
    // They are told no more in any other way either.
    let asked = bo.refused(Method::Post, "/users", value!({"name": "Sven", "email": known[2]})).await;
    assert_eq!((asked.0, &*asked.1), (429, "asked-too-often"));
    let csv = value!({"csv": format!("name,email\nSven,{}\n", known[2])});
    assert_eq!(bo.refused(Method::Post, "/imports/check", csv).await.0, 429);
    let mut person = Person::sign_in(&product, BO).await;
    let page = person.page(&format!("/admin/acme{import}")).await.1;
    assert!(page.contains("This import is waiting") && page.contains("It continues in"), "{page}");
    assert!(page.contains("No one was emailed."), "{page}");
    // The page lies with the people.
    let place = page.split_once("href=\"/admin/acme/members\" title=").expect("the navigation has it").1;
    assert!(place.split('>').next().unwrap().contains("aria-current"), "{page}");
}

#[tokio::test]
async fn who_may_have_an_account_is_invited_by_an_import_that_sends_links() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.id(BO).await;
    let csv = format!("name,email,role\nOtto,{OTTO},admin\nNew,new@fjordrejser.test,\nLis,{},\n", at("lis"));
    let report = api.ok(Method::Post, "/imports/check", value!({"csv": csv})).await;
    let why: Vec<&Value> = report["lines"].as_array().unwrap().iter().map(|line| &line["invited"]).collect();
    assert_eq!(why, [&value!("has-account"), &value!("foreign-domain"), &Value::Null], "{report}");
    assert_eq!(report["good"], 3, "{report}");
    let import = api.starts(&csv, "invite").await;
    let over = api.is_over(&import).await;
    assert_eq!(
        (&over["made"], &over["invited"], &over["left"], &over["linksSent"]),
        (&value!(1), &value!(2), &value!(0), &value!(0)),
        "{over}"
    );
    let waiting = api.get("/invitations?state=waiting&limit=50").await;
    assert_eq!(find(items(&waiting), "email", OTTO)["role"], "admin", "{waiting}");
    // Whoever has the account joins with it, and nobody else by the link.
    let link = links(&product, OTTO, 1).await.remove(0);
    assert_eq!(opened(&link, Some("Otto")).await.0, 422);
    let mut anna = Person::sign_in(&product, ANNA).await;
    let page = anna.page(&format!("/admin/acme{import}")).await.1;
    assert!(page.contains("No links were emailed.") && page.contains("Invited"), "{page}");
    let fields = [("csv", &*csv.replace("role", "Shoe size")), ("passwords", "invite")];
    let (_, page) = anna.send("/admin/acme/members/import", "/admin/acme/members/import", &fields).await;
    assert!(page.contains("Not used: Shoe size."), "{page}");
}

#[tokio::test]
async fn a_large_import_of_one_workspace_holds_up_no_other() {
    let product = Product::start("small").await;
    let (acme, fjord) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of(&product, OTTO, "fjord"));
    acme.id(BO).await;
    acme.gets_seats(9000).await;
    let mut imports = Vec::new();
    for n in 0..5 {
        imports.push(acme.starts(&people(&format!("p{n}-"), 1500), "later").await);
    }
    // As many as may run or wait.
    let more = value!({"csv": people("more", 1)});
    let (status, code, _, said) = acme.refused(Method::Post, "/imports", more.clone()).await;
    assert_eq!((status, &*code), (409, "many-imports"), "{said}");
    let mut anna = Person::sign_in(&product, ANNA).await;
    let fields = [("csv", &*people("more", 1)), ("passwords", "later")];
    let (status, page) = anna.send("/admin/acme/members/import", "/admin/acme/imports", &fields).await;
    assert!(status == 422 && page.contains("wasn't started") && page.contains("Wait until one"), "{page}");

    let small = fjord.starts("name,email\nNils,nils@fjordrejser.test\n", "later").await;
    let done = fjord.until(&small, |shown| shown["status"] == "done").await;
    assert_eq!(done["made"], 1, "{done}");
    let last = acme.get(&imports[4]).await;
    assert!(last["waiting"].as_u64().unwrap() > 0, "it was not waited for: {last}");
    for import in &imports {
        acme.ok(Method::Post, &format!("{import}/cancel"), value!({})).await;
    }
    assert_eq!(acme.call(Method::Post, "/imports", more).await.0, 201, "there is room again");
}

#[tokio::test]
async fn an_address_that_gets_no_more_mails_holds_up_its_own_lines_alone() {
    let product = Product::start_with("small", &[("MAILS_PER_ADDRESS_AND_HOUR", "2")]).await;
    let (acme, fjord) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of(&product, OTTO, "fjord"));
    acme.id(BO).await;
    acme.gets_seats(50).await;
    let mut csv = "name,email,private email\n".to_owned();
    for n in 0..4 {
        let _ = writeln!(csv, "Person No{n},{},shared@home.test", at(&format!("shared{n}")));
    }
    let _ = writeln!(csv, "Lis Holm,{},lis@home.test", at("lis"));
    let import = acme.starts(&csv, "invite").await;
    let waits = acme.until(&import, |shown| shown["waitsFor"] == "too-many-mails").await;
    assert_eq!(
        (&waits["made"], &waits["linksSent"], &waits["waiting"], &waits["left"], &waits["status"]),
        (&value!(3), &value!(3), &value!(2), &value!(0), &value!("running")),
        "{waits}"
    );
    assert!(waits["waitsUntil"].is_string(), "{waits}");
    links(&product, "lis@home.test", 1).await;
    // Nor does it hold up those of another workspace.
    let csv = "name,email,private email\nNils,nils@fjordrejser.test,shared@home.test\n\
               Pia,pia@fjordrejser.test,pia@home.test\n";
    let other = fjord.starts(csv, "invite").await;
    let waits = fjord.until(&other, |shown| shown["waitsFor"] == "too-many-mails").await;
    assert_eq!((&waits["made"], &waits["waiting"]), (&value!(1), &value!(1)), "{waits}");
    links(&product, "pia@home.test", 1).await;
    // One that was stopped waits for nothing.
    let stopped = acme.ok(Method::Post, &format!("{import}/cancel"), value!({})).await;
    assert_eq!((&stopped["status"], &stopped["waitsFor"]), (&value!("cancelled"), &Value::Null));
}

#[tokio::test]
async fn what_is_said_of_a_column_without_a_head_is_for_one_file() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.id(BO).await;
    let csv = format!("x,Mia Holm,{}\n", at("mia"));
    let told = value!({"csv": csv, "columns": {"name": "Column 2"}});
    let report = api.ok(Method::Post, "/imports/check", told).await;
    assert_eq!((&report["good"], &report["lines"][0]["name"]), (&value!(1), &value!("Mia Holm")));
    let (status, _, field, said) = api.refused(Method::Post, "/imports/check", value!({"csv": csv})).await;
    assert_eq!((status, &*field), (422, "csv"), "{said}");

    // A page sends it along.
    let mut anna = Person::sign_in(&product, ANNA).await;
    let form = "/admin/acme/members/import";
    let fields = [("csv", &*csv), ("passwords", "later"), ("column-1", "name")];
    let (status, page) = anna.send(form, form, &fields).await;
    assert!(status == 200 && page.contains("name=\"column-1\" value=\"name\""), "{status} {page}");
    assert_eq!(anna.send(form, "/admin/acme/imports", &fields[..2]).await.0, 422);
    assert_eq!(anna.send(form, "/admin/acme/imports", &fields).await.0, 303);
    api.until("/imports", |all| items(all)[0]["made"] == 1).await;
}

#[tokio::test]
async fn of_imports_that_are_over_a_workspace_keeps_the_last_few() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let mut imports = Vec::new();
    for _ in 0..22 {
        imports.push(api.starts("name,email\nNobody,nobody\n", "later").await);
    }
    for (import, status) in [(&imports[0], 404), (&imports[1], 404), (&imports[2], 200), (&imports[21], 200)]
    {
        assert_eq!(api.call(Method::Get, import, Value::Null).await.0, status, "{import}");
    }
}

#[tokio::test]
async fn first_passwords_that_many_ask_for_at_once_are_given_to_one() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.id(BO).await;
    api.gets_seats(50).await;
    let import = api.starts(&people("key", 3), "later").await;
    api.is_over(&import).await;
    let path = format!("{import}/passwords");
    let asked = || api.ok(Method::Post, &path, value!({}));
    let answers = tokio::join!(asked(), asked(), asked(), asked(), asked(), asked(), asked());
    let answers = [answers.0, answers.1, answers.2, answers.3, answers.4, answers.5, answers.6];
    let given = answers.iter().filter(|answer| answer["people"] != value!([])).count();
    assert_eq!(given, 1, "{answers:?}");
    let handed = answers.iter().find(|answer| answer["people"] != value!([])).unwrap();
    assert_eq!(
        (handed["people"].as_array().unwrap().len(), &handed["remaining"]),
        (3, &value!(0)),
        "{handed}"
    );
    let records = api.get("/audit?limit=20&action=import.passwords").await;
    assert_eq!(items(&records).len(), 1, "{records}");
    // Whoever asks later is told when and to whom.
    let later = asked().await;
    let handout = &later["given"][0];
    assert!(text(&handout["to"]).starts_with("Anna") && handout["at"].is_string(), "{later}");
    assert_eq!((&later["people"], &handout["people"]), (&value!([]), &value!(3)));
    let mut anna = Person::sign_in(&product, ANNA).await;
    let at = format!("/admin/acme{import}");
    let (status, _) = anna.send(&at, &format!("/admin/acme{path}"), &[]).await;
    assert_eq!(status, 303, "no empty file");
    let (_, page) = anna.page(&at).await;
    assert!(page.contains("First passwords of 3 people were given to Anna"), "{page}");
}

/// [E11]: a link that somebody had sent opens nothing once they could not send it any more.
#[tokio::test]
async fn the_links_of_an_import_are_good_while_its_starter_may_send_them() {
    let product = Product::start("small").await;
    let (anna, bo) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of(&product, BO, "acme"));
    let leaving = anna.id(BO).await;
    let csv = format!("name,email,private email\nLis Holm,{},lis@home.test\n", at("lis"));
    let import = bo.starts(&csv, "invite").await;
    bo.is_over(&import).await;
    let link = links(&product, "lis@home.test", 1).await.remove(0);
    anna.ok(Method::Post, &format!("/users/{leaving}/suspend"), value!({})).await;
    let (status, page) = opened(&link, None).await;
    assert!(status == 409 && page.contains("no longer manages"), "{status} {page}");
    // Nobody is made an owner over a link that somebody else may have.
    let lis = anna.id(&at("lis")).await;
    let path = format!("/users/{lis}");
    let promote = value!({"role": "owner"});
    let (status, code, field, said) = anna.refused(Method::Patch, &path, promote.clone()).await;
    assert_eq!((status, &*code, &*field), (409, "no-own-password", "role"), "{said}");
    let mut person = Person::sign_in(&product, ANNA).await;
    let place = format!("/admin/acme/members/{lis}");
    let (status, page) = person.send(&place, &place, &[("name", "Lis Holm"), ("role", "owner")]).await;
    assert!(status == 422 && page.contains("chosen a password of their own"), "{status} {page}");

    let waiting = anna.get("/invitations?state=waiting").await;
    let one = find(items(&waiting), "email", "lis@home.test");
    assert_eq!(one["onHold"], true, "{waiting}");
    anna.ok(Method::Post, &format!("/invitations/{}/resend", text(&one["id"])), value!({})).await;
    let link = links(&product, "lis@home.test", 2).await.remove(1);
    let (status, page) = opened(&link, None).await;
    assert_eq!(status, 303, "{page}");
    anna.ok(Method::Patch, &path, promote).await;
}

#[tokio::test]
async fn nobody_becomes_an_owner_with_a_password_that_somebody_else_made() {
    let product = Product::start("small").await;
    let (anna, bo) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of(&product, BO, "acme"));
    anna.id(BO).await;
    let made = bo.ok(Method::Post, "/users", value!({"name": "Mia Holm", "email": at("mia")})).await;
    let path = format!("/users/{}", text(&made["id"]));
    anna.settled(&text(&made["id"])).await;
    let refused = anna.refused(Method::Patch, &path, value!({"role": "owner"})).await;
    assert_eq!((refused.0, &*refused.1), (409, "no-own-password"));
    // Operators know no more of it than owners do.
    let ida = TenantApi::of_operator(&product, "acme");
    assert_eq!(ida.refused(Method::Patch, &path, value!({"role": "owner"})).await.1, "no-own-password");
    anna.ok(Method::Patch, &path, value!({"role": "admin"})).await;
    let mut mia = Person::unknown(&product);
    assert!(mia.signs_in(&at("mia"), &text(&made["oneTimePassword"])).await.is_some());
    let (status, page) = mia.send("/account/password", "/account/password", &[("password", OWN)]).await;
    assert!(matches!(status, 200 | 303), "{status} {page}");
    anna.ok(Method::Patch, &path, value!({"role": "owner"})).await;
}

#[tokio::test]
async fn an_invitation_goes_where_it_can_be_read() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.id(BO).await;
    let (status, code, field, said) =
        api.refused(Method::Post, "/invitations", value!({"email": at("mia")})).await;
    assert_eq!((status, &*code, &*field), (409, "locked-mailbox", "email"), "{said}");
    assert!(said.contains(&at("mia")) && said.contains("private address"), "{said}");
    let mut anna = Person::sign_in(&product, ANNA).await;
    let form = [("email", &*at("mia")), ("role", "member")];
    let (status, page) = anna.send("/admin/acme/invitations", "/admin/acme/invitations", &form).await;
    assert!(status == 422 && page.contains("Enter a private address"), "{status} {page}");
    let instead = value!({"email": "mia@home.test", "mailbox": "mia"});
    api.ok(Method::Post, "/invitations", instead).await;
}

#[tokio::test]
async fn the_form_of_who_leaves_proposes_few_heirs_and_an_unknown_one_is_refused_by_name() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.id(BO).await;
    api.gets_seats(200).await;
    let import = api.starts(&people("heir", 60), "later").await;
    let done = api.until(&import, |shown| shown["status"] == "done").await;
    assert_eq!(done["made"], 60, "{done}");
    let leaving = api.id(&at("heir0")).await;
    let mut anna = Person::sign_in(&product, ANNA).await;
    let path = format!("/admin/acme/members/{leaving}");
    let (status, page) = anna.page(&path).await;
    assert!(status == 200 && page.contains("New mail goes to"), "{status} {page}");
    let list = page.split_once("<datalist").expect("a list").1.split_once("</datalist>").unwrap().0;
    assert_eq!(list.matches("<option").count(), 50, "{list}");
    let unknown = [("mailTo", "nobody@acme-widgets.test")];
    let (status, page) = anna.send(&path, &format!("{path}/offboard"), &unknown).await;
    assert!(status == 422 && page.contains("nobody@acme-widgets.test isn’t the mailbox"), "{status} {page}");
}
