# Navigation
nav-tenants = Tenants

# Words that several pages share
plan-starter = Starter
plan-business = Business
plan-enterprise = Enterprise
role-owner = Owner
role-admin = Admin
role-member = Member
partner-role-owner = Partner owner
partner-role-admin = Partner admin
partner-role-support = Partner support
partner-role-billing = Partner billing
upstream-sign_in = Sign-in
upstream-authentik = Authentik
upstream-stalwart = Stalwart
upstream-ocis = oCIS
upstream-dns = DNS resolvers
upstream-mail = Outgoing mail
upstream-database = Database

# States of a tenant
state-pending = Setting up
state-pending-failing = Setting up, with an error
state-active = Active
state-active-no-mail = Active, no mail yet
state-active-failing = Active, with an error
state-active-attention = Active, needs attention
state-suspended = Suspended
state-suspended-failing = Suspended, with an error
state-terminated = Ended
state-purged = Purged

# Steps
steps-title = Provisioning
steps-live = live
steps-next = We’ll keep retrying.
steps-done = { $done } of { $all } done
step-authentik-group = Sign-in group
step-stalwart-domain = Mail domain
step-ocis-drive = Shared space
step-ok-group = The group “{ $slug }” is ready.
step-ok-domain = { $domain } is ready on the mail server, with two signing keys.
step-ok-drive = Ready, up to { $quota }.
step-ok = Ready.
step-pending-detail = In progress.
step-error-detail = Waiting for the next retry.
step-error-means = Nothing is lost and other steps aren’t affected. We’ll keep retrying until it works.
step-error-plain = This part can’t be set up right now.
reason-no_domain = No mail domain yet. This step starts once you add one.
reason-not_configured = Not set up on this platform.
reason-switched_off = Switched off in the configuration.
reason-not_wanted = Nothing to do.
reason-dkim_pending = The domain exists. Its signing keys are being created.
reason-waits_for_dependency = Waiting for another step.

# Health
health-title = Health
health-score = { $score } % of checks pass
health-fine = Every check passes.
health-no-score = –
health-not-yet = Nothing has been checked yet.
health-closed = A closed workspace isn’t checked.
health-down-authentik = Sign-in isn’t answering right now
health-down-stalwart = Mail isn’t answering right now
health-down-ocis = Files aren’t answering right now
health-down-says = Nothing is lost. It works again once the service answers.
health-dns-pending = { $name }: its DNS records aren’t confirmed yet
health-dns-pending-says = Until they are published, mail may not arrive. The domain’s page lists them.
health-other = { $name } needs attention
health-dns = { $name }: its DNS records need attention
health-dns-says = Mail may not arrive, or may be refused elsewhere. The domain’s page shows which record and what to do.
health-storage = Over 90 % of the storage is used
health-storage-says = Once it’s full, nothing more can be saved. Remove files or buy more storage.
health-seats-over = More seats are taken than the plan has
health-seats-over-says = Everyone keeps their seat, but no one can be added or invited. Add seats, remove people or revoke invitations.
health-storage-over = More storage is assigned than the plan has
health-storage-over-says = Nothing is lost, but not every limit can be filled. Lower limits or add storage.
seats-who = { $members ->
    [one] 1 member
   *[other] { $members } members
}{ $invited ->
    [0] { "" }
    [one] , 1 invitation
   *[other] , { $invited } invitations
}
seats-say = { $taken } of { $all } seats are taken: { $who }. { $free ->
    [0] None is
    [one] One is
   *[other] { $free } are
} free.
health-step-fails = Step “{ $step }” is failing
health-failing = Needs attention

# A tenant
tenant-says-suspended = Suspended and closed to its members. Mail keeps arriving, and nothing is lost.
tenant-says-terminated = Ended. Everything is kept until the grace period is over, then purged.
tenant-says-purged = Ended and purged. Its workspace ID stays reserved.
tenant-says-failing = { $count ->
    [one] One step is failing. We’ll keep retrying.
   *[other] { $count } steps are failing. We’ll keep retrying.
}
tenant-says-pending = Setting up. You can leave this page; setup continues.
tenant-says-no-mail = No mail domain yet.
tenant-says-ready = Ready: { $parts }.
tenant-says-nothing = Nothing is set up yet.
part-sign-in = sign-in
part-mail = mail
part-files = files
tenant-says-fine = Sign-in, mail and files are set up.
tenant-since = Created
tenant-plan-seats = { $plan }, { $seats ->
    [one] one seat
   *[other] { $seats } seats
}
tenant-retry = Retry now
tenant-edit = Edit
tenant-suspend = Suspend workspace
tenant-resume = Resume workspace
tenant-terminate = End workspace
tenant-about = About
tenant-people = People with a role
tenant-no-people = No one has a role yet. People appear once they accept an invitation.
tenant-slug = Workspace ID
tenant-id = Internal ID
tenant-industry = Industry
tenant-domain = Domain
tenant-storage-by-hand = set manually
tenant-storage-by-plan = Use the plan’s storage
tenant-storage = Storage bought
tenant-company = Company
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
stopped-title = Removals have stopped
stopped-says = More objects than usual were about to be deleted within an hour, and no one requested it. Nothing is deleted until you confirm. Find the cause first.
stopped-kind = { $kind }: { $count }
stopped-go-on = { $count ->
    [one] Delete one object
   *[other] Delete { $count } objects
}
stopped-dialog = { $count ->
    [one] Delete one object from this workspace?
   *[other] Delete { $count } objects from this workspace?
}
stopped-dialog-says = They are deleted immediately. This can’t be undone.
stopped-keep = Keep them
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
tenants-new = New tenant
tenants-own = Workspaces
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

# The plan of a tenant
kind-authentik-group = Group
kind-stalwart-domain = Mail domain
kind-ocis-drive = Space

# Audit
audit-noun-tenant = Workspace
audit-noun-role = Roles
audit-noun-partner = Partners
action-tenant-create = Workspace created
action-tenant-update = Workspace changed
action-tenant-activate = Workspace became active
action-tenant-suspend = Workspace suspended
action-tenant-resume = Workspace resumed
action-tenant-terminate = Workspace ended
action-tenant-begin-purge = Purge of the workspace started
action-tenant-purge = Workspace purged
action-tenant-reconcile = Provisioning retried
action-tenant-allow-removals = Removals allowed
action-role-grant = Role granted
action-partner-create = Partner created
