# The staff of a partner

staff-person = Person
staff-role = Role
staff-role-help = Owners and admins run customers. Support reads and resets passwords. Billing sees invoices only.
staff-reach = Customers
staff-reach-all = All customers
staff-reach-chosen = { $count ->
    [0] None
    [one] One customer
   *[other] { $count } customers
}
staff-reach-of-all = All customers, new ones too
staff-reach-of-chosen = Chosen customers
staff-choices = Chosen customers
staff-choices-help = Only counts if you choose “Chosen customers”.
staff-factor = Second factor
staff-factor-on = On
staff-factor-off = Off
staff-factor-unknown = Unknown
staff-last-sign-in = Last sign-in
staff-never = Never
staff-none = No one works here yet
staff-none-says = Invite people by email. They join with a link.
staff-access = Access
staff-invite = Invite person
staff-invite-title = Invite to { $partner }
staff-invite-says = We’ll email a link that works once and expires in 7 days.
staff-invite-send = Send invitation
staff-email = Email
staff-email-help = Whoever follows the link joins, with their own account.
staff-name = Name
staff-invitations = Invitations
staff-invited = Invited
staff-expires = Expires
staff-resend = Send again
staff-revoke = Withdraw invitation
staff-revoke-title = Withdraw the invitation to { $email }?
staff-revoke-says = The link in their email stops working.
staff-remove = Remove person
staff-remove-title = Remove { $name } from { $partner }?
staff-remove-says = They lose access to all customers of this partner with their next click.
staff-done-invite = Invitation sent.
staff-done-change = Changes saved.
staff-done-remove = Person removed.
staff-done-resend = Invitation sent again with a new link. The old link no longer works.
staff-done-revoke = Invitation withdrawn. The link no longer works.

# The link of an invitation
staff-link-title = Join the staff of { $partner }
staff-link-says = { $inviter } invited you as { $role }.
staff-link-says-alone = You’re invited as { $role }.
staff-joined = You joined { $partner }
staff-joined-says = You now work for { $partner }.
staff-go-on = Continue

# In the log
audit-noun-staff = Partner staff
action-staff-invite = Person invited to a partner’s staff
action-staff-resend = Invitation to a partner’s staff sent again
action-staff-revoke = Invitation to a partner’s staff withdrawn
action-staff-add = Person added to a partner’s staff
action-staff-join = Invitation to a partner’s staff accepted
action-staff-update = Role or customers of partner staff changed
action-staff-remove = Person removed from a partner’s staff

## Errors
error-not-a-customer = “{ $slug }” isn’t a customer of this partner.
    .advice = Check its list of customers.
    .field = “{ $slug }” isn’t a customer of this partner.
error-too-many-chosen = At most { $most } customers can be chosen one by one.
    .advice = Give the person all customers instead.
    .field = At most { $most } customers can be chosen one by one.
error-no-such-staff = This partner’s staff has no such person.
    .advice = Check the list of its staff.
error-staff-known = { $address } already works for this partner.
    .advice = Change their role in the list of its staff.
    .field = { $address } already works for this partner.
error-staff-already-invited = { $address } is already invited.
    .advice = Send that invitation again instead.
    .field = { $address } is already invited.
error-no-such-staff-invitation = This partner has no such invitation.
    .advice = Check the list of its staff.
error-staff-invitation-over = This invitation is { $state }.
    .advice = Send a new one.
error-staff-oneself = You can’t change or remove yourself.
    .advice = Ask someone else to do it.
error-last-partner-owner = This is the last owner of the partner.
    .advice = Make someone else an owner first.
error-staff-changed-meanwhile = Someone else changed this person’s access since you read it.
    .advice = Reload it and repeat your change.
error-too-many-staff = A partner’s staff can have at most { $most } people, invitations included.
    .advice = Remove someone, or withdraw an invitation.
error-too-many-partner-mails = { $most } emails were sent for this partner within an hour, the most allowed.
    .advice = Nothing was changed. Try again later.
error-too-many-mails-to-staff = This address was sent { $most } emails within an hour, the most anyone is sent.
    .advice = Nothing was changed. Try again later.
error-no-portal-for-staff = The portal has no address, so there is no link to send.
    .advice = Set PORTAL_URL.
error-staff-account-pending = Your account isn’t ready yet.
    .advice = Try again in a moment. The link still works.
error-staff-already = You already work for { $partner }.
    .advice = There’s nothing left to do.
error-partner-link-closed = This partner is suspended right now.
    .advice = The invitation works again once it’s resumed, until it expires.

## What is wrong with a field
staff-customer-unknown = This isn’t a workspace ID.
staff-no-customer-chosen = Choose at least one customer, or all customers.
