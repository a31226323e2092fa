# Navigation
nav-dashboard = Dashboard
nav-tenants = Tenants
nav-audit = Audit
nav-infrastructure = Infrastructure
nav-admin = Admin

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
steps-next = It goes on by itself; you can also try now.
steps-done = { $done } of { $all } done
step-authentik-group = Sign-in group
step-stalwart-domain = Mail domain
step-ocis-drive = Shared space
step-ok-group = The group “{ $slug }” is ready.
step-ok-domain = { $domain } is ready on the mail server, with two signing keys.
step-ok-drive = Ready, up to { $quota }.
step-pending-detail = On its way.
step-error-detail = Waiting to be tried again.
step-error-means = Nothing is lost and the other steps are not touched. It is tried again by itself until it works.
step-error-plain = This part can’t be set up right now.
reason-no_domain = No mail domain yet. It starts by itself once there is one.
reason-not_configured = Not set up on this platform.
reason-switched_off = Switched off by configuration.
reason-not_wanted = Nothing to do.
reason-dkim_pending = The domain is there; its signing keys are being made.
reason-waits_for_dependency = Waits for another step.

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
health-dns-says = Mail may not arrive, or be refused elsewhere. The page of the domain says which record and what to do.
health-storage = Over 90 % of the storage is used
health-storage-says = Once it is full nothing more can be saved. Files can be removed, or more storage bought.
health-seats-over = More seats are taken than the plan has
health-seats-over-says = People keep their seats, but nobody can be added or invited. Add seats, remove people or revoke invitations.
health-storage-over = More storage is given out than the plan has
health-storage-over-says = Nothing is lost, but the storage can’t fill every limit. Lower limits, or add storage.
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
health-step-fails = The step “{ $step }” fails
health-failing = Needs attention

# A tenant
tenant-says-suspended = Closed for its members since it was suspended. Mail keeps arriving, and nothing is lost.
tenant-says-terminated = Ended. Everything is kept until the grace period is over, then it is purged.
tenant-says-purged = Ended and purged. Its slug stays reserved.
tenant-says-failing = { $count ->
    [one] One step fails and is tried again by itself.
   *[other] { $count } steps fail and are tried again by themselves.
}
tenant-says-pending = Being set up. You can leave this page; it goes on by itself.
tenant-says-no-mail = There is no mail domain yet.
tenant-says-ready = Ready: { $parts }.
tenant-says-nothing = Nothing is set up yet.
part-sign-in = sign-in
part-mail = mail
part-files = files
tenant-says-fine = Sign-in, mail and files are set up.
tenant-since = Since
tenant-plan-seats = { $plan }, { $seats ->
    [one] one seat
   *[other] { $seats } seats
}
tenant-retry = Try now
tenant-edit = Edit
tenant-suspend = Suspend
tenant-resume = Resume
tenant-terminate = End workspace
tenant-about = About
tenant-people = People with a role
tenant-no-people = Nobody yet, or nobody who has accepted an invitation.
tenant-slug = Slug
tenant-id = Id
tenant-industry = Industry
tenant-domain = Domain
tenant-storage-by-hand = set by hand
tenant-storage-by-plan = Use the plan’s
tenant-storage = Storage bought
tenant-company = Company
tenant-purged-after = Purged after
handle-authentik-group = Group id
handle-stalwart-domain = Mail domain id
handle-ocis-drive = Space id
tab-overview = Overview
tab-plan = Plan
tab-audit = Audit

# Actions and what they led to
done-create = { $name } was created. Its steps run now.
done-update = The changes are saved.
done-suspend = { $name } is suspended.
done-resume = { $name } is open again.
done-terminate = { $name } has ended.
done-reconcile = Trying again now.
done-apply = The plan was carried out.
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
suspend-says = It closes at once for all its members. Resuming restores exactly what was before.
suspend-goes-sign-in = Nobody of it can work in the portal
suspend-goes-files = Its files can’t be reached
suspend-goes-mail = Mail keeps arriving and is kept
suspend-keep = Keep it open
terminate-title = End { $name }?
terminate-says = It closes at once. After the grace period everything is destroyed for good, and its slug is never given again.
terminate-goes-seats = { $seats ->
    [one] One seat
   *[other] { $seats } seats
}
terminate-goes-files = All files of its project space
terminate-goes-mail = Its mail domain with the signing keys
terminate-keep = Keep it
terminate-wrong-name = That is not the name of this workspace. Type it exactly, with capitals and accents.

# The form of a tenant
new-title = New tenant
new-says = It is set up in sign-in, mail and files while you watch.
new-card = About the customer
new-submit = Create tenant
new-what-happens = What happens then
new-step-group = A group is made, so that its people can sign in.
new-step-domain = The mail domain is added with its signing keys. Creating it here vouches that the customer owns it.
new-step-drive = A shared space is created with half of the plan’s storage.
edit-title = Edit { $name }
edit-says = Changes act at once. The slug can’t be changed.
edit-card = About the customer
edit-submit = Save changes
edit-anyway = Save anyway
edit-overrun = This is less than what is in use
edit-overrun-seats = { $who }, { $seats ->
    [one] 1 seat
   *[other] { $seats } seats
}. Everybody stays, but nobody can be added or invited.
edit-overrun-storage = { $given } of storage is given out, and there would be { $all }. Nothing is lost, but the limits can’t all be filled.
form-cancel = Cancel
form-who = Who it is
form-what = What it gets
form-owner = Who runs it
form-whom = Whom to bill
field-name = Name
field-name-help = As its people see it, in any script.
field-slug = Slug
field-slug-help = Lower-case letters, digits and hyphens. It can never be changed.
field-industry = Industry
field-partnerid = Partner
field-partnerid-none = None, a direct customer
field-plan = Plan
field-seats = Seats
field-primarydomain = Mail domain
field-primarydomain-help = Such as acme.dk. International names are fine. Can be added later.
field-owner-email = E-mail of the first owner
field-owner-email-help = We’ll email an invitation. They own the workspace once they accept.
field-billinginfo-company = Company
field-billinginfo-vatid = VAT id
field-billinginfo-country = Country code
field-billinginfo-country-help = Two letters, such as DK.
field-billinginfo-email = E-mail for invoices

# The list of tenants
tenants-new = New tenant
tenants-own = Workspaces
tenants-says = All customers, direct ones and those of partners.
tenants-search = Name, slug or domain
tenants-shown = { $count ->
    [one] One tenant
   *[other] { $count } tenants
}
tenants-none = No tenants yet
tenants-none-says = A tenant is one company. Create the first; it is set up in sign-in, mail and files while you watch.
column-name = Name
column-state = State
column-plan = Plan
column-seats = Seats
column-partner = Partner
column-created = Created
column-health = Health

# The dashboard
dashboard-figures = Key figures
dashboard-upstreams = Upstreams
dashboard-seats = Seats
dashboard-seats-change = bought by open tenants
dashboard-suspended = Suspended
dashboard-suspended-change = { $terminated ->
    [0] none ended
    [one] one ended
   *[other] { $terminated } ended
}
dashboard-tenants-change = { $active } active, { $pending } being set up
dashboard-failing = Failing steps
dashboard-failing-change = { $count ->
    [0] everything is set up
   *[other] tried again by themselves
}
dashboard-attention = Needs attention
dashboard-attention-order = tried most often first
dashboard-attention-none = Nothing needs you right now.
dashboard-says-unknown = Not every service has been checked yet.
dashboard-says-attention = Everything answers. Some workspaces need attention.
attention-down = { $name } isn’t answering
attention-found = { $name }: { $what }
dashboard-says-fine = Everything answers and nothing is stuck.
dashboard-says-failing = Everything answers, but some steps fail. They are tried again by themselves.
dashboard-says-down = { $count ->
    [one] { $names } doesn’t answer. What waits for it goes on by itself when it is back.
   *[other] { $names } don’t answer. What waits for them goes on by itself when they are back.
}
attention-step = { $name }: the step “{ $step }” fails
attention-person = { $name } ({ $workspace })
attention-open = Open tenant
attention-drift = { $count ->
    [one] One difference upstream
   *[other] { $count } differences upstream
}
attention-drift-says = What was changed or removed behind Dezky’s back waits for a decision.
attention-drift-open = See drift

# Infrastructure
infrastructure-says-unknown = { $unknown } of { $all } haven’t been checked yet.
infrastructure-says = { $down ->
    [0] All { $all } answer.
    [one] One of { $all } doesn’t answer.
   *[other] { $down } of { $all } don’t answer.
}
up-answers = Answers
up-down = Down
up-off = Off
up-unknown = Not asked yet
up-no-answer = no answer
up-since = since
up-never-asked = not asked yet
up-last-error = Last error
up-no-error = No error in the last 24 h
up-latency = Last answer took
up-asked = Asked
up-error = Last error
up-history = The line shows 24 hours, one point for each half hour; gaps were not measured.

# The plan of a tenant
plan-title = Plan of { $name }
plan-says = { $count ->
    [0] What is upstream is what should be.
    [one] One difference between what should be and what is upstream.
   *[other] { $count } differences between what should be and what is upstream.
}
plan-again = Read again
plan-apply = { $count ->
    [one] Apply one change
   *[other] Apply { $count } changes
}
plan-read-at = Read at
plan-hash = Plan
plan-nothing = Nothing to change
plan-nothing-says = Every object upstream is as it should be.
plan-differences = { $count ->
    [one] one difference
   *[other] { $count } differences
}
plan-moved = Something changed upstream since that plan was made, so nothing was done. This is the new plan.
plan-create = Create
plan-update = Change
plan-delete = Destroy
plan-foreign = Foreign
plan-unreadable = Not readable
plan-field = Field
plan-want = Should be
plan-have = Is
plan-differences-accepted = { $count ->
    [0] nothing open, { $accepted } accepted
    [one] one difference, { $accepted } accepted
   *[other] { $count } differences, { $accepted } accepted
}
drift-revert = Revert
drift-revert-says = Make it as it should be
drift-adopt = Adopt
drift-adopt-says = Make what is there what should be
drift-missing = It is not there.
done-revert = It is as it should be again.
done-adopt = What is there is now what should be.
done-accept = The difference is accepted.
done-withdraw = The difference counts again.
history-title = What was wanted
history-says = each change of what should be upstream, the latest first
history-version = version { $number }
history-gone = It should be gone.
history-became = Became
history-was = Was
kind-authentik-group = Group
kind-stalwart-domain = Mail domain
kind-ocis-drive = Space

# Audit
audit-caption = Audit log, newest first
audit-says-platform = Everything done on the platform and in all workspaces, by whom and with what result.
audit-says-tenant = Everything done in this workspace, by whom and with what result.
audit-search = Words of actor, action or target
audit-shown = { $count ->
    [one] One row
   *[other] { $count } rows
}
audit-none = Nothing recorded yet
audit-none-says = Every change, sign-in and refused attempt appears here.
audit-latest = Latest in the audit
audit-all = All of it
audit-time = Time
audit-action = Action
audit-target = Target
audit-actor = Actor
audit-outcome = Outcome
audit-system = Dezky
audit-name = Name
audit-behalf = On behalf of
audit-address = Address
audit-agent = Program
audit-request = Request
audit-hash = Hash in the chain
audit-before = Before
audit-after = After
audit-changes = What changed
audit-raw = Raw
outcome-ok = Done
outcome-denied = Refused
outcome-failed = Failed
audit-noun-tenant = Workspace
audit-noun-member = Members
audit-noun-invitation = Invitations
audit-noun-look-up = Look-ups
audit-noun-import = Imports
audit-noun-group = Groups
audit-noun-domain = Domains
audit-noun-alias = Aliases
audit-noun-list = Distribution lists
audit-noun-shared = Shared mailboxes
audit-noun-app-password = App passwords
audit-noun-storage = Storage
audit-noun-role = Roles
audit-noun-drift = Differences
audit-noun-partner = Partners
audit-noun-user = Accounts
audit-noun-session = Sessions
audit-noun-access = Access
action-tenant-create = Workspace created
action-tenant-update = Workspace changed
action-tenant-activate = Workspace became active
action-tenant-suspend = Workspace suspended
action-tenant-resume = Workspace resumed
action-tenant-terminate = Workspace ended
action-tenant-begin-purge = Purge of the workspace started
action-tenant-purge = Workspace purged
action-tenant-reconcile = Provisioning retried
action-tenant-apply = Plan applied
action-tenant-allow-removals = Removals allowed
action-member-create = Member added
action-member-update = Member changed
action-member-adopt = Member recorded from their role
action-member-mailbox = Mailbox added
action-member-suspend = Member suspended
action-member-resume = Member resumed
action-member-offboard = Member offboarded
action-member-remove = Member removed
action-member-reset-password = Password reset
action-member-end-password = First password expired
action-member-force-logout = Member signed out everywhere
action-member-end-session = Session ended by an admin
action-member-remind-mfa = Second factor reminder sent
action-invitation-create = Invitation sent
action-invitation-resend = Invitation sent again
action-invitation-revoke = Invitation revoked
action-invitation-accept = Invitation accepted
action-look-up-answer = Told of an account or domain elsewhere
action-import-check = Import previewed
action-import-start = Import started
action-import-cancel = Import stopped
action-import-end = Import finished
action-import-passwords = First passwords created for an import
action-group-create = Group created
action-group-update = Group changed
action-group-remove = Group removed
action-group-add-members = Members added to a group
action-group-remove-members = Members removed from a group
action-domain-add = Domain added
action-domain-prove = Domain ownership proven
action-domain-vouch = Domain vouched for
action-domain-verified = Domain verified
action-domain-attention = Domain needs attention
action-domain-primary = Primary domain changed
action-domain-dmarc = DMARC policy changed
action-domain-mail = Mail settings of a domain changed
action-domain-publish = DNS records published
action-domain-keep = Domain kept: still in use
action-domain-lapse = Unproven domain expired
action-domain-remove = Domain removed
action-alias-add = Alias added
action-alias-remove = Alias removed
action-list-create = Distribution list created
action-list-update = Distribution list changed
action-list-remove = Distribution list removed
action-shared-create = Shared mailbox created
action-shared-update = Shared mailbox changed
action-shared-remove = Shared mailbox removed
action-app-password-create = App password created
action-app-password-remove = App password revoked
action-storage-give = Storage limit of a member changed
action-storage-give-space = Storage limit of the shared space changed
action-role-grant = Role granted
action-drift-find = Difference found
action-drift-revert = Difference reverted
action-drift-adopt = Difference adopted
action-drift-accept = Difference ignored
action-drift-withdraw = Ignored difference watched again
action-drift-scan = Scan of all services started
action-partner-create = Partner created
action-user-create = Account created
action-user-update = Account updated from sign-in
action-user-set-password = Password chosen
action-user-end-password = First password expired
action-session-sign-in = Signed in
action-session-sign-out = Signed out
action-session-expire = Session expired
action-session-end = Session ended
action-session-end-all = All sessions ended
action-access-denied = Access denied

# The home of a person

# The overview of a workspace
admin-figures = Key figures
admin-plan = Plan
admin-plan-change = changed by whoever runs your workspace
admin-seats = Seats taken
admin-seats-of = of { $seats } seats: { $who }
admin-storage = Storage bought
admin-storage-change = for files of the whole workspace
admin-plan-card = Plan
admin-seats-used = Seats
admin-storage-used = Storage
admin-storage-taken = { $used } of { $all }
admin-storage-open = See what uses it
