# Groups inside a workspace

nav-groups = Groups

groups-say = People who belong together, with a shared address and space if you want.
groups-search = Name or address
groups-shown = { $count ->
    [one] One group
   *[other] { $count } groups
}
groups-none = No groups yet
groups-none-says = A group brings people together: one address reaches them all, one space holds their files, and apps know who is in it.

group-name = Name
group-description = Description
group-people = People
group-person = Person
group-has = Includes
group-has-address = Address
group-has-space = Space { $size }
group-state = Status
group-state-ok = Works
group-state-busy = Being set up
group-state-error = Failed, retrying
group-made = Created
group-added = Added
group-address = Address
group-address-help = On one of your domains. Anyone can write to it; each person in the group gets a copy.
group-no-address = None
group-space = Space
group-space-help = Files everyone in the group can edit. Up to { $free }.
group-space-full = No storage is free. Of { $total }, the shared space has { $space }, members have { $members } and groups have { $groups }.
group-space-lower = Lower shared space limit
group-space-says = Up to { $size }.
group-space-use = View usage
group-no-space = None
group-for-apps = Name in apps
group-for-apps-says = Apps people sign in to see this name while the group has people. It never changes.
group-facts = About
group-steps = Setup
group-change = Edit group
group-save = Save changes
group-cancel = Cancel
group-not-done = Nothing was changed
group-wrong-name = This doesn’t match the group’s name.

group-add = Add group
group-add-people = Add people
group-add-to = Add people to { $name }
group-add-says = Select who to add.
group-add-picked = Add to group
group-search-members = Name or address
group-others = Members not in the group
group-others-shown = { $count ->
    [one] One member
   *[other] { $count } members
}
group-others-some = { $shown } of { $count } members. Search to find the others.
group-everybody = Everyone is in this group
group-everybody-says = All members of your workspace are in it.
group-count = { $count ->
    [0] No people
    [one] One person
   *[other] { $count } people
}
group-nobody = No one is in this group yet
group-nobody-says = Add members of your workspace. They get access to what the group opens within seconds.
group-person-suspended = Suspended
group-person-active = Active
group-take-out = Remove from group

group-unread = No one gets mail to this address.
group-unread-says = It’s accepted but reaches no one, because no one in the group has a mailbox.
group-no-mailbox = { $count ->
    [one] One person has no mailbox.
   *[other] { $count } people have no mailbox.
}
group-no-mailbox-says = They don’t get mail sent to the group: { $who }.
group-files-go = The space was removed.
group-files-go-says = Its files are kept until { $date }. Add a space to the group before then to restore them.

group-step-group = Group for sign-in
group-step-group-ok = Apps know this group.
group-step-in-group = People for sign-in
group-step-in-group-ok = { $all ->
    [one] One person is set up.
   *[other] All { $all } people are set up.
}
group-step-list = Address
group-step-list-ok = Mail to it reaches everyone who has a mailbox.
group-step-space = Space
group-step-space-ok = The space is ready.
group-step-in-space = People in the space
group-step-in-space-ok = { $all ->
    [one] One person is set up.
   *[other] All { $all } people are set up.
}
group-step-waits = { $done } of { $all } done. Waiting for another step.
group-step-busy = { $done } of { $all } done.
group-step-skipped = Not set up on this platform.
group-step-error = Not done yet. We’ll keep retrying.
group-step-failed = The last attempt failed.
group-step-means = Nothing is lost. If this continues, contact your provider.

group-remove = Remove group
group-remove-title = Remove { $name }?
group-remove-says = What the group opened closes at once. Its people stay members of your workspace.
group-goes-people = { $count ->
    [one] One person loses what the group opened
   *[other] { $count } people lose what the group opened
}
group-goes-address = Mail to { $address } is returned to the sender
group-goes-files = The files in its space are permanently deleted on { $date }
group-remove-space = Remove space
group-remove-space-title = Remove the space of { $name }?
group-remove-space-says = It closes at once, and its files are permanently deleted on { $date }. Add a space to the group before then to restore them.

group-done-made = Group added.
group-done-saved = Changes saved.
group-done-in = { $count ->
    [0] They’re already in the group.
    [one] One person was added.
   *[other] { $count } people were added.
}
group-done-out = { $count ->
    [0] No one was removed.
    [one] One person was removed.
   *[other] { $count } people were removed.
}
group-done-gone = Group removed.
group-done-gone-files = Group removed. The files in its space are permanently deleted on { $date }.

# In the log
audit-noun-group = Groups
action-group-create = Group created
action-group-update = Group changed
action-group-remove = Group removed
action-group-add-members = Members added to a group
action-group-remove-members = Members removed from a group

## Errors
error-no-such-group = This workspace has no such group.
    .advice = Check the list of groups.
error-not-in-workspace = { $name } isn’t a member of this workspace.
    .advice = Check the list of members.
    .field = { $name } isn’t a member of this workspace. Check the list of members.
error-name-taken = A group “{ $name }” already exists.
    .advice = Choose another name, or change that group.
    .field = A group “{ $name }” already exists. Choose another name, or change that group.
error-slug-taken = The group “{ $name }” has the slug { $slug }.
    .advice = Choose another name, or change that group.
    .field = The group “{ $name }” has this slug. Choose another name, or change that group.
error-slug-reserved = The slug { $slug } is reserved for the group “{ $name }”, which is being removed.
    .advice = Choose another name, or try again once it’s removed.
    .field = A group “{ $name }” that is being removed has this slug. Choose another name.
error-space-over-plan = { $left } GB are free for this space: of { $total } GB in total, the shared space has { $space } GB, members have { $members } GB and groups have { $further } GB.
    .advice = Enter less, or lower the shared space limit under Storage.
    .field = { $left } GB are free for this space. Enter less, or lower the shared space limit under Storage.
error-name-lingers = The earlier { $name } is still being removed.
    .advice = Try again in a moment.
error-too-many-groups = A workspace can have at most { $most } groups.
    .advice = Remove a group you no longer need.
error-too-many-people = A group can have at most { $most } people.
    .advice = Add a second group.
## What is wrong with a field
group-nobody-chosen = Choose at least one person.
