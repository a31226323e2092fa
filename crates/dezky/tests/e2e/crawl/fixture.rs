//! What the crawl finds: one object of each kind that a path can name, made to be thrown away.

use std::time::Duration;

use outbound::Method;
use serde_json::{Value, json};

use crate::journey::Stage;

/// The pages of what was made, and of what the demo has.
pub struct Fixture {
    pub admin: Vec<String>,
    pub operator: Vec<String>,
    /// What is open to somebody who isn't signed in.
    pub stranger: Vec<String>,
}

/// Somebody's id in `acme`, once they are a member: those of the demo become so by themselves.
async fn member_of(stage: &Stage, email: &str) -> String {
    for _ in 0..200 {
        let all = stage.call(Method::Get, "/api/tenants/acme/users?limit=200", None).await;
        let found = all["items"].as_array().into_iter().flatten().find(|user| user["email"] == email);
        if let Some(id) = found.and_then(|user| user["id"].as_str()) {
            return id.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{email} never becomes a member");
}

/// Waits until everybody of an import is there, and one of them waits for a first password.
async fn imported(stage: &Stage, import: &str) {
    for _ in 0..300 {
        let path = format!("/api/tenants/acme/imports/{import}");
        let now = stage.call(Method::Get, &path, None).await;
        if now["waiting"] == 0 && now["underWay"] == 0 && now["withoutPassword"] == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the import never ends");
}

/// Invites an address; gives the path of the link that its mail has.
async fn invitation(stage: &Stage, slug: &str, email: &str) -> String {
    let body = json!({"email": email, "name": "Signe Østergaard"});
    stage.call(Method::Post, &format!("/api/tenants/{slug}/invitations"), Some(body)).await;
    for _ in 0..200 {
        let mails = stage.inventory("mail", "mails", email).await;
        let text = mails.first().map(Value::to_string).unwrap_or_default();
        if let Some((_, rest)) = text.split_once("/invitation/") {
            let secret: String =
                rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
            return format!("/invitation/{secret}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no mail to {email} came");
}

/// Makes them in `acme`.
pub async fn make(stage: &Stage) -> Fixture {
    let post = async |path: &str, body: Value| -> Value {
        stage.call(Method::Post, &format!("/api/tenants/acme/{path}"), Some(body)).await
    };
    let id = |made: &Value| made["id"].as_str().unwrap_or_default().to_owned();
    let at = |local: &str| format!("{local}@acme-widgets.test");
    let person = json!({"name": "Lone Skov", "email": "lone@private.test", "mailbox": "lone"});
    let member = id(&post("users", person).await);
    let reader =
        id(&post("users", json!({"name": "Per Vig", "email": "per@private.test", "mailbox": "per"})).await);
    let closed_out = id(&post("users", json!({"name": "Ole Kok", "email": "ole@private.test"})).await);
    post(&format!("users/{closed_out}/suspend"), json!({})).await;
    post("mail/aliases", json!({"address": at("sales"), "target": at("per")})).await;
    let recipients = [at("sales"), at("lone"), "accountant@elsewhere.test".to_owned()];
    let list = id(&post("mail/lists", json!({"address": at("invoices"), "recipients": recipients})).await);
    let shared = json!({"address": at("support"), "name": "Support", "readers": [at("per"), at("lone")]});
    let shared = id(&post("mail/shared", shared).await);
    // Little is left, as where storage is given out.
    let storage = stage.call(Method::Get, "/api/tenants/acme/storage", None).await;
    let rest = json!({"spaceBytes": storage["total"].as_i64().unwrap_or_default() - (4 << 30)});
    stage.call(Method::Patch, "/api/tenants/acme/storage", Some(rest)).await;
    let group = json!({
        "name": "Finance", "address": at("finance"), "spaceBytes": 1_i64 << 30, "members": [member, reader],
    });
    let group = id(&post("groups", group).await);
    let import = json!({"csv": "name,email\nRia Hav,ria@private.test\nKim Bay,kim@acme-widgets.test\nNobody,nothing\n", "passwords": "invite"});
    let import = id(&post("imports", import).await);
    imported(stage, &import).await;
    post("domains", json!({"name": "new-brand.test"})).await;
    let maja = member_of(stage, "maja@acme.test").await;
    let mailbox = json!({"mailbox": "maja"});
    stage.call(Method::Patch, &format!("/api/tenants/acme/users/{maja}"), Some(mailbox)).await;
    let stranger = invitation(stage, "acme", "signe@elsewhere.test").await;
    let staff = json!({"email": "staff@elsewhere.test", "role": "support"});
    stage.call(Method::Post, "/api/partners/nordit/invitations", Some(staff)).await;
    // Into another workspace; links of this one are sent anew meanwhile.
    let own = invitation(stage, "fjord", "anna.ae@elsewhere.test").await;
    let admin = [
        format!("members/{maja}"),
        format!("members/{member}"),
        format!("members/{reader}"),
        format!("members/{closed_out}"),
        "mail/aliases/sales@acme-widgets.test".to_owned(),
        format!("mail/lists/{list}"),
        format!("mail/shared/{shared}"),
        format!("groups/{group}"),
        format!("imports/{import}"),
        "domains/acme-widgets.test".to_owned(),
        "domains/acme-widgets.test/publish".to_owned(),
        "domains/new-brand.test".to_owned(),
    ];
    let mut admin = admin.map(|path| format!("/admin/acme/{path}")).to_vec();
    admin.extend(["/", "/admin", "/_components"].map(str::to_owned));
    admin.push(own);
    let operator = ["/", "/tenants/skovbo", "/tenants/acme", "/tenants/acme/domains"];
    let mut operator = operator.map(str::to_owned).to_vec();
    operator.extend(
        ["members", "invitations", "domains/new-brand.test"].map(|path| format!("/tenants/acme/{path}")),
    );
    operator.push(format!("/tenants/acme/members/{maja}"));
    for key in ["running", "stopped"] {
        stage.call(Method::Post, "/api/flags", Some(json!({"key": key, "kind": "on"}))).await;
        operator.push(format!("/flags/{key}"));
    }
    stage.call(Method::Post, "/api/flags/stopped/kill", Some(json!({}))).await;
    operator.extend(["/partners/nordit", "/partners/nordit/staff"].map(str::to_owned));
    operator.extend(["/_components", "/signed-out"].map(str::to_owned));
    let stranger = vec!["/signed-out".to_owned(), stranger];
    Fixture { admin, operator, stranger }
}
