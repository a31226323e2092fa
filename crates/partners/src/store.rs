//! Every query on partners.

use access::PartnerStatus;
use db::find::{self, Place};
use db::{Error, Tx};
use kernel::cursor::Page;
use kernel::needle::find_key;
use kernel::{Cursor, DomainName, Needle, PartnerId, Timestamp, name};
use provisioning::GROUP;
use sea_orm::sea_query::{Expr, ExprTrait as _, LikeExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::json;

use crate::model::{Margin, Partner};
use crate::reads::PartnerFilter;
use crate::tables::partners::{Column, Entity, Model};

fn row(partner: &Partner, now: Timestamp) -> Model {
    let domain = partner.domain.as_ref().map(|domain| domain.ascii().to_owned());
    Model {
        id: partner.id.to_string(),
        slug: partner.slug.to_string(),
        name: partner.name.clone(),
        name_key: name::search_key(&partner.name),
        find_key: find_key(&[&partner.name, partner.slug.as_str(), domain.as_deref().unwrap_or_default()]),
        domain,
        status: partner.status.as_str().to_owned(),
        margin: partner.margin.basis_points(),
        contact_info: json!(partner.contact).to_string(),
        billing_info: json!(partner.billing).to_string(),
        version: partner.version,
        created_at: partner.created_at.micros(),
        updated_at: now.micros(),
        terminated_at: partner.terminated_at.map(Timestamp::micros),
    }
}

fn partner(row: Model) -> Result<Partner, Error> {
    let damaged = |what: &str| Error::damaged("partners", format!("{what} of {}", row.id));
    let domain = row.domain.as_deref().map(str::parse::<DomainName>).transpose();
    Ok(Partner {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        slug: row.slug.parse().map_err(|_| damaged("slug"))?,
        domain: domain.map_err(|_| damaged("domain"))?,
        status: PartnerStatus::parse(&row.status).ok_or_else(|| damaged("status"))?,
        margin: Margin::of_basis_points(row.margin).ok_or_else(|| damaged("margin"))?,
        contact: serde_json::from_str(&row.contact_info).map_err(|_| damaged("contact"))?,
        billing: serde_json::from_str(&row.billing_info).map_err(|_| damaged("billing info"))?,
        version: row.version,
        created_at: Timestamp::from_micros(row.created_at),
        terminated_at: row.terminated_at.map(Timestamp::from_micros),
        name: row.name,
    })
}

pub async fn insert(tx: &Tx, new: &Partner) -> Result<(), Error> {
    row(new, new.created_at).into_active_model().insert(&**tx).await?;
    Ok(())
}

/// The partner, locked for this transaction: whatever is done to it and its staff is done one after another.
pub async fn lock(tx: &Tx, id: PartnerId) -> Result<Option<Partner>, Error> {
    Entity::find_by_id(id.to_string()).lock_exclusive().one(&**tx).await?.map(partner).transpose()
}

/// Writes a locked partner.
pub async fn update(tx: &Tx, changed: &Partner, now: Timestamp) -> Result<(), Error> {
    row(changed, now).into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

pub async fn by_id(on: &impl ConnectionTrait, id: PartnerId) -> Result<Option<Partner>, Error> {
    Entity::find_by_id(id.to_string()).one(on).await?.map(partner).transpose()
}

pub async fn by_slug(on: &impl ConnectionTrait, slug: &str) -> Result<Option<Partner>, Error> {
    Entity::find().filter(Column::Slug.eq(slug)).one(on).await?.map(partner).transpose()
}

pub async fn by_ids(on: &impl ConnectionTrait, ids: &[PartnerId]) -> Result<Vec<Partner>, Error> {
    let ids = ids.iter().map(ToString::to_string);
    let rows = Entity::find().filter(Column::Id.is_in(ids)).all(on).await?;
    rows.into_iter().map(partner).collect()
}

/// So many of those that did not end and want no group: nobody has written what they need upstream.
pub async fn unwritten(on: &impl ConnectionTrait, most: u64) -> Result<Vec<PartnerId>, Error> {
    let rows = Entity::find()
        .filter(Column::Status.ne(PartnerStatus::Terminated.as_str()))
        .filter(Column::Id.not_in_subquery(reconcile::wanting_owners(GROUP)))
        .order_by_asc(Column::Id)
        .limit(most)
        .all(on)
        .await?;
    rows.into_iter().map(|row| Ok(partner(row)?.id)).collect()
}

fn narrow(filter: &PartnerFilter) -> Condition {
    let mut all = Condition::all();
    if let Some(q) = &filter.q {
        let found = name::search_key(q).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let found = format!("%{found}%");
        let like = || LikeExpr::new(found.clone()).escape('\\');
        let any = Condition::any()
            .add(Expr::col(Column::NameKey).like(like()))
            .add(Expr::col(Column::Slug).like(like()))
            .add(Expr::col(Column::Domain).like(like()));
        all = all.add(any);
    }
    if let Some(status) = filter.status {
        all = all.add(Column::Status.eq(status.as_str()));
    }
    all
}

/// A page of the partners, by name.
pub async fn page(
    on: &impl ConnectionTrait,
    filter: &PartnerFilter,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<Partner>, Error> {
    let mut select = Entity::find()
        .filter(narrow(filter))
        .order_by_asc(Column::NameKey)
        .order_by_asc(Column::Id)
        .limit(limit + 1);
    if let Some([name, id]) = after.map(|cursor| cursor.0.as_slice()) {
        let same_name = Condition::all().add(Column::NameKey.eq(name)).add(Column::Id.gt(id));
        select = select.filter(Condition::any().add(Column::NameKey.gt(name)).add(same_name));
    }
    let rows: Result<Vec<Partner>, Error> = select.all(on).await?.into_iter().map(partner).collect();
    let key = |partner: &Partner| vec![name::search_key(&partner.name), partner.id.to_string()];
    Ok(Page::from_overfull(rows?, usize::try_from(limit).unwrap_or(usize::MAX), key))
}

/// The partners that a needle finds, the best first.
pub async fn found(on: &impl ConnectionTrait, needle: &Needle, most: u64) -> Result<Vec<Partner>, Error> {
    let place = Place { table: "partners", id: "id", of: Condition::all() };
    let ids = find::best(on, place, needle, most).await?;
    let rows = Entity::find().filter(Column::Id.is_in(ids.iter())).all(on).await?;
    let found = rows.into_iter().map(partner).collect::<Result<Vec<_>, _>>()?;
    Ok(find::in_order(&ids, found, |partner| partner.id.to_string()))
}
