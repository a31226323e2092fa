//! Storage: what the file service says is shown as it is, what it does not say is never a zero, and what is given out
//! stays within the plan.

use std::time::{Duration, Instant};

use outbound::{Call, Method};
use serde_json::{Value, json as value};

use crate::harness::{Product, client, inventory, json, origin, remove, spoil};
use crate::session::Person;
use crate::tenant_api::{ANNA, GIB, MAJA, OTTO, TenantApi, find, gigabytes, text};
use crate::world::World;

const PAGE: &str = "/admin/acme/storage";

impl TenantApi<'_> {
    /// The storage, once it is as wished.
    async fn storage(&self, what: &str, wished: impl Fn(&Value) -> bool) -> Value {
        self.once("/storage", what, wished).await
    }

    /// Waits until the tenant's health says, or no longer says, that its storage is nearly full.
    async fn until_full(&self, is_full: bool) {
        self.until("", |tenant| tenant["health"].to_string().contains("storage_full") == is_full).await;
    }
}

async fn object(product: &Product, kind: &str, field: &str, name: &str) -> Value {
    let all = product.objects("ocis", kind).await;
    all.iter().find(|one| one[field] == name).unwrap_or_else(|| panic!("{name}: {all:#?}")).clone()
}

async fn change(product: &Product, kind: &str, id: &Value, fields: &Value) {
    product.spoil("ocis", &format!("{kind}/{}", text(id).replace('$', "%24")), fields).await;
}

fn member<'a>(said: &'a Value, email: &str) -> &'a Value {
    find(said["members"].as_array().unwrap(), "email", email)
}

#[tokio::test]
async fn storage_is_what_the_file_service_says_and_is_shared_out_within_the_plan() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let there = |said: &Value| said["drives"][0]["used"].is_i64() && member(said, MAJA).is_object();
    let first = api.storage("the space is there", there).await;
    assert_eq!((&first["available"], &first["used"]), (&value!(true), &value!(0)), "{first:#}");
    let total = first["total"].as_i64().unwrap();
    assert_eq!(
        (&first["spaceBytes"], &first["free"]),
        (&value!(total / 2), &value!(total / 2)),
        "the space has half of it until somebody says otherwise, and the rest is left for others"
    );
    assert_eq!(member(&first, MAJA)["drive"], Value::Null, "nobody signed in to files yet");
    let maja = format!("/storage/members/{}", text(&member(&first, MAJA)["id"]));

    // More than there is.
    let share = value!({"quotaBytes": 4 * GIB});
    let too_much = value!({"quotaBytes": total / 2 + GIB});
    let (status, refused) = api.call(Method::Patch, &maja, too_much).await;
    assert_eq!(status, 409, "{refused}");
    assert!(refused["type"].as_str().unwrap().ends_with("over-plan"), "{refused}");
    let said = text(&refused["detail"]);
    assert!(said.contains("the shared space has") && said.contains("groups have 0 GB"), "who has it: {said}");
    let (status, refused) = api.call(Method::Patch, "/storage", value!({"spaceBytes": total + 1})).await;
    assert_eq!((status, refused["type"].as_str().unwrap().ends_with("over-plan")), (409, true), "{refused}");
    let (status, wrong) = api.call(Method::Patch, &maja, value!({"quotaBytes": -1})).await;
    assert_eq!(status, 422, "{wrong}");
    let (status, wrong) = api.call(Method::Patch, &maja, value!({})).await;
    assert_eq!(status, 422, "{wrong}");

    // Room is made, and given.
    let (status, said) = api.call(Method::Patch, "/storage", value!({"spaceBytes": total - 4 * GIB})).await;
    assert_eq!((status, &said["free"]), (200, &value!(4 * GIB)), "{said:#}");
    let began = Instant::now();
    let (status, said) = api.call(Method::Patch, &maja, share).await;
    assert_eq!((status, &said["free"], &said["given"]), (200, &value!(0), &value!(4 * GIB)), "{said:#}");
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "nobody waits for a first sign-in: {:?}",
        began.elapsed()
    );
    api.storage("the space is smaller upstream", |said| said["drives"][0]["total"] == total - 4 * GIB).await;

    // The person's own drive appears, and has the limit before long.
    let account = object(&product, "users", "displayName", "Maja Medlem").await;
    change(&product, "users", &account["id"], &value!({"drive": true})).await;
    let limited = |said: &Value| member(said, MAJA)["drive"]["total"] == 4 * GIB;
    let (status, _) = api.call(Method::Patch, &maja, value!({"quotaBytes": 3 * GIB})).await;
    assert_eq!(status, 200);
    let (status, _) = api.call(Method::Patch, &maja, value!({"quotaBytes": 4 * GIB})).await;
    assert_eq!(status, 200);
    api.storage("the drive has its limit", limited).await;
    let drives = product.objects("ocis", "drives").await;
    let own = drives
        .iter()
        .find(|drive| drive["driveType"] == "personal" && drive["name"] == "Maja Medlem")
        .unwrap();
    change(&product, "drives", &own["id"], &value!({"quotaUsed": GIB})).await;
    let said = api.storage("what is in it counts", |said| said["used"] == GIB).await;
    assert_eq!(member(&said, MAJA)["drive"]["used"], GIB);

    let mut anna = Person::sign_in(&product, ANNA).await;
    let (_, shown) = anna.page(PAGE).await;
    assert!(shown.contains("1 GB of 4 GB") && shown.contains("Maja Medlem"), "{shown}");
    assert!(anna.page("/admin/acme").await.1.contains("View storage usage"));

    // Nearly full.
    let space = said["drives"][0]["id"].clone();
    change(&product, "drives", &space, &value!({"quotaUsed": total / 10 * 9})).await;
    api.until_full(true).await;
    change(&product, "drives", &space, &value!({"quotaUsed": 5})).await;
    api.until_full(false).await;
}

#[tokio::test]
async fn what_the_file_service_does_not_say_is_hidden_and_not_zero() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    api.storage("the space is there", |said| said["drives"][0]["used"].is_i64()).await;

    // The service user loses its role, quietly.
    let users = product.objects("ocis", "users").await;
    let service = users.iter().find(|user| user["role"] == "Admin").unwrap();
    change(&product, "users", &service["id"], &value!({"role": "User"})).await;
    let said = api.storage("it sees a part only", |said| said["available"] == false).await;
    assert_eq!((&said["reason"], &said["used"]), (&value!("not_admin"), &Value::Null), "{said:#}");
    assert_eq!(said["drives"], value!([]));
    assert!(said["total"].as_i64().unwrap() > 0, "what was bought is known here");
    change(&product, "users", &service["id"], &value!({"role": "Admin"})).await;
    api.storage("it is Admin again", |said| said["available"] == true).await;

    // It is down.
    product.faults("ocis", value!([{"route": "*", "kind": "refuse"}])).await;
    let said = api.storage("it is down", |said| said["available"] == false).await;
    assert_eq!(said["reason"], "unreachable", "{said:#}");
    assert!(said["members"].as_array().unwrap().iter().all(|member| member["drive"].is_null()));
    let mut anna = Person::sign_in(&product, ANNA).await;
    let (_, shown) = anna.page(PAGE).await;
    assert!(shown.contains("isn’t answering") && !shown.contains("0 B of"), "{shown}");
    let (_, shown) = anna.page("/admin/acme").await;
    assert!(!shown.contains("View storage usage"), "a bar without figures is no bar");
    product.faults("ocis", value!([])).await;

    // Whoever is no admin of it sees nothing.
    for (who, status) in [(MAJA, 403), (OTTO, 404)] {
        let answer = TenantApi::of(&product, who, "acme").call(Method::Get, "/storage", Value::Null).await;
        assert_eq!(answer.0, status, "{who}");
    }
}

#[tokio::test]
async fn a_members_limit_is_found_changed_and_not_lost_with_the_session() {
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    let there = |said: &Value| member(said, MAJA).is_object();
    let said = api.storage("its members are there", there).await;
    let id = |email: &str| text(&member(&said, email)["id"]);
    let mut anna = Person::sign_in(&product, ANNA).await;

    // One row for each, 50 at a time, and a dialog for who is asked for.
    let dialog = "id=\"limit-member\"";
    let (_, first) = anna.page(&format!("{PAGE}?limit=1")).await;
    assert!(first.contains("data-more=\"shares\"") && !first.contains(dialog), "{first}");
    let (_, found) = anna.page(&format!("{PAGE}?q=MAJA")).await;
    let change = format!("{PAGE}?q=MAJA&amp;of={}", id(MAJA));
    assert!(found.contains(&change) && !found.contains(&id(ANNA)), "{found}");
    let (_, open) = anna.page(&change.replace("&amp;", "&")).await;
    assert!(open.contains(dialog) && open.contains("Change limit for Maja Medlem"), "{open}");
    let (_, nobody) = anna.page(&format!("{PAGE}?q=nobody&of=usr_x")).await;
    assert!(!nobody.contains(dialog) && !nobody.contains("Maja"), "{nobody}");

    let action = format!("{PAGE}/members/{}", id(MAJA));
    let (status, wrong) = anna.send(PAGE, &action, &[("gigabytes", "much")]).await;
    assert!(status == 422 && wrong.contains(dialog) && wrong.contains("value=\"much\""), "{status} {wrong}");
    for action in [format!("{PAGE}/space"), action.clone()] {
        let shown = anna.send_late(PAGE, &action, &[("gigabytes", "7.25")]).await;
        assert!(shown.contains("value=\"7.25\""), "{action}");
    }
    let total = said["total"].as_i64().unwrap();
    let (status, _) = api.call(Method::Patch, "/storage", value!({"spaceBytes": total - 8 * GIB})).await;
    assert_eq!(status, 200);
    assert_eq!(anna.send(PAGE, &action, &[("gigabytes", "7.25")]).await.0, 303);
    let said = api.get("/storage").await;
    assert_eq!(member(&said, MAJA)["quotaBytes"], 29 * GIB / 4, "{said}");
}

/// [B6]: half of the storage follows the plan, a number does not, and nothing is where somebody looks without a way on.
#[tokio::test]
async fn the_usual_part_of_the_shared_space_follows_the_plan_and_the_page_offers_to_lower_it() {
    let product = Product::start("small").await;
    let (api, ida) = (TenantApi::of(&product, ANNA, "acme"), TenantApi::of_operator(&product, "acme"));
    let seats = ida.get("").await["seats"].as_i64().unwrap();
    let total = api.get("/storage").await["total"].as_i64().unwrap();
    let space = async || api.get("/storage").await["spaceBytes"].as_i64().unwrap();
    ida.ok(Method::Patch, "", value!({"seats": seats * 2})).await;
    assert_eq!(space().await, total, "half of twice as much");
    api.ok(Method::Patch, "/storage", value!({"spaceBytes": 3 * GIB})).await;
    ida.ok(Method::Patch, "", value!({"seats": seats})).await;
    assert_eq!(space().await, 3 * GIB, "what was said in bytes stays");
    api.ok(Method::Patch, "/storage", value!({"spaceBytes": null})).await;
    assert_eq!(space().await, total / 2);
    // As many bytes as that are another thing to say.
    for (said, then) in [(value!(total / 2), total / 2), (Value::Null, total)] {
        api.ok(Method::Patch, "/storage", value!({"spaceBytes": said})).await;
        ida.ok(Method::Patch, "", value!({"seats": seats * 2})).await;
        assert_eq!(space().await, then, "{said}");
        ida.ok(Method::Patch, "", value!({"seats": seats})).await;
        assert_eq!(space().await, total / 2, "{said}");
    }
    api.storage("the file service has it", |said| said["drives"][0]["total"] == total / 2).await;

    let mut anna = Person::sign_in(&product, ANNA).await;
    let (_, page) = anna.page(PAGE).await;
    let half = gigabytes(total / 2);
    assert!(page.contains(&format!("Leave empty to use half of your storage, currently {half}")), "{page}");
    assert!(!page.contains("No storage is left"), "{page}");
    api.ok(Method::Patch, "/storage", value!({"spaceBytes": total})).await;
    let (_, page) = anna.page(PAGE).await;
    assert!(page.contains("No storage is left") && page.contains("Lower shared space limit"), "{page}");
    // From elsewhere a link opens what lowers it.
    let (_, open) = anna.page(&format!("{PAGE}?of=space")).await;
    let dialog = open.split_once("id=\"limit-space\"").unwrap().1.split_once('>').unwrap().0;
    assert!(dialog.contains("open"), "{dialog}");
    assert!(open.contains(&format!("value=\"{}\"", total / GIB)), "{open}");
}

/// Runs a command with settings over those of the sandbox; its success and what it prints.
fn run(world: &World, arguments: &[&str], over: &[(&str, &str)]) -> (bool, String) {
    let done = world.run_with(arguments, over);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.success(), format!("{}{}", text(&done.stdout), text(&done.stderr)))
}

/// As oCIS is after its first start with an id in `OCIS_ADMIN_USER_ID`: one account, `admin`, found by the own claim.
async fn just_installed(world: &World, id: &str) {
    let ocis = origin(&world.said, "sandbox/ocis");
    let users = inventory(ocis).await["users"].clone();
    for user in users.as_array().unwrap() {
        remove(ocis, &format!("users/{}", text(&user["id"]))).await;
    }
    spoil(ocis, &format!("users/{id}"), &value!({"onPremisesSamAccountName": "admin", "role": "Admin"}))
        .await;
    spoil(ocis, "issuers/external", &value!({"claim": "dezky_files_account"})).await;
}

const CLAIMS: &str = "propertymappings/provider/scope/";

/// A call to Authentik as its administrator.
async fn authentik(world: &World, method: Method, path: &str, body: Option<Value>) -> Value {
    let token = text(&world.said["env"]["AUTHENTIK_API_TOKEN"]);
    let mut call = Call::new(method, format!("/api/v3/{path}")).bearer(token.into());
    if let Some(body) = body {
        call = call.json(&body);
    }
    let answer = client(origin(&world.said, "sandbox/authentik")).send(call).await.unwrap();
    assert!(answer.is_success(), "{path}: {}", String::from_utf8_lossy(&answer.body));
    json(&answer)
}

/// The claim that names accounts of the file service.
async fn claim(world: &World) -> Value {
    let all = authentik(world, Method::Get, &format!("{CLAIMS}?page_size=100"), None).await;
    find(all["results"].as_array().unwrap(), "name", "dezky-files-account").clone()
}

/// The mappings that make claims.
async fn claims(world: &World) -> Value {
    authentik(world, Method::Get, &format!("{CLAIMS}?page_size=100"), None).await["results"].clone()
}

#[tokio::test]
async fn a_persons_account_never_becomes_the_file_services_admin() {
    const ID: &str = "00000000-0000-4000-8000-0000000000ad";
    let world = World::start().await;
    just_installed(&world, ID).await;
    let person = value!({"username": "vera", "name": "Vera", "email": "vera@acme.test", "type": "internal"});
    authentik(&world, Method::Post, "core/users/", Some(person)).await;
    let before = claims(&world).await;
    let users = inventory(origin(&world.said, "sandbox/ocis")).await["users"].clone();
    let over = [("OCIS_SERVICE_PASSWORD", ""), ("OCIS_SERVICE_USER", "vera"), ("OCIS_ADMIN_USER_ID", ID)];
    for how in ["--plan", "--yes"] {
        let (is_done, said) = run(&world, &["bootstrap", "ocis", how], &over);
        assert!(!is_done && said.contains("vera at Authentik is no service account (internal)"), "{said}");
    }
    assert_eq!(inventory(origin(&world.said, "sandbox/ocis")).await["users"], users);
    assert_eq!(claims(&world).await, before, "nothing was done");
}

#[tokio::test]
async fn the_file_services_own_user_is_made_step_by_step_and_again_changes_nothing() {
    const ID: &str = "00000000-0000-4000-8000-0000000000ad";
    let world = World::start().await;
    assert!(world.run(&["migrate"]).status.success());
    just_installed(&world, ID).await;
    let fresh =
        [("OCIS_SERVICE_PASSWORD", ""), ("OCIS_SERVICE_USER", "svc-files"), ("OCIS_ADMIN_USER_ID", ID)];
    let kept = tempfile::tempdir().unwrap();
    let file = kept.path().join("dezky.env");
    let bootstrap = ["bootstrap", "ocis", "--yes", "--settings", file.to_str().unwrap()];
    // Without somebody to ask, nothing is done unasked, and looking changes nothing.
    for looking in [&["bootstrap", "ocis"][..], &["bootstrap", "ocis", "--plan"]] {
        let looked = world.run_with(looking, &fresh);
        assert_eq!(looked.status.code(), Some(2), "{}", String::from_utf8_lossy(&looked.stderr));
    }
    let (is_done, said) = run(&world, &bootstrap, &fresh);
    assert!(is_done, "{said}");
    let ocis = origin(&world.said, "sandbox/ocis");
    let users = inventory(ocis).await["users"].clone();
    assert_eq!((users.as_array().unwrap().len(), &users[0]["id"]), (1, &value!(ID)), "{users:#}");
    assert_ne!(users[0]["onPremisesSamAccountName"], "admin");
    let settings = std::fs::read_to_string(&file).unwrap();
    let password =
        settings.lines().find_map(|line| line.strip_prefix("OCIS_SERVICE_PASSWORD=")).unwrap().to_owned();
    assert!(!said.contains(&password), "no secret is printed: {said}");

    // Again, without and with what it wrote.
    let (is_done, again) = run(&world, &bootstrap, &fresh);
    assert!(is_done && !again.contains(&password), "{again}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), settings);
    assert!(!again.contains("stands in for"), "nobody passes for anybody: {again}");
    let configured = [("OCIS_SERVICE_PASSWORD", password.as_str()), ("OCIS_SERVICE_USER", "svc-files")];
    let (is_done, again) = run(&world, &["bootstrap", "ocis", "--plan"], &configured);
    assert!(is_done && !again.contains("to do"), "{again}");
    let (is_well, said) = run(&world, &["doctor"], &configured);
    assert!(is_well && said.contains("ok    oCIS: the service user has the role Admin"), "{said}");

    // Stopped once the account had its name, and before the claim had its own again.
    let before = claim(&world).await;
    let passing = "return {\"dezky_files_account\": \"admin\" if request.user.username == \"svc-files\" else str(request.user.uuid)}";
    let path = format!("{CLAIMS}{}/", text(&before["pk"]));
    authentik(&world, Method::Patch, &path, Some(value!({"expression": passing}))).await;
    let (is_done, said) = run(&world, &bootstrap, &configured);
    assert!(is_done && said.contains("has the role Admin"), "{said}");
    assert_eq!(claim(&world).await["expression"], before["expression"]);

    // The doctor says when the role is gone.
    spoil(ocis, &format!("users/{ID}"), &value!({"role": "User"})).await;
    let (is_well, said) = run(&world, &["doctor"], &configured);
    assert!(!is_well && said.contains("FAIL  oCIS: the service user has the role Admin"), "{said}");
}

#[tokio::test]
async fn a_service_user_with_a_refresh_token_is_signed_in_once_or_whenever_the_password_is_there() {
    let world = World::start().await;
    assert!(world.run(&["migrate"]).status.success());
    let ocis = origin(&world.said, "sandbox/ocis");
    let users = inventory(ocis).await["users"].clone();
    let service = users.as_array().unwrap().iter().find(|user| user["role"] == "Admin").unwrap().clone();
    let path = format!("users/{}", service["id"].as_str().unwrap());
    spoil(ocis, &path, &value!({"password": "once", "onPremisesSamAccountName": "svc-dezky"})).await;
    let without = [("OCIS_CREDENTIAL", "refresh_token"), ("OCIS_SERVICE_USER", "svc-dezky")];
    let with = [without[0], without[1], ("OCIS_SERVICE_LOGIN_PASSWORD", "once")];

    let (is_well, said) = run(&world, &["doctor"], &without);
    assert!(
        !is_well && said.contains("must sign in again") && said.contains("dezky bootstrap ocis"),
        "{said}"
    );
    let (is_done, said) = run(&world, &["bootstrap", "ocis", "--yes"], &without);
    assert!(!is_done && said.contains("OCIS_SERVICE_LOGIN_PASSWORD"), "{said}");
    let (is_done, said) = run(&world, &["bootstrap", "ocis", "--yes"], &with);
    assert!(is_done && said.contains("the service user has the role Admin"), "{said}");
    // The password is not needed any more.
    let (_, said) = run(&world, &["doctor"], &without);
    assert!(said.contains("ok    oCIS: the service user has the role Admin"), "{said}");
}
