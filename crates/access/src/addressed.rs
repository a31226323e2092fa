//! Looking people up by an address. An address proves nothing: what is found here may refuse something, lead to an
//! invitation or narrow a list, and never gives a right [A2]. `cargo xtask tidy` holds who may call it.

use db::{Error, Tx};
use kernel::{EmailAddress, UserId};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use crate::tables::{partner_roles, users};

fn either(addresses: &[String]) -> Condition {
    Condition::any()
        .add(users::Column::Email.is_in(addresses.iter().cloned()))
        .add(users::Column::Username.is_in(addresses.iter().cloned()))
}

/// Which of these addresses somebody's account has that isn't removed, as such or as its user name.
pub async fn held(on: &impl ConnectionTrait, addresses: &[String]) -> Result<Vec<String>, Error> {
    let found = users::Entity::find().filter(either(addresses)).filter(users::Column::RemovedAt.is_null());
    let rows = found.all(on).await?;
    Ok(rows.into_iter().flat_map(|row| [Some(row.email), row.username]).flatten().collect())
}

/// Somebody whose account has the address and isn't removed; several may say that they do.
pub async fn holder(on: &impl ConnectionTrait, address: &EmailAddress) -> Result<Option<UserId>, Error> {
    let found = users::Entity::find()
        .filter(either(&[address.to_string()]))
        .filter(users::Column::RemovedAt.is_null());
    Ok(found.one(on).await?.and_then(|row| row.id.parse().ok()))
}

/// Whom the audit log knows by an address: what somebody claims today plays no part.
pub async fn known_as(on: &impl ConnectionTrait, address: &str) -> Result<Vec<UserId>, Error> {
    let lower = address.trim().to_lowercase();
    let address = lower.parse::<EmailAddress>().map_or(lower, |address| address.to_string());
    let rows = users::Entity::find().filter(users::Column::KnownAs.eq(address)).all(on).await?;
    Ok(rows.into_iter().filter_map(|row| row.id.parse().ok()).collect())
}

/// True for a domain that somebody of a partner's staff has their address on, as the log knows them: a claim of theirs
/// makes no domain theirs.
pub async fn is_of_partner(on: &impl ConnectionTrait, domain: &str) -> Result<bool, Error> {
    let staff = Query::select().column(partner_roles::Column::UserId).from(partner_roles::Entity).to_owned();
    let found = users::Entity::find()
        .filter(users::Column::KnownAs.ends_with(format!("@{domain}")))
        .filter(users::Column::RemovedAt.is_null())
        .filter(users::Column::Id.in_subquery(staff));
    Ok(found.one(on).await?.is_some())
}

/// True when somebody, removed or not, has the address in any way.
pub(crate) async fn is_known(tx: &Tx, address: &str) -> Result<bool, Error> {
    let any = either(&[address.to_owned()]).add(users::Column::KnownAs.eq(address));
    Ok(users::Entity::find().filter(any).one(&**tx).await?.is_some())
}

/// True when Dezky made an account under one of these names, though its person may be removed since.
pub(crate) async fn is_of_made_account(tx: &Tx, names: &[String]) -> Result<bool, Error> {
    let names: Vec<String> = names.iter().filter(|name| !name.is_empty()).cloned().collect();
    let known = Condition::any()
        .add(users::Column::KnownAs.is_in(names.clone()))
        .add(users::Column::Email.is_in(names.clone()));
    let made = Condition::all().add(users::Column::AccountMade.eq(true)).add(known);
    let any = Condition::any().add(users::Column::Username.is_in(names)).add(made);
    Ok(users::Entity::find().filter(any).one(&**tx).await?.is_some())
}

/// Somebody is known by the address from now on: whoever only said that it is theirs is not.
pub(crate) async fn make_known(tx: &Tx, address: &str) -> Result<(), Error> {
    users::Entity::update_many()
        .col_expr(users::Column::KnownAs, Option::<String>::None.into())
        .filter(users::Column::KnownAs.eq(address))
        .filter(users::Column::EmailVerified.eq(false))
        .filter(users::Column::AccountMade.eq(false))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Whoever only said that one of these addresses is theirs is not known by it any more.
pub(crate) async fn let_go_of_claims(tx: &Tx, addresses: SelectStatement) -> Result<(), Error> {
    users::Entity::update_many()
        .col_expr(users::Column::KnownAs, Option::<String>::None.into())
        .filter(users::Column::EmailVerified.eq(false))
        .filter(users::Column::AccountMade.eq(false))
        .filter(users::Column::KnownAs.in_subquery(addresses))
        .exec(&**tx)
        .await?;
    Ok(())
}
