//! The table `partners`. Roles, chosen customers and invitations of staff are tables of `access`.

pub mod partners {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "partners")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub slug: String,
        pub name: String,
        pub name_key: String,
        pub find_key: String,
        pub domain: Option<String>,
        pub status: String,
        /// In hundredths of a per cent.
        pub margin: i64,
        pub contact_info: String,
        pub billing_info: String,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
        pub terminated_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
