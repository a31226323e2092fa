//! The route table as golden files, so that no route changes its guard unseen.

use std::collections::BTreeSet;

use access::Surface;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kernel::input::{Field, Shape};
use kernel::{Input, Slug};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use web::WhileHeld;

use crate::config::{Config, Values};
use crate::site;
use crate::wiring::{Patience, Product, Surroundings, platform_of, services};

fn config() -> Config {
    let settings = [
        ("PORTAL_URL", "http://127.0.0.1:1"),
        ("OPERATOR_URL", "http://127.0.0.1:2"),
        ("API_URL", "http://127.0.0.1:3"),
        ("AUTHENTIK_ISSUER", "http://127.0.0.1:4"),
        ("AUTHENTIK_PORTAL_CLIENT_SECRET", "x"),
        ("AUTHENTIK_OPERATOR_CLIENT_SECRET", "x"),
        ("AUTHENTIK_API_TOKEN", "x"),
        ("STALWART_API_URL", "http://127.0.0.1:9"),
        ("STALWART_API_KEY", "x"),
        ("OCIS_API_URL", "http://127.0.0.1:9"),
        ("OCIS_SERVICE_USER", "x"),
        ("OCIS_SERVICE_PASSWORD", "x"),
        ("ENCRYPTION_KEYS", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    ];
    let values: Values = settings.map(|(name, value)| (name.into(), value.into())).into();
    Config::read(&values).unwrap()
}

async fn table() -> Vec<web::RouteInfo> {
    let test = migrations::test_database().await;
    let surroundings = Surroundings { sandbox_page: Some("http://127.0.0.1:5".into()) };
    let product = Product::new(config(), &Patience::quick(), surroundings, test.db.clone()).unwrap();
    // Building the routers proves that no two routes stand in each other's way.
    assert_eq!(product.servers().len(), 3);
    product.table()
}

fn lines(routes: &[web::RouteInfo], line: impl Fn(&web::RouteInfo) -> Option<String>) -> String {
    let lines: BTreeSet<String> = routes.iter().filter_map(line).collect();
    lines.into_iter().collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn each_route_asks_for_the_permission_that_the_golden_file_says() {
    let all = lines(&table().await, |route| {
        let guard = route.guard.unwrap_or("(open)");
        Some(format!("{:?} {} {}: {guard}", route.mount, route.path, route.method))
    });
    insta::assert_snapshot!("routes", all);
}

#[tokio::test]
async fn open_routes_are_few_and_say_why() {
    let open = lines(&table().await, |route| {
        let why = route.guard.err()?;
        Some(format!("{:?} {} {}: {why}", route.mount, route.path, route.method))
    });
    insta::assert_snapshot!("open_routes", open);
}

#[tokio::test]
async fn each_route_says_whom_it_serves_while_a_restored_database_is_held() {
    let mut apart = BTreeSet::new();
    for route in table().await {
        let line = format!("{:?} {} {}", route.mount, route.path, route.method);
        let expected = match (route.mount, route.guard.is_ok()) {
            (web::Mount::Portal, _) => WhileHeld::NoOne,
            (web::Mount::Operator, false) => WhileHeld::Everyone,
            (web::Mount::Operator | web::Mount::Api | web::Mount::ApiOnly, true) => WhileHeld::Operators,
            (web::Mount::Api | web::Mount::ApiOnly, false) => {
                apart.insert(format!("{line}: {:?}", route.held));
                continue;
            }
        };
        assert_eq!(route.held, expected, "{line}");
    }
    let expected = [
        "Api /api/users/me PUT: Operators",
        "Api /health/live GET: Everyone",
        "Api /health/ready GET: Everyone",
        "ApiOnly / GET: Everyone",
        "ApiOnly /docs GET: Everyone",
        "ApiOnly /openapi.json GET: Everyone",
    ];
    assert_eq!(apart.into_iter().collect::<Vec<_>>(), expected);
}

/// The same by asking each route, for a layer may be forgotten.
#[tokio::test]
async fn no_route_of_customers_answers_while_a_restored_database_is_held() {
    let test = migrations::test_database().await;
    let held = "INSERT INTO restores (restored_at, taken_at, prepared_at) VALUES (3, 2, 3)";
    test.db.write().await.unwrap().execute_unprepared(held).await.unwrap();
    let surroundings = Surroundings { sandbox_page: Some("http://127.0.0.1:5".into()) };
    let product = Product::new(config(), &Patience::quick(), surroundings, test.db.clone()).unwrap();
    let mut asked = 0;
    for surface in [None, Some(Surface::Portal), Some(Surface::Operator)] {
        let console = product.config.consoles.iter().find(|console| Some(console.surface) == surface);
        let router = product.router(surface, console.map_or(&product.config.api, |console| &console.address));
        for route in product.table().into_iter().filter(|route| site::is_served(route.mount, surface)) {
            let filled = |part| if str::starts_with(part, '{') { "x" } else { part };
            let path = route.path.split('/').map(filled).collect::<Vec<_>>().join("/");
            let request = Request::builder().method(route.method.clone()).uri(&path);
            let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            let line = format!("{surface:?} {path} {}: {}", route.method, answer.status());
            let after = answer.headers().get(header::RETRY_AFTER).and_then(|after| after.to_str().ok());
            // What is down is worth another try within seconds.
            let is_closed = answer.status() == StatusCode::SERVICE_UNAVAILABLE
                && after.and_then(|after| after.parse::<u32>().ok()).is_some_and(|after| after > 200);
            // Elsewhere whoever asks is asked first who they are.
            let is_open = route.held == WhileHeld::Everyone || surface != Some(Surface::Portal);
            assert_eq!(is_closed, !is_open, "{line}");
            asked += 1;
        }
    }
    assert!(asked > 200, "{asked}");
}

#[tokio::test]
async fn every_route_of_the_api_is_documented() {
    let undocumented = lines(&table().await, |route| {
        let missing = route.path.starts_with("/api") && route.operation.is_none();
        missing.then(|| format!("{} {}", route.method, route.path))
    });
    assert_eq!(undocumented, "");
}

#[tokio::test]
async fn the_openapi_document_changes_only_on_purpose() {
    let document = web::openapi::document(&table().await);
    assert_eq!(document["openapi"], "3.1.0");
    insta::assert_snapshot!("openapi", serde_json::to_string_pretty(&document).unwrap());
}

#[tokio::test]
async fn every_action_of_the_log_has_words_and_a_heading() {
    let test = migrations::test_database().await;
    let surroundings = Surroundings { sandbox_page: None };
    let product = Product::new(config(), &Patience::quick(), surroundings, test.db.clone()).unwrap();
    let words = i18n::Words::new(product.site.catalogues.clone(), i18n::Language::English);
    let mut listed = BTreeSet::new();
    for action in &product.site.places.actions {
        assert_eq!(action.as_str().matches('.').count(), 1, "{} is no noun and verb", action.as_str());
        assert!(listed.insert(format!("{} ({:?})", action.as_str(), action.place())), "{action:?} twice");
        for key in [action.key(), format!("audit-noun-{}", action.noun().replace('_', "-"))] {
            assert!(words.has(&key), "{} has no words: {key}", action.as_str());
        }
    }
    insta::assert_snapshot!("actions", listed.into_iter().collect::<Vec<_>>().join("\n"));
}

/// No workspace is called like something that stands beside it in an address, or at the beginning of one.
#[tokio::test]
async fn no_slug_of_a_workspace_hides_behind_an_address() {
    let table = table().await;
    let parts = |path: &'static str| path.trim_start_matches('/').split('/').collect::<Vec<_>>();
    let all: Vec<Vec<&str>> = table.iter().map(|route| parts(route.path)).collect();
    let mut beside = BTreeSet::new();
    for path in &all {
        beside.extend(path.first().copied());
        if path.first() == Some(&"api") {
            beside.extend(path.get(1).copied());
        }
        let is_slug = |part: &str| matches!(part, "{slug}" | "{partner}");
        for (at, _) in path.iter().enumerate().filter(|(_, part)| is_slug(part)) {
            let same = all.iter().filter(|other| other.get(..at) == path.get(..at));
            beside.extend(same.filter_map(|other| other.get(at).copied()));
        }
    }
    let free: Vec<&str> = beside
        .iter()
        .copied()
        .filter(|part| part.parse::<Slug>().is_ok_and(|slug| !slug.is_reserved()))
        .collect();
    assert_eq!(free, Vec::<&str>::new(), "add these to the reserved words of kernel::slug");
    assert!(beside.contains("new") && beside.contains("api"), "{beside:?}");
}

/// What may be sent as it is: passwords, and files. Everything else is read by people.
const RAW: [&str; 3] = ["password", "csv", "file"];
/// Called names, and none that people give: of domains, keys in zones, and columns.
const MACHINE_NAMES: [(&str, &str); 5] = [
    ("/api/tenants/{slug}/domains", "name"),
    ("key", "name"),
    // What columns of a file are called.
    ("columns", "name"),
    ("columns", "firstName"),
    ("columns", "lastName"),
];

fn fields_of(
    place: &'static str,
    fields: &'static [Field],
    found: &mut Vec<(&'static str, &'static [Field])>,
) {
    found.push((place, fields));
    for field in fields {
        if let Shape::Object(inner) = field.shape {
            fields_of(field.name, inner, found);
        }
    }
}

/// Whether a field tells of a mistake when it holds this.
fn refuses(fields: &'static [Field], field: &Field, text: &str) -> bool {
    let value = if matches!(field.shape, Shape::Texts(_)) { json!([text]) } else { json!(text) };
    let body = Value::Object([(field.name.to_owned(), value)].into_iter().collect());
    let errors = Input::of_json(body, fields).finish(Some(())).err().unwrap_or_default();
    errors.iter().any(|error| error.field == field.name)
}

#[tokio::test]
async fn no_field_of_the_api_takes_what_nobody_can_see() {
    let mut tables = Vec::new();
    for route in table().await {
        if let Some(operation) = route.operation {
            fields_of(route.path, operation.fields(), &mut tables);
        }
    }
    let mut names = 0;
    for (place, fields) in tables {
        for field in fields {
            let at = format!("{place}: {}", field.name);
            if matches!(field.shape, Shape::Raw(_)) {
                assert!(RAW.contains(&field.name), "{at} takes anything");
                continue;
            }
            for hidden in ["a\u{202e}b", "a\u{200b}b", "a\u{3164}", "\u{e0041}a", "a\u{fffd}"] {
                let is_text = matches!(
                    field.shape,
                    Shape::Text(_) | Shape::Name(_) | Shape::Label(_) | Shape::Texts(_)
                );
                assert!(!is_text || refuses(fields, field, hidden), "{at} takes {hidden:?}");
            }
            let lower = field.name.to_lowercase();
            let is_name = ["name", "company", "industry", "title", "label", "description"]
                .iter()
                .any(|word| lower.ends_with(word));
            if is_name && !MACHINE_NAMES.contains(&(place, field.name)) {
                names += 1;
                assert!(
                    matches!(field.shape, Shape::Name(_) | Shape::Label(_)),
                    "{at} is a name of another shape"
                );
                assert!(
                    refuses(fields, field, "\u{2800}") && refuses(fields, field, "—"),
                    "{at} takes what can't be read"
                );
            }
        }
    }
    assert!(names > 10, "{names} names were looked at");
}

/// The shapes in which specs of a kind stand in databases, the present one last. A kind that came since they have types
/// has none until its spec changes.
fn stored(kind: &str) -> &'static [&'static str] {
    match kind {
        "authentik.group" => &[
            r#"{"name": "dezky-tenant-acme", "tenantId": "ten_1", "slug": "acme", "state": "open"}"#,
            r#"{"name": "dezky-partner-nordit", "partnerId": "par_1", "slug": "nordit", "state": "open", "displayName": "N"}"#,
            r#"{"name": "dezky-group-acme.x", "tenantId": "ten_1", "slug": "acme", "state": "open", "displayName": "X"}"#,
        ],
        "authentik.user" => &[
            r#"{"name": "Anna", "email": "anna@acme.test", "active": true}"#,
            r#"{"own": true}"#,
            r#"{"name": "Anna", "email": "anna@acme.test", "active": true, "username": "anna@acme.test"}"#,
        ],
        "authentik.membership" => &[r#"{"person": "usr_1", "group": "dezky-tenant-acme", "present": true}"#],
        "ocis.drive" => &[r#"{"name": "Acme", "tenantId": "ten_1", "quotaBytes": 5, "enabled": true}"#],
        "ocis.user" => {
            &[r#"{"person": "usr_1", "name": "Anna", "email": "anna@acme.test", "enabled": true}"#]
        }
        "ocis.quota" => &[r#"{"person": "usr_1", "quotaBytes": 0}"#],
        "ocis.membership" => &[r#"{"space": "acme", "person": "usr_1", "present": true}"#],
        "stalwart.domain" => &[
            r#"{"name": "acme.test", "tenantId": "ten_1"}"#,
            r#"{"name": "acme.test", "tenantId": "ten_1", "catchAll": null, "plusAddresses": true}"#,
        ],
        "stalwart.mailbox" => &[
            r#"{"name": "anna", "domain": "acme.test", "description": "Anna", "quotaBytes": null, "frozen": false}"#,
            r#"{"name": "anna", "domain": "acme.test", "description": "Anna", "quotaBytes": 5, "frozen": false,
                "aliases": [{"name": "a", "domain": "acme.test"}], "groups": ["sales@acme.test"]}"#,
        ],
        "stalwart.list" => &[
            r#"{"name": "all", "domain": "acme.test", "description": null, "aliases": [], "recipients": ["b@x.test", "a@y.test"]}"#,
        ],
        "stalwart.shared" => {
            &[r#"{"name": "sales", "domain": "acme.test", "description": "Sales", "aliases": []}"#]
        }
        _ => &[],
    }
}

#[tokio::test]
async fn what_earlier_versions_stored_can_be_read() {
    let test = migrations::test_database().await;
    let platform = platform_of(&config(), &Patience::quick(), test.db.clone()).unwrap();
    let slices = services(&platform, &config(), &Patience::quick()).unwrap().slices;
    let mut read = 0;
    for registered in slices.into_iter().flat_map(|slice| slice.kinds) {
        let kind = registered.kind.as_ref().unwrap();
        for spec in stored(registered.name) {
            let checked = kind.check(&serde_json::from_str(spec).unwrap());
            assert_eq!(checked, Ok(()), "{}: {spec}", registered.name);
            read += 1;
        }
    }
    assert_eq!(read, 17, "of all kinds that there were before specs had types, and what came since");
}

#[tokio::test]
async fn an_account_of_which_nobody_can_tell_that_it_was_made_here_is_not_deleted() {
    let test = migrations::test_database().await;
    let platform = platform_of(&config(), &Patience::quick(), test.db.clone()).unwrap();
    let slices = services(&platform, &config(), &Patience::quick()).unwrap().slices;
    let mut kinds = slices.into_iter().flat_map(|slice| slice.kinds);
    let user = kinds.find(|registered| registered.name == "authentik.user").unwrap().kind.unwrap();
    let resource = reconcile::Resource::probe("authentik.user", "usr_1", "5a");
    let fields = serde_json::json!({"number": 5});
    let actual = reconcile::Actual { upstream_id: "5a".into(), mark: None, fields, waiting: None };
    let refused = user.delete(&resource, &actual).await;
    assert!(matches!(refused, Err(reconcile::Problem::Blocked(_))), "{refused:?}");
}

#[tokio::test]
async fn each_kind_says_what_it_writes_into_and_has_words() {
    let test = migrations::test_database().await;
    let platform = platform_of(&config(), &Patience::quick(), test.db.clone()).unwrap();
    let slices = services(&platform, &config(), &Patience::quick()).unwrap().slices;
    let kinds: Vec<_> = slices.into_iter().flat_map(|slice| slice.kinds).collect();
    let (_, product) = product().await;
    let words = i18n::Words::new(product.site.catalogues.clone(), i18n::Language::English);
    let tx = test.db.begin().await.unwrap();
    let clock = kernel::Clock::System;
    let mut lines = BTreeSet::new();
    for registered in &kinds {
        let spec = serde_json::from_str(stored(registered.name).last().unwrap_or(&"{}")).unwrap();
        let (owner, name) = ("ten_1".to_owned(), "acme".to_owned());
        reconcile::want(&tx, &clock, &reconcile::Want { owner, kind: registered.name, name, spec })
            .await
            .unwrap();
        let resource = reconcile::named(&*tx, registered.name, "acme").await.unwrap().unwrap();
        let kind = registered.kind.as_ref().unwrap();
        let into = kind
            .writes_into(&resource)
            .map_or_else(|| "its own object alone".to_owned(), |into| format!("{} {}", into.kind, into.name));
        lines.insert(format!("{}: {into}", registered.name));
        for word in ["kind", "step"] {
            let key = format!("{word}-{}", registered.name.replace('.', "-"));
            assert!(words.has(&key), "no words for {key}");
        }
    }
    insta::assert_snapshot!("kinds", lines.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Kinds that have a page and that the palette doesn't find, and why.
const NOT_FOUND: [(&str, access::Surface, &str); 1] =
    [("import", access::Surface::Portal, "nobody gave it a name; the page of imports lists them by time")];

async fn product() -> (db::testing::TestDb, Product) {
    let test = migrations::test_database().await;
    let surroundings = Surroundings { sandbox_page: None };
    let product = Product::new(config(), &Patience::quick(), surroundings, test.db.clone()).unwrap();
    (test, product)
}

#[tokio::test]
async fn each_kind_with_a_page_is_found_by_the_palette_or_excused() {
    let (_test, product) = product().await;
    let places = &product.site.places;
    for page in &places.objects {
        let finders = places.finders.iter().filter(|it| (it.kind, it.surface) == (page.kind, page.surface));
        let excuses = NOT_FOUND.iter().filter(|it| (it.0, it.1) == (page.kind, page.surface));
        assert_eq!(finders.count() + excuses.count(), 1, "{} on {:?}", page.kind, page.surface);
    }
    let has_page =
        |kind, surface| places.objects.iter().any(|page| (page.kind, page.surface) == (kind, surface));
    for finder in &places.finders {
        assert!(has_page(finder.kind, finder.surface), "{finder:?} finds what can't be opened");
    }
    for (kind, surface, _) in NOT_FOUND {
        assert!(has_page(kind, surface), "{kind} needs no excuse");
    }
}

#[tokio::test]
async fn each_shortcut_has_words_and_leads_to_a_page_of_its_right() {
    let (_test, product) = product().await;
    let (places, table) = (&product.site.places, product.table());
    let words = i18n::Words::new(product.site.catalogues.clone(), i18n::Language::English);
    assert!(places.shortcuts.len() > 5, "{:?}", places.shortcuts);
    for shortcut in &places.shortcuts {
        let mount = match shortcut.surface {
            access::Surface::Portal => web::Mount::Portal,
            access::Surface::Operator => web::Mount::Operator,
        };
        let path = shortcut.href.split('#').next().unwrap();
        let leads_to = table.iter().find(|it| it.mount == mount && it.path == path && it.method == "GET");
        let guard = leads_to.unwrap_or_else(|| panic!("{path} is no page")).guard;
        assert_eq!(guard, Ok(shortcut.right), "{}", shortcut.href);
        assert!(words.has(shortcut.label), "{}", shortcut.label);
    }
    for finder in &places.finders {
        assert!(words.has(finder.heading), "{}", finder.heading);
    }
}

/// Every `commit_silently` and `commit_if` of what is shipped, with what it says it is.
#[test]
fn what_is_committed_without_a_record_stands_in_the_golden_file() {
    fn look(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let name = entry.file_name().into_string().unwrap();
            if path.is_dir() && name != "tests" {
                look(&path, found);
            }
            let is_source = path.extension().is_some_and(|ending| ending == "rs") && name != "tests.rs";
            if !is_source {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            for call in [".commit_silently(", ".commit_if("] {
                for (at, _) in shipped.match_indices(call) {
                    let arguments = shipped[at + call.len()..].split(".await").next().unwrap();
                    let why = arguments.split('"').nth(1);
                    let why = why.unwrap_or_else(|| panic!("{}: a reason is a literal", path.display()));
                    found.push(format!("{}: {why}", path.strip_prefix("..").unwrap().display()));
                }
            }
        }
    }
    let mut found = Vec::new();
    for krate in std::fs::read_dir("..").unwrap().map(Result::unwrap) {
        // What only tests use is not shipped.
        if !["laws", "testkit"].iter().any(|name| krate.file_name() == *name) {
            look(&krate.path().join("src"), &mut found);
        }
    }
    found.sort_unstable();
    assert!(found.len() > 20, "{found:?}");
    insta::assert_snapshot!("silent", found.join("\n"));
}
