//! Signing out ends the session here and at the sign-in service.

use outbound::Call;

use crate::console::{IDA, NORA, sign_in, sign_out, type_password};
use crate::harness::client;
use crate::journey::journey;

#[tokio::test]
async fn after_a_sign_out_the_password_is_asked_for_again() {
    journey("sign-out", "none", async |stage| {
        let ida = stage.browser().await;
        sign_in(stage, &ida, "operator", IDA).await;
        ida.follow("Tenants").await;
        ida.sees("All customers").await;
        sign_out(&ida, "Ida Holm").await;
        assert_eq!(ida.at().await.as_str(), stage.url("operator", "/signed-out"));
        let cookies = ida.client.get_all_cookies().await.unwrap();
        assert!(cookies.iter().all(|cookie| cookie.name() != "dezky_operator"), "{cookies:?}");
        // Neither the cache nor the list of visited pages shows what she saw.
        for _ in 0..3 {
            ida.client.back().await.unwrap();
            ida.sees_no("All customers").await;
            ida.sees_no("Ida Holm").await;
        }
        ida.open(&stage.url("operator", "/tenants")).await;
        type_password(stage, &ida, IDA).await;
        ida.arrives_at(&stage.url("operator", "/tenants")).await;
        ida.sees("All customers").await;
    })
    .await;
}

#[tokio::test]
async fn a_session_of_the_portal_opens_nothing_on_the_operator_console() {
    journey("surfaces", "none", async |stage| {
        let nora = stage.browser().await;
        sign_in(stage, &nora, "portal", NORA).await;
        nora.sees("No workspace yet").await;
        let cookie = nora.client.get_named_cookie("dezky_portal").await.unwrap();
        for name in ["dezky_portal", "dezky_operator"] {
            let cookie = format!("{name}={}", cookie.value());
            let call = Call::get("/tenants").header("cookie", cookie);
            let answer = client(stage.product.origin("operator")).send(call).await.unwrap();
            assert_eq!(answer.status, 303, "{name}");
            assert_eq!(answer.header("location"), Some("/sign-in?next=%2Ftenants"), "{name}");
        }
        // The sign-in service knows her, and lets nobody sign in there but operators.
        nora.open(&stage.url("operator", "/tenants")).await;
        nora.sees("You may not use this application").await;
        // Should it let her, she is told that she has no right.
        stage.product.open_operator_console().await;
        nora.open(&stage.url("operator", "/tenants")).await;
        nora.sees("You don’t have access").await;
        nora.sees("Only platform admins can do this").await;
    })
    .await;
}
