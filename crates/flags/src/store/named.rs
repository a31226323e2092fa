//! Queries on those whom flags name: tenants and partners by their slugs, and how many tenants a rule reaches.

use access::TenantStatus;
use db::Error;
use kernel::{PartnerId, TenantId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::AT_ONCE;
use crate::evaluate::{Compiled, Subject};
use crate::model::{Kind, Rule};
use crate::tables::{partners, tenants};

/// The rows of tenants that are looked at together.
const PAGE: u64 = 5000;

/// One who is named: their id and their slug.
pub type Named<Id> = (Id, String);

/// How many tenants something reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// So many.
    pub tenants: u64,
    /// Of all that have not ended.
    pub of: u64,
}

fn read<Id: std::str::FromStr>(
    table: &'static str,
    rows: Vec<(String, String)>,
) -> Result<Vec<Named<Id>>, Error> {
    let read = |(id, slug): (String, String)| match id.parse::<Id>() {
        Ok(id) => Ok((id, slug)),
        Err(_) => Err(Error::damaged(table, id)),
    };
    rows.into_iter().map(read).collect()
}

fn of_tenants() -> Select<tenants::Entity> {
    let select = tenants::Entity::find().select_only();
    select.column(tenants::Column::Id).column(tenants::Column::Slug).order_by_asc(tenants::Column::Slug)
}

fn of_partners() -> Select<partners::Entity> {
    let select = partners::Entity::find().select_only();
    select.column(partners::Column::Id).column(partners::Column::Slug).order_by_asc(partners::Column::Slug)
}

/// The tenants that have these slugs.
pub async fn tenants_by_slugs(
    on: &impl ConnectionTrait,
    slugs: &[String],
) -> Result<Vec<Named<TenantId>>, Error> {
    let mut rows = Vec::new();
    for slugs in slugs.chunks(AT_ONCE) {
        let known = of_tenants().filter(tenants::Column::Slug.is_in(slugs));
        rows.extend(known.into_tuple::<(String, String)>().all(on).await?);
    }
    read("tenants", rows)
}

/// The tenants that have these ids.
pub async fn tenants_of(on: &impl ConnectionTrait, ids: &[TenantId]) -> Result<Vec<Named<TenantId>>, Error> {
    let mut rows = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let known = of_tenants().filter(tenants::Column::Id.is_in(ids.iter().map(ToString::to_string)));
        rows.extend(known.into_tuple::<(String, String)>().all(on).await?);
    }
    read("tenants", rows)
}

/// The partners that have these slugs.
pub async fn partners_by_slugs(
    on: &impl ConnectionTrait,
    slugs: &[String],
) -> Result<Vec<Named<PartnerId>>, Error> {
    let known = of_partners().filter(partners::Column::Slug.is_in(slugs));
    read("partners", known.into_tuple::<(String, String)>().all(on).await?)
}

/// The partners that have these ids.
pub async fn partners_of(
    on: &impl ConnectionTrait,
    ids: &[PartnerId],
) -> Result<Vec<Named<PartnerId>>, Error> {
    let known = of_partners().filter(partners::Column::Id.is_in(ids.iter().map(ToString::to_string)));
    read("partners", known.into_tuple::<(String, String)>().all(on).await?)
}

fn live() -> Select<tenants::Entity> {
    let states = TenantStatus::LIVE.iter().map(|status| status.as_str());
    tenants::Entity::find().filter(tenants::Column::Status.is_in(states))
}

/// How many tenants a rule reaches while it is on. Whom it names the database counts; which tenants a share reaches
/// follows from their ids.
pub async fn reached(on: &impl ConnectionTrait, flag: &Compiled, rule: &Rule) -> Result<Reached, Error> {
    let of = live().count(on).await?;
    let tenants = match rule.kind {
        Kind::Off => 0,
        Kind::On => of,
        Kind::Targeted => {
            let tenants = rule.tenants.iter().map(ToString::to_string);
            let partners = rule.partners.iter().map(ToString::to_string);
            let plans = rule.plans.iter().map(|plan| plan.as_str());
            let named = Condition::any()
                .add(tenants::Column::Id.is_in(tenants))
                .add(tenants::Column::PartnerId.is_in(partners))
                .add(tenants::Column::Plan.is_in(plans));
            live().filter(named).count(on).await?
        }
        Kind::Rollout => in_share(on, flag).await?,
    };
    Ok(Reached { tenants, of })
}

async fn in_share(on: &impl ConnectionTrait, flag: &Compiled) -> Result<u64, Error> {
    let (mut reached, mut last) = (0, String::new());
    loop {
        let rows: Vec<(String, Option<String>, String)> = live()
            .select_only()
            .column(tenants::Column::Id)
            .column(tenants::Column::PartnerId)
            .column(tenants::Column::Plan)
            .filter(tenants::Column::Id.gt(&last))
            .order_by_asc(tenants::Column::Id)
            .limit(PAGE)
            .into_tuple()
            .all(on)
            .await?;
        for (id, partner, plan) in &rows {
            let tenant = id.parse().map_err(|_| Error::damaged("tenants", id))?;
            let partner = partner.as_deref().and_then(|partner| partner.parse().ok());
            reached += u64::from(flag.by_rule(&Subject::new(tenant, partner, plan)).enabled);
        }
        match rows.last() {
            Some((id, ..)) => last.clone_from(id),
            None => return Ok(reached),
        }
    }
}
