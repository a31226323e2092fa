//! What a person has, as they see it themself: their mailboxes, files, a second factor.

use access::{Granted, OwnAccount, OwnPassword, Permission, TenantRights};
use addresses::Mailbox;
use kernel::{EmailAddress, TenantId};
use memberships::{Error, FILES_USER, Member, PasswordState, rows};
use reconcile::Resource;

use crate::live::{Known, MailUse, patience};
use crate::service::People;

/// What a person has in all open workspaces together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    pub mailboxes: Vec<MyMailbox>,
    /// Whether their password signs them in; none where the account is their own.
    pub sign_in: Option<PasswordState>,
    /// True when they have an account for files.
    pub has_files: bool,
    /// Whether they have a second factor.
    pub second_factor: Known<bool>,
}

/// A person's own mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyMailbox {
    /// The workspace that it belongs to.
    pub tenant: TenantId,
    pub address: String,
    /// Other addresses whose mail comes to it.
    pub aliases: Vec<EmailAddress>,
    /// Whether it can be opened.
    pub state: PasswordState,
    /// How full it is.
    pub used: Known<MailUse>,
}

impl People {
    /// The caller's memberships, with what they own and what the person owns.
    async fn own<P: Permission>(&self, by: &Granted<P>) -> Result<(Vec<Member>, Vec<Resource>), Error> {
        let (db, user) = (self.platform.db.read(), by.actor().person.id);
        let mut own = rows::of_user(db, user).await?;
        own.retain(|member| member.removed_at.is_none());
        let owners: Vec<String> =
            own.iter().map(|member| member.id.to_string()).chain([user.to_string()]).collect();
        Ok((own, reconcile::of_owners(db, &owners).await?))
    }

    /// The caller's mailboxes by their address, as far as it is known, and whether their password opens them.
    pub(crate) async fn own_mailboxes(
        &self,
        by: &Granted<OwnPassword>,
    ) -> Result<Vec<(String, PasswordState)>, Error> {
        let (own, resources) = self.own(by).await?;
        let stated = |member: &Member| {
            let mailbox = member.mailbox.as_ref()?;
            let name = mailbox.address().unwrap_or_else(|| mailbox.local.as_str().to_owned());
            Some((name, PasswordState::of_mailbox(member, &resources)))
        };
        Ok(own.iter().filter_map(stated).collect())
    }

    /// What the caller has where they are let in.
    pub async fn mine(&self, by: &Granted<OwnAccount>) -> Result<Mine, Error> {
        let open = |rights: &TenantRights| rights.tenant.status.is_open();
        let tenants: Vec<TenantId> =
            by.actor().rights.tenants.iter().filter(|it| open(it)).map(|it| it.tenant.id).collect();
        let (mut own, resources) = self.own(by).await?;
        own.retain(|member| tenants.contains(&member.tenant));
        let (used, second_factor) =
            tokio::join!(self.mail_of(&own, &resources, patience()), self.own_second_factor(by));
        let mut mailboxes = Vec::new();
        for (member, used) in own.iter().zip(used?) {
            let Some(address) = member.mailbox.as_ref().and_then(Mailbox::address) else { continue };
            mailboxes.push(MyMailbox {
                tenant: member.tenant,
                aliases: addresses::aliases_of(self.platform.db.read(), &member.id.to_string()).await?,
                state: PasswordState::of_mailbox(member, &resources),
                address,
                used,
            });
        }
        let sign_in = own.iter().find_map(Member::sign_in_state);
        let has_files =
            resources.iter().any(|it| it.kind == FILES_USER && it.spec.is_some() && it.upstream_id.is_some());
        Ok(Mine { mailboxes, sign_in, has_files, second_factor })
    }
}
