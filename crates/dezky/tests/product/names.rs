//! What people and things are called, from outside: what can't be seen, two forms of one name, and addresses that are no
//! names of mailboxes.

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::Product;
use crate::tenant_api::{ANNA, TenantApi, at, find, items, text};

#[tokio::test]
async fn nothing_is_called_by_what_nobody_sees() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let operator = TenantApi::of_operator(&product, "acme");
    let anna = api.id(ANNA).await;
    let fields: [(Method, &str, Value, &str); 9] = [
        (Method::Post, "/users", value!({"email": "x@elsewhere.test"}), "name"),
        (Method::Patch, &format!("/users/{anna}"), value!({}), "name"),
        (Method::Post, "/invitations", value!({"email": "y@elsewhere.test"}), "name"),
        (Method::Post, "/groups", value!({}), "name"),
        (Method::Post, "/groups", value!({"name": "Group"}), "description"),
        (Method::Post, "/mail/lists", value!({"address": at("team")}), "description"),
        (Method::Post, "/mail/shared", value!({"address": at("api")}), "name"),
        (Method::Patch, "", value!({}), "name"),
        (Method::Patch, "", value!({}), "industry"),
    ];
    let hidden =
        ["\u{200b}", "\u{3164}", "\u{2800}", "\u{ad}", "\u{34f}", "\u{61c}", "\u{e0041}", "\u{202e}"];
    for letter in hidden {
        for (method, path, body, field) in &fields {
            for name in [letter.to_owned(), format!("An{letter}na")] {
                let mut body = body.clone();
                body[*field] = value!(name);
                let by = if path.is_empty() { &operator } else { &api };
                let (status, _, named, said) = by.refused(*method, path, body).await;
                assert_eq!((status, &*named), (422, *field), "{path} {name:?}: {said}");
            }
        }
    }
    let company = value!({"billingInfo": {"company": "Ac\u{200b}me"}});
    assert_eq!(operator.refused(Method::Patch, "", company).await.2, "billingInfo.company");
    let app = value!({"name": "Ph\u{ad}one"});
    let answer = product.call(Method::Post, "/api/users/me/app-passwords", api.token, Some(app)).await;
    assert_eq!(answer.status, 422, "{}", String::from_utf8_lossy(&answer.body));
}

#[tokio::test]
async fn two_forms_of_one_name_are_one_and_are_found_by_either() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    for (name, slug) in
        [("Café", "cafe"), ("Łódź Škoda", "lodz-skoda"), ("Șiauliai", "siauliai"), ("Győr", "gyor")]
    {
        let group = api.ok(Method::Post, "/groups", value!({"name": name})).await;
        assert_eq!(group["slug"], slug, "{group}");
    }
    for same in ["Cafe\u{301}", " CAFÉ "] {
        let (status, code, ..) = api.refused(Method::Post, "/groups", value!({"name": same})).await;
        assert_eq!((status, &*code), (409, "name-taken"), "{same:?}");
    }
    for (name, email) in
        [("E\u{301}mile Zola", "zola@elsewhere.test"), ("İbrahim Şahin", "sahin@elsewhere.test")]
    {
        assert_eq!(api.add(name, email).await.0, 201);
    }
    let found = async |list: &str, q: &str| {
        let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
        api.all(&format!("{list}?limit=200&q={q}")).await
    };
    for (q, email) in [
        ("émile", "zola@elsewhere.test"),
        ("emile zola", "zola@elsewhere.test"),
        ("E\u{301}MILE", "zola@elsewhere.test"),
        ("ibrahim", "sahin@elsewhere.test"),
        ("sahin", "sahin@elsewhere.test"),
        (" anna ", ANNA),
    ] {
        let all = found("/users", q).await;
        assert!(!find(&all, "email", email).is_null(), "{q:?} finds {all:?}");
    }
    for q in ["lodz", "ŁÓDŹ", "skoda", " cafe\u{301} "] {
        assert_eq!(found("/groups", q).await.len(), 1, "{q:?}");
    }
}

#[tokio::test]
async fn a_slug_is_no_word_of_the_addresses() {
    let product = Product::start("none").await;
    let operator = TenantApi::of_operator(&product, "acme");
    for slug in ["new", "live", "api", "admin"] {
        let new = value!({"slug": slug, "name": "New", "plan": "starter", "seats": 3});
        let answer = product.call(Method::Post, "/api/tenants", operator.token, Some(new)).await;
        let problem: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(
            (answer.status, &problem["errors"][0]["field"]),
            (409, &value!("slug")),
            "{slug}: {problem}"
        );
    }
}

#[tokio::test]
async fn an_address_that_names_no_mailbox_is_never_passed_over_in_silence() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    for local in ["o'brien", "r&d", "anna+x", "_svc"] {
        let new = value!({"name": "Sean", "email": at(local)});
        let (status, _, field, said) = api.refused(Method::Post, "/users", new.clone()).await;
        assert_eq!((status, &*field), (422, "mailbox"), "{local}: {said}");
        let asked = api.refused(Method::Post, "/invitations", new.clone()).await;
        assert_eq!((asked.0, &*asked.2), (422, "mailbox"), "{local}");
        let file = value!({"csv": format!("name,email\nSean,{}\n", at(local))});
        let report = api.ok(Method::Post, "/imports/check", file).await;
        assert_eq!(report["lines"][0]["reasons"], value!(["bad-mailbox"]), "{report}");
        // What the sentence proposes will do.
        let proposed = said.rsplit(' ').next().unwrap().trim_end_matches('.').to_owned();
        let proposed = if local == "r&d" { "r.d".to_owned() } else { proposed };
        let mut named = new;
        named["mailbox"] = value!(proposed);
        let made = api.ok(Method::Post, "/users", named).await;
        assert_eq!(made["mailboxAddress"], at(&proposed), "{made}");
    }
    let elsewhere =
        api.ok(Method::Post, "/users", value!({"name": "Pat", "email": "o'hara@private.test"})).await;
    assert_eq!(elsewhere["mailboxAddress"], at("ohara"));
    assert!(!items(&api.get("/users?limit=200").await).is_empty());
    assert!(!text(&elsewhere["id"]).is_empty());
}
