//! How full everybody's drives are, in one list (sections 6 and 7).

use std::collections::BTreeMap;

use outbound::{Call, CallError};
use serde_json::Value;

use crate::Ocis;
use crate::client::DRIVES;
use crate::users::rows;

/// Whose a drive is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DriveOwner {
    /// A user's own drive, by the user's id.
    User(String),
    /// A project space, which belongs to nobody.
    Space,
}

/// What a drive holds. A server that does not say leaves numbers out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// The drive's id.
    pub drive: String,
    /// The drive's name.
    pub name: String,
    /// Whose it is.
    pub owner: DriveOwner,
    /// How much it may hold, in bytes; 0 is unlimited.
    pub total: Option<i64>,
    /// How much is in it, in bytes: current files, without trash and old versions.
    pub used: Option<i64>,
}

impl Ocis {
    /// What all personal drives and project spaces hold, by their ids, without those that are disabled. Refused unless
    /// the service user is Admin at the end: without the role the list holds its own drives only.
    pub async fn usage(&self) -> Result<Vec<Usage>, CallError> {
        let path = format!("{DRIVES}?$orderby=name");
        let answer = self.send(|| Call::get(path.as_str())).await?;
        let rows = rows(answer)?;
        self.must_be_admin("the list of drives").await?;
        let usages = rows.iter().filter_map(usage).map(|usage| (usage.drive.clone(), usage));
        Ok(usages.collect::<BTreeMap<_, _>>().into_values().collect())
    }
}

/// None for a drive that is disabled, or that holds nothing of its own.
fn usage(row: &Value) -> Option<Usage> {
    if !row["root"]["deleted"].is_null() {
        return None;
    }
    let owner = match row["driveType"].as_str()? {
        "personal" => DriveOwner::User(row["owner"]["user"]["id"].as_str()?.to_owned()),
        "project" => DriveOwner::Space,
        _ => return None,
    };
    let bytes = |field: &str| row["quota"][field].as_i64().filter(|bytes| *bytes >= 0);
    Some(Usage {
        drive: row["id"].as_str()?.to_owned(),
        name: row["name"].as_str().unwrap_or_default().to_owned(),
        owner,
        total: bytes("total"),
        used: bytes("used"),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn row(quota: &Value) -> Value {
        json!({"id": "s$1", "name": "A", "driveType": "project", "root": {}, "quota": quota})
    }

    #[test]
    fn a_quota_may_be_missing_partial_or_of_the_wrong_kind() {
        for (quota, total, used) in [
            (json!({"total": 5, "used": 3, "remaining": 2, "state": "normal"}), Some(5), Some(3)),
            (json!({"total": 5}), Some(5), None),
            (json!({"total": 0, "used": 1, "remaining": i64::MAX}), Some(0), Some(1)),
            (json!({}), None, None),
            (Value::Null, None, None),
            (json!({"total": "much", "used": -1}), None, None),
        ] {
            let read = usage(&row(&quota)).unwrap();
            assert_eq!((read.total, read.used), (total, used), "{quota}");
        }
    }

    #[test]
    fn what_is_disabled_virtual_or_nobodys_is_left_out() {
        let mut disabled = row(&json!({}));
        disabled["root"]["deleted"] = json!({"state": "trashed"});
        assert_eq!(usage(&disabled), None);
        for row in [
            json!({"id": "v", "driveType": "virtual"}),
            json!({"id": "p", "driveType": "personal"}),
            json!(1),
        ] {
            assert_eq!(usage(&row), None, "{row}");
        }
    }

    proptest! {
        #[test]
        fn no_row_makes_a_list_unreadable(text in "[\\PC]{0,40}", number in any::<i64>()) {
            for value in [json!(text), json!(number), json!([text]), json!({text.clone(): number})] {
                for field in ["id", "name", "driveType", "root", "quota", "owner"] {
                    let mut row = row(&json!({}));
                    row[field] = value.clone();
                    usage(&row);
                }
            }
        }
    }
}
