//! The mail of an invitation. Its link is in no other place.

use access::invitations::{self, Invitation};
use access::{TenantRef, people};
use db::Tx;
use kernel::Clock;
use mailer::Mail;
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Error;

/// Gives an invitation a new link and writes the mail that it goes with.
pub async fn send(
    tx: &Tx,
    clock: &Clock,
    portal: Option<&str>,
    tenant: &TenantRef,
    invitation: &Invitation,
) -> Result<(), Error> {
    let Some(portal) = portal else {
        return Err(Error::NotDone("the portal has no address, so there is no link to send".to_owned()));
    };
    let inviter = match invitation.invited_by {
        Some(user) => people::by_ids(&**tx, &[user]).await?.pop().map(|person| person.name),
        None => None,
    };
    let secret = invitations::give_link(tx, clock, invitation.id).await?;
    let link = SecretString::from(format!("{portal}/invitation/{}", secret.expose_secret()));
    let (subject, text) = said(invitation, &tenant.name, inviter.as_deref(), &link);
    let key = format!("{} {}", invitation.id, clock.now().micros());
    let mail = Mail { to: invitation.email.clone(), subject, text, html: None, key };
    Ok(mailer::enqueue(tx, clock, &mail).await?)
}

fn said(
    invitation: &Invitation,
    workspace: &str,
    inviter: Option<&str>,
    link: &SecretString,
) -> (String, String) {
    let hello =
        if invitation.name.is_empty() { String::new() } else { format!("Hello {},\n\n", invitation.name) };
    let (subject, what, how) = if invitation.user.is_some() {
        let what = format!("there is an account for you at {workspace}.");
        (format!("Your account at {workspace}"), what, "Choose its password here:")
    } else {
        let who = inviter.map_or_else(|| "you are invited".to_owned(), |name| format!("{name} invites you"));
        let what = format!("{who} to work in {workspace}.");
        (format!("Invitation to {workspace}"), what, "Accept here:")
    };
    let what = if hello.is_empty() { capital(&what) } else { what };
    let text = format!(
        "{hello}{what}\n\n{how}\n\n{}\n\nThe link is good for seven days, and once. It is for you alone: whoever has it \
         gets in as you. If you did not expect this, do nothing.\n",
        link.expose_secret()
    );
    (subject, text)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}", letters.as_str())
}
