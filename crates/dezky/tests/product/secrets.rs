//! Passwords leave no trace [acceptance 3]: what is made for a member and what they choose themself is looked for in the
//! database as it lies on disk, in the audit log, and in all that the process says, in every form that it could have
//! there.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use outbound::{Call, Method};
use serde_json::{Value, json as value};
use url::form_urlencoded::byte_serialize;

use crate::harness::{Product, client, get, json};
use crate::invitations::links;
use crate::session::{Visitor, csrf};
use crate::tenant_api::{ANNA, IDA, METTE, TenantApi, text, until};

/// Somebody's own password, with a quote that other languages escape.
const OWN: &str = "nine \"purple\" herons & a marker";
/// A name is kept, so that it must be found: else what looks for passwords is blind.
const NAME: &str = "Mette Synlig";

/// Everything that was left behind, each with where it lies.
type Traces = Vec<(String, Vec<u8>)>;

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// The files of the product. The simulators beside it stand for other people's servers, which keep passwords.
fn kept_files(product: &Product) -> Traces {
    let is_of_simulator = |path: &Path| {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let is_json = path.extension().is_some_and(|kind| kind == "json");
        is_json && ["authentik", "stalwart", "ocis", "dns", "mails"].contains(&name)
    };
    let files = files_below(product.folder.path()).into_iter().filter(|path| !is_of_simulator(path));
    files.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())).collect()
}

/// What the database server holds, when it is no file.
fn dumped(product: &Product) -> Option<Vec<u8>> {
    let url = product.database_url()?;
    let dump = Command::new("pg_dump").arg(url).output().expect("pg_dump comes with the server");
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    Some(dump.stdout)
}

/// The whole audit log, page by page.
async fn audit_log(product: &Product) -> Vec<u8> {
    let (mut log, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/audit?limit=200{cursor}");
        let answer = product.call(Method::Get, &path, product.token(IDA, "operator"), None).await;
        log.extend_from_slice(&answer.body);
        match json(&answer)["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return log,
        }
    }
}

/// The forms in which a text could lie there.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let quoted = value!(text).to_string();
    let plain = [
        text.to_owned(),
        quoted.trim_matches('"').to_owned(),
        byte_serialize(text.as_bytes()).collect(),
        text.replace('&', "&amp;").replace('"', "&quot;"),
        text.replace(' ', "%20"),
        STANDARD.encode(text),
        URL_SAFE_NO_PAD.encode(text),
        format!("{text:?}"),
    ];
    let wide = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    plain.into_iter().map(String::into_bytes).chain([wide]).collect()
}

/// Where a text lies, in whatever form.
fn found(traces: &Traces, text: &str) -> Vec<String> {
    let forms = forms(text);
    let holds = |bytes: &[u8]| forms.iter().any(|form| bytes.windows(form.len()).any(|part| part == form));
    traces.iter().filter(|(_, bytes)| holds(bytes)).map(|(place, _)| place.clone()).collect()
}

/// Chooses a password on the page that asks for it; once as it is refused, and once right.
async fn choose_own(product: &Product, once: &str) {
    let mut mette = Visitor::default();
    let (at, answer) = mette.sign_in(product.origin("portal"), METTE, once).await;
    assert_eq!(at.path(), "/account/password");
    let csrf = &*csrf(&String::from_utf8_lossy(&answer.body));
    for (password, status) in [(once, 422), (OWN, 303)] {
        let sent = mette.send(Method::Post, &at, &[("csrf", csrf), ("password", password)]).await;
        assert_eq!(sent.status, status);
    }
    // A form that comes without its session is kept for a while, and its passwords are not.
    mette.send(Method::Post, &at, &[("csrf", csrf), ("password", OWN)]).await;
    let signed_in = mette.sign_in(product.origin("portal"), METTE, OWN).await;
    assert_ne!(signed_in.0.path(), "/account/password");
}

#[tokio::test]
async fn passwords_are_nowhere_but_where_they_are_asked_for() {
    let said = tempfile::NamedTempFile::new().unwrap();
    let stderr = Stdio::from(File::create(said.path()).unwrap());
    let product = Product::start_loud("small", "debug", stderr).await;
    let anna = product.token(ANNA, "portal");
    let post = |path: String, body: Value, key: &str| {
        let call =
            Call::new(Method::Post, path).bearer(anna.into()).header("idempotency-key", key.to_owned());
        let call = call.json(&body);
        async { json(&client(product.origin("api")).send(call).await.unwrap()) }
    };
    let made = post("/api/tenants/acme/users".into(), value!({"name": NAME, "email": METTE}), "made").await;
    let (id, first) = (text(&made["id"]), text(&made["oneTimePassword"]));
    let again = post("/api/tenants/acme/users".into(), value!({"name": NAME, "email": METTE}), "made").await;
    assert_eq!(again["oneTimePassword"], Value::Null);
    let path = format!("/api/tenants/acme/users/{id}/reset-password");
    let second = text(&post(path, value!({}), "reset").await["oneTimePassword"]);
    choose_own(&product, &second).await;
    let metrics = get(product.origin("api"), "/metrics").await;

    let mut traces = kept_files(&product);
    traces.extend(dumped(&product).map(|dump| ("the dump of the database".to_owned(), dump)));
    traces.push(("the audit log".to_owned(), audit_log(&product).await));
    traces.push(("/metrics".to_owned(), metrics.body.to_vec()));
    traces.push(("what the process said".to_owned(), std::fs::read(said.path()).unwrap()));
    let places = || traces.iter().map(|(place, bytes)| (place, bytes.len())).collect::<Vec<_>>();
    for (what, password) in [("the first", first), ("the second", second), ("her own", OWN.to_owned())] {
        assert_eq!(found(&traces, &password), Vec::<String>::new(), "{what} password lies there");
    }
    // What is kept is found: the database by her name, the log by what was done, the process by what it did.
    assert!(!found(&traces, NAME).is_empty(), "her name must be in the database: {:?}", places());
    for (word, place) in [("member.reset_password", "the audit log"), ("DEBUG", "what the process said")] {
        assert!(found(&traces, word).contains(&place.to_owned()), "{place} has no {word}: {:?}", places());
    }
}

/// The link of an invitation lets in whoever has it, so a copy of the database must hold none: neither while its mail waits
/// nor after it was sent.
#[tokio::test]
async fn a_link_lies_nowhere_neither_before_nor_after_its_mail_is_sent() {
    const WAITING: &str = "waits@private.test";
    const SUBJECT: &str = "Invitation to Acme";
    let product = Product::start("small").await;
    let api = TenantApi::of(&product, ANNA, "acme");
    product.faults("mail", value!([{"route": "*", "kind": "refuse"}])).await;
    api.ok(Method::Post, "/invitations", value!({"email": WAITING})).await;
    let traces = async || {
        let mut traces = kept_files(&product);
        traces.extend(dumped(&product).map(|dump| ("the dump of the database".to_owned(), dump)));
        traces
    };
    // The mail is written by the clock, a moment later.
    until("the mail waits", async || !found(&traces().await, SUBJECT).is_empty()).await;
    let before = traces().await;
    product.faults("mail", value!([])).await;
    let link = links(&product, WAITING, 1).await.pop().expect("the mail is sent");
    let secret = link.path_segments().and_then(|mut parts| parts.next_back()).expect("it ends with one");
    assert!(secret.len() > 30, "{link}");
    assert_eq!(found(&before, secret), Vec::<String>::new(), "while its mail waits");
    assert_eq!(found(&traces().await, secret), Vec::<String>::new(), "after it was sent");
    assert!(!found(&traces().await, WAITING).is_empty(), "what is kept is found");
}
