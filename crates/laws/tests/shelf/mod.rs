//! A kind of boxes on a simulated shelf, right or wrong in one way.

mod upstream;

use async_trait::async_trait;
use laws::{Object, Spoiled, Subject, Upstream};
use outbound::{Answer, Call, CallError, Cause, Client, Method, Options};
use reconcile::{
    Actual, Created, FieldChange, Kind, Listed, Need, Obstacle, Problem, Registered, Target, Want,
};
use serde_json::{Value, json};
use simulator::{Dial, Running, Server, State as _, Store};

use upstream::Boxes;

/// Whether the shelf refuses a second box of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    Unique,
    Shared,
}

/// What is wrong with the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    FindsNothing,
    MakesTwo,
    ComparesTooMuch,
    ForgetsMark,
    SearchesNothing,
    TriesAgain,
    TakesErrorForAbsence,
    ForgetsUnwanted,
    UpdatesNothing,
    ComparesLittle,
    DeletesNothing,
    DeletesOnce,
    DeletesByName,
    TakesOver,
}

/// The subject.
pub struct Shelf {
    pub names: Names,
    pub wrong: Option<Wrong>,
}

#[async_trait]
impl Subject for Shelf {
    fn kind(&self) -> &'static str {
        "shelf.box"
    }

    fn names_are_unique(&self) -> bool {
        self.names == Names::Unique
    }

    fn want(&self, case: &str) -> Want {
        let spec = json!({"colour": "red", "size": 1});
        Want { owner: format!("owner-{case}"), kind: self.kind(), name: case.to_owned(), spec }
    }

    fn changed(&self, _: &Value) -> Value {
        json!({"colour": "blue", "size": 2})
    }

    async fn start(&self) -> Box<dyn Upstream> {
        let store = Store::in_memory(Boxes::new(self.names == Names::Unique));
        // Twice: stale reads take the version before the last change.
        store.write(|_| ());
        let running = Server::new(store, upstream::routes).start().await.unwrap();
        Box::new(Served { running, names: self.names, wrong: self.wrong })
    }
}

struct Served {
    running: Running<Boxes>,
    names: Names,
    wrong: Option<Wrong>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Upstream for Served {
    fn kind(&self) -> Registered {
        let options = Options { deadline: laws::DEADLINE, ..Options::default() };
        let client = Client::new("Shelf", self.running.origin.parse().unwrap(), options).unwrap();
        Registered::on(Boxed { client, names: self.names, wrong: self.wrong })
    }

    fn dial(&self) -> &Dial {
        &self.running.dial
    }

    fn objects(&self) -> Vec<Object> {
        let inventory = self.running.store.read(simulator::State::inventory);
        let object = |whole: &Value| Object {
            id: text(&whole["id"]),
            mark: whole["mark"].as_str().map(str::to_owned),
            fields: json!({"colour": whole["colour"], "size": whole["size"]}),
            whole: whole.clone(),
        };
        inventory["boxes"].as_array().unwrap().iter().map(object).collect()
    }

    fn add_foreign(&self, name: &str) {
        let fields = json!({"name": name, "colour": "green", "size": 7});
        self.running.store.write(|boxes| boxes.put("boxes", "theirs", &fields)).unwrap();
    }

    fn spoil(&self, id: &str, field: &str) -> Spoiled {
        self.running.store.write(|boxes| boxes.put("boxes", id, &json!({field: 99}))).unwrap();
        Spoiled::Mendable
    }

    fn remove(&self, id: &str) {
        assert!(self.running.store.write(|boxes| boxes.remove("boxes", id)));
    }
}

/// The kind.
struct Boxed {
    client: Client,
    names: Names,
    wrong: Option<Wrong>,
}

fn actual(object: &Value) -> Actual {
    Actual {
        upstream_id: text(&object["id"]),
        mark: object["mark"].as_str().map(str::to_owned),
        fields: json!({"colour": object["colour"], "size": object["size"]}),
        waiting: None,
    }
}

impl Boxed {
    fn is(&self, wrong: Wrong) -> bool {
        self.wrong == Some(wrong)
    }

    /// The body of a good answer; none for a 404.
    async fn send(&self, call: Call) -> Result<Option<Value>, Problem> {
        let answer: Answer = self.client.send(call).await?;
        if answer.status == 404 {
            return Ok(None);
        }
        Ok(Some(answer.success(|_| None)?.json::<Value>()?))
    }

    async fn all(&self) -> Result<Vec<Value>, Problem> {
        let list = self.send(Call::get("/boxes")).await?.unwrap_or_default();
        let boxes = list["value"].as_array().cloned().unwrap_or_default();
        // A list that lacks rows says nothing of what is there.
        if list["count"].as_u64().is_some_and(|count| count > boxes.len() as u64) {
            let cause = Cause::Malformed("a list lacks rows".to_owned());
            return Err(CallError::without_effect("Shelf", cause).into());
        }
        Ok(boxes)
    }

    async fn find(&self, target: &Target<'_, Value>) -> Result<Option<Actual>, Problem> {
        if let Some(id) = target.upstream_id {
            return Ok(self.send(Call::get(format!("/boxes/{id}"))).await?.as_ref().map(actual));
        }
        if self.names == Names::Shared {
            return Ok(None);
        }
        Ok(self.all().await?.iter().find(|found| found["name"] == json!(target.name)).map(actual))
    }
}

#[async_trait]
impl Kind for Boxed {
    type Spec = Value;

    fn name(&self) -> &'static str {
        "shelf.box"
    }

    /// Its object is written by itself alone.
    fn writes_into(&self, _: &Target<'_, Value>) -> Option<Need> {
        None
    }

    async fn read(&self, target: &Target<'_, Value>) -> Result<Option<Actual>, Problem> {
        if self.is(Wrong::FindsNothing) {
            return Ok(None);
        }
        let mut found = self.find(target).await;
        if self.is(Wrong::TakesErrorForAbsence) {
            found = Ok(found.unwrap_or_default());
        }
        let take_over = |found: Actual| Actual { mark: Some(target.id.to_owned()), ..found };
        if self.is(Wrong::TakesOver) { Ok(found?.map(take_over)) } else { found }
    }

    async fn search(&self, target: &Target<'_, Value>) -> Result<Option<Actual>, Problem> {
        if self.names == Names::Unique {
            return self.read(target).await;
        }
        if self.is(Wrong::SearchesNothing) || self.is(Wrong::FindsNothing) {
            return Ok(None);
        }
        if self.is(Wrong::ForgetsUnwanted) && !target.is_wanted {
            return Ok(None);
        }
        let boxes = match self.all().await {
            Err(_) if self.is(Wrong::TakesErrorForAbsence) => Vec::new(),
            boxes => boxes?,
        };
        Ok(boxes.iter().find(|found| found["mark"] == json!(target.id)).map(actual))
    }

    async fn list(&self) -> Result<Vec<Listed>, Problem> {
        let listed = |found: &Value| Listed { name: text(&found["name"]), actual: actual(found) };
        Ok(self.all().await?.iter().map(listed).collect())
    }

    async fn create(&self, target: &Target<'_, Value>, spec: &Value) -> Result<Created, Problem> {
        let mark = (!self.is(Wrong::ForgetsMark)).then_some(target.id);
        let body = json!({"name": target.name, "mark": mark, "colour": spec["colour"], "size": spec["size"]});
        let call = || Call::new(Method::Post, "/boxes").json(&body);
        if self.is(Wrong::MakesTwo) {
            self.send(call()).await?;
        }
        let made = match self.send(call()).await {
            Err(_) if self.is(Wrong::TriesAgain) => self.send(call()).await?,
            made => made?,
        };
        match made {
            Some(made) if made["taken"] == json!(true) => {
                Ok(Created::Taken(Obstacle::new("blocked-box-taken").with("name", target.name)))
            }
            Some(made) => Ok(Created::New(actual(&made))),
            None => Err(Problem::Blocked(Obstacle::new("blocked-no-shelf"))),
        }
    }

    async fn update(
        &self,
        target: &Target<'_, Value>,
        spec: &Value,
        actual: &Actual,
        _: &[FieldChange],
    ) -> Result<(), Problem> {
        if self.is(Wrong::UpdatesNothing) {
            return Ok(());
        }
        let body = json!({"mark": target.id, "colour": spec["colour"], "size": spec["size"]});
        let path = format!("/boxes/{}", actual.upstream_id);
        self.send(Call::new(Method::Patch, path).json(&body)).await.map(drop)
    }

    async fn delete(&self, target: &Target<'_, Value>, actual: &Actual) -> Result<(), Problem> {
        if self.is(Wrong::DeletesNothing) {
            return Ok(());
        }
        if self.is(Wrong::DeletesByName) {
            for found in self.all().await?.iter().filter(|found| found["name"] == json!(target.name)) {
                let path = format!("/boxes/{}", text(&found["id"]));
                self.send(Call::new(Method::Delete, path)).await?;
            }
            return Ok(());
        }
        let gone = self.send(Call::new(Method::Delete, format!("/boxes/{}", actual.upstream_id))).await?;
        if gone.is_none() && self.is(Wrong::DeletesOnce) {
            return Err(Problem::Blocked(Obstacle::new("blocked-gone")));
        }
        Ok(())
    }

    fn diff(&self, spec: &Value, actual: &Actual) -> Vec<FieldChange> {
        let differs = |field: &str| {
            let (want, have) = (spec[field].clone(), actual.fields[field].clone());
            let is_other = want != have;
            is_other.then(|| FieldChange { field: field.to_owned(), want, have })
        };
        let fields = if self.is(Wrong::ComparesLittle) { &["size"][..] } else { &["colour", "size"] };
        let mut changes: Vec<FieldChange> = fields.iter().filter_map(|field| differs(field)).collect();
        if self.is(Wrong::ComparesTooMuch) {
            changes.push(FieldChange { field: "age".to_owned(), want: json!(0), have: json!(1) });
        }
        changes
    }
}
