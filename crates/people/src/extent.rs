//! How far the end of a person's sign-ins may reach. A workspace ends what it gave; what others gave, or the person's own
//! account, is not its to close [A16].

use access::{Granted, ManageMembers, TenantRef, sessions};
use db::Tx;
use memberships::{Error, Member, rows};

use crate::service::People;
use crate::sign_outs::SignOut;

/// How much of a person's sign-ins ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of them, at the identity provider too.
    Everything,
    /// Those of the own pages that work in this workspace.
    Workspace,
}

impl Extent {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Workspace => "workspace",
        }
    }
}

/// Of what takes a membership's access away: what the sign-ins of an account from here say of the workspace must not
/// outlive it [E3]. Who has an account of their own keeps those.
pub const fn of_closing(member: &Member) -> Extent {
    if member.own_account { Extent::Workspace } else { Extent::Everything }
}

impl People {
    /// Of what a workspace does to somebody's sign-ins alone.
    pub async fn extent(
        &self,
        tx: &Tx,
        by: &Granted<ManageMembers>,
        member: &Member,
    ) -> Result<Extent, Error> {
        let is_elsewhere = !by.actor().is_operator() && self.memberships.is_shared(&**tx, member).await?;
        Ok(if is_elsewhere { Extent::Workspace } else { of_closing(member) })
    }

    /// Ends a member's sessions here as far as that goes, and asks for the end of those at the identity provider.
    /// Called while the membership still is what it was. Gives how many ended.
    pub async fn ask_sign_out_of(
        &self,
        tx: &Tx,
        tenant: &TenantRef,
        member: &Member,
        extent: Extent,
    ) -> Result<usize, Error> {
        match extent {
            Extent::Everything => self.ask_sign_out(tx, member.user).await,
            Extent::Workspace => {
                Ok(sessions::end_in(tx, member.user, tenant, self.platform.clock.now()).await?)
            }
        }
    }

    /// Ends now what was asked for.
    pub async fn sign_out_of_now(&self, member: &Member, extent: Extent) -> Result<SignOut, Error> {
        match extent {
            Extent::Everything => self.sign_out_now(member.user).await,
            Extent::Workspace => Ok(SignOut::Done),
        }
    }

    /// How far ending somebody's sign-ins would reach, for pages.
    pub async fn reach(&self, by: &Granted<ManageMembers>, member: &Member) -> Result<(Extent, bool), Error> {
        let is_shared = self.memberships.is_shared(self.platform.db.read(), member).await?;
        let is_elsewhere = is_shared && !by.actor().is_operator();
        Ok((if is_elsewhere { Extent::Workspace } else { of_closing(member) }, is_shared))
    }

    /// The memberships whose mailboxes go with it: a workspace's own, or all of the person's.
    pub async fn memberships_in(
        &self,
        tx: &Tx,
        member: &Member,
        extent: Extent,
    ) -> Result<Vec<Member>, Error> {
        Ok(match extent {
            Extent::Workspace => vec![member.clone()],
            Extent::Everything => rows::of_user(&**tx, member.user).await?,
        })
    }
}
