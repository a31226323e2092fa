//! Invitations to the staff of a partner. As with a tenant's, the link makes the tie and never the address [A2].

use db::{Error, Tx};
use kernel::cursor::Page;
use kernel::{Clock, Cursor, EmailAddress, InvitationId, PartnerId, TenantId, Timestamp, UserId};
use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Set,
};
use secrecy::SecretString;
use serde_json::json;

use crate::directory::PartnerStatus;
use crate::links::{LASTS, fresh, hash};
use crate::rights::Customers;
use crate::role::PartnerRole;
use crate::tables::partner_invitations::{ActiveModel, Column, Entity, Model};
use crate::tables::partners;

pub use crate::links::State;

/// An invitation to be of a partner's staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffInvitation {
    /// Its id.
    pub id: InvitationId,
    /// Where to.
    pub partner: PartnerId,
    /// Where its mail goes.
    pub email: EmailAddress,
    /// What the person is called, as far as whoever invites them knows.
    pub name: String,
    /// The role that it gives.
    pub role: PartnerRole,
    /// Which customers whoever accepts it reaches.
    pub customers: Customers,
    /// Who invited them; none for those who run the platform.
    pub invited_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its last mail was written.
    pub sent_at: Option<Timestamp>,
    /// Until when its link is good.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
    /// Whose it became; one that isn't accepted yet has a person when their account was made before their password.
    pub user: Option<UserId>,
    /// Until when whoever follows its link just now has it to themself.
    pub taken_until: Option<Timestamp>,
}

impl StaffInvitation {
    /// Where it stands.
    pub fn state(&self, now: Timestamp) -> State {
        State::of(self.accepted_at, self.revoked_at, self.expires_at, now)
    }
}

/// A new one, whose mail is yet to be written.
#[derive(Debug, Clone)]
pub struct NewStaffInvitation {
    /// Where its mail goes.
    pub email: EmailAddress,
    /// What the person is called; empty where nobody knows.
    pub name: String,
    /// The role that it gives.
    pub role: PartnerRole,
    /// Which customers whoever accepts it reaches.
    pub customers: Customers,
}

fn words_of(customers: &Customers) -> Option<String> {
    match customers {
        Customers::All => None,
        Customers::Chosen(chosen) => Some(json!(chosen).to_string()),
    }
}

fn invitation(row: Model) -> Result<StaffInvitation, Error> {
    let damaged = |what: &str| Error::damaged("partner_invitations", format!("{what} of {}", row.id));
    let time = |micros: Option<i64>| micros.map(Timestamp::from_micros);
    let user = |id: Option<&str>| id.map(str::parse::<UserId>).transpose();
    let customers = match row.tenants.as_deref().map(serde_json::from_str::<Vec<TenantId>>) {
        None => Customers::All,
        Some(Ok(chosen)) => Customers::Chosen(chosen),
        Some(Err(_)) => return Err(damaged("customers")),
    };
    Ok(StaffInvitation {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        partner: row.partner_id.parse().map_err(|_| damaged("partner"))?,
        email: row.email.parse().map_err(|_| damaged("address"))?,
        role: PartnerRole::parse(&row.role).ok_or_else(|| damaged("role"))?,
        invited_by: user(row.invited_by.as_deref()).map_err(|_| damaged("inviter"))?,
        user: user(row.user_id.as_deref()).map_err(|_| damaged("person"))?,
        customers,
        name: row.name,
        created_at: Timestamp::from_micros(row.created_at),
        sent_at: time(row.sent_at),
        expires_at: Timestamp::from_micros(row.expires_at),
        accepted_at: time(row.accepted_at),
        revoked_at: time(row.revoked_at),
        taken_until: time(row.taken_until),
    })
}

/// Writes a new one. Its link is made when its mail is written.
pub async fn insert(
    tx: &Tx,
    clock: &Clock,
    partner: PartnerId,
    new: &NewStaffInvitation,
    invited_by: Option<UserId>,
) -> Result<StaffInvitation, Error> {
    let now = clock.now();
    let row = Model {
        id: InvitationId::new(clock).to_string(),
        partner_id: partner.to_string(),
        email: new.email.to_string(),
        name: new.name.clone(),
        role: new.role.as_str().to_owned(),
        tenants: words_of(&new.customers),
        secret_hash: None,
        invited_by: invited_by.map(|id| id.to_string()),
        created_at: now.micros(),
        sent_at: None,
        expires_at: now.after(LASTS).micros(),
        accepted_at: None,
        revoked_at: None,
        user_id: None,
        taken_until: None,
    };
    row.clone().into_active_model().insert(&**tx).await?;
    invitation(row)
}

/// Gives it a new link, good for a while from now; a former one is worth nothing from then on.
pub async fn give_link(tx: &Tx, clock: &Clock, id: InvitationId) -> Result<SecretString, Error> {
    let (secret, now) = (fresh(), clock.now());
    let change = ActiveModel {
        secret_hash: Set(Some(hash(&secret))),
        sent_at: Set(Some(now.micros())),
        expires_at: Set(now.after(LASTS).micros()),
        ..Default::default()
    };
    set(tx, id, change).await?;
    Ok(secret)
}

/// Notes that it is withdrawn.
pub async fn revoke(tx: &Tx, id: InvitationId, now: Timestamp) -> Result<(), Error> {
    set(tx, id, ActiveModel { revoked_at: Set(Some(now.micros())), ..Default::default() }).await
}

/// Withdraws what waits for the password of somebody who goes.
pub async fn revoke_of_person(
    tx: &Tx,
    partner: PartnerId,
    user: UserId,
    now: Timestamp,
) -> Result<(), Error> {
    Entity::update_many()
        .set(ActiveModel { revoked_at: Set(Some(now.micros())), ..Default::default() })
        .filter(Column::PartnerId.eq(partner.to_string()))
        .filter(Column::UserId.eq(user.to_string()))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// No invitation that is still to be answered gives this tenant any more: it is another partner's, or nobody's, or gone.
/// One that named no other gives none. The rows are locked, so that two tenants that leave at once both do.
pub async fn forget_customer(tx: &Tx, tenant: TenantId) -> Result<(), Error> {
    let naming = Entity::find()
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .filter(Column::Tenants.contains(tenant.to_string()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(&**tx);
    for row in naming.await? {
        let StaffInvitation { id, customers: Customers::Chosen(mut chosen), .. } = invitation(row)? else {
            continue;
        };
        chosen.retain(|known| *known != tenant);
        let tenants = Set(words_of(&Customers::Chosen(chosen)));
        set(tx, id, ActiveModel { tenants, ..Default::default() }).await?;
    }
    Ok(())
}

/// Notes who stands for it from now on: whoever sends it again; none for those who run the platform.
pub async fn stand_for(tx: &Tx, id: InvitationId, by: Option<UserId>) -> Result<(), Error> {
    set(tx, id, ActiveModel { invited_by: Set(by.map(|id| id.to_string())), ..Default::default() }).await
}

/// Notes whose account was made for it.
pub async fn give_person(tx: &Tx, id: InvitationId, user: UserId) -> Result<(), Error> {
    set(tx, id, ActiveModel { user_id: Set(Some(user.to_string())), ..Default::default() }).await
}

/// Says until when whoever follows the link has it to themself; none when they let go of it. In a locked partner.
pub async fn take(tx: &Tx, id: InvitationId, until: Option<Timestamp>) -> Result<(), Error> {
    let taken_until = Set(until.map(Timestamp::micros));
    set(tx, id, ActiveModel { taken_until, ..Default::default() }).await
}

/// Notes that somebody accepted.
pub async fn accept(tx: &Tx, id: InvitationId, user: UserId, now: Timestamp) -> Result<(), Error> {
    let change = ActiveModel {
        accepted_at: Set(Some(now.micros())),
        user_id: Set(Some(user.to_string())),
        taken_until: Set(None),
        ..Default::default()
    };
    set(tx, id, change).await
}

async fn set(tx: &Tx, id: InvitationId, change: ActiveModel) -> Result<(), Error> {
    Entity::update_many().set(change).filter(Column::Id.eq(id.to_string())).exec(&**tx).await?;
    Ok(())
}

/// The one of a link.
pub async fn by_secret(
    on: &impl ConnectionTrait,
    secret: &SecretString,
) -> Result<Option<StaffInvitation>, Error> {
    let row = Entity::find().filter(Column::SecretHash.eq(hash(secret))).one(on).await?;
    row.map(invitation).transpose()
}

/// One of a partner.
pub async fn by_id(
    on: &impl ConnectionTrait,
    partner: PartnerId,
    id: InvitationId,
) -> Result<Option<StaffInvitation>, Error> {
    let row = Entity::find_by_id(id.to_string()).filter(Column::PartnerId.eq(partner.to_string()));
    row.one(on).await?.map(invitation).transpose()
}

fn open(now: Timestamp) -> Condition {
    Condition::all()
        .add(Column::AcceptedAt.is_null())
        .add(Column::RevokedAt.is_null())
        .add(Column::ExpiresAt.gt(now.micros()))
}

/// Those of a partner whose links are good, the newest first.
pub async fn all_waiting(
    on: &impl ConnectionTrait,
    partner: PartnerId,
    now: Timestamp,
) -> Result<Vec<StaffInvitation>, Error> {
    let found = Entity::find().filter(open(now)).filter(Column::PartnerId.eq(partner.to_string()));
    let rows = found.order_by_desc(Column::Id).all(on).await?;
    rows.into_iter().map(invitation).collect()
}

/// Whether a partner that is open waits for somebody at an address: links of one that is closed lead nowhere.
pub async fn is_waited_for(
    on: &impl ConnectionTrait,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<bool, Error> {
    let active = Query::select()
        .column(partners::Column::Id)
        .from(partners::Entity)
        .and_where(partners::Column::Status.eq(PartnerStatus::Active.as_str()))
        .to_owned();
    let found = Entity::find()
        .filter(open(now))
        .filter(Column::Email.eq(email.to_string()))
        .filter(Column::PartnerId.in_subquery(active));
    Ok(found.one(on).await?.is_some())
}

/// A page of those of a partner, the newest first.
pub async fn page(
    on: &impl ConnectionTrait,
    partner: PartnerId,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<StaffInvitation>, Error> {
    let mut found = Entity::find().filter(Column::PartnerId.eq(partner.to_string()));
    if let Some([id]) = after.map(|cursor| cursor.0.as_slice()) {
        found = found.filter(Column::Id.lt(id));
    }
    let rows = found.order_by_desc(Column::Id).limit(limit + 1).all(on).await?;
    let rows = rows.into_iter().map(invitation).collect::<Result<Vec<_>, _>>()?;
    let key = |one: &StaffInvitation| vec![one.id.to_string()];
    Ok(Page::from_overfull(rows, usize::try_from(limit).unwrap_or(usize::MAX), key))
}
