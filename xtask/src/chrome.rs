//! A browser without a window, driven by chromedriver, with a profile of its own. Ends with this.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::Child;
use tokio::time::sleep;
use url::Url;

use crate::process::{command, free_port};
use crate::tools::Browser;

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
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--lang=en",
];

/// The tallest picture.
const MOST_HEIGHT: u64 = 4000;

/// A browser that runs.
pub struct Chrome {
    client: Client,
    _driver: Driver,
    _profile: TempDir,
}

/// What drives the browser, and leads a group of processes that the browser's own belong to.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let Some(group) = self.0.id() else { return };
        // The browser must be gone before its profile is removed.
        let end = format!("kill -s KILL -- -{group} && sleep 0.2");
        let _ = std::process::Command::new("sh").args(["-c", &end]).status();
    }
}

/// How somebody signs in.
pub struct Credentials<'a> {
    /// The name.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
}

impl Chrome {
    /// Starts one.
    pub async fn start(browser: &Browser) -> Result<Self> {
        let profile = tempfile::Builder::new().prefix("dezky-chrome-").tempdir()?;
        let port = free_port()?;
        let driver = command(&browser.chromedriver)
            .arg(format!("--port={port}"))
            .arg("--log-level=WARNING")
            .stdout(std::process::Stdio::null())
            .process_group(0)
            .spawn()
            .context("chromedriver could not be started")?;
        let driver = Driver(driver);
        until_open(port).await?;
        let mut flags: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).collect();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let options = json!({"binary": browser.chromium, "args": flags});
        let capabilities = Capabilities::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("chromium could not be started")?;
        let chrome = Self { client, _driver: driver, _profile: profile };
        let still = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
        chrome.tell("Emulation.setEmulatedMedia", still).await?;
        Ok(chrome)
    }

    /// Forgets who is signed in. Cookies ignore ports, so one console's page reaches those of all servers.
    pub async fn forget(&self, origin: &str) -> Result<()> {
        self.client.goto(&format!("{origin}/signed-out")).await?;
        self.client.delete_all_cookies().await?;
        Ok(())
    }

    /// Signs in to a console through the simulated sign-in service.
    pub async fn sign_in(&self, origin: &str, who: &Credentials<'_>) -> Result<()> {
        self.forget(origin).await?;
        self.client.goto(&format!("{origin}/sign-in")).await?;
        let name = self.client.find(Locator::Css("input[name=username]")).await;
        let name = name.context("the sign-in page has no field `username`")?;
        name.send_keys(who.username).await?;
        let password = self
            .client
            .find(Locator::Css("input[name=password]"))
            .await
            .context("the sign-in page has no field `password`")?;
        password.send_keys(who.password).await?;
        let button = self.client.find(Locator::Css("button[type=submit]")).await?;
        button.click().await?;
        let until = Instant::now() + Duration::from_secs(15);
        while !self.client.current_url().await?.as_str().starts_with(origin) {
            if Instant::now() > until {
                bail!("{} could not sign in to {origin}", who.username);
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Chooses light or dark. A page of the console must be open.
    pub async fn choose_theme(&self, word: &'static str) -> Result<()> {
        let here = self.client.current_url().await?;
        let cookie = json!({"name": "dezky_theme", "value": word, "url": here.as_str(), "path": "/"});
        self.tell("Network.setCookie", cookie).await
    }

    /// A picture of a whole page in a window of that size.
    pub async fn picture(&self, url: &str, width: u32, height: u32) -> Result<Vec<u8>> {
        self.resize(width, u64::from(height)).await?;
        self.client.goto(url).await?;
        sleep(Duration::from_millis(200)).await;
        let script = "return document.documentElement.scrollHeight";
        let whole = self.client.execute(script, Vec::new()).await?;
        let whole = whole.as_u64().unwrap_or(0).clamp(u64::from(height), MOST_HEIGHT);
        self.resize(width, whole).await?;
        sleep(Duration::from_millis(100)).await;
        Ok(self.client.screenshot().await?)
    }

    /// How far the page is wider than the window; 0 when it fits.
    pub async fn overflow(&self) -> Result<i64> {
        let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let pixels = self.client.execute(script, Vec::new()).await?;
        Ok(pixels.as_i64().unwrap_or(0))
    }

    /// Ends the browser in good order.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.clone().close().await?)
    }

    /// A window can't be as narrow as a phone; the page is told that it is.
    async fn resize(&self, width: u32, height: u64) -> Result<()> {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.tell("Emulation.setDeviceMetricsOverride", size).await
    }

    async fn tell(&self, name: &'static str, parameters: Value) -> Result<()> {
        let command = DevTools { name, parameters };
        self.client.issue_cmd(command).await?;
        Ok(())
    }
}

async fn until_open(port: u16) -> Result<()> {
    for _ in 0..200 {
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return Ok(());
        }
        sleep(Duration::from_millis(50)).await;
    }
    bail!("chromedriver does not answer")
}

/// A command of the browser's own protocol, passed on by chromedriver.
#[derive(Debug)]
struct DevTools {
    name: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({"cmd": self.name, "params": self.parameters});
        (Method::POST, Some(body.to_string()))
    }
}
