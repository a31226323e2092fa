//! From what is known of a workspace to what should be upstream. Pure: the same always gives the same wants.

use kernel::{DomainName, Slug, TenantId};
use reconcile::Want;
use serde_json::json;

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
        spec: json!({
            "name": domain.ascii(), "tenantId": tenant, "catchAll": settings.catch_all,
            "plusAddresses": settings.plus_addresses,
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
        spec: json!({
            "name": format!("{GROUP_PREFIX}{}", of.slug),
            "tenantId": owner,
            "slug": of.slug,
            "state": if of.is_open { "open" } else { "closed" },
        }),
    };
    let domain = of.primary_domain.as_ref().map(|domain| domain_want(of.id, domain, settings));
    let drive = Want {
        owner: owner.clone(),
        kind: DRIVE,
        name: of.slug.to_string(),
        spec: json!({
            "name": upstream_ocis::space_name(&of.name),
            "tenantId": owner,
            "quotaBytes": of.space,
            "enabled": of.is_open,
        }),
    };
    [Some(group), domain, Some(drive)].into_iter().flatten().collect()
}
