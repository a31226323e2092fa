//! Flags as they are on the wire.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::reads::{Details, Summary};
use crate::store::Reached;

/// A feature flag.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlagView {
    id: String,
    key: String,
    description: Option<String>,
    /// `off`, `on`, `targeted` or `rollout`.
    kind: &'static str,
    /// The share of a rollout.
    share_basis_points: i64,
    tenant_count: usize,
    partner_count: usize,
    /// The plans that it names: `starter`, `business`, `enterprise`.
    plans: Vec<&'static str>,
    /// The slugs of the tenants that it names; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenants: Option<Vec<String>>,
    /// The slugs of the partners that it names; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    partners: Option<Vec<String>>,
    starts_at: Option<String>,
    ends_at: Option<String>,
    /// True while it is stopped, whatever its rule says.
    killed: bool,
    killed_at: Option<String>,
    version: i64,
    created_at: String,
    updated_at: String,
    /// The ID of whoever changed it last.
    updated_by: String,
    updated_by_name: Option<String>,
}

impl From<&Summary> for FlagView {
    fn from(Summary { flag, changed_by }: &Summary) -> Self {
        let rule = &flag.rule;
        Self {
            id: flag.id.to_string(),
            key: flag.key.to_string(),
            description: flag.description.clone(),
            kind: rule.kind.as_str(),
            share_basis_points: rule.share,
            tenant_count: rule.tenants.len(),
            partner_count: rule.partners.len(),
            plans: rule.plans.iter().map(|plan| plan.as_str()).collect(),
            tenants: None,
            partners: None,
            starts_at: rule.starts_at.map(|at| at.to_string()),
            ends_at: rule.ends_at.map(|at| at.to_string()),
            killed: flag.killed_at.is_some(),
            killed_at: flag.killed_at.map(|at| at.to_string()),
            version: flag.version,
            created_at: flag.created_at.to_string(),
            updated_at: flag.updated_at.to_string(),
            updated_by: flag.updated_by.clone(),
            updated_by_name: changed_by.clone(),
        }
    }
}

impl FlagView {
    /// One with those that it names.
    pub fn of(details: &Details) -> Self {
        let (tenants, partners) = (details.tenants.clone(), details.partners.clone());
        Self { tenants: Some(tenants), partners: Some(partners), ..Self::from(&details.summary) }
    }
}

/// How many tenants a rule reaches.
#[derive(Serialize, ToSchema)]
pub struct ReachView {
    /// So many.
    reaches: u64,
    /// Of all that have not ended.
    of: u64,
}

impl From<Reached> for ReachView {
    fn from(reached: Reached) -> Self {
        Self { reaches: reached.tenants, of: reached.of }
    }
}

/// A change of a flag.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlagChangeView {
    id: String,
    at: String,
    /// The action, as the audit log has it.
    action: String,
    actor_id: Option<String>,
    actor_name: Option<String>,
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

impl From<audit::Record> for FlagChangeView {
    fn from(record: audit::Record) -> Self {
        Self {
            id: record.id,
            at: record.at.to_string(),
            action: record.action,
            actor_id: record.actor_id,
            actor_name: record.actor_name,
            before: record.before,
            after: record.after,
        }
    }
}
