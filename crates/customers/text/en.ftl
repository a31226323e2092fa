# A tenant
tenant-edit = Edit
tenant-suspend = Suspend workspace
tenant-resume = Resume workspace
tenant-terminate = End workspace
tenant-people = People with a role
tenant-no-people = No one has a role yet. People appear once they accept an invitation.
tenant-id = Internal ID
tenant-industry = Industry
tenant-storage-by-hand = set manually
tenant-storage-by-plan = Use the plan’s storage
tenant-storage = Storage bought
tenant-purged-after = Purged after
handle-authentik-group = Group ID
handle-stalwart-domain = Mail domain ID
handle-ocis-drive = Space ID
tab-overview = Overview

# Actions and what they led to
done-create = { $name } was created. We’re setting it up.
done-update = Changes saved.
done-suspend = { $name } was suspended.
done-resume = { $name } was resumed.
done-terminate = { $name } has ended.
done-reconcile = Retrying now.
done-apply = The changes were applied.
done-removals = Removals resumed.
stopped-moved = The pending removals have changed. Review them again.
stopped-wrong-name = That isn’t the name of this workspace. Type it exactly, with capitals and accents.
suspend-title = Suspend { $name }?
suspend-says = It closes immediately for all its members. Resuming restores everything exactly as it was.
suspend-goes-sign-in = No one in this workspace can sign in
suspend-goes-files = Its files can’t be opened
suspend-goes-mail = Mail keeps arriving and is kept
suspend-keep = Keep it open
terminate-title = End { $name }?
terminate-says = It closes immediately. After the grace period, everything is deleted for good. Its workspace ID can’t be reused.
terminate-goes-seats = { $seats ->
    [one] One seat
   *[other] { $seats } seats
}
terminate-goes-files = All files in its project space
terminate-goes-mail = Its mail domain and signing keys
terminate-keep = Keep it
terminate-wrong-name = That isn’t the name of this workspace. Type it exactly, with capitals and accents.

# The form of a tenant
new-title = New tenant
new-says = Sign-in, mail and files are set up as soon as you create it.
new-card = About the customer
new-submit = Create tenant
new-what-happens = What happens next
new-step-group = A sign-in group is created so that its people can sign in.
new-step-domain = The mail domain is added with its signing keys. By creating it here, you vouch that the customer owns it.
new-step-drive = A shared space is created with half of the plan’s storage.
edit-title = Edit { $name }
edit-says = Changes take effect immediately. The workspace ID can’t be changed.
edit-card = About the customer
edit-submit = Save changes
edit-anyway = Save anyway
edit-overrun = This is less than what’s in use
edit-overrun-seats = { $who }, { $seats ->
    [one] 1 seat
   *[other] { $seats } seats
}. Everyone stays, but no one can be added or invited.
edit-overrun-storage = { $given } of storage is assigned, and the plan would have { $all }. Nothing is lost, but not every limit can be filled.
form-cancel = Cancel
form-who = Customer
form-what = Plan and domain
form-owner = First owner
form-whom = Billing
field-name = Name
field-name-help = The name people see, in any script.
field-slug = Workspace ID
field-slug-help = Lower-case letters, digits and hyphens. It can’t be changed later.
field-industry = Industry
field-partnerid = Partner
field-partnerid-none = None, a direct customer
field-plan = Plan
field-seats = Seats
field-primarydomain = Mail domain
field-primarydomain-help = For example acme.dk. International names are fine. You can add it later.
field-owner-email = First owner’s email
field-owner-email-help = We’ll email an invitation. They own the workspace once they accept.
field-billinginfo-company = Company
field-billinginfo-vatid = VAT number
field-billinginfo-country = Country code
field-billinginfo-country-help = Two letters, such as DK.
field-billinginfo-email = Email for invoices

# The list of tenants
tenants-says = All customers, direct and through partners.
tenants-search = Name, workspace ID or domain
tenants-shown = { $count ->
    [one] One tenant
   *[other] { $count } tenants
}
tenants-none = No tenants yet
tenants-none-says = A tenant is one company. Sign-in, mail and files are set up as soon as you create it.
column-name = Name
column-state = State
column-plan = Plan
column-seats = Seats
column-partner = Partner
column-created = Created
column-health = Health
health-failing = Needs attention

## What is wrong with a field
input-country = Enter a two-letter country code such as DK.
