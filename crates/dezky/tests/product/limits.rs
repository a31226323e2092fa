//! What is limited by the hour: what people are told of others, and the mails that they have sent. What is limited is said
//! with the time to try again, and changes nothing.

use outbound::{Answer, Call, Method};
use serde_json::{Value, json as value};

use crate::harness::{Product, client, json};
use crate::tenant_api::{ANNA, BO, MAJA, OTTO, TenantApi, items, text};

async fn post(product: &Product, email: &str, path: &str, body: &Value) -> Answer {
    let call = Call::new(Method::Post, path).bearer(product.token(email, "portal").into()).json(body);
    client(product.origin("api")).send(call).await.unwrap()
}

/// The stable word of an answer, after its status.
fn told(answer: &Answer) -> (u16, String) {
    let kind = json(answer)["type"].as_str().unwrap_or_default().replace("urn:dezky:problem:", "");
    (answer.status, kind)
}

/// It says when to try again, to programs and to people.
fn assert_says_when(answer: &Answer) {
    let seconds: u64 = answer.header("retry-after").expect("when to try again").parse().unwrap();
    assert!((1..=3600).contains(&seconds), "{seconds}");
    let advice = text(&json(answer)["advice"]);
    assert!(advice.starts_with("Nothing was changed. Try again in "), "{advice}");
}

async fn records(api: &TenantApi<'_>, action: &str) -> usize {
    let log = api.get(&format!("/audit?action={action}&limit=200")).await;
    items(&log).len()
}

#[tokio::test]
async fn mails_are_limited_by_workspace_and_by_address_and_nothing_is_lost() {
    let settings = [("MAILS_PER_WORKSPACE_AND_HOUR", "6"), ("MAILS_PER_ADDRESS_AND_HOUR", "3")];
    let product = Product::start_with("small", &settings).await;
    let (acme, fjord) = ("/api/tenants/acme/invitations", "/api/tenants/fjord/invitations");
    let invite = |n: usize| value!({"email": format!("stranger{n}@elsewhere.test")});
    let first = post(&product, ANNA, acme, &invite(0)).await;
    assert_eq!(first.status, 201);
    let resend = format!("{acme}/{}/resend", text(&json(&first)["id"]));
    for _ in 0..2 {
        assert_eq!(post(&product, BO, &resend, &value!({})).await.status, 200);
    }
    let api = TenantApi::of(&product, ANNA, "acme");
    let before = api.get("/invitations").await;
    let refused = post(&product, BO, &resend, &value!({})).await;
    assert_eq!(told(&refused), (429, "too-many-mails".to_owned()), "the address had its share");
    assert_says_when(&refused);
    assert_eq!(api.get("/invitations").await, before, "the old link is still good");
    let elsewhere = post(&product, OTTO, fjord, &invite(0)).await;
    assert_eq!(elsewhere.status, 429, "from whichever workspace");
    let tagged = post(&product, ANNA, acme, &value!({"email": "Stranger0+7@elsewhere.test"})).await;
    assert_eq!(told(&tagged), (429, "too-many-mails".to_owned()), "it is the same mailbox");

    for n in 1..4 {
        assert_eq!(post(&product, ANNA, acme, &invite(n)).await.status, 201, "{n}");
    }
    let refused = post(&product, ANNA, acme, &invite(4)).await;
    assert_eq!(told(&refused), (429, "too-many-mails".to_owned()), "the workspace had its share");
    assert_says_when(&refused);
    assert_eq!(items(&api.get("/invitations?limit=50").await).len(), 4);
    assert_eq!((records(&api, "invitation.create").await, records(&api, "invitation.resend").await), (4, 2));
    assert_eq!(post(&product, OTTO, fjord, &invite(9)).await.status, 201, "others have their own");

    // An import is not refused: what may go out goes out, and the rest waits.
    let csv = "name,email\nOne,one@fjord.test\nTwo,two@fjord.test\nThree,three@fjord.test\nFour,four@fjord.test\n\
               Five,five@fjord.test\nSix,six@fjord.test\n";
    let otto = TenantApi::of(&product, OTTO, "fjord");
    let import = otto.ok(Method::Post, "/imports", value!({"csv": csv})).await;
    let path = format!("/imports/{}", text(&import["id"]));
    let count = |import: &Value, name: &str| import[name].as_u64().unwrap();
    crate::tenant_api::eventually("five are made", async || {
        let now = otto.get(&path).await;
        if count(&now, "made") == 5 { Ok(()) } else { Err(now) }
    })
    .await;
    let now = otto.until(&path, |now| now["waitsFor"] == "too-many-mails").await;
    assert_eq!(
        (&now["status"], count(&now, "waiting"), count(&now, "left")),
        (&value!("running"), 1, 0),
        "{now}"
    );
}

#[tokio::test]
async fn who_is_known_here_is_told_so_often_and_recorded() {
    let product = Product::start_with("small", &[("LOOK_UPS_PER_PERSON_AND_HOUR", "4")]).await;
    let users = "/api/tenants/acme/users";
    let api = TenantApi::of(&product, ANNA, "acme");
    let add = |email: &str| value!({"name": "Somebody", "email": email});
    for n in 0..2 {
        let answer = post(&product, BO, users, &add(OTTO)).await;
        assert_eq!(told(&answer), (409, "has-account".to_owned()), "{n}");
    }
    let taken = post(&product, BO, "/api/tenants/acme/domains", &value!({"name": "fjordrejser.test"})).await;
    assert_eq!(told(&taken), (409, "domain-taken".to_owned()));
    assert_eq!(records(&api, "look_up.answer").await, 3);

    // A file asks for many at once, and is told of no more than is left.
    let known = ["otto@fjord.test", "frida@nordit.test", "sven@nordit.test", "petra@alpenwerk.test"];
    let lines = known.map(|email| format!("Somebody,{email}")).join("\n");
    let check = value!({"csv": format!("name,email\n{lines}\n")});
    let answer = post(&product, BO, "/api/tenants/acme/imports/check", &check).await;
    assert_eq!(answer.status, 200, "{}", json(&answer));
    let has_account = json(&answer)["lines"].to_string().matches("has-account").count();
    assert_eq!(has_account, 1, "{}", json(&answer));

    for (path, body) in [
        (users, add(OTTO)),
        (users, add("nobody@elsewhere.test")),
        ("/api/tenants/acme/domains", value!({"name": "fjordrejser.test"})),
        ("/api/tenants/acme/domains", value!({"name": "free-as-yet.test"})),
        ("/api/tenants/acme/imports/check", check.clone()),
    ] {
        let answer = post(&product, BO, path, &body).await;
        assert_eq!(
            told(&answer),
            (429, "asked-too-often".to_owned()),
            "{body}: known or not, the answer is one"
        );
        assert_says_when(&answer);
    }
    // What is one's own is no secret, and others have their own share.
    let own = post(&product, BO, users, &add("somebody@acme-widgets.test")).await;
    assert_eq!(own.status, 201, "{}", json(&own));
    assert_eq!(told(&post(&product, ANNA, users, &add(OTTO)).await).0, 409);
}

#[tokio::test]
async fn that_nobody_has_a_domain_costs_as_much_as_that_somebody_has() {
    let product = Product::start_with("small", &[("LOOK_UPS_PER_PERSON_AND_HOUR", "3")]).await;
    let domains = "/api/tenants/acme/domains";
    for name in ["free-one.test", "free-two.test", "free-three.test"] {
        assert_eq!(post(&product, BO, domains, &value!({"name": name})).await.status, 201, "{name}");
    }
    for name in ["free-four.test", "fjordrejser.test", "dezky.test"] {
        let answer = post(&product, BO, domains, &value!({"name": name})).await;
        assert_eq!(told(&answer), (429, "asked-too-often".to_owned()), "{name}");
        assert_says_when(&answer);
    }
    assert_eq!(post(&product, ANNA, domains, &value!({"name": "free-five.test"})).await.status, 201);
}

#[tokio::test]
async fn the_platform_s_own_domains_are_refused_like_those_of_others() {
    let product = Product::start_with("small", &[("PLATFORM_DOMAINS", "brand.test, other-brand.test")]).await;
    let domains = "/api/tenants/acme/domains";
    let refused = async |name: &str| {
        let answer = post(&product, BO, domains, &value!({"name": name})).await;
        let mut said = json(&answer);
        said["requestId"] = value!("");
        (answer.status, said)
    };
    let taken = refused("fjordrejser.test").await;
    assert_eq!(taken.0, 409);
    // The last is that of the address that mails are from.
    for name in ["brand.test", "mail.brand.test", "OTHER-brand.test", "a.b.other-brand.test", "dezky.test"] {
        assert_eq!(refused(name).await, taken, "{name}");
    }
    assert_eq!(post(&product, BO, domains, &value!({"name": "notbrand.test"})).await.status, 201);
    let users = "/api/tenants/acme/users";
    let new = value!({"name": "Somebody", "email": "new@mail.brand.test"});
    assert_eq!(told(&post(&product, BO, users, &new).await), (409, "foreign-domain".to_owned()));
    // They are its own workspace's.
    let house = TenantApi::of_operator(&product, "dezky");
    assert_eq!(
        house.ok(Method::Post, "/domains", value!({"name": "brand.test"})).await["name"],
        "brand.test"
    );
}

#[tokio::test]
async fn nobody_fills_the_log_of_the_platform_by_being_refused() {
    let product = Product::start("small").await;
    let maja = product.token(MAJA, "portal");
    for n in 0..120 {
        let path =
            format!("/api/tenants/{}/users", if n % 2 == 0 { "acme".to_owned() } else { format!("t{n}") });
        let answer = product.call(Method::Get, &path, maja, None).await;
        assert!(matches!(answer.status, 403 | 404), "{}", answer.status);
    }
    let ida = product.token(crate::tenant_api::IDA, "operator");
    let path = "/api/audit?action=access.denied&limit=200";
    let log = json(&product.call(Method::Get, path, ida, None).await);
    // Two where a minute ended meanwhile, and what was counted in the first of them.
    assert!((1..=3).contains(&items(&log).len()), "{log}");
    assert_eq!(items(&log)[0]["after"]["route"], "GET /api/tenants/{slug}/users", "{log}");
}
