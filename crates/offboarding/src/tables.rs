//! The table `offboardings`.

pub mod offboardings {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "offboardings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub tenant_id: String,
        pub user_id: String,
        pub started_by: String,
        pub began_at: i64,
        pub checked_at: Option<i64>,
        pub finished_at: Option<i64>,
        pub next_at: i64,
        pub attempts: i64,
        pub report: String,
        /// Who has the addresses now, as JSON.
        pub handed: Option<String>,
        pub restored_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
