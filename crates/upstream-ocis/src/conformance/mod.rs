//! What Dezky needs of an oCIS server, step by step, over the client alone: the same suite runs against the
//! simulator and against a real server (`docs/conformance.md`). Leaves nothing behind.

mod people;

pub use people::people;

use kernel::id;
use outbound::{CallError, Cause};

use crate::{ClientCredentials, Credential, Drive, DriveChange, NewDrive, Ocis, space_name};

/// What a step saw, or why it failed.
pub type Told = Result<String, CallError>;

const QUOTA: i64 = 1_000_000_000;
/// Has the form of an id and names nothing.
const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000$00000000-0000-4000-8000-000000000001";

/// The life of a project space. `tell` hears of each step when it is done.
pub async fn drives(ocis: &Ocis, tell: &mut impl FnMut(&'static str, Told)) {
    tell("probe: the account is Admin", probe(ocis).await);
    tell("a missing drive is none", is_missing(ocis, UNKNOWN).await);
    let mut run = Run::new(ocis);
    tell("a forbidden name is refused", run.is_refused().await);
    tell("create with a substitute name", run.create().await);
    tell("get by id", run.get().await);
    tell("change name, description and quota", run.update().await);
    tell("read the change back", run.get().await);
    tell("list all project spaces", run.list().await);
    tell("disable", run.disable().await);
    tell("disable again", run.disable().await);
    tell("a disabled drive is listed", run.list().await);
    tell("restore", run.restore().await);
    tell("purge", run.purge().await);
    tell("purge again", run.purge().await);
    tell("nothing is left", run.is_gone().await);
    tell("clean up", run.clean_up().await);
}

/// The sign-in of the service user by client credentials.
pub async fn sign_in(
    ocis: &outbound::Client,
    credentials: &ClientCredentials,
    tell: &mut impl FnMut(&'static str, Told),
) {
    let client = |credentials| Ocis::new(ocis.clone(), Credential::ClientCredentials(credentials));
    tell("client credentials are taken", probe(&client(credentials.clone())).await);
    let mut wrong_password = credentials.clone();
    wrong_password.app_password = id::random_token().into();
    let answer = client(wrong_password).probe().await;
    tell(
        "a wrong app password is refused",
        match answer {
            Err(CallError { cause: Cause::Unauthorized(Some(why)), .. }) => Ok(why),
            Err(other) => Err(other),
            Ok(me) => Err(wrong(format!("a random app password signs in as {}", me.user_name))),
        },
    );
}

async fn probe(ocis: &Ocis) -> Told {
    let me = ocis.probe().await?;
    if me.is_admin { Ok(me.user_name) } else { Err(wrong(format!("{} is not Admin", me.user_name))) }
}

async fn is_missing(ocis: &Ocis, id: &str) -> Told {
    match ocis.drive(id).await? {
        None => Ok(String::new()),
        Some(drive) => Err(wrong(format!("{} is there: {drive:?}", drive.id))),
    }
}

/// A drive of this run's own.
struct Run<'a> {
    ocis: &'a Ocis,
    /// What the names of all its drives begin with.
    mark: String,
    drive: Option<Drive>,
}

impl<'a> Run<'a> {
    fn new(ocis: &'a Ocis) -> Self {
        let mark = format!("dezky-conformance-{}", id::hex(&id::random::<6>()));
        Self { ocis, mark, drive: None }
    }

    fn drive(&self) -> Result<&Drive, CallError> {
        self.drive.as_ref().ok_or_else(|| wrong("there is no drive: it could not be made"))
    }

    fn new_drive(&self, name: String) -> NewDrive {
        NewDrive {
            name,
            description: "Of the conformance suite".to_owned(),
            alias: Some(format!("project/{}", self.mark)),
            quota_bytes: QUOTA,
        }
    }

    async fn is_refused(&self) -> Told {
        match self.ocis.create_drive(&self.new_drive(format!("{} A/S", self.mark))).await {
            Err(CallError { cause: Cause::Refused(400, Some(why)), .. }) => Ok(why),
            Err(other) => Err(other),
            Ok(drive) => Err(wrong(format!("a name with a slash was taken: {:?}", drive.name))),
        }
    }

    async fn create(&mut self) -> Told {
        let name = space_name(&format!("{} A/S: acme.dk", self.mark));
        let wanted = self.new_drive(name);
        let made = self.drive.insert(self.ocis.create_drive(&wanted).await?);
        same("the name", &made.name, &wanted.name)?;
        same("the description", made.description.as_deref(), Some(wanted.description.as_str()))?;
        same("the alias", Some(&made.alias), wanted.alias.as_ref())?;
        same("the quota", made.quota_total, Some(QUOTA))?;
        Ok(format!("{:?} is {}", made.name, made.id))
    }

    async fn get(&self) -> Told {
        let known = self.drive()?;
        let read = self.ocis.drive(&known.id).await?;
        let read = read.ok_or_else(|| wrong("it is not there by its id"))?;
        same("the drive", &read, known)
    }

    async fn update(&mut self) -> Told {
        let change = DriveChange {
            name: Some(format!("{} changed", self.mark)),
            description: Some("Changed by the conformance suite".to_owned()),
            quota_bytes: Some(2 * QUOTA),
        };
        let id = self.drive()?.id.clone();
        let changed = self.drive.insert(self.ocis.update_drive(&id, &change).await?);
        same("the id", &changed.id, &id)?;
        same("the name", Some(&changed.name), change.name.as_ref())?;
        same("the description", &changed.description, &change.description)?;
        same("the quota", changed.quota_total, change.quota_bytes)
    }

    async fn list(&self) -> Told {
        let drives = self.ocis.project_drives().await?;
        let own = self.drive()?;
        let rows: Vec<&Drive> = drives.iter().filter(|drive| drive.id == own.id).collect();
        same("how often it is listed", rows.len(), 1)?;
        same("whether it is disabled", rows[0].disabled, own.disabled)?;
        Ok(format!("{} project spaces", drives.len()))
    }

    async fn disable(&mut self) -> Told {
        let id = self.drive()?.id.clone();
        self.ocis.disable_drive(&id).await?;
        let read = self.ocis.drive(&id).await?;
        let read = self.drive.insert(read.ok_or_else(|| wrong("it is gone, not disabled"))?);
        same("whether it is disabled", read.disabled, true)
    }

    async fn restore(&mut self) -> Told {
        let id = self.drive()?.id.clone();
        let restored = self.drive.insert(self.ocis.restore_drive(&id).await?);
        same("whether it is disabled", restored.disabled, false)
    }

    async fn purge(&self) -> Told {
        self.ocis.purge_drive(&self.drive()?.id).await.map(|()| "gone".to_owned())
    }

    async fn is_gone(&self) -> Told {
        is_missing(self.ocis, &self.drive()?.id).await
    }

    /// Finds by name, because a failed creation may have happened all the same.
    async fn clean_up(&self) -> Told {
        let drives = self.ocis.project_drives().await?;
        let own: Vec<Drive> = drives.into_iter().filter(|drive| drive.name.starts_with(&self.mark)).collect();
        for drive in &own {
            self.ocis.purge_drive(&drive.id).await?;
        }
        Ok(if own.is_empty() { "nothing to do".to_owned() } else { format!("purged {}", own.len()) })
    }
}

fn wrong(why: impl Into<String>) -> CallError {
    CallError::without_effect("oCIS", Cause::Malformed(why.into()))
}

#[expect(clippy::needless_pass_by_value, reason = "most callers compare values that they make for it")]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, is: T, should: T) -> Told {
    if is == should { Ok(String::new()) } else { Err(wrong(format!("{what} is {is:?}, not {should:?}"))) }
}
