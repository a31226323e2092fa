//! What is wrong with a tenant: each slice writes what it sees into one table, health and badges read only that. A
//! finding says where, not what to do: that is on the page of the slice.

#![warn(missing_docs)]

use std::collections::{BTreeMap, BTreeSet};

use db::{Error, Tx};
use kernel::{TenantId, Timestamp};
use sea_orm::sea_query::{OnConflict, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel as _, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect as _, QueryTrait as _,
};

mod tables {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "findings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub source: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub object: String,
        pub code: String,
        pub since: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The slice that sees it.
    pub source: String,
    /// What it is about: a domain's name, say.
    pub object: String,
    /// A stable word for it.
    pub code: String,
    /// Since when.
    pub since: Timestamp,
}

fn of_object(tenant: TenantId, source: &str, object: &str) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(tables::Column::TenantId.eq(tenant.to_string()))
        .add(tables::Column::Source.eq(source))
        .add(tables::Column::Object.eq(object))
}

/// Says what is wrong with an object, since when, or that nothing is. The time stays that of the first finding.
pub async fn set(
    tx: &Tx,
    since: Timestamp,
    tenant: TenantId,
    source: &'static str,
    object: &str,
    code: Option<&str>,
) -> Result<(), Error> {
    let Some(code) = code else {
        tables::Entity::delete_many().filter(of_object(tenant, source, object)).exec(&**tx).await?;
        return Ok(());
    };
    let row = tables::Model {
        tenant_id: tenant.to_string(),
        source: source.to_owned(),
        object: object.to_owned(),
        code: code.to_owned(),
        since: since.micros(),
    };
    let key = [tables::Column::TenantId, tables::Column::Source, tables::Column::Object];
    let again = OnConflict::columns(key).update_column(tables::Column::Code).to_owned();
    tables::Entity::insert(row.into_active_model()).on_conflict(again).exec_without_returning(&**tx).await?;
    Ok(())
}

/// What is wrong with each of these tenants, by their ids.
pub async fn of_tenants(
    on: &impl ConnectionTrait,
    tenants: &[TenantId],
) -> Result<BTreeMap<String, Vec<Finding>>, Error> {
    let ids = tenants.iter().map(ToString::to_string);
    let rows = tables::Entity::find()
        .filter(tables::Column::TenantId.is_in(ids))
        .order_by_asc(tables::Column::Source)
        .order_by_asc(tables::Column::Object)
        .all(on)
        .await?;
    let mut all: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for row in rows {
        all.entry(row.tenant_id.clone()).or_default().push(finding(row));
    }
    Ok(all)
}

fn finding(row: tables::Model) -> Finding {
    Finding {
        source: row.source,
        object: row.object,
        code: row.code,
        since: Timestamp::from_micros(row.since),
    }
}

/// The ids of the tenants where a slice finds something wrong with its object of this name.
pub async fn of_source(
    on: &impl ConnectionTrait,
    source: &'static str,
    object: &str,
) -> Result<BTreeSet<String>, Error> {
    let found = tables::Entity::find()
        .filter(tables::Column::Source.eq(source))
        .filter(tables::Column::Object.eq(object));
    Ok(found.all(on).await?.into_iter().map(|row| row.tenant_id).collect())
}

/// The ids of all tenants with something wrong, as a part of a larger query.
pub fn tenants() -> SelectStatement {
    let ids = tables::Entity::find().select_only().column(tables::Column::TenantId);
    ids.into_query()
}

/// What is wrong longest with the tenants that a query gives the ids of, and how much there is in all. What is still being
/// set up is no alarm, and comes after what was right before.
pub async fn longest(
    on: &impl ConnectionTrait,
    tenants: SelectStatement,
    most: u64,
) -> Result<(u64, Vec<(TenantId, Finding)>), Error> {
    let of_them = tables::Entity::find().filter(tables::Column::TenantId.in_subquery(tenants));
    let all = of_them.clone().count(on).await?;
    let rows = of_them
        .order_by_asc(tables::Column::Code.like("%_pending"))
        .order_by_asc(tables::Column::Since)
        .order_by_asc(tables::Column::TenantId)
        .limit(most)
        .all(on)
        .await?;
    let of_row = |row: tables::Model| {
        let tenant = row.tenant_id.parse().map_err(|_| Error::damaged("findings", &row.tenant_id))?;
        Ok((tenant, finding(row)))
    };
    Ok((all, rows.into_iter().map(of_row).collect::<Result<_, Error>>()?))
}

/// How much a slice finds wrong with a tenant that was right before; what is still being set up is no alarm.
pub async fn count(on: &impl ConnectionTrait, tenant: TenantId, source: &str) -> Result<u64, Error> {
    let of_it = tables::Entity::find()
        .filter(tables::Column::TenantId.eq(tenant.to_string()))
        .filter(tables::Column::Source.eq(source))
        .filter(tables::Column::Code.not_like("%_pending"));
    Ok(of_it.count(on).await?)
}

#[cfg(test)]
mod tests {
    use kernel::Clock;

    use super::*;

    #[tokio::test]
    async fn what_is_wrong_stays_as_old_as_it_is_until_it_is_mended() {
        let test = migrations::test_database().await;
        let clock = Clock::manual(Timestamp::from_micros(1_000_000));
        let tenant = TenantId::new(&clock);
        let say = async |object: &str, code: Option<&str>| {
            let tx = test.db.begin().await.unwrap();
            set(&tx, clock.now(), tenant, "domains", object, code).await.unwrap();
            tx.commit_silently("a test").await.unwrap();
        };
        say("a.test", Some("dns")).await;
        clock.advance(std::time::Duration::from_secs(5));
        say("a.test", Some("other")).await;
        say("b.test", Some("dns")).await;
        let all = of_tenants(test.db.read(), &[tenant]).await.unwrap().remove(&tenant.to_string()).unwrap();
        let told: Vec<_> = all.iter().map(|one| (&*one.object, &*one.code, one.since.micros())).collect();
        assert_eq!(told, [("a.test", "other", 1_000_000), ("b.test", "dns", 6_000_000)]);
        say("a.test", None).await;
        assert_eq!(count(test.db.read(), tenant, "domains").await.unwrap(), 1);
        assert_eq!(count(test.db.read(), tenant, "billing").await.unwrap(), 0);
    }
}
