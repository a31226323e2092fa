//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        DomainMail = "domain.mail",
        AliasAdd = "alias.add",
        AliasRemove = "alias.remove",
        ListCreate = "list.create",
        ListUpdate = "list.update",
        ListRemove = "list.remove",
    }
}
