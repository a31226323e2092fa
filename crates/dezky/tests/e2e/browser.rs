//! A browser without a window and with a profile of its own, and what a person does in it. Everything that is
//! looked for is waited for: pages change by themselves.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::sleep;
use url::Url;

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(10);
const STEP: Duration = Duration::from_millis(50);

const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,900",
    "--lang=en",
];

/// A browser that runs; clones are the same one.
#[derive(Clone)]
pub struct Browser {
    pub client: Client,
    _running: Arc<(Driver, TempDir)>,
}

/// What drives the browser, and leads a group of processes that the browser's own belong to.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // The browser must be gone before its profile is removed.
        let end = format!("kill -s KILL -- -{} && sleep 0.1", self.0.id());
        let _ = Command::new("sh").args(["-c", &end]).status();
        let _ = self.0.wait();
    }
}

/// A program that the journeys need, named by a variable or where the distribution puts it.
fn program(variable: &str, usual: &str, package: &str) -> PathBuf {
    let path = std::env::var_os(variable).map_or_else(|| PathBuf::from(usual), PathBuf::from);
    assert!(
        path.is_file(),
        "The browser journeys need {}, which is not there. `cargo xtask test` installs it; so does \
         `apt-get install {package}`. {variable} names another place.",
        path.display()
    );
    path
}

/// Whether pages may run scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    Allowed,
    Forbidden,
}

impl Browser {
    /// Starts one.
    pub async fn start(script: Script) -> Self {
        let chromium = program("CHROMIUM", "/usr/bin/chromium", "chromium");
        let chromedriver = program("CHROMEDRIVER", "/usr/bin/chromedriver", "chromium-driver");
        let profile = tempfile::Builder::new().prefix("dezky-e2e-").tempdir().unwrap();
        let port = free_port();
        let driver = Command::new(chromedriver)
            .args([&format!("--port={port}"), "--log-level=SEVERE"])
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("chromedriver starts");
        let driver = Driver(driver);
        until_open(port).await;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&chromium, profile.path(), script))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("chromium starts");
        Self { client, _running: Arc::new((driver, profile)) }
    }

    /// Opens an address.
    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Where the browser is.
    pub async fn at(&self) -> Url {
        self.client.current_url().await.unwrap()
    }

    /// Waits until the browser is at an address that begins like this.
    pub async fn arrives_at(&self, beginning: &str) {
        let began = Instant::now();
        while !self.at().await.as_str().starts_with(beginning) {
            assert!(
                began.elapsed() < PATIENCE,
                "not at {beginning} but at {}: {}",
                self.at().await,
                self.text().await
            );
            sleep(STEP).await;
        }
    }

    /// All words that the page shows.
    pub async fn text(&self) -> String {
        // The page may be replaced between the two calls.
        for _ in 0..20 {
            if let Ok(body) = self.client.find(Locator::Css("body")).await
                && let Ok(text) = body.text().await
            {
                return text;
            }
            sleep(STEP).await;
        }
        String::new()
    }

    /// Waits until the page shows these words.
    pub async fn sees(&self, words: &str) {
        self.sees_within(words, PATIENCE).await;
    }

    /// Waits until the page shows these words, for at most so long.
    pub async fn sees_within(&self, words: &str, patience: Duration) {
        let began = Instant::now();
        loop {
            let text = self.text().await;
            if text.contains(words) {
                return;
            }
            assert!(began.elapsed() < patience, "“{words}” is not on {}: {text}", self.at().await);
            sleep(STEP).await;
        }
    }

    /// Asserts that the page doesn't show these words now.
    pub async fn sees_no(&self, words: &str) {
        let text = self.text().await;
        assert!(!text.contains(words), "“{words}” is on {}: {text}", self.at().await);
    }

    /// Waits until an element is shown.
    pub async fn finds(&self, path: &str) -> Element {
        self.finds_within(path, PATIENCE).await
    }

    /// Waits until an element is shown, for at most so long.
    pub async fn finds_within(&self, path: &str, patience: Duration) -> Element {
        let began = Instant::now();
        loop {
            if let Some(element) = self.shown(path).await {
                return element;
            }
            let text = if began.elapsed() < patience { None } else { Some(self.text().await) };
            if let Some(text) = text {
                panic!("nothing is shown at {path} on {}: {text}", self.at().await);
            }
            sleep(STEP).await;
        }
    }

    /// The first element of that path that is shown.
    pub async fn shown(&self, path: &str) -> Option<Element> {
        for element in self.client.find_all(Locator::XPath(path)).await.unwrap_or_default() {
            if element.is_displayed().await.unwrap_or(false) {
                return Some(element);
            }
        }
        None
    }

    /// Waits until no element of that path is shown.
    pub async fn loses(&self, path: &str) {
        let began = Instant::now();
        while self.shown(path).await.is_some() {
            assert!(began.elapsed() < PATIENCE, "{path} stays on {}", self.at().await);
            sleep(STEP).await;
        }
    }

    /// The control that a label belongs to.
    pub async fn field(&self, label: &str) -> Element {
        let label = self.finds(&format!("//label[normalize-space(text())=\"{label}\"]")).await;
        let id = label.attr("for").await.unwrap().expect("the label names its control");
        self.client.find(Locator::Css(&format!("[id=\"{id}\"]"))).await.unwrap()
    }

    /// What stands in a field.
    pub async fn value_of(&self, label: &str) -> String {
        self.field(label).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Types into a field in place of what is there.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses a button by its name.
    pub async fn press(&self, name: &str) {
        self.click(&format!("//button[normalize-space(.)=\"{name}\" or @aria-label=\"{name}\"]")).await;
    }

    /// Presses what the menu of the page's head offers.
    pub async fn press_in_menu(&self, name: &str) {
        self.click("//*[contains(@class, \"head-actions\")]//button[@popovertarget]").await;
        self.click(&format!("//*[@id=\"more\"]//button[normalize-space(.)=\"{name}\"]")).await;
    }

    /// Presses a button inside of the open dialog.
    pub async fn press_in_dialog(&self, name: &str) {
        self.click(&format!("//dialog[@open]//button[normalize-space(.)=\"{name}\"]")).await;
    }

    /// Follows a link by its words.
    pub async fn follow(&self, words: &str) {
        self.click(&format!("//a[normalize-space(.)=\"{words}\" or @aria-label=\"{words}\"]")).await;
    }

    /// Presses a key where the focus is.
    pub async fn key(&self, key: &str) {
        self.client.active_element().await.unwrap().send_keys(key).await.unwrap();
    }

    /// A live page may replace the element just before the press, so that is repeated.
    async fn click(&self, path: &str) {
        let mut last = String::new();
        for _ in 0..5 {
            match self.finds(path).await.click().await {
                Ok(()) => return,
                Err(error) => last = error.to_string(),
            }
            sleep(STEP).await;
        }
        panic!("{path} can't be pressed: {last}");
    }

    /// Presses the mouse button at one place of the window and lets it go at another.
    pub async fn drag(&self, from: (f64, f64), to: (f64, f64)) {
        let go = |(x, y)| PointerAction::MoveTo { duration: Some(Duration::ZERO), x, y };
        let mouse = MouseActions::new("mouse".to_owned())
            .then(go(from))
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(go(to))
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(mouse).await.unwrap();
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Runs a script in the page with values.
    pub async fn run_with(&self, script: &str, values: Vec<Value>) -> Value {
        self.client.execute(script, values).await.unwrap()
    }

    /// Runs a script that ends by calling its last argument with a list of texts.
    pub async fn run_async(&self, script: &str, values: Vec<Value>) -> Vec<String> {
        match self.client.execute_async(script, values).await {
            Ok(list) => serde_json::from_value(list).unwrap_or_default(),
            Err(error) => vec![format!("the script did not end: {error}")],
        }
    }

    /// Has a script run in each document before its own, and copying allowed.
    pub async fn prepare(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": script})).await;
        let allowed = json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
        self.devtools("Browser.grantPermissions", allowed).await;
    }

    /// A window of that width, on a machine that is set to `light` or `dark` and to no motion.
    pub async fn look(&self, width: u32, scheme: &str) {
        let window = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", window).await;
        let features = json!({"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// A command of the browser's own protocol.
    async fn devtools(&self, command: &'static str, values: Value) {
        self.client.issue_cmd(DevTools(command, values)).await.unwrap();
    }

    /// What the browser has complained about since the last call: errors, failed loads, violations of the policy.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.client.issue_cmd(BrowserLog).await.unwrap();
        let entries = log.as_array().cloned().unwrap_or_default();
        // The rest are hints for those who wrote the page.
        let grave = entries.iter().filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        grave.filter_map(|entry| entry["message"].as_str().map(str::to_owned)).collect()
    }
}

fn capabilities(chromium: &Path, profile: &Path, script: Script) -> Capabilities {
    let mut flags: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).collect();
    flags.push(format!("--user-data-dir={}", profile.display()));
    let mut options = json!({"binary": chromium, "args": flags});
    if script == Script::Forbidden {
        options["prefs"] = json!({"profile.managed_default_content_settings.javascript": 2});
    }
    Capabilities::from_iter([
        ("goog:chromeOptions".to_owned(), options),
        ("goog:loggingPrefs".to_owned(), json!({"browser": "ALL"})),
    ])
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

async fn until_open(port: u16) {
    for _ in 0..200 {
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return;
        }
        sleep(STEP).await;
    }
    panic!("chromedriver does not answer");
}

/// The browser's own log, of which chromedriver gives each entry once.
#[derive(Debug)]
struct BrowserLog;

impl WebDriverCompatibleCommand for BrowserLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"type": "browser"}).to_string()))
    }
}

/// A command of the browser's own protocol, which chromedriver passes on.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"cmd": self.0, "params": self.1}).to_string()))
    }
}
