//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        GroupCreate = "group.create",
        GroupUpdate = "group.update",
        GroupRemove = "group.remove",
        GroupAddMembers = "group.add_members",
        GroupRemoveMembers = "group.remove_members",
    }
}
