//! From a tenant's row to what should be upstream. Pure: the same row always gives the same wants.

use access::TenantStatus;
use kernel::{DomainName, TenantId};
use reconcile::Want;
use serde_json::json;

use crate::model::Tenant;

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

/// What a tenant needs upstream; `settings` are those of its primary domain.
pub fn wants(tenant: &Tenant, settings: &MailSettings) -> Vec<Want> {
    let owner = tenant.id.to_string();
    let open = matches!(tenant.status, TenantStatus::Pending | TenantStatus::Active);
    let group = Want {
        owner: owner.clone(),
        kind: GROUP,
        name: format!("{GROUP_PREFIX}{}", tenant.slug),
        spec: json!({
            "name": format!("{GROUP_PREFIX}{}", tenant.slug),
            "tenantId": owner,
            "slug": tenant.slug,
            "state": if open { "open" } else { "closed" },
        }),
    };
    let domain = tenant.primary_domain.as_ref().map(|domain| domain_want(tenant.id, domain, settings));
    let drive = Want {
        owner: owner.clone(),
        kind: DRIVE,
        name: tenant.slug.to_string(),
        spec: json!({
            "name": upstream_ocis::space_name(&tenant.name),
            "tenantId": owner,
            "quotaBytes": tenant.space(),
            "enabled": open,
        }),
    };
    [Some(group), domain, Some(drive)].into_iter().flatten().collect()
}
