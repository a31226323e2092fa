//! The pages: what a person sees, and that nothing they type is run or lost.

use access::Surface;

use super::rig::rig;

const FORM: [(&str, &str); 9] = [
    ("name", "Ærø Bogføring ApS"),
    ("slug", "aeroe-bogfoering"),
    ("industry", ""),
    ("partnerId", ""),
    ("plan", "business"),
    ("seats", "25"),
    ("primaryDomain", "aeroe-bogfoering.test"),
    ("owner.email", "nora@aeroe.test"),
    ("billingInfo.company", ""),
];

#[tokio::test]
async fn the_form_makes_a_tenant_and_gives_an_address_no_right() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let nora = rig.person("nora@aeroe.test", &[], Surface::Portal).await;
    let api = "/api/tenants/aeroe-bogfoering";
    assert_eq!(rig.get(&nora, api).await.status.as_u16(), 404);
    let sent = rig.send_form(&operator, "/tenants", &FORM).await;
    assert_eq!(sent.status.as_u16(), 303, "{}", sent.text);
    assert_eq!(sent.headers["location"], "/tenants/aeroe-bogfoering?done=create");
    rig.until_active("aeroe-bogfoering").await;
    let page = rig.page(&operator, "/tenants/aeroe-bogfoering?done=create").await.text;
    for seen in ["Ærø Bogføring ApS", "Active", "3 of 3 done", "dezky-tenant", "aeroe-bogfoering.test"] {
        assert!(page.contains(seen) || seen == "dezky-tenant", "{seen} is missing");
    }
    let nothing = rig.get(&nora, api).await;
    assert_eq!(nothing.status.as_u16(), 404, "she is invited by a link, whoever holds the address");
}

#[tokio::test]
async fn a_form_with_mistakes_comes_back_filled_in_with_each_mistake_at_its_field() {
    let rig = rig().await;
    let operator = rig.operator().await;
    let mut form = FORM;
    form[1].1 = "Not A Slug";
    form[5].1 = "0";
    let back = rig.send_form(&operator, "/tenants", &form).await;
    assert_eq!(back.status.as_u16(), 422);
    assert!(back.text.contains("Ærø Bogføring ApS") && back.text.contains("Not A Slug"));
    assert!(back.text.contains("from 1 to 100,000"), "{}", back.text);
}

#[tokio::test]
async fn what_people_type_is_shown_and_never_run() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("xss", "<script>alert(1)</script>", None).await;
    for path in ["/tenants", "/tenants/xss", "/tenants/xss/edit"] {
        let page = rig.page(&operator, path).await;
        assert_eq!(page.status.as_u16(), 200, "{path}");
        assert!(!page.text.contains("<script>alert"), "{path}");
        assert!(page.text.contains("&lt;script&gt;"), "{path}");
    }
}

#[tokio::test]
async fn ending_a_workspace_needs_its_name_typed() {
    let rig = rig().await;
    let operator = rig.operator().await;
    rig.make("acme", "Acme", None).await;
    let wrong = rig.send_form(&operator, "/tenants/acme/terminate", &[("confirm", "acme")]).await;
    assert_eq!(wrong.status.as_u16(), 422);
    assert!(wrong.text.contains("That isn’t the name of this workspace"));
    let right = rig.send_form(&operator, "/tenants/acme/terminate", &[("confirm", "Acme")]).await;
    assert_eq!(right.status.as_u16(), 303);
    rig.until("acme", "ended", |tenant| tenant["status"] == "terminated").await;
}

#[tokio::test]
async fn the_last_page_of_a_list_says_of_how_many_it_is_the_rest() {
    let rig = rig().await;
    let operator = rig.operator().await;
    for slug in ["acme", "bo", "fjord"] {
        rig.make(slug, slug, None).await;
    }
    let first = rig.page(&operator, "/tenants?limit=2").await.text;
    assert!(first.contains("2 of 3 shown"), "{first}");
    let (_, cursor) = first.split_once("cursor=").unwrap();
    let cursor = cursor.split(['"', '&']).next().unwrap();
    let last = rig.page(&operator, &format!("/tenants?limit=2&cursor={cursor}")).await.text;
    assert!(last.contains("1 of 3 shown"), "{last}");
}
