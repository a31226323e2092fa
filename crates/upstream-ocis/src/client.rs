//! The client: what Dezky does with an oCIS server, through the libregraph API (sections 6 and 9).

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use outbound::{Answer, Call, CallError, Cause, Client, Method};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::credential::{Credential, Tokens};
use crate::model::{Drive, DriveChange, Me, NewDrive, TokenStatus};

const ME: &str = "/graph/v1.0/me?$expand=appRoleAssignments";
pub(crate) const DRIVES: &str = "/graph/v1.0/drives";
/// The role Admin; the same on every installation (section 3).
pub(crate) const ADMIN: &str = "71881883-1768-46bd-a24d-a356a2afdf7f";

/// An oCIS server and the credential for it. Clones share the connections and the token.
#[derive(Clone)]
pub struct Ocis {
    client: Client,
    tokens: Arc<Tokens>,
}

impl fmt::Debug for Ocis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ocis")
            .field("base", &self.client.base().as_str())
            .field("credential", &self.tokens.credential)
            .finish()
    }
}

impl Ocis {
    /// `client` has the server's origin as its base address.
    pub fn new(client: Client, credential: Credential) -> Self {
        Self { client, tokens: Arc::new(Tokens::new(credential)) }
    }

    /// Asks who the credential belongs to: proves issuer, directory and role at once (section 10).
    pub async fn probe(&self) -> Result<Me, CallError> {
        me_of(self.send(|| Call::get(ME)).await?)
    }

    /// Whom the server takes a token for that isn't the credential's own (sections 2 and 13). With autoprovisioning it
    /// makes an account where there is none.
    pub async fn token_status(&self, token: SecretString) -> Result<TokenStatus, CallError> {
        let answer = self.client.send(Call::get(ME).bearer(token)).await?;
        match answer.status {
            401 if answer.header("www-authenticate").is_some() => Ok(TokenStatus::Rejected),
            401 => Ok(TokenStatus::UnknownAccount),
            500 => Ok(TokenStatus::Failed),
            _ => me_of(answer).map(TokenStatus::Accepted),
        }
    }

    /// Whether the service user has the role Admin. Losing it is quiet: lists go on, shorter (section 3).
    pub async fn is_admin(&self) -> Result<bool, CallError> {
        Ok(self.probe().await?.is_admin)
    }

    /// Refused unless the service user is Admin.
    pub(crate) async fn must_be_admin(&self, what: &str) -> Result<(), CallError> {
        let me = self.probe().await?;
        if me.is_admin {
            return Ok(());
        }
        let why = format!("{} does not have the role Admin, so {what} is not whole", me.user_name);
        Err(self.refused(403, why))
    }

    /// Makes a project space, with the service user as its manager. Not idempotent: after an unknown effect look
    /// for the description or the alias before doing it again (section 12).
    pub async fn create_drive(&self, new: &NewDrive) -> Result<Drive, CallError> {
        self.check_quota(Some(new.quota_bytes))?;
        let mut body = Map::new();
        body.insert("name".to_owned(), new.name.clone().into());
        body.insert("quota".to_owned(), json!({"total": new.quota_bytes}));
        if !new.description.is_empty() {
            body.insert("description".to_owned(), new.description.clone().into());
        }
        if let Some(alias) = &new.alias {
            body.insert("driveAlias".to_owned(), alias.clone().into());
        }
        let answer = self.send(|| Call::new(Method::Post, DRIVES).json(&body)).await?;
        drive_of(answer)
    }

    /// The drive with that id, disabled ones included. None also when the service user may no longer see it.
    pub async fn drive(&self, id: &str) -> Result<Option<Drive>, CallError> {
        let answer = self.send(|| Call::get(path_of(id))).await?;
        if is_gone(&answer) {
            return Ok(None);
        }
        drive_of(answer).map(Some)
    }

    /// All project spaces, disabled ones included, by name. Refused unless the service user is Admin at the end:
    /// without the role the list holds its own spaces only and does not say so (section 3).
    pub async fn project_drives(&self) -> Result<Vec<Drive>, CallError> {
        // Without an order rows come in a random one, and an unknown filter is ignored (section 6).
        let path = format!("{DRIVES}?$filter=driveType%20eq%20'project'&$orderby=name");
        let answer = self.send(|| Call::get(path.as_str())).await?;
        let list: List = successful(answer)?.json()?;
        self.must_be_admin("the list of spaces").await?;
        let mut seen = BTreeSet::new();
        let drives = list.value.into_iter().filter(|drive| drive.drive_type == "project");
        let once = drives.filter(|drive| seen.insert(drive.id.clone()));
        Ok(once.map(Drive::from).collect())
    }

    /// Changes a drive, a disabled one too.
    pub async fn update_drive(&self, id: &str, change: &DriveChange) -> Result<Drive, CallError> {
        self.check_quota(change.quota_bytes)?;
        let mut body = Map::new();
        if let Some(name) = &change.name {
            body.insert("name".to_owned(), name.clone().into());
        }
        if let Some(description) = &change.description {
            body.insert("description".to_owned(), description.clone().into());
        }
        if let Some(bytes) = change.quota_bytes {
            body.insert("quota".to_owned(), json!({"total": bytes}));
        }
        let answer = self.send(|| Call::new(Method::Patch, path_of(id)).json(&body)).await?;
        drive_of(answer)
    }

    /// Sets how much a drive may hold, a person's own one too: bytes, not negative; 0 is unlimited. Less than what is
    /// in it is taken: nothing is lost, nothing more fits. Safe to repeat.
    pub async fn set_quota(&self, id: &str, bytes: i64) -> Result<Drive, CallError> {
        self.update_drive(id, &DriveChange { quota_bytes: Some(bytes), ..DriveChange::default() }).await
    }

    /// The personal drive of a user by id. None before that user's first request, and for nobody.
    pub async fn personal_drive(&self, user: &str) -> Result<Option<Drive>, CallError> {
        let path = format!("/graph/v1.0/users/{}/drive", escaped(user));
        let answer = self.send(|| Call::get(path.as_str())).await?;
        if is_gone(&answer) {
            return Ok(None);
        }
        drive_of(answer).map(Some)
    }

    /// Disables a drive: it keeps its files and is closed to its members. Again is fine.
    pub async fn disable_drive(&self, id: &str) -> Result<(), CallError> {
        let answer = self.send(|| Call::new(Method::Delete, path_of(id))).await?;
        successful(answer).map(drop)
    }

    /// Opens a disabled drive again.
    pub async fn restore_drive(&self, id: &str) -> Result<Drive, CallError> {
        let restore = || Call::new(Method::Patch, path_of(id)).header("restore", "T").json(&json!({}));
        drive_of(self.send(restore).await?)
    }

    /// Deletes a drive for good, disabling it first. One that is gone already is fine.
    pub async fn purge_drive(&self, id: &str) -> Result<(), CallError> {
        let disabled = self.send(|| Call::new(Method::Delete, path_of(id))).await?;
        if is_gone(&disabled) {
            return Ok(());
        }
        successful(disabled)?;
        let purge = || Call::new(Method::Delete, path_of(id)).header("purge", "T");
        let purged = self.send(purge).await?;
        if is_gone(&purged) {
            return Ok(());
        }
        successful(purged).map(drop)
    }

    /// Sends a call with a token. A 401 changed nothing and may be a token that ended early or an outage of the
    /// issuer: one fresh token, one more try (section 2).
    pub(crate) async fn send(&self, make: impl Fn() -> Call) -> Result<Answer, CallError> {
        let token = self.tokens.current().await?;
        let answer = self.client.send(make().bearer(token.clone())).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        let other: Option<SecretString> = self.tokens.other_than(&token).await?;
        match other {
            Some(other) => self.client.send(make().bearer(other)).await,
            None => Ok(answer),
        }
    }

    /// A negative quota would answer 500 and make the space unreadable (section 7).
    fn check_quota(&self, bytes: Option<i64>) -> Result<(), CallError> {
        if bytes.is_some_and(|bytes| bytes < 0) {
            return Err(self.refused(400, "a quota can't be negative".to_owned()));
        }
        Ok(())
    }

    pub(crate) fn refused(&self, status: u16, why: String) -> CallError {
        CallError::without_effect(self.client.upstream(), Cause::Refused(status, Some(why)))
    }
}

/// The path of a drive.
fn path_of(id: &str) -> String {
    format!("{DRIVES}/{}", escaped(id))
}

/// A part of a path, percent-encoded: ids of drives have a `$`, user names an `@`.
pub(crate) fn escaped(part: &str) -> String {
    let escaped = part.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    escaped.collect()
}

/// The answer when it is a 2xx. Errors without a body, or with a text, have no sentence to give.
pub(crate) fn successful(answer: Answer) -> Result<Answer, CallError> {
    answer.success(|answer| {
        if answer.status != 401 {
            return Some(wire_error(answer)?.message);
        }
        // The proxy challenges tokens that it can't use, not accounts (section 2).
        Some(match answer.header("www-authenticate") {
            Some(_) => "it does not take the token: another issuer, or the issuer is down".to_owned(),
            None => "the account of the token is unknown or disabled".to_owned(),
        })
    })
}

/// A 404 of the API itself: there is no such drive, or none to see. A 404 with a text means a wrong address.
pub(crate) fn is_gone(answer: &Answer) -> bool {
    answer.status == 404 && wire_error(answer).is_some_and(|error| error.code == "itemNotFound")
}

/// The code of an error of the API.
pub(crate) fn code_of(answer: &Answer) -> Option<String> {
    wire_error(answer).map(|error| error.code)
}

fn wire_error(answer: &Answer) -> Option<WireError> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    WireError::deserialize(&body["error"]).ok()
}

fn me_of(answer: Answer) -> Result<Me, CallError> {
    let me: WireMe = successful(answer)?.json()?;
    let is_admin = me.assignments.iter().any(|role| role.app_role_id == ADMIN);
    Ok(Me { id: me.id, user_name: me.user_name, is_admin })
}

fn drive_of(answer: Answer) -> Result<Drive, CallError> {
    Ok(successful(answer)?.json::<WireDrive>()?.into())
}

#[derive(Deserialize)]
struct WireError {
    code: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct WireMe {
    id: String,
    #[serde(rename = "onPremisesSamAccountName")]
    user_name: String,
    #[serde(rename = "appRoleAssignments", default)]
    assignments: Vec<WireRole>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRole {
    app_role_id: String,
}

#[derive(Deserialize)]
struct List {
    value: Vec<WireDrive>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireDrive {
    id: String,
    name: String,
    description: Option<String>,
    #[serde(default)]
    drive_alias: String,
    drive_type: String,
    quota: Option<WireQuota>,
    #[serde(default)]
    root: WireRoot,
}

#[derive(Deserialize)]
struct WireQuota {
    total: Option<i64>,
    used: Option<i64>,
}

#[derive(Deserialize, Default)]
struct WireRoot {
    deleted: Option<Value>,
}

impl From<WireDrive> for Drive {
    fn from(wire: WireDrive) -> Self {
        let disabled = wire.root.deleted.is_some();
        let quota = wire.quota.as_ref();
        // A disabled drive without a limit has an empty quota (section 6).
        let unlimited = quota.filter(|_| disabled).map(|_| 0);
        Self {
            quota_total: quota.and_then(|quota| quota.total).or(unlimited),
            quota_used: quota.and_then(|quota| quota.used),
            id: wire.id,
            name: wire.name,
            description: wire.description.filter(|text| !text.is_empty()),
            alias: wire.drive_alias,
            disabled,
        }
    }
}
