# Navigation
nav-tenants = Tenants
tenants-new = New tenant

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

# Seats
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

# A tenant
tenant-since = Created
tenant-plan-seats = { $plan }, { $seats ->
    [one] one seat
   *[other] { $seats } seats
}
tenant-retry = Retry now
tenant-about = About
tenant-slug = Workspace ID
tenant-domain = Domain
tenant-company = Company

# Audit
audit-noun-tenant = Workspace
audit-noun-role = Roles
action-tenant-create = Workspace created
action-tenant-update = Workspace changed
action-tenant-activate = Workspace became active
action-tenant-suspend = Workspace suspended
action-tenant-resume = Workspace resumed
action-tenant-terminate = Workspace ended
action-tenant-begin-purge = Purge of the workspace started
action-tenant-purge = Workspace purged
action-tenant-reconcile = Provisioning retried
action-role-grant = Role granted

## Errors
error-tenant-wrong-state = The workspace is { $state }, so it can’t be { $action }.
    .advice = Check its current state first.
error-tenant-taken = { $why }
    .advice = Choose another.
error-platform-workspace = This is the platform’s own workspace. It can’t be suspended or ended.
    .advice = Suspend or end a customer’s workspace instead.
error-changed-meanwhile = Someone else changed this workspace since you read it.
    .advice = Reload it and repeat your change.

## What is wrong with a field
tenant-id-taken = This workspace ID is taken. Workspace IDs stay reserved for good.
tenant-partner-unknown = Choose an active partner.
tenant-domain-taken = This domain belongs to another workspace.
