//! Invitations to a role in a tenant. Whoever has the link's secret may accept, whatever their address: a role is
//! linked to a person by the invitation alone. Only a hash of the secret is kept.

use db::find::{self, Place};
use db::{Error, Tx};
use kernel::cursor::Page;
use kernel::needle::find_key;
use kernel::{Clock, Cursor, EmailAddress, InvitationId, Needle, TenantId, Timestamp, UserId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select, Set,
};
use secrecy::SecretString;

use crate::directory::TenantStatus;
use crate::links::{fresh, hash};
use crate::role::TenantRole;
use crate::tables::invitations::{ActiveModel, Column, Entity, Model};

pub use crate::links::{LASTS, State};

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Where to.
    pub tenant: TenantId,
    /// Where its mail goes.
    pub email: EmailAddress,
    /// What the person is called, as far as whoever invites them knows.
    pub name: String,
    /// The role that it gives.
    pub role: TenantRole,
    /// What stands before the `@` of their mailbox, where that was said.
    pub mailbox: Option<String>,
    /// Who invited them; none for what Dezky did by itself.
    pub invited_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its last mail was written; none until the first.
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

impl Invitation {
    /// A new one, whose mail is yet to be written.
    pub fn new(
        clock: &Clock,
        tenant: TenantId,
        email: EmailAddress,
        role: TenantRole,
        invited_by: Option<UserId>,
    ) -> Self {
        let now = clock.now();
        Self {
            id: InvitationId::new(clock),
            tenant,
            email,
            name: String::new(),
            role,
            mailbox: None,
            invited_by,
            created_at: now,
            sent_at: None,
            expires_at: now.after(LASTS),
            accepted_at: None,
            revoked_at: None,
            user: None,
            taken_until: None,
        }
    }

    /// Where it stands.
    pub fn state(&self, now: Timestamp) -> State {
        State::of(self.accepted_at, self.revoked_at, self.expires_at, now)
    }
}

fn invitation(row: Model) -> Result<Invitation, Error> {
    let damaged = |what: &str| Error::damaged("invitations", format!("{what} of {}", row.id));
    let time = |micros: Option<i64>| micros.map(Timestamp::from_micros);
    let user = |id: Option<String>| id.map(|id| id.parse()).transpose();
    Ok(Invitation {
        id: row.id.parse().map_err(|_| damaged("id"))?,
        tenant: row.tenant_id.parse().map_err(|_| damaged("tenant"))?,
        email: row.email.parse().map_err(|_| damaged("address"))?,
        role: TenantRole::parse(&row.role).ok_or_else(|| damaged("role"))?,
        invited_by: user(row.invited_by.clone()).map_err(|_| damaged("inviter"))?,
        user: user(row.user_id.clone()).map_err(|_| damaged("person"))?,
        name: row.name,
        mailbox: row.mailbox,
        created_at: Timestamp::from_micros(row.created_at),
        sent_at: time(row.sent_at),
        expires_at: Timestamp::from_micros(row.expires_at),
        accepted_at: time(row.accepted_at),
        revoked_at: time(row.revoked_at),
        taken_until: time(row.taken_until),
    })
}

/// Writes a new one. Its link is made when its mail is written.
pub async fn insert(tx: &Tx, new: &Invitation) -> Result<(), Error> {
    let micros = |at: Option<Timestamp>| at.map(Timestamp::micros);
    let row = Model {
        id: new.id.to_string(),
        tenant_id: new.tenant.to_string(),
        email: new.email.to_string(),
        name: new.name.clone(),
        find_key: find_key(&[&new.name, &new.email.to_string()]),
        role: new.role.as_str().to_owned(),
        mailbox: new.mailbox.clone(),
        secret_hash: None,
        invited_by: new.invited_by.map(|id| id.to_string()),
        created_at: new.created_at.micros(),
        sent_at: micros(new.sent_at),
        expires_at: new.expires_at.micros(),
        accepted_at: micros(new.accepted_at),
        revoked_at: micros(new.revoked_at),
        user_id: new.user.map(|id| id.to_string()),
        taken_until: micros(new.taken_until),
    };
    row.into_active_model().insert(&**tx).await?;
    Ok(())
}

/// Gives it a new link, good for a while from now; a former one is worth nothing from then on.
pub async fn give_link(tx: &Tx, clock: &Clock, id: InvitationId) -> Result<SecretString, Error> {
    let secret = fresh();
    let now = clock.now();
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
pub async fn revoke_of_person(tx: &Tx, tenant: TenantId, user: UserId, now: Timestamp) -> Result<(), Error> {
    Entity::update_many()
        .set(ActiveModel { revoked_at: Set(Some(now.micros())), ..Default::default() })
        .filter(Column::TenantId.eq(tenant.to_string()))
        .filter(Column::UserId.eq(user.to_string()))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Notes whose account was made for it.
pub async fn give_person(tx: &Tx, id: InvitationId, user: UserId) -> Result<(), Error> {
    set(tx, id, ActiveModel { user_id: Set(Some(user.to_string())), ..Default::default() }).await
}

/// Says until when whoever follows the link has it to themself; none when they let go of it. In a locked tenant.
pub async fn take(tx: &Tx, id: InvitationId, until: Option<Timestamp>) -> Result<(), Error> {
    let taken_until = Set(until.map(Timestamp::micros));
    set(tx, id, ActiveModel { taken_until, ..Default::default() }).await
}

/// Notes who stands for it from now on: whoever sends it again; none for those who run the platform.
pub async fn stand_for(tx: &Tx, id: InvitationId, by: Option<UserId>) -> Result<(), Error> {
    set(tx, id, ActiveModel { invited_by: Set(by.map(|id| id.to_string())), ..Default::default() }).await
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

/// Forgets all of a tenant that is gone.
pub async fn forget_of_tenant(tx: &Tx, tenant: TenantId) -> Result<(), Error> {
    Entity::delete_many().filter(Column::TenantId.eq(tenant.to_string())).exec(&**tx).await?;
    Ok(())
}

/// The one of a link.
pub async fn by_secret(
    on: &impl ConnectionTrait,
    secret: &SecretString,
) -> Result<Option<Invitation>, Error> {
    let row = Entity::find().filter(Column::SecretHash.eq(hash(secret))).one(on).await?;
    row.map(invitation).transpose()
}

/// One of a tenant.
pub async fn by_id(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    id: InvitationId,
) -> Result<Option<Invitation>, Error> {
    let row = Entity::find_by_id(id.to_string()).filter(Column::TenantId.eq(tenant.to_string())).one(on);
    row.await?.map(invitation).transpose()
}

fn waiting(tenant: TenantId, now: Timestamp) -> Condition {
    open(now).add(Column::TenantId.eq(tenant.to_string()))
}

fn open(now: Timestamp) -> Condition {
    Condition::all()
        .add(Column::AcceptedAt.is_null())
        .add(Column::RevokedAt.is_null())
        .add(Column::ExpiresAt.gt(now.micros()))
}

/// Those of a tenant whose links are good.
pub async fn all_waiting(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    now: Timestamp,
) -> Result<Vec<Invitation>, Error> {
    let rows = Entity::find().filter(waiting(tenant, now)).order_by_asc(Column::Id).all(on).await?;
    rows.into_iter().map(invitation).collect()
}

/// How many of a tenant are waiting.
pub async fn count_waiting(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    now: Timestamp,
) -> Result<u64, Error> {
    Ok(Entity::find().filter(waiting(tenant, now)).count(on).await?)
}

/// How many seats of a tenant wait for somebody who is invited. Who has an account there already has a seat of theirs.
pub async fn held_seats(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    now: Timestamp,
    besides: Option<InvitationId>,
) -> Result<u64, Error> {
    let mut held = Entity::find().filter(waiting(tenant, now)).filter(Column::UserId.is_null());
    if let Some(id) = besides {
        held = held.filter(Column::Id.ne(id.to_string()));
    }
    Ok(held.count(on).await?)
}

/// The same of every tenant where somebody is waited for, by its id.
pub(crate) async fn held_everywhere(
    on: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<Vec<(String, i64)>, Error> {
    let held = Entity::find().filter(open(now)).filter(Column::UserId.is_null());
    let counted = held.select_only().column(Column::TenantId).column_as(Column::Id.count(), "people");
    Ok(counted.group_by(Column::TenantId).into_tuple().all(on).await?)
}

/// The one of a tenant that waits for an address.
pub async fn waiting_for(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<Option<Invitation>, Error> {
    let found = Entity::find().filter(waiting(tenant, now)).filter(Column::Email.eq(email.to_string()));
    found.one(on).await?.map(invitation).transpose()
}

/// All that wait for an address, wherever to: for whoever asks whether it may be somebody's already.
pub async fn all_waiting_for(
    on: &impl ConnectionTrait,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<Vec<Invitation>, Error> {
    let rows = Entity::find().filter(open(now)).filter(Column::Email.eq(email.to_string())).all(on).await?;
    rows.into_iter().map(invitation).collect()
}

/// Which of these addresses wait for an invitation of another tenant.
pub async fn waiting_elsewhere(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    addresses: &[String],
    now: Timestamp,
) -> Result<Vec<String>, Error> {
    let found = Entity::find()
        .filter(open(now))
        .filter(Column::TenantId.ne(tenant.to_string()))
        .filter(Column::Email.is_in(addresses.iter().cloned()));
    Ok(found.all(on).await?.into_iter().map(|row| row.email).collect())
}

/// The last that was made for somebody's account in a tenant, if they have not accepted it yet.
pub async fn open_of_person(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    user: UserId,
) -> Result<Option<Invitation>, Error> {
    let found = Entity::find()
        .filter(Column::UserId.eq(user.to_string()))
        .filter(Column::TenantId.eq(tenant.to_string()))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .order_by_desc(Column::Id);
    found.one(on).await?.map(invitation).transpose()
}

/// Whether the link of an invitation leads into a workspace in this state. Only then it is made and sent.
pub fn leads_into(status: TenantStatus) -> bool {
    status.is_open()
}

/// Those whose mail is yet to be written.
pub async fn unsent(on: &impl ConnectionTrait, most: u64) -> Result<Vec<Invitation>, Error> {
    let rows = Entity::find()
        .filter(Column::SentAt.is_null())
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .order_by_asc(Column::Id)
        .limit(most)
        .all(on)
        .await?;
    rows.into_iter().map(invitation).collect()
}

/// A page of those of a tenant, the newest first; of one state, or all.
pub async fn page(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    state: Option<State>,
    now: Timestamp,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<Invitation>, Error> {
    let mut found = in_state(tenant, state, now);
    if let Some([id]) = after.map(|cursor| cursor.0.as_slice()) {
        found = found.filter(Column::Id.lt(id));
    }
    let rows = found.order_by_desc(Column::Id).limit(limit + 1).all(on).await?;
    let rows = rows.into_iter().map(invitation).collect::<Result<Vec<_>, _>>()?;
    let key = |one: &Invitation| vec![one.id.to_string()];
    Ok(Page::from_overfull(rows, usize::try_from(limit).unwrap_or(usize::MAX), key))
}

/// How many of a tenant there are; of one state, or all.
pub async fn count(
    on: &impl ConnectionTrait,
    tenant: TenantId,
    state: Option<State>,
    now: Timestamp,
) -> Result<u64, Error> {
    Ok(in_state(tenant, state, now).count(on).await?)
}

fn in_state(tenant: TenantId, state: Option<State>, now: Timestamp) -> Select<Entity> {
    let found = Entity::find().filter(Column::TenantId.eq(tenant.to_string()));
    let open = || Condition::all().add(Column::AcceptedAt.is_null()).add(Column::RevokedAt.is_null());
    match state {
        None => found,
        Some(State::Waiting) => found.filter(waiting(tenant, now)),
        Some(State::Accepted) => found.filter(Column::AcceptedAt.is_not_null()),
        Some(State::Revoked) => {
            found.filter(Column::RevokedAt.is_not_null()).filter(Column::AcceptedAt.is_null())
        }
        Some(State::Expired) => found.filter(open().add(Column::ExpiresAt.lte(now.micros()))),
    }
}

/// Those of a tenant that a needle finds, the best first. Who has accepted is found as a member.
pub async fn found(
    on: &impl ConnectionTrait,
    tenant: Option<TenantId>,
    needle: &Needle,
    most: u64,
) -> Result<Vec<Invitation>, Error> {
    let of_tenant = tenant.map(|tenant| Column::TenantId.eq(tenant.to_string()));
    let of = Condition::all().add_option(of_tenant).add(Column::AcceptedAt.is_null());
    let ids = find::best(on, Place { table: "invitations", id: "id", of }, needle, most).await?;
    let rows = Entity::find().filter(Column::Id.is_in(ids.iter())).all(on).await?;
    let found = rows.into_iter().map(invitation).collect::<Result<Vec<_>, _>>()?;
    Ok(find::in_order(&ids, found, |one| one.id.to_string()))
}
