# Invitations

invitations-shown = { $count ->
    [one] One invitation
   *[other] { $count } invitations
}
invitations-none = No invitations yet
invitations-none-here = Invitations to this workspace appear here, including the first owner's.
invitations-none-says = Invite people by email. They choose their own password, and no one else sees it.
invitation-sent = Sent
invitation-unsent = Not yet
invitation-until = Expires
invitation-waiting = Waiting
invitation-accepted = Accepted
invitation-revoked = Withdrawn
invitation-held = On hold
invitation-held-says = The person who sent it can no longer invite people. Send it again to let them in.
invitation-expired = Expired
invitation-resend = Send again
invitation-revoke = Withdraw invitation
invitation-revoke-title = Withdraw the invitation to { $email }?
invitation-revoke-says = The link in their email stops working, and their seat is free again.
invitation-revoke-account-says = The link in their email stops working. Their account stays, without a password until you create one on their page.
invitation-done-invite = Invitation created. The email is on its way.
invitation-done-resend = Invitation sent again with a new link. The old link no longer works.
invitation-done-revoke = Invitation withdrawn. The link no longer works.

link-title = Join { $name }
link-says = { $inviter } invited you as { $role }.
link-says-alone = You're invited as { $role }.
link-password-title = Your account at { $name }
link-password-says = It's ready for { $email }. Choose a password for sign-in and mail.
link-name = Your name
link-password = Choose a password
link-accept = Accept invitation
link-known = Already have an account?
link-sign-in = Sign in
link-has-account = The address this was sent to already has an account. Sign in with it to accept.
link-join-as = Join as { $name }
link-not-you = To accept with another account, sign out and open the link again.
link-sign-out = Sign out
link-not-done = Invitation not accepted
link-not-yet = Your account isn't ready yet. Try again in a moment; the link still works.
link-no-seat = This workspace has no free seats. Contact the person who invited you; the link still works.
link-mailbox-taken = The mailbox meant for you now belongs to someone else. Ask the person who invited you to send a new invitation.
link-joined = You joined { $name }
link-joined-says = { $name } is now one of your workspaces. Switch between them at the top of each page.
link-joined-before = You're already in { $name }
link-joined-before-says = You accepted this invitation as { $email }. There's nothing left to do.
link-mailbox = Your new mailbox
link-mailbox-says = { $address } opens once you set your password again on your account page.
link-go-on = Continue
link-ready = Your account is ready
link-later = Not everything is ready yet
link-later-says = You can sign in. Once your mailbox is ready, set your password again on your account page so it works for mail too.

# In the log
audit-noun-invitation = Invitations
action-invitation-create = Invitation sent
action-invitation-revoke = Invitation revoked
action-invitation-accept = Invitation accepted

## Errors
error-sign-in-first = This address already has an account.
    .advice = Sign in with it, and open the link again.
error-link-unknown = This link doesn’t work.
    .advice = Copy the whole link from the email. If you got more than one, only the newest works.
error-link-spent = This invitation was already accepted.
    .advice = If it was you, sign in.
error-link-revoked = This invitation was withdrawn.
    .advice = Ask the person who invited you to invite you again.
error-link-expired = This invitation has expired: it worked for 7 days.
    .advice = Ask the person who invited you to invite you again.
error-link-closed = This workspace is closed right now.
    .advice = Ask the person who invited you. The invitation stays valid until it expires.
error-link-suspended = Your access to this workspace is suspended right now.
    .advice = Ask the person who invited you, or another admin there. This link works again once they resume your access.
error-link-unvouched = The person who invited you no longer manages this workspace.
    .advice = Ask another admin there to send it again.
error-link-taken = This invitation is being accepted right now.
    .advice = If it’s you, wait a minute, then open the link again.
