//! What somebody changes behind a member's back is found, told to the right workspace, listed in its plan, and put
//! right by it.

use outbound::Method;
use serde_json::{Value, json as value};

use crate::harness::{Product, json};
use crate::session::Person;
use crate::tenant_api::{ANNA, IDA, METTE, TenantApi, eventually, find, items, text};

struct World {
    product: Product,
    /// Mette's.
    id: String,
}

impl World {
    async fn with_mette() -> Self {
        let product = Product::start("small").await;
        let anna = TenantApi::of(&product, ANNA, "acme");
        let id = text(&anna.add("Mette Hvid", METTE).await.1["id"]);
        // Those of the demo become members by themselves, and are not to do so in the midst of what follows.
        anna.until("/users", |all| items(all).len() == 4).await;
        let world = Self { product, id };
        world.until_right().await;
        world
    }

    async fn as_ida(&self, method: Method, path: &str) -> Value {
        let body = (method == Method::Post).then(|| value!({}));
        json(&self.product.call(method, path, self.product.token(IDA, "operator"), body).await)
    }

    /// What the plan of a workspace lists, each as what would be done with an object of which kind.
    async fn planned(&self, slug: &str) -> (String, Vec<(String, String)>) {
        let plan = TenantApi::of_operator(&self.product, slug).ok(Method::Post, "/plan", value!({})).await;
        let changes = plan["changes"].as_array().unwrap_or_else(|| panic!("no plan: {plan}")).iter();
        let mut listed: Vec<_> =
            changes.map(|change| (text(&change["kind"]), text(&change["action"]))).collect();
        listed.sort();
        (text(&plan["hash"]), listed)
    }

    async fn changes(&self) -> Vec<(String, String)> {
        self.planned("acme").await.1
    }

    /// Waits until there is nothing to do.
    async fn until_right(&self) {
        eventually("all is as it should be", async || {
            let left = self.changes().await;
            if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) }
        })
        .await;
    }

    /// Waits until the scan has found just this of the workspace.
    async fn until_found(&self, expected: &[(String, String)]) {
        eventually(&format!("the scan finds {expected:?}"), async || {
            let drift = self.as_ida(Method::Get, "/api/drift?difference=changed").await;
            let ours = items(&drift).iter().filter(|one| one["tenant"] == "acme");
            let mut kinds: Vec<_> = ours.map(|one| (text(&one["kind"]), "update".to_owned())).collect();
            kinds.sort();
            if kinds == expected { Ok(()) } else { Err(format!("{kinds:?}")) }
        })
        .await;
    }

    /// Does what the plan lists, which is just this. Somebody of the demo may become a member meanwhile, and then it is
    /// another plan.
    async fn apply(&self, expected: &[(String, String)]) {
        let operator = TenantApi::of_operator(&self.product, "acme");
        eventually(&format!("a plan of {expected:?} is carried out"), async || {
            let (hash, listed) = self.planned("acme").await;
            let is_done = listed == expected
                && operator.call(Method::Post, "/apply", value!({"hash": hash})).await.0 == 200;
            if is_done { Ok(()) } else { Err(format!("{listed:?}")) }
        })
        .await;
    }

    async fn object(&self, simulator: &str, kind: &str, field: &str, says: &str) -> Value {
        find(&self.product.objects(simulator, kind).await, field, says).clone()
    }

    async fn account(&self) -> Value {
        self.object("authentik", "users", "username", METTE).await
    }

    async fn files(&self) -> Value {
        self.object("ocis", "users", "displayName", "Mette Hvid").await
    }

    async fn mailbox(&self) -> Value {
        self.object("stalwart", "accounts", "description", "Mette Hvid").await
    }

    async fn group(&self) -> Value {
        self.object("authentik", "groups", "name", "dezky-tenant-acme").await
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
    world.product.spoil("ocis", &format!("users/{}", id(&files)), &value!({"accountEnabled": false})).await;
    let changed = value!({"frozen": true, "name": "renamed"});
    world.product.spoil("stalwart", &format!("accounts/{}", id(&mailbox)), &changed).await;
    let number = world.account().await["id"].clone();
    let others: Vec<&Value> =
        group["users"].as_array().unwrap().iter().filter(|user| **user != number).collect();
    world.product.spoil("authentik", &format!("groups/{}", id(&group)), &value!({"users": others})).await;

    let all =
        pairs(&[("authentik.membership", "update"), ("ocis.user", "update"), ("stalwart.mailbox", "update")]);
    world.as_ida(Method::Post, "/api/drift/scan").await;
    world.until_found(&all).await;
    let told = TenantApi::of_operator(&world.product, "acme").get("/audit?action=drift.find").await;
    assert_eq!(items(&told).len(), 3, "{told}");
    for record in items(&told) {
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
    world.until_found(&[]).await;
}

#[tokio::test]
async fn an_account_that_is_made_anew_keeps_the_files_and_the_person() {
    let world = World::with_mette().await;
    let (account, files) = (world.account().await, world.files().await);
    world.product.remove("authentik", &format!("users/{}", account["id"])).await;

    // The files go by a name that will be nobody's.
    let expected =
        [("authentik.membership", "create"), ("authentik.user", "create"), ("ocis.user", "update")];
    world.apply(&pairs(&expected)).await;
    world.until_right().await;
    let (account_now, files_now) = (world.account().await, world.files().await);
    assert_ne!(account_now["uuid"], account["uuid"]);
    assert_eq!(files_now["id"], files["id"], "what was there is kept");
    assert_eq!(files_now["onPremisesSamAccountName"], account_now["uuid"]);
    assert!(world.group().await["users"].as_array().unwrap().contains(&account_now["id"]));

    // The person is who they were: a new password lets them in.
    let anna = TenantApi::of(&world.product, ANNA, "acme");
    let reset = anna.ok(Method::Post, &format!("/users/{}/reset-password", world.id), value!({})).await;
    assert_eq!(reset["doors"]["signIn"]["state"], "set", "{reset}");
    let password = text(&reset["oneTimePassword"]);
    let at = Person::unknown(&world.product).signs_in(METTE, &password).await.expect("it is right");
    assert_eq!(at.path(), "/account/password");
}

#[tokio::test]
async fn what_fails_for_a_member_is_named_to_operators_like_the_person() {
    let world = World::with_mette().await;
    let mailbox = world.mailbox().await;
    let (domain, address) = (&mailbox["domainId"], text(&mailbox["address"]).replace("mette", "nils"));
    let theirs = value!({"name": "nils", "domainId": domain, "description": "of somebody"});
    world.product.spoil("stalwart", "accounts/zz", &theirs).await;
    TenantApi::of(&world.product, ANNA, "acme").add("Nils Skov", "nils@acme.test").await;
    let (_, page) = Person::sign_in_to(&world.product, "operator", IDA).await.page("/").await;
    let title = page.split('<').find(|part| part.contains("Nils Skov")).unwrap_or_else(|| panic!("{page}"));
    assert!(title.contains("Mailbox") && page.contains("/tenants/acme"), "{title}");
    let operator = TenantApi::of_operator(&world.product, "acme");
    eventually("the workspace has all it needs", async || {
        let health = operator.get("").await;
        let is = &health["provisioningStatus"]["stalwart"];
        assert_ne!(is, "error", "the workspace has all it needs: {health}");
        if is == "ok" { Ok(()) } else { Err(health) }
    })
    .await;

    // Somebody's mailbox does not become hers by a click.
    let (hash, listed) = world.planned("acme").await;
    assert_eq!(listed, pairs(&[("stalwart.mailbox", "foreign")]));
    let body = value!({"hash": hash, "kind": "stalwart.mailbox", "key": address});
    let (_, code, _, said) = operator.refused(Method::Post, "/drift/adopt", body).await;
    assert_eq!(code, "not-adoptable", "{said}");
}

#[tokio::test]
async fn the_file_services_own_user_is_no_stranger() {
    let product = Product::start("none").await;
    let ida = product.token(IDA, "operator");
    let users = product.objects("ocis", "users").await;
    assert!(users.iter().any(|user| user["role"] == "Admin"), "{users:?}");
    let stranger = value!({"onPremisesSamAccountName": "00000000-0000-4000-8000-0000000000ad"});
    product.spoil("ocis", "users/00000000-0000-4000-8000-00000000000f", &stranger).await;
    product.call(Method::Post, "/api/drift/scan", ida, Some(value!({}))).await;
    let found = json(&product.call(Method::Get, "/api/drift?upstream=ocis", ida, None).await);
    let people: Vec<_> = items(&found).iter().filter(|drift| drift["kind"] == "ocis.user").collect();
    assert_eq!(people.len(), 1, "the stranger, and not Dezky's own: {found:#}");
}
