//! The pages: what an operator sees, and that nothing typed is run or lost.

use serde_json::json;

use super::{attach, partner, rig};

const FORM: [(&str, &str); 11] = [
    ("name", "Ærø IT ApS"),
    ("slug", "aeroe-it"),
    ("domain", ""),
    ("marginPct", "12.5"),
    ("contactInfo.name", "Nora"),
    ("contactInfo.email", ""),
    ("contactInfo.phone", ""),
    ("billingInfo.company", ""),
    ("billingInfo.vatId", ""),
    ("billingInfo.country", ""),
    ("billingInfo.email", ""),
];

#[tokio::test]
async fn the_form_makes_a_partner_and_mistakes_come_back_at_their_fields() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let mut form = FORM;
    form[3].1 = "12,5";
    let back = rig.send_form(&operator, "/partners", &form).await;
    assert_eq!(back.status.as_u16(), 422);
    assert!(back.text.contains("Ærø IT ApS") && back.text.contains("12,5"), "{}", back.text);
    assert!(back.text.contains("Enter a percentage from 0 to 100"), "{}", back.text);
    let sent = rig.send_form(&operator, "/partners", &FORM).await;
    assert_eq!(sent.status.as_u16(), 303, "{}", sent.text);
    assert_eq!(sent.headers["location"], "/partners/aeroe-it?done=create");
    let page = rig.page(&operator, "/partners/aeroe-it?done=create").await.text;
    for seen in ["Ærø IT ApS was created", "12.50 % margin", "Nora", "Active"] {
        assert!(page.contains(seen), "{seen} is missing in {page}");
    }
    assert!(rig.page(&operator, "/partners?q=aero").await.text.contains("Ærø IT ApS"));
}

#[tokio::test]
async fn a_form_that_somebody_else_overtook_shows_both() {
    let rig = rig().await;
    let operator = rig.operator().await;
    partner(&rig, "nordit", "NordIT").await;
    super::change(&rig, "/api/partners/nordit", json!({"name": "NordIT A/S"})).await;
    let late = [("version", "1"), ("name", "Nord IT Danmark"), ("domain", "")];
    let back = rig.send_form(&operator, "/partners/nordit/edit", &late).await;
    assert_eq!(back.status.as_u16(), 422);
    assert!(back.text.contains("Nord IT Danmark") && back.text.contains("NordIT A/S"), "{}", back.text);
    assert!(back.text.contains("name=\"version\" value=\"2\""), "sent again, it is over what was shown");
}

#[tokio::test]
async fn ending_says_whom_it_concerns_and_needs_the_name_typed() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let nordit = partner(&rig, "nordit", "NordIT").await;
    for slug in ["acme", "fjord"] {
        rig.make(slug, slug, None).await;
        attach(&rig, "nordit", slug).await;
    }
    let frida = rig.person("frida@nordit.test", &[], access::Surface::Portal).await;
    super::employ(&rig, &frida, &nordit, access::PartnerRole::Owner).await;
    let page = rig.page(&operator, "/partners/nordit").await.text;
    for seen in ["One person is locked out", "2 customers go on as they are"] {
        assert!(page.contains(seen), "{seen} is missing in {page}");
    }
    let wrong = rig.send_form(&operator, "/partners/nordit/terminate", &[("confirm", "nordit")]).await;
    assert_eq!(wrong.status.as_u16(), 422);
    assert!(wrong.text.contains("That isn’t the name of this partner"));
    let right = rig.send_form(&operator, "/partners/nordit/terminate", &[("confirm", "NordIT")]).await;
    assert_eq!(right.status.as_u16(), 303);
    let ended = rig.page(&operator, "/partners/nordit").await.text;
    assert!(!ended.contains("/partners/nordit/terminate") && ended.contains("This partner has ended"));
}

#[tokio::test]
async fn customers_are_attached_and_detached_on_their_page() {
    let rig = rig().await;
    let operator = rig.operator().await;
    partner(&rig, "nordit", "NordIT").await;
    rig.make("acme", "Acme Widgets", None).await;
    let at = "/partners/nordit/customers";
    let unknown = rig.send_form(&operator, at, &[("slug", "nowhere")]).await;
    assert_eq!(unknown.status.as_u16(), 422);
    assert!(unknown.text.contains("There is no workspace “nowhere”"), "{}", unknown.text);
    assert_eq!(rig.send_form(&operator, at, &[("slug", "acme")]).await.status.as_u16(), 303);
    let page = rig.page(&operator, at).await.text;
    assert!(page.contains("Acme Widgets") && page.contains("href=\"/tenants/acme\""), "{page}");
    let detached = rig.send_form(&operator, &format!("{at}/acme/detach"), &[]).await;
    assert_eq!(detached.status.as_u16(), 303);
    assert!(!rig.page(&operator, at).await.text.contains("Acme Widgets"));
}

#[tokio::test]
async fn the_activity_of_a_partner_is_its_own() {
    let rig = rig().await;
    let operator = rig.operator().await;
    partner(&rig, "nordit", "NordIT").await;
    partner(&rig, "alpenwerk", "Alpenwerk").await;
    rig.send_form(&operator, "/partners/nordit/suspend", &[]).await;
    let page = rig.page(&operator, "/partners/nordit/audit").await.text;
    assert_eq!(page.matches("/partners/nordit/audit?open=aud_").count(), 2, "made and suspended: {page}");
    assert!(!page.contains("Alpenwerk"), "{page}");
}

#[tokio::test]
async fn what_people_type_is_shown_and_never_run() {
    let rig = rig().await;
    let operator = rig.operator().await;
    partner(&rig, "xss", "<script>alert(1)</script>").await;
    for path in ["", "/xss", "/xss/edit", "/xss/customers", "/xss/audit"] {
        let page = rig.page(&operator, &format!("/partners{path}")).await;
        assert_eq!(page.status.as_u16(), 200, "{path}");
        assert!(!page.text.contains("<script>alert"), "{path}");
        assert!(page.text.contains("&lt;script&gt;"), "{path}");
    }
}
