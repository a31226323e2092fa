//! Second factors as the API shows them (section 4). The API can't enrol them; `/_sim` puts and removes them.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::world::World;

/// A device; its number is unique among those of one kind only.
#[derive(Clone, Serialize, Deserialize)]
pub struct Device {
    pub user: i64,
    pub kind: DeviceKind,
    pub number: i64,
    pub name: String,
    pub confirmed: bool,
    pub created: Timestamp,
    pub last_used: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    Static,
    Totp,
    WebAuthn,
    Sms,
    Email,
    Duo,
}

impl DeviceKind {
    const ALL: [Self; 6] = [Self::Static, Self::Totp, Self::WebAuthn, Self::Sms, Self::Email, Self::Duo];

    /// By the word in a path.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Totp => "totp",
            Self::WebAuthn => "webauthn",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Duo => "duo",
        }
    }

    /// What viewing devices of this kind needs.
    pub fn view_permission(self) -> String {
        let word = self.word();
        format!("authentik_stages_authenticator_{word}.view_{word}device")
    }

    /// The name of the model.
    pub fn model(self) -> &'static str {
        match self {
            Self::Static => "StaticDevice",
            Self::Totp => "TOTPDevice",
            Self::WebAuthn => "WebAuthnDevice",
            Self::Sms => "SMSDevice",
            Self::Email => "EmailDevice",
            Self::Duo => "DuoDevice",
        }
    }

    fn verbose(self) -> &'static str {
        match self {
            Self::Static => "Static Device",
            Self::Totp => "TOTP Device",
            Self::WebAuthn => "WebAuthn Device",
            Self::Sms => "SMS Device",
            Self::Email => "Email Device",
            Self::Duo => "Duo Device",
        }
    }
}

impl Device {
    /// The id in `/_sim`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.kind.word(), self.number)
    }

    /// As the list of all types shows it: without its user.
    pub fn json(&self) -> Value {
        let (word, model) = (self.kind.word(), self.kind.model());
        let app = format!("authentik_stages_authenticator_{word}");
        json!({
            "verbose_name": self.kind.verbose(),
            "verbose_name_plural": format!("{}s", self.kind.verbose()),
            "meta_model_name": format!("{app}.{}", model.to_lowercase()),
            "pk": self.number.to_string(),
            "name": self.name,
            "type": format!("{app}.{model}"),
            "confirmed": self.confirmed,
            "created": self.created,
            "last_updated": self.created,
            "last_used": self.last_used,
            "extra_description": null,
            "external_id": null,
        })
    }
}

impl World {
    /// Makes a device, or changes it: `user`, `name`, `confirmed`. The id is a kind and a number, as in `totp/4`.
    pub(super) fn put_device(&mut self, id: &str, fields: &Map<String, Value>) -> Result<(), String> {
        let parts =
            id.split_once('/').and_then(|(kind, number)| Some((DeviceKind::of(kind)?, number.parse().ok()?)));
        let (kind, number) = parts.ok_or("the id of a device is a kind and a number, as in totp/4")?;
        let known = self.devices.iter().position(|device| device.id() == id);
        let mut device = match known {
            Some(at) => self.devices.remove(at),
            None => Device {
                user: 0,
                kind,
                number,
                name: kind.verbose().to_owned(),
                confirmed: true,
                created: self.now(),
                last_used: None,
            },
        };
        for (name, value) in fields {
            match name.as_str() {
                "user" => device.user = value.as_i64().unwrap_or_default(),
                "name" => value.as_str().unwrap_or_default().clone_into(&mut device.name),
                "confirmed" => device.confirmed = value == &Value::Bool(true),
                _ => {}
            }
        }
        if !self.users.contains_key(&device.user) {
            return Err("user must be the id of a user".to_owned());
        }
        self.devices.push(device);
        Ok(())
    }

    pub(super) fn remove_device(&mut self, id: &str) -> bool {
        let before = self.devices.len();
        self.devices.retain(|device| device.id() != id);
        self.devices.len() < before
    }
}
