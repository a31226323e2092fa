# Groups inside a workspace

nav-groups = Groups

groups-say = People who belong together, with one address and one space where they want it.
groups-search = Name or address
groups-shown = { $count ->
    [one] One group
   *[other] { $count } groups
}
groups-none = No group yet
groups-none-says = A group brings people together: one address reaches all of them, one space holds their files, and apps know who is in it.

group-name = Name
group-description = What it is for
group-people = People
group-person = Person
group-has = Has
group-has-address = Address
group-has-space = Space { $size }
group-state = Status
group-state-ok = Works
group-state-busy = Being set up
group-state-error = Failed, is tried again
group-made = Made
group-added = Added
group-address = Address
group-address-help = On one of your own domains. Anybody may write to it, and each person of the group gets a copy.
group-no-address = none
group-space = Space
group-space-help = The group’s own files, which everyone in it can edit. Up to { $free }.
group-space-full = No storage is free: of { $total } in all, the shared space has { $space }, members have { $members } and groups have { $groups }.
group-space-lower = Lower the shared space
group-space-says = Up to { $size }.
group-space-use = See its use
group-no-space = none
group-for-apps = Name for apps
group-for-apps-says = Apps that people sign in to see this name while somebody is in the group. It never changes.
group-facts = About
group-steps = Set-up
group-change = Change
group-save = Save
group-cancel = Cancel
group-not-done = Not done
group-wrong-name = That is not its name.

group-add = Add group
group-add-people = Add people
group-add-to = Add people to { $name }
group-add-says = Tick who is to be in the group.
group-add-picked = Add to the group
group-search-members = Name or address
group-others = Members who are not in the group
group-others-shown = { $count ->
    [one] One member
   *[other] { $count } members
}
group-others-some = { $shown } of { $count } members. Search for the others.
group-everybody = Everybody is in it
group-everybody-says = All members of your workspace are in this group.
group-count = { $count ->
    [0] Nobody in it
    [one] One person
   *[other] { $count } people
}
group-nobody = Nobody is in it yet
group-nobody-says = Add members of your workspace. What the group opens is open to them within seconds.
group-person-suspended = Suspended
group-person-active = Active
group-take-out = Take out of the group

group-unread = Nobody gets mail to this address.
group-unread-says = It is accepted and goes to nobody, for no person of the group has a mailbox.
group-no-mailbox = { $count ->
    [one] One person has no mailbox.
   *[other] { $count } people have no mailbox.
}
group-no-mailbox-says = Mail to the group does not reach them: { $who }.
group-files-go = The space was removed.
group-files-go-says = Its files are kept until { $date }. Give the group a space again before, and they are back.

group-step-group = Group at sign-in
group-step-group-ok = Apps know the group.
group-step-in-group = People at sign-in
group-step-in-group-ok = { $all ->
    [one] One person is as they should be.
   *[other] All { $all } people are as they should be.
}
group-step-list = Address
group-step-list-ok = Mail to it reaches everybody who has a mailbox.
group-step-space = Space
group-step-space-ok = The space is there.
group-step-in-space = People in the space
group-step-in-space-ok = { $all ->
    [one] One person is as they should be.
   *[other] All { $all } people are as they should be.
}
group-step-waits = { $done } of { $all } done. It waits for something else that is being set up.
group-step-busy = { $done } of { $all } done.
group-step-skipped = Not set up on this platform.
group-step-error = Not done yet; it is tried again by itself.
group-step-failed = The last attempt failed.
group-step-means = Nothing is lost. If it stays so for long, ask whoever runs the platform.

group-remove = Remove group
group-remove-title = Remove { $name }?
group-remove-says = What the group opened is closed at once. Its people stay members of your workspace.
group-goes-people = { $count ->
    [one] One person loses what the group opened
   *[other] { $count } people lose what the group opened
}
group-goes-address = Mail to { $address } comes back to its sender
group-goes-files = The files in its space are destroyed on { $date }
group-remove-space = Remove space
group-remove-space-title = Remove the space of { $name }?
group-remove-space-says = It is closed at once, and its files are destroyed on { $date }. Give the group a space again before, and they are back.

group-done-made = The group is made.
group-done-saved = Saved.
group-done-in = { $count ->
    [0] They are in the group already.
    [one] One person was added.
   *[other] { $count } people were added.
}
group-done-out = { $count ->
    [0] Nobody was taken out.
    [one] One person was taken out.
   *[other] { $count } people were taken out.
}
group-done-gone = The group is removed.
group-done-gone-files = The group is removed. The files of its space are destroyed on { $date }.
