//! What members have upstream, as the reconciler sees it.

mod files_quota;
mod files_user;
mod mailbox;
mod membership;
mod space;
mod user;

use platform::Upstreams;
use reconcile::{Actual, FieldChange, Problem, Registered};
use serde_json::Value;

use crate::desired::{FILES_QUOTA, FILES_USER, MAILBOX, MEMBERSHIP, SPACE_MEMBERSHIP, USER};

/// The kinds that the slice brings.
pub fn kinds(upstreams: &Upstreams) -> Vec<Registered> {
    let [user, membership] = match &upstreams.authentik {
        Ok(client) => [
            Registered::on(user::User(client.clone())),
            Registered::on(membership::Membership(client.clone())),
        ],
        Err(why) => [Registered::off(USER, why), Registered::off(MEMBERSHIP, why)],
    };
    let mailbox = match &upstreams.stalwart {
        Ok(client) => Registered::on(mailbox::Mailbox(client.clone())),
        Err(why) => Registered::off(MAILBOX, why),
    };
    let [files_user, files_quota, space] = match &upstreams.ocis {
        Ok(client) => [
            Registered::on(files_user::FilesUser(client.clone())),
            Registered::on(files_quota::FilesQuota(client.clone())),
            Registered::on(space::SpaceMembership(client.clone())),
        ],
        Err(why) => [FILES_USER, FILES_QUOTA, SPACE_MEMBERSHIP].map(|kind| Registered::off(kind, why)),
    };
    vec![user, membership, mailbox, files_user, files_quota, space]
}

/// The differences in the fields that are compared; the rest of a spec says of what it is.
pub fn compared(spec: &Value, actual: &Actual, fields: &[&str]) -> Vec<FieldChange> {
    let differs = |field: &&str| {
        let want = spec.get(field)?;
        let have = actual.fields.get(field).unwrap_or(&Value::Null);
        (have != want).then(|| FieldChange {
            field: (*field).to_owned(),
            want: want.clone(),
            have: have.clone(),
        })
    };
    fields.iter().filter_map(differs).collect()
}

/// What a field of a spec or of what was read says.
fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The id of something that is needed. The reconciler has found it before it asks to make anything.
fn needed(ids: &[String], at: usize) -> Result<&str, Problem> {
    let found = ids.get(at).map(String::as_str);
    found.ok_or_else(|| Problem::Blocked("what it needs isn't there yet".to_owned()))
}
