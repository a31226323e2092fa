//! Who may see the plan of a tenant.

use access::Surface;
use serde_json::json;
use testkit::Who;

use super::rig;

#[tokio::test]
async fn a_plan_is_for_operators_on_their_surface() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("acme", "Acme", None).await;
    let same_person_at_the_portal = Who { surface: Surface::Portal, ..operator };
    let trainee = rig.person("jonas@dezky.test", &[], Surface::Operator).await;
    for (who, missing) in [(&same_person_at_the_portal, "audience"), (&trainee, "platform-admin")] {
        let refused = rig.post(who, "/api/tenants/acme/plan", json!({})).await;
        assert_eq!(refused.status.as_u16(), 403, "{missing}");
        assert_eq!(refused.json()["type"], format!("urn:dezky:problem:missing-{missing}"));
    }
}
