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

# Kinds and services
upstream-sign_in = Sign-in
upstream-authentik = Authentik
upstream-stalwart = Stalwart
upstream-ocis = oCIS
upstream-dns = DNS resolvers
upstream-mail = Outgoing mail
upstream-database = Database
kind-authentik-group = Group
kind-stalwart-domain = Mail domain
kind-ocis-drive = Space

# Removals that wait
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

# In the log
action-tenant-allow-removals = Removals allowed

## Errors
error-removals-moved = The pending removals, now { $count }, aren’t the ones you confirmed.
    .advice = Review the pending removals and confirm again.

# Why a step can’t be done
blocked-domain-name = “{ $name }” isn’t a domain name.
blocked-domain-taken = Stalwart already has a domain “{ $name }”.
blocked-domain-renamed = The domain was renamed in Stalwart to “{ $name }”. Rename it back there.
blocked-domain-used = The domain is still used by { $users }.
blocked-catch-all = The catch-all address “{ $address }” isn’t an email address.
blocked-group-taken = Authentik already has another group named “{ $name }”.
blocked-files-admin-lost = Dezky’s service user has lost the Admin role in oCIS, so it can’t see what exists there.
domain-used-alias = an alias of { $address }
domain-used-account = mailboxes, groups or their aliases
domain-used-list = distribution lists
domain-used-settings = the mail server’s own settings
domain-used-something = something in the mail server
domain-used-more = { $count } more
