//! `dezky plan`, `dezky apply`, `dezky reconcile`: the reconciler by hand. Whoever can run the binary with its
//! configuration acts as an operator; the audit log names the command line.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use access::{Actor, Granted, ListTenants, ManageTenant, Permission, ReconcileTenant};
use anyhow::{Context as _, anyhow, ensure};
use db::Db;
use kernel::{Cursor, Explain};
use reconcile::drift::Strays;
use reconcile::{Change, FieldChange, Plan, PlanAction, Status};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tenants::TenantFilter;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Config, Values};
use crate::wiring::{Patience, Product, Surroundings};
use crate::{database, left_over};

/// The file in the folder of a `dezky dev` with the settings that it runs with.
pub const SETTINGS: &str = "settings.json";
/// There is something to do, or something that was to be done is not.
const DIFFERS: u8 = 2;
const PAGE: u64 = 200;

/// The product without its servers.
pub struct Shell {
    product: Product,
    actor: Actor,
}

impl Shell {
    async fn open(values: Values, data: Option<&Path>) -> anyhow::Result<Self> {
        let values = match data {
            Some(folder) => of_dev(folder)?,
            None => values,
        };
        let config = Config::read(&values)?;
        let db = database::connect_current(config.database_url.expose_secret()).await?;
        Self::over(config, db)
    }

    /// The same over a database that is open.
    pub fn over(config: Config, db: Db) -> anyhow::Result<Self> {
        let patience = Patience::steady(config.lease);
        let product = Product::new(config, &patience, Surroundings::default(), db)?;
        Ok(Self { actor: Actor::of_shell(&product.platform.clock), product })
    }

    async fn granted<P: Permission>(&self, slug: &str) -> anyhow::Result<Granted<P>> {
        let path = vec![("slug".to_owned(), slug.to_owned())];
        let granted = Granted::<P>::prove(&self.product.platform.db, &self.actor, &path).await;
        granted.map_err(|error| self.told(&error)).with_context(|| slug.to_owned())
    }

    /// The named tenants, or all of them.
    async fn slugs(&self, named: Vec<String>) -> anyhow::Result<Vec<String>> {
        if !named.is_empty() {
            return Ok(named);
        }
        let list: Granted<ListTenants> = self.granted("").await?;
        let (mut all, mut after): (Vec<String>, Option<Cursor>) = (Vec::new(), None);
        loop {
            let page = self.product.tenants.page(&list, &TenantFilter::default(), after.as_ref(), PAGE).await;
            let page = page.map_err(|error| self.told(&error))?;
            all.extend(page.items.iter().map(|details| details.tenant.slug.to_string()));
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// What is left over in the upstreams of what a restored database doesn't have.
    async fn left_over(&self) -> anyhow::Result<Strays> {
        left_over::find(&self.product, &self.actor).await
    }

    /// The same in lines.
    pub async fn left_over_lines(&self) -> anyhow::Result<Vec<String>> {
        Ok(left_over::lines(&self.product.english(), &self.left_over().await?))
    }

    /// What went wrong, and what to do.
    fn told(&self, error: &impl Explain) -> anyhow::Error {
        anyhow!("{}", self.product.english().explain(error))
    }

    async fn close(self) {
        self.product.platform.db.close().await;
    }
}

/// The settings of a `dezky dev` that runs with this folder.
pub fn of_dev(folder: &Path) -> anyhow::Result<Values> {
    let file = folder.join(SETTINGS);
    let says = || format!("{} has no data of a `dezky dev`", folder.display());
    let text = std::fs::read(&file).with_context(says)?;
    serde_json::from_slice(&text).with_context(|| format!("{} is damaged", file.display()))
}

/// Shows what differs; the exit code says whether anything does.
pub async fn plan(
    values: Values,
    data: Option<&Path>,
    named: Vec<String>,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let shell = Shell::open(values, data).await?;
    let is_of_all = named.is_empty();
    let mut plans = Vec::new();
    for slug in shell.slugs(named).await? {
        let by: Granted<ManageTenant> = shell.granted(&slug).await?;
        let plan = shell.product.drift.plan(&by).await.map_err(|error| shell.told(&error))?;
        if !as_json {
            print!("{}", said(&slug, &plan, data));
        }
        plans.push((slug, plan));
    }
    // The scan by the clock, which finds it otherwise, rests while the product is held.
    let looks = is_of_all && backup::is_held(&shell.product.platform.db).await?;
    let strays = if looks { Some(Box::pin(shell.left_over()).await?) } else { None };
    if as_json {
        let all: Vec<Value> = plans.iter().map(|(slug, plan)| with_slug(slug, plan)).collect();
        let mut said = json!({"tenants": all});
        if let Some(strays) = &strays {
            said["leftOver"] = left_over::value(strays);
        }
        println!("{said}");
    } else if let Some(strays) = &strays {
        for line in left_over::lines(&shell.product.english(), strays) {
            println!("{line}");
        }
    }
    shell.close().await;
    let differs = plans.iter().any(|(_, plan)| !plan.changes.is_empty())
        || strays.is_some_and(|strays| strays != Strays::default());
    Ok(if differs { ExitCode::from(DIFFERS) } else { ExitCode::SUCCESS })
}

fn with_slug(slug: &str, plan: &Plan) -> Value {
    json!({"slug": slug, "hash": plan.hash, "changes": plan.changes})
}

/// A plan in lines, with the command that carries it out.
fn said(slug: &str, plan: &Plan, data: Option<&Path>) -> String {
    let accepted = if plan.accepted.is_empty() { "" } else { " (some differences are ignored)" };
    if plan.changes.is_empty() {
        return format!("{slug}: nothing to change{accepted}\n");
    }
    let mut lines = vec![format!("{slug}: {} to review, plan {}{accepted}", plan.changes.len(), plan.hash)];
    lines.extend(plan.changes.iter().flat_map(said_of));
    if plan.changes.iter().any(Change::is_doable) {
        let place = data.map(|folder| format!(" --data {}", folder.display())).unwrap_or_default();
        lines.push(format!("  apply: dezky apply --hash {}{place} {slug}", plan.hash));
    }
    lines.iter().fold(String::new(), |text, line| text + line + "\n")
}

fn said_of(change: &Change) -> Vec<String> {
    let word = match change.action {
        PlanAction::Create => "create",
        PlanAction::Update => "change",
        PlanAction::Delete => "delete",
        PlanAction::Foreign => "unmanaged, left unchanged",
        PlanAction::Unreadable => "can't be read",
    };
    let mut lines = vec![format!("  {} {}: {word}", change.kind, change.key)];
    lines.extend(change.note.iter().map(|note| format!("      {}", note.said)));
    lines.extend(change.fields.iter().map(said_of_field));
    lines
}

fn said_of_field(FieldChange { field, want, have }: &FieldChange) -> String {
    let found = if have.is_null() { "isn't there".to_owned() } else { format!("found {have}") };
    format!("      {field}: expected {want}, {found}")
}

/// Does just what the plan of this hash lists.
pub async fn apply(values: Values, data: Option<&Path>, slug: &str, hash: &str) -> anyhow::Result<ExitCode> {
    let shell = Shell::open(values, data).await?;
    let by: Granted<ManageTenant> = shell.granted(slug).await?;
    let done = shell.product.drift.apply(&by, hash).await.map_err(|error| shell.told(&error))?;
    println!("{slug}: applied plan {}", done.hash);
    let left = shell.product.drift.plan(&by).await.map_err(|error| shell.told(&error))?;
    print!("{}", said(slug, &left, data));
    shell.close().await;
    Ok(if left.changes.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(DIFFERS) })
}

/// Tries at once what is not done, and works here until it is or the patience ends.
pub async fn reconcile(
    values: Values,
    data: Option<&Path>,
    named: Vec<String>,
    patience: Duration,
) -> anyhow::Result<ExitCode> {
    let shell = Shell::open(values, data).await?;
    ensure!(
        !backup::is_held(&shell.product.platform.db).await?,
        "the database was restored and is held; look at `dezky plan`, then run `dezky resume`"
    );
    let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
    let mut asked = BTreeMap::new();
    for slug in shell.slugs(named).await? {
        let by: Granted<ReconcileTenant> = shell.granted(&slug).await?;
        shell.product.tenants.reconcile(&by).await.map_err(|error| shell.told(&error))?;
        asked.insert(slug, by);
    }
    shell.product.start_reconciler(&tracker, &stop).await?;
    let deadline = tokio::time::Instant::now() + patience;
    let mut undone = 0;
    for (slug, by) in &asked {
        let left = deadline.saturating_duration_since(tokio::time::Instant::now());
        let steps =
            shell.product.tenants.settle_within(by, left).await.map_err(|error| shell.told(&error))?;
        for step in steps.iter().filter(|step| !matches!(step.status, Status::Ok | Status::Skipped)) {
            undone += 1;
            let error = step.error.as_ref().map(|error| error.said.as_str());
            let why = error.or(step.reason.as_deref()).unwrap_or("in progress");
            println!("{slug}: {} {}: {}: {why}", step.kind, step.name, step.status.as_str());
        }
    }
    println!("{} tenants, {undone} unfinished steps", asked.len());
    stop.cancel();
    tracker.close();
    tracker.wait().await;
    shell.close().await;
    Ok(if undone == 0 { ExitCode::SUCCESS } else { ExitCode::from(DIFFERS) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_is_missing_is_said_to_be() {
        let field = |have| FieldChange { field: "name".to_owned(), want: json!("Acme"), have };
        let said = said_of_field(&field(Value::Null));
        assert_eq!(said.trim(), r#"name: expected "Acme", isn't there"#);
        assert_eq!(said_of_field(&field(json!("A"))).trim(), r#"name: expected "Acme", found "A""#);
    }
}
