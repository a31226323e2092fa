# Partners

nav-partners = Partners
partners-new = New partner
partners-say = Resellers, with their customers and staff.
partners-search = Name, ID or domain
partners-shown = { $count ->
    [one] One partner
   *[other] { $count } partners
}
partners-none = No partners yet
partners-none-says = A partner sells to customers of its own. Its staff sign in to the portal.

partner-name = Name
partner-state = State
partner-customers = Customers
partner-margin = Margin
partner-margin-figure = { $margin } %
partner-margin-says = { $margin } % margin
partner-margin-help = Percent of what its customers pay, with up to two decimals.
partner-since = Created
partner-slug = Partner ID
partner-slug-help = Lower-case letters, digits and hyphens. It can’t be changed later.
partner-id = Internal ID
partner-domain = Domain
partner-domain-help = The partner’s own domain, such as nordit.dk.
partner-plan = Plan
partner-seats = Seats
partner-contact-name = Contact
partner-contact-email = Contact email
partner-contact-phone = Phone
partner-billing-company = Company
partner-billing-vat = VAT number
partner-billing-country = Country code
partner-billing-country-help = Two letters, such as DK.
partner-billing-email = Email for invoices
partner-not-given = –
partner-ended = Ended
partner-about = About
partner-reach = Customers and staff
partner-count-customers = { $count ->
    [one] One customer
   *[other] { $count } customers
}
partner-count-staff = { $count ->
    [0] No one yet
    [one] One person
   *[other] { $count } people
}
partner-is-active = Its staff can work with their customers.
partner-is-suspended = Its staff are locked out. Its customers aren’t affected.
partner-is-terminated = This partner has ended. Detach its customers to give them to another.

partner-tab-overview = Overview
partner-tab-customers = Customers
partner-tab-staff = Staff
partner-tab-audit = Activity

# The form
partner-card = About the partner
partner-form-who = Partner
partner-form-contact = Contact
partner-form-billing = Billing
partner-new-says = Add its customers and invite its staff afterwards.
partner-create = Create partner
partner-edit = Edit
partner-edit-title = Edit { $name }
partner-edit-says = Changes take effect immediately. The partner ID can’t be changed.
partner-save = Save changes
partner-cancel = Cancel
partner-not-done = Nothing was changed

# What closes or ends it
partner-suspend = Suspend partner
partner-suspend-title = Suspend { $name }?
partner-suspend-says = Its staff are locked out with their next click. Resuming restores everything as it was.
partner-resume = Resume partner
partner-terminate = End partner
partner-terminate-title = End { $name }?
partner-terminate-says = Its staff are locked out with their next click. You can’t undo this, and its ID can’t be reused.
partner-goes-staff = { $count ->
    [0] No one is locked out
    [one] One person is locked out
   *[other] { $count } people are locked out
}
partner-keeps-customers = { $count ->
    [0] No customer is affected
    [one] One customer goes on as it is
   *[other] { $count } customers go on as they are
}
partner-keep-open = Keep it open
partner-keep = Keep it
partner-wrong-name = That isn’t the name of this partner. Type it exactly, with capitals and accents.
partner-done-create = { $name } was created.
partner-done-update = Changes saved.
partner-done-suspend = { $name } was suspended.
partner-done-resume = { $name } was resumed.
partner-done-terminate = { $name } has ended.

# Its customers
partner-no-customers = No customers yet
partner-no-customers-says = Attach a workspace to make it a customer of this partner.
partner-attach = Attach customer
partner-attach-says = The partner’s staff can then manage this workspace.
partner-attach-slug = Workspace ID
partner-attach-help = Find it on the workspace’s page, such as acme.
partner-detach = Detach customer
partner-detach-title = Detach { $name } from { $partner }?
partner-detach-says = The staff of { $partner } lose access to it at once. The workspace and its people aren’t affected.
partner-done-attach = Customer attached.
partner-done-detach = Customer detached.

# In the log
audit-noun-partner = Partners
action-partner-create = Partner created
action-partner-update = Partner changed
action-partner-suspend = Partner suspended
action-partner-resume = Partner resumed
action-partner-terminate = Partner ended
## Errors
error-partner-slug-taken = This partner ID is taken. Partner IDs stay reserved for good.
    .advice = Choose another.
    .field = This partner ID is taken. Partner IDs stay reserved for good.
error-partner-wrong-state = This partner is { $state }, so nothing about it can be changed.
    .advice = Check its current state first.
error-partner-changed-meanwhile = Someone else changed this partner since you read it.
    .advice = Reload it and repeat your change.
error-tenant-unknown = There is no workspace “{ $slug }”.
    .advice = Check the workspace ID on the workspace’s page.
    .field = There is no workspace “{ $slug }”.
error-customer-of-other = { $name } is a customer of { $partner }.
    .advice = Detach it there first.
    .field = { $name } is a customer of { $partner }. Detach it there first.
error-no-such-customer = This partner has no such customer.
    .advice = Check its list of customers.
## What is wrong with a field
input-margin = Enter a percentage from 0 to 100 with up to two decimals, such as 12.50.
