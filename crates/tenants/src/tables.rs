//! The table `tenants`, and the columns of partners that a tenant's page names.

pub mod tenants {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tenants")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub slug: String,
        pub name: String,
        pub name_key: String,
        pub find_key: String,
        pub industry: Option<String>,
        pub plan: String,
        pub seats: i64,
        pub storage_quota: Option<i64>,
        pub space_quota: Option<i64>,
        pub space_share: Option<i64>,
        pub partner_id: Option<String>,
        pub status: String,
        pub suspended_from: Option<String>,
        pub primary_domain: Option<String>,
        pub billing_info: String,
        pub security_policy: String,
        pub is_platform: bool,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
        pub terminated_at: Option<i64>,
        pub purge_after: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod partners {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "partners")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub slug: String,
        pub name: String,
        pub status: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
