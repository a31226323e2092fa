# Storage of a workspace

nav-storage = Storage

storage-says = { $used } of { $total } used.
storage-says-total = { $total } in all.
storage-whole = All of it
storage-used = Used
storage-bought = Bought
storage-space-may = Kept for the shared space
storage-groups-may = Kept for spaces of groups
storage-given = Given to members
storage-free = Left to give
storage-partly = Not every drive says how much is in it, so there is no sum.
storage-unknown = not known
storage-of = { $used } of { $total }
storage-no-limit-used = { $used }, no limit
storage-no-limit = No limit
storage-full = No storage is left for groups and members
storage-full-says = The shared space, groups and members have all of it. Lower the shared space to make room.
storage-lower = Lower the shared space
storage-over = More storage assigned than purchased
storage-over-says = Take { $over } back from the shared space, from groups or from members, or buy more.

storage-space = Shared space
storage-no-space = The space is being made. Its figures appear here by themselves.
storage-space-limit = It may hold { $limit }.

storage-groups = Spaces of groups
storage-group = Group
storage-group-not-yet = The space is being made

storage-members = Members and their own drives
storage-search = Name or address
storage-shown = { $count ->
    [one] One member
   *[other] { $count } members
}
storage-person = Person
storage-own = Own drive
storage-not-yet = No drive before their first sign-in to files
storage-nobody = Nobody is here yet
storage-nobody-says = Members appear here with their own drives.

storage-limit = Limit
storage-limit-of = How much may { $name } keep?
storage-limit-help = Up to { $left }. Empty is no limit of their own.
storage-limit-none = No storage left. Lower another limit first, or leave empty for no limit.
storage-limit-space = How much may the shared space hold?
storage-limit-space-help = Up to { $left }. Leave empty to use half of your storage, currently { $usual }.
storage-cancel = Cancel
storage-save = Save
storage-done-limit = The limit was changed.

storage-down = How much is used can’t be told now
storage-down-not-configured = Files are not set up on this platform. Limits can be set all the same.
storage-down-switched-off = Files are switched off on this platform. Limits can be set all the same.
storage-down-unreachable = The file service can’t be reached. Nothing is lost; look again in a moment.
storage-down-not-admin = The platform’s own account in the file service has lost its role, so it sees only a part. Whoever runs the platform must give it back.
storage-down-sign-in-needed = The file service does not take the platform’s own account. Whoever runs the platform must sign it in again.
storage-down-failed = The file service answered with something that can’t be used. Look again in a moment.
