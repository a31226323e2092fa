//! Reads a server, says what is to be done, and does it. Each entry is found by its identifiers, so a run that was
//! stopped anywhere is ended by the next one. Nothing is replaced as a whole and nothing is deleted.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Explain, Message};
use outbound::{CallError, Cause, Effect};
use serde_json::{Value, json};
use upstream_authentik::{Authentik, Created, Row};

use crate::compare::{Difference, Known, Verdict};
use crate::entry::{Attribute, Entry, Ref, Settings, Want};
use crate::model::{Model, Special};

const DEFAULT_BRAND: &str = "default brand";
const DENY: &str = "authentik_stages_deny.denystage";

/// What a binding is shown with beside its own fields: who else its target is bound to.
pub const OTHERS: &str = "others";
/// What a step of a flow is shown with: the stages behind it that refuse people.
pub const REFUSALS: &str = "refusals";
/// What a role is shown with: the names of users that have it.
pub const USERS: &str = "users";
/// And those of groups.
pub const GROUPS: &str = "groups";

/// What is to be done about one entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Which entry.
    pub id: &'static str,
    /// What it is called.
    pub name: Message,
    /// What doesn't work without it.
    pub why: Message,
    /// What is to be done.
    pub verdict: Verdict,
}

/// What is to be done about all of them.
pub struct Plan<'a> {
    /// In the order in which it is done.
    pub steps: Vec<Step>,
    known: Known<'a>,
}

/// It could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Explain)]
pub enum Error {
    /// A call failed that has nothing to do with one entry.
    #[explain("bootstrap-error-call", values(why = _0.to_string()))]
    Call(#[from] CallError),
    /// A call for an entry failed.
    #[explain("bootstrap-error-entry", values(name = name, why = why.to_string()))]
    Entry {
        /// What it is called.
        name: Message,
        /// What was wrong.
        why: Box<CallError>,
    },
    /// Everything was answered as done, and something is not.
    #[explain("bootstrap-error-not-taken", values(names = _0))]
    NotTaken(Vec<Message>),
}

impl Plan<'_> {
    /// What the server has not made by itself yet.
    pub fn waits_for(&self) -> BTreeSet<&str> {
        let waiting = self.steps.iter().filter_map(|step| match &step.verdict {
            Verdict::Waits(what) => Some(what.as_str()),
            _ => None,
        });
        waiting.collect()
    }

    /// True when something is to be done.
    pub fn is_to_do(&self) -> bool {
        self.steps.iter().any(|step| step.verdict.is_to_do())
    }

    /// What can't be read: nothing is done then.
    pub fn unknown(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| matches!(step.verdict, Verdict::Unknown(_)))
    }

    /// What is left alone and can't be used, so that it is missing.
    pub fn missing(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| self.is_missing(step))
    }

    /// Whether a step leaves something alone that can't be used.
    pub fn is_missing(&self, step: &Step) -> bool {
        matches!(step.verdict, Verdict::Leave(_)) && !self.known.rows.contains_key(step.id)
    }

    /// The object of an entry, as it was read.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.known.rows.get(id)
    }
}

/// Entries and the server that should have them.
pub struct Engine<'a> {
    client: &'a Authentik,
    entries: &'a [Entry],
    settings: &'a Settings,
}

impl<'a> Engine<'a> {
    /// What `entries` say, at the server of `client`.
    pub fn new(client: &'a Authentik, entries: &'a [Entry], settings: &'a Settings) -> Self {
        Self { client, entries, settings }
    }

    /// Reads everything and changes nothing. What may not be read is said of its entry; an error means that the server
    /// can't be asked at all.
    pub async fn plan(&self) -> Result<Plan<'a>, CallError> {
        let Self { entries, settings, .. } = *self;
        let known = Known { entries, settings, rows: BTreeMap::new(), shipped: BTreeMap::new() };
        let mut plan = Plan { steps: Vec::new(), known };
        for entry in entries {
            let verdict = self.examine(entry, &mut plan).await?;
            plan.steps.push(self.step(entry, verdict));
        }
        Ok(plan)
    }

    /// Does what a plan says, and reads everything once more: a change is believed only then. `told` hears of each step
    /// that is done. Safe to repeat.
    pub async fn apply(&self, mut plan: Plan<'a>, mut told: impl FnMut(&Step)) -> Result<Plan<'a>, Error> {
        for (step, entry) in plan.steps.iter().zip(self.entries) {
            if matches!(step.verdict, Verdict::Create | Verdict::Change(_)) {
                let done = self.ensure(entry, &mut plan.known).await;
                done.map_err(|why| Error::Entry { name: step.name.clone(), why: Box::new(why) })?;
                told(step);
            }
        }
        let after = self.plan().await?;
        let is_open = |step: &&Step| step.verdict.is_to_do() || matches!(step.verdict, Verdict::Unknown(_));
        let open = after.steps.iter().filter(is_open);
        let open: Vec<Message> = open.map(|step| step.name.clone()).collect();
        if open.is_empty() { Ok(after) } else { Err(Error::NotTaken(open)) }
    }

    fn step(&self, entry: &Entry, verdict: Verdict) -> Step {
        let name = self.settings.message(entry, self.entries);
        Step { id: entry.id, name, why: Message::new(entry.why), verdict }
    }

    fn name(&self, id: &'static str) -> Message {
        let entry = self.entries.iter().find(|entry| entry.id == id);
        entry.map_or_else(|| Message::new(id), |entry| self.settings.message(entry, self.entries))
    }

    /// Looks at one entry, those before it known.
    async fn examine(&self, entry: &Entry, plan: &mut Plan<'a>) -> Result<Verdict, CallError> {
        match self.look(entry, plan).await {
            Ok(verdict) => Ok(verdict),
            Err(error) if is_about_entry(&error) => Ok(Verdict::Unknown(Message::quoted(&error.to_string()))),
            Err(error) => Err(error),
        }
    }

    async fn look(&self, entry: &Entry, plan: &mut Plan<'a>) -> Result<Verdict, CallError> {
        if let Some(verdict) = self.lacks(&told_by(entry), plan).await? {
            return Ok(verdict);
        }
        let rows = match identifiers(entry, &plan.known) {
            Some(identifiers) => self.find(entry, &identifiers, &plan.known).await?,
            // One of the ends isn't made, so nothing can stand between them.
            None => Vec::new(),
        };
        // Of what is there, only what its fields are compared with.
        let is_asked = |one: &&Attribute| rows.is_empty() || rows.iter().any(|row| one.is_compared(row));
        let asked: Vec<&Want> = entry.attributes.iter().filter(is_asked).map(|one| &one.want).collect();
        if let Some(verdict) = self.lacks(&refs(asked), plan).await? {
            return Ok(verdict);
        }
        let mut verdicts = rows.iter().map(|row| plan.known.compare(entry, row));
        let Some(first) = verdicts.next() else {
            // The server makes one by itself.
            let is_shipped = entry.model == Model::Brand;
            return Ok(if is_shipped { Verdict::Waits(DEFAULT_BRAND.to_owned()) } else { Verdict::Create });
        };
        // Where there are several, all of them count.
        let verdict = if first == Verdict::Keep {
            verdicts.find(|verdict| *verdict != Verdict::Keep).unwrap_or(first)
        } else {
            first
        };
        if entry.may_be_others() || !matches!(verdict, Verdict::Leave(_)) {
            plan.known.rows.extend(rows.into_iter().next().map(|row| (entry.id, row)));
        }
        Ok(verdict)
    }

    /// What comes of an entry because of others that it names: one that is left alone or can't be read, or that the server
    /// makes by itself. Finds what the server has by itself. One that is to be made first is no obstacle.
    async fn lacks(&self, refs: &[Ref], plan: &mut Plan<'a>) -> Result<Option<Verdict>, CallError> {
        for of in refs {
            match *of {
                Ref::Of(id) if plan.known.rows.contains_key(id) => {}
                Ref::Of(id) => {
                    let step = plan.steps.iter().find(|step| step.id == id);
                    let named = |key: &'static str| Message::new(key).with("name", self.name(id));
                    match step.map(|step| &step.verdict) {
                        Some(Verdict::Leave(_)) => {
                            return Ok(Some(Verdict::Leave(named("bootstrap-left-needs"))));
                        }
                        Some(Verdict::Unknown(_)) => {
                            return Ok(Some(Verdict::Unknown(named("bootstrap-unread-needs"))));
                        }
                        Some(Verdict::Waits(what)) => return Ok(Some(Verdict::Waits(what.clone()))),
                        _ => {}
                    }
                }
                Ref::Found(model, field, value) => {
                    if plan.known.shipped.contains_key(&(model, field, value)) {
                        continue;
                    }
                    let Some(row) = self.shipped(model, field, value).await? else {
                        return Ok(Some(Verdict::Waits(value.to_owned())));
                    };
                    let id = row.get(model.id()).cloned().unwrap_or_default();
                    plan.known.shipped.insert((model, field, value), id);
                }
            }
        }
        Ok(None)
    }

    async fn shipped(&self, model: Model, field: &str, value: &str) -> Result<Option<Row>, CallError> {
        if model.is_read_by_key() {
            return self.client.object_at(model.path(), value).await;
        }
        let filters = [&[(field, value)], model.asked()].concat();
        let is_one = |row: &Row| row.get(field).is_some_and(|found| found == value);
        Ok(self.client.objects_at(model.path(), &filters, is_one).await?.into_iter().next())
    }

    /// The objects of an entry, with what the server tells of them elsewhere. Only between two ends there can be several.
    async fn find(&self, entry: &Entry, identifiers: &Row, known: &Known<'a>) -> Result<Vec<Row>, CallError> {
        let model = entry.model;
        let is_one = |row: &Row| identifiers.iter().all(|(field, value)| row.get(field) == Some(value));
        let mut rows: Vec<Row> = if model.is_read_by_key() {
            let key = identifiers.get(model.key()).and_then(Value::as_str).unwrap_or_default();
            self.client.object_at(model.path(), key).await?.into_iter().collect()
        } else {
            let mut filters = Vec::new();
            for (field, want) in &entry.identifiers {
                filters.extend(filter(field, want, identifiers, known).map(|text| (*field, text)));
            }
            let filters: Vec<(&str, &str)> =
                filters.iter().map(|(field, text)| (*field, text.as_str())).collect();
            let filters = [&filters[..], model.asked()].concat();
            let target = identifiers.get("target");
            let is_near = |row: &Row| match target {
                Some(_) => row.get("target") == target,
                None => is_one(row),
            };
            let near = self.client.objects_at(model.path(), &filters, is_near).await?;
            let (mut rows, others): (Vec<Row>, Vec<Row>) = near.into_iter().partition(is_one);
            tell_of_others(model, &mut rows, &others);
            rows
        };
        if model == Model::Role {
            for row in &mut rows {
                self.tell_of_role(row).await?;
            }
        }
        Ok(rows)
    }

    /// What a role may do, and who has it.
    async fn tell_of_role(&self, row: &mut Row) -> Result<(), CallError> {
        let role = text_of(row.get("pk"));
        let permissions = self.client.permissions_of_role(&role).await?;
        let has_it = |row: &Row| {
            row.get("roles")
                .and_then(Value::as_array)
                .is_some_and(|roles| roles.iter().any(|one| *one == role))
        };
        let filters = [&[("roles_by_pk", role.as_str())], Model::User.asked()].concat();
        let users = self.client.objects_at(Model::User.path(), &filters, has_it).await?;
        // There is no filter for groups with a role.
        let groups = self.client.objects_at(Model::Group.path(), Model::Group.asked(), has_it).await?;
        let names = |rows: &[Row], field: &str| -> Vec<String> {
            rows.iter().map(|row| text_of(row.get(field))).collect()
        };
        row.insert("permissions".to_owned(), json!(permissions));
        row.insert(USERS.to_owned(), json!(names(&users, "username")));
        row.insert(GROUPS.to_owned(), json!(names(&groups, "name")));
        Ok(())
    }

    /// Makes an object or sets what differs, and keeps it as known.
    async fn ensure(&self, entry: &Entry, known: &mut Known<'a>) -> Result<(), CallError> {
        let Some(identifiers) = identifiers(entry, known) else {
            // What it stands between was made just before.
            return Err(self.lost(entry));
        };
        let mut rows = self.find(entry, &identifiers, known).await?;
        if rows.is_empty() {
            rows.push(self.create(entry, &identifiers, known).await?);
        }
        for row in &rows {
            match known.compare(entry, row) {
                // What is new lacks only what is set by calls of its own.
                Verdict::Change(differences) => {
                    self.change(entry, &identifiers, row, &differences, known).await?;
                }
                // It wasn't when it was looked at for the plan.
                Verdict::Leave(_) if !entry.may_be_others() => return Err(self.foreign(entry)),
                _ => {}
            }
        }
        known.rows.extend(rows.into_iter().next().map(|row| (entry.id, row)));
        Ok(())
    }

    async fn create(&self, entry: &Entry, identifiers: &Row, known: &Known<'a>) -> Result<Row, CallError> {
        let mut body = identifiers.clone();
        for attribute in entry.attributes.iter().filter(|one| entry.model.special(one.field).is_none()) {
            let value = known.resolve(&attribute.want).ok_or_else(|| self.lost(entry))?;
            body.insert(attribute.field.to_owned(), value);
        }
        let failed = match self.client.create_object(entry.model.path(), &body).await {
            Ok(Created::New(row)) => return Ok(row),
            Ok(Created::Exists) => None,
            Err(error) if error.effect == Effect::Unknown => Some(error),
            Err(error) => return Err(error),
        };
        // It may have been made all the same, by this call or by somebody else.
        let found = self.find(entry, identifiers, known).await?.into_iter().next();
        found.ok_or_else(|| failed.unwrap_or_else(|| self.taken(entry)))
    }

    /// Sets what differs. After an answer that says nothing the object is looked at again.
    async fn change(
        &self,
        entry: &Entry,
        identifiers: &Row,
        row: &Row,
        differences: &[Difference],
        known: &Known<'a>,
    ) -> Result<(), CallError> {
        let Err(error) = self.send_change(entry, identifiers, row, differences).await else { return Ok(()) };
        if error.effect == Effect::Unknown {
            let key = entry.model.key();
            let rows = self.find(entry, identifiers, known).await?;
            let found = rows.iter().find(|found| found.get(key) == row.get(key));
            if found.is_some_and(|found| known.compare(entry, found) == Verdict::Keep) {
                return Ok(());
            }
        }
        Err(error)
    }

    async fn send_change(
        &self,
        entry: &Entry,
        identifiers: &Row,
        row: &Row,
        differences: &[Difference],
    ) -> Result<(), CallError> {
        let mut fields = Row::new();
        for difference in differences {
            let value = difference.value.clone().ok_or_else(|| self.lost(entry))?;
            match entry.model.special(difference.field) {
                None => drop(fields.insert(difference.field.to_owned(), value)),
                Some(Special::Permissions) => self.set_permissions(row, &value, &difference.surplus).await?,
                Some(Special::Roles) => self.set_roles(row, &value, &difference.surplus).await?,
            }
        }
        if fields.is_empty() {
            return Ok(());
        }
        if entry.model.repeats_identifiers() {
            fields.extend(identifiers.clone());
        }
        let key = text_of(row.get(entry.model.key()));
        self.client.change_object(entry.model.path(), &key, row, &fields).await.map(drop)
    }

    async fn set_permissions(&self, row: &Row, wanted: &Value, surplus: &[String]) -> Result<(), CallError> {
        let role = text_of(row.get("pk"));
        let have = row.get("permissions").and_then(Value::as_array);
        let is_new = |name: &&Value| have.is_none_or(|have| !have.contains(name));
        let wanted = wanted.as_array().into_iter().flatten();
        let missing: Vec<String> = wanted.filter(is_new).map(|name| text_of(Some(name))).collect();
        if !missing.is_empty() {
            self.client.assign_permissions(&role, &missing).await?;
        }
        if !surplus.is_empty() {
            self.client.unassign_permissions(&role, surplus).await?;
        }
        Ok(())
    }

    async fn set_roles(&self, row: &Row, wanted: &Value, surplus: &[String]) -> Result<(), CallError> {
        let user = row.get("pk").and_then(Value::as_i64).unwrap_or_default();
        let have = row.get("roles").and_then(Value::as_array);
        for role in wanted.as_array().into_iter().flatten() {
            if have.is_none_or(|have| !have.contains(role)) {
                self.client.join_role(&text_of(Some(role)), user).await?;
            }
        }
        for role in surplus {
            self.client.leave_role(role, user).await?;
        }
        Ok(())
    }

    /// What is needed for an entry went away while others were made.
    fn lost(&self, entry: &Entry) -> CallError {
        let name = self.settings.name_of(entry, self.entries);
        let why = Cause::Malformed(format!("what {name} needs went away meanwhile"));
        CallError::without_effect("Authentik", why)
    }

    /// Somebody else took the object since the plan was made.
    fn foreign(&self, entry: &Entry) -> CallError {
        let name = self.settings.name_of(entry, self.entries);
        let why = format!("{name} isn't Dezky's any more, so it was left as it is");
        CallError::without_effect("Authentik", Cause::Refused(409, Some(why)))
    }

    /// The server says that an object has this name, and shows none by the identifiers.
    fn taken(&self, entry: &Entry) -> CallError {
        let name = self.settings.name_of(entry, self.entries);
        let why = format!("another object has the name of {name}, or one of its unique fields");
        CallError::without_effect("Authentik", Cause::Refused(400, Some(why)))
    }
}

/// Whether a failed call tells of what was asked, and the server may answer other questions.
fn is_about_entry(error: &CallError) -> bool {
    matches!(error.cause, Cause::Refused(..) | Cause::Malformed(_) | Cause::Broken(_))
}

/// The values that an entry is found by; none while one of them isn't known.
fn identifiers(entry: &Entry, known: &Known<'_>) -> Option<Row> {
    let value = |(field, want): &(&str, Want)| Some(((*field).to_owned(), known.resolve(want)?));
    entry.identifiers.iter().map(value).collect()
}

/// The text of a filter by an identifier. Bindings are listed by another id of their target than they are made with, and
/// there are no filters by a group or a policy that could be relied on.
fn filter(field: &str, want: &Want, identifiers: &Row, known: &Known<'_>) -> Option<String> {
    match want {
        Want::Ref(Ref::Of(id)) if field == "target" => {
            let model = known.entries.iter().find(|entry| entry.id == *id)?.model;
            Some(text_of(known.rows.get(id)?.get(model.listed_by())))
        }
        Want::Ref(_) => None,
        _ => Some(text_of(identifiers.get(field))),
    }
}

/// All objects by which it is told whether one is an entry's, and those that must be there before.
fn told_by(entry: &Entry) -> Vec<Ref> {
    let identifiers = entry.identifiers.iter().map(|(_, want)| want);
    let mut all = refs(identifiers.chain(entry.guards.iter().map(|guard| &guard.want)));
    all.extend(entry.after.iter().map(|id| Ref::Of(id)));
    all
}

/// All objects that values name.
fn refs<'w>(wants: impl IntoIterator<Item = &'w Want>) -> Vec<Ref> {
    fn gather(want: &Want, refs: &mut Vec<Ref>) {
        match want {
            Want::Ref(of) => refs.push(of.clone()),
            Want::List(all) => all.iter().for_each(|one| gather(one, refs)),
            Want::Object(fields) => fields.iter().for_each(|(_, one)| gather(one, refs)),
            Want::Plain(_) | Want::Text(..) => {}
        }
    }
    let mut all = Vec::new();
    wants.into_iter().for_each(|want| gather(want, &mut all));
    all
}

/// What else is bound to the same target, as far as it matters.
fn tell_of_others(model: Model, rows: &mut [Row], others: &[Row]) {
    for row in rows {
        match model {
            Model::PolicyBinding => {
                let others: Vec<String> = others.iter().filter(|row| is_on(row)).map(bound).collect();
                row.insert(OTHERS.to_owned(), json!(others));
            }
            Model::FlowStageBinding => {
                let at = order(row);
                let behind = others.iter().filter(|other| order(other) >= at);
                let refusals: Vec<String> = behind.filter_map(refusal).collect();
                row.insert(REFUSALS.to_owned(), json!(refusals));
            }
            _ => {}
        }
    }
}

fn order(row: &Row) -> i64 {
    row.get("order").and_then(Value::as_i64).unwrap_or_default()
}

/// The name of the stage of a step, if it refuses people (authentik, section 9).
fn refusal(row: &Row) -> Option<String> {
    let stage = row.get("stage_obj")?;
    (stage["meta_model_name"] == DENY).then(|| text_of(stage.get("name")))
}

/// Whether a binding counts.
fn is_on(row: &Row) -> bool {
    row.get("enabled").and_then(Value::as_bool) != Some(false)
}

/// Who or what is bound by a binding, by its name where the server shows it.
fn bound(row: &Row) -> String {
    let named =
        [("group", "name"), ("user", "username"), ("policy", "name")].into_iter().find_map(|(end, name)| {
            let id = row.get(end).filter(|id| !id.is_null())?;
            let name = row.get(&format!("{end}_obj")).and_then(|of| of.get(name)?.as_str());
            Some(name.map_or_else(|| text_of(Some(id)), str::to_owned))
        });
    named.unwrap_or_default()
}

fn text_of(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}
