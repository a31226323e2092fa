//! The first day of an installation: servers that were just installed are set up, the product is served with what that
//! wrote, and people come: the operator, a customer's owner, a colleague. Then there is nothing left to set up.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use outbound::{Call, Method};
use serde_json::{Value, json};

use crate::browser::{Browser, Script};
use crate::console::{IDA, step};
use crate::empty::{Empty, listening};
use crate::harness::{client, get, inventory, json as read, origin, spoil};
use crate::journey::pictured;
use crate::world::{Sockets, free_sockets, wait_until_ready};

const OLGA: &str = "olga@private.test";
const METTE: &str = "mette@kyst.test";
/// What the three sign in with, of their own choice.
const PASSWORDS: [&str; 3] =
    ["nine quiet herons by the sea", "seven brown goats in the fog", "eleven calm otters at dawn"];
const CUSTOMER: &str = "Kystbageriet ApS";
const DOMAIN: &str = "kystbageriet.test";
const PROOF: &str = "workspace-verification=";
const SERVERS: [&str; 3] = ["authentik", "stalwart", "ocis"];
/// Steps wait for their turn, and mails for theirs.
const SOON: Duration = Duration::from_secs(30);

/// The installation, and the browsers of its people.
struct Day {
    empty: Empty,
    portal: String,
    operator: String,
    browsers: RefCell<Vec<Browser>>,
}

impl Day {
    fn simulator(&self, name: &str) -> &str {
        origin(&self.empty.said, &format!("sandbox/{name}"))
    }

    async fn browser(&self) -> Browser {
        let browser = Browser::start(Script::Allowed).await;
        self.browsers.borrow_mut().push(browser.clone());
        browser
    }

    /// Answers the form of the sign-in service.
    async fn sign_in(&self, browser: &Browser, address: &str, password: &str) {
        browser.arrives_at(self.simulator("authentik")).await;
        browser.fill("Username or e-mail", address).await;
        browser.fill("Password", password).await;
        browser.press("Sign in").await;
    }

    /// Ida comes in as docs/operations/install.md says, and makes a customer.
    async fn operator_makes_a_customer(&self) {
        let ida = self.browser().await;
        ida.open(&format!("{}/", self.operator)).await;
        self.sign_in(&ida, IDA, PASSWORDS[0]).await;
        ida.arrives_at(&format!("{}/", self.operator)).await;
        ida.follow("Tenants").await;
        ida.follow("New tenant").await;
        ida.fill("Name", CUSTOMER).await;
        ida.fill("Workspace ID", "kyst").await;
        ida.fill("Seats", "25").await;
        ida.fill("Mail domain", "kyst.test").await;
        ida.fill("First owner’s email", OLGA).await;
        ida.press("Create tenant").await;
        ida.arrives_at(&format!("{}/tenants/kyst", self.operator)).await;
        for title in ["Sign-in group", "Mail domain", "Shared space"] {
            step(&ida, title, "Done", SOON).await;
        }
    }

    /// The link of the mail to the first owner.
    async fn link(&self) -> String {
        let began = Instant::now();
        loop {
            let mails = inventory(self.simulator("mail")).await["mails"].take();
            let mut mails = mails.as_array().unwrap().iter();
            if let Some(mail) = mails.find(|mail| mail["to"] == json!([OLGA])) {
                let mut words = mail["text"].as_str().unwrap().split_whitespace();
                return words
                    .find(|word| word.contains("/invitation/"))
                    .expect("the mail has a link")
                    .to_owned();
            }
            assert!(began.elapsed() < SOON, "no mail came");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Olga follows the link, brings a domain and adds Mette; gives Mette's first password.
    async fn owner_brings_a_domain_and_a_colleague(&self) -> String {
        let olga = self.browser().await;
        olga.open(&self.link().await).await;
        olga.fill("Your name", "Olga Bager").await;
        olga.fill("Choose a password", PASSWORDS[1]).await;
        olga.press("Accept invitation").await;
        olga.sees_within("Your account is ready", SOON).await;
        olga.follow("Sign in").await;
        self.sign_in(&olga, OLGA, PASSWORDS[1]).await;
        olga.arrives_at(&format!("{}/", self.portal)).await;

        self.publish(&[]).await;
        olga.open(&format!("{}/admin/kyst/domains", self.portal)).await;
        olga.press("Add domain").await;
        olga.fill("Domain", DOMAIN).await;
        olga.press_in_dialog("Add domain").await;
        olga.arrives_at(&format!("{}/admin/kyst/domains/{DOMAIN}", self.portal)).await;
        olga.sees_within(PROOF, SOON).await;
        let text = olga.text().await;
        let proof = text.split_whitespace().find(|word| word.starts_with(PROOF)).unwrap();
        self.publish(&[proof]).await;
        olga.press("Check now").await;
        // What the mail server needs is asked for once it has the domain.
        olga.sees_within("Incoming mail", SOON).await;

        olga.open(&format!("{}/admin/kyst/members", self.portal)).await;
        olga.press("Add member").await;
        olga.fill("Full name", "Mette Hvid").await;
        olga.fill("Sign-in address", METTE).await;
        olga.press_in_dialog("Add member").await;
        olga.sees_within("Mette Hvid was added", SOON).await;
        let button = olga.finds_within("//dialog[@open]//button[@data-copy]", SOON).await;
        button.attr("data-copy").await.unwrap().expect("the button copies the password")
    }

    /// Puts these proofs into the domain's zone.
    async fn publish(&self, proofs: &[&str]) {
        let record = |proof: &&str| {
            let name = format!("_workspace-challenge.{DOMAIN}");
            json!({"name": name, "type": "TXT", "ttl": 1, "data": format!("\"{proof}\"")})
        };
        let records: Vec<Value> = proofs.iter().map(record).collect();
        let zone = json!({"records": records, "negativeTtl": 1});
        spoil(self.simulator("dns"), &format!("zones/{DOMAIN}"), &zone).await;
    }

    /// Mette chooses a password of her own, and is at work.
    async fn colleague_comes(&self, once: &str) {
        let mette = self.browser().await;
        mette.open(&format!("{}/", self.portal)).await;
        self.sign_in(&mette, METTE, once).await;
        mette.sees_within("Your password was generated", SOON).await;
        mette.fill("New password", PASSWORDS[2]).await;
        mette.press("Set password").await;
        mette.sees_within("Your password was changed", SOON).await;
        mette.open(&format!("{}/", self.portal)).await;
        self.sign_in(&mette, METTE, PASSWORDS[2]).await;
        mette.sees_within(&format!("You work in {CUSTOMER}."), SOON).await;
        for tile in ["Mail", "Files"] {
            mette.finds_within(&format!("//nav[@aria-label='Apps']//b[text()='{tile}']"), SOON).await;
        }
    }

    /// All that the servers hold. That tokens were given out is no change.
    async fn held(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for name in SERVERS {
            let mut inventory = inventory(self.simulator(name)).await;
            inventory.as_object_mut().unwrap().remove("accessTokens");
            all.push(inventory);
        }
        all
    }

    /// Looking asks for nothing that changes anything, and doing it again makes nothing.
    async fn nothing_is_left_to_set_up(&self, public: &[(&str, &str)]) {
        for name in SERVERS {
            let forget = Call::new(Method::Delete, "/_sim/calls");
            assert_eq!(client(self.simulator(name)).send(forget).await.unwrap().status, 204, "{name}");
        }
        let (code, said) = self.empty.run_with(&["bootstrap", "all", "--plan"], public);
        assert_eq!(code, Some(0), "{said}");
        for name in SERVERS {
            let calls = read(&get(self.simulator(name), "/_sim/calls").await)["calls"].take();
            // Tokens are asked for by POST, and so is all that Stalwart is asked.
            let asks = |call: &str| {
                call.starts_with("GET ") || call == "POST /application/o/token" || call == "POST /jmap"
            };
            let calls: Vec<&String> = calls.as_object().unwrap().keys().collect();
            assert!(!calls.is_empty() && calls.iter().all(|call| asks(call)), "{name}: {calls:?}");
        }
        let before = self.held().await;
        let written = std::fs::read_to_string(self.empty.settings()).unwrap();
        let (code, said) = self.empty.run_with(&["bootstrap", "all", "--yes"], public);
        assert_eq!(code, Some(0), "{said}");
        assert!(!said.contains("create ") && !said.contains("done "), "{said}");
        assert_eq!(self.held().await, before);
        assert_eq!(std::fs::read_to_string(self.empty.settings()).unwrap(), written);
    }
}

/// The first operator, as Authentik's administrator makes them.
async fn make_operator(empty: &Empty) {
    let group = empty.find("core/groups/", "name", &json!("dezky-platform-admins")).await["pk"].clone();
    let ida =
        json!({"username": IDA, "name": "Ida Holm", "email": IDA, "type": "internal", "groups": [group]});
    let made = empty.api(Method::Post, "core/users/", Some(ida)).await;
    let path = format!("core/users/{}/set_password/", made["pk"]);
    empty.api(Method::Post, &path, Some(json!({"password": PASSWORDS[0]}))).await;
}

/// The public addresses of an instance, as settings.
fn public(urls: &Sockets) -> [(&'static str, &str); 3] {
    [("PORTAL_URL", &urls[0]), ("OPERATOR_URL", &urls[1]), ("API_URL", &urls[2])]
}

#[tokio::test]
async fn servers_from_nothing_serve_a_customer_on_its_first_day() {
    let empty = Empty::start();
    let sockets = free_sockets();
    let urls = sockets.each_ref().map(|socket| format!("http://{socket}"));
    let public = public(&urls);
    let (code, said) = empty.run_with(&["bootstrap", "all", "--yes"], &public);
    assert_eq!(code, Some(0), "{said}");
    make_operator(&empty).await;
    let served = empty.serve(&[public, listening(&sockets)].concat());
    wait_until_ready(&sockets).await;

    let [portal, operator, _] = urls.clone();
    let day = Day { empty, portal, operator, browsers: RefCell::default() };
    pictured("first-day", &day.browsers, async {
        day.operator_makes_a_customer().await;
        let once = day.owner_brings_a_domain_and_a_colleague().await;
        day.colleague_comes(&once).await;
    })
    .await;
    assert!(served.stop().0.success());
    day.nothing_is_left_to_set_up(&public).await;
}
