//! The home of a person: the way to what they have, and what only they can do about it.

use outbound::Method;
use serde_json::{Value, json as value};
use url::Url;

use crate::harness::Product;
use crate::session::{Person, csrf};
use crate::tenant_api::{ANNA, MAJA, OTTO, TenantApi, at, eventually};

const HOME: &str = "/";
const PASSWORD: &str = "/account/password";
const OWN: &str = "seven brown goats in the fog";
const LOCKED: &str = "Your mailbox has no password yet";

#[tokio::test]
async fn a_mailbox_that_comes_later_is_on_the_home_and_opens_once_a_password_is_chosen() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let id = api.id(MAJA).await;
    let one = format!("/users/{id}");
    api.settled(&id).await;
    let mut maja = Person::sign_in(&product, MAJA).await;
    let (status, before) = maja.page(HOME).await;
    assert!(status == 200 && before.contains(product.origin("sandbox/ocis")), "the way to files: {before}");
    assert!(!before.contains("<b>Mail</b>") && !before.contains("href=\"/admin/acme\""), "{before}");

    // Who came without a mailbox gets one, under a name that nobody has.
    api.ok(Method::Post, "/mail/lists", value!({"address": at("sales"), "recipients": []})).await;
    let (status, code, field, _) = api.refused(Method::Patch, &one, value!({"mailbox": "sales"})).await;
    assert_eq!((status, &*code, &*field), (409, "address-taken", "mailbox"));
    api.ok(Method::Patch, &one, value!({"mailbox": "maja"})).await;
    let made = api.settled(&id).await;
    assert_eq!((&made["mailboxAddress"], &made["mailboxPassword"]), (&value!(at("maja")), &value!("none")));
    let (status, code, ..) = api.refused(Method::Patch, &one, value!({"mailbox": "other"})).await;
    assert_eq!((status, &*code), (409, "has-mailbox"));
    api.ok(Method::Patch, &one, value!({"mailbox": "maja"})).await;

    // She chose her password before: nobody but she can set it on the mailbox.
    assert_eq!(product.mail_sign_in(&at("maja"), product.password(MAJA)).await, 401);
    let (_, page) = maja.page(HOME).await;
    assert!(page.contains("<b>Mail</b>") && page.contains(&at("maja")) && page.contains(LOCKED), "{page}");
    assert!(page.contains("It can be the same as your current one") && !page.contains("save your"), "{page}");
    let (_, form) = maja.page(PASSWORD).await;
    let url = Url::parse(product.origin("portal")).unwrap().join(PASSWORD).unwrap();
    let fields = [("password", OWN), ("csrf", &*csrf(&form))];
    let set = maja.visitor.send(Method::Post, &url, &fields).await;
    let (_, said) = maja.page(set.header("location").expect("it leads on")).await;
    assert!(set.status == 303 && said.contains("Your password was changed"), "{said}");
    assert!(said.contains("href=\"/sign-in\""), "{said}");
    assert_eq!(product.mail_sign_in(&at("maja"), OWN).await, 200);
    assert_eq!(api.get(&one).await["mailboxPassword"], "set");
    let mut maja = Person::unknown(&product);
    maja.signs_in(MAJA, OWN).await.expect("the password is her own");
    let (_, page) = maja.page(HOME).await;
    assert!(page.contains("<b>Mail</b>") && !page.contains(LOCKED), "{page}");

    // One that is made anew has no password again.
    let account = product.objects("stalwart", "accounts").await;
    let account =
        account.iter().find(|one| one["name"] == "maja").unwrap()["id"].as_str().unwrap().to_owned();
    product.remove("stalwart", &format!("accounts/{account}")).await;
    let ida = TenantApi::of_operator(&product, "acme");
    let plan = ida.ok(Method::Post, "/plan", value!({})).await;
    ida.ok(Method::Post, "/apply", value!({"hash": plan["hash"]})).await;
    api.until(&one, |now| now["mailboxPassword"] == "none").await;
    assert!(maja.page(HOME).await.1.contains(LOCKED));
}

#[tokio::test]
async fn a_home_shows_what_is_ones_own_and_waits_for_nobody() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let mut anna = Person::sign_in(&product, ANNA).await;
    let id = api.id(ANNA).await;
    api.ok(Method::Patch, &format!("/users/{id}"), value!({"mailbox": "anna"})).await;
    api.settled(&id).await;
    let (_, page) = anna.page(HOME).await;
    assert!(page.contains("href=\"/admin/acme\"") && page.contains(&at("anna")), "{page}");
    assert!(page.contains("Add a second factor") && page.contains("Mail programs still accept"), "{page}");
    assert!(!page.contains("no one else"), "mail programs ask for no second factor: {page}");
    let (_, other) = Person::sign_in(&product, OTTO).await.page(HOME).await;
    assert!(!other.contains(&at("anna")) && !other.contains("Acme"), "{other}");

    for server in ["authentik", "stalwart", "ocis"] {
        let silent = value!([{"route": "*", "kind": "delay", "delayMs": 20_000}]);
        product.faults(server, silent).await;
    }
    let began = std::time::Instant::now();
    let (status, page) = anna.page(HOME).await;
    assert!(began.elapsed().as_secs() < 4, "it took {:?}", began.elapsed());
    // What was known a moment ago may still be shown; the programs are asked for each time.
    assert!(status == 200 && page.contains(&at("anna")), "{page}");
    assert!(page.contains("App passwords can’t be shown right now"), "{page}");
}

#[tokio::test]
async fn the_way_to_mail_leads_to_how_a_device_is_set_up_and_says_so_where_there_is_none() {
    const MAIL: &str = "/account/mail";
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let mut anna = Person::sign_in(&product, ANNA).await;
    let (status, page) = anna.page(MAIL).await;
    assert!(status == 200 && page.contains("You have no mailbox here"), "{page}");
    assert_eq!(anna.page(&format!("{MAIL}/mobileconfig")).await.0, 404);

    let id = api.id(ANNA).await;
    api.ok(Method::Patch, &format!("/users/{id}"), value!({"mailbox": "anna"})).await;
    api.settled(&id).await;
    let (_, home) = anna.page(HOME).await;
    assert!(home.contains("class=\"app lead\" href=\"/account/mail\""), "{home}");
    let known =
        async || match api.call(Method::Get, "/domains/acme-widgets.test/client-settings", Value::Null).await
        {
            (200, settings) => Ok(settings),
            (_, refused) => Err(refused),
        };
    let settings = eventually("the mail server has said where its services are", known).await;
    let (_, page) = anna.page(MAIL).await;
    let services = settings["services"].as_array().unwrap();
    assert!(!services.is_empty(), "{settings}");
    for service in services {
        let (host, port) = (service["host"].as_str().unwrap(), service["port"].to_string());
        assert!(page.contains(host) && page.contains(&port), "{service}: {page}");
    }
    assert!(page.contains(&at("anna")) && page.contains("href=\"/account/app-passwords\""), "{page}");
    assert!(page.contains(LOCKED), "nobody gets in before a password is chosen: {page}");
    let (status, profile) = anna.page(&format!("{MAIL}/mobileconfig")).await;
    assert!(status == 200 && profile.contains(&at("anna")), "{profile}");

    // Somebody else's mailbox is nobody's.
    let others = format!("?mailbox={}", at("anna"));
    let mut maja = Person::sign_in(&product, MAJA).await;
    for path in [format!("{MAIL}{others}"), format!("{MAIL}/mobileconfig{others}")] {
        assert_eq!(maja.page(&path).await.0, 404, "{path}");
    }

    // While the workspace is suspended, programs are kept out, and the page says why.
    let ida = TenantApi::of_operator(&product, "acme");
    ida.ok(Method::Post, "/suspend", value!({})).await;
    let (status, page) = anna.page(MAIL).await;
    assert!(status != 200 || page.contains("Mail is paused"), "{status} {page}");
}
