//! Why a resource can't have the object that was found for it.

use db::Error;
use sea_orm::ConnectionTrait;

use crate::kind::Actual;
use crate::obstacle::Obstacle;
use crate::store;

/// What is in the way, without its values: `unmarked` where Dezky didn't make it. What bears a mark that this database
/// doesn't know was made by a Dezky that went on after the backup that was restored here.
pub(crate) async fn obstacle(
    on: &impl ConnectionTrait,
    actual: &Actual,
    unmarked: &'static str,
) -> Result<Obstacle, Error> {
    let Some(mark) = &actual.mark else { return Ok(Obstacle::new(unmarked)) };
    let is_known = store::is_known(on, mark).await?;
    Ok(Obstacle::new(if is_known { "blocked-name-marked" } else { "blocked-name-unknown" }))
}
