//! A drive and how it looks on the wire (sections 6 and 7).

use std::collections::BTreeMap;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::members::granted;
use super::world::World;

/// What `GRAPH_SPACES_DEFAULT_QUOTA` is by default, in bytes.
pub const DEFAULT_QUOTA: i64 = 1_000_000_000;
/// What the readme and the image of the default template take, in bytes.
pub const TEMPLATE_BYTES: i64 = 47_279;
const SHARES: &str = "a0ca6a90-a365-4782-871e-d44447bbc668$a0ca6a90-a365-4782-871e-d44447bbc668";

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DriveKind {
    Personal,
    Project,
}

impl DriveKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Project => "project",
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Drive {
    pub id: String,
    pub kind: DriveKind,
    pub name: String,
    pub description: Option<String>,
    pub alias: String,
    /// Bytes; 0 is unlimited. A negative one makes the drive unreadable.
    pub total: i64,
    pub used: i64,
    pub disabled: bool,
    pub from_template: bool,
    pub modified: Timestamp,
    /// Ids of users, or of groups after `g:`, and what they are: `manager`, `editor`, `viewer`.
    pub members: BTreeMap<String, String>,
    /// When memberships end, as it was given.
    #[serde(default)]
    pub expirations: BTreeMap<String, String>,
}

impl Drive {
    /// Whether a negative quota made it unreadable (section 7).
    pub fn is_broken(&self) -> bool {
        self.total < 0
    }

    /// The part of the id after the `$`.
    pub fn space(&self) -> &str {
        self.id.split_once('$').map_or(&self.id, |(_, space)| space)
    }

    pub fn is_managed_by(&self, user: &str) -> bool {
        self.members.get(user).is_some_and(|role| role == "manager")
    }

    /// Whether a user without a role over all spaces sees it.
    pub fn is_shown_to(&self, user: &str) -> bool {
        self.is_managed_by(user) || (self.members.contains_key(user) && !self.disabled)
    }

    pub fn to_json(&self, world: &World) -> Value {
        let (id, origin) = (&self.id, &world.settings.origin);
        let mut root = json!({
            "eTag": self.etag(),
            "id": id,
            "webDavUrl": format!("{origin}/dav/spaces/{id}"),
        });
        if self.kind == DriveKind::Project {
            root["permissions"] = self.permissions(world);
        }
        if self.disabled {
            root["deleted"] = json!({"state": "trashed"});
        }
        let mut json = Map::new();
        let mut put = |name: &str, value: Value| json.insert(name.to_owned(), value);
        if let Some(description) = &self.description {
            put("description", description.clone().into());
        }
        if self.from_template {
            put("special", self.special(world));
        }
        put("driveAlias", self.alias.clone().into());
        put("driveType", self.kind.name().into());
        put("id", id.clone().into());
        put("lastModifiedDateTime", self.modified.to_string().into());
        put("name", self.name.clone().into());
        put("owner", json!({"user": {"displayName": "", "id": self.space()}}));
        put("quota", self.quota());
        put("root", root);
        put("webUrl", format!("{origin}/f/{id}").into());
        json.into()
    }

    fn quota(&self) -> Value {
        if self.disabled && self.total == 0 {
            return json!({});
        }
        if self.disabled {
            return json!({"total": self.total});
        }
        let remaining = if self.total == 0 { i64::MAX } else { (self.total - self.used).max(0) };
        let state = match i128::from(self.used) * 100 {
            _ if self.total == 0 => "normal",
            share if share <= i128::from(self.total) * 75 => "normal",
            share if share <= i128::from(self.total) * 90 => "nearing",
            share if share <= i128::from(self.total) * 99 => "critical",
            _ => "exceeded",
        };
        json!({"remaining": remaining, "state": state, "total": self.total, "used": self.used})
    }

    fn etag(&self) -> String {
        format!("\"{:032x}\"", self.modified.micros())
    }

    fn permissions(&self, world: &World) -> Value {
        let permission = |(member, role): (&String, &String)| {
            let granted = granted(world, member);
            let mut row = json!({"grantedToIdentities": [granted], "grantedToV2": granted, "roles": [role]});
            if let Some(end) = self.expirations.get(member) {
                row["expirationDateTime"] = end.clone().into();
            }
            row
        };
        self.members.iter().map(permission).collect()
    }

    fn special(&self, world: &World) -> Value {
        let (id, space, origin) = (&self.id, self.space(), &world.settings.origin);
        let item = |name: &str, folder: &str, mime: &str, size: u32| {
            json!({
                "eTag": self.etag(),
                "file": {"mimeType": mime},
                "id": format!("{id}!{folder}"),
                "lastModifiedDateTime": self.modified.to_string(),
                "name": name,
                "parentReference": {
                    "driveId": id, "driveType": "project", "id": format!("{id}!space"), "name": ".space",
                    "path": "/.space",
                },
                "size": size,
                "specialFolder": {"name": folder},
                "webDavUrl": format!("{origin}/dav/spaces/{id}%21{space}/.space/{name}"),
            })
        };
        json!([
            item("image.png", "image", "image/png", 47_233),
            item("readme.md", "readme", "text/markdown", 46),
        ])
    }
}

/// The virtual drive of what is shared with the caller; in every list of all drives.
pub fn shares(world: &World) -> Value {
    let origin = &world.settings.origin;
    json!({
        "driveAlias": "virtual/shares",
        "driveType": "virtual",
        "id": SHARES,
        "name": "Shares",
        "root": {
            "eTag": "DECAFC00FEE", "id": SHARES, "webDavUrl": format!("{origin}/dav/spaces/{SHARES}"),
        },
        "webUrl": format!("{origin}/f/{SHARES}"),
    })
}
