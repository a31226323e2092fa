//! The tables `domains` and `domain_checks`.

pub mod domains {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "domains")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub tenant_id: String,
        pub name: String,
        pub find_key: String,
        pub token: String,
        pub proof: Option<String>,
        pub proven_at: Option<i64>,
        pub state: String,
        pub state_since: i64,
        pub dmarc_policy: Option<String>,
        pub zone: Option<String>,
        pub zone_read_at: Option<i64>,
        pub findings: String,
        pub asked: String,
        pub dns_host: Option<String>,
        pub checked_at: Option<i64>,
        pub next_check_at: i64,
        pub lapses_at: Option<i64>,
        pub removing_at: Option<i64>,
        pub refusal: Option<String>,
        pub refusal_obstacle: Option<String>,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod checks {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "domain_checks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub tenant_id: String,
        pub domain_id: String,
        pub at: i64,
        pub state: String,
        pub changes: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
