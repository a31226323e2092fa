# Navigation
nav-dashboard = Dashboard
nav-infrastructure = Infrastructure
nav-admin = Admin
nav-overview = Overview

# The dashboard
dashboard-figures = Key figures
dashboard-upstreams = Services
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
   *[other] retried automatically
}
dashboard-attention = Needs attention
dashboard-attention-order = most retries first
dashboard-attention-none = Nothing needs attention.
dashboard-says-unknown = Not every service has been checked yet.
dashboard-says-attention = All services answer. Some workspaces need attention.
attention-down = { $name } isn’t answering
attention-refuses = { $name } refuses Dezky
attention-refuses-says = Someone must fix this: waiting doesn’t help. { $error }
attention-found = { $name }: { $what }
dashboard-says-fine = All services answer and nothing is stuck.
dashboard-says-failing = All services answer, but some steps are failing. We’ll keep retrying.
dashboard-says-down = { $count ->
    [one] { $names } isn’t answering. Waiting work continues once it’s back.
   *[other] { $names } aren’t answering. Waiting work continues once they’re back.
}
dashboard-says-refused = { $count ->
    [one] { $names } refuses Dezky. Someone must fix it.
   *[other] { $names } refuse Dezky. Someone must fix it.
}
attention-step = { $name }: step “{ $step }” is failing
attention-person = { $name } ({ $workspace })
attention-open-infrastructure = Open Infrastructure
attention-open-domain = Open domain
attention-open-members = Open members
attention-open-tenant = Open tenant
attention-drift = { $count ->
    [one] One difference to review
   *[other] { $count } differences to review
}
attention-drift-says = Something was changed or removed outside Dezky. Decide what to do with it.
attention-drift-open = Review drift

# Infrastructure
infrastructure-says-unknown = { $unknown } of { $all } services haven’t been checked yet.
infrastructure-says = { $down ->
    [0] All { $all } services answer.
    [one] One of { $all } services isn’t answering.
   *[other] { $down } of { $all } services aren’t answering.
}
infrastructure-refused = { $refusing ->
    [one] One of { $all } services refuses Dezky. Someone must fix it.
   *[other] { $refusing } of { $all } services refuse Dezky. Someone must fix it.
}
up-answers = Answers
up-down = Down
up-off = Off
up-unknown = Not checked yet
up-refuses = Refuses Dezky
up-no-answer = no answer
up-refused = refused
up-refused-since = First refused
up-since = Went down
up-never-asked = not checked yet
up-last-error = Last error
up-no-error = No error in the last 24 h
up-service = Service
up-state = State
up-latency = Latency
up-p95 = p95
up-day = Last 24 hours
up-asked = Last checked
up-error = Last error
up-history = p95: 95 of 100 answers in the last hour were at least this fast. The line has one point per half hour; gaps weren’t measured.

# What is left to set up in a workspace
setup-title = Set up your workspace
setup-done = { $done } of { $all } done
setup-domain = Add your domain
setup-domain-says = Your members get their mail addresses on it.
setup-domain-do = Add domain
setup-records = Publish its DNS records
setup-records-says = Mail arrives once they’re right. The domain’s page lists them.
setup-records-do = View records
setup-member = Add the first colleague
setup-member-says = Add people here, or invite them by email.
setup-member-do = Add member
setup-factor = Protect your own account
setup-factor-says = With a second factor, browsers ask for it besides your password.
setup-factor-do = Add second factor

# The overview of a workspace
admin-attention-open = View
admin-plan-change = Contact your provider to change your plan
admin-plan-card = Plan
admin-seats-used = Seats
admin-storage-used = Storage
admin-storage-taken = { $used } of { $all }
admin-storage-unknown = { $all } in all; usage isn’t known
admin-storage-open = View storage usage
tenants-own = Workspaces
