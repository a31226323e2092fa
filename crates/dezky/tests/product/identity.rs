//! Whose an account is, and what an address gives: nothing. An account that Dezky did not make stays its owner's whatever a
//! workspace does; an address leads to an invitation, or to a refusal.

use std::collections::BTreeSet;

use outbound::Method;
use serde_json::{Value, json as value};
use url::Url;

use crate::harness::{Product, json};
use crate::invitations::links;
use crate::matrix::routes;
use crate::session::{Person, Visitor, csrf};
use crate::tenant_api::{ANNA, BO, IDA, OTTO, TenantApi, at, eventually, items, text, until};

/// Somebody who had an account before any workspace knew her.
const VERA: &str = "vera@private.test";
const VERAS: &str = "veras own password";
const OWN: &str = "seven brown goats in the fog";

/// An account at the identity provider that is nobody's here.
async fn account(product: &Product, id: u32, username: &str, fields: Value) {
    let mut all = value!({"username": username, "name": "Vera Privat", "email": VERA, "password": VERAS});
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    product.spoil("authentik", &format!("users/{id}"), &all).await;
}

/// Joins a workspace by an invitation, as the person who is signed in.
async fn joins(product: &Product, person: &mut Person<'_>, api: &TenantApi<'_>, new: Value) {
    let to = text(&new["email"]);
    let before = product.objects("mail", "mails").await.len();
    api.ok(Method::Post, "/invitations", new).await;
    let link = eventually("the link is sent", async || {
        let now = product.objects("mail", "mails").await.len();
        if now > before { Ok(links(product, &to, 1).await.pop().unwrap()) } else { Err(now) }
    })
    .await;
    let answer = person.visitor.send(Method::Get, &link, &[]).await;
    let page = String::from_utf8_lossy(&answer.body).into_owned();
    let join = Url::parse(&format!("{link}/join")).unwrap();
    let done = person.visitor.send(Method::Post, &join, &[("csrf", &csrf(&page))]).await;
    assert_eq!(done.status, 200, "{}", String::from_utf8_lossy(&done.body));
}

/// All that the identity provider has of an account, but for the groups by which a workspace counts it among its own.
async fn everything_of(product: &Product, id: u32) -> Value {
    let mut users = product.objects("authentik", "users").await;
    users.retain(|user| user["id"] == id);
    let mut user = users.pop().expect("the account is there");
    user.as_object_mut().unwrap().remove("groups");
    let mut all = value!({"user": user});
    for kind in ["sessions", "refreshTokens", "devices"] {
        let objects = product.objects("authentik", kind).await;
        let own = objects.into_iter().filter(|object| object["user"] == id);
        all[kind] = own.map(|object| object["id"].clone()).collect();
    }
    all
}

/// [A16]: every route that does something to a member, and what is done to their workspace.
#[tokio::test]
async fn nothing_that_a_workspace_does_to_a_member_changes_an_account_that_is_their_own() {
    let product = Product::start("small").await;
    account(&product, 900, "vera", value!({})).await;
    let mut vera = Person::unknown(&product);
    vera.signs_in("vera", VERAS).await.expect("her password is right");
    let (anna, ida) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of_operator(&product, "acme"));
    joins(&product, &mut vera, &anna, value!({"email": VERA, "mailbox": "vera"})).await;
    let id = anna.id(VERA).await;
    let shown = anna.settled(&id).await;
    assert_eq!((&shown["account"], &shown["emailVerified"]), (&value!("own"), &value!(false)), "{shown}");
    let sessions = anna.get(&format!("/users/{id}/sessions")).await;
    let session = text(&items(&sessions)[0]["id"]);
    let before = everything_of(&product, 900).await;
    assert_eq!(before["sessions"].as_array().map(Vec::len), Some(1), "{before}");

    let of_a_member = "/api/tenants/{slug}/users/{id}";
    let mut tried = BTreeSet::new();
    let mut actions = routes();
    actions
        .retain(|route| route.mount == "Api" && route.path.starts_with(of_a_member) && route.method != "GET");
    // Removing comes last.
    actions.sort_by_key(|route| (route.method, route.path) == ("DELETE", of_a_member));
    for api in [&anna, &ida] {
        for route in &actions {
            let path = route
                .path
                .replace("/api/tenants/{slug}", "")
                .replace("{id}", &id)
                .replace("{session}", &session);
            let bodies = match route.method {
                "PATCH" => vec![
                    value!({"name": "Somebody Else"}),
                    value!({"role": "admin"}),
                    value!({"role": "member"}),
                ],
                _ => vec![value!({})],
            };
            if (route.method, route.path) == ("DELETE", of_a_member) && api.token == anna.token {
                continue;
            }
            for body in bodies {
                let method = match route.method {
                    "PATCH" => Method::Patch,
                    "PUT" => Method::Put,
                    "DELETE" => Method::Delete,
                    _ => Method::Post,
                };
                let (status, said) = api.call(method, &path, body).await;
                assert!(status < 500, "{route:?}: {status} {said}");
                tried.insert((route.method, route.path));
                if status < 300 && route.path.ends_with("/users/{id}") && route.method == "DELETE" {
                    until("she is gone", async || api.call(Method::Get, &path, Value::Null).await.0 == 404)
                        .await;
                } else {
                    api.settled(&id).await;
                }
                assert_eq!(everything_of(&product, 900).await, before, "{route:?}: {status} {said}");
                api.call(Method::Post, &format!("/users/{id}/resume"), value!({})).await;
            }
        }
        if api.token == anna.token {
            // What becomes of the workspace is no reason either.
            for action in ["suspend", "resume", "reconcile"] {
                ida.ok(Method::Post, &format!("/{action}"), value!({})).await;
                ida.settled(&id).await;
                assert_eq!(everything_of(&product, 900).await, before, "{action}");
            }
        }
    }
    assert_eq!(tried.len(), actions.len(), "{tried:?}");
    // She is still somebody: another workspace may have her.
    let fjord = TenantApi::of(&product, OTTO, "fjord");
    let mut vera = Person::unknown(&product);
    vera.signs_in("vera", VERAS).await.expect("her account is as it was");
    let before = everything_of(&product, 900).await;
    joins(&product, &mut vera, &fjord, value!({"email": "again@private.test"})).await;
    assert_eq!(fjord.settled(&fjord.id(VERA).await).await["status"], "active");
    assert_eq!(everything_of(&product, 900).await, before);
}

#[tokio::test]
async fn the_page_of_who_has_an_account_of_their_own_says_what_it_offers_and_why_not_more() {
    let product = Product::start("small").await;
    account(&product, 900, "vera", value!({})).await;
    let mut vera = Person::unknown(&product);
    vera.signs_in("vera", VERAS).await.expect("her password is right");
    let api = TenantApi::of(&product, ANNA, "acme");
    joins(&product, &mut vera, &api, value!({"email": VERA, "mailbox": "vera"})).await;
    let id = api.id(VERA).await;
    let mut anna = Person::sign_in(&product, ANNA).await;
    let (_, page) = anna.page(&format!("/admin/acme/members/{id}")).await;
    assert!(page.contains("signs in with their own account") && page.contains("Unverified"), "{page}");
    assert!(!page.contains("id=\"reset-password\"") && !page.contains("name=\"name\""), "{page}");
    assert!(page.contains("is their own and stays as it is"), "the questions say so: {page}");
    for (action, body) in [("reset-password", value!({})), ("", value!({"name": "Other"}))] {
        let path = format!("/users/{id}/{action}");
        let path = path.trim_end_matches('/');
        let method = if action.is_empty() { Method::Patch } else { Method::Post };
        let (status, code, _, said) = api.refused(method, path, body).await;
        assert_eq!((status, &*code), (409, "own-account"), "{said}");
    }
    // Of her sessions an admin is shown those that work here, and no other.
    let shown = api.get(&format!("/users/{id}/sessions")).await;
    let places: Vec<&str> = items(&shown).iter().filter_map(|one| one["place"].as_str()).collect();
    assert_eq!(places, ["portal"], "{shown}");
    // An offboarding leaves the account alone, says so, and comes to its end.
    let report = api.ok(Method::Post, &format!("/users/{id}/offboard"), value!({})).await;
    let verdict = |access: &str| {
        let checks = report["doors"].as_array().unwrap();
        checks.iter().find(|one| one["door"] == access).map(|one| text(&one["verdict"]))
    };
    assert_eq!(verdict("account").as_deref(), Some("own"), "{report:#}");
    assert_eq!(verdict("sessions").as_deref(), Some("own"), "{report:#}");
    api.until(&format!("/users/{id}/offboard"), |report| report["shut"] == true).await;
}

/// [A9]: what one of their workspaces ends of somebody who works elsewhere too.
#[tokio::test]
async fn a_workspace_signs_somebody_it_shares_out_of_itself_alone() {
    let product = Product::start("small").await;
    let (acme, fjord) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of(&product, OTTO, "fjord"));
    let id = acme.id(BO).await;
    fjord.id(BO).await;
    let mut undecided = Person::sign_in(&product, BO).await;
    let (mut at_acme, mut at_fjord) =
        (Person::sign_in(&product, BO).await, Person::sign_in(&product, BO).await);
    for (person, slug) in [(&mut at_acme, "acme"), (&mut at_fjord, "fjord")] {
        assert_eq!(person.send("/", "/workspace", &[("slug", slug)]).await.0, 303);
    }
    fjord.ok(Method::Patch, &format!("/users/{id}"), value!({"role": "admin"})).await;
    let by_token = TenantApi::of(&product, BO, "fjord");
    by_token.get("/users").await;
    let done = fjord.ok(Method::Post, &format!("/users/{id}/force-logout"), value!({})).await;
    assert_eq!((&done["state"], &done["extent"]), (&value!("done"), &value!("workspace")), "{done}");
    assert!(at_acme.is_in().await, "fjord did not give this one");
    // What was begun before gives nothing in fjord any more, wherever it was used and whatever else it is good for.
    let (status, code, ..) = by_token.refused(Method::Get, "/users", Value::Null).await;
    assert_eq!((status, &*code), (403, "signed-out-of-workspace"));
    for person in [&mut at_acme, &mut undecided] {
        let (_, me) = person.page("/api/me").await;
        assert!(me.contains("\"acme\"") && !me.contains("\"fjord\""), "{me}");
        let (status, page) = person.page("/admin/fjord/members").await;
        assert!(status == 403 && page.contains("signed you out"), "{status} {page}");
    }
    let mut anew = Person::sign_in(&product, BO).await;
    assert_eq!(anew.page("/admin/fjord/members").await.0, 200);
    assert!(!at_fjord.is_in().await);
    let sessions = product.objects("authentik", "sessions").await;
    let users = product.objects("authentik", "users").await;
    let bo = users.iter().find(|user| user["username"] == BO).expect("his account");
    assert!(sessions.iter().any(|session| session["user"] == bo["id"]), "{sessions:?}");
    let token = product.call(Method::Get, "/api/me", product.token(BO, "portal"), None).await;
    assert_eq!(token.status, 200, "his tokens are not fjord's to end");
    // Nor is one session of acme's, by its id.
    let own = items(&acme.get(&format!("/users/{id}/sessions")).await).to_vec();
    let at = text(&own[0]["id"]);
    assert_eq!(fjord.call(Method::Delete, &format!("/users/{id}/sessions/{at}"), Value::Null).await.0, 404);
    let mut otto = Person::sign_in(&product, OTTO).await;
    let (_, page) = otto.page(&format!("/admin/fjord/members/{id}")).await;
    assert!(page.contains("They’re also a member of other workspaces"), "{page}");
    // Those who run the platform reach further.
    let ida = TenantApi::of_operator(&product, "fjord");
    let done = ida.ok(Method::Post, &format!("/users/{id}/force-logout"), value!({})).await;
    assert_eq!(done["extent"], "everything", "{done}");
    assert!(!at_acme.is_in().await);
}

/// [A16]: an account is of the workspace that made it. Let go by that one, it is its person's own, and nobody else's.
#[tokio::test]
async fn an_account_whose_maker_lets_go_is_taken_over_by_no_other_workspace() {
    let product = Product::start("small").await;
    let (acme, fjord) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of(&product, OTTO, "fjord"));
    let email = at("tak");
    let (status, made) = acme.add("Tak Toft", &email).await;
    assert_eq!(status, 201, "{made}");
    let id = text(&made["id"]);
    acme.settled(&id).await;
    let mut tak = Person::unknown(&product);
    tak.signs_in(&email, &text(&made["oneTimePassword"])).await.expect("the first password is right");
    let page = "/account/password";
    assert_eq!(tak.send(page, page, &[("password", OWN)]).await.0, 303);
    let mut tak = Person::unknown(&product);
    tak.signs_in(&email, OWN).await.expect("his own is right");
    joins(&product, &mut tak, &fjord, value!({"email": email})).await;
    fjord.settled(&id).await;
    assert_eq!(acme.call(Method::Delete, &format!("/users/{id}"), Value::Null).await.0, 204);
    eventually("acme has let him go", async || {
        let now = acme.call(Method::Get, &format!("/users/{id}"), Value::Null).await;
        if now.0 == 404 { Ok(()) } else { Err(now.1) }
    })
    .await;
    for (method, path, body) in [
        (Method::Post, format!("/users/{id}/reset-password"), value!({})),
        (Method::Patch, format!("/users/{id}"), value!({"name": "Anna Ærø (acme)"})),
    ] {
        let (status, code, _, said) = fjord.refused(method, &path, body).await;
        assert_eq!((status, &*code), (409, "own-account"), "{path}: {said}");
    }
    let left = fjord.get(&format!("/users/{id}")).await;
    assert_eq!((&left["account"], &left["emailVerified"]), (&value!("own"), &value!(false)), "{left:#}");
    // He goes on with it, and the last workspace that lets him go leaves it to him.
    let mut tak = Person::unknown(&product);
    tak.signs_in(&email, OWN).await.expect("his own is right");
    assert_eq!(fjord.call(Method::Delete, &format!("/users/{id}"), Value::Null).await.0, 204);
    eventually("fjord has let him go", async || {
        let now = fjord.call(Method::Get, &format!("/users/{id}"), Value::Null).await;
        if now.0 == 404 { Ok(()) } else { Err(now.1) }
    })
    .await;
    let users = product.objects("authentik", "users").await;
    let account = users.iter().find(|user| user["username"] == email.as_str()).expect("his account");
    assert_eq!(account["isActive"], true, "{account}");
}

/// [A2]: only the link makes an owner, whoever has the address here or at the identity provider.
#[tokio::test]
async fn an_owner_named_by_an_address_is_invited_and_owns_nothing_before() {
    let product = Product::start("small").await;
    account(&product, 900, "vera", value!({})).await;
    let mut vera = Person::unknown(&product);
    vera.signs_in("vera", VERAS).await.expect("her password is right");
    for (slug, email) in [("by-member", BO), ("by-claim", VERA), ("by-nobody", "nobody@private.test")] {
        let new = value!({
            "slug": slug, "name": "A New One", "plan": "starter", "seats": 3, "owner": {"email": email},
        });
        let ida = product.token(IDA, "operator");
        let made = product.call(Method::Post, "/api/tenants", ida, Some(new)).await;
        assert_eq!(made.status, 201, "{}", json(&made));
        let api = TenantApi::of_operator(&product, slug);
        let waiting = api.get("/invitations").await;
        assert_eq!(items(&waiting)[0]["role"], "owner", "{waiting}");
        links(&product, email, 1).await;
        assert!(items(&api.get("/users").await).is_empty(), "{slug}");
    }
    let me = json(&product.call(Method::Get, "/api/me", product.token(BO, "portal"), None).await);
    assert!(!me.to_string().contains("by-member"), "{me}");
    let (_, me) = vera.page("/api/me").await;
    assert!(!me.contains("by-claim"), "{me}");
}

/// [A16]: for which addresses nobody but their owner gets an account, whichever way it is tried.
#[tokio::test]
async fn an_address_that_may_be_somebodys_gets_no_account_whichever_way_it_is_tried() {
    let product = Product::start("small").await;
    account(&product, 900, "vera", value!({})).await;
    account(&product, 901, "Lone@Private.test", value!({"email": ""})).await;
    let (acme, fjord) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of(&product, OTTO, "fjord"));
    fjord.ok(Method::Post, "/invitations", value!({"email": "waits@private.test"})).await;
    let tried = [
        ("VERA@Private.test", "has-account"),
        ("lone@private.test", "has-account"),
        ("waits@private.test", "has-account"),
        (IDA, "has-account"),
        ("new@fjordrejser.test", "foreign-domain"),
        ("new@mail.fjordrejser.test", "foreign-domain"),
        ("new@dezky.test", "foreign-domain"),
        // Where the staff of its own partner and of another have their addresses.
        ("new@nordit.test", "foreign-domain"),
        ("new@mail.alpenwerk.test", "foreign-domain"),
    ];
    let accounts = async || product.objects("authentik", "users").await.len();
    let before = accounts().await;
    let mut anna = Person::sign_in(&product, ANNA).await;
    for (n, (email, code)) in tried.into_iter().enumerate() {
        let new = value!({"name": "Somebody", "email": email, "mailbox": format!("somebody{n}")});
        let (status, said, field, _) = acme.refused(Method::Post, "/users", new).await;
        assert_eq!((status, &*said, &*field), (409, code, "email"), "{email}");
        let form = [("name", "Somebody"), ("email", email), ("mailbox", "some"), ("role", "member")];
        let (status, page) = anna.send("/admin/acme/members", "/admin/acme/members", &form).await;
        assert_eq!(status, 422, "{email}");
        assert!(page.contains("Invite instead"), "{email}: {page}");
    }
    let lines: Vec<String> = tried.iter().map(|(email, _)| format!("Somebody,{email}")).collect();
    let file = format!("name,email\n{}\n", lines.join("\n"));
    let started = acme.ok(Method::Post, "/imports", value!({"csv": file, "passwords": "later"})).await;
    let import = text(&started["id"]);
    let over = acme.until(&format!("/imports/{import}"), |import| import["status"] != "running").await;
    assert_eq!(over["made"], 0, "{over}");
    // They may be asked, and who has no account of that address gets none by the link.
    acme.ok(Method::Post, "/invitations", value!({"email": "guest@fjordrejser.test"})).await;
    acme.ok(Method::Post, "/invitations", value!({"email": VERA})).await;
    for address in ["guest@fjordrejser.test", VERA] {
        let link = links(&product, address, 1).await.remove(0);
        let form = [("name", "Somebody"), ("password", OWN), ("csrf", "")];
        let answer = Visitor::default().send(Method::Post, &link, &form).await;
        assert!(answer.status == 409 || answer.status == 422, "{address}: {}", answer.status);
    }
    assert_eq!(accounts().await, before);
    // The workspace that has the domain makes accounts on it, and the platform's own on the platform's.
    assert_eq!(fjord.add("Ny", "new@fjordrejser.test").await.0, 201);
    assert_eq!(TenantApi::of_operator(&product, "dezky").add("Ny", "new@dezky.test").await.0, 201);
}

/// [A2]: whoever makes an account for somebody has not shown by that whose the address is.
#[tokio::test]
async fn an_address_is_proven_where_its_workspace_has_proven_the_domain() {
    let product = Product::start("small").await;
    let acme = TenantApi::of(&product, ANNA, "acme");
    let mut ids = Vec::new();
    for (email, is_proven) in [("ny@acme-widgets.test", true), ("boss@bank.test", false)] {
        let (status, made) = acme.add("Ny", email).await;
        assert_eq!(status, 201, "{made}");
        let id = text(&made["id"]);
        assert_eq!(acme.get(&format!("/users/{id}")).await["emailVerified"], is_proven, "{email}");
        ids.push(id);
    }
    for (email, records) in [("ny@acme-widgets.test", 1), ("boss@bank.test", 0)] {
        let log = acme.get(&format!("/audit?action=member.create&q={email}")).await;
        assert_eq!(items(&log).len(), records, "{email}: {log}");
    }
    // Once the domain is the workspace's, its addresses are.
    acme.ok(Method::Post, "/domains", value!({"name": "bank.test"})).await;
    TenantApi::of_operator(&product, "acme").ok(Method::Post, "/domains/bank.test/vouch", Value::Null).await;
    assert_eq!(acme.get(&format!("/users/{}", ids[1])).await["emailVerified"], true);
    // And once it is not, they are claims again.
    let (status, said) = acme.call(Method::Delete, "/domains/bank.test", Value::Null).await;
    assert!(status < 300, "{said}");
    acme.until(&format!("/users/{}", ids[1]), |now| now["emailVerified"] == false).await;
    assert_eq!(acme.get(&format!("/users/{}", ids[0])).await["emailVerified"], true);
}

/// [A2]: whoever follows a link has shown no more than that they were sent it.
#[tokio::test]
async fn a_link_makes_nobody_the_holder_of_an_address_that_nobody_has_proven() {
    let product = Product::start("small").await;
    let acme = TenantApi::of(&product, ANNA, "acme");
    let (name, email) = ("The Chief", "ceo@bigcorp.test");
    acme.ok(Method::Post, "/invitations", value!({"email": email})).await;
    let link = links(&product, email, 1).await.remove(0);
    let form = [("name", name), ("password", OWN), ("csrf", "")];
    let answer = Visitor::default().send(Method::Post, &link, &form).await;
    assert!(matches!(answer.status, 200 | 303), "{}", String::from_utf8_lossy(&answer.body));
    for action in ["member.create", "user.set_password", "invitation.accept"] {
        let log = acme.get(&format!("/audit?action={action}&limit=200")).await;
        let own = items(&log).iter().find(|record| record["actorName"] == name);
        let own = own.unwrap_or_else(|| panic!("{action} by {name}: {log:#}"));
        assert_eq!(own["actorEmailVerified"], false, "{action}: {own:#}");
    }
}

/// [E6]: an admin does nothing to an owner, not even what changes nothing.
#[tokio::test]
async fn an_owner_is_not_saved_as_they_are_by_who_may_not_change_them() {
    let product = Product::start("small").await;
    let (anna, bo) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of(&product, BO, "acme"));
    let path = format!("/users/{}", anna.id(ANNA).await);
    let same = value!({"name": anna.get(&path).await["name"]});
    let (status, code, _, said) = bo.refused(Method::Patch, &path, same.clone()).await;
    assert_eq!((status, &*code), (403, "owners-only"), "{said}");
    anna.ok(Method::Patch, &path, same).await;
}

/// [A9]: a sign-out ends the sessions of the browser on each surface, and what they could be renewed with.
#[tokio::test]
async fn signing_out_leaves_no_token_of_the_browser_good_on_either_surface() {
    let product = Product::start("small").await;
    let users = product.objects("authentik", "users").await;
    let user = users.iter().find(|user| user["username"] == IDA).expect("her account")["id"].clone();
    let good = async || {
        let all = product.objects("authentik", "refreshTokens").await;
        all.iter().filter(|token| token["user"] == user).count()
    };
    let before = good().await;
    let mut ida = Person::sign_in_to(&product, "operator", IDA).await;
    let portal = Url::parse(&format!("{}/sign-in", product.origin("portal"))).unwrap();
    ida.visitor.visit(&portal).await;
    assert_eq!(good().await, before + 2, "one on each surface");
    assert_eq!(ida.send("/", "/sign-out", &[]).await.0, 303);
    assert_eq!(good().await, before);
}

/// [D1]: an address on a domain with other letters than those of ASCII is one address in both of its forms.
#[tokio::test]
async fn somebody_on_a_domain_of_other_letters_signs_in_with_either_form() {
    let product = Product::start("small").await;
    let acme = TenantApi::of(&product, ANNA, "acme");
    let (read, sent) = ("søren.test", "xn--sren-gra.test");
    assert_eq!(acme.ok(Method::Post, "/domains", value!({"name": read})).await["name"], sent);
    TenantApi::of_operator(&product, "acme")
        .ok(Method::Post, &format!("/domains/{sent}/vouch"), Value::Null)
        .await;
    let new = value!({"name": "Ny", "email": format!("Ny@{read}")});
    let made = acme.ok(Method::Post, "/users", new).await;
    let (id, once) = (text(&made["id"]), text(&made["oneTimePassword"]));
    acme.settled(&id).await;
    let forms = [format!("ny@{read}"), format!("ny@{sent}")];
    let mut ny = Person::unknown(&product);
    ny.signs_in(&forms[0], &once).await.expect("the form that people read");
    let own = [("password", OWN)];
    assert_eq!(ny.send("/account/password", "/account/password", &own).await.0, 303);
    for form in &forms {
        let mut ny = Person::unknown(&product);
        ny.signs_in(form, OWN).await.unwrap_or_else(|| panic!("{form} signs in"));
        let (_, me) = ny.page("/api/me").await;
        assert!(me.contains(&id) && me.contains(&forms[1]), "{form}: {me}");
    }
    // Neither form gives a second account, and an account that somebody has under the other is found.
    for form in &forms {
        let (status, said) = acme.add("Twice", form).await;
        assert_eq!(status, 409, "{form}: {said}");
    }
    let elsewhere = value!({"username": "else", "email": format!("else@{read}")});
    account(&product, 910, "else", elsewhere).await;
    let (status, said) = acme.add("Else", &format!("else@{sent}")).await;
    assert_eq!((status, &said["type"]), (409, &value!("urn:dezky:problem:has-account")), "{said}");
    let users = product.objects("authentik", "users").await;
    assert_eq!(users.iter().filter(|user| user.to_string().contains("ny@")).count(), 1);
}

#[tokio::test]
async fn an_account_that_could_not_be_looked_for_in_time_is_looked_for_before_one_is_made() {
    let product = Product::start("small").await;
    account(&product, 900, "vera", value!({})).await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.id(ANNA).await;
    product.faults("authentik", value!([{"route": "*", "kind": "refuse"}])).await;
    let (status, made) = api.add("Not Vera", VERA).await;
    assert_eq!(status, 201, "{made}");
    product.faults("authentik", value!([])).await;
    let id = text(&made["id"]);
    let failed = api
        .until(&format!("/users/{id}"), |member| {
            let steps = member["steps"].as_array().unwrap();
            steps.iter().any(|step| {
                step["kind"] == "authentik.user"
                    && step["error"].as_str().is_some_and(|error| error.contains("another account"))
            })
        })
        .await;
    let users = product.objects("authentik", "users").await;
    let known = users.iter().filter(|user| user.to_string().to_lowercase().contains(VERA));
    assert_eq!(known.count(), 1, "{failed}");
}

/// [A2]: the log goes by the person, and an address that is only claimed names nobody.
#[tokio::test]
async fn the_log_names_nobody_by_an_address_that_they_claim() {
    let product = Product::start("small").await;
    account(&product, 900, "vera", value!({})).await;
    account(&product, 901, "no.name@private.test", value!({"name": "", "email": "boss@private.test"})).await;
    let mut vera = Person::unknown(&product);
    vera.signs_in("vera", VERAS).await.expect("her password is right");
    // Her address is hers to change there, to any.
    product.spoil("authentik", "users/900", &value!({"email": ANNA})).await;
    let mut again = Person::unknown(&product);
    again.signs_in("vera", VERAS).await.expect("her password is right");
    let (_, me) = again.page("/api/me").await;
    assert!(me.contains(ANNA), "the address follows the token: {me}");
    let ida = product.token(IDA, "operator");
    let by = async |address: &str| {
        let path = format!("/api/audit?limit=200&actorEmail={address}");
        let log = json(&product.call(Method::Get, &path, ida, None).await);
        items(&log).to_vec()
    };
    let of_vera = by("Vera@private.test").await;
    assert_eq!(of_vera.len(), 2, "all that she did, whatever she is called: {of_vera:#?}");
    for record in &of_vera {
        let told = (&record["actorName"], &record["actorEmail"], &record["actorEmailVerified"]);
        assert_eq!(told, (&value!("Vera Privat"), &value!(VERA), &value!(false)), "{record}");
    }
    let mut anna = Person::unknown(&product);
    anna.signs_in(ANNA, product.password(ANNA)).await.expect("her password is right");
    let of_anna = by(ANNA).await;
    assert!(!of_anna.is_empty());
    assert!(of_anna.iter().all(|record| record["actorName"] != "Vera Privat"), "{of_anna:#?}");
    assert!(of_anna.iter().all(|record| record["actorEmailVerified"] == true), "{of_anna:#?}");
    // Who has no name is not called what they say their address is.
    let mut nameless = Person::unknown(&product);
    nameless.signs_in("no.name@private.test", VERAS).await.expect("the password is right");
    let of_nameless = by("boss@private.test").await;
    assert!(!of_nameless.is_empty());
    assert!(of_nameless.iter().all(|record| !text(&record["actorName"]).contains('@')), "{of_nameless:#?}");
}

/// [A9]: app passwords end with a new password and with signing out everywhere, unless they are to be kept; also when the
/// mail server answers later.
#[tokio::test]
async fn app_passwords_end_with_a_new_password_and_with_signing_out_everywhere_unless_they_are_kept() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let id = api.make_member("Mette Hvid", "mette").await;
    let member = api.get(&format!("/users/{id}")).await;
    let accounts = product.objects("stalwart", "accounts").await;
    let account = accounts.iter().find(|one| one.to_string().contains(&text(&member["mailboxAddress"])));
    let account = text(&account.expect("her mailbox")["id"]);
    let made = async || {
        let all = product.objects("stalwart", "app_passwords").await;
        all.iter().filter(|one| one.to_string().contains(&account)).count()
    };
    let reset = api.ok(Method::Post, &format!("/users/{id}/reset-password"), value!({})).await;
    let mut password = text(&reset["oneTimePassword"]);
    let page = "/account/password";
    let turn = async |action: &str, body: Value, password: &str| -> (Value, String) {
        let mut mette = Person::unknown(&product);
        mette.signs_in("mette@private.test", password).await.expect("the password is right");
        let mut own = password.to_owned();
        if mette.led_to("/").await.path() == page {
            OWN.clone_into(&mut own);
            assert_eq!(mette.send(page, page, &[("password", OWN)]).await.0, 303);
            mette = Person::unknown(&product);
            mette.signs_in("mette@private.test", OWN).await.expect("her own is right");
        }
        let at = "/account/app-passwords";
        let name = format!("{action} {body}");
        let (status, said) = mette.send(at, at, &[("name", &name)]).await;
        assert!(status < 300, "{said}");
        let done = api.ok(Method::Post, &format!("/users/{id}/{action}"), body).await;
        (done, own)
    };
    for (action, body, left) in [
        ("reset-password", value!({}), 0),
        ("reset-password", value!({"keepAppPasswords": true}), 1),
        ("force-logout", value!({}), 0),
        ("force-logout", value!({"keepAppPasswords": true}), 1),
    ] {
        let (done, own) = turn(action, body.clone(), &password).await;
        password = done["oneTimePassword"].as_str().map_or(own, str::to_owned);
        assert_eq!(made().await, left, "{action} {body}: {done}");
    }
    // The mail server is away for a while: the answer says so, and they end once it is back.
    let mut mette = Person::unknown(&product);
    mette.signs_in("mette@private.test", &password).await.expect("the password is right");
    let at = "/account/app-passwords";
    assert!(mette.send(at, at, &[("name", "Phone")]).await.0 < 300);
    product.faults("stalwart", value!([{"route": "*", "kind": "refuse"}])).await;
    let done = api.ok(Method::Post, &format!("/users/{id}/force-logout"), value!({})).await;
    assert_eq!(done["appPasswords"], "pending", "{done}");
    product.faults("stalwart", value!([])).await;
    until("they end", async || made().await == 0).await;
    let log = api.get("/audit?action=member.force_logout").await;
    assert_eq!(items(&log)[0]["after"]["appPasswords"], "ended", "{log:#}");
}
