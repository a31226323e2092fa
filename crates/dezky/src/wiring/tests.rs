//! The route table as golden files, so that no route changes its guard unseen.

use std::collections::BTreeSet;

use crate::config::{Config, Values};
use crate::wiring::{Pace, Product, Surroundings};

fn config() -> Config {
    let settings = [
        ("PORTAL_URL", "http://127.0.0.1:1"),
        ("OPERATOR_URL", "http://127.0.0.1:2"),
        ("API_URL", "http://127.0.0.1:3"),
        ("AUTHENTIK_ISSUER", "http://127.0.0.1:4"),
        ("AUTHENTIK_PORTAL_CLIENT_SECRET", "x"),
        ("AUTHENTIK_OPERATOR_CLIENT_SECRET", "x"),
        ("ENCRYPTION_KEYS", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    ];
    let values: Values = settings.map(|(name, value)| (name.into(), value.into())).into();
    Config::read(&values).unwrap()
}

async fn table() -> Vec<web::RouteInfo> {
    let test = migrations::test_database().await;
    let surroundings = Surroundings { sandbox_page: Some("http://127.0.0.1:5".into()) };
    let product = Product::new(config(), &Pace::quick(), surroundings, test.db.clone()).unwrap();
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
        Some(format!("{:?} {} {}: {guard}", route.door, route.path, route.method))
    });
    insta::assert_snapshot!("routes", all);
}

#[tokio::test]
async fn open_routes_are_few_and_say_why() {
    let open = lines(&table().await, |route| {
        let why = route.guard.err()?;
        Some(format!("{:?} {} {}: {why}", route.door, route.path, route.method))
    });
    insta::assert_snapshot!("open_routes", open);
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
    let product = Product::new(config(), &Pace::quick(), surroundings, test.db.clone()).unwrap();
    let words = i18n::Words::new(product.site.catalogues.clone(), i18n::Language::English);
    for action in audit::Action::ALL {
        for key in [action.key(), format!("audit-noun-{}", action.noun().replace('_', "-"))] {
            assert!(words.has(&key), "{} has no words: {key}", action.as_str());
        }
    }
}
