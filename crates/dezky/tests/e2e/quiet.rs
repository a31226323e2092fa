//! No main page makes the browser complain: no error of a script, no failed load, no violation of the policy.

use crate::console::{IDA, sign_in};
use crate::journey::journey;

const OPERATOR: &[&str] = &[
    "/",
    "/tenants",
    "/tenants?q=nord",
    "/tenants?q=nobody-of-that-name",
    "/tenants/new",
    "/tenants/acme",
    "/tenants/acme/edit",
    "/tenants/acme/plan",
    "/tenants/acme/audit",
    "/audit",
    "/infrastructure",
    "/_components",
];
const PORTAL: &[&str] = &["/", "/admin", "/admin/acme/audit"];

#[tokio::test]
async fn no_page_makes_the_browser_complain() {
    journey("quiet", "small", async |stage| {
        let ida = stage.browser().await;
        let mut complaints = Vec::new();
        let mut anna = None;
        for (console, email, paths) in [("operator", IDA, OPERATOR), ("portal", "anna@acme.test", PORTAL)] {
            let browser = if email == IDA { ida.clone() } else { stage.browser().await };
            sign_in(stage, &browser, console, email).await;
            // What the sign-in service's own page said is not ours.
            browser.complaints().await;
            for path in paths {
                browser.open(&stage.url(console, path)).await;
                let wide = browser.run("return document.documentElement.scrollWidth > innerWidth").await;
                assert_eq!(wide, false, "{console}{path} is wider than the window");
                let said = browser.complaints().await;
                complaints.extend(said.into_iter().map(|said| format!("{console}{path}: {said}")));
            }
            anna = Some(browser);
        }
        let browser = anna.unwrap();
        for url in [stage.url("portal", "/signed-out"), stage.url("docs", "/")] {
            browser.open(&url).await;
            let said = browser.complaints().await;
            complaints.extend(said.into_iter().map(|said| format!("{url}: {said}")));
        }
        assert!(complaints.is_empty(), "{complaints:#?}");
    })
    .await;
}
