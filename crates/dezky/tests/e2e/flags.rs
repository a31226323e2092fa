//! The form of a flag: what it says that it reaches, while one types.

use outbound::Method;
use serde_json::json;

use crate::console::{IDA, sign_in};
use crate::journey::journey;

const BUSY: &str = "//*[@id=\"reach\"][@aria-busy=\"true\"]";

#[tokio::test]
async fn what_a_flag_reaches_is_not_said_of_what_stood_there_before() {
    journey("flag-preview", "small", async |stage| {
        let flag = json!({"key": "beta", "kind": "rollout", "shareBasisPoints": 10_000});
        stage.call(Method::Post, "/api/flags", Some(flag)).await;
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        ida.open(&stage.url("operator", "/flags/beta")).await;
        ida.loses(BUSY).await;
        // The answer is late.
        ida.run("window.answers = window.fetch; window.fetch = () => new Promise(() => {})").await;
        ida.fill("Share", "0").await;
        ida.finds(BUSY).await;
        // It fails.
        ida.run("window.fetch = () => Promise.reject(new TypeError('away'))").await;
        ida.fill("Share", "1").await;
        ida.sees("We couldn’t count the tenants it reaches").await;
        ida.loses(BUSY).await;
        // It comes.
        ida.run("window.fetch = window.answers").await;
        ida.fill("Share", "0").await;
        ida.finds("//*[@id=\"reach\"][not(@aria-busy)][contains(., \"Reaches 0 of\")]").await;
    })
    .await;
}
