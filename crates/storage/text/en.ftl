# Storage of a workspace

nav-storage = Storage

storage-says = { $used } of { $total } used.
storage-says-total = { $total } in total.
storage-whole = Overview
storage-used = Used
storage-bought = Purchased
storage-space-may = Assigned to the shared space
storage-groups-may = Assigned to group spaces
storage-given = Assigned to members
storage-free = Not assigned
storage-partly = Some drives don’t report their usage, so there’s no total.
storage-unknown = Not known
storage-of = { $used } of { $total }
storage-no-limit-used = { $used }, no limit
storage-no-limit = No limit
storage-full = No storage is left for groups and members
storage-full-says = All of it is assigned to the shared space, groups and members. Lower the shared space limit to make room.
storage-lower = Lower shared space limit
storage-over = More storage assigned than purchased
storage-over-says = Lower the limits of the shared space, groups or members by { $over }, or buy more.

storage-space = Shared space
storage-no-space = The space is being created. Its usage will appear here.
storage-space-limit = It can hold { $limit }.

storage-groups = Group spaces
storage-group = Group
storage-group-not-yet = Being created

storage-members = Members’ own drives
storage-search = Name or address
storage-shown = { $count ->
    [one] One member
   *[other] { $count } members
}
storage-person = Person
storage-own = Own drive
storage-not-yet = No drive until they first sign in to files
storage-nobody = No members yet
storage-nobody-says = Members appear here with their own drives.

storage-limit = Limit
storage-limit-of = Change limit for { $name }
storage-limit-help = Up to { $left }. Leave empty for no limit of their own.
storage-limit-none = No storage left. Lower another limit first, or leave empty for no limit.
storage-limit-space = Change limit for the shared space
storage-limit-space-help = Up to { $left }. Leave empty to use half of your storage, currently { $usual }.
storage-cancel = Cancel
storage-save = Change limit
storage-done-limit = Limit changed.

storage-down = Usage can’t be shown right now
storage-down-not-configured = Files aren’t set up on this platform. You can still set limits.
storage-down-switched-off = Files are switched off on this platform. You can still set limits.
storage-down-unreachable = The file service isn’t answering. Nothing is lost; try again in a moment.
storage-down-not-admin = The platform’s account in the file service has lost its role, so it sees only part of the storage. Your provider must restore it.
storage-down-sign-in-needed = The file service doesn’t accept the platform’s account. Your provider must sign it in again.
storage-down-failed = The file service returned an unusable response. Try again in a moment.

# In the log
audit-noun-storage = Storage
action-storage-give = Storage limit of a member changed
action-storage-give-space = Storage limit of the shared space changed

## Errors
error-over-plan = At most { $left } GB can be assigned here: of { $total } GB in total, the shared space has { $space } GB, members have { $members } GB and groups have { $further } GB.
    .advice = Enter less, or lower the limit of the shared space, a group or another member first.
## What is wrong with a field
input-gigabytes = Enter a number of gigabytes, such as 20 or 0.5.
