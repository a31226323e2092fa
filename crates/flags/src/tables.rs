//! The tables of flags; and, read-only, the columns of tenants and partners by which flags name and count them.

macro_rules! entity {
    ($name:ident, $table:literal, { $($body:tt)* }) => {
        pub mod $name {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $($body)* }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

entity!(flags, "flags", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub key: String,
    pub find_key: String,
    pub description: Option<String>,
    pub kind: String,
    pub share: i64,
    pub starts_at: Option<i64>,
    pub ends_at: Option<i64>,
    pub killed_at: Option<i64>,
    pub version: i64,
    /// The number of its last change among those of all flags.
    pub change: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub updated_by: String,
    pub removed_at: Option<i64>,
});

entity!(flag_targets, "flag_targets", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub flag_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub target: String,
});

entity!(flag_changes, "flag_changes", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub change: i64,
});

entity!(tenants, "tenants", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub slug: String,
    pub partner_id: Option<String>,
    pub plan: String,
    pub status: String,
});

entity!(partners, "partners", {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub slug: String,
});
