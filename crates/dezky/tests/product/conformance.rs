//! The suites `bootstrap` and `doctor` of `cargo xtask conformance`, on upstreams that were just installed: all that can be
//! broken there is named by `dezky doctor` and mended by the command that it names, also that with which something is lost.

use std::collections::BTreeMap;
use std::path::Path;

use bootstrap::conformance::{Site, Told, Trouble, bootstrap, doctor};
use serde_json::Value;

use crate::empty::Empty;
use crate::harness::{inventory, origin};

/// Answers everything, and does nothing.
const ECHO: &str = "/bin/echo";

#[derive(Default)]
struct Heard {
    ok: Vec<(&'static str, String)>,
    skipped: Vec<&'static str>,
    failed: Vec<String>,
}

impl Heard {
    fn hear(&mut self) -> impl FnMut(&'static str, Told) {
        |step, told| match told {
            Ok(detail) => self.ok.push((step, detail)),
            Err(Trouble::Skipped(_)) => self.skipped.push(step),
            Err(Trouble::Failed(why)) => self.failed.push(format!("{step}: {why}")),
        }
    }
}

/// What the sandbox says of itself, with Authentik reached at another name than its public one.
fn site(empty: &Empty, folder: &Path, binary: &str, may_lose: bool) -> Site {
    let given = empty.said["env"].as_object().unwrap().iter();
    let mut settings: BTreeMap<String, String> =
        given.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
    let inner = empty.authentik().replace("127.0.0.1", "localhost");
    settings.insert("AUTHENTIK_API_URL".to_owned(), inner);
    Site::new(binary.into(), settings, folder.to_owned(), may_lose)
}

#[tokio::test]
async fn what_was_just_installed_is_set_up_and_each_thing_that_breaks_is_named_and_mended() {
    let empty = Empty::start();
    let folder = tempfile::tempdir().unwrap();
    let mut site = site(&empty, folder.path(), env!("CARGO_BIN_EXE_dezky"), true);
    let mut heard = Heard::default();
    bootstrap(&mut site, &mut heard.hear()).await;
    assert_eq!(heard.failed, Vec::<String>::new());
    let mut plans = heard.ok.iter().filter(|(step, _)| step.ends_with("what is missing"));
    assert!(plans.all(|(_, detail)| detail.ends_with("to do")), "{:#?}", heard.ok);
    doctor(&mut site, &mut heard.hear()).await;
    assert_eq!(heard.failed, Vec::<String>::new());
    assert_eq!(heard.skipped, ["setting: certificates that aren't trusted"]);
    assert_eq!(heard.ok.len(), 46, "{:#?}", heard.ok);
    // What a run makes for itself goes; the rest is what the product needs.
    for server in ["authentik", "ocis"] {
        let users = inventory(origin(&empty.said, &format!("sandbox/{server}"))).await["users"].clone();
        assert!(users.is_array() && !users.to_string().contains("dezky-conformance"), "{server}: {users:#}");
    }
    let providers = inventory(empty.authentik()).await["providers"].to_string();
    assert!(providers.contains("dezky-operator") && !providers.contains("dezky-conformance"), "{providers}");
}

#[tokio::test]
async fn what_the_doctor_does_not_name_is_a_failure_and_is_undone() {
    let empty = Empty::start();
    empty.set_up_all();
    let folder = tempfile::tempdir().unwrap();
    let mut site = site(&empty, folder.path(), ECHO, false);
    let mut heard = Heard::default();
    bootstrap(&mut site, &mut heard.hear()).await;
    doctor(&mut site, &mut heard.hear()).await;
    // Where there is nothing to do, the plan of oCIS is silent.
    let ok: Vec<&str> = heard.ok.iter().map(|(step, _)| *step).collect();
    assert_eq!(ok, ["oCIS: what is missing"], "{:#?}", heard.failed);
    let unnamed =
        |step: &str| heard.failed.iter().any(|why| why.starts_with(step) && why.contains("doesn't name"));
    for step in ["another subject mode", "a right is missing", "setting: another issuer"] {
        assert!(unnamed(step), "{step}: {:#?}", heard.failed);
    }
    let (_, said) = empty.bootstrap(&["--plan"]);
    let changed: Vec<&str> = said.lines().filter(|line| line.starts_with("change ")).collect();
    // A claim that was removed isn't on its provider; whatever was set is as it was.
    let is_of_claim =
        |line: &&str| line.contains("dezky-files: property_mappings must have dezky-files-account");
    assert!(changed.iter().all(is_of_claim), "{said}");
    assert!(said.contains("create  the claim of the file service"), "{said}");
}

/// A server whose administrator isn't known is left alone.
#[tokio::test]
async fn each_upstream_is_tried_alone() {
    let empty = Empty::start();
    let folder = tempfile::tempdir().unwrap();
    let env = |name: &str| (name.to_owned(), text(&empty.said["env"][name]));
    let stalwart = ["STALWART_API_URL", "STALWART_ADMIN_USER", "STALWART_ADMIN_PASSWORD"].map(env);
    let others = ["AUTHENTIK_ISSUER", "OCIS_API_URL", "DNS_RESOLVERS"].map(env);
    let settings = stalwart.into_iter().chain(others).collect();
    let mut site = Site::new(env!("CARGO_BIN_EXE_dezky").into(), settings, folder.path().to_owned(), false);
    let mut heard = Heard::default();
    let before = inventory(empty.authentik()).await;
    bootstrap(&mut site, &mut heard.hear()).await;
    assert_eq!(heard.failed, Vec::<String>::new());
    let steps: Vec<&str> = heard.ok.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps.len(), 6, "{steps:?}");
    assert!(steps.iter().all(|step| !step.contains("Authentik") && !step.contains("oCIS")), "{steps:?}");
    assert_eq!(inventory(empty.authentik()).await, before);
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
