# Feature flags
nav-flags = Feature flags

flags-say = What’s on for which tenants. A change is live everywhere within two seconds.
flags-search = Key or description
flags-shown = { $count ->
    [one] One flag
   *[other] { $count } flags
}
flags-none = No flags yet
flags-none-says = A flag turns something on for everyone, for some tenants, or for a share of them.

flag-key = Key
flag-key-help = Programs ask for it by this key. It can’t be changed later.
flag-description = Description
flag-no-description = No description yet.
flag-state = State
flag-share = Share
flag-share-help = For a share of tenants. A larger share only adds tenants.
flag-changed = Changed
flag-changed-by = Changed by
flag-created = Created
flag-for = Who gets it
flag-kind-off = No one
flag-kind-on = Everyone
flag-kind-targeted = Named tenants, partners, and plans
flag-kind-rollout = A share of tenants, and those named
flag-tenants = Tenants
flag-tenants-help = One workspace ID on each line, such as acme.
flag-partners = Partners
flag-partners-help = One partner ID on each line. It covers all their customers.
flag-plans = Plans
flag-plans-help = One plan on each line, such as business. It covers all tenants on it.
flag-startsat = Starts
flag-startsat-help = A day or a time in UTC. Off before it.
flag-endsat = Ends
flag-endsat-help = A day or a time in UTC. Off from then on.
flag-about = Flag
flag-whom = Audience
flag-when = Dates
flag-rule = Rule
flag-facts = Facts
flag-history = History

# How a flag is
flag-state-killed = Stopped
flag-state-waiting = Starts later
flag-state-over = Ended
flag-state-off = Off
flag-state-on = On for everyone
flag-state-nobody = On for no one: none named
flag-state-targeted = On for those named
flag-state-rollout = On for { $share }% of tenants

# How many it reaches
flag-reach = { $count ->
    [one] Reaches one of { $of } tenants
   *[other] Reaches { $count } of { $of } tenants
}
flag-reach-unknown = Fill in the form to see how many tenants it reaches.
flag-reach-failed = We couldn’t count the tenants it reaches.
flag-preview = Preview reach

# What is done with one
flag-create = Create flag
flag-create-says = It’s live as soon as you create it.
flag-save = Save changes
flag-cancel = Cancel
flag-not-done = Nothing was changed
flag-kill = Stop flag
flag-kill-title = Stop { $key }?
flag-kill-says = It’s off for every tenant within two seconds. Its rule is kept, so you can resume it as it was.
flag-revive = Resume flag
flag-revive-title = Resume { $key }?
flag-revive-says = It follows its rule again within two seconds.
flag-remove = Remove flag
flag-remove-title = Remove { $key }?
flag-remove-says = It counts as off for every tenant within two seconds. The activity log keeps its history.
flag-wrong-key = This doesn’t match the flag’s key.
flag-on-for = { $count ->
    [one] On for one of { $of } tenants now
   *[other] On for { $count } of { $of } tenants now
}
flag-on-again-for = { $count ->
    [one] On again for one of { $of } tenants
   *[other] On again for { $count } of { $of } tenants
}
flag-killed = This flag is stopped
flag-killed-says = It’s off for every tenant, whatever its rule says. Stopped: { $date }.
flag-done-created = Flag created.
flag-done-saved = Changes saved.
flag-done-killed = The flag is stopped.
flag-done-revived = The flag follows its rule again.
flag-done-removed = Flag removed.

# Its history
flag-field-description = Description
flag-field-kind = Who gets it
flag-field-sharebasispoints = Share
flag-field-tenantcount = Tenants named
flag-field-partnercount = Partners named
flag-field-plans = Plans named
flag-field-startsat = Starts
flag-field-endsat = Ends
flag-field-killed = Stopped
flag-is-off = no one
flag-is-on = everyone
flag-is-targeted = named only
flag-is-rollout = a share
flag-yes = yes
flag-no = no

# The log
audit-noun-flag = Feature flags
action-flag-create = Flag created
action-flag-update = Flag changed
action-flag-kill = Flag stopped
action-flag-revive = Flag resumed
action-flag-remove = Flag removed

## Errors
error-no-such-flag = There is no such flag.
    .advice = Check the list of flags.
error-flag-key-taken = Another flag has the key { $key }.
    .advice = Choose another key.
    .field = Another flag has this key. Choose another.
error-too-many-flags = There can be at most { $most } flags.
    .advice = Remove one you no longer need.
flag-key-bad = Enter 2 to 64 lower-case letters, digits, dots, hyphens or underscores, beginning with a letter, such as new_search.
flag-key-reserved = The key { $key } has another meaning. Choose another, such as { $key }_flag.
flag-share-bad = Enter a share from 0 to 100 with at most two decimals, such as 12.5.
flag-time-bad = Enter a day such as 2027-01-31, or a time such as 2027-01-31T08:00:00Z.
flag-ends-early = Enter an end after the start.
flag-tenant-unknown = No tenant has the workspace ID “{ $slug }”.
flag-plan-unknown = “{ $plan }” isn’t a plan. Enter starter, business, or enterprise.
flag-partner-unknown = No partner has the ID “{ $slug }”.
