//! The crawl finds what it is there to find: each fault that is planted is told.

use serde_json::json;

use super::walker::{RULES, USE, WIDE, texts};
use crate::browser::Browser;
use crate::console::{IDA, sign_in};
use crate::journey::journey;

/// Faults in a page that is right, and what is said of each.
const PLANTED: &[(&str, &str)] = &[
    ("document.querySelector('h1').remove()", "there are 0 main headings"),
    ("document.querySelector('main tbody a').replaceChildren()", "a control has no name"),
    (
        "document.querySelector('main').append(document.querySelector('.nav').cloneNode(true))",
        "two landmarks are",
    ),
    ("document.querySelector('h1').style.color = 'rgb(200 200 200)'", "too little contrast"),
    (
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<input name=x>')",
        "a field has no label",
    ),
    ("document.documentElement.lang = ''", "the page's language"),
    (
        "document.querySelector('main').append('x'); document.querySelector('main').style.width = '2000px'",
        "wider",
    ),
    ("document.querySelector('#me').remove()", "a menu doesn't open"),
    ("document.querySelector('#palette').showModal = () => {}", "doesn't open"),
    (
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<div data-live=\"/nowhere\"></div>')",
        "isn't connected",
    ),
    ("setTimeout(() => { throw new Error('planted') })", "a script failed"),
    ("fetch('/nowhere')", "was answered 404"),
];
/// What `action` of a form is where one of its fields has that name.
const SHADOWED: &str = "const get = Element.prototype.getAttribute; \
    Element.prototype.getAttribute = function (name) { \
        return this instanceof HTMLFormElement && name === 'action' ? String(this.action) : get.call(this, name); \
    };";

async fn told(browser: &Browser) -> String {
    let mut said = texts(&browser.run(RULES).await);
    browser.look(360, "light").await;
    said.extend(texts(&browser.run(WIDE).await));
    browser.look(1280, "light").await;
    said.extend(browser.run_async(USE, vec![json!(false)]).await);
    said.join("\n")
}

#[tokio::test]
async fn each_planted_fault_is_found() {
    journey("planted", "small", async |stage| {
        let browser = stage.browser().await;
        browser.prepare(include_str!("hook.js")).await;
        browser.look(1280, "light").await;
        sign_in(stage, &browser, "operator", IDA).await;
        let page = stage.url("operator", "/audit");
        // First, for a browser fills filters in again with what was chosen before, and is led astray by itself then.
        browser.open(&page).await;
        browser.run(SHADOWED).await;
        let said = told(&browser).await;
        assert!(said.contains("[object HTMLSelectElement]"), "{said}");
        browser.open(&page).await;
        assert_eq!(told(&browser).await, "");
        for (plant, says) in PLANTED {
            browser.open(&page).await;
            browser.run(plant).await;
            let said = told(&browser).await;
            assert!(said.contains(says), "{plant}: {said}");
        }
    })
    .await;
}
