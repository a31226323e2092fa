//! One journey: the product, the browsers that were opened, and pictures of them when it fails.

use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;

use futures_util::FutureExt as _;
use outbound::{Call, Method};
use serde_json::{Value, json};

use crate::browser::{Browser, Script};
use crate::harness::{Product, client, get, json as read};

/// Where a journey takes place.
pub struct Stage {
    pub product: Product,
    browsers: RefCell<Vec<Browser>>,
}

/// Starts the product with that demo data and goes on the journey. Pictures of a failure are kept in `target/e2e`.
pub async fn journey(name: &str, demo: &str, steps: impl AsyncFnOnce(&Stage)) {
    let stage = Stage { product: Product::start(demo).await, browsers: RefCell::default() };
    pictured(name, &stage.browsers, steps(&stage)).await;
}

/// Goes on a journey elsewhere, whose browsers are noted, with pictures of a failure as above.
pub async fn pictured(name: &str, browsers: &RefCell<Vec<Browser>>, steps: impl Future<Output = ()>) {
    let gone = AssertUnwindSafe(steps).catch_unwind().await;
    if let Err(failure) = gone {
        let browsers = browsers.take();
        for (n, browser) in browsers.iter().enumerate() {
            keep_picture(&format!("{name}-{}", n + 1), browser).await;
        }
        std::panic::resume_unwind(failure);
    }
}

async fn keep_picture(name: &str, browser: &Browser) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("e2e");
    let _ = std::fs::create_dir_all(&folder);
    if let Ok(picture) = browser.client.screenshot().await {
        let file = folder.join(format!("{name}.png"));
        let _ = std::fs::write(&file, picture);
        eprintln!("a picture of the failure: {}", file.display());
    }
    if let Ok(source) = browser.client.source().await {
        let _ = std::fs::write(folder.join(format!("{name}.html")), source);
    }
}

impl Stage {
    /// A browser of somebody's own.
    pub async fn browser(&self) -> Browser {
        self.browser_with(Script::Allowed).await
    }

    /// A browser that may or may not run scripts.
    pub async fn browser_with(&self, script: Script) -> Browser {
        let browser = Browser::start(script).await;
        self.browsers.borrow_mut().push(browser.clone());
        browser
    }

    /// The address of a page: `operator`, `portal` or `docs`, and a path.
    pub fn url(&self, part: &str, path: &str) -> String {
        format!("{}{path}", self.product.origin(part))
    }

    /// The password of a person.
    pub fn password(&self, email: &str) -> &str {
        let people = self.product.said["people"].as_array().unwrap();
        let person = people.iter().find(|person| person["email"] == email).unwrap();
        person["password"].as_str().unwrap()
    }

    /// Calls the API as platform admin.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let token = self.product.token("ida@dezky.test", "operator");
        let answer = self.product.call(method, path, token, body).await;
        assert!(answer.status < 300, "{path}: {}", read(&answer));
        read(&answer)
    }

    /// Sets the faults of a simulator.
    pub async fn set_faults(&self, simulator: &str, faults: Value) {
        let call = Call::new(Method::Put, "/_sim/faults").json(&json!({"faults": faults}));
        let origin = self.product.origin(&format!("sandbox/{simulator}"));
        assert_eq!(client(origin).send(call).await.unwrap().status, 204);
    }

    /// The objects of a kind in a simulator that mention `needle`.
    pub async fn inventory(&self, simulator: &str, kind: &str, needle: &str) -> Vec<Value> {
        let origin = self.product.origin(&format!("sandbox/{simulator}"));
        let all = read(&get(origin, "/_sim/inventory").await);
        let objects = all[kind].as_array().unwrap();
        objects.iter().filter(|object| object.to_string().contains(needle)).cloned().collect()
    }
}
