# What members have upstream

kind-authentik-user = Account
kind-authentik-membership = Membership
kind-ocis-user = Files account
kind-ocis-membership = Shared space membership
kind-ocis-quota = Limit of their own drive
step-authentik-user = Account
step-authentik-membership = Membership
step-ocis-user = Files account
step-ocis-membership = Shared space membership
step-ocis-quota = Limit of their own drive

# In the log

audit-noun-member = Members
action-member-create = Member added
action-member-adopt = Member record created from a role
action-member-mailbox = Mailbox added
action-member-remove = Member removed
action-invitation-resend = Invitation sent again

## Errors
error-no-such-member = This workspace has no such member.
    .advice = Check the list of members.
error-member-known = { $address } is already a member of this workspace.
    .advice = Find them in the list of members.
    .field = This address already belongs to a member of this workspace.
error-has-account = No account can be created for { $address }: the address may already belong to someone.
    .advice = Invite them instead: they get a link by email, and join as themselves.
    .field = This address may already belong to someone. Invite them instead.
error-foreign-domain = No account can be created for an address on { $domain }: the domain belongs to someone else.
    .advice = Invite the person: they join with the account they have. Or use an address on your own domain.
    .field = This domain belongs to someone else. Invite the person instead.
error-own-account = This person signs in with their own account, and only they can change it.
    .advice = They can change it with the provider of that account. You can change their role, mailbox and access here.
error-already-invited = { $address } is already invited to this workspace.
    .advice = Send that invitation again, or withdraw it first.
    .field = This address is already invited.
error-no-such-invitation = This workspace has no such invitation.
    .advice = Check the list of invitations.
error-invitation-over = { $state ->
    [accepted] This invitation was already accepted.
   *[other] This invitation was already withdrawn.
}
    .advice = { $state ->
        [accepted] Find them in the list of members.
       *[other] Invite them again.
    }
error-member-already = You’re already a member of { $workspace }.
    .advice = There’s nothing left to do.
error-still-leaving = Your earlier access to { $workspace } is still being removed.
    .advice = Open the link again in a few minutes: it still works.
error-no-such-session = This person has no such session.
    .advice = It may have ended already. Check the list of sessions.
error-second-factor-unknown = We can’t tell right now whether this person has a second factor.
    .advice = Try again in a moment. We don’t remind anyone who may already have one.
error-second-factors-unknown = We can’t tell right now who has a second factor.
    .advice = Try again in a moment, or remove this filter.
error-reminded-lately = This person was reminded within the last day.
    .advice = Remind them again tomorrow.
error-too-many-mails = This workspace sent { $most } emails within an hour, the most it may.
    .advice = { $minutes ->
        [one] Nothing was changed. Try again in a minute.
       *[other] Nothing was changed. Try again in { $minutes } minutes.
    }
error-too-many-mails-to = { $address } was sent { $most } emails within an hour, the most anyone is sent.
    .advice = { $minutes ->
        [one] Nothing was changed. Try again in a minute.
       *[other] Nothing was changed. Try again in { $minutes } minutes.
    }
error-mailbox-taken = { $address } is someone else’s mailbox.
    .advice = Choose another name for the mailbox.
    .field = Someone else has this mailbox.
error-has-mailbox = They already have the mailbox { $address }.
    .advice = Add an alias instead of another name.
    .field = They already have { $address }.
error-mailbox-address-taken = { $holder }
    .advice = Choose another name for the mailbox.
error-no-seat = { $seats ->
    [one] The only seat of this workspace is taken.
   *[other] All { $seats } seats of this workspace are taken.
}
    .advice = Remove a member, or ask for more seats.
error-not-oneself = You can’t do that to yourself.
    .advice = Ask another admin of the workspace.
error-last-owner = This is the last owner of the workspace.
    .advice = Make someone else an owner first.
error-no-own-password = This person hasn’t chosen a password of their own yet, so they can’t become an owner.
    .advice = Ask them to sign in and choose one, then make them an owner.
    .field = They haven’t chosen a password of their own yet. Ask them to sign in and choose one first.
error-locked-mailbox = { $address } opens only once the invitation is accepted, so no one could read it there.
    .advice = Use a private address, or add them with a first password.
    .field = { $address } opens only once the invitation is accepted. Enter a private address.
error-owners-only = Only an owner of the workspace can do that to an owner, or make someone an owner.
    .advice = Ask an owner of the workspace.
error-shared-account = This person is also in other workspaces, so this workspace can’t set their password.
    .advice = They can choose a new password themselves, on their account page.
error-shared-name = This person is also in other workspaces, so this workspace can’t change their name.
    .advice = Contact your provider, or ask them to change it themselves.
error-member-removing = This member is being removed.
    .advice = Wait until they’re removed.
error-workspace-closed = This workspace is { $state }, so an invitation link wouldn’t let anyone in.
    .advice = Resume the workspace first, then invite.
error-weak-password = This password can’t be used. { $why }
error-no-portal = The portal has no address, so there is no link to send.
    .advice = Contact your provider.
error-no-mail-to = No email can be sent to this person’s address.
    .advice = Contact your provider.
error-sign-in-silent = The sign-in service isn’t answering.
    .advice = Try again in a moment.
error-session-goes-on = The sign-in service didn’t end this session.
    .advice = Try again in a moment.
error-password-not-everywhere = The password wasn’t changed everywhere. { $why }
    .advice = Try again in a moment.
error-account-pending = Your account is being created, and its password isn’t set yet.
    .advice = Try again in a moment.
## What is wrong with a field
input-role = Use member, admin or owner.
mailbox-unnamed = “{ $local }” can’t be a mailbox name. Enter a name of letters and digits.
mailbox-unnamed-but = “{ $local }” can’t be a mailbox name. Enter a name such as { $proposed }.

# Why a step can’t be done
blocked-account-gone = The person’s account is gone from Authentik.
blocked-own-account-gone = The account this person signed in with is gone from Authentik.
blocked-account-number = The account has no number in Authentik.
blocked-account-taken = Authentik has another account with the name or address “{ $username }”. Remove this member and invite the person instead: the account’s owner must agree.
blocked-account-renamed = The account’s user name was changed in Authentik. Change it back to “{ $username }” there.
blocked-account-origin = Dezky can’t tell whether it created this account.
blocked-membership-sides = The membership has no group or no person.
blocked-files-user-taken = oCIS already has an account for “{ $name }” that Dezky didn’t create. It’s left unchanged.
blocked-space-gone = The space is gone from oCIS.
blocked-space-not-a-member = Dezky’s own account isn’t a member of the space. A manager of the space must invite it again.
blocked-space-sides = The membership has no space or no person.
blocked-space-last-manager = The person is the last manager of the space.
blocked-space-contradiction = oCIS says that the person is a member of the space, and that they aren’t.
