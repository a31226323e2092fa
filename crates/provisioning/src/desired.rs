//! From what is known of a workspace to what should be upstream. Pure: the same always gives the same wants.

use kernel::{DomainName, Slug, TenantId};
use reconcile::{Want, spec_of};
use serde::{Deserialize, Serialize};

/// The kinds of a tenant's own resources, in the order in which people read them.
pub const KINDS: [&str; 3] = [GROUP, DOMAIN, DRIVE];

/// The kind of project spaces.
pub const DRIVE: &str = "ocis.drive";

/// The kind of mail domains.
pub const DOMAIN: &str = "stalwart.domain";

/// The kind of groups at the identity provider.
pub const GROUP: &str = "authentik.group";

/// How the names of tenants' groups begin.
pub const GROUP_PREFIX: &str = "dezky-tenant-";

/// How the names of groups inside tenants begin; `<tenant>.<group>` follows, and no slug has a dot in it. Nobody becomes
/// a member by such a name.
pub const INNER_GROUP_PREFIX: &str = "dezky-group-";

/// How the names of partners' groups begin, that of all staff among them. Nobody gets a right by such a name.
pub const PARTNER_GROUP_PREFIX: &str = "dezky-partner-";

/// How a group at the identity provider should be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupSpec {
    pub name: String,
    /// Whose it is; a partner's is no tenant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<String>,
    /// The tenant's, or the partner's.
    pub slug: String,
    /// `open` or `closed`, as whose it is.
    pub state: String,
    /// What people know a group inside a tenant by; a tenant's own has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

/// How a mail domain should be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DomainSpec {
    pub name: String,
    pub tenant_id: String,
    /// See [`MailSettings::catch_all`].
    #[serde(default)]
    pub catch_all: Option<String>,
    /// See [`MailSettings::plus_addresses`].
    #[serde(default)]
    pub plus_addresses: bool,
}

/// How a project space should be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DriveSpec {
    pub name: String,
    pub tenant_id: String,
    pub quota_bytes: i64,
    pub enabled: bool,
}

/// How a mail domain treats addresses that nobody has [F2].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// Who gets mail to them.
    pub catch_all: Option<String>,
    /// Whether `anna+anything` reaches `anna`.
    pub plus_addresses: bool,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self { catch_all: None, plus_addresses: true }
    }
}

/// What a mail domain of a tenant needs upstream.
pub fn domain_want(tenant: TenantId, domain: &DomainName, settings: &MailSettings) -> Want {
    Want {
        owner: tenant.to_string(),
        kind: DOMAIN,
        name: domain.ascii().to_owned(),
        // Mail keeps arriving while a workspace is closed, so its state plays no part here [B1].
        spec: spec_of(&DomainSpec {
            name: domain.ascii().to_owned(),
            tenant_id: tenant.to_string(),
            catch_all: settings.catch_all.clone(),
            plus_addresses: settings.plus_addresses,
        }),
    }
}

/// What of a tenant matters upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its id, also the owner of what it has.
    pub id: TenantId,
    /// Its name for addresses.
    pub slug: Slug,
    /// Its name for people.
    pub name: String,
    /// Whether its people may work in it.
    pub is_open: bool,
    pub primary_domain: Option<DomainName>,
    /// What its space may hold, in bytes.
    pub space: i64,
}

/// What a workspace needs upstream; `settings` are those of its primary domain.
pub fn wants(of: &Workspace, settings: &MailSettings) -> Vec<Want> {
    let owner = of.id.to_string();
    let group = Want {
        owner: owner.clone(),
        kind: GROUP,
        name: format!("{GROUP_PREFIX}{}", of.slug),
        spec: spec_of(&GroupSpec {
            name: format!("{GROUP_PREFIX}{}", of.slug),
            tenant_id: Some(owner.clone()),
            partner_id: None,
            slug: of.slug.to_string(),
            state: if of.is_open { "open" } else { "closed" }.to_owned(),
            display_name: None,
        }),
    };
    let domain = of.primary_domain.as_ref().map(|domain| domain_want(of.id, domain, settings));
    let drive = Want {
        owner: owner.clone(),
        kind: DRIVE,
        name: of.slug.to_string(),
        spec: spec_of(&DriveSpec {
            name: upstream_ocis::space_name(&of.name),
            tenant_id: owner,
            quota_bytes: of.space,
            enabled: of.is_open,
        }),
    };
    [Some(group), domain, Some(drive)].into_iter().flatten().collect()
}
