//! `dezky plan`, `apply` and `reconcile`, beside a running product.

use std::io::{BufRead as _, BufReader};
use std::process::{Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json as value};

use crate::harness::{Product, command};
use crate::tenant_api::{ANNA, BO, MAJA, OTTO, TenantApi, text};

fn run(product: &Product, arguments: &[&str]) -> (Option<i32>, String) {
    let mut all = arguments.to_vec();
    all.extend(["--data", "data"]);
    let Output { status, stdout, stderr } = command(product.folder.path(), &all, &[]).output().unwrap();
    let said = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (status.code(), said)
}

/// Renames a tenant's space behind Dezky's back.
async fn rename_space(product: &Product, slug: &str) {
    let tenant = TenantApi::of_operator(product, slug).get("").await;
    let drive = text(&tenant["handles"]["ocisSpaceId"]).replace('$', "%24");
    product.spoil("ocis", &format!("drives/{drive}"), &value!({"name": "Renamed"})).await;
}

#[tokio::test]
async fn the_shell_plans_applies_and_reconciles() {
    let product = Product::start("small").await;
    // Those of the demo become members by themselves, and are not to do so between a plan and the next.
    for (owner, slug, people) in [(ANNA, "acme", &[ANNA, BO, MAJA][..]), (OTTO, "fjord", &[OTTO, BO])] {
        let api = TenantApi::of(&product, owner, slug);
        for email in people {
            api.settled(&api.id(email).await).await;
        }
    }
    let (code, said) = run(&product, &["reconcile", "--wait", "60"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&product, &["plan"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("acme: nothing to change"), "{said}");
    rename_space(&product, "acme").await;
    let (code, said) = run(&product, &["plan", "acme"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("name: expected \"Acme") && said.contains("found \"Renamed\""), "{said}");
    let last = said.lines().last().unwrap();
    assert!(
        last.starts_with("  apply: dezky apply --hash ") && last.ends_with(" --data data acme"),
        "{said}"
    );
    let (code, said) = run(&product, &["plan", "acme", "fjord", "--json"]);
    assert_eq!(code, Some(2));
    let plans: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(plans["tenants"][1]["changes"], value!([]));
    let (code, said) = run(&product, &["apply", "acme", "--hash", "0"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("Something changed since this plan was made"), "{said}");
    let hash = plans["tenants"][0]["hash"].as_str().unwrap();
    let (code, said) = run(&product, &["apply", "acme", "--hash", hash]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&product, &["plan", "nobody"]);
    assert_eq!(code, Some(1), "{said}");
    let log = TenantApi::of_operator(&product, "acme").get("/audit?action=tenant.apply").await;
    assert_eq!(log["items"][0]["actorId"], "cli");
}

#[tokio::test]
async fn the_doctor_examines_the_dev_of_a_folder() {
    let product = Product::start("none").await;
    let (code, said) = run(&product, &["doctor"]);
    assert_eq!(code, Some(0), "{said}");
    for upstream in ["Authentik", "Stalwart", "oCIS"] {
        assert!(said.contains(&format!("ok    {upstream}: ")), "{said}");
    }
}

#[tokio::test]
async fn a_second_start_on_a_folder_says_at_once_what_it_waits_for() {
    let product = Product::start("none").await;
    let arguments = ["dev", "--json", "--data", "data", "--port", "0"];
    let mut second = command(product.folder.path(), &arguments, &[]).stderr(Stdio::piped()).spawn().unwrap();
    let (heard, says) = mpsc::channel();
    let mut lines = BufReader::new(second.stderr.take().unwrap()).lines();
    std::thread::spawn(move || heard.send(lines.next()));
    let said = says.recv_timeout(Duration::from_secs(6));
    second.kill().unwrap();
    second.wait().unwrap();
    let said = said.expect("it says something long before it gives up").unwrap().unwrap();
    assert!(said.contains("another dezky is running with the folder") && said.contains("data"), "{said}");
}

#[tokio::test]
async fn a_folder_without_a_dev_is_named() {
    let product = Product::start("none").await;
    let output = command(product.folder.path(), &["plan", "--data", "elsewhere"], &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("elsewhere"));
}
