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

# How a tenant is, in a line
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
health-step-fails = Step “{ $step }” is failing
## Reasons, as the API tells them
health-reason-dns = The DNS records of { $name } need attention.
health-reason-dns-pending = The DNS records of { $name } aren’t confirmed yet.
health-reason-storage = Over 90 % of the storage is used.
health-reason-seats-over = More seats are taken than the plan has.
health-reason-storage-over = More storage is assigned than the plan has.
health-reason-other = { $name } needs attention.
health-reason-down = This service isn’t answering right now.
