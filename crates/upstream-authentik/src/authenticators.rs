//! The second factors of a person, and who has any (section 4). A type that the token may not see looks like "no device"
//! in the list of one person; the lists by type refuse instead.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use kernel::Timestamp;
use outbound::{Call, CallError, Method};
use serde::Deserialize;
use serde_json::Value;

use crate::Authentik;
use crate::client::{accept, body_of, is_missing};
use crate::pages::Listing;
use crate::users::moment;

const DEVICES: &str = "/api/v3/authenticators/admin/";

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceKind {
    /// An app that shows codes.
    Totp,
    /// A security key or passkey.
    WebAuthn,
    /// Recovery codes: no second factor of their own.
    RecoveryCodes,
    /// Codes by text message.
    Sms,
    /// Codes by mail.
    Email,
    /// Duo.
    Duo,
    /// Something that this client does not know; it can't be removed here.
    Other,
}

/// A device of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    /// Unique among devices of one kind only.
    pub id: String,
    /// What it is.
    pub kind: DeviceKind,
    /// The name that it was given.
    pub name: String,
    /// Whether its enrolment was finished.
    pub confirmed: bool,
    /// When it was enrolled.
    pub created: Option<Timestamp>,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
}

impl Device {
    /// Whether it counts as a second factor: confirmed, and more than recovery codes.
    pub fn is_second_factor(&self) -> bool {
        self.confirmed && self.kind != DeviceKind::RecoveryCodes
    }
}

#[derive(Deserialize)]
struct Row {
    pk: Value,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    meta_model_name: String,
    #[serde(default)]
    confirmed: bool,
    #[serde(default, deserialize_with = "moment")]
    created: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    last_used: Option<Timestamp>,
}

/// What counts as a second factor, as in the paths of the lists by type. Unfinished enrolments are in none of them.
const SECOND_FACTORS: [&str; 5] = ["totp", "webauthn", "sms", "email", "duo"];

/// Only these lists say whose a device is.
#[derive(Deserialize)]
struct OwnedRow {
    pk: i64,
    user: DeviceOwner,
}

#[derive(Deserialize)]
struct DeviceOwner {
    pk: i64,
}

impl Authentik {
    /// The numbers of all users who have a second factor: one list for each type, whoever asks about whom. Whoever is
    /// not in it has none, so a list that can't be read, or not in full, is an error.
    pub async fn users_with_second_factor(&self) -> Result<BTreeSet<i64>, CallError> {
        let lists = SECOND_FACTORS.map(|kind| self.owners_of_kind(kind));
        Ok(try_join_all(lists).await?.into_iter().flatten().collect())
    }

    async fn owners_of_kind(&self, kind: &str) -> Result<Vec<i64>, CallError> {
        Ok(self.owned(kind).await?.into_iter().map(|row| row.user.pk).collect())
    }

    /// All devices of one type, each with its user.
    async fn owned(&self, kind: &str) -> Result<Vec<OwnedRow>, CallError> {
        let path = format!("{DEVICES}{kind}/");
        // Most of them have the same name, so the order by name could change from page to page.
        let listing = Listing { path: &path, what: "second factors", ordering: "pk", filters: &[] };
        self.all_rows(&listing, |row: &OwnedRow| row.pk).await
    }

    /// The devices of a user, recovery codes too; none when there is no such user. The rows don't name their user
    /// and come for everybody when none is asked for, so this is the only list.
    pub async fn devices_of(&self, user: i64) -> Result<Option<Vec<Device>>, CallError> {
        let answer = self.send(Call::get(format!("{DEVICES}all/")).query("user", user)).await?;
        if answer.status == 400 && body_of(&answer).is_some_and(|body| body["user"].is_array()) {
            return Ok(None);
        }
        let rows: Vec<Row> = accept(answer)?.json()?;
        let mut devices: Vec<Device> = rows.into_iter().map(device).collect();
        devices.sort_by_key(|device| (device.kind as u8, device.id.clone()));
        devices.dedup_by(|a, b| a.kind == b.kind && a.id == b.id);
        Ok(Some(devices))
    }

    /// Removes a device of a user, so that they enrol anew; one that is gone already is a success. Refused when it is
    /// another user's: a server that doesn't know the filter by user lists those of everybody. Safe to repeat.
    pub async fn remove_device(&self, user: i64, device: &Device) -> Result<(), CallError> {
        let Some(kind) = word(device.kind) else {
            return Err(
                self.refused(400, format!("Dezky does not know what kind of device {} is", device.name))
            );
        };
        let owned = self.owned(kind).await?;
        let Some(row) = owned.iter().find(|row| row.pk.to_string() == device.id) else {
            return Ok(());
        };
        if row.user.pk != user {
            let why = format!("the device {kind} {} is another user's, Dezky does not remove it", device.id);
            return Err(self.refused(409, why));
        }
        let call = Call::new(Method::Delete, format!("{DEVICES}{kind}/{}/", device.id));
        let answer = self.send(call).await?;
        if is_missing(&answer) {
            return Ok(());
        }
        accept(answer).map(drop)
    }
}

fn device(row: Row) -> Device {
    let id = row.pk.as_str().map_or_else(|| row.pk.to_string(), str::to_owned);
    Device {
        id,
        kind: kind_of(&row.meta_model_name),
        name: row.name.unwrap_or_default(),
        confirmed: row.confirmed,
        created: row.created,
        last_used: row.last_used,
    }
}

/// By the model, as in `authentik_stages_authenticator_totp.totpdevice`.
fn kind_of(model: &str) -> DeviceKind {
    match model.rsplit('.').next().unwrap_or_default() {
        "totpdevice" => DeviceKind::Totp,
        "webauthndevice" => DeviceKind::WebAuthn,
        "staticdevice" => DeviceKind::RecoveryCodes,
        "smsdevice" => DeviceKind::Sms,
        "emaildevice" => DeviceKind::Email,
        "duodevice" => DeviceKind::Duo,
        _ => DeviceKind::Other,
    }
}

/// The word in the path of its kind.
fn word(kind: DeviceKind) -> Option<&'static str> {
    Some(match kind {
        DeviceKind::Totp => "totp",
        DeviceKind::WebAuthn => "webauthn",
        DeviceKind::RecoveryCodes => "static",
        DeviceKind::Sms => "sms",
        DeviceKind::Email => "email",
        DeviceKind::Duo => "duo",
        DeviceKind::Other => return None,
    })
}
