//! What somebody changes behind a member's back is found, told to the right workspace, listed in its plan, and put
//! right by it.

use std::time::{Duration, Instant};

use outbound::{Call, Method};
use serde_json::{Value, json as value};

use crate::harness::{Product, client, get, json, spoil};
use crate::session::Visitor;

const PATIENCE: Duration = Duration::from_secs(30);
const METTE: &str = "mette@acme.test";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

struct World {
    product: Product,
    /// Mette's.
    id: String,
}

impl World {
    async fn with_mette() -> Self {
        let product = Product::start("small").await;
        let mut world = Self { product, id: String::new() };
        let mette = value!({"name": "Mette Hvid", "email": METTE});
        world.id = text(&world.as_anna(Method::Post, "", Some(mette)).await["id"]);
        // Those of the demo become members by themselves, and are not to do so in the midst of what follows.
        let everybody =
            async || world.as_anna(Method::Get, "", None).await["items"].as_array().unwrap().len() == 4;
        world.until("everybody is a member", everybody).await;
        world.until("all is made", async || world.changes().await.is_empty()).await;
        world
    }

    async fn as_anna(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let path = format!("/api/tenants/acme/users{path}");
        json(&self.product.call(method, &path, self.product.token("anna@acme.test", "portal"), body).await)
    }

    async fn as_ida(&self, method: Method, path: &str) -> Value {
        let body = (method == Method::Post).then(|| value!({}));
        let token = self.product.token("ida@dezky.test", "operator");
        json(&self.product.call(method, path, token, body).await)
    }

    /// What the plan of a workspace lists, each as what would be done with an object of which kind.
    async fn planned(&self, slug: &str) -> (String, Vec<(String, String)>) {
        let plan = self.as_ida(Method::Post, &format!("/api/tenants/{slug}/plan")).await;
        let changes = plan["changes"].as_array().unwrap_or_else(|| panic!("no plan: {plan}")).iter();
        let mut listed: Vec<_> =
            changes.map(|change| (text(&change["kind"]), text(&change["action"]))).collect();
        listed.sort();
        (text(&plan["hash"]), listed)
    }

    async fn changes(&self) -> Vec<(String, String)> {
        self.planned("acme").await.1
    }

    /// Does what the plan lists, which is just this. Somebody of the demo may become a member meanwhile, and then it is
    /// another plan.
    async fn apply(&self, expected: &[(String, String)]) {
        let token = self.product.token("ida@dezky.test", "operator");
        let applied = async || {
            let (hash, listed) = self.planned("acme").await;
            let body = Some(value!({"hash": hash}));
            let path = "/api/tenants/acme/apply";
            listed == expected && self.product.call(Method::Post, path, token, body).await.status == 200
        };
        self.until(&format!("a plan of {expected:?} is carried out"), applied).await;
    }

    async fn until(&self, what: &str, mut done: impl AsyncFnMut() -> bool) {
        let began = Instant::now();
        while !done().await {
            assert!(began.elapsed() < PATIENCE, "never came to pass: {what}: {:?}", self.changes().await);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    fn origin(&self, simulator: &str) -> &str {
        self.product.origin(&format!("sandbox/{simulator}"))
    }

    async fn inventory(&self, simulator: &str, kind: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let all = json(&get(self.origin(simulator), "/_sim/inventory").await);
        all[kind].as_array().unwrap().iter().find(|object| is_it(object)).cloned().unwrap_or_default()
    }

    async fn account(&self) -> Value {
        self.inventory("authentik", "users", |user| user["username"] == METTE).await
    }

    async fn files(&self) -> Value {
        self.inventory("ocis", "users", |user| user["displayName"] == "Mette Hvid").await
    }

    async fn mailbox(&self) -> Value {
        self.inventory("stalwart", "accounts", |account| account["description"] == "Mette Hvid").await
    }

    async fn group(&self) -> Value {
        self.inventory("authentik", "groups", |group| group["name"] == "dezky-tenant-acme").await
    }
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(kind, action)| ((*kind).to_owned(), (*action).to_owned())).collect()
}

#[tokio::test]
async fn what_is_changed_behind_a_member_is_found_told_to_the_workspace_and_put_right() {
    let world = World::with_mette().await;
    let id = |object: &Value| text(&object["id"]);
    let (files, mailbox, group) = (world.files().await, world.mailbox().await, world.group().await);
    let before = (text(&files["onPremisesSamAccountName"]), text(&mailbox["name"]));
    spoil(world.origin("ocis"), &format!("users/{}", id(&files)), &value!({"accountEnabled": false})).await;
    let changed = value!({"frozen": true, "name": "renamed"});
    spoil(world.origin("stalwart"), &format!("accounts/{}", id(&mailbox)), &changed).await;
    let number = world.account().await["id"].clone();
    let others: Vec<&Value> =
        group["users"].as_array().unwrap().iter().filter(|user| **user != number).collect();
    spoil(world.origin("authentik"), &format!("groups/{}", id(&group)), &value!({"users": others})).await;

    let all =
        pairs(&[("authentik.membership", "update"), ("ocis.user", "update"), ("stalwart.mailbox", "update")]);
    world.as_ida(Method::Post, "/api/drift/scan").await;
    let found = async || {
        let drift = world.as_ida(Method::Get, "/api/drift?difference=changed").await;
        let mut kinds: Vec<(String, String)> = drift["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["tenant"] == "acme")
            .map(|one| (text(&one["kind"]), "update".to_owned()))
            .collect();
        kinds.sort();
        kinds
    };
    world.until("the scan finds it", async || found().await == all).await;
    let page = "/api/tenants/acme/audit?action=drift.find";
    let told = world.as_ida(Method::Get, page).await;
    assert_eq!(told["items"].as_array().unwrap().len(), 3, "{told}");
    for record in told["items"].as_array().unwrap() {
        assert!(!record.to_string().to_lowercase().contains("mette"), "a name has no place there: {record}");
    }
    assert_eq!(world.planned("fjord").await.1, [], "it is nothing of another workspace's");

    world.apply(&all).await;
    assert_eq!(world.changes().await, []);
    let (files, mailbox) = (world.files().await, world.mailbox().await);
    assert_eq!(files["accountEnabled"], true);
    assert_eq!((text(&files["onPremisesSamAccountName"]), text(&mailbox["name"])), before);
    assert_eq!(mailbox["frozen"], false);
    assert!(world.group().await["users"].as_array().unwrap().contains(&number));
    world.as_ida(Method::Post, "/api/drift/scan").await;
    world.until("nothing is left of it", async || found().await.is_empty()).await;
}

#[tokio::test]
async fn an_account_that_is_made_anew_keeps_the_files_and_the_person() {
    let world = World::with_mette().await;
    let (account, files) = (world.account().await, world.files().await);
    let path = format!("/_sim/objects/users/{}", account["id"]);
    let gone = client(world.origin("authentik")).send(Call::new(Method::Delete, path)).await.unwrap();
    assert_eq!(gone.status, 204);

    // The files go by a name that will be nobody's.
    let expected =
        [("authentik.membership", "create"), ("authentik.user", "create"), ("ocis.user", "update")];
    world.apply(&pairs(&expected)).await;
    world.until("all is as it should be", async || world.changes().await.is_empty()).await;
    let (account_now, files_now) = (world.account().await, world.files().await);
    assert_ne!(account_now["uuid"], account["uuid"]);
    assert_eq!(files_now["id"], files["id"], "what was there is kept");
    assert_eq!(files_now["onPremisesSamAccountName"], account_now["uuid"]);
    assert!(world.group().await["users"].as_array().unwrap().contains(&account_now["id"]));

    // The person is who they were: a new password lets them in.
    let reset = world.as_anna(Method::Post, &format!("/{}/reset-password", world.id), Some(value!({}))).await;
    assert_eq!(reset["doors"]["signIn"]["state"], "set", "{reset}");
    let password = text(&reset["oneTimePassword"]);
    let at = Visitor::default().sign_in(world.product.origin("portal"), METTE, &password).await.0;
    assert_eq!(at.path(), "/account/password");
}

#[tokio::test]
async fn what_fails_for_a_member_is_named_to_operators_like_the_person() {
    let world = World::with_mette().await;
    let mailbox = world.mailbox().await;
    let (domain, address) = (&mailbox["domainId"], text(&mailbox["address"]).replace("mette", "nils"));
    let theirs = value!({"name": "nils", "domainId": domain, "description": "of somebody"});
    spoil(world.origin("stalwart"), "accounts/zz", &theirs).await;
    world.as_anna(Method::Post, "", Some(value!({"name": "Nils Skov", "email": "nils@acme.test"}))).await;
    let mut ida = Visitor::default();
    let (_, page) =
        ida.sign_in(world.product.origin("operator"), "ida@dezky.test", "correct-horse-ida").await;
    let page = String::from_utf8_lossy(&page.body);
    let title = page.split('<').find(|part| part.contains("Nils Skov")).unwrap_or_else(|| panic!("{page}"));
    assert!(title.contains("Mailbox") && page.contains("/tenants/acme"), "{title}");
    let began = std::time::Instant::now();
    loop {
        let health = world.as_ida(Method::Get, "/api/tenants/acme").await;
        let is = &health["provisioningStatus"]["stalwart"];
        assert_ne!(is, "error", "the workspace has all it needs: {health}");
        if is == "ok" {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "the workspace has all it needs: {health}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    // Somebody's mailbox does not become hers by a click.
    let token = world.product.token("ida@dezky.test", "operator");
    let (hash, listed) = world.planned("acme").await;
    assert_eq!(listed, pairs(&[("stalwart.mailbox", "foreign")]));
    let body = value!({"hash": hash, "kind": "stalwart.mailbox", "key": address});
    let path = "/api/tenants/acme/drift/adopt";
    let refused = world.product.call(Method::Post, path, token, Some(body)).await;
    assert!(text(&json(&refused)["type"]).ends_with("not-adoptable"), "{}", json(&refused));
}
